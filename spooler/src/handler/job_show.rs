//! `job_show`: one job.

use protocol::{JobRow, Problem, request::JobShow};

use super::decision::no_job;
use crate::house::{House, problem};

pub(super) fn answer(house: &House, body: &JobShow) -> Result<JobRow, Problem> {
    let found = house.reader()?.job(body.id).map_err(|e| problem("reading a job", &e))?;
    found.ok_or_else(|| no_job(body.id))
}
