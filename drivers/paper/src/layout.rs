//! A document broken into lines of a width in columns: what stands in which column of which line, at which size.
//!
//! Widths are paper columns of normal size: a character takes as many as the printer's encoding needs bytes for it, a
//! character of size `Large` twice that. No line is wider than the paper. No bytes are made here.

mod items;
mod wrap;

use model::{Align, Block, Document, Language, ReprintMark, Size};

use crate::{
    cell,
    encode::StandIn,
    encoding::Encoding,
    glyph::COLUMN_DOTS,
    layout::wrap::wrap,
    symbol::Symbol,
    wording::{self, Sentence},
};

/// Empty lines under the label of a signature: 15 mm to write in.
const SIGNATURE_LINES: usize = 4;

/// One line of the slip, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Text.
    Row(Row),
    /// Dashes over the whole width.
    Rule,
    /// An empty line.
    Blank,
    /// A QR code of this text, centred; it fits the width with modules of at least two dots.
    Qr(String),
}

/// A line of text in one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// From left to right; they don't overlap.
    pub runs: Vec<Run>,
    /// Where the row stands. `runs` have the columns for it; a printer that centres by itself may ignore these.
    pub align: Align,
    pub size: Size,
    pub bold: bool,
}

/// Text that stands together in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Where it begins, in characters of the row's size from the left edge.
    pub column: usize,
    /// How wide it is, in the same unit.
    pub columns: usize,
    pub text: String,
}

impl Row {
    /// Paper columns from the left edge to the row's end.
    pub fn columns(&self) -> usize {
        self.runs.iter().map(|run| run.column + run.columns).max().unwrap_or(0) * magnified(self.size)
    }
}

/// Lays a document out for paper of this many columns (24 to 64; fewer than 4 count as 4). A reprint's mark stands at the top and,
/// so that tearing a piece off leaves one, its first line at the bottom.
pub fn lay_out(document: &Document, mark: Option<&ReprintMark>, columns: usize, encoding: Encoding) -> Vec<Line> {
    Layout::new(columns, encoding, false).document(document, mark)
}

/// The line above a slip that another printer than the meant one prints, and a blank one.
pub(crate) fn stand_in_lines(stand_in: &StandIn, language: Language, columns: usize, encoding: Encoding) -> Vec<Line> {
    let mut layout = Layout::new(columns, encoding, false);
    layout.text(&wording::stands_in(&stand_in.meant_for, &stand_in.printed_on, language), Align::Center, MARK);
    layout.lines.push(Line::Blank);
    layout.lines
}

/// The same with everything in normal size, for the view on a screen.
pub(crate) fn lay_out_plain(document: &Document, mark: Option<&ReprintMark>, columns: usize) -> Vec<Line> {
    Layout::new(columns, Encoding::Gbk, true).document(document, mark)
}

/// How many columns of normal size a character of this size takes for each of its own.
pub(crate) fn magnified(size: Size) -> usize {
    if size == Size::Large { 2 } else { 1 }
}

/// How a piece of text looks.
#[derive(Debug, Clone, Copy)]
struct Look {
    size: Size,
    bold: bool,
}

const PLAIN: Look = Look { size: Size::Normal, bold: false };
const MARK: Look = Look { size: Size::Normal, bold: true };

/// The lines made so far.
#[derive(Debug)]
struct Layout {
    columns: usize,
    encoding: Encoding,
    plain: bool,
    lines: Vec<Line>,
}

impl Layout {
    fn new(columns: usize, encoding: Encoding, plain: bool) -> Layout {
        // a large character of two columns needs four
        Layout { columns: columns.max(4), encoding, plain, lines: Vec::new() }
    }

    fn document(mut self, document: &Document, mark: Option<&ReprintMark>) -> Vec<Line> {
        if let Some(mark) = mark {
            self.mark(mark, document.language);
        }
        for block in &document.blocks {
            self.block(block);
        }
        if let Some(mark) = mark {
            self.text(&wording::duplicated(mark.number, document.language), Align::Center, MARK);
        }
        self.lines
    }

