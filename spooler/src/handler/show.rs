//! `show`: one transaction with its print history, newest first.

use model::Copy;
use protocol::{Problem, TransactionRow, request::Show};
use store::{JobLine, Reader, StoreError};

use crate::house::{House, problem};

pub(super) fn answer(house: &House, body: &Show) -> Result<TransactionRow, Problem> {
    let doing = |error| problem("reading a transaction", &error);
    let reader = house.reader()?;
    let transaction = reader.transaction(body.id).map_err(doing)?.ok_or_else(|| super::no_transaction(body.id))?;
    let mut history = reader.jobs_of(body.id).map_err(doing)?;
    history.reverse();
    Ok(TransactionRow {
        prints: reader.prints(body.id).map_err(doing)?,
        unprinted: unprinted(&reader, body.id).map_err(doing)?,
        transaction,
        found_by: None,
        print_history: Some(history),
    })
}

/// True while a copy was asked for and its paper cannot have come out (INTERFACES §5).
pub(super) fn unprinted(reader: &Reader, id: model::TransactionId) -> Result<bool, StoreError> {
    Ok(lacks_paper(&reader.job_lines(id)?))
}

fn lacks_paper(lines: &[JobLine]) -> bool {
    Copy::ALL.iter().any(|copy| {
        let mut of_copy = lines.iter().filter(|line| line.copy == *copy).peekable();
        of_copy.peek().is_some() && !of_copy.any(|line| line.state.may_be_out())
    })
}

#[cfg(test)]
mod tests {
    use model::{JobId, JobState};

    use super::*;

    #[test]
    fn a_copy_counts_as_unprinted_until_one_of_its_jobs_may_be_out() {
        let line = |copy, state| JobLine { job: JobId(1), copy, state, number: 0 };
        assert!(!lacks_paper(&[]), "nothing was asked for");
        assert!(lacks_paper(&[line(Copy::Customer, JobState::NotPrinted)]));
        assert!(!lacks_paper(&[line(Copy::Customer, JobState::NotPrinted), line(Copy::Customer, JobState::Partial)]));
        assert!(lacks_paper(&[line(Copy::Customer, JobState::Confirmed), line(Copy::Merchant, JobState::Queued)]));
    }
}
