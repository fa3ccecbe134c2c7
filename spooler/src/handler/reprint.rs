//! `reprint`: the next paper of a receipt, first paper or marked reprint (DESIGN §4.4).

use std::sync::Arc;

use model::{Job, Moment, Role, SafeText, caller::Caller, text::LONGEST};
use protocol::{Problem, ProblemKind, Reason, request::Reprint};
use store::{Batch, StoreError};

use super::{
    answer::bad_key,
    job::{check_wait, no_printer_at_all, until_ended},
    jobs::no_printer,
    receipt::no_receipt,
};
use crate::{
    config::Config,
    house::{House, problem},
    policy,
};

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
        approver: caller.approver.clone(),
        reason: reason.filter(|reason| !reason.is_empty()),
    };
    // from before the commit, so that no end is missed
    let following = house.changes.follow();
    let (who, now) = (caller.clone(), house.now());
    let (room, low) = (Arc::clone(&house.room), house.room.disk_is_low());
    let config = Arc::clone(&house.config);
    let queued = house.act(caller, "reprint", move |batch| {
        if let Some(refusal) = room.refuses(batch, 1, low)? {
            return Ok(Err(refusal.problem(DOING)));
        }
        if let Some(problem) = beyond_policy(batch, &config, &reprint, &who, now)? {
            return Ok(Err(problem));
        }
        batch.reprint(&reprint, &who, now).map(Ok)
    });
    let job = queued.await.map_err(|error| match error {
        StoreError::NotApproved { .. } => status.map_or_else(|| problem(DOING, &error), no_receipt),
        StoreError::NotFound { .. } => super::answer::no_transaction(id),
        error => problem(DOING, &error),
    })??;
    until_ended(house, following, job, body.wait).await
}

/// Why the shop's policy does not let the operator print that alone, looked at in the commit itself. Without operators
/// there is no policy.
fn beyond_policy(
    batch: &Batch<'_>,
    config: &Config,
    reprint: &store::Reprint,
    caller: &Caller,
    now: Moment,
) -> Result<Option<Problem>, StoreError> {
    let (Some(operator), Some(sale)) = (&caller.operator, batch.transaction(reprint.id)?) else { return Ok(None) };
    let policy = &config.policy;
    let (kind, _) = batch.next_paper(reprint.id, reprint.copy)?;
    if let Err(problem) = policy::check_reason(policy, reprint.reason.as_ref(), kind) {
        return Ok(Some(problem));
    }
    // a first paper, too: for an old or another's sale an unmarked slip is worth more to a thief than a marked one
    if caller.role != Some(Role::Cashier) || caller.approver.is_some() {
        return Ok(None);
    }
    let reprints = policy::reprints(&batch.job_lines(reprint.id)?, reprint.copy, |id| batch.job(id))?;
    Ok(policy::needs_approval(&policy.reprint, policy::Sale::of(&sale, reprints, now), operator))
}

/// The receipt that `last` means now.
pub(super) fn last(house: &House) -> Option<String> {
    let last = house.reader().ok()?.last_printable().ok()?;
    last.map(|id| id.to_string())
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
