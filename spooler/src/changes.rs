//! What changed, in memory: the last few thousand changes, and who waits for the next one.
//!
//! Subscribers and waiting requests read from here; the store is asked only for what they then want to see.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use model::{Change, JobId, TransactionId};
use protocol::{Event, SignInChanged, SignInLine};
use tokio::sync::watch;

/// So many changes are kept for those who come back.
const KEPT: usize = 4096;

/// The feed. Cheap to clone; any thread may add.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    ring: Arc<Mutex<Ring>>,
    /// The place after the last entry; waking by value, so no waker is ever missed.
    end: watch::Sender<u64>,
}

#[derive(Debug)]
struct Ring {
    entries: VecDeque<Event>,
    /// The place of the first entry kept; places grow by one per entry and have nothing to do with change numbers.
    first: u64,
    /// Everything after this change is in the ring.
    known_after: Change,
    now: Change,
}

impl Ring {
    fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }
}

impl Changes {
    /// A feed that knows nothing before the given change.
    pub(crate) fn from(now: Change) -> Changes {
        let ring = Ring { entries: VecDeque::new(), first: 0, known_after: now, now };
        Changes { ring: Arc::new(Mutex::new(ring)), end: watch::Sender::new(0) }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        // whoever panicked while holding it left whole entries behind
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A commit.
    pub(crate) fn committed(&self, change: Change, transactions: Vec<TransactionId>, jobs: Vec<JobId>) {
        self.add(|ring| {
            ring.now = ring.now.max(change);
            Event::Changed { change, transactions, jobs, printers: Vec::new() }
        });
    }

    /// A printer's state changed, without a commit: told with the last commit's number.
    pub(crate) fn printer_changed(&self, name: &str) {
        self.add(|ring| Event::Changed {
            change: ring.now,
            transactions: Vec::new(),
            jobs: Vec::new(),
            printers: vec![name.to_owned()],
        });
    }

    /// The sign-in changed: told with the last commit's number.
    pub(crate) fn sign_in_changed(&self, sign_in: SignInLine) {
        self.add(|ring| Event::SignIn(SignInChanged { change: ring.now, sign_in }));
    }

    fn add(&self, event: impl FnOnce(&mut Ring) -> Event) {
        let mut ring = self.ring();
        let event = event(&mut ring);
        ring.entries.push_back(event);
        if ring.entries.len() > KEPT {
            ring.first += 1;
            if let Some(Event::Changed { change, .. }) = ring.entries.pop_front() {
                ring.known_after = ring.known_after.max(change);
            }
        }
        self.end.send_replace(ring.end());
    }

    /// The number of the last commit.
    pub(crate) fn now(&self) -> Change {
        self.ring().now
    }

    /// Everything from here on.
    pub(crate) fn follow(&self) -> Following {
        let ring = self.ring();
        Following { changes: self.clone(), place: ring.end(), woken: self.end.subscribe(), reset: false }
    }

    /// Everything after a change; a reset first, if that is too far back, or of another life of the store.
    pub(crate) fn after(&self, after: Change) -> (Change, Following) {
        let ring = self.ring();
        let reset = after < ring.known_after || after > ring.now;
        // printers' states come with the number of a commit that was told before: those are told again
        let told = |event: &&Event| match event {
            Event::Changed { change, printers, .. } => *change < after || (*change == after && printers.is_empty()),
            // told again, as those are
            Event::SignIn(SignInChanged { change, .. }) => *change < after,
            Event::Reset { .. } => true,
        };
        let known = if reset { ring.entries.len() } else { ring.entries.iter().take_while(told).count() };
        let place = ring.first + known as u64;
        let following = Following { changes: self.clone(), place, woken: self.end.subscribe(), reset };
        (ring.now, following)
    }
}

/// One reader's place in the feed.
#[derive(Debug)]
pub(crate) struct Following {
    changes: Changes,
    place: u64,
    woken: watch::Receiver<u64>,
    reset: bool,
}

impl Following {
    /// The next event; waits for one. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.ready() {
                return event;
            }
            if self.woken.changed().await.is_err() {
                // the feed lives as long as the daemon; without it nothing will ever come
                std::future::pending::<()>().await;
            }
        }
    }

    fn ready(&mut self) -> Option<Event> {
        self.woken.mark_unchanged();
        let ring = self.changes.ring();
        if std::mem::take(&mut self.reset) || self.place < ring.first {
            self.place = ring.end();
            return Some(Event::Reset { reset: ring.now });
        }
        let event = ring.entries.get(usize::try_from(self.place - ring.first).ok()?)?.clone();
        self.place += 1;
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(changes: &Changes, number: u64) {
        changes.committed(Change(number), vec![], vec![JobId(number)]);
    }

    fn number(event: Event) -> (u64, bool) {
        match event {
            Event::Changed { change, .. } => (change.0, false),
            Event::SignIn(SignInChanged { change, .. }) => (change.0, false),
            Event::Reset { reset } => (reset.0, true),
        }
    }

    #[tokio::test]
    async fn who_comes_back_is_told_what_it_missed_and_then_what_comes() {
        let changes = Changes::from(Change(10));
        for n in 11..14 {
            commit(&changes, n);
        }
        let (now, mut following) = changes.after(Change(11));
        assert_eq!(now, Change(13));
        assert_eq!(number(following.next().await), (12, false));
        assert_eq!(number(following.next().await), (13, false));
        let waiting = tokio::spawn(async move { number(following.next().await) });
        commit(&changes, 14);
        assert_eq!(waiting.await.unwrap(), (14, false));
    }

    #[tokio::test]
    async fn a_number_from_before_the_start_or_from_the_future_is_a_reset() {
        let changes = Changes::from(Change(10));
        commit(&changes, 11);
        for after in [0, 9, 12, u64::MAX] {
            let (_, mut following) = changes.after(Change(after));
            assert_eq!(number(following.next().await), (11, true), "after {after}");
        }
        let (_, mut following) = changes.after(Change(10));
        assert_eq!(number(following.next().await), (11, false));
    }

    #[tokio::test]
    async fn a_reader_that_sleeps_too_long_is_reset_and_goes_on() {
        let changes = Changes::from(Change(0));
        let mut following = changes.follow();
        let last = KEPT as u64 + 1;
        for n in 1..=last {
            commit(&changes, n);
        }
        assert_eq!(number(following.next().await), (last, true));
        commit(&changes, last + 1);
        assert_eq!(number(following.next().await), (last + 1, false));
        let (_, mut late) = changes.after(Change(0));
        assert_eq!(number(late.next().await), (last + 1, true));
    }

    #[tokio::test]
    async fn a_printers_state_comes_with_the_last_commits_number_and_is_not_lost_between_two_requests() {
        let changes = Changes::from(Change(0));
        commit(&changes, 1);
        changes.printer_changed("front");
        let (_, mut following) = changes.after(Change(1));
        assert_eq!(
            following.next().await,
            Event::Changed { change: Change(1), transactions: vec![], jobs: vec![], printers: vec!["front".into()] }
        );
    }
}
