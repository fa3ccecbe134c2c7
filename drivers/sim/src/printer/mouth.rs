//! What the printer says, on its way to the wire: late, paced, and broken into by flow control. No meaning.

use std::collections::VecDeque;
use std::time::Duration;

use super::wire::Pace;

/// Replies that have not left yet.
#[derive(Debug, Default)]
pub(super) struct Mouth {
    wire: Pace,
    late: VecDeque<(Duration, Vec<u8>)>,
    /// Bytes on the wire up to the end of the last block.
    block: usize,
    /// Bytes that have left.
    pub(super) sent: u64,
}

/// A block reply: a header byte, data, `00`.
fn is_block(bytes: &[u8]) -> bool {
    matches!(bytes, [0x37 | 0x3B | 0x3D | 0x5F, .., 0])
}

impl Mouth {
    pub(super) fn set_rate(&mut self, rate: u32) {
        self.wire.set_rate(rate);
    }

    /// Says this, `delay` from now; never before what was said earlier.
    pub(super) fn say(&mut self, bytes: Vec<u8>, delay: Duration, now: Duration) {
        if delay.is_zero() && self.late.is_empty() {
            self.put(&bytes, now);
        } else {
            let due = self.late.back().map_or(Duration::ZERO, |(due, _)| *due).max(now + delay);
            self.late.push_back((due, bytes));
        }
    }

    fn put(&mut self, bytes: &[u8], now: Duration) {
        for byte in bytes {
            self.wire.push(*byte, now);
        }
        if is_block(bytes) {
            self.block = self.wire.len();
        }
    }

    /// XON or XOFF: before everything that waits, even inside a reply.
    pub(super) fn interject(&mut self, byte: u8, now: Duration) {
        self.wire.push_front(byte, now);
        if self.block > 0 {
            self.block += 1;
        }
    }

    /// Whether a block is being sent: status has to wait, and real-time commands are not heard (Epson).
    pub(super) fn is_in_block(&self) -> bool {
        self.block > 0
    }

    pub(super) fn due(&self) -> Option<Duration> {
        let late = self.late.front().map(|(due, _)| *due);
        [late, self.wire.due()].into_iter().flatten().min()
    }

    /// What has left by `now`.
    pub(super) fn release(&mut self, now: Duration, out: &mut Vec<u8>) {
        while self.late.front().is_some_and(|(due, _)| *due <= now) {
            if let Some((due, bytes)) = self.late.pop_front() {
                self.put(&bytes, due);
            }
        }
        while let Some(byte) = self.wire.pop(now) {
            self.block = self.block.saturating_sub(1);
            self.sent += 1;
            out.push(byte);
        }
    }

    /// Nobody listens any more.
    pub(super) fn clear(&mut self) {
        self.wire.clear();
        self.late.clear();
        self.block = 0;
    }
}
