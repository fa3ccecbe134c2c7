//! What a hand, or the script, may do to the printer: plain data, all at once. How it comes in is `control`'s business,
//! what it does is the machine's.

use serde::Deserialize;

use super::condition::{Cover, Drawer, Fault, FeedButton, PaperSupply, Power};
use super::damage::Damage;
use super::quirk::Quirk;
use super::session::{HangUp, Second};
use super::wire::{Busy, Flow};

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Switch {
    On,
    Off,
}

impl Switch {
    pub(super) fn is_on(self) -> bool {
        self == Self::On
    }
}

/// What a hand does to the printer. Absent keys stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// `ok` puts a new roll in.
    pub paper: Option<PaperSupply>,
    /// Opens or closes the cover.
    pub cover: Option<Cover>,
    /// Pulls or puts the plug.
    pub power: Option<Power>,
    /// Breaks or mends the mechanism.
    pub fault: Option<Fault>,
    /// Whether it answers what proves printing: GS ( H, GS r, GS g 2.
    pub proof: Option<Switch>,
    /// Paper speed in mm/s, 0 unlimited.
    pub speed: Option<u32>,
    /// Holds FEED down or lets it go.
    pub feed: Option<FeedButton>,
    /// Whether it waits for FEED (or DLE ENQ 0) before it goes online.
    pub waiting: Option<Switch>,
    /// Plugs a drawer in, closes or opens it.
    pub drawer: Option<Drawer>,
    /// The DIP switch.
    pub busy: Option<Busy>,
    /// Degrees Celsius around the head; from then on much black makes it too hot.
    pub ambient: Option<i32>,
    /// Instead of those it had.
    pub quirks: Option<Vec<Quirk>>,
    /// Every reply comes this much later.
    pub answer_delay_ms: Option<u64>,
    /// Says nothing from now on, as if the wire from the printer were cut.
    pub mute: Option<Switch>,
    /// Neither reads nor answers from now on and hangs up nobody; `off` resets the connection that hung.
    pub half_open: Option<Switch>,
    /// Line speed in both directions, ten bits a byte; 0 unlimited.
    pub baud: Option<u32>,
    /// Bytes per second in both directions, before `baud`; 0 as `baud` says.
    pub drip: Option<u32>,
    /// Flow control of a pty.
    pub flow: Option<Flow>,
    /// What a second TCP client meets.
    pub second: Option<Second>,
    /// Seconds without a byte from the host until the connection is reset; 0 never.
    pub idle_reset: Option<u64>,
    /// Seconds between the host's FIN and the printer's.
    pub close_delay: Option<u64>,
    /// No FIN at all.
    pub never_close: Option<Switch>,
    /// Resets the connection after so many more bytes, once.
    pub drop_after: Option<u64>,
    /// Ends the connection now.
    pub hang_up: Option<HangUp>,
    /// How the print looks from the next sheet that falls; `{}` mends everything.
    pub damage: Option<Damage>,
}

impl Change {
    /// Whether it makes sense on TCP only.
    pub(super) fn is_about_connections(&self) -> bool {
        self.second.is_some()
            || self.idle_reset.is_some()
            || self.close_delay.is_some()
            || self.never_close.is_some()
            || self.drop_after.is_some()
            || self.hang_up.is_some()
    }
}
