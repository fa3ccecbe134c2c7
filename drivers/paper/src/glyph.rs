//! Pictures of characters that a printer's font lacks, from the first that has them: GNU Unifont, which has the basic plane
//! (`basic`); the font that the shop configured (`Font`); else the code point in a frame (`frame`). Dots only; the commands
//! that print them are made in `command`.
//!
//! A picture's width never depends on where it comes from: a preview, made without the shop's font, breaks its lines where
//! the printer does.

mod basic;
mod frame;

pub(crate) use crate::rows::ROWS;
use crate::{font::Font, rows::Rows};

/// Dots of one column of text; a line of text is twice as high.
pub(crate) const COLUMN_DOTS: usize = 12;

/// Where the picture of a character came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GlyphSource {
    /// GNU Unifont.
    Unifont,
    /// The font that the shop configured.
    Font,
    /// Nobody had it: its code point stands in a frame.
    CodePoint,
}

/// How many columns the picture of this character needs: 1 for half-width ones, else 2.
pub(crate) fn columns(base: char) -> usize {
    if basic::is_narrow(base) { 1 } else { 2 }
}

/// A character and the marks on it as dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glyph {
    rows: Rows,
    /// 12 or 24.
    pub(crate) width: usize,
    pub(crate) source: GlyphSource,
}

impl Glyph {
    /// The picture of a character and the marks behind it; `None` for no text.
    pub(crate) fn of(text: &str, font: Option<&Font>) -> Option<Glyph> {
        let base = text.chars().next()?;
        let marks = text.get(base.len_utf8()..).unwrap_or_default();
        let wide = columns(base) == 2;
        let (mut rows, source) = if let Some(rows) = basic::rows(base, marks, wide) {
            (rows, GlyphSource::Unifont)
        } else if let Some(mut rows) = font.and_then(|font| font.rows(base)) {
            rows.iter_mut().zip(basic::marks(marks, wide)).for_each(|(row, mark)| *row |= mark);
            (rows, GlyphSource::Font)
        } else {
            (frame::framed(base), GlyphSource::CodePoint)
        };
        let width = if wide { 2 * COLUMN_DOTS } else { COLUMN_DOTS };
        let mask = u32::MAX << (32 - width);
        rows.iter_mut().for_each(|row| *row &= mask);
        Some(Glyph { rows, width, source })
    }

    /// The same struck twice, one dot apart, as printers make bold.
    pub(crate) fn bold(mut self) -> Glyph {
        let mask = u32::MAX << (32 - self.width);
        self.rows.iter_mut().for_each(|row| *row = (*row | *row >> 1) & mask);
        self
    }

    /// Whether a dot is black.
    pub(crate) fn is_black(&self, x: usize, y: usize) -> bool {
        self.rows.get(y).is_some_and(|row| x < 32 && row & (1 << (31 - x)) != 0)
    }

    /// Three bytes for each dot column from left to right, the most significant bit on top, as `ESC * 33` wants it.
    pub(crate) fn column_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.width * 3);
        for x in 0..self.width {
            for band in self.rows.chunks(8) {
                out.push(band.iter().fold(0, |byte, row| byte << 1 | u8::from(row & (1 << (31 - x)) != 0)));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(text: &str) -> Vec<u8> {
        Glyph::of(text, None).unwrap().column_bytes()
    }

    /// The picture as a person sees it.
    fn seen(text: &str) -> Vec<String> {
        let dots = draw(text);
        (0..ROWS)
            .map(|y| {
                let row: String = dots
                    .chunks(3)
                    .map(|column| if column[y / 8] & (0x80 >> (y % 8)) != 0 { '#' } else { '.' })
                    .collect();
                row
            })
            .collect()
    }

    #[test]
    fn a_rare_hanzi_fills_two_columns_and_keeps_its_strokes_apart() {
        let picture = seen("㛃");
        assert!(picture.iter().all(|row| row.len() == 24));
        let ink: usize = picture.iter().map(|row| row.matches('#').count()).sum();
        assert!((120..400).contains(&ink), "{ink}\n{}", picture.join("\n"));
        assert_eq!(seen("ñ")[0].len(), 12);
    }

    #[test]
    fn what_no_font_has_is_its_code_point_in_a_frame() {
        let picture = seen("\u{2CB4A}");
        assert_eq!(picture[0], format!(".{}.", "#".repeat(22)));
        // 2C over B4A
        assert_eq!(&picture[3][6..17], ".###...###.");
        assert_eq!(&picture[13][3..20], "####.....#...###.");
        assert_ne!(draw("\u{2CB4A}"), draw("\u{2CB4B}"));
        assert_eq!(draw("\u{10FFFF}").len(), 72);
    }

    #[test]
    fn marks_are_drawn_over_their_letter() {
        let (bare, marked) = (draw("e"), draw("e\u{301}"));
        assert_eq!(bare.len(), marked.len());
        assert!(bare.iter().zip(&marked).all(|(b, m)| b & m == *b));
        assert_ne!(bare, marked);
    }

    #[test]
    fn bold_is_a_dot_wider_and_stays_in_its_cell() {
        let plain = Glyph::of("ñ", None).unwrap();
        let bold = plain.clone().bold();
        assert!((0..ROWS).all(|y| {
            (0..12).all(|x| bold.is_black(x, y) == (plain.is_black(x, y) || x > 0 && plain.is_black(x - 1, y)))
        }));
        assert!(!bold.is_black(12, 10));
        assert_eq!(bold.column_bytes().len(), 36);
    }
}
