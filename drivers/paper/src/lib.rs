//! Paper: from a receipt document to the bytes of one printer, and from bytes back to what stands on the paper.
//!
//! The way of a slip through this crate:
//!
//! 1. [`compose`](compose()) words a transaction: which lines stand on which copy, in which language, in which order.
//!    All words of all slips stand in `wording`. The result is a `model::Document`, which is stored; nothing below this
//!    point is.
//! 2. [`layout`] breaks the document into lines of a width in columns. A character takes as many columns as the
//!    printer's [`Encoding`] needs bytes for it (two at most); one that the encoding lacks is drawn and takes one or two.
//! 3. [`render`] turns the lines into bytes for a [`Profile`], the data that tells one printer from another: the state
//!    of the printer's modes is known at every byte, only differences are sent, and the byte stream is divided into
//!    segments at whose ends the session may ask for proof.
//! 4. [`command`] is the only place in the whole program that makes control bytes, for the session with the printer
//!    too. Foreign text arrives as `SafeText` and leaves as printable codes or as dots, never as a command.
//! 5. `interpret` reads bytes back into sheets, for previews, the virtual printer and the tests. It shares no code
//!    with the encoder: two independent readings prove each other.
//!
//! Sheets that are no slips go the same way without a document that is stored: [`test_page`](test_page()), [`void_line`],
//! [`pulse`](pulse()). [`missing_after`] says how much of a command a printer still waits for when the line broke.
//!
//! [`text_view`] is the same slip as plain text. Nothing here opens a device, a file or a clock.

mod barcode;
mod cell;
pub mod command;
mod compose;
mod encode;
mod encoding;
mod font;
mod glyph;
pub mod interpret;
pub mod layout;
mod logo;
mod picture;
mod profile;
mod pulse;
mod report;
mod rows;
mod stationery;
mod symbol;
mod test_page;
mod unifont;
mod view;
mod void;
mod wording;

pub use command::{BuzzerForm, CutForm, DensityForm, longest_command, missing_after};
pub use compose::{Letterhead, compose};
pub use encode::{RENDERER_VERSION, Rendered, StandIn, render, render_stand_in};
pub use encoding::Encoding;
pub use font::{Font, FontError};
pub use glyph::GlyphSource;
pub use layout::lay_out;
pub use logo::{Logo, LogoError};
pub use profile::{ChineseMode, CjkSize, Drawn, ProcessId, Profile, ProfileError, SymbolForm};
pub use pulse::pulse;
pub use report::{ReportHead, detail_list, of_settled, settlement_again, settlement_report, summary};
pub use stationery::Stationery;
pub use test_page::{TestFacts, test_page};
pub use view::text_view;
pub use void::{doubtful_line, void_line};
