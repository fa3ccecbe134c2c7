//! Pictures of characters that a printer's font lacks: GNU Unifont's 16 rows made 24, and a framed code point for what
//! Unifont's basic plane lacks too. Dots only; the command that prints them is made in `command`.

use unicode_width::UnicodeWidthChar;
use unifont::Glyph;

/// Dots of one column of text; a line of text is twice as high.
pub(crate) const COLUMN_DOTS: usize = 12;

/// Height of a picture, that of a line of text.
pub(crate) const ROWS: usize = 24;

/// How many columns the picture of this character needs: 1 for half-width ones, else 2.
pub(crate) fn columns(base: char) -> usize {
    let narrow = matches!(unifont::get_glyph(base), Some(Glyph::Halfwidth(_)));
    if narrow && base.width() != Some(2) { 1 } else { 2 }
}

/// The picture of a character and the marks on it, 24 rows high: three bytes for each dot column from left to right,
/// the most significant bit on top, as `ESC * 33` wants it.
pub(crate) fn draw(text: &str) -> Vec<u8> {
    let Some(base) = text.chars().next() else { return Vec::new() };
    let wide = columns(base) == 2;
    let rows = match unifont::get_glyph(base) {
        Some(glyph) => enlarged(&stacked(glyph, text, wide)),
        None => framed(base),
    };
    let width = if wide { 2 * COLUMN_DOTS } else { COLUMN_DOTS };
    let mut out = Vec::with_capacity(width * 3);
    for x in 0..width {
        for band in rows.chunks(8) {
            let byte = band.iter().fold(0, |byte, row| byte << 1 | u8::from(row & (1 << (31 - x)) != 0));
            out.push(byte);
        }
    }
    out
}

/// A character and its marks over one another, each row left-justified in 16 bits.
fn stacked(base: &Glyph, text: &str, wide: bool) -> [u16; 16] {
    let mut rows = placed(base, wide);
    for mark in text.chars().skip(1).filter_map(unifont::get_glyph) {
        for (row, more) in rows.iter_mut().zip(placed(mark, wide)) {
            *row |= more;
        }
    }
    rows
}

fn placed(glyph: &Glyph, wide: bool) -> [u16; 16] {
    match glyph {
        Glyph::Fullwidth(rows) => *rows,
        // in the middle of a wide cell, else at its left
        Glyph::Halfwidth(rows) => rows.map(|row| u16::from(row) << if wide { 4 } else { 8 }),
    }
}

/// Half as large again, so that 16 rows become the 24 of a line: of each two dots three, the middle one black if either
/// is. Every stroke becomes two dots thick and every gap stays open.
fn enlarged(rows: &[u16; 16]) -> [u32; ROWS] {
    let mut out = [0; ROWS];
    for (three, two) in out.chunks_exact_mut(3).zip(rows.chunks_exact(2)) {
        if let ([a, b, c], [upper, lower]) = (three, two) {
            (*a, *c) = (widened(*upper), widened(*lower));
            *b = *a | *c;
        }
    }
    out
}

/// 16 dots to 24, left-justified in 32 bits.
fn widened(row: u16) -> u32 {
    (0..8).fold(0, |out, pair| {
        let three: u32 = match (row >> (14 - 2 * pair)) & 3 {
            0 => 0b000,
            1 => 0b011,
            2 => 0b110,
            _ => 0b111,
        };
        out | three << (29 - 3 * pair)
    })
}

/// A box of 24 × 24 with the code point in it, in two rows of hexadecimal digits.
fn framed(c: char) -> [u32; ROWS] {
    let mut rows = [0_u32; ROWS];
    for (y, row) in rows.iter_mut().enumerate() {
        *row = if (1..23).contains(&y) {
            0x4000_0200
        } else if y == 0 || y == 23 {
            0x7FFF_FE00
        } else {
            0
        };
    }
    let code = format!("{:04X}", u32::from(c));
    let (upper, lower) = code.split_at(code.len().saturating_sub(3).max(2));
    for (top, digits) in [(3, upper), (13, lower)] {
        let left = (24 - (6 * digits.len() - 1)) / 2;
        for (place, digit) in digits.chars().filter_map(|d| d.to_digit(16)).enumerate() {
            let shape = DIGITS.get(digit as usize).copied().unwrap_or_default();
            for (row, dots) in rows.iter_mut().skip(top).zip(shape) {
                *row |= u32::from(dots) << (27 - left - 6 * place);
            }
        }
    }
    rows
}

/// The hexadecimal digits in 5 × 7 dots.
const DIGITS: [[u8; 7]; 16] = [
    [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
    [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
    [0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110],
    [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
    [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
    [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
    [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
    [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
    [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
    [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
    [0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110],
    [0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110],
    [0b11100, 0b10010, 0b10001, 0b10001, 0b10001, 0b10010, 0b11100],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b10000],
];

#[cfg(test)]
mod tests {
    use super::*;

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
}
