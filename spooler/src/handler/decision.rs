//! A person's decision about one job: looked at, changed and written down in one commit, so that nothing comes between
//! what was seen and what is done. None of it asks a device.

use std::sync::Arc;

use model::{Evidence, Grade, Job, JobId, Moment, Outcome, caller::Caller};
use protocol::{Problem, ProblemKind, Reason};
use store::{Batch, StoreError};

use crate::house::{House, audit_entry, problem};

/// Decides about a job. A refusal changes nothing; its audit row is the caller's.
pub(super) async fn decide<R: Send + 'static>(
    house: &Arc<House>,
    caller: &Caller,
    act: &'static str,
    id: JobId,
    decision: impl FnOnce(&mut Batch<'_>, Job, Moment) -> Result<Result<R, Problem>, StoreError> + Send + 'static,
) -> Result<R, Problem> {
    let mut entry = audit_entry(caller, act, Some(id.to_string()), Outcome::Done);
    let now = house.now();
    let decided = house.act(caller, act, move |batch| {
        let Some(job) = batch.job(id)? else { return Ok(Err(no_job(id))) };
        let before = standing(&job);
        let decided = decision(batch, job, now)?;
        if decided.is_ok() {
            entry.before = Some(before);
            entry.after = batch.job(id)?.as_ref().map(standing);
            batch.audit(entry, now)?;
        }
        Ok(decided)
    });
    decided.await.map_err(|error| problem("deciding about a job", &error))?
}

/// Where a job stands, as the trail names it before and after: its state and its queue.
fn standing(job: &Job) -> String {
    format!("{} {}", job.state, job.printer)
}

/// Who decides, in words for the evidence: the operator, where there is one, and the uid.
pub(super) fn who(caller: &Caller) -> String {
    match &caller.operator {
        Some(operator) => format!("operator {operator} (uid {})", caller.origin.uid),
        None => format!("uid {}", caller.origin.uid),
    }
}

/// What a person did, beside the job: no proof of anything.
pub(super) fn remark(at: Moment, detail: String) -> Evidence {
    Evidence { at, grade: Grade::None, detail }
}

/// The problem of a number that no job has.
pub(super) fn no_job(id: JobId) -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        Reason::NoSuchJob,
        "looking up a job",
        format!("there is no job {id}"),
        "look it up with jobs",
    )
    .about(id.to_string())
}

/// The problem of a job whose state does not allow what is wanted of it, if that takes one that waits.
pub(super) fn must_wait(job: &Job, doing: &str) -> Result<(), Problem> {
    if job.state.waits() {
        Ok(())
    } else if job.state.ended() {
        Err(conflict(job, Reason::JobEnded, doing, "print the receipt again if it is needed"))
    } else {
        Err(conflict(job, Reason::JobBeingSent, doing, "cancel it, or wait until it has ended"))
    }
}

/// The problem of a job that is in another state than it would have to be.
pub(super) fn conflict(job: &Job, reason: Reason, doing: &str, next: &str) -> Problem {
    let message = match reason {
        Reason::JobEnded => format!("job {} has ended: it is {}", job.id, job.state),
        Reason::JobBeingSent => format!("job {} is being sent", job.id),
        Reason::JobNotStopped => format!("job {} is {}, neither held nor expired", job.id, job.state),
        _ => format!("job {} is {}, neither unconfirmed nor partial", job.id, job.state),
    };
    Problem::new(ProblemKind::Conflict, reason, doing, message, next).about(job.id.to_string())
}
