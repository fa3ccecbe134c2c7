//! One printer's desk: what its worker asks of the queue and the store, and what becomes of what it says.
//!
//! Called on the worker's thread. Intent is committed before the first byte leaves, the end after it (DESIGN §4.3);
//! the end of one job and the claim of the next share a commit.

use std::sync::Arc;

use model::{Cause, Counters, Evidence, Grade, Identity, Job, JobId, JobKind, JobState, Moment, Proof};
use printer::{Desk, Late, Ticket};
use store::{Batch, Pairing, Reader, StoreError};

use crate::{
    claim::{Claim, Unready},
    config::Printer,
    house::House,
    printers, restart,
};

/// A printer's desk.
pub(crate) struct PrinterDesk {
    house: Arc<House>,
    printer: Printer,
    /// What the worker said last.
    said: Option<printer::PrinterState>,
    in_hand: Option<(JobId, JobKind)>,
    /// What the store remembers of the way it proves.
    pairing: Option<Pairing>,
    /// Who it is, as far as it was asked.
    identity: Option<Identity>,
    /// Why the first in line cannot be taken.
    blocked: Option<Cause>,
    /// What the store could not take; told again before anything else.
    unsaved: Vec<(JobId, Owed)>,
}

/// What became of a job, and is not in the store yet.
#[derive(Clone)]
enum Owed {
    End(store::Ending),
    /// Nothing left us: back in line.
    Back(Option<Cause>),
}

impl Owed {
    fn pay(&self, batch: &mut Batch<'_>, id: JobId, now: Moment) -> Result<(), StoreError> {
        match self {
            Owed::End(ending) => batch.end(id, ending, now).map(drop),
            Owed::Back(Some(cause)) => batch.block(id, *cause).map(drop),
            Owed::Back(None) => batch.unblock(id).map(drop),
        }
    }
}

/// True if the same may succeed later.
fn may_pass(error: &StoreError) -> bool {
    matches!(error, StoreError::DiskFull | StoreError::Io(_) | StoreError::Closed(_) | StoreError::Undone(_))
}

impl PrinterDesk {
    /// With what is remembered of it, if that holds for this connection and profile.
    pub(crate) fn new(house: Arc<House>, printer: Printer, pairing: Option<Pairing>) -> PrinterDesk {
        let identity = pairing.as_ref().and_then(|pairing| pairing.identity.clone());
        PrinterDesk { house, printer, said: None, in_hand: None, pairing, identity, blocked: None, unsaved: Vec::new() }
    }

    fn failed(&self, doing: &str, error: &StoreError) {
        tracing::error!("printer {}: {doing}: {error}", self.printer.name);
        if may_pass(error) {
            self.house.printers.owes(&self.printer.name);
        }
    }

    fn reader(&self) -> Option<Reader> {
        self.house.store.reader().inspect_err(|error| self.failed("reading the queue", error)).ok()
    }

    fn commit<R: Send + 'static>(
        &self,
        doing: &str,
        operation: impl FnOnce(&mut Batch<'_>) -> Result<R, StoreError> + Send + 'static,
    ) -> Option<R> {
        self.house.writer.commit(operation).inspect_err(|error| self.failed(doing, error)).ok()
    }

    /// The first job in line that can be sent. One that cannot be rendered is ended here, one that is too old is laid
    /// aside for a person, so that the others go on.
    fn first_in_line(&self) -> Option<Claim> {
        loop {
            let reader = self.reader()?;
            let job = reader.peek(&self.printer.name).inspect_err(|e| self.failed("reading the queue", e)).ok()??;
            if self.too_old(&job) {
                drop(reader);
                self.lay_aside(&job)?;
                continue;
            }
            match Claim::of(&self.house, &self.printer, &reader, &job) {
                Ok(claim) => return Some(claim),
                Err(Unready::Store(error)) => {
                    self.failed("reading a document", &error);
                    return None;
                }
                Err(Unready::Never(why)) => {
                    drop(reader);
                    self.give_up(&job, why)?;
                }
            }
        }
    }

    fn too_old(&self, job: &Job) -> bool {
        let age = self.house.now().unix_ms().saturating_sub(job.queued_at.unix_ms());
        // a clock that was set back makes nothing old
        u128::try_from(age).is_ok_and(|age| age >= self.house.config.queue.expire.of(job.kind).as_millis())
    }

    /// The store refuses nothing here but a job that a person moved or released meanwhile: then it is looked at again.
    fn lay_aside(&self, job: &Job) -> Option<()> {
        tracing::warn!("printer {}: {} {} is too old to be sent unasked", self.printer.name, job.kind, job.id);
        let (id, queued_at) = (job.id, job.queued_at);
        self.commit("laying a job aside that is too old", move |batch| match batch.job(id)? {
            Some(job) if job.queued_at == queued_at && matches!(job.state, JobState::Queued | JobState::Blocked) => {
                batch.expire(id).map(drop)
            }
            _ => Ok(()),
        })
    }

