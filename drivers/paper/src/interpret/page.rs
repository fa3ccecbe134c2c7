//! The sheet that is still in the printer's mouth: what is burnt on it so far. No modes, no text decoding.

use super::bitmap::Bitmap;
use super::event::CutKind;
use super::sheet::{Problem, Sheet, SheetLine};

/// Problems kept for a sheet; the rest is only counted in the last one.
const MOST_PROBLEMS: usize = 100;
/// Lines kept for a sheet: with line spacing 0 they could grow without paper.
const MOST_LINES: usize = 5000;
/// Drawn paper length of one sheet in millimetres.
const MOST_MM: u32 = 2000;

/// A sheet being printed; `y` is the row under the head.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) dots: Bitmap,
    pub(super) y: u32,
    lines: Vec<SheetLine>,
    symbols: Vec<(u32, Symbol)>,
    pulses: u32,
    problems: Vec<Problem>,
    most_dots: u32,
}

#[derive(Debug)]
enum Symbol {
    Qr(String),
    Bars(String),
}

impl Page {
    pub(super) fn new(width: u32, dpi: u32) -> Self {
        Self {
            dots: Bitmap::new(width),
            y: 0,
            lines: Vec::new(),
            symbols: Vec::new(),
            pulses: 0,
            problems: Vec::new(),
            most_dots: MOST_MM * dpi * 10 / 254,
        }
    }

    pub(super) fn add_line(&mut self, line: SheetLine) {
        self.lines.push(line);
    }

    /// A QR code whose last row is `bottom`.
    pub(super) fn add_qr(&mut self, bottom: u32, text: String) {
        self.symbols.push((bottom, Symbol::Qr(text)));
    }

    pub(super) fn add_bars(&mut self, bottom: u32, text: String) {
        self.symbols.push((bottom, Symbol::Bars(text)));
    }

    pub(super) fn add_pulse(&mut self) {
        self.pulses = self.pulses.saturating_add(1);
    }

    pub(super) fn add_problem(&mut self, offset: u64, message: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem { offset, message });
        }
    }

    /// Whether it has grown to where it is torn off by itself.
    pub(super) fn is_full(&self) -> bool {
        self.y >= self.most_dots || self.lines.len() >= MOST_LINES
    }

    /// Whether anybody would miss it: something was fed, printed or complained about.
    pub(super) fn is_untouched(&self) -> bool {
        self.y == 0 && self.lines.is_empty() && self.problems.is_empty()
    }

    /// Whether something is burnt on it.
    pub(super) fn has_ink(&self) -> bool {
        self.dots.ink() > 0
    }

    /// Takes back what the paper has not reached: power failed while it moved.
    pub(super) fn withdraw(&mut self, rows: u32) {
        self.y = self.y.saturating_sub(rows);
        self.dots.truncate(self.y);
        let end = self.y;
        self.lines.retain(|line| line.top < end);
        self.symbols.retain(|(bottom, _)| *bottom <= end);
    }

    pub(super) fn into_sheet(self, cut: Option<CutKind>) -> Sheet {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&line.text);
            text.push('\n');
        }
        text.truncate(text.trim_end().len());
        let (mut qr, mut barcodes) = (Vec::new(), Vec::new());
        for (_, symbol) in self.symbols {
            match symbol {
                Symbol::Qr(text) => qr.push(text),
                Symbol::Bars(text) => barcodes.push(text),
            }
        }
        Sheet {
            text,
            lines: self.lines,
            dots: self.dots,
            qr,
            barcodes,
            length_dots: self.y,
            cut,
            pulses: self.pulses,
            problems: self.problems,
        }
    }
}
