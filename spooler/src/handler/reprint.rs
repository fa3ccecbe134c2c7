//! `reprint`: the next paper of a receipt, first paper or marked reprint (DESIGN §4.4).

use std::sync::Arc;

use model::{Job, SafeText, caller::Caller, text::LONGEST};
use protocol::{Problem, ProblemKind, Reason, request::Reprint};
use store::StoreError;

use super::{
    bad_key,
    job::{check_wait, no_printer_at_all, until_ended},
    jobs::no_printer,
    receipt::no_receipt,
};
use crate::house::{House, problem};

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: Reprint) -> Result<Job, Problem> {
    const DOING: &str = "reprinting a receipt";
    check_wait(body.wait)?;
    let reader = house.reader()?;
    let id = match (body.id, body.last) {
        (Some(id), false) => id,
        (None, true) => {
            let last = reader.last_printable().map_err(|e| problem(DOING, &e))?;
            last.ok_or_else(nothing_to_reprint)?
        }
        _ => return Err(bad_key("id", "name either id or last")),
    };
    let copy = body.copy.unwrap_or(house.config.receipts.default_copy());
    let printer = match &body.printer {
        Some(name) => house.config.printer(name).ok_or_else(|| no_printer(name))?,
        None => {
            // behind the first paper where that still waits (INTERFACES §5, "Numbers")
            let jobs = reader.jobs_of(id).map_err(|e| problem(DOING, &e))?;
            let waits = jobs.iter().find(|job| job.copy == Some(copy) && job.state.waits());
            waits
                .and_then(|job| house.config.printer(&job.printer))
                .or_else(|| house.config.receipt_printer())
                .ok_or_else(|| no_printer_at_all(DOING))?
        }
    };
    // the status is part of the answer, and the store's error does not carry it
    let status = reader.transaction(id).map_err(|e| problem(DOING, &e))?.map(|row| row.status);
    drop(reader);
    let reason = body.reason.as_deref().map(|text| {
        let mut reason = SafeText::new(text.trim());
        reason.shorten(LONGEST);
        reason
    });
    let reprint = store::Reprint {
        id,
        copy,
        printer: printer.name.clone(),
        operator: caller.operator.clone(),
        approver: None,
        reason: reason.filter(|reason| !reason.is_empty()),
    };
    // from before the commit, so that no end is missed
    let following = house.changes.follow();
    let (who, now) = (caller.clone(), house.now());
    let (room, low) = (Arc::clone(&house.room), house.room.disk_is_low());
    let queued = house.submit(move |batch| {
        if let Some(refusal) = room.refuses(batch, 1, low)? {
            return Ok(Err(refusal.problem(DOING)));
        }
        batch.reprint(&reprint, &who, now).map(Ok)
    });
    let job = queued.await.map_err(|error| match error {
        StoreError::NotApproved { .. } => status.map_or_else(|| problem(DOING, &error), no_receipt),
        StoreError::NotFound { .. } => super::no_transaction(id),
        error => problem(DOING, &error),
    })??;
    until_ended(house, following, job, body.wait).await
}

fn nothing_to_reprint() -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        Reason::NothingToReprint,
        "reprinting the last receipt",
        "no approved transaction was recorded yet",
        "name the transaction by its id",
    )
}
