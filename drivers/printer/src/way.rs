//! Where the way to a printer stands, and when it is to be tried again. Time is passed in.

use std::time::{Duration, Instant};

use crate::{link::Link, tcp::TcpOpening};

/// A name must be found out within this.
pub(crate) const RESOLVE: Duration = Duration::from_secs(3);
pub(crate) const AGAIN_WAITING: Duration = Duration::from_millis(500);
pub(crate) const AGAIN_IDLE: Duration = Duration::from_secs(10);
/// Between closing and opening: some network boards are confused by less (facts: wait 150 to 200 ms), and the kernel needs
/// a moment to take a node away.
const REST: Duration = Duration::from_millis(200);
/// So long nobody listens to a peer that sends without end.
const HUSH: Duration = Duration::from_millis(20);

/// Where the way to a printer stands.
#[derive(Debug)]
pub(crate) enum Way {
    Down(Down),
    /// The host's name is being looked up.
    Resolving {
        since: Instant,
    },
    Connecting(TcpOpening),
    Up(Up),
    /// Left to somebody else, by order.
    Away,
}

/// There is no connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Down {
    pub(crate) since: Instant,
    pub(crate) why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Nothing was tried yet, or the line was given back to us.
    Fresh,
    /// Closed in idleness after some use. `lasted`: it was open for a good while.
    Idle { lasted: bool },
    /// A device that was open for some time broke off: is it still there?
    Gone,
    /// It could not be opened, or not for long.
    Trouble,
    /// There is no such device, or we may not open it: nothing changes until the watch tells. `again`: it was told and
    /// nothing was found, perhaps because the system had not finished; one more look.
    Absent { again: bool },
}

impl Down {
    pub(crate) fn now(why: Why) -> Self {
        Self { since: Instant::now(), why }
    }

    /// When to try next; `waiting`: a job waits for it.
    pub(crate) fn due(&self, waiting: bool) -> Option<Instant> {
        let after = match self.why {
            Why::Fresh => Duration::ZERO,
            Why::Idle { .. } if waiting => REST,
            // switched off, or only tired of us? One look tells, and a person at the screen wants to know
            Why::Idle { lasted: true } => AGAIN_WAITING,
            Why::Gone => REST,
            Why::Trouble if waiting => AGAIN_WAITING,
            Why::Absent { again: true } => AGAIN_WAITING,
            Why::Absent { again: false } => return None,
            Why::Idle { lasted: false } | Why::Trouble => AGAIN_IDLE,
        };
        Some(self.since + after)
    }
}

/// An open way.
#[derive(Debug)]
pub(crate) struct Up {
    pub(crate) link: Link,
    since: Instant,
    /// It said more in one breath than a printer has to say, and is not listened to until then.
    deaf: Option<Instant>,
}

impl Up {
    pub(crate) fn now(link: Link) -> Self {
        Self { link, since: Instant::now(), deaf: None }
    }

    /// Too much at once: whoever floods us must not keep us awake, nor from stopping.
    pub(crate) fn flooded(&mut self) {
        self.deaf = Some(Instant::now() + HUSH);
    }

    /// When it is listened to again; `None`: now.
    pub(crate) fn deaf(&self) -> Option<Instant> {
        self.deaf.filter(|until| Instant::now() < *until)
    }

    /// Why the way is down once this one has ended, `used`: with a cause, so not in idleness.
    pub(crate) fn ends(&self, used: bool, device: bool) -> Why {
        let short = self.is_short();
        match (device, short || used) {
            (true, _) if !short => Why::Gone,
            (true, _) | (false, true) => Why::Trouble,
            (false, false) => Why::Idle { lasted: self.since.elapsed() >= AGAIN_IDLE },
        }
    }

    /// It has only just been opened.
    pub(crate) fn is_short(&self) -> bool {
        self.since.elapsed() < AGAIN_WAITING
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_device_is_never_asked_for_by_the_clock() {
        let since = Instant::now();
        for waiting in [true, false] {
            assert_eq!(Down { since, why: Why::Absent { again: false } }.due(waiting), None);
            assert_eq!(Down { since, why: Why::Absent { again: true } }.due(waiting), Some(since + AGAIN_WAITING));
        }
    }

    #[test]
    fn a_job_that_waits_makes_us_try_within_half_a_second() {
        let since = Instant::now();
        for why in [Why::Fresh, Why::Idle { lasted: false }, Why::Idle { lasted: true }, Why::Gone, Why::Trouble] {
            let due = Down { since, why }.due(true).unwrap();
            assert!(due <= since + AGAIN_WAITING, "{why:?}");
        }
    }

    #[test]
    fn between_closing_and_opening_there_is_a_rest() {
        let since = Instant::now();
        for why in [Why::Idle { lasted: false }, Why::Idle { lasted: true }, Why::Gone, Why::Trouble] {
            assert!(Down { since, why }.due(true).unwrap() >= since + Duration::from_millis(150), "{why:?}");
        }
    }
}
