//! What the printer core is made with, what it gives out and how it looks from outside. Plain data.

use paper::interpret::{Chinese, Firmware, Geometry, Sheet};
use serde::Serialize;

use super::condition::{Cover, Drawer, Fault, FeedButton, PaperSupply, Power};
use super::damage::Damage;
use super::model::Model;
use super::quirk::{Quirk, Quirks};
use super::session::{HangUp, Second};
use super::wire::{Busy, Flow};

/// What kind of printer it is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How it answers.
    pub model: Model,
    /// How it differs from others of its class.
    pub quirks: Quirks,
    /// Head and paper.
    pub geometry: Geometry,
    /// How it reads text and which commands it knows.
    pub firmware: Firmware,
    /// GS I 67.
    pub name: String,
    /// mm/s, 0 unlimited.
    pub speed: u32,
    /// Length of a roll in mm; `None` never ends.
    pub paper_length: Option<u32>,
    /// Receive buffer in bytes.
    pub buffer: usize,
    /// How the host is stopped.
    pub flow: Flow,
    /// Line speed, 0 unlimited.
    pub baud: u32,
    /// Bytes per second, before `baud`; 0 as `baud` says.
    pub drip: u32,
    /// The DIP switch.
    pub busy: Busy,
    /// Degrees Celsius; `None` never gets hot.
    pub ambient: Option<i32>,
    /// What a second client meets.
    pub second: Second,
    /// Seconds; 0 never.
    pub idle_reset: u64,
    /// Seconds.
    pub close_delay: u64,
    /// No FIN at all.
    pub never_close: bool,
    /// Bytes of a connection until it is reset, once.
    pub drop_after: Option<u64>,
    /// How the print looks.
    pub damage: Damage,
}

impl Settings {
    /// A healthy printer of a class with GB 18030 and a roll that never ends.
    #[must_use]
    pub fn new(model: Model, geometry: Geometry) -> Self {
        Self {
            model,
            quirks: Quirks::default(),
            geometry,
            firmware: Firmware { chinese: Chinese::Gb18030, ..Firmware::GENERIC },
            name: "SIM-80".to_owned(),
            speed: 150,
            paper_length: None,
            buffer: 4096,
            flow: Flow::Wire,
            baud: 0,
            drip: 0,
            busy: Busy::Buffer,
            ambient: None,
            second: Second::Queue,
            idle_reset: 0,
            close_delay: 0,
            never_close: false,
            drop_after: None,
            damage: Damage::default(),
        }
    }
}

/// A sheet and the bytes that were consumed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The paper as it was commanded.
    pub sheet: Sheet,
    /// The bytes since the sheet before.
    pub bytes: Vec<u8>,
    /// How head, supply and paper were when it fell.
    pub damage: Damage,
}

/// What came out of one input. Sheets were cut before the replies were sent, and those before the connection ended.
#[derive(Debug, Default)]
pub struct Outputs {
    /// Finished sheets.
    pub sheets: Vec<Printed>,
    /// Bytes to the host.
    pub replies: Vec<u8>,
    /// The connection is to be ended.
    pub hang_up: Option<HangUp>,
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
    pub feed: FeedButton,
    pub waiting: bool,
    pub drawer: Drawer,
    pub busy: Busy,
    pub quirks: Vec<Quirk>,
    pub flow: Flow,
    pub baud: u32,
    pub drip: u32,
    /// The host was told to stop and not yet to go on.
    pub stopped: bool,
    pub mute: bool,
    pub half_open: bool,
    pub second: Second,
    /// Bytes that came over the wire, those that were lost included.
    pub received: u64,
    /// Bytes for which there was no room.
    pub lost: u64,
    /// Bytes taken out of the receive buffer.
    pub consumed: u64,
    /// Bytes said to the host.
    pub sent: u64,
    /// Connections (or openings of the pty) since the start.
    pub connections: u64,
    /// Dots of paper that have moved.
    pub moved_dots: u64,
    /// GS g 2 20 and 50, from the start.
    pub lines: u64,
    pub cuts: u64,
    /// GS a as the host has set it.
    pub automatic_status: u8,
    /// Heat of the head in per cent of what it bears.
    pub heat: u64,
    /// Steps of the script that wait.
    pub steps: usize,
    pub damage: Damage,
    /// Milliseconds since the start.
    pub clock_ms: u64,
}
