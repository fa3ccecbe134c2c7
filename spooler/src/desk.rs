//! One printer's desk: what its worker asks of the queue and the store, and what becomes of what it says.
//!
//! Called on the worker's thread, or by whoever plays the worker. Intent is committed before the first byte leaves, the end
//! after it (DESIGN §4.3); the end of one job and the claim of the next share a commit. The rules are `queue`'s. Nothing
//! that fails here leaves the worker asleep for good: it is woken again after a while (`failed`).

mod choice;
mod owed;
mod pulse;
#[cfg(test)]
mod tests;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use model::{Cause, Counters, Evidence, Identity, Job, JobId, JobKind, JobState, Proof};
use printer::{Desk, Late, Ticket};
use store::{Batch, Pairing, Reader, StoreError};

use crate::{
    claim::Claim,
    config::{AfterPaper, Printer},
    house::House,
    printers,
    queue::{again, choice::Last},
    restart,
};
use owed::{Owed, What, may_pass};
use pulse::Pulse;

/// So many claims are remembered for proof that comes late.
const CLAIMS: usize = 256;

/// A printer's desk.
pub(crate) struct PrinterDesk {
    house: Arc<House>,
    printer: Printer,
    /// What the worker said last.
    said: Option<printer::PrinterState>,
    in_hand: Option<InHand>,
    /// The numbers of the last claims, newest last.
    claims: VecDeque<(JobId, u32)>,
    /// The sale whose copies stay together.
    last: Option<Last>,
    /// What the store remembers of the way it proves.
    pairing: Option<Pairing>,
    /// Who it is, as far as it was asked.
    identity: Option<Identity>,
    /// Why the first in line cannot be taken.
    blocked: Option<Cause>,
    /// Since when it was unable to print, without having taken a job since.
    gone_since: Option<Duration>,
    /// A drawer whose pin is watched.
    pulse: Option<Pulse>,
    /// What the store could not take; told again before anything else.
    unsaved: Vec<Owed>,
}

/// The job that the worker has.
#[derive(Debug, Clone, Copy)]
struct InHand {
    id: JobId,
    kind: JobKind,
    /// The number of its claim.
    epoch: u32,
    /// It stands in this printer's own queue.
    own: bool,
    /// Segments on paper.
    proven: u32,
    /// The paper ended while it was being sent.
    paper_ended: bool,
}

impl PrinterDesk {
    /// With what is remembered of it, if that holds for this connection and profile.
    pub(crate) fn new(house: Arc<House>, printer: Printer, pairing: Option<Pairing>) -> PrinterDesk {
        let identity = pairing.as_ref().and_then(|pairing| pairing.identity.clone());
        let mut desk = PrinterDesk {
            house,
            printer,
            said: None,
            in_hand: None,
            claims: VecDeque::new(),
            last: None,
            pairing,
            identity,
            blocked: None,
            gone_since: None,
            pulse: None,
            unsaved: Vec::new(),
        };
        desk.last = desk.last_of_store();
        desk
    }

