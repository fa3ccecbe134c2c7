//! GNU Unifont's pictures of the basic plane, 16 rows of 8 or 16 dots, as `build.rs` packed them: 256 code points a
//! picture, opened when one of them is first drawn and kept then. How wide a character is needs no picture. What is done
//! with the dots is the business of `glyph`, `interpret` and `test_page`.

use std::{io::Cursor, sync::OnceLock};

/// 256 PNG pictures behind one another, one for 256 code points; empty where the plane is.
const PICTURES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/unifont.pictures"));
/// Where each of them ends, 32 bits little-endian.
const ENDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/unifont.ends"));
/// Two bits for each code point: 0 absent, 1 half, 2 full width.
const WIDTHS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/unifont.widths"));

const BLOCK: usize = 256;

/// Rows of a picture, left-justified.
pub(crate) type Rows16 = [u16; 16];

/// What Unifont draws for a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Drawn {
    pub(crate) width: Width,
    /// Of a half-width one only the left eight dots are used.
    pub(crate) rows: Rows16,
}

/// Of a picture: 8 or 16 dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    Half,
    Full,
}

/// How wide Unifont draws a character; `None` if it lacks it.
pub(crate) fn width(c: char) -> Option<Width> {
    let code = u32::from(c) as usize;
    match WIDTHS.get(code / 4)? >> (2 * (code % 4)) & 3 {
        1 => Some(Width::Half),
        2 => Some(Width::Full),
        _ => None,
    }
}

/// A character's dots; `None` if Unifont lacks it.
pub(crate) fn drawn(c: char) -> Option<Drawn> {
    static OPEN: [OnceLock<Vec<Rows16>>; 256] = [const { OnceLock::new() }; 256];
    let width = width(c)?;
    let code = u32::from(c) as usize;
    let block = OPEN.get(code / BLOCK)?.get_or_init(|| opened(code / BLOCK).unwrap_or_default());
    Some(Drawn { width, rows: *block.get(code % BLOCK)? })
}

/// The pictures of one block.
fn opened(block: usize) -> Option<Vec<Rows16>> {
    let end = |block: usize| {
        let bytes = ENDS.get(4 * block..4 * block + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
    };
    let begin = if block == 0 { 0 } else { end(block - 1)? };
    let mut reader = png::Decoder::new(Cursor::new(PICTURES.get(begin..end(block)?)?)).read_info().ok()?;
    let mut dots = vec![0; reader.output_buffer_size()?];
    reader.next_frame(&mut dots).ok()?;
    let rows: Vec<u16> = dots.as_chunks::<2>().0.iter().map(|row| u16::from_be_bytes(*row)).collect();
    Some(rows.as_chunks::<16>().0.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_drawn_as_the_font_has_it() {
        for c in '\0'..='\u{ffff}' {
            let font = ::unifont::get_glyph(c).map(|glyph| match glyph {
                ::unifont::Glyph::Halfwidth(rows) => (Width::Half, rows.map(|row| u16::from(row) << 8)),
                ::unifont::Glyph::Fullwidth(rows) => (Width::Full, *rows),
            });
            assert_eq!(drawn(c).map(|drawn| (drawn.width, drawn.rows)), font, "{c:?}");
        }
    }

    #[test]
    fn beyond_the_basic_plane_there_is_nothing() {
        assert_eq!(drawn('𠀀'), None);
    }
}