    fn give_up(&self, job: &Job, why: String) -> Option<()> {
        tracing::error!("printer {}: job {} cannot be printed: {why}", self.printer.name, job.id);
        let now = self.house.now();
        let ending = store::Ending {
            state: JobState::NotPrinted,
            cause: None,
            evidence: vec![Evidence { at: now, grade: Grade::None, detail: why }],
            proven: None,
        };
        let id = job.id;
        self.commit("ending a job that cannot be printed", move |batch| batch.end(id, &ending, now))?;
        Some(())
    }

    fn hand_over(&mut self, claim: Claim) -> Ticket {
        self.in_hand = Some((claim.id, claim.kind));
        self.blocked = None;
        self.show();
        claim.ticket()
    }

    /// Tells the consoles what is known now.
    fn show(&self) {
        let Some(state) = self.said else { return };
        let (job, now) = (self.in_hand.map(|(id, _)| id), self.house.now());
        self.house.printers.update(&self.printer.name, |row| printers::said(row, &state, job, now));
        self.house.changes.printer_changed(&self.printer.name);
    }

    /// What a full disk kept from the store. True if nothing is left.
    fn save(&mut self) -> bool {
        while let Some((id, owed)) = self.unsaved.first().cloned() {
            let now = self.house.now();
            match self.house.writer.commit(move |batch| owed.pay(batch, id, now)) {
                Err(error) if may_pass(&error) => {
                    self.failed("saving what became of a job", &error);
                    return false;
                }
                Err(error) => self.failed("saving what became of a job", &error),
                Ok(()) => {}
            }
            self.unsaved.remove(0);
        }
        true
    }

    /// Why no job can be taken now.
    fn held_up(&self) -> Option<Cause> {
        self.blocked.or_else(|| self.house.printers.paused(&self.printer.name).then_some(Cause::Paused))
    }

    /// Makes the first in line say why it waits, or that it no longer has to.
    fn mark_first(&self) {
        if let Some(job) = self.reader().and_then(|reader| reader.peek(&self.printer.name).ok().flatten()) {
            self.mark(&job);
        }
    }

    fn mark(&self, job: &Job) {
        let id = job.id;
        match self.held_up() {
            Some(cause) if (job.state, job.cause) != (JobState::Blocked, Some(cause)) => {
                self.commit("marking the first job in line", move |batch| match batch.job(id)? {
                    Some(job) if matches!(job.state, JobState::Queued | JobState::Blocked) => {
                        batch.block(id, cause).map(drop)
                    }
                    _ => Ok(()),
                });
            }
            None if job.state == JobState::Blocked => {
                self.commit("marking the first job in line", move |batch| match batch.job(id)? {
                    Some(job) if job.state == JobState::Blocked => batch.unblock(id).map(drop),
                    _ => Ok(()),
                });
            }
            _ => {}
        }
    }
}

impl PrinterDesk {
    fn remember(&mut self, pairing: Pairing) {
        self.pairing = Some(pairing.clone());
        let name = self.printer.name.clone();
        self.commit("remembering a pairing", move |batch| batch.remember_pairing(&name, pairing));
    }
}

impl Desk for PrinterDesk {
    fn waiting(&mut self) -> bool {
        if !self.save() {
            return false;
        }
        let first = self.reader().and_then(|reader| reader.peek(&self.printer.name).ok().flatten());
        let Some(first) = first else { return false };
        // another may have become the first since the printer said what is wrong, or a person paused or resumed it
        if self.held_up().is_some() || first.cause == Some(Cause::Paused) {
            self.mark(&first);
        }
        true
    }

    fn next(&mut self) -> Option<Ticket> {
        if !self.save() {
            return None;
        }
        loop {
            let claim = self.first_in_line()?;
            let entry = claim.entry(&self.printer);
            if self.commit("claiming a job", move |batch| entry.commit(batch))? {
                return Some(self.hand_over(claim));
            }
        }
    }

    fn ended(&mut self, ending: &printer::Ending, ready: bool) -> Option<Ticket> {
        let now = self.house.now();
        let id = JobId(ending.job);
        let kind = self.in_hand.take().map(|(_, kind)| kind);
        let end = store::Ending {
            state: ending.state,
            cause: ending.cause,
            evidence: vec![Evidence { at: now, grade: ending.grade, detail: ending.detail.clone() }],
            proven: Some(ending.proven),
        };
        // a pulse brings no paper
        if ending.state == JobState::Confirmed && kind != Some(JobKind::Drawer) {
            self.house.printers.update(&self.printer.name, |row| row.last_good_print = Some(now));
        }
        tracing::info!("printer {}: job {id} ended {}: {}", self.printer.name, ending.state, ending.detail);
        let next = if ready { self.first_in_line() } else { None };
        let entry = next.as_ref().map(|claim| claim.entry(&self.printer));
        let to_save = end.clone();
        let claimed = self.house.writer.commit(move |batch| {
            batch.end(id, &end, now)?;
            entry.map_or(Ok(false), |entry| entry.commit(batch))
        });
        match (claimed, next) {
            (Ok(true), Some(claim)) => return Some(self.hand_over(claim)),
            (Ok(_), _) => {}
            (Err(error), _) => {
                self.failed("ending a job", &error);
                if may_pass(&error) {
                    self.unsaved.push((id, Owed::End(to_save)));
                }
            }
        }
        self.show();
        None
    }

