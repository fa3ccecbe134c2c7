//! Which job this printer takes next, made ready; what cannot be sent is put out of the way on the road to it.

use std::time::Duration;

use model::{Evidence, Grade, Job, JobState, Moment};
use store::{Reader, StoreError};

use super::PrinterDesk;
use crate::{
    claim::{Claim, Unready},
    queue::{
        again,
        choice::{self, Last},
        expiry, failure, outage,
        standby::{self, Standing},
    },
};

impl PrinterDesk {
    /// The next job that can be sent. One that cannot be rendered is ended or, when it broke off too often, held; one that
    /// is too old is laid aside for a person, so that the others go on.
    pub(super) fn next_claim(&self) -> Option<Claim> {
        loop {
            let reader = self.reader()?;
            let job = self.choose(&reader).inspect_err(|error| self.failed("reading the queue", error)).ok()??;
            if expiry::is_too_old(&job, self.house.now(), &self.house.config.queue.expire) {
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
                Err(Unready::BrokeOff(why)) => {
                    drop(reader);
                    self.note_failure(&job, &format!("rendering it broke off: {why}"))?;
                }
            }
        }
    }

    /// Of what may be taken, by the queue's order.
    fn choose(&self, reader: &Reader) -> Result<Option<Job>, StoreError> {
        let (me, now) = (&self.printer.name, self.house.now());
        let mut may_be_taken: Vec<Job> = reader.peek(me)?.into_iter().collect();
        let lenders: Vec<&str> = self.lenders(Duration::MAX, |wait| wait.is_zero()).collect();
        let lent = |name: &str, job: &Job| {
            let waits = self.lenders(waited(job, now), |wait| wait.is_zero());
            standby::may_be_lent(job) && waits.into_iter().any(|lender| lender == name)
        };
        for lender in &lenders {
            may_be_taken.extend(reader.first_where(lender, |job| lent(lender, job))?);
        }
        let sale = match self.last {
            // a damaged row of that sale must not keep the others from printing
            Some(last) => match reader.jobs_of(last.transaction) {
                Err(StoreError::Damaged { .. }) => Vec::new(),
                jobs => jobs?,
            },
            None => Vec::new(),
        };
        let here = |job: &&Job| job.printer == *me || lent(&job.printer, job);
        may_be_taken.extend(sale.iter().filter(here).cloned());
        Ok(choice::choose(may_be_taken, self.last, &sale))
    }

    /// The printers that this one stands in for, for a job that waited so long, as far as the wait is as wanted.
    fn lenders(&self, waited: Duration, wanted: impl Fn(Duration) -> bool) -> impl Iterator<Item = &str> {
        let now = self.house.clock.elapsed();
        self.stands_in_for()
            .filter(move |(other, order)| {
                let wait = standby::wait(&self.printer.name, self.house.printers.standing(other), order, waited, now);
                wait.is_some_and(&wanted)
            })
            .map(|(other, _)| other)
    }

    /// The printers that name this one as a standby, with the order in which they name them.
    fn stands_in_for(&self) -> impl Iterator<Item = (&str, Vec<(String, Standing)>)> {
        let me = &self.printer.name;
        let others = self.house.config.printers.iter().filter(move |other| other.standby.contains(me));
        others.map(|other| {
            let order = other.standby.iter().map(|name| (name.clone(), self.house.printers.standing(name)));
            (other.name.as_str(), order.collect())
        })
    }

    /// True if something may be taken for another printer now; if that is only in a while, it asks to be woken then.
    pub(super) fn helps_out(&self, reader: &Reader) -> Result<bool, StoreError> {
        let (elapsed, now) = (self.house.clock.elapsed(), self.house.now());
        for (other, order) in self.stands_in_for() {
            let standing = self.house.printers.standing(other);
            let wait = |job: &Job| {
                let wait = standby::wait(&self.printer.name, standing, &order, waited(job, now), elapsed);
                wait.filter(|_| standby::may_be_lent(job))
            };
            if standing.unable(elapsed).is_none() {
                continue;
            }
            if let Some(job) = reader.first_where(other, |job| wait(job).is_some())?
                && let Some(wait) = wait(&job)
            {
                if wait.is_zero() {
                    return Ok(true);
                }
                self.house.printers.wake_at(&self.printer.name, elapsed + wait);
            }
        }
        Ok(false)
    }

    /// The printer can take jobs again. If it could not for long, only the first in line print by themselves. False if the
    /// store did not take that.
    pub(super) fn end_outage(&mut self) -> bool {
        let Some(gone) = self.gone_since else { return true };
        let rules = self.house.config.queue;
        let now = self.house.now();
        let oldest = match self.reader().map(|reader| reader.peek(&self.printer.name)) {
            Some(Ok(oldest)) => oldest,
            Some(Err(error)) => {
                self.failed("looking for the end of an outage", &error);
                return false;
            }
            None => return false,
        };
        let unable = self.house.clock.elapsed().saturating_sub(gone);
        let length = oldest.and_then(|job| outage::length(Some(unable), waited(&job, now), rules.outage_after));
        if let Some(length) = length {
            let (name, first) = (self.printer.name.clone(), rules.release_at_once);
            let detail = outage::remark(length, first);
            tracing::warn!("printer {name}: it took nothing for {length:?}; {first} jobs print by themselves");
            let remark = Evidence { at: now, grade: Grade::None, detail };
            let first = usize::try_from(first).unwrap_or(usize::MAX);
            let held = self.commit("ending an outage", move |batch| {
                batch.hold_beyond(&name, first, &remark, |job| again::root(job).is_some())
            });
            if held.is_none() {
                return false;
            }
        }
        self.gone_since = None;
        true
    }

    /// The store refuses nothing here but a job that a person moved or released meanwhile: then it is looked at again.
    fn lay_aside(&self, job: &Job) -> Option<()> {
        tracing::warn!("printer {}: {} {} is too old to be sent unasked", self.printer.name, job.kind, job.id);
        let (id, queued_at) = (job.id, job.queued_at);
        self.commit("laying a job aside that is too old", move |batch| match batch.job(id)? {
            Some(job) if job.queued_at == queued_at && job.state.in_line() => batch.expire(id).map(drop),
            _ => Ok(()),
        })
    }

    /// A try that failed before the job was claimed; the third one parks it.
    fn note_failure(&self, job: &Job, why: &str) -> Option<()> {
        tracing::error!("printer {}: job {}: {why}", self.printer.name, job.id);
        let (id, at, why) = (job.id, self.house.now(), why.to_owned());
        self.commit("noting a failure", move |batch| {
            let Some(job) = batch.job(id)?.filter(|job| job.state.in_line()) else { return Ok(()) };
            let detail = failure::remark(failure::count(&job), &why);
            batch.remark(id, Evidence { at, grade: Grade::None, detail })?;
            if failure::is_last(&job) {
                batch.hold(id)?;
            }
            Ok(())
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
        self.commit("ending a job that cannot be printed", move |batch| match batch.job(id)? {
            Some(job) if job.state.in_line() => batch.end(id, &ending, now).map(drop),
            _ => Ok(()),
        })
    }

    /// What it goes on from after a restart.
    pub(super) fn last_of_store(&self) -> Option<Last> {
        let job = self.reader()?.last_slip(&self.printer.name).ok().flatten()?;
        Last::after(&job)
    }
}

/// How long a job has waited; one from the future, as a clock that was set back makes it, long enough for anything.
fn waited(job: &Job, now: Moment) -> Duration {
    let age = now.unix_ms().saturating_sub(job.queued_at.unix_ms());
    u64::try_from(age).map_or(standby::AFTER, Duration::from_millis)
}
