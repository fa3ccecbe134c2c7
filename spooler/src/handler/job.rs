//! A job that a verb asks for: queued and audited in one commit, then waited for as long as the caller wants.

use std::{sync::Arc, time::Duration};

use model::{Job, JobId, JobKind, JobState, Outcome, caller::Caller};
use protocol::{Event, Problem, ProblemKind, Reason};
use store::NewJob;
use tokio::time::{Instant, sleep_until};

use super::answer::bad_key;
use crate::{
    changes::Following,
    config::Printer,
    house::{House, audit_entry, problem},
};

/// The longest `wait`, in seconds.
const LONGEST_WAIT: u64 = 3600;

/// Refuses a `wait` that is too long.
pub(super) fn check_wait(wait: Option<u64>) -> Result<(), Problem> {
    match wait {
        Some(seconds) if seconds > LONGEST_WAIT => Err(bad_key("wait", "wait must be at most 3600 seconds")),
        _ => Ok(()),
    }
}

/// Queues a job without a transaction on a printer, and waits for its end if the caller wants to. The verb's audit row
/// names the printer.
pub(super) async fn queue(
    house: &Arc<House>,
    caller: &Caller,
    act: &'static str,
    kind: JobKind,
    printer: &Printer,
    wait: Option<u64>,
) -> Result<Job, Problem> {
    let new = NewJob {
        kind,
        printer: printer.name.clone(),
        document: None,
        operator: caller.operator.clone(),
        approver: caller.approver.clone(),
        reason: None,
    };
    let entry = audit_entry(caller, act, Some(printer.name.clone()), Outcome::Done);
    // from before the commit, so that no end is missed
    let following = house.changes.follow();
    let now = house.now();
    const DOING: &str = "queueing a job";
    let (room, low) = (Arc::clone(&house.room), house.room.disk_is_low());
    let queued = house.act(caller, act, move |batch| {
        if let Some(refusal) = room.refuses(batch, 1, low)? {
            return Ok(Err(refusal.problem(DOING)));
        }
        let job = batch.queue(new, now)?;
        batch.audit(entry, now)?;
        Ok(Ok(job))
    });
    let job = queued.await.map_err(|error| problem(DOING, &error))??;
    until_ended(house, following, job, wait).await
}

/// The job when it ended, when the time (seconds) is over, or when the daemon ends: its state says which. Also when it
/// expired: then nothing happens any more without a person. Without a time it is the job as it is.
pub(super) async fn until_ended(
    house: &House,
    mut following: Following,
    mut job: Job,
    wait: Option<u64>,
) -> Result<Job, Problem> {
    let Some(seconds) = wait else { return Ok(job) };
    let due = Instant::now() + Duration::from_secs(seconds);
    while !job.state.ended() && job.state != JobState::Expired {
        tokio::select! {
            () = touched(&mut following, job.id) => {}
            () = sleep_until(due) => break,
            () = house.stopping() => break,
        }
        job = read(house, &job)?;
    }
    read(house, &job)
}

/// The job as it is now.
pub(super) fn read(house: &House, job: &Job) -> Result<Job, Problem> {
    let found = house.reader()?.job(job.id).map_err(|e| problem("waiting for a job", &e))?;
    Ok(found.unwrap_or_else(|| job.clone()))
}

/// Waits until something may have happened to a job.
pub(super) async fn touched(following: &mut Following, id: JobId) {
    loop {
        match following.next().await {
            Event::Changed { jobs, .. } if !jobs.contains(&id) => {}
            Event::SignIn(_) => {}
            Event::Changed { .. } | Event::Reset { .. } => return,
        }
    }
}

/// The problem of a shop without any printer.
pub(super) fn no_printer_at_all(doing: &str) -> Problem {
    Problem::new(
        ProblemKind::Unavailable,
        Reason::NoPrinter,
        doing,
        "no printer is configured",
        "add a [[printer]] to the config and start the spooler again",
    )
}
