//! Draws one character into its cell, from the `unifont` glyphs. No positions of lines, no encodings.

use super::bitmap::Bitmap;
use super::modes::Look;

/// Draws `character` with its left upper dot at (x, y) into a cell of `width` × `height` dots.
pub(super) fn draw(paper: &mut Bitmap, character: char, x: u32, y: u32, width: u32, height: u32, look: Look) {
    let glyph = unifont::get_glyph(character).or_else(|| unifont::get_glyph('\u{fffd}'));
    let glyph_width = glyph.map_or(8, |glyph| u32::try_from(glyph.get_width()).unwrap_or(8));
    let dot = |dx: u32, dy: u32| {
        let (column, row) = (dx * glyph_width / width.max(1), dy * 16 / height.max(1));
        glyph.is_some_and(|glyph| glyph.get_pixel(column as usize, row as usize))
    };
    for dy in 0..height {
        for dx in 0..width {
            let mut black = dot(dx, dy) || look.bold && dx > 0 && dot(dx - 1, dy);
            black |= dy + look.underline >= height;
            if black != look.inverse {
                paper.set(x + dx, y + dy);
            }
        }
    }
}

/// Draws plain text of font A from (x, y), as bar codes have it beside their bars; the width it took.
pub(super) fn draw_text(paper: &mut Bitmap, text: &str, x: u32, y: u32) {
    let look = Look { wide: 1, tall: 1, ..Look::default() };
    for (index, character) in (0u32..).zip(text.chars()) {
        draw(paper, character, x + index * 12, y, 12, 24, look);
    }
}
