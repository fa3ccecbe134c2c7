//! `job_move`: a waiting job goes to another printer's queue, at the place of its number there. Moving it to where it
//! waits is no mistake.

use std::sync::Arc;

use model::{Job, Moment, caller::Caller};
use protocol::{Problem, request::JobMove};
use store::{Batch, StoreError};

use super::{
    decision::{decide, must_wait, remark, who},
    jobs::no_printer,
};
use crate::house::House;

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: JobMove) -> Result<Job, Problem> {
    let Some(printer) = house.config.printer(&body.printer).map(|printer| printer.name.clone()) else {
        return Err(no_printer(&body.printer));
    };
    let who = who(caller);
    decide(house, caller, "job_move", body.id, move |batch, job, now| match must_wait(&job, "moving a job") {
        Ok(()) => move_over(batch, &job, &printer, &who, now).map(Ok),
        Err(problem) => Ok(Err(problem)),
    })
    .await
}

/// Moves a waiting job, and says so beside it: its row names only where it is now.
pub(super) fn move_over(
    batch: &mut Batch<'_>,
    job: &Job,
    printer: &str,
    who: &str,
    now: Moment,
) -> Result<Job, StoreError> {
    if job.printer == printer {
        return Ok(job.clone());
    }
    batch.move_to(job.id, printer)?;
    batch.prove(job.id, 0, Some(remark(now, format!("moved from {} to {printer} by {who}", job.printer))))
}
