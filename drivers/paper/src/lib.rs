//! Paper: from a receipt document to the bytes of one printer, and from bytes back to what stands on the paper.
//!
//! The way of a slip through this crate:
//!
//! 1. [`compose`](compose()) words a transaction: which lines stand on which copy, in which language, in which order.
//!    All words of all slips stand in `wording`. The result is a `model::Document`, which is stored; nothing below this
//!    point is.
//! 2. [`layout`] breaks the document into lines of a width in columns. A character takes as many columns as the
//!    printer's [`Encoding`] needs bytes for it; one that the encoding lacks is drawn and takes one or two.
//! 3. [`render`] turns the lines into bytes for a [`Profile`], the data that tells one printer from another: the state
//!    of the printer's modes is known at every byte, only differences are sent, and the byte stream is divided into
//!    segments at whose ends the session may ask for proof.
//! 4. [`command`] is the only place in the whole program that makes control bytes, for the session with the printer
//!    too. Foreign text arrives as `SafeText` and leaves as printable codes or as dots, never as a command.
//! 5. `interpret` reads bytes back into sheets, for previews, the virtual printer and the tests. It shares no code
//!    with the encoder: two independent readings prove each other.
//!
//! [`text_view`] is the same slip as plain text. Nothing here opens a device, a file or a clock.

mod cell;
pub mod command;
mod compose;
mod encode;
mod encoding;
mod glyph;
pub mod interpret;
pub mod layout;
mod profile;
mod symbol;
mod view;
mod wording;

pub use command::CutForm;
pub use compose::{Letterhead, compose};
pub use encode::{RENDERER_VERSION, Rendered, render};
pub use encoding::Encoding;
pub use layout::lay_out;
pub use profile::{CjkSize, Drawn, ProcessId, Profile, ProfileError, QrForm};
pub use view::text_view;
