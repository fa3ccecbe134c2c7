//! `jobs`: all kept jobs, newest first.

use protocol::{JobRow, Page, Problem, ProblemKind, Reason, request::Jobs};
use store::JobFilter;

use super::answer::{fitting, json, limit};
use crate::house::{House, problem};

pub(super) fn answer(house: &House, body: &Jobs) -> Result<String, Problem> {
    let limit = limit(body.limit)?;
    let filter = JobFilter { state: body.state, printer: body.printer.clone() };
    let reader = house.reader()?;
    fitting(limit, |limit| {
        let page = reader.jobs(&filter, body.after.as_deref(), limit).map_err(|e| problem("reading jobs", &e))?;
        if let Some(name) = &filter.printer
            && page.rows.is_empty()
            && body.after.is_none()
            && house.config.printer(name).is_none()
        {
            // jobs of a printer that was configured once are still found; a misspelt name is not an empty list
            return Err(no_printer(name));
        }
        json(&Page::<JobRow> { rows: page.rows, next: page.next, searched_to: None })
    })
}

/// The problem of a name that no printer has.
pub(super) fn no_printer(name: &str) -> Problem {
    let name: String = model::SafeText::new(name).chars().take(40).collect();
    Problem::new(
        ProblemKind::NotFound,
        Reason::NoSuchPrinter,
        "looking up a printer",
        format!("no printer is called {name:?}"),
        "look at printers for the names",
    )
    .about(name)
}
