//! What the printer core is made with, what it gives out and how it looks from outside. Plain data.

use paper::interpret::{Geometry, Sheet};
use serde::Serialize;

use super::condition::{Cover, Fault, PaperSupply, Power};
use super::model::Model;

/// What kind of printer it is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How it answers.
    pub model: Model,
    /// Head and paper.
    pub geometry: Geometry,
    /// GS I 67.
    pub name: String,
    /// mm/s, 0 unlimited.
    pub speed: u32,
    /// Length of a roll in mm; `None` never ends.
    pub paper_length: Option<u32>,
    /// Receive buffer in bytes.
    pub buffer: usize,
}

/// A sheet and the bytes that were consumed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The paper.
    pub sheet: Sheet,
    /// The bytes since the sheet before.
    pub bytes: Vec<u8>,
}

/// What came out of one input. Sheets were cut before the replies were sent.
#[derive(Debug, Default)]
pub struct Outputs {
    /// Finished sheets.
    pub sheets: Vec<Printed>,
    /// Bytes to the host.
    pub replies: Vec<u8>,
}

/// The printer as the control socket shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the names are those of the control socket")]
pub struct State {
    pub paper: PaperSupply,
    pub cover: Cover,
    pub power: Power,
    pub fault: Fault,
    pub online: bool,
    pub connected: bool,
    /// Number of the newest sheet in the folder.
    pub sheets: u32,
    /// Bytes in the receive buffer.
    pub buffered: usize,
    pub model: Model,
    pub proof: bool,
    pub speed: u32,
    /// mm left on the roll.
    pub paper_left: Option<u64>,
    pub drawer_pulses: u64,
    /// Whether the paper moves.
    pub moving: bool,
}
