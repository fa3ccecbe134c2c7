//! A slip as plain text, for the `receipt` verb and for previews.

use model::{Document, ReprintMark};

use crate::{
    cell,
    encoding::Encoding,
    layout::{Line, Row, lay_out_plain},
};

/// The slip as text: lines of at most `columns` paper columns, each ended by a line feed, without blanks at their ends.
/// Large text stands in normal size, a rule is dashes, a QR code is `[QR: text]`.
pub fn text_view(document: &Document, mark: Option<&ReprintMark>, columns: usize) -> String {
    let columns = columns.max(4);
    let mut out = String::new();
    for line in lay_out_plain(document, mark, columns) {
        match line {
            Line::Row(row) => push_row(&mut out, &row),
            Line::Rule => out.extend(std::iter::repeat_n('-', columns)),
            Line::Blank => {}
            Line::Qr(text) => push_qr(&mut out, &text, columns),
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out
}

fn push_row(out: &mut String, row: &Row) {
    let mut column = 0;
    for run in &row.runs {
        out.extend(std::iter::repeat_n(' ', run.column.saturating_sub(column)));
        out.push_str(&run.text);
        column = run.column + run.columns;
    }
}

/// Broken at the width wherever that falls: it only says that a code stands here.
fn push_qr(out: &mut String, text: &str, columns: usize) {
    let note = format!("[QR: {text}]");
    let needed = cell::columns(&note, Encoding::Gbk);
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(needed) / 2));
    let mut used = 0;
    for cell in cell::cells(&note, Encoding::Gbk) {
        if used + cell.columns > columns {
            out.push('\n');
            used = 0;
        }
        out.push_str(cell.text);
        used += cell.columns;
    }
}
