//! What came out of the printer, from cut to cut. Plain results, no way back into the printer.

use super::bitmap::Bitmap;
use super::event::CutKind;

/// One piece of paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The lines as read by eye, joined by newlines, without trailing blanks; a picture inside a line is U+FFFC.
    pub text: String,
    /// The same lines with their parts and looks.
    pub lines: Vec<SheetLine>,
    /// The burnt dots; the blank tail below the last ink is not kept (see `length_dots`).
    pub dots: Bitmap,
    /// The texts of the QR codes, top to bottom.
    pub qr: Vec<String>,
    /// What a scanner reads from the bar codes, with check digits that belong to the data, top to bottom.
    pub barcodes: Vec<String>,
    /// The texts of the PDF417 symbols, top to bottom; they are drawn as a frame with the text in it.
    pub pdf417: Vec<String>,
    /// From which row on the heat is which, ascending; see `density`.
    pub tones: Vec<Tone>,
    /// Paper fed from the first line to the cut, in dots.
    pub length_dots: u32,
    /// How it was cut; `None` for the open end of a stream or a sheet that grew too long.
    pub cut: Option<CutKind>,
    /// Drawer pulses among its bytes.
    pub pulses: u32,
    /// What no careful driver sends, by offset; at most 100 are kept.
    pub problems: Vec<Problem>,
}

impl Sheet {
    /// The heat that row `y` was printed with, in percent of normal (GS ( K, GS |, DC2 #, ESC 7).
    #[must_use]
    pub fn density(&self, y: u32) -> u16 {
        let set = self.tones.partition_point(|tone| tone.from <= y);
        set.checked_sub(1).and_then(|index| self.tones.get(index)).map_or(100, |tone| tone.percent)
    }
}

/// The heat from a row on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tone {
    /// The first dot row it counts for.
    pub from: u32,
    /// Percent of normal.
    pub percent: u16,
}

/// How something stands on the paper as it leaves the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    /// As a reader wants it.
    #[default]
    Upright,
    /// Turned clockwise by a quarter (ESC V, page mode direction 3).
    Clockwise,
    /// On its head (ESC {, page mode direction 2).
    UpsideDown,
    /// Turned counter-clockwise by a quarter (page mode direction 1).
    CounterClockwise,
}

/// A printed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetLine {
    /// The line as read by eye, the paper turned if need be, with the blanks that positions and justification leave.
    pub text: String,
    /// First dot row of the line on its sheet.
    pub top: u32,
    /// Height of its tallest character in dots; 0 for a blank line.
    pub height: u32,
    /// Columns of font A from the left edge to the end of the ink, rounded up.
    pub columns: u32,
    /// Runs of one look.
    pub spans: Vec<Span>,
}

/// Neighbouring characters of one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The characters.
    pub text: String,
    /// First dot from the left edge of the paper.
    pub left: u32,
    /// Width in dots.
    pub width: u32,
    /// Emphasised (ESC E).
    pub bold: bool,
    /// Underlined.
    pub underline: bool,
    /// White on black.
    pub inverse: bool,
    /// Times normal width, 1 to 8.
    pub wide: u32,
    /// Times normal height, 1 to 8.
    pub tall: u32,
    /// How it stands on the paper.
    pub turn: Turn,
}

/// Something wrong in the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Offset of the byte it was seen at.
    pub offset: u64,
    /// What, in English.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "byte {}: {}", self.offset, self.message)
    }
}
