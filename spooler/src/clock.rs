//! The daemon's clock, as a value: the system's, or one that a test sets. Everything that decides by time asks it.

use std::{
    fmt,
    time::{Duration, Instant},
};

use jiff::Timestamp;

#[cfg(test)]
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// How long this machine is on, in milliseconds, asleep or not: goes on evenly, whatever is done to the wall clock.
pub(crate) fn uptime_ms() -> u64 {
    let on = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    u64::try_from(on.tv_sec).unwrap_or(0).saturating_mul(1000) + u64::try_from(on.tv_nsec).unwrap_or(0) / 1_000_000
}

/// What time it is, for people and for patience.
#[derive(Clone)]
pub(crate) enum Clock {
    /// The system's; patience since this moment.
    System(Instant),
    /// Milliseconds since a start, which only the test moves on.
    #[cfg(test)]
    Set { start: Timestamp, passed_ms: Arc<AtomicU64> },
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({} after {:?})", self.now(), self.elapsed())
    }
}

impl Clock {
    pub(crate) fn system() -> Clock {
        Clock::System(Instant::now())
    }

    /// A clock that stands until it is moved on.
    #[cfg(test)]
    pub(crate) fn set(start: Timestamp) -> Clock {
        Clock::Set { start, passed_ms: Arc::default() }
    }

    /// Moves a set clock on; its copies go with it. The system's goes by itself.
    #[cfg(test)]
    pub(crate) fn pass(&self, time: Duration) {
        if let Clock::Set { passed_ms, .. } = self {
            passed_ms.fetch_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    /// What the wall clock says; a person may set it back.
    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Clock::System(_) => Timestamp::now(),
            #[cfg(test)]
            Clock::Set { start, .. } => start.checked_add(self.elapsed()).unwrap_or(*start),
        }
    }

    /// How long the daemon runs; never goes back.
    pub(crate) fn elapsed(&self) -> Duration {
        match self {
            Clock::System(started) => started.elapsed(),
            #[cfg(test)]
            Clock::Set { passed_ms, .. } => Duration::from_millis(passed_ms.load(Ordering::Relaxed)),
        }
    }
}
