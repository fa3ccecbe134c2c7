//! Draws one character into its cell, from Unifont's pictures, and keeps what it drew. No positions of lines, no
//! encodings.

use std::collections::HashMap;
use std::sync::Arc;

use super::bitmap::Bitmap;
use super::modes::Look;
use crate::unifont::{self, Width};

/// Drawn characters that are kept; more are drawn anew.
const MOST_KEPT: usize = 1024;

/// The characters drawn so far, each at a size and look of its own.
#[derive(Debug, Default)]
pub(super) struct Glyphs {
    drawn: HashMap<(char, u32, u32, Look), Arc<Bitmap>>,
}

impl Glyphs {
    /// `character` in a cell of `width` × `height` dots as its reader sees it; a rotated one comes turned, i.e. as a
    /// picture of `height` × `width`.
    pub(super) fn glyph(&mut self, character: char, width: u32, height: u32, look: Look) -> Arc<Bitmap> {
        if let Some(glyph) = self.drawn.get(&(character, width, height, look)) {
            return Arc::clone(glyph);
        }
        if self.drawn.len() >= MOST_KEPT {
            self.drawn.clear();
        }
        let upright = draw(character, width, height, look);
        let glyph = Arc::new(if look.rotated { upright.quarter_turned(height) } else { upright });
        self.drawn.insert((character, width, height, look), Arc::clone(&glyph));
        glyph
    }

    /// Plain text in cells of one size from (x, y), as bar codes have it beside their bars.
    pub(super) fn text(&mut self, paper: &mut Bitmap, text: &str, x: u32, y: u32, cell: (u32, u32)) {
        let look = Look { wide: 1, tall: 1, ..Look::default() };
        for (index, character) in (0u32..).zip(text.chars()) {
            let glyph = self.glyph(character, cell.0, cell.1, look);
            paper.stamp(&glyph, x + index * cell.0, y, 1, 1);
        }
    }
}

fn draw(character: char, width: u32, height: u32, look: Look) -> Bitmap {
    let glyph = unifont::drawn(character).or_else(|| unifont::drawn('\u{fffd}'));
    let glyph_width = if glyph.is_some_and(|glyph| glyph.width == Width::Full) { 16 } else { 8 };
    let dot = |dx: u32, dy: u32| {
        let (column, row) = (dx * glyph_width / width.max(1), dy * 16 / height.max(1));
        glyph.and_then(|glyph| glyph.rows.get(row as usize).copied()).is_some_and(|dots| dots << column & 0x8000 != 0)
    };
    // ESC/POS: no underline on characters that are inverse or rotated
    let underline = if look.inverse || look.rotated { 0 } else { look.underline };
    let mut picture = Bitmap::new(width);
    for dy in 0..height {
        for dx in 0..width {
            let mut black = dot(dx, dy) || look.bold && dx > 0 && dot(dx - 1, dy);
            black |= dy + underline >= height;
            if black != look.inverse {
                picture.set(dx, dy);
            }
        }
    }
    picture
}
