//! The state of the mechanism and the status bytes that tell it. No time, no buffers.

use serde::{Deserialize, Serialize};

/// The paper sensors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperSupply {
    /// Enough.
    Ok,
    /// The roll is nearly used up; printing goes on.
    NearEnd,
    /// Nothing under the head; printing stops.
    End,
}

/// The cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Cover {
    Closed,
    Open,
}

/// The mains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Power {
    On,
    Off,
}

/// Faults of the mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// All well.
    None,
    /// The blade is jammed; recoverable by DLE ENQ.
    Cutter,
    /// Another recoverable error.
    Mechanical,
    /// Head too hot: goes away by itself.
    Hot,
    /// Only a technician helps.
    Unrecoverable,
}

/// The FEED button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum FeedButton {
    Released,
    Held,
}

/// The cash drawer on its connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Drawer {
    /// Nothing is plugged in: pin 3 floats high.
    None,
    Closed,
    /// A pulse opens it, only a hand closes it.
    Open,
}

/// Everything the status bytes are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) paper: PaperSupply,
    pub(super) cover: Cover,
    pub(super) power: Power,
    pub(super) fault: Fault,
    /// The cover went up while it printed: an error until it is closed.
    pub(super) opened_while_printing: bool,
    pub(super) feed: FeedButton,
    /// Waits for a press of FEED (or DLE ENQ 0) before it goes online again.
    pub(super) waiting: bool,
    pub(super) drawer: Drawer,
    /// Quirk: the paper sensor sits in the cover.
    pub(super) cover_hides_paper: bool,
    /// Quirk: newer models tell the FEED button in DLE EOT 1 bit 6 and ASB byte 2 bit 1.
    pub(super) panel_bits: bool,
    /// Quirk: the drawer's switch is wired the other way.
    pub(super) drawer_open_high: bool,
}

/// Drawer connector pin 3 is high.
const DRAWER_HIGH: u8 = 0x04;

impl Condition {
    pub(super) fn new() -> Self {
        Self {
            paper: PaperSupply::Ok,
            cover: Cover::Closed,
            power: Power::On,
            fault: Fault::None,
            opened_while_printing: false,
            feed: FeedButton::Released,
            waiting: false,
            drawer: Drawer::Closed,
            cover_hides_paper: false,
            panel_bits: false,
            drawer_open_high: false,
        }
    }

    /// Online: able to print.
    pub(super) fn is_online(&self) -> bool {
        self.power == Power::On
            && self.cover == Cover::Closed
            && self.paper != PaperSupply::End
            && self.fault == Fault::None
            && self.feed == FeedButton::Released
            && !self.waiting
    }

    /// The level of drawer connector pin 3.
    pub(super) fn is_pin_high(&self) -> bool {
        match self.drawer {
            Drawer::None => true,
            Drawer::Closed => !self.drawer_open_high,
            Drawer::Open => self.drawer_open_high,
        }
    }

    /// What the sensors see, which is not always the paper.
    fn seen_paper(&self) -> PaperSupply {
        if self.cover_hides_paper && self.cover == Cover::Open { PaperSupply::End } else { self.paper }
    }

    /// The answer to DLE EOT `n`, 1 to 4.
    pub(super) fn real_time(&self, n: u8) -> u8 {
        let cover = self.cover == Cover::Open;
        let error = self.fault != Fault::None || self.opened_while_printing;
        let held = self.feed == FeedButton::Held;
        let bits = match n {
            1 => {
                bit(self.is_pin_high(), DRAWER_HIGH)
                    | bit(!self.is_online(), 0x08)
                    | bit(self.waiting, 0x20)
                    | bit(held && self.panel_bits, 0x40)
            }
            2 => {
                let ended = self.paper == PaperSupply::End;
                bit(cover, 0x04) | bit(held, 0x08) | bit(ended, 0x20) | bit(error, 0x40)
            }
            3 => match self.fault {
                Fault::Mechanical => 0x04,
                Fault::Cutter => 0x08,
                Fault::Unrecoverable => 0x20,
                Fault::Hot => 0x40,
                Fault::None => bit(self.opened_while_printing, 0x40),
            },
            _ => match self.seen_paper() {
                PaperSupply::Ok => 0,
                PaperSupply::NearEnd => 0x0C,
                PaperSupply::End => 0x6C,
            },
        };
        0x12 | bits
    }

    /// The four bytes of automatic status back (GS a).
    pub(super) fn automatic(&self) -> [u8; 4] {
        let held = self.feed == FeedButton::Held;
        let first = 0x10
            | bit(self.is_pin_high(), DRAWER_HIGH)
            | bit(!self.is_online(), 0x08)
            | bit(self.cover == Cover::Open, 0x20)
            | bit(held, 0x40);
        let error = match self.fault {
            Fault::Mechanical => 0x04,
            Fault::Cutter => 0x08,
            Fault::Unrecoverable => 0x20,
            Fault::Hot => 0x40,
            Fault::None => bit(self.opened_while_printing, 0x40),
        };
        [first, error | bit(self.waiting, 0x01) | bit(held && self.panel_bits, 0x02), self.sensor(), 0]
    }

