//! From lines to the bytes of one printer. Only differences of the printer's modes are sent, the fewest bytes for each
//! gap and each centred block are chosen, and the bytes are divided into segments.
//!
//! Characters that the encoding lacks are sent as `ESC *` 24-dot column images: these stand inside a text line on every
//! ESC/POS printer, while user-defined Chinese glyphs (FS 2) are missing on many and are lost at `ESC @`, and a raster
//! would need the whole line drawn.

mod mode;
mod sheet;

use model::{Document, ReprintMark};

use crate::{encode::sheet::Sheet, layout::lay_out, profile::Profile};

/// Grows whenever the same document would become other bytes; stored with each job (DESIGN §3.2).
pub const RENDERER_VERSION: u32 = 1;

/// A slip as one printer wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// From ESC @ to the cut.
    pub bytes: Vec<u8>,
    /// The end offset of each segment, growing; the last is the end of `bytes`. After each a tag may be sent: the
    /// printer is at the start of a line and between commands there.
    pub segment_ends: Vec<u32>,
    /// [`RENDERER_VERSION`].
    pub version: u32,
    /// Characters that were sent as dots, in order of first appearance.
    pub drawn: Vec<char>,
    /// Paper that it takes, in dots, rather too much than too little; for time-outs.
    pub length_dots: u32,
}

/// Renders a document for a printer; equal arguments give equal bytes.
pub fn render(document: &Document, mark: Option<&ReprintMark>, profile: &Profile) -> Rendered {
    let lines = lay_out(document, mark, profile.columns, profile.cjk_encoding);
    let mut sheet = Sheet::begin(profile);
    sheet.lines(&lines);
    sheet.finish()
}
