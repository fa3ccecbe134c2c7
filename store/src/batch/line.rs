//! How jobs move from state to state, and which moves there are (DESIGN §3.4, INTERFACES §5).

use model::{Cause, Evidence, Grade, Job, JobId, JobState, Moment, job::Rendering};

use super::Batch;
use crate::error::StoreError;

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub state: JobState,
    pub cause: Option<Cause>,
    /// Added to what the job has.
    pub evidence: Vec<Evidence>,
    /// Segments proven to be on paper; `None` leaves the number as it is.
    pub proven: Option<u32>,
}

impl Batch<'_> {
    /// Claims a job: `sending`, one more attempt, and what was rendered. Committed before the first byte leaves.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::IllegalMove`] unless it is queued or blocked.
    pub fn start(&mut self, id: JobId, rendering: Rendering, bytes: u64, printed_on: &str) -> Result<Job, StoreError> {
        let before = self.movable(id, JobState::Sending)?;
        let job = Job {
            state: JobState::Sending,
            cause: None,
            printed_on: Some(printed_on.to_owned()),
            attempts: before.attempts.saturating_add(1),
            bytes: Some(bytes),
            segments: u32::try_from(rendering.segment_ends.len()).unwrap_or(u32::MAX),
            proven: 0,
            rendered: Some(rendering),
            ..before.clone()
        };
        self.put_job(Some(&before), job)
    }

    /// The job, if its claim with this number (`attempts` as [`Batch::start`] gave it) is its last: whoever holds an older
    /// one has no say any more. Asked before each of the moves that follow a claim.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Superseded`].
    pub fn of_claim(&self, id: JobId, epoch: u32) -> Result<Job, StoreError> {
        let job = self.expect_job(id)?;
        let attempts = job.attempts;
        if attempts == epoch { Ok(job) } else { Err(StoreError::Superseded { job: id, epoch, attempts }) }
    }

    /// The printer can't take the job now. Also puts a job back in line that was claimed and of which surely nothing
    /// left the machine.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::IllegalMove`].
    pub fn block(&mut self, id: JobId, cause: Cause) -> Result<Job, StoreError> {
        self.place(id, JobState::Blocked, Some(cause))
    }

    /// The printer can take it again. Also puts a claimed job back in line, as [`Batch::block`] does.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::IllegalMove`].
    pub fn unblock(&mut self, id: JobId) -> Result<Job, StoreError> {
        self.place(id, JobState::Queued, None)
    }

    /// A job that stopped in the middle keeps `sending`, with its cause and the segments proven so far; no cause when the
    /// printer says it is well. `proven` never goes down.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::IllegalMove`] unless it is being sent.
    pub fn stalled(&mut self, id: JobId, cause: Option<Cause>, proven: u32) -> Result<Job, StoreError> {
        let before = self.expect_job(id)?;
        if before.state != JobState::Sending {
            return Err(StoreError::IllegalMove { job: id, from: before.state, to: JobState::Sending });
        }
        let proven = proven.max(before.proven);
        if (before.cause, before.proven) == (cause, proven) {
            return Ok(before);
        }
        self.put_job(Some(&before), Job { cause, proven, ..before.clone() })
    }

    /// A person stops it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::IllegalMove`].
    pub fn hold(&mut self, id: JobId) -> Result<Job, StoreError> {
        self.place(id, JobState::Held, None)
    }

    /// Stops all but the first jobs in a printer's line, with a remark of why; how many that were. `spared` are not counted
    /// and not stopped.
    ///
    /// # Errors
    /// When the store can't be read or written.
    pub fn hold_beyond(
        &mut self,
        printer: &str,
        first: usize,
        remark: &Evidence,
        spared: impl Fn(&Job) -> bool,
    ) -> Result<u32, StoreError> {
        let waiting = self.waiting(printer)?;
        let mut held = 0;
        for job in waiting.iter().filter(|job| job.state.in_line() && !spared(job)).skip(first) {
            self.remark(job.id, remark.clone())?;
            self.hold(job.id)?;
            held += 1;
        }
        Ok(held)
    }

    /// It is too old to print unasked.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::IllegalMove`].
    pub fn expire(&mut self, id: JobId) -> Result<Job, StoreError> {
        self.place(id, JobState::Expired, None)
    }

    /// A held or expired job goes back in line, and its age starts anew.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::IllegalMove`] unless it is held or expired.
    pub fn release(&mut self, id: JobId, now: Moment) -> Result<Job, StoreError> {
        let before = self.expect_job(id)?;
        if !matches!(before.state, JobState::Held | JobState::Expired) {
            return Err(StoreError::IllegalMove { job: id, from: before.state, to: JobState::Queued });
        }
        let queued_at = self.queue_time(now);
        self.put_job(Some(&before), Job { state: JobState::Queued, cause: None, queued_at, ..before.clone() })
    }

    /// A waiting job goes to another printer's line, at the place of its number there.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::IllegalMove`] unless it waits.
    pub fn move_to(&mut self, id: JobId, printer: &str) -> Result<Job, StoreError> {
        let before = self.expect_job(id)?;
        if !before.state.waits() {
            return Err(StoreError::IllegalMove { job: id, from: before.state, to: JobState::Queued });
        }
        if before.printer == printer {
            return Ok(before);
        }
        let (state, cause) = match before.state {
            JobState::Blocked => (JobState::Queued, None),
            state => (state, before.cause),
        };
        self.put_job(Some(&before), Job { state, cause, printer: printer.to_owned(), ..before.clone() })
    }

    /// Ends a job, or settles one that ended in doubt.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::IllegalMove`], also for a state that is no end;
    /// [`StoreError::NeedsEvidence`] where only proof or a person's answer will do.
    pub fn end(&mut self, id: JobId, ending: &Ending, now: Moment) -> Result<Job, StoreError> {
        let to = ending.state;
        let before = self.movable(id, to)?;
        if !to.ended() {
            return Err(StoreError::IllegalMove { job: id, from: before.state, to });
        }
        let proof = |list: &[Evidence]| list.iter().any(|e| e.grade != Grade::None);
        // only proof confirms (DESIGN §3), and only new evidence moves what has ended
        let enough = if before.state.ended() {
            proof(&ending.evidence)
        } else {
            to != JobState::Confirmed || proof(&ending.evidence) || proof(&before.evidence)
        };
        if !enough {
            return Err(StoreError::NeedsEvidence { job: id, from: before.state, to });
        }
        let mut evidence = before.evidence.clone();
        evidence.extend(ending.evidence.iter().cloned());
        let job = Job {
            state: to,
            cause: ending.cause,
            evidence,
            proven: ending.proven.unwrap_or(before.proven),
            finished_at: before.finished_at.or(Some(now)),
            ..before.clone()
        };
        self.put_job(Some(&before), job)
    }

    /// Adds evidence or a remark without moving the job; `proven` never goes down.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn prove(&mut self, id: JobId, proven: u32, evidence: Option<Evidence>) -> Result<Job, StoreError> {
        let before = self.expect_job(id)?;
        let mut job = before.clone();
        job.proven = job.proven.max(proven);
        job.evidence.extend(evidence);
        if job == before { Ok(before) } else { self.put_job(Some(&before), job) }
    }

    /// A remark beside a job; the same words stand there once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn remark(&mut self, id: JobId, remark: Evidence) -> Result<Job, StoreError> {
        let job = self.expect_job(id)?;
        let known = job.evidence.iter().any(|e| e.grade == Grade::None && e.detail == remark.detail);
        if known { Ok(job) } else { self.prove(id, 0, Some(remark)) }
    }

    fn movable(&self, id: JobId, to: JobState) -> Result<Job, StoreError> {
        let job = self.expect_job(id)?;
        if job.state.may_become(to) { Ok(job) } else { Err(StoreError::IllegalMove { job: id, from: job.state, to }) }
    }

    fn place(&mut self, id: JobId, state: JobState, cause: Option<Cause>) -> Result<Job, StoreError> {
        let before = self.movable(id, state)?;
        if (before.state, before.cause) == (state, cause) {
            return Ok(before);
        }
        self.put_job(Some(&before), Job { state, cause, ..before.clone() })
    }
}
