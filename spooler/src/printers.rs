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

use crate::{clock::Clock, config::Printer, queue::standby::Standing};

/// What the store did not take, or did not give, is tried again after this long.
const REMIND: Duration = Duration::from_secs(3);

/// All configured printers, in the config's order.
#[derive(Debug)]
pub(crate) struct Printers {
    slots: Vec<Slot>,
    clock: Clock,
    /// Rung when a desk has to be woken at another time than was known.
    stirred: Notify,
}

#[derive(Debug)]
struct Slot {
    name: String,
    row: Mutex<PrinterRow>,
    worker: Mutex<Option<Arc<WorkerHandle>>>,
    /// The store did not take something from its desk: it tries again when the store takes something from anybody.
    owes: AtomicBool,
    /// When its desk wants to be woken, by the clock's patience.
    wake_at: Mutex<Option<Duration>>,
    standing: Mutex<Standing>,
    /// Who may stand in for it.
    standby: Vec<String>,
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
    pub(crate) fn new(configured: &[Printer], clock: Clock) -> Printers {
        let slots = configured.iter().map(|printer| Slot {
            name: printer.name.clone(),
            worker: Mutex::new(None),
            owes: AtomicBool::new(false),
            wake_at: Mutex::new(None),
            standing: Mutex::default(),
            standby: printer.standby.clone(),
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
        Printers { slots: slots.collect(), clock, stirred: Notify::new() }
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

    /// A commit changed the queues of these printers; those that may stand in for one of them that cannot print are woken,
    /// too, and those that wait for the store to recover.
    pub(crate) fn wake(&self, names: &[String]) {
        let now = self.clock.elapsed();
        let touched = |slot: &&Slot| names.contains(&slot.name) && lock(&slot.standing).unable(now).is_some();
        let helpers: Vec<&String> = self.slots.iter().filter(touched).flat_map(|slot| &slot.standby).collect();
        for slot in &self.slots {
            let owed = slot.owes.swap(false, Ordering::Relaxed);
            if (owed || names.contains(&slot.name) || helpers.contains(&&slot.name))
                && let Some(worker) = lock(&slot.worker).as_ref()
            {
                worker.wake();
            }
        }
    }

    /// The store did not take something from this printer's desk, or could not be read: it tries again after a while, even
    /// if nobody else writes, since a disk that has room again says nothing.
    pub(crate) fn owes(&self, name: &str) {
        if let Some(slot) = self.slot(name) {
            slot.owes.store(true, Ordering::Relaxed);
            self.wake_at(name, self.clock.elapsed() + REMIND);
        }
    }

    /// Wakes a printer's worker at that time, or at an earlier one that was asked for before.
    pub(crate) fn wake_at(&self, name: &str, at: Duration) {
        if let Some(slot) = self.slot(name) {
            let mut wake_at = lock(&slot.wake_at);
            if wake_at.is_none_or(|known| at < known) {
                *wake_at = Some(at);
                drop(wake_at);
                self.stirred.notify_one();
            }
        }
    }

    /// Wakes whoever wanted to be woken by now; how long it is until the next one wants to be.
    pub(crate) fn wake_due(&self) -> Option<Duration> {
        let now = self.clock.elapsed();
        let due = |slot: &Slot| lock(&slot.wake_at).take_if(|at| *at <= now).is_some();
        for slot in self.slots.iter().filter(|slot| due(slot)) {
            if let Some(worker) = lock(&slot.worker).as_ref() {
                worker.wake();
            }
        }
        self.slots.iter().filter_map(|slot| *lock(&slot.wake_at)).min().map(|at| at.saturating_sub(now))
    }

    /// Resolves when [`Printers::wake_due`] is to be asked anew.
    pub(crate) async fn stirred(&self) {
        self.stirred.notified().await;
    }

    /// Wakes all workers: what one of them may take has changed for all.
    pub(crate) fn wake_all(&self) {
        for slot in &self.slots {
            if let Some(worker) = lock(&slot.worker).as_ref() {
                worker.wake();
            }
        }
    }

    /// Whether a printer can print, as far as it is known.
    pub(crate) fn standing(&self, name: &str) -> Standing {
        self.slot(name).map(|slot| *lock(&slot.standing)).unwrap_or_default()
    }

    /// Changes that; the result is the change's own.
    pub(crate) fn stands<R: Default>(&self, name: &str, change: impl FnOnce(&mut Standing) -> R) -> R {
        self.slot(name).map(|slot| change(&mut lock(&slot.standing))).unwrap_or_default()
    }

    /// Ends a job within 2 s if this printer has it in hand.
    pub(crate) fn cancel(&self, name: &str, job: JobId) {
        if let Some(worker) = self.slot(name).and_then(|slot| lock(&slot.worker).clone()) {
            worker.cancel(job.0);
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
        Printers::new(&config.printers, Clock::system()).rows().remove(0)
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
