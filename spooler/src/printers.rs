//! The printers as they are now: what their workers last said, and the way to wake them. Memory only; what must
//! survive a restart is in the store.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use model::{JobId, Moment, Waiting};
use printer::{PrinterState as Said, WorkerHandle};
use protocol::{PrinterRow, PrinterState};
use store::StoreError;
use tokio::sync::Notify;

use crate::config::Printer;

/// What the store did not take is offered again after this long.
const REMIND: Duration = Duration::from_secs(5);

/// All configured printers, in the config's order.
#[derive(Debug)]
pub(crate) struct Printers {
    slots: Vec<Slot>,
    /// Rung when a desk owes the store something.
    debt: Notify,
}

#[derive(Debug)]
struct Slot {
    name: String,
    row: Mutex<PrinterRow>,
    worker: Mutex<Option<Arc<WorkerHandle>>>,
    /// The store did not take something from its desk: it tries again when the store takes something from anybody.
    owes: AtomicBool,
}

/// A printer's line, borrowed from its worker; given back when dropped.
#[derive(Debug)]
pub(crate) struct Borrowed(Arc<WorkerHandle>);

impl Drop for Borrowed {
    fn drop(&mut self) {
        self.0.take_back();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // each holder leaves a whole value behind, whatever happened to it
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Printers {
    /// Printers nobody has heard of yet.
    pub(crate) fn new(configured: &[Printer]) -> Printers {
        let slots = configured.iter().map(|printer| Slot {
            name: printer.name.clone(),
            worker: Mutex::new(None),
            owes: AtomicBool::new(false),
            row: Mutex::new(PrinterRow {
                name: printer.name.clone(),
                connection: printer.connection_text.clone(),
                profile: printer.profile.name.clone(),
                columns: printer.profile.columns,
                state: PrinterState::Unknown,
                cause: None,
                since: None,
                near_end: false,
                proof: model::Proof::Unknown,
                proof_since: None,
                waiting: Waiting::default(),
                job: None,
                last_good_print: None,
                paused: false,
                conditions: None,
                identity: None,
                counters: None,
                proof_detail: None,
            }),
        });
        Printers { slots: slots.collect(), debt: Notify::new() }
    }

    /// Gives a printer its worker.
    pub(crate) fn staff(&self, name: &str, worker: WorkerHandle) {
        if let Some(slot) = self.slot(name) {
            *lock(&slot.worker) = Some(Arc::new(worker));
        }
    }

    /// Tells a printer's worker and row whether it is paused, as the store has it. Read while the worker is held, so
    /// that of two who tell it different things the later one in the store has the last word.
    pub(crate) fn pause(&self, name: &str, kept: impl FnOnce() -> Result<bool, StoreError>) -> Result<(), StoreError> {
        let Some(slot) = self.slot(name) else { return Ok(()) };
        let worker = lock(&slot.worker);
        let paused = kept()?;
        lock(&slot.row).paused = paused;
        if let Some(worker) = worker.as_ref() {
            worker.pause(paused);
        }
        Ok(())
    }

    /// What is known of one, without what waits in the store.
    pub(crate) fn row(&self, name: &str) -> Option<PrinterRow> {
        self.slot(name).map(|slot| lock(&slot.row).clone())
    }

    /// True if a person paused it.
    pub(crate) fn paused(&self, name: &str) -> bool {
        self.slot(name).is_some_and(|slot| lock(&slot.row).paused)
    }

    /// A commit changed the queues of these printers; those that wait for the store to recover are woken, too.
    pub(crate) fn wake(&self, names: &[String]) {
        for slot in &self.slots {
            let owed = slot.owes.swap(false, Ordering::Relaxed);
            if (owed || names.contains(&slot.name))
                && let Some(worker) = lock(&slot.worker).as_ref()
            {
                worker.wake();
            }
        }
    }

    /// The store did not take something from this printer's desk.
    pub(crate) fn owes(&self, name: &str) {
        if let Some(slot) = self.slot(name) {
            slot.owes.store(true, Ordering::Relaxed);
            self.debt.notify_one();
        }
    }

    /// Lets the desks that owe the store something try again after a while, even if nobody else writes: a disk that has
    /// room again says nothing. Never returns.
    pub(crate) async fn remind(&self) {
        loop {
            self.debt.notified().await;
            tokio::time::sleep(REMIND).await;
            self.wake(&[]);
        }
    }

    /// Tells all workers to end; they finish what they have in hand meanwhile.
    pub(crate) fn stop(&self) {
        for slot in &self.slots {
            if let Some(worker) = lock(&slot.worker).as_ref() {
                worker.stop();
            }
        }
    }

    /// Takes the line away from a printer's worker, so that somebody else can use it until what is given back here is
    /// dropped. Waits so long for a job in hand; `None`: it took longer. Blocks.
    pub(crate) fn borrow(&self, name: &str, within: Duration) -> Option<Borrowed> {
        // not under the lock: the store's writer comes by to wake workers
        let worker = lock(&self.slot(name)?.worker).clone()?;
        worker.let_go(within).then_some(Borrowed(worker))
    }

    /// All workers, to be waited for.
    pub(crate) fn dismiss(&self) -> Vec<Arc<WorkerHandle>> {
        self.slots.iter().filter_map(|slot| lock(&slot.worker).take()).collect()
    }

    /// Changes what is known of a printer.
    pub(crate) fn update(&self, name: &str, change: impl FnOnce(&mut PrinterRow)) {
        if let Some(slot) = self.slot(name) {
            change(&mut lock(&slot.row));
        }
    }

    /// What is known of all of them, without what waits in the store.
    pub(crate) fn rows(&self) -> Vec<PrinterRow> {
        self.slots.iter().map(|slot| lock(&slot.row).clone()).collect()
    }

    fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name == name)
    }
}

