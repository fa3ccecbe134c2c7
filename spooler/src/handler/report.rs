//! `report`: a paper of the batch through the print queue: the last settlement again (重打结算单), the open batch one by one
//! (打印明细) or in sums (打印汇总).

use std::sync::Arc;

use model::{Job, Outcome, caller::Caller};
use protocol::{Problem, ProblemKind, Reason, request::Report};

use super::{job::no_printer_at_all, jobs::no_printer};
use crate::{
    house::{House, audit_entry, problem},
    sign_in::report,
};

const DOING: &str = "printing a report";

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: Report) -> Result<Job, Problem> {
    let printer = match &body.printer {
        Some(name) => house.config.printer(name).ok_or_else(|| no_printer(name))?,
        None => house.config.receipt_printer().ok_or_else(|| no_printer_at_all(DOING))?,
    };
    let nothing = |reason, message: &str, next: &str| Problem::new(ProblemKind::NotFound, reason, DOING, message, next);
    let Some(setup) = house.sign_in.setup() else {
        return Err(nothing(Reason::Other, "no acquirer is configured", "add [acquirer] to the config"));
    };
    let document = report::asked(house, setup, body.id, caller).map_err(|error| problem(DOING, &error))?;
    let document =
        document.ok_or_else(|| nothing(Reason::NothingSettled, "nothing was settled yet", "settle first"))?;
    let new = report::job(printer.name.clone(), document, caller);
    let entry = audit_entry(caller, "report", Some(printer.name.clone()), Outcome::Done);
    let now = house.now();
    let (room, low) = (Arc::clone(&house.room), house.room.disk_is_low());
    let queued = house.act(caller, "report", move |batch| {
        if let Some(refusal) = room.refuses(batch, 1, low)? {
            return Ok(Err(refusal.problem(DOING)));
        }
        let job = batch.queue(new, now)?;
        batch.audit(entry, now)?;
        Ok(Ok(job))
    });
    queued.await.map_err(|error| problem(DOING, &error))?
}
