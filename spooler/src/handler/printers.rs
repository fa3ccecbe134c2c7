//! `printers`: every configured printer as it is now, with what waits for it.

use model::JobState;
use protocol::{Page, PrinterRow, PrinterState, Problem};
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
            row.waiting = *count;
        }
        if let Some(id) = row.job {
            let job = reader.job(id).map_err(|e| problem("reading a job", &e))?;
            settle(row, job.map(|job| job.state));
        }
    }
    Ok(rows)
}

/// A job's end is in the store a moment before its printer tells: the store has the last word.
fn settle(row: &mut PrinterRow, job: Option<JobState>) {
    if job.is_none_or(JobState::ended) {
        row.job = None;
        if row.state == PrinterState::Printing {
            row.state = PrinterState::Ready;
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{JobId, Proof};

    use super::*;

    #[test]
    fn a_printer_never_seems_to_print_a_job_that_has_ended() {
        let printing = PrinterRow {
            name: "front".into(),
            connection: "file:///dev/null".into(),
            profile: "generic-80".into(),
            columns: 48,
            state: PrinterState::Printing,
            cause: None,
            since: None,
            near_end: false,
            proof: Proof::ProcessId,
            proof_since: None,
            waiting: model::Waiting::default(),
            job: Some(JobId(1)),
            last_good_print: None,
            paused: false,
            conditions: None,
            identity: None,
            counters: None,
            proof_detail: None,
        };
        for (state, want) in [
            (Some(JobState::Sending), (Some(JobId(1)), PrinterState::Printing)),
            (Some(JobState::Confirmed), (None, PrinterState::Ready)),
            (None, (None, PrinterState::Ready)),
        ] {
            let mut row = printing.clone();
            settle(&mut row, state);
            assert_eq!((row.job, row.state), want, "{state:?}");
        }
    }
}