    /// Whatever it is, it is tried again: with an error that stays that costs little, and nobody has to come and help.
    fn failed(&self, doing: &str, error: &StoreError) {
        tracing::error!("printer {}: {doing}: {error}", self.printer.name);
        self.house.printers.owes(&self.printer.name);
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

    fn hand_over(&mut self, claim: Claim, epoch: u32) -> Ticket {
        let job = &claim.job;
        let own = job.printer == self.printer.name;
        self.in_hand = Some(InHand { id: job.id, kind: job.kind, epoch, own, proven: 0, paper_ended: false });
        self.claims.push_back((job.id, epoch));
        if self.claims.len() > CLAIMS {
            self.claims.pop_front();
        }
        self.last = Last::after(job).or(self.last);
        if job.kind == JobKind::Drawer {
            self.watch_drawer(job.id, epoch);
        }
        self.blocked = None;
        self.gone_since = None;
        self.show();
        claim.ticket()
    }

    /// The number of this printer's last claim of a job.
    fn epoch(&self, id: JobId) -> Option<u32> {
        self.claims.iter().rev().find(|(known, _)| *known == id).map(|(_, epoch)| *epoch)
    }

    /// Tells the consoles what is known now.
    fn show(&self) {
        let Some(state) = self.said else { return };
        let (job, now) = (self.in_hand.map(|hand| hand.id), self.house.now());
        self.house.printers.update(&self.printer.name, |row| printers::said(row, &state, job, now));
        self.house.changes.printer_changed(&self.printer.name);
    }

    /// What a full disk kept from the store. True if nothing is left.
    fn save(&mut self) -> bool {
        while let Some(owed) = self.unsaved.first().cloned() {
            let now = self.house.now();
            match self.house.writer.commit(move |batch| owed.pay(batch, now)) {
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

    fn is_ready(&self) -> bool {
        self.said.is_some_and(|said| said.ready)
    }

    fn is_paused(&self) -> bool {
        self.house.printers.paused(&self.printer.name)
    }

    /// Why no job can be taken now.
    fn held_up(&self) -> Option<Cause> {
        self.blocked.or_else(|| self.is_paused().then_some(Cause::Paused))
    }

    /// Takes down whether the printer can print, for outages and for those that stand in for it or that it stands in for.
    fn stand(&mut self, wanted: bool) {
        let (ready, paused, now) = (self.is_ready(), self.is_paused(), self.house.clock.elapsed());
        let cause = self.said.and_then(|said| said.cause);
        let changed = self.house.printers.stands(&self.printer.name, |standing| match wanted {
            true => standing.wanted(ready, paused, now),
            false => standing.said(ready, cause, paused, now),
        });
        if paused {
            // a person's will is no outage
            self.gone_since = None;
        } else if self.house.printers.standing(&self.printer.name).unable(now).is_some() {
            self.gone_since.get_or_insert(now);
        }
        let helped = |printer: &Printer| !printer.standby.is_empty();
        if changed && self.house.config.printers.iter().any(helped) {
            self.house.printers.wake_all();
        }
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
                    Some(job) if job.state.in_line() => batch.block(id, cause).map(drop),
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

    fn remember(&mut self, pairing: Pairing) {
        self.pairing = Some(pairing.clone());
        let name = self.printer.name.clone();
        self.commit("remembering a pairing", move |batch| batch.remember_pairing(&name, pairing));
    }

    /// The first job that was cut short, if this one is to be printed again for it.
    fn is_again(&self, hand: &InHand, ending: &printer::Ending) -> Option<JobId> {
        let policy = self.house.config.receipts.after_paper == AfterPaper::ReprintMarked;
        let due = policy && again::is_due(hand.kind, ending.state, ending.cause, hand.paper_ended);
        due.then(|| self.last.map_or(hand.id, |last| last.root()))
    }
}

impl Desk for PrinterDesk {
    fn waiting(&mut self) -> bool {
        if !self.save() {
            return false;
        }
        self.read_drawer_back();
        let Some(reader) = self.reader() else { return false };
        let looked = reader.peek(&self.printer.name).and_then(|first| Ok((first, self.helps_out(&reader)?)));
        drop(reader);
        let (first, helps_out) = match looked {
            Ok(looked) => looked,
            Err(error) => {
                self.failed("looking for jobs", &error);
                return false;
            }
        };
        if let Some(first) = &first {
            self.stand(true);
            // another may have become the first since the printer said what is wrong, or a person paused or resumed it
            if self.held_up().is_some() || first.cause == Some(Cause::Paused) {
                self.mark(first);
            }
        }
        if first.is_none() && self.is_ready() {
            // it is well, and nobody waited
            self.gone_since = None;
        }
        first.is_some() || helps_out
    }

    fn next(&mut self) -> Option<Ticket> {
        // while its worker writes the cut under one that is over, the printer may be well again before that end is told
        if self.in_hand.is_some() || !self.save() || !self.end_outage() {
            return None;
        }
        loop {
            let claim = self.next_claim()?;
            let entry = claim.entry(&self.printer);
            if let Some(epoch) = self.commit("claiming a job", move |batch| entry.commit(batch))? {
                return Some(self.hand_over(claim, epoch));
            }
        }
    }

    fn ended(&mut self, ending: &printer::Ending, ready: bool) -> Option<Ticket> {
        let now = self.house.now();
        let id = JobId(ending.job);
        let hand = self.in_hand.take().filter(|hand| hand.id == id)?;
        let end = store::Ending {
            state: ending.state,
            cause: ending.cause,
            evidence: vec![Evidence { at: now, grade: ending.grade, detail: ending.detail.clone() }],
            proven: Some(ending.proven),
        };
        // a pulse brings no paper
        if ending.state == JobState::Confirmed && hand.kind != JobKind::Drawer {
            self.house.printers.update(&self.printer.name, |row| row.last_good_print = Some(now));
        }
        tracing::info!("printer {}: job {id} ended {}: {}", self.printer.name, ending.state, ending.detail);
        let again = self.is_again(&hand, ending);
        // the paper that comes first now is not in line yet
        let next = if ready && again.is_none() && self.end_outage() { self.next_claim() } else { None };
        let entry = next.as_ref().map(|claim| claim.entry(&self.printer));
        let owed = Owed { id, epoch: hand.epoch, what: What::End { ending: end, again } };
        let to_save = owed.clone();
        let claimed = self.house.writer.commit(move |batch| {
            owed.pay(batch, now)?;
            entry.map_or(Ok(None), |entry| entry.commit(batch))
        });
        match (claimed, next) {
            (Ok(Some(epoch)), Some(claim)) => return Some(self.hand_over(claim, epoch)),
            (Ok(_), _) => {}
            (Err(error), _) => {
                self.failed("ending a job", &error);
                if may_pass(&error) {
                    self.unsaved.push(to_save);
                }
            }
        }
        self.show();
        None
    }

    fn returned(&mut self, job: u64, cause: Option<Cause>) {
        let id = JobId(job);
        let hand = self.in_hand.take().filter(|hand| hand.id == id);
        let Some(epoch) = hand.map(|hand| hand.epoch).or_else(|| self.epoch(id)) else { return };
        // in another's line it waits for that printer's reasons, not for ours
        let own = hand.is_none_or(|hand| hand.own);
        self.blocked = cause;
        self.unsaved.push(Owed { id, epoch, what: What::Back { cause, blocks: own } });
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
        // kept with the end, or with why it stands still: a commit per segment would wear the disk for nothing a person
        // could use
        if let Some(hand) = self.in_hand.as_mut().filter(|hand| hand.id.0 == job) {
            hand.proven = hand.proven.max(segments);
        }
        tracing::debug!("printer {}: job {}: {segments} segments are on paper", self.printer.name, JobId(job));
    }

    fn report(&mut self, state: &printer::PrinterState) {
        let cause_before = self.said.and_then(|said| said.cause);
        self.said = Some(*state);
        self.stand(false);
        self.show();
        self.read_drawer_back();
        // the one in hand stays `sending` and shows why it stands still, and how much of it is on paper for sure
        if let Some(hand) = &mut self.in_hand
            && state.cause != cause_before
        {
            hand.paper_ended |= state.cause == Some(Cause::PaperOut);
            let (id, epoch, cause, proven) = (hand.id, hand.epoch, state.cause, hand.proven);
            self.commit("noting why a job stands still", move |batch| match batch.of_claim(id, epoch)? {
                job if job.state == JobState::Sending => batch.stalled(id, cause, proven).map(drop),
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
        let Some(epoch) = self.epoch(id) else {
            tracing::warn!("printer {}: job {id}, which it was not given: {detail}", self.printer.name);
            return;
        };
        tracing::info!("printer {}: job {id}: {detail}", self.printer.name);
        let (whole, proven, grade) = (late.whole, late.proven, late.grade);
        let landed = self.commit("noting a late proof", move |batch| match batch.of_claim(id, epoch)? {
            // a person may have decided meanwhile, and that stands
            job if !matches!(job.state, JobState::Unconfirmed | JobState::Partial) => Ok(None),
            _ if whole => {
                let evidence = vec![Evidence { at: now, grade, detail }];
                let end = store::Ending { state: JobState::Confirmed, cause: None, evidence, proven: Some(proven) };
                batch.end(id, &end, now).map(Some)
            }
            // a part of a slip is no slip: how far it came is noted, and nothing about the whole
            _ => batch.prove(id, proven, None).map(|_| None),
        });
        if let Some(job) = landed.flatten().filter(|job| job.kind != JobKind::Drawer) {
            self.house.printers.update(&self.printer.name, |row| {
                row.last_good_print = row.last_good_print.max(job.finished_at);
            });
            self.house.changes.printer_changed(&self.printer.name);
        }
    }
}
