//! `job_resolve`: a person who looked says whether the slip of a doubtful job is there, whole. Once: the answer is
//! evidence, and nothing moves the job after it (DESIGN §3.4). Anybody may answer for any job in doubt, also for one of
//! which no proof was expected.

use std::sync::Arc;

use model::{Evidence, Grade, Job, JobKind, JobState, caller::Caller};
use protocol::{
    Problem, Reason,
    request::{Answer, JobResolve},
};
use store::Ending;

use super::decision::{conflict, decide, who};
use crate::house::House;

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: JobResolve) -> Result<Job, Problem> {
    let said = match body.answer {
        Answer::Printed => "it is there, whole",
        Answer::NotPrinted => "it is not there, or not whole",
    };
    let detail = format!("{} says: {said}", who(caller));
    let state = body.answer.state();
    let job = decide(house, caller, "job_resolve", body.id, move |batch, job, now| {
        if !matches!(job.state, JobState::Unconfirmed | JobState::Partial) {
            return Ok(Err(conflict(
                &job,
                Reason::JobNotInDoubt,
                "taking a person's answer",
                "only a job that ended in doubt can be answered for, and only once",
            )));
        }
        // why it was in doubt stays the reason that nothing came out
        let cause = job.cause.filter(|_| state == JobState::NotPrinted);
        let evidence = vec![Evidence { at: now, grade: Grade::Person, detail }];
        batch.end(job.id, &Ending { state, cause, evidence, proven: None }, now).map(Ok)
    })
    .await?;
    if job.state == JobState::Confirmed && job.kind != JobKind::Drawer {
        let printer = job.printed_on.as_deref().unwrap_or(&job.printer);
        house.printers.update(printer, |row| row.last_good_print = row.last_good_print.max(job.finished_at));
        house.changes.printer_changed(printer);
    }
    Ok(job)
}
