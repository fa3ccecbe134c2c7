//! `show`: one transaction with its print history, newest first.

use std::collections::BTreeMap;

use model::{Copy, Role, Transaction, caller::Caller};
use protocol::{ApprovalFor, Problem, Reason, TransactionRow, request::Show};
use store::{JobLine, Reader, StoreError};

use crate::{
    access::Decision,
    house::{House, problem},
    policy, session,
};

pub(super) fn answer(house: &House, caller: &Caller, body: &Show) -> Result<TransactionRow, Problem> {
    let doing = |error| problem("reading a transaction", &error);
    let reader = house.reader()?;
    let transaction =
        reader.transaction(body.id).map_err(doing)?.ok_or_else(|| super::answer::no_transaction(body.id))?;
    let mut history = reader.jobs_of(body.id).map_err(doing)?;
    history.reverse();
    Ok(TransactionRow {
        prints: reader.prints(body.id).map_err(doing)?,
        unprinted: unprinted(&reader, body.id).map_err(doing)?,
        reprint_needs_approval: Some(needs_approval(house, &reader, caller, &transaction).map_err(doing)?),
        transaction,
        found_by: None,
        print_history: Some(history),
    })
}

/// For each copy why a reprint by this caller would need a second person now, so that it can be said beforehand. The commit
/// looks anew.
fn needs_approval(
    house: &House,
    reader: &Reader,
    caller: &Caller,
    sale: &Transaction,
) -> Result<BTreeMap<Copy, Option<ApprovalFor>>, StoreError> {
    let always = match session::decide(house, caller, "reprint", false) {
        Decision::NeedsApproval(Reason::TwoPersons) => Some(ApprovalFor::TwoPersons),
        Decision::NeedsApproval(_) => Some(ApprovalFor::Role),
        Decision::Allowed | Decision::Refused(_) => None,
    };
    let lines = reader.job_lines(sale.id)?;
    let mut copies = BTreeMap::new();
    for copy in Copy::ALL {
        let mut why = always;
        if let (None, Some(Role::Cashier), Some(cashier)) = (why, caller.role, &caller.operator) {
            let reprints = policy::reprints(&lines, *copy, |id| reader.job(id))?;
            let facts = policy::Sale::of(sale, reprints, house.now());
            why = policy::needs_approval(&house.config.policy.reprint, facts, cashier).and_then(|problem| {
                Some(match problem.reason {
                    Reason::ReprintTooOld => ApprovalFor::Within,
                    Reason::ReprintTooMany => ApprovalFor::Most,
                    Reason::ReprintTooLarge => ApprovalFor::Above,
                    Reason::ReprintNotOwn => ApprovalFor::OwnOnly,
                    _ => return None,
                })
            });
        }
        copies.insert(*copy, why);
    }
    Ok(copies)
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
