//! `printer_test`: a page that shows what the printer makes of our commands. It is a job like others, rendered when its
//! turn comes.

use std::sync::Arc;

use model::{Job, JobKind, caller::Caller};
use protocol::{Problem, request::PrinterTest};

use super::{
    job::{check_wait, queue},
    jobs::no_printer,
};
use crate::house::House;

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: PrinterTest) -> Result<Job, Problem> {
    check_wait(body.wait)?;
    let printer = house.config.printer(&body.id).ok_or_else(|| no_printer(&body.id))?;
    queue(house, caller, "printer_test", JobKind::TestPage, printer, body.wait).await
}
