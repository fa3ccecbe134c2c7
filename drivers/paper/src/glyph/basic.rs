//! GNU Unifont's pictures of the basic plane, 16 rows made 24.

use unicode_width::UnicodeWidthChar;

use crate::{
    rows::{ROWS, Rows},
    unifont::{self, Drawn, Rows16, Width},
};

/// Whether Unifont has it at half width and no screen would take two columns for it.
pub(super) fn is_narrow(c: char) -> bool {
    unifont::width(c) == Some(Width::Half) && c.width() != Some(2)
}

/// A character with marks on it; `None` if Unifont lacks it.
pub(super) fn rows(base: char, marks: &str, wide: bool) -> Option<Rows> {
    let glyph = unifont::drawn(base)?;
    Some(enlarged(&stacked(Some(glyph), marks, wide)))
}

/// Marks alone, to be laid over a character from elsewhere.
pub(super) fn marks(marks: &str, wide: bool) -> Rows {
    if marks.is_empty() { [0; ROWS] } else { enlarged(&stacked(None, marks, wide)) }
}

/// A character and its marks over one another, each row left-justified in 16 bits.
fn stacked(base: Option<Drawn>, marks: &str, wide: bool) -> Rows16 {
    let mut rows = base.map_or([0; 16], |glyph| placed(glyph, wide));
    for mark in marks.chars().filter_map(unifont::drawn) {
        for (row, more) in rows.iter_mut().zip(placed(mark, wide)) {
            *row |= more;
        }
    }
    rows
}

fn placed(glyph: Drawn, wide: bool) -> Rows16 {
    match glyph.width {
        // in the middle of a wide cell, else at its left
        Width::Half if wide => glyph.rows.map(|row| row >> 4),
        Width::Half | Width::Full => glyph.rows,
    }
}

/// Half as large again, so that 16 rows become the 24 of a line: of each two dots three, the middle one black if either
/// is. Every stroke becomes two dots thick and every gap stays open.
fn enlarged(rows: &Rows16) -> Rows {
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
