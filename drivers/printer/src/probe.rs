//! Looking at a printer once, without a queue: can it be reached, who is it, how does it prove. What a technician runs
//! before the printer stands in the config.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use model::{Cause, Conditions, Counters, Identity, Proof};

use crate::{Desk, Ending, PrinterState, Setup, Ticket, Worker};

/// A cause that stands this long is told; one that passes was only the way up.
const STANDS: Duration = Duration::from_secs(1);
/// One that lets us in and closes so often lets nobody in.
const CLOSES: u32 = 2;
/// After its pairing the counters of a printer that speaks in blocks are read.
const COUNTERS: Duration = Duration::from_secs(2);

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// Why it cannot print; `None`: it can.
    pub cause: Option<Cause>,
    /// `unknown` when it was not measured to the end.
    pub proof: Proof,
    /// As far as it told.
    pub identity: Option<Identity>,
    pub conditions: Option<Conditions>,
    pub counters: Option<Counters>,
    /// English: how the proof was found, or what kept it from being found.
    pub detail: String,
}

#[derive(Debug, Default)]
struct Notes {
    state: Option<PrinterState>,
    /// It was connected once.
    connected: bool,
    closes: u32,
    /// Since when its present cause stands.
    cause_since: Option<Instant>,
    ready_since: Option<Instant>,
    paired: Option<(Proof, String)>,
    identity: Option<Identity>,
    counters: Option<Counters>,
}

/// A desk at which no job ever waits.
#[derive(Debug, Clone, Default)]
struct Notebook(Arc<(Mutex<Notes>, Condvar)>);

impl Notebook {
    fn open(&self) -> MutexGuard<'_, Notes> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, change: impl FnOnce(&mut Notes)) {
        change(&mut self.open());
        self.0.1.notify_all();
    }
}

impl Desk for Notebook {
    fn waiting(&mut self) -> bool {
        false
    }

    fn next(&mut self) -> Option<Ticket> {
        None
    }

    fn ended(&mut self, _ending: &Ending, _ready: bool) -> Option<Ticket> {
        None
    }

    fn returned(&mut self, _job: u64, _cause: Option<Cause>) {}

    fn blocked(&mut self, _cause: Option<Cause>) {}

    fn proven(&mut self, _job: u64, _segments: u32) {}

    fn report(&mut self, state: &PrinterState) {
        self.note(|notes| {
            if notes.state.and_then(|before| before.cause) != state.cause {
                notes.cause_since = state.cause.map(|_| Instant::now());
            }
            notes.connected |= state.connected;
            if notes.state.is_some_and(|before| before.connected) && !state.connected {
                notes.closes += 1;
            }
            if notes.state.is_some_and(|before| before.ready) != state.ready {
                notes.ready_since = state.ready.then(Instant::now);
            }
            notes.state = Some(*state);
        });
    }

    fn paired(&mut self, proof: Proof, detail: &str) {
        self.note(|notes| notes.paired = Some((proof, detail.to_owned())));
    }

    fn identified(&mut self, identity: &Identity) {
        self.note(|notes| notes.identity = Some(identity.clone()));
    }

    fn counted(&mut self, counters: &Counters) {
        self.note(|notes| notes.counters = Some(*counters));
    }
}

impl Notes {
    /// When everything is known that will be; `None`: only when something changes.
    fn over_at(&self, counts: bool) -> Option<Instant> {
        let state = self.state?;
        if state.ready {
            let speaks = self.identity.as_ref().is_some_and(|identity| !identity.is_empty());
            let patience = if counts && speaks && self.counters.is_none() { COUNTERS } else { Duration::ZERO };
            return self.ready_since.map(|since| since + patience);
        }
        if self.closes >= CLOSES && !state.connected {
            return Some(Instant::now());
        }
        self.cause_since.map(|since| since + STANDS)
    }

    fn probed(&self) -> Probed {
        let state = self.state;
        let cause = state.and_then(|state| state.cause);
        let gone = if self.connected { Cause::ConnectionLost } else { Cause::Unreachable };
        let cause = cause.or_else(|| (!state.is_some_and(|state| state.connected)).then_some(gone));
        let ready = state.is_some_and(|state| state.ready);
        let (proof, detail) = match (&self.paired, state) {
            (Some((proof, detail)), _) => (*proof, detail.clone()),
            (None, Some(state)) if ready => {
                let detail = match state.proof {
                    Proof::NoProof => "it takes bytes and answers nothing".to_owned(),
                    proof => format!("it is remembered to prove by {proof}"),
                };
                (state.proof, detail)
            }
            (None, _) => (Proof::Unknown, "it was not measured".to_owned()),
        };
        Probed {
            cause,
            proof,
            identity: self.identity.clone().filter(|identity| !identity.is_empty()),
            conditions: state.and_then(|state| state.conditions),
            counters: self.counters,
            detail,
        }
    }
}

/// Connects, asks and measures: until the printer is paired, known to be mute, or stopped by a cause for more than a
/// second, at most for `limit`. Blocks. Where GS r or counters are measured, 100 mm of paper are fed.
///
/// The printer must not be in another worker's hand: most let one client in.
pub fn probe(setup: Setup, limit: Duration) -> Probed {
    let counts = setup.abilities.counters;
    let notebook = Notebook::default();
    let worker = match Worker::spawn(setup, Box::new(notebook.clone())) {
        Ok(worker) => worker,
        Err(error) => {
            let detail = format!("starting the probe's thread: {error}");
            return Probed { cause: None, detail, ..Notes::default().probed() };
        }
    };
    let end = Instant::now() + limit;
    let mut notes = notebook.open();
    let probed = loop {
        let over = notes.over_at(counts).map_or(end, |at| at.min(end));
        let left = over.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break notes.probed();
        }
        let waited = notebook.0.1.wait_timeout(notes, left);
        notes = waited.unwrap_or_else(PoisonError::into_inner).0;
    };
    drop(notes);
    worker.join();
    probed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_reached_without_a_connection_is_named() {
        assert_eq!(Notes::default().probed().cause, Some(Cause::Unreachable));
    }
}