/// Takes over what a worker said, with the job in its hand.
pub(crate) fn said(row: &mut PrinterRow, said: &Said, job: Option<JobId>, now: Moment) {
    let state = if said.cause.is_some() {
        PrinterState::Blocked
    } else if job.is_some() {
        PrinterState::Printing
    } else if said.ready {
        PrinterState::Ready
    } else if said.connected && said.proof == model::Proof::Unknown {
        PrinterState::Pairing
    } else {
        match row.state {
            // it closed the connection, or is being asked: no trouble in itself
            PrinterState::Ready | PrinterState::Printing => PrinterState::Ready,
            _ => PrinterState::Unknown,
        }
    };
    if (state, said.cause) != (row.state, row.cause) {
        row.since = Some(now);
    }
    if said.proof != row.proof {
        row.proof_since = (said.proof != model::Proof::Unknown).then_some(now);
    }
    row.state = state;
    row.cause = said.cause;
    row.near_end = said.near_end;
    row.conditions = said.conditions;
    row.proof = said.proof;
    row.job = job;
}

#[cfg(test)]
mod tests {
    use model::{Cause, Proof};

    use super::*;

    fn row() -> PrinterRow {
        let config = crate::config::Config::parse(
            "[shop]\nname=\"x\"\n[[printer]]\nname=\"front\"\nconnection=\"file:///dev/null\"\n",
        )
        .unwrap();
        Printers::new(&config.printers).rows().remove(0)
    }

    const GOOD: Said =
        Said { connected: true, ready: true, cause: None, near_end: false, conditions: None, proof: Proof::ProcessId };

    #[test]
    fn a_printer_is_unknown_then_paired_then_ready_then_printing() {
        let mut row = row();
        let now = Moment::new(0, 0);
        assert_eq!(row.state, PrinterState::Unknown);
        said(&mut row, &Said { ready: false, proof: Proof::Unknown, ..GOOD }, None, now);
        assert_eq!(row.state, PrinterState::Pairing);
        said(&mut row, &GOOD, None, now);
        assert_eq!(row.state, PrinterState::Ready);
        said(&mut row, &GOOD, Some(JobId(1)), now);
        assert_eq!(row.state, PrinterState::Printing);
        said(&mut row, &Said { connected: false, ready: false, ..GOOD }, None, now);
        assert_eq!(row.state, PrinterState::Ready, "a closed idle connection is no trouble");
    }

    #[test]
    fn since_when_is_kept_while_nothing_changes() {
        let mut row = row();
        let out = Said { ready: false, cause: Some(Cause::PaperOut), ..GOOD };
        said(&mut row, &out, None, Moment::new(1000, 0));
        said(&mut row, &Said { near_end: true, ..out }, None, Moment::new(2000, 0));
        assert_eq!((row.state, row.since), (PrinterState::Blocked, Some(Moment::new(1000, 0))));
        said(&mut row, &Said { cause: Some(Cause::CoverOpen), ..out }, None, Moment::new(3000, 0));
        assert_eq!(row.since, Some(Moment::new(3000, 0)));
    }
}
