//! `drawer_open`: one pulse to the cash drawer behind a printer, 开钱箱. A job of its own, sent at most once and only
//! while it is fresh (DESIGN §4.5).

use std::sync::Arc;

use model::{Job, JobKind, caller::Caller};
use protocol::{Problem, request::DrawerOpen};

use super::{
    job::{check_wait, no_printer_at_all, queue},
    jobs::no_printer,
};
use crate::house::House;

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: DrawerOpen) -> Result<Job, Problem> {
    check_wait(body.wait)?;
    let printer = match &body.printer {
        Some(name) => house.config.printer(name).ok_or_else(|| no_printer(name))?,
        None => house.config.receipt_printer().ok_or_else(|| no_printer_at_all("opening the drawer"))?,
    };
    queue(house, caller, "drawer_open", JobKind::Drawer, printer, body.wait).await
}
