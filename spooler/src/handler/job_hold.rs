//! `job_hold`: a waiting job is stopped by a person and keeps its place. Holding one that is held is no mistake.

use std::sync::Arc;

use model::{Job, caller::Caller};
use protocol::{Problem, request::JobNamed};

use super::decision::{decide, must_wait};
use crate::house::House;

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: JobNamed) -> Result<Job, Problem> {
    decide(house, caller, "job_hold", body.id, |batch, job, _| match must_wait(&job, "holding a job") {
        Ok(()) => batch.hold(job.id).map(Ok),
        Err(problem) => Ok(Err(problem)),
    })
    .await
}
