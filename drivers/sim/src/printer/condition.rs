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

/// Everything the status bytes are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) paper: PaperSupply,
    pub(super) cover: Cover,
    pub(super) power: Power,
    pub(super) fault: Fault,
    /// The cover went up while it printed: an error until it is closed.
    pub(super) opened_while_printing: bool,
}

/// Drawer connector pin 3 is high: nobody pulls it down.
const DRAWER_HIGH: u8 = 0x04;

impl Condition {
    pub(super) fn new() -> Self {
        Self {
            paper: PaperSupply::Ok,
            cover: Cover::Closed,
            power: Power::On,
            fault: Fault::None,
            opened_while_printing: false,
        }
    }

    /// Online: able to print.
    pub(super) fn is_online(&self) -> bool {
        self.power == Power::On
            && self.cover == Cover::Closed
            && self.paper != PaperSupply::End
            && self.fault == Fault::None
    }

    /// The answer to DLE EOT `n`, 1 to 4.
    pub(super) fn real_time(&self, n: u8) -> u8 {
        let offline = !self.is_online();
        let cover = self.cover == Cover::Open;
        let error = self.fault != Fault::None || self.opened_while_printing;
        let bits = match n {
            1 => DRAWER_HIGH | bit(offline, 0x08),
            2 => bit(cover, 0x04) | bit(self.paper == PaperSupply::End, 0x20) | bit(error, 0x40),
            3 => match self.fault {
                Fault::Mechanical => 0x04,
                Fault::Cutter => 0x08,
                Fault::Unrecoverable => 0x20,
                Fault::Hot => 0x40,
                Fault::None => bit(self.opened_while_printing, 0x40),
            },
            _ => match self.paper {
                PaperSupply::Ok => 0,
                PaperSupply::NearEnd => 0x0C,
                PaperSupply::End => 0x6C,
            },
        };
        0x12 | bits
    }

    /// The four bytes of automatic status back (GS a).
    pub(super) fn automatic(&self) -> [u8; 4] {
        let first = 0x10 | DRAWER_HIGH | bit(!self.is_online(), 0x08) | bit(self.cover == Cover::Open, 0x20);
        let second = match self.fault {
            Fault::Mechanical => 0x04,
            Fault::Cutter => 0x08,
            Fault::Unrecoverable => 0x20,
            Fault::Hot => 0x40,
            Fault::None => bit(self.opened_while_printing, 0x40),
        };
        [first, second, self.sensor(), 0]
    }

    /// The roll paper sensor byte of GS r 1 and of ASB byte 3.
    pub(super) fn sensor(&self) -> u8 {
        match self.paper {
            PaperSupply::Ok => 0x00,
            PaperSupply::NearEnd => 0x03,
            PaperSupply::End => 0x0F,
        }
    }

    /// Whether the change from `old` is one that GS a `mask` reports.
    pub(super) fn reports(mask: u8, old: [u8; 4], new: [u8; 4]) -> bool {
        let watched = [
            bit(mask & 0x01 != 0, DRAWER_HIGH) | bit(mask & 0x02 != 0, 0x28),
            bit(mask & 0x04 != 0, 0x6C),
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
    }

    #[test]
    fn automatic_status_reports_only_what_was_asked_for() {
        let ready = Condition::new().automatic();
        let near = Condition { paper: PaperSupply::NearEnd, ..Condition::new() }.automatic();
        assert!(Condition::reports(0x08, ready, near));
        assert!(!Condition::reports(0x02, ready, near));
    }
}
