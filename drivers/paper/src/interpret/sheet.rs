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
    /// The data of the bar codes, top to bottom.
    pub barcodes: Vec<String>,
    /// Paper fed from the first line to the cut, in dots.
    pub length_dots: u32,
    /// How it was cut; `None` for the open end of a stream or a sheet that grew too long.
    pub cut: Option<CutKind>,
    /// Drawer pulses among its bytes.
    pub pulses: u32,
    /// What no careful driver sends, by offset; at most 100 are kept.
    pub problems: Vec<Problem>,
}

/// A printed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetLine {
    /// The line as read by eye, with the blanks that positions and justification leave.
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