    /// Automatic status as Seiko SII has it: 8 bytes `Cx Dx …`; byte 1 D8 cover, D1 paper out. The rest is filled with
    /// 80, which no other reply starts with (what it means there is not known).
    pub(super) fn automatic_eight(&self) -> [u8; 8] {
        let first = 0xC0 | bit(self.fault != Fault::None, 0x08);
        let ended = self.seen_paper() == PaperSupply::End;
        [first, 0xD0 | bit(self.cover == Cover::Open, 0x08) | bit(ended, 0x01), 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]
    }

    /// The roll paper sensor byte of GS r 1 and of ASB byte 3.
    pub(super) fn sensor(&self) -> u8 {
        match self.seen_paper() {
            PaperSupply::Ok => 0x00,
            PaperSupply::NearEnd => 0x03,
            PaperSupply::End => 0x0F,
        }
    }

    /// Whether the change from `old` is one that GS a `mask` reports.
    pub(super) fn reports(mask: u8, old: [u8; 4], new: [u8; 4]) -> bool {
        let watched = [
            bit(mask & 0x01 != 0, DRAWER_HIGH) | bit(mask & 0x02 != 0, 0x68),
            bit(mask & 0x02 != 0, 0x01) | bit(mask & 0x04 != 0, 0x6C) | bit(mask & 0x40 != 0, 0x02),
            bit(mask & 0x08 != 0, 0x0F),
            0,
        ];
        watched.iter().zip(old.iter().zip(new)).any(|(mask, (old, new))| mask & (old ^ new) != 0)
    }
}

fn bit(on: bool, value: u8) -> u8 {
    if on { value } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(condition: Condition) -> ([u8; 4], [u8; 4]) {
        ([1, 2, 3, 4].map(|n| condition.real_time(n)), condition.automatic())
    }

    #[test]
    fn every_state_has_the_bytes_of_the_table() {
        let ready = Condition::new();
        assert_eq!(bytes(ready), ([0x16, 0x12, 0x12, 0x12], [0x14, 0, 0, 0]));
        let near = Condition { paper: PaperSupply::NearEnd, ..ready };
        assert_eq!(bytes(near), ([0x16, 0x12, 0x12, 0x1E], [0x14, 0, 0x03, 0]));
        let end = Condition { paper: PaperSupply::End, ..ready };
        assert_eq!(bytes(end), ([0x1E, 0x32, 0x12, 0x7E], [0x1C, 0, 0x0F, 0]));
        let open = Condition { cover: Cover::Open, ..ready };
        assert_eq!(bytes(open), ([0x1E, 0x16, 0x12, 0x12], [0x3C, 0, 0, 0]));
        let opened = Condition { opened_while_printing: true, ..open };
        assert_eq!(bytes(opened), ([0x1E, 0x56, 0x52, 0x12], [0x3C, 0x40, 0, 0]));
        let jam = Condition { fault: Fault::Cutter, ..ready };
        assert_eq!(bytes(jam), ([0x1E, 0x52, 0x1A, 0x12], [0x1C, 0x08, 0, 0]));
        let other = Condition { fault: Fault::Mechanical, ..ready };
        assert_eq!(bytes(other), ([0x1E, 0x52, 0x16, 0x12], [0x1C, 0x04, 0, 0]));
        let dead = Condition { fault: Fault::Unrecoverable, ..ready };
        assert_eq!(bytes(dead), ([0x1E, 0x52, 0x32, 0x12], [0x1C, 0x20, 0, 0]));
        let hot = Condition { fault: Fault::Hot, ..ready };
        assert_eq!(bytes(hot), ([0x1E, 0x52, 0x52, 0x12], [0x1C, 0x40, 0, 0]));
        let held = Condition { feed: FeedButton::Held, ..ready };
        assert_eq!(bytes(held), ([0x1E, 0x1A, 0x12, 0x12], [0x5C, 0, 0, 0]));
        let newer = Condition { panel_bits: true, ..held };
        assert_eq!(bytes(newer), ([0x5E, 0x1A, 0x12, 0x12], [0x5C, 0x02, 0, 0]));
        let waiting = Condition { waiting: true, ..ready };
        assert_eq!(bytes(waiting), ([0x3E, 0x12, 0x12, 0x12], [0x1C, 0x01, 0, 0]));
        let hidden = Condition { cover_hides_paper: true, ..open };
        assert_eq!(bytes(hidden), ([0x1E, 0x16, 0x12, 0x7E], [0x3C, 0, 0x0F, 0]));
        let drawer = Condition { drawer: Drawer::Open, ..ready };
        assert_eq!(bytes(drawer), ([0x12, 0x12, 0x12, 0x12], [0x10, 0, 0, 0]));
        let wired = Condition { drawer_open_high: true, ..ready };
        assert_eq!(bytes(wired).0, [0x12, 0x12, 0x12, 0x12]);
    }

    #[test]
    fn automatic_status_reports_only_what_was_asked_for() {
        let ready = Condition::new().automatic();
        let near = Condition { paper: PaperSupply::NearEnd, ..Condition::new() }.automatic();
        assert!(Condition::reports(0x08, ready, near));
        assert!(!Condition::reports(0x02, ready, near));
    }
}
