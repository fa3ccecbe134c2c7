//! What a connection's peer is borne with: how slowly it may read, and how often it may ask for what is refused. No I/O: the
//! time is a value passed in.

use std::collections::VecDeque;

use tokio::time::{Duration, Instant};

/// What waited when the clock began must be taken within this.
const STALLED: Duration = Duration::from_secs(60);
/// So many refusals within [`SPAN`] cost nothing.
const FREE: usize = 10;
const SPAN: Duration = Duration::from_secs(1);
/// So long nothing is read for each one more.
const PAUSE: Duration = Duration::from_millis(100);

/// A reader that may be too slow: a byte now and then is not enough.
#[derive(Debug, Default)]
pub(crate) struct Stall(Option<(Instant, usize)>);

impl Stall {
    /// So many bytes wait for the reader now; the clock begins if it does not run.
    pub(crate) fn waiting(&mut self, bytes: usize, now: Instant) {
        if bytes == 0 {
            self.0 = None;
        } else if self.0.is_none() {
            self.0 = Some((now + STALLED, bytes));
        }
    }

    /// The reader took so many.
    pub(crate) fn took(&mut self, bytes: usize) {
        self.0 =
            self.0.and_then(|(due, left)| left.checked_sub(bytes).filter(|left| *left > 0).map(|left| (due, left)));
    }

    /// When it is given up.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.0.map(|(due, _)| due)
    }
}

/// Refusals, each with its audit row: who has them made by the thousand is slowed, never refused itself.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    recent: VecDeque<Instant>,
    until: Option<Instant>,
}

impl Refusals {
    /// One more.
    pub(crate) fn add(&mut self, now: Instant) {
        self.recent.push_back(now);
        if self.recent.len() > FREE {
            let first = self.recent.pop_front();
            if first.is_some_and(|first| now.duration_since(first) < SPAN) {
                self.until = Some(self.until.unwrap_or(now).max(now) + PAUSE);
            }
        }
    }

    /// Until when nothing more is read or begun, if that is still to come.
    pub(crate) fn until(&self, now: Instant) -> Option<Instant> {
        self.until.filter(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_reader_has_a_minute_for_what_waited_whatever_is_added_and_however_little_it_takes() {
        let begun = Instant::now();
        let mut stall = Stall::default();
        stall.waiting(1000, begun);
        for n in 0..59 {
            stall.took(1);
            stall.waiting(5000, begun + SECOND * n);
            assert_eq!(stall.due(), Some(begun + STALLED), "a byte a second does not win time");
        }
        stall.took(941);
        stall.waiting(5000, begun + SECOND * 59);
        assert_eq!(stall.due(), Some(begun + SECOND * 119), "what waited is gone: the next lot has its own minute");
        stall.waiting(0, begun + SECOND * 60);
        assert_eq!(stall.due(), None);
    }

    #[test]
    fn ten_refusals_a_second_are_free_and_each_more_costs_a_tenth() {
        let begun = Instant::now();
        let mut refusals = Refusals::default();
        (0..10).for_each(|_| refusals.add(begun));
        assert_eq!(refusals.until(begun), None);
        refusals.add(begun);
        assert_eq!(refusals.until(begun), Some(begun + PAUSE));
        refusals.add(begun);
        assert_eq!(refusals.until(begun), Some(begun + PAUSE * 2));
        assert_eq!(refusals.until(begun + PAUSE * 2), None);
        let mut slow = Refusals::default();
        (0..100).for_each(|n| slow.add(begun + PAUSE * n));
        assert_eq!(slow.until(begun + PAUSE * 99), None, "ten a second is as fast as it may be");
    }
}
