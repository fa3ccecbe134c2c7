//! `job_show`: one job.

use protocol::{JobRow, Problem, ProblemKind, Reason, request::JobShow};

use crate::house::{House, problem};

pub(super) fn answer(house: &House, body: &JobShow) -> Result<JobRow, Problem> {
    let found = house.reader()?.job(body.id).map_err(|e| problem("reading a job", &e))?;
    found.ok_or_else(|| {
        Problem::new(
            ProblemKind::NotFound,
            Reason::NoSuchJob,
            "looking up a job",
            format!("there is no job {}", body.id),
            "look it up with jobs",
        )
        .about(body.id.to_string())
    })
}
