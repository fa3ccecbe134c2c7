//! The wire in virtual time: how fast bytes travel, and how and when the host is stopped. No bytes are understood here.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Free bytes in the receive buffer at which the printer says stop (Epson: BUSY at 16 bytes or less).
pub(super) const STOP_AT: usize = 16;
/// Free bytes at which it says go on (26 or more).
pub(super) const GO_AT: usize = 26;

/// How the host is stopped when the receive buffer is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// Not at all: what doesn't fit is lost.
    None,
    /// XOFF and XON; a host without IXON loses bytes.
    Software,
    /// A pty has no CTS: while the printer is busy a host that set CRTSCTS is not read, one that didn't loses bytes.
    Hardware,
    /// The wire takes no more: TCP's window, a USB printer's NAK. Nothing is ever lost.
    #[value(name = "usb")]
    #[serde(rename = "usb")]
    Wire,
}

/// The DIP switch that says when the printer takes no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Busy {
    /// While the buffer is full: status stays reachable while offline.
    #[default]
    Buffer,
    /// Also while offline: DLE EOT can't get in and is not answered.
    Offline,
}

/// One direction of a line with a speed.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    per_byte: Duration,
    next: Duration,
    bytes: VecDeque<u8>,
}

impl Pace {
    /// `rate` bytes per second, 0 without limit. Bytes under way keep their order and take the new speed.
    pub(super) fn set_rate(&mut self, rate: u32) {
        self.per_byte = match rate {
            0 => Duration::ZERO,
            rate => Duration::from_nanos(1_000_000_000 / u64::from(rate)),
        };
    }

    pub(super) fn is_limited(&self) -> bool {
        !self.per_byte.is_zero()
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Puts a byte on the wire.
    pub(super) fn push(&mut self, byte: u8, now: Duration) {
        if self.bytes.is_empty() {
            self.next = self.next.max(now + self.per_byte);
        }
        self.bytes.push_back(byte);
    }

    /// Puts a byte before those that wait, as XOFF goes before and inside everything.
    pub(super) fn push_front(&mut self, byte: u8, now: Duration) {
        if self.bytes.is_empty() {
            self.next = self.next.max(now + self.per_byte);
        }
        self.bytes.push_front(byte);
    }

    /// When the next byte arrives.
    pub(super) fn due(&self) -> Option<Duration> {
        (!self.bytes.is_empty()).then_some(self.next)
    }

    /// The next byte, if it has arrived.
    pub(super) fn pop(&mut self, now: Duration) -> Option<u8> {
        if self.next > now {
            return None;
        }
        let byte = self.bytes.pop_front()?;
        self.next += self.per_byte;
        Some(byte)
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_take_their_time_and_idle_time_is_not_saved_up() {
        let mut pace = Pace::default();
        pace.set_rate(1000);
        let ms = Duration::from_millis;
        pace.push(1, ms(10));
        pace.push(2, ms(10));
        assert_eq!(
            (pace.due(), pace.pop(ms(10)), pace.pop(ms(11)), pace.pop(ms(11))),
            (Some(ms(11)), None, Some(1), None)
        );
        assert_eq!(pace.pop(ms(12)), Some(2));
        pace.push(3, ms(500));
        assert_eq!(pace.due(), Some(ms(501)));
    }
}
