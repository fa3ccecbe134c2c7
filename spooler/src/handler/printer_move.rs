//! `printer_move`: everything that waits for one printer goes to another, in one commit; what is being sent stays. Pulses
//! and test pages stay, too: another drawer is not the one that was meant, and a test page is about its printer.

use std::sync::Arc;

use model::{JobKind, Outcome, caller::Caller};
use protocol::{Moved, Problem, request::PrinterMove};

use super::{answer::bad_key, decision::who, job_move::move_over, jobs::no_printer};
use crate::house::{House, audit_entry, problem};

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: PrinterMove) -> Result<Moved, Problem> {
    let Some(to) = house.config.printer(&body.printer).map(|printer| printer.name.clone()) else {
        return Err(no_printer(&body.printer));
    };
    if body.id == to {
        return Err(bad_key("printer", "printer must be another one than id"));
    }
    // jobs may still wait for one that was taken out of the config
    let known = house.config.printer(&body.id).is_some();
    let mut entry = audit_entry(caller, "printer_move", Some(body.id.clone()), Outcome::Done);
    let (from, who, now) = (body.id, who(caller), house.now());
    let moved = house.act(caller, "printer_move", move |batch| {
        let waiting = batch.waiting(&from)?;
        if waiting.is_empty() && !known {
            return Ok(Err(no_printer(&from)));
        }
        let mut moved = 0;
        for job in waiting.iter().filter(|job| !matches!(job.kind, JobKind::Drawer | JobKind::TestPage)) {
            move_over(batch, job, &to, &who, now)?;
            moved += 1;
        }
        entry.before = Some(format!("{moved} {from}"));
        entry.after = Some(format!("{moved} {to}"));
        batch.audit(entry, now)?;
        Ok(Ok(Moved { moved }))
    });
    moved.await.map_err(|error| problem("moving a queue", &error))?
}
