//! Paper under way: a distance, a speed and when it will be done. No reason why it moves.

use std::time::Duration;

/// A paper movement in progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Motion {
    start: Duration,
    dots: u64,
    per_dot: Duration,
}

impl Motion {
    /// `dots` from `start` on at `speed` mm/s (0: at once) on a printer of `dpi`.
    pub(super) fn new(start: Duration, dots: u64, speed: u32, dpi: u32) -> Self {
        let per_dot = match u64::from(speed) * u64::from(dpi) {
            0 => Duration::ZERO,
            rate => Duration::from_nanos(25_400_000_000 / rate),
        };
        Self { start, dots, per_dot }
    }

    /// All of its dots.
    pub(super) fn dots(&self) -> u64 {
        self.dots
    }

    /// How long all of it takes.
    pub(super) fn time(&self) -> Duration {
        let nanos = u64::try_from(self.per_dot.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(nanos.saturating_mul(self.dots))
    }

    /// When the last dot has passed.
    pub(super) fn end(&self) -> Duration {
        self.start.saturating_add(self.time())
    }

    /// Dots that have passed at `now`.
    pub(super) fn done(&self, now: Duration) -> u64 {
        let passed = now.saturating_sub(self.start).as_nanos();
        match self.per_dot.as_nanos() {
            0 => self.dots,
            per_dot => u64::try_from(passed / per_dot).unwrap_or(u64::MAX).min(self.dots),
        }
    }
}
