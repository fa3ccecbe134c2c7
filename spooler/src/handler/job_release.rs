//! `job_release`: a held or expired job goes back in line, at the place of its number, and its age starts anew.

use std::sync::Arc;

use model::{Job, JobState, caller::Caller};
use protocol::{Problem, Reason, request::JobNamed};

use super::decision::{conflict, decide, must_wait};
use crate::house::House;

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: JobNamed) -> Result<Job, Problem> {
    const DOING: &str = "releasing a job";
    decide(house, caller, "job_release", body.id, |batch, job, now| match (must_wait(&job, DOING), job.state) {
        (Err(problem), _) => Ok(Err(problem)),
        (Ok(()), JobState::Held | JobState::Expired) => batch.release(job.id, now).map(Ok),
        (Ok(()), _) => {
            Ok(Err(conflict(&job, Reason::JobNotStopped, DOING, "it waits in line and is printed by itself")))
        }
    })
    .await
}