    fn mark(&mut self, mark: &ReprintMark, language: Language) {
        self.text(&wording::duplicated(mark.number, language), Align::Center, MARK);
        let names: Vec<String> = [(Sentence::Operator, &mark.operator), (Sentence::Approver, &mark.approver)]
            .into_iter()
            .filter_map(|(label, name)| Some(format!("{}: {}", label.text(language), name.as_deref()?)))
            .collect();
        self.text(&names.join("  "), Align::Center, MARK);
        self.lines.push(Line::Blank);
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Text { text, align, size, bold } => {
                let look = self.look(*size, *bold);
                if text.trim_matches(' ').is_empty() {
                    self.lines.push(Line::Blank);
                }
                self.text(text, *align, look);
            }
            Block::Pair { label, value, size, bold } => self.pair(label, value, self.look(*size, *bold)),
            Block::Items { rows } => items::lay_out(self, rows),
            Block::Rule => self.lines.push(Line::Rule),
            Block::Blank { lines } => self.blank(usize::from(*lines)),
            Block::Signature { label } => {
                self.text(label, Align::Left, PLAIN);
                self.blank(SIGNATURE_LINES);
            }
            Block::Qr { text } => self.qr(text),
        }
    }

    fn look(&self, size: Size, bold: bool) -> Look {
        Look { size: if self.plain { Size::Normal } else { size }, bold }
    }

    fn blank(&mut self, lines: usize) {
        self.lines.extend(std::iter::repeat_n(Line::Blank, lines));
    }

    /// Running text; nothing for an empty one.
    fn text(&mut self, text: &str, align: Align, look: Look) {
        let width = self.width(look);
        for piece in wrap(text, width, self.encoding) {
            let column = match align {
                Align::Left => 0,
                Align::Center => (width - piece.columns.min(width)) / 2,
                Align::Right => width - piece.columns.min(width),
            };
            self.row(vec![Run { column, columns: piece.columns, text: piece.text.to_owned() }], align, look);
        }
    }

    /// Label left, value right, on one line if a blank fits between them.
    fn pair(&mut self, label: &str, value: &str, look: Look) {
        let width = self.width(look);
        let (label, value) = (label.trim_matches(' '), value.trim_matches(' '));
        let (left, right) = (cell::columns(label, self.encoding), cell::columns(value, self.encoding));
        if left + 1 + right > width || label.is_empty() || value.is_empty() {
            self.text(label, Align::Left, look);
            self.text(value, Align::Right, look);
            return;
        }
        let runs = vec![
            Run { column: 0, columns: left, text: label.to_owned() },
            Run { column: width - right, columns: right, text: value.to_owned() },
        ];
        self.row(runs, Align::Left, look);
    }

    /// A QR code, or its text where no readable code fits.
    fn qr(&mut self, text: &str) {
        if Symbol::fitting(text, self.columns * COLUMN_DOTS).is_some() {
            self.lines.push(Line::Qr(text.to_owned()));
        } else {
            self.text(text, Align::Left, PLAIN);
        }
    }

    fn row(&mut self, runs: Vec<Run>, align: Align, look: Look) {
        self.lines.push(Line::Row(Row { runs, align, size: look.size, bold: look.bold }));
    }

    fn width(&self, look: Look) -> usize {
        self.columns / magnified(look.size)
    }
}

#[cfg(test)]
mod tests {
    use model::SafeText;

    use super::*;

    fn rows(blocks: Vec<Block>, columns: usize) -> Vec<String> {
        let document = Document { language: Language::Zh, blocks };
        lay_out(&document, None, columns, Encoding::Gbk)
            .iter()
            .map(|line| match line {
                Line::Row(row) => row
                    .runs
                    .iter()
                    .map(|r| format!("{}+{}:{}", r.column, r.columns, r.text))
                    .collect::<Vec<_>>()
                    .join("|"),
                other => format!("{other:?}"),
            })
            .collect()
    }

    fn pair(label: &str, value: &str, size: Size) -> Block {
        Block::Pair { label: SafeText::new(label), value: SafeText::new(value), size, bold: false }
    }

    #[test]
    fn a_pair_takes_two_lines_when_it_has_to() {
        assert_eq!(rows(vec![pair("金额", "￥12.00", Size::Normal)], 32), ["0+4:金额|25+7:￥12.00"]);
        assert_eq!(rows(vec![pair("金额", "￥1280.00", Size::Large)], 32), ["0+4:金额|7+9:￥1280.00"]);
        assert_eq!(rows(vec![pair("金额", "￥9999999999.99", Size::Large)], 32), ["0+4:金额", "1+15:￥9999999999.99"]);
    }

    #[test]
    fn a_qr_text_that_makes_no_readable_code_is_printed_as_text() {
        let qr = |n| Block::Qr { text: SafeText::new(&"x".repeat(n)) };
        assert_eq!(rows(vec![qr(13)], 32), [r#"Qr("xxxxxxxxxxxxx")"#]);
        assert!(rows(vec![qr(2400)], 32).len() == 75);
    }
}
