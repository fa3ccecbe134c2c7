//! What is still on its way to the printer, by the time that the line needs for each byte.

use std::time::Duration;

/// The line between us and a printer: one byte after another.
#[derive(Debug)]
pub(crate) struct Clock {
    per_byte: Duration,
    /// When the last byte given to the kernel has left the line.
    free_at: Duration,
}

impl Clock {
    pub(crate) fn new(baud: u32, bits_per_byte: u32) -> Self {
        let nanos = 1_000_000_000 * u64::from(bits_per_byte) / u64::from(baud.max(1));
        Self { per_byte: Duration::from_nanos(nanos.max(1)), free_at: Duration::ZERO }
    }

    /// The time that so many bytes take.
    pub(crate) fn time_of(&self, bytes: usize) -> Duration {
        self.per_byte.saturating_mul(u32::try_from(bytes).unwrap_or(u32::MAX))
    }

    /// Bytes that the line carries in this time, at least one.
    pub(crate) fn bytes_in(&self, time: Duration) -> usize {
        usize::try_from(time.as_nanos() / self.per_byte.as_nanos().max(1)).unwrap_or(usize::MAX).max(1)
    }

    /// Bytes under way, the one that has begun included.
    pub(super) fn under_way(&self, now: Duration) -> usize {
        let nanos = self.free_at.saturating_sub(now).as_nanos();
        usize::try_from(nanos.div_ceil(self.per_byte.as_nanos().max(1))).unwrap_or(usize::MAX)
    }

    /// When no more than so many bytes are under way.
    pub(super) fn down_to(&self, bytes: usize) -> Duration {
        self.free_at.saturating_sub(self.time_of(bytes))
    }

    /// One more byte; returns when it has arrived.
    pub(super) fn send(&mut self, now: Duration) -> Duration {
        self.free_at = self.free_at.max(now) + self.per_byte;
        self.free_at
    }
}
