//! The sheet that is still in the printer's mouth: what is burnt on it so far. No modes, no text decoding.

use super::bitmap::Bitmap;
use super::event::CutKind;
use super::sheet::{Problem, Sheet, SheetLine, Tone};

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
    tones: Vec<Tone>,
    most_dots: u32,
}

/// A symbol and what a scanner reads from it.
#[derive(Debug, Clone)]
pub(super) enum Symbol {
    Qr(String),
    Bars(String),
    Pdf417(String),
}

impl Page {
    /// Blank paper; `density` is the heat that is set, in percent.
    pub(super) fn new(width: u32, dpi: u32, density: u16) -> Self {
        Self {
            dots: Bitmap::new(width),
            y: 0,
            lines: Vec::new(),
            symbols: Vec::new(),
            pulses: 0,
            problems: Vec::new(),
            tones: if density == 100 { Vec::new() } else { vec![Tone { from: 0, percent: density }] },
            most_dots: MOST_MM * dpi * 10 / 254,
        }
    }

    pub(super) fn add_line(&mut self, line: SheetLine) {
        self.lines.push(line);
    }

    /// A symbol whose last row is `bottom`.
    pub(super) fn add_symbol(&mut self, bottom: u32, symbol: Symbol) {
        self.symbols.push((bottom, symbol));
    }

    /// From the row under the head on the heat is this, in percent.
    pub(super) fn set_density(&mut self, percent: u16) {
        let from = self.y;
        self.tones.retain(|tone| tone.from < from);
        if self.tones.last().map_or(100, |tone| tone.percent) != percent {
            self.tones.push(Tone { from, percent });
        }
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
        self.y >= self.most_dots || self.lines.len() + self.symbols.len() >= MOST_LINES
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
        self.tones.retain(|tone| tone.from < end);
    }

    pub(super) fn into_sheet(self, cut: Option<CutKind>) -> Sheet {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&line.text);
            text.push('\n');
        }
        text.truncate(text.trim_end().len());
        let (mut qr, mut barcodes, mut pdf417) = (Vec::new(), Vec::new(), Vec::new());
        for (_, symbol) in self.symbols {
            match symbol {
                Symbol::Qr(text) => qr.push(text),
                Symbol::Bars(text) => barcodes.push(text),
                Symbol::Pdf417(text) => pdf417.push(text),
            }
        }
        Sheet {
            text,
            lines: self.lines,
            dots: self.dots,
            qr,
            barcodes,
            pdf417,
            tones: self.tones,
            length_dots: self.y,
            cut,
            pulses: self.pulses,
            problems: self.problems,
        }
    }
}
