//! `job_cancel`: ends a job before its end. One that waits is `cancelled` at once; one that is being sent is ended by its
//! printer's worker at a segment's border, within 2 s and also with the device gone: `partial`, or `cancelled` if nothing
//! left.

use std::{sync::Arc, time::Duration};

use model::{Job, JobId, JobState, caller::Caller};
use protocol::{Problem, Reason, request::JobNamed};
use store::Ending;
use tokio::time::{Instant, sleep_until};

use super::{
    decision::{conflict, decide, remark, who},
    job::{read, touched},
};
use crate::house::{House, problem};

/// A worker ends a job within 2 s; then its end has to reach the disk.
const PATIENCE: Duration = Duration::from_secs(4);

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: JobNamed) -> Result<Job, Problem> {
    let said = format!("cancelled by {}", who(caller));
    // from before the commit, so that no end is missed
    let mut following = house.changes.follow();
    let due = Instant::now() + PATIENCE;
    let mut job = {
        let said = said.clone();
        decide(house, caller, "job_cancel", body.id, move |batch, job, now| match job.state {
            state if state.ended() => {
                Ok(Err(conflict(&job, Reason::JobEnded, "cancelling a job", "print the receipt again if it is needed")))
            }
            JobState::Sending => batch.prove(job.id, 0, Some(remark(now, said))).map(Ok),
            _ => batch.end(job.id, &cancelled(vec![remark(now, said)]), now).map(Ok),
        })
        .await?
    };
    while !job.state.ended() && Instant::now() < due {
        if job.state == JobState::Sending {
            house.printers.cancel(job.printed_on.as_deref().unwrap_or(&job.printer), job.id);
        } else {
            // nothing of it left, and it came back in line before its worker heard of this
            job = cancel_waiting(house, job.id).await?.unwrap_or(job);
            continue;
        }
        tokio::select! {
            () = touched(&mut following, job.id) => {}
            () = sleep_until(due) => {}
            () = house.stopping() => break,
        }
        job = read(house, &job)?;
    }
    Ok(job)
}

/// Cancels a job that waits; any other stays as it is.
async fn cancel_waiting(house: &Arc<House>, id: JobId) -> Result<Option<Job>, Problem> {
    let now = house.now();
    let done = house.submit(move |batch| match batch.job(id)? {
        Some(job) if job.state.waits() => batch.end(id, &cancelled(Vec::new()), now).map(Some),
        job => Ok(job),
    });
    done.await.map_err(|error| problem("cancelling a job", &error))
}

fn cancelled(evidence: Vec<model::Evidence>) -> Ending {
    Ending { state: JobState::Cancelled, cause: None, evidence, proven: None }
}
