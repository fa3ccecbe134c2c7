//! Printer bytes back to sheets: what a printer would put on paper, read as a person reads it and as dots.
//! `Parser` cuts bytes into events, `Paper` applies events, `Interpreter` is both, `sheets` is the whole way at once.
//! It shares no code with the encoder and must never import it: only two independent readings prove each other.

mod barcode;
mod bitmap;
mod canvas;
mod cell;
mod charset;
mod code128;
mod code_page;
mod command;
mod event;
mod firmware;
mod framing;
mod geometry;
mod line;
mod linear;
mod modes;
mod page;
mod paper;
mod parser;
mod place;
mod sheet;
#[cfg(test)]
mod stories;
mod symbol;

pub use bitmap::Bitmap;
pub use code_page::{CodePage, EPSON_PAGES, ZJIANG_PAGES};
pub use event::{Align, Barcode, CutKind, Event, Feed, Located, Query, Style, Symbology};
pub use firmware::{Chinese, ChineseSize, Firmware, Setup, Utf8};
pub use geometry::Geometry;
pub use paper::Paper;
pub use parser::Parser;
pub use sheet::{Problem, Sheet, SheetLine, Span, Tone, Turn};

/// Parser and paper joined: feed bytes in any pieces, take sheets as they are cut.
#[derive(Debug)]
pub struct Interpreter {
    parser: Parser,
    paper: Paper,
}

impl Interpreter {
    /// A printer that has just been switched on: of a `Setup`, or of a `Geometry` with the generic firmware.
    #[must_use]
    pub fn new(setup: impl Into<Setup>) -> Self {
        let setup: Setup = setup.into();
        Self { parser: Parser::with(&setup.firmware), paper: Paper::new(setup) }
    }

    /// Takes any bytes and returns the sheets that were finished by them.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Sheet> {
        for located in self.parser.feed(bytes) {
            self.paper.apply(located.offset, located.event);
        }
        self.paper.take_finished()
    }

    /// Ends the stream: the uncut rest as a last sheet, if there is any. A command that was cut off is a problem of that sheet.
    pub fn finish(mut self) -> Vec<Sheet> {
        if let Some(message) = self.parser.truncated() {
            let offset = self.parser.offset();
            self.paper.apply(offset, Event::Problem(message));
        }
        self.paper.end_of_stream(self.parser.offset());
        let mut sheets = self.paper.take_finished();
        sheets.extend(self.paper.take_open());
        sheets
    }
}

/// What these bytes put on paper, sheet by sheet; the last one has `cut: None` when nothing cut it off. The printer is a
/// `Setup`, or a `Geometry` with the generic firmware.
#[must_use]
pub fn sheets(bytes: &[u8], setup: impl Into<Setup>) -> Vec<Sheet> {
    let mut interpreter = Interpreter::new(setup);
    let mut sheets = interpreter.feed(bytes);
    sheets.extend(interpreter.finish());
    sheets
}