    fn returned(&mut self, job: u64, cause: Option<Cause>) {
        self.in_hand = None;
        self.blocked = cause;
        self.unsaved.push((JobId(job), Owed::Back(cause)));
        self.save();
        self.show();
    }

    fn blocked(&mut self, cause: Option<Cause>) {
        // it only opened its door: whether it is well is not known, and one that closes it again at once, every half
        // second, must not cost two commits each time. The claim takes a blocked job, too
        if cause.is_none() && self.said.is_some_and(|said| said.connected && !said.ready && said.cause.is_none()) {
            return;
        }
        self.blocked = cause;
        self.mark_first();
    }

    fn proven(&mut self, job: u64, segments: u32) {
        // kept with the end: a commit per segment would wear the disk for nothing a person could use
        tracing::debug!("printer {}: job {}: {segments} segments are on paper", self.printer.name, JobId(job));
    }

    fn report(&mut self, state: &printer::PrinterState) {
        let cause_before = self.said.and_then(|said| said.cause);
        self.said = Some(*state);
        self.show();
        // the one in hand stays `sending` and shows why it stands still
        if let Some((id, _)) = self.in_hand
            && state.cause != cause_before
        {
            let cause = state.cause;
            self.commit("noting why a job stands still", move |batch| match batch.job(id)? {
                Some(job) if job.state == JobState::Sending => batch.stalled(id, cause).map(drop),
                _ => Ok(()),
            });
        }
    }

    fn paired(&mut self, proof: Proof, detail: &str) {
        tracing::info!("printer {}: proves by {proof}: {detail}", self.printer.name);
        let since = self.house.now();
        self.house.printers.update(&self.printer.name, |row| {
            row.proof = proof;
            row.proof_since = Some(since);
            row.proof_detail = Some(detail.to_owned());
        });
        self.remember(Pairing {
            connection: self.printer.connection_text.clone(),
            profile: self.printer.profile_mark.clone(),
            proof,
            detail: detail.to_owned(),
            since,
            identity: self.identity.clone(),
        });
    }

    fn identified(&mut self, identity: &Identity) {
        tracing::info!("printer {}: says that it is {identity:?}", self.printer.name);
        self.identity = Some(identity.clone());
        let told = (!identity.is_empty()).then(|| identity.clone());
        self.house.printers.update(&self.printer.name, |row| row.identity = told);
        self.house.changes.printer_changed(&self.printer.name);
        // another one than it was paired with is kept with its own pairing: beside the old one's it would be believed
        if let Some(pairing) = self.pairing.clone().filter(|pairing| pairing.identity.is_none()) {
            self.remember(Pairing { identity: self.identity.clone(), ..pairing });
        }
    }

    fn counted(&mut self, counters: &Counters) {
        self.house.printers.update(&self.printer.name, |row| row.counters = Some(*counters));
        self.house.changes.printer_changed(&self.printer.name);
    }

    fn mended(&mut self) {
        // the end of that very job may not be in the store yet
        self.save();
        if let Err(error) = restart::repaired(&self.house, &self.printer.name) {
            self.failed("noting a repair", &error);
        }
    }

    fn late(&mut self, late: &Late) {
        // the end of that very job may not be in the store yet
        self.save();
        let (id, now) = (JobId(late.job), self.house.now());
        let detail = format!("late proof: {} of {} segments are on paper", late.proven, late.segments);
        tracing::info!("printer {}: job {id}: {detail}", self.printer.name);
        let (whole, proven, grade) = (late.whole, late.proven, late.grade);
        let landed = self.commit("noting a late proof", move |batch| match batch.job(id)? {
            // a person may have decided meanwhile, and that stands
            Some(job) if !matches!(job.state, JobState::Unconfirmed | JobState::Partial) => Ok(None),
            None => Ok(None),
            Some(_) if whole => {
                let evidence = vec![Evidence { at: now, grade, detail }];
                let end = store::Ending { state: JobState::Confirmed, cause: None, evidence, proven: Some(proven) };
                batch.end(id, &end, now).map(Some)
            }
            // a part of a slip is no slip: how far it came is noted, and nothing about the whole
            Some(_) => batch.prove(id, proven, None).map(|_| None),
        });
        if let Some(job) = landed.flatten().filter(|job| job.kind != JobKind::Drawer) {
            self.house.printers.update(&self.printer.name, |row| {
                row.last_good_print = row.last_good_print.max(job.finished_at);
            });
            self.house.changes.printer_changed(&self.printer.name);
        }
    }
}
