//! From lines to the bytes of one printer. Only differences of the printer's modes are sent, the fewest bytes for each
//! gap and each centred block are chosen, and the bytes are divided into segments.
//!
//! Characters that the encoding lacks are sent as `ESC *` 24-dot column images, which stand inside a text line, or, where
//! the profile says so, with their whole line as a raster (`band`). User-defined Chinese glyphs (FS 2) are missing on many
//! printers and are lost at `ESC @`.

mod band;
mod mode;
mod sheet;

use model::{Document, ReprintMark, SafeText};

pub(crate) use mode::Side;
pub(crate) use sheet::Sheet;

use crate::{
    glyph::GlyphSource,
    layout::{lay_out, stand_in_lines},
    profile::Profile,
    stationery::Stationery,
};

/// Grows whenever the same document would become other bytes; stored with each job (DESIGN §3.2).
pub const RENDERER_VERSION: u32 = 2;

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
    /// Characters that the printer's encoding lacks, in order of first appearance, and where their dots came from.
    pub drawn: Vec<(char, GlyphSource)>,
    /// Paper that it takes, in dots, rather too much than too little; for time-outs.
    pub length_dots: u32,
}

/// Which printer a slip was meant for when another one stands in for it, 备用打印机. Said on the slip; no part of the stored
/// document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    pub meant_for: SafeText,
    pub printed_on: SafeText,
}

/// As [`render`], with a first line that says for which printer the slip was meant.
pub fn render_stand_in(
    document: &Document,
    mark: Option<&ReprintMark>,
    stand_in: &StandIn,
    profile: &Profile,
    stationery: &Stationery,
) -> Rendered {
    let mut sheet = Sheet::begin(profile).with_font(stationery.font.as_deref());
    sheet.logo(stationery);
    sheet.lines(&stand_in_lines(stand_in, document.language, profile.columns, profile.encoding));
    sheet.lines(&lay_out(document, mark, profile.columns, profile.encoding));
    sheet.finish()
}

/// Renders a document for a printer, with what the shop adds; equal arguments give equal bytes.
pub fn render(document: &Document, mark: Option<&ReprintMark>, profile: &Profile, stationery: &Stationery) -> Rendered {
    let lines = lay_out(document, mark, profile.columns, profile.encoding);
    let mut sheet = Sheet::begin(profile).with_font(stationery.font.as_deref());
    sheet.logo(stationery);
    sheet.lines(&lines);
    sheet.finish()
}
