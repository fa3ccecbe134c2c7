//! The side that a printer's worker speaks to: whoever owns the queue and the store.

use model::{Cause, Counters, Identity, Proof};

use crate::{Ending, Late, PrinterState, Ticket};

/// What a worker needs from the owner of the queue. Called on the worker's thread; each call may commit.
///
/// The order is always: the printer is well → [`Desk::next`] commits `sending` → first byte → … → [`Desk::ended`]
/// commits the end. Each ticket comes back exactly once, by `ended` or by `returned`; only [`Desk::late`] may name a
/// job that is over.
pub trait Desk: Send {
    /// True while a job waits for this printer. Cheap; asked after every wake.
    fn waiting(&mut self) -> bool;

    /// Claims and renders the next job and commits `sending` durably. `None`: nothing to do.
    fn next(&mut self) -> Option<Ticket>;

    /// Commits the end of a job and, with `ready`, in the same commit the claim of the next one.
    /// Without `ready` the printer cannot take another now: return `None`.
    fn ended(&mut self, ending: &Ending, ready: bool) -> Option<Ticket>;

    /// Nothing of this job left us: it goes back in line.
    fn returned(&mut self, job: u64, cause: Option<Cause>);

    /// The first job in line cannot be taken for this reason; `None`: it is no longer held up. Called on changes.
    fn blocked(&mut self, cause: Option<Cause>);

    /// So many leading segments of the job in hand are on paper.
    fn proven(&mut self, job: u64, segments: u32);

    /// The printer's state changed; a cause in it is also that of the job in hand, which stays `sending`.
    fn report(&mut self, state: &PrinterState);

    /// A measurement found how this printer proves: remember it for the next start.
    fn paired(&mut self, proof: Proof, detail: &str);

    /// It said who it is: remember it beside the pairing. An empty identity is one who was asked and told nothing; kept as
    /// such, it is not asked again before printing. Called when it is first known, and again when another printer stands
    /// there; then a new pairing follows.
    fn identified(&mut self, _identity: &Identity) {}

    /// What it has counted, when that is first known and when it changed.
    fn counted(&mut self, _counters: &Counters) {}

    /// Proof of a job that is over came after all. It never says more than which segments are on paper.
    fn late(&mut self, _late: &Late) {}

    /// Behind the slip that broke off last, in this run or an earlier one, it is printed what that is: nothing of it is left to be
    /// repaired.
    fn mended(&mut self) {}
}
