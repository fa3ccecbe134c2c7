//! `printer_resume`: a paused printer takes jobs again. Resuming one that was not paused is no mistake.

use std::sync::Arc;

use model::caller::Caller;
use protocol::{PrinterRow, Problem, request::PrinterNamed};

use super::printer_pause;
use crate::house::House;

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: PrinterNamed) -> Result<PrinterRow, Problem> {
    printer_pause::set(house, caller, &body.id, "printer_resume", false).await
}
