//! A whole line of text as one picture, for printers that can't have pictures inside a line.

use model::Size;

use crate::{
    cell::{self, Form},
    encoding::{Code, Encoding},
    font::Font,
    glyph::{COLUMN_DOTS, Glyph, ROWS},
    layout::{Row, magnified},
    picture::Picture,
};

/// From the foot of a line to the head of the next: text has 30 dots from line to line on nearly all printers.
pub(super) const GAP_DOTS: u32 = 6;

/// The line's dots from this column on (in characters of its size) to its last one.
pub(super) fn band(row: &Row, from_column: usize, encoding: Encoding, font: Option<&Font>) -> Picture {
    let (across, down) = (magnified(row.size), if row.size == Size::Normal { 1 } else { 2 });
    let dots = |columns: usize| columns * COLUMN_DOTS * across;
    let end = row.runs.iter().map(|run| run.column + run.columns).max().unwrap_or(0);
    let mut picture = Picture::new(dots(end.saturating_sub(from_column)), ROWS * down);
    for run in &row.runs {
        let mut left = dots(run.column.saturating_sub(from_column));
        for cell in cell::cells(&run.text, encoding) {
            let text = match cell.form {
                // blanks that Unifont has pictures of
                Form::Code(Code::One(b' ')) => "",
                // one column in a code page, as its half-width twin
                Form::Code(Code::One(_)) if cell.text == "￥" => "¥",
                _ => cell.text,
            };
            if let Some(glyph) = Glyph::of(text, font) {
                // a code of two columns may have a narrow picture, and the other way round
                let indent = (dots(cell.columns).saturating_sub(glyph.width * across)) / 2;
                let glyph = if row.bold { glyph.bold() } else { glyph };
                place(&mut picture, &glyph, left + indent, across, down);
            }
            left += dots(cell.columns);
        }
    }
    picture
}

fn place(picture: &mut Picture, glyph: &Glyph, left: usize, across: usize, down: usize) {
    for y in 0..ROWS {
        for x in (0..glyph.width).filter(|x| glyph.is_black(*x, y)) {
            picture.fill(left + x * across, y * down, across, down);
        }
    }
}
