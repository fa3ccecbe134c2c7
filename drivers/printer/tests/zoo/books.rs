//! A desk that keeps its queue in memory and writes down everything it is told. Nothing is judged here.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::{Arc, Condvar, Mutex, MutexGuard},
    time::Duration,
};

use model::{Cause, JobState, Proof};
use printer::{Desk, Ending, Late, PrinterState, Ticket};

/// No wait takes this long unless something is broken.
const PATIENCE: Duration = Duration::from_secs(90);

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    Claimed(u64),
    Ended(Ending),
    Returned(u64, Option<Cause>),
    Blocked(Option<Cause>),
    Report(PrinterState),
    Paired(Proof, String),
    Late(Late),
}

type Deed = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Pages {
    queue: VecDeque<Ticket>,
    claimed: BTreeMap<u64, Ticket>,
    entries: Vec<Entry>,
    /// Done when the first job is claimed: after the claim, before its first byte leaves.
    deed: Option<Deed>,
}

/// The books of one desk, shared with its worker.
#[derive(Clone, Default)]
pub(crate) struct Books(Arc<(Mutex<Pages>, Condvar)>);

impl fmt::Debug for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Books")
    }
}

impl Books {
    fn open(&self) -> MutexGuard<'_, Pages> {
        self.0.0.lock().unwrap()
    }

    fn write(&self, entry: Entry) {
        self.open().entries.push(entry);
        self.0.1.notify_all();
    }

    pub(crate) fn queue(&self, ticket: Ticket) {
        self.open().queue.push_back(ticket);
    }

    /// What a hand does as soon as the next job is claimed.
    pub(crate) fn at_claim(&self, deed: impl FnOnce() + Send + 'static) {
        self.open().deed = Some(Box::new(deed));
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.open().entries.clone()
    }

    /// Waits until the entries are like this.
    pub(crate) fn wait(&self, what: &str, like: impl Fn(&[Entry]) -> bool) -> Result<(), String> {
        let pages = self.open();
        let (pages, late) = self.0.1.wait_timeout_while(pages, PATIENCE, |pages| !like(&pages.entries)).unwrap();
        if !late.timed_out() {
            return Ok(());
        }
        let last: Vec<_> = pages.entries.iter().rev().take(6).rev().collect();
        Err(format!("never {what}; the last of {} entries: {last:?}", pages.entries.len()))
    }

    /// Waits until this cause is the last that was reported.
    pub(crate) fn wait_cause(&self, cause: Cause) -> Result<(), String> {
        self.wait(cause.word(), |entries| last_state(entries).is_some_and(|state| state.cause == Some(cause)))
    }

    /// Waits until the last thing reported is that it can take a job.
    pub(crate) fn wait_ready(&self) -> Result<(), String> {
        self.wait("ready", |entries| last_state(entries).is_some_and(|state| state.ready))
    }

    /// Waits until this job is over; its end.
    pub(crate) fn wait_end(&self, job: u64) -> Result<Ending, String> {
        let of = |entries: &[Entry]| {
            entries.iter().find_map(|entry| match entry {
                Entry::Ended(ending) if ending.job == job => Some(ending.clone()),
                _ => None,
            })
        };
        self.wait(&format!("the end of job {job}"), |entries| of(entries).is_some())?;
        Ok(of(&self.entries()).unwrap())
    }

    /// The state of a job that is over, late proof included.
    pub(crate) fn state_of(&self, job: u64) -> Option<JobState> {
        let mut state = None;
        for entry in self.entries() {
            match entry {
                Entry::Ended(ending) if ending.job == job => state = Some(ending.state),
                Entry::Late(late) if late.job == job && late.whole => state = Some(JobState::Confirmed),
                _ => {}
            }
        }
        state
    }

    /// The causes of the printer that were reported, each once, in order.
    pub(crate) fn causes(&self) -> Vec<Cause> {
        let mut causes = Vec::new();
        let entries = self.entries();
        for entry in &entries {
            if let Entry::Report(PrinterState { cause: Some(cause), .. }) = entry
                && !causes.contains(cause)
            {
                causes.push(*cause);
            }
        }
        causes
    }

    fn claim(&self) -> Option<Ticket> {
        let mut pages = self.open();
        let ticket = pages.queue.pop_front()?;
        pages.claimed.insert(ticket.job, ticket.clone());
        pages.entries.push(Entry::Claimed(ticket.job));
        let deed = pages.deed.take();
        drop(pages);
        if let Some(deed) = deed {
            deed();
        }
        self.0.1.notify_all();
        Some(ticket)
    }
}

pub(crate) fn last_state(entries: &[Entry]) -> Option<PrinterState> {
    entries.iter().rev().find_map(|entry| match entry {
        Entry::Report(state) => Some(*state),
        _ => None,
    })
}

impl Desk for Books {
    fn waiting(&mut self) -> bool {
        !self.open().queue.is_empty()
    }

    fn next(&mut self) -> Option<Ticket> {
        self.claim()
    }

    fn ended(&mut self, ending: &Ending, ready: bool) -> Option<Ticket> {
        self.write(Entry::Ended(ending.clone()));
        if ready { self.claim() } else { None }
    }

    fn returned(&mut self, job: u64, cause: Option<Cause>) {
        let mut pages = self.open();
        if let Some(ticket) = pages.claimed.remove(&job) {
            pages.queue.push_front(ticket);
        }
        pages.entries.push(Entry::Returned(job, cause));
        drop(pages);
        self.0.1.notify_all();
    }

    fn blocked(&mut self, cause: Option<Cause>) {
        self.write(Entry::Blocked(cause));
    }

    fn proven(&mut self, _job: u64, _segments: u32) {}

    fn report(&mut self, state: &PrinterState) {
        self.write(Entry::Report(*state));
    }

    fn paired(&mut self, proof: Proof, detail: &str) {
        self.write(Entry::Paired(proof, detail.to_owned()));
    }

    fn late(&mut self, late: &Late) {
        self.write(Entry::Late(late.clone()));
    }
}
