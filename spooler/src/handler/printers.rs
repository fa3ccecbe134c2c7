//! `printers`: every configured printer as it is now, with what waits for it.

use protocol::{Page, PrinterRow, Problem, Waiting};
use store::Reader;

use crate::house::{House, problem};

pub(super) fn answer(house: &House) -> Result<Page<PrinterRow>, Problem> {
    let rows = rows(house, &house.reader()?)?;
    Ok(Page { rows, next: None, searched_to: None })
}

/// The rows, with the counts of a snapshot.
pub(super) fn rows(house: &House, reader: &Reader) -> Result<Vec<PrinterRow>, Problem> {
    let counts = reader.waiting_counts().map_err(|e| problem("counting what waits", &e))?;
    let mut rows = house.printers.rows();
    for row in &mut rows {
        if let Some(count) = counts.get(&row.name) {
            let store::Waiting { queued, blocked, held, expired, sending } = *count;
            row.waiting = Waiting { queued, blocked, held, expired, sending };
        }
    }
    Ok(rows)
}
