//! `printer_pause`: a printer takes no further job until a person resumes it. What it has in hand goes on. Works with the
//! device gone, survives a restart, and pausing twice is no mistake.

use std::sync::Arc;

use model::{Outcome, caller::Caller};
use protocol::{PrinterRow, Problem, request::PrinterNamed};

use super::{jobs::no_printer, printers};
use crate::house::{House, audit_entry, problem};

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: PrinterNamed) -> Result<PrinterRow, Problem> {
    set(house, caller, &body.id, "printer_pause", true).await
}

/// Durable first, then the worker is told: a crash between the two is made good at the next start.
pub(super) async fn set(
    house: &Arc<House>,
    caller: &Caller,
    name: &str,
    act: &'static str,
    paused: bool,
) -> Result<PrinterRow, Problem> {
    if house.config.printer(name).is_none() {
        return Err(no_printer(name));
    }
    let doing = |error| problem("pausing or resuming a printer", &error);
    let mut entry = audit_entry(caller, act, Some(name.to_owned()), Outcome::Done);
    let (now, printer) = (house.now(), name.to_owned());
    let kept = house.act(caller, act, move |batch| {
        let word = |paused| Some(if paused { "paused" } else { "running" }.to_owned());
        (entry.before, entry.after) = (word(batch.printer(&printer)?.paused), word(paused));
        batch.set_paused(&printer, paused)?;
        batch.audit(entry, now).map(Ok)
    });
    kept.await.map_err(doing)??;
    // what holds is what stands in the store: another request may have come between
    house.printers.pause(name, || Ok(house.store.reader()?.printer(name)?.paused)).map_err(doing)?;
    house.changes.printer_changed(name);
    let rows = printers::rows(house, &house.reader()?)?;
    rows.into_iter().find(|row| row.name == name).ok_or_else(|| no_printer(name))
}
