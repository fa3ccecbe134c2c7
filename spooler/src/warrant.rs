//! Whether an act is still its caller's when it is done: while it waited, for a PIN's turn or for the disk, whoever asked or
//! allowed it may have been disabled, given another PIN or another role. No I/O: the operators are looked up by the caller.

use model::caller::Caller;
use protocol::{Problem, ProblemKind, Reason};
use store::{OperatorRow, StoreError};

use crate::access;

/// Why the act is refused after all; `None`: both stand as they stood when it was allowed.
///
/// # Errors
/// When the store can't be read.
pub(crate) fn lapsed(
    caller: &Caller,
    verb: &str,
    find: impl Fn(&str) -> Result<Option<OperatorRow>, StoreError>,
) -> Result<Option<Problem>, StoreError> {
    let stands = |row: &OperatorRow, credential| row.credential == credential && !row.operator.disabled;
    let (operators, approvers) = caller.credentials;
    if let Some(id) = &caller.operator {
        let row = find(id)?.filter(|row| stands(row, operators));
        if row.is_none() {
            return Ok(Some(access::refusal(verb, Reason::LogOnNeeded)));
        }
        if row.is_some_and(|row| Some(row.operator.role) != caller.role) {
            return Ok(Some(access::refusal(verb, Reason::RoleNotAllowed)));
        }
    }
    if let Some(id) = &caller.approver {
        let row = find(id)?.filter(|row| stands(row, approvers));
        if !row.is_some_and(|row| access::approves(row.operator.role, verb)) {
            return Ok(Some(may_not_approve(id)));
        }
    }
    Ok(None)
}

/// The answer where the second person is none for this act.
pub(crate) fn may_not_approve(approver: &str) -> Problem {
    Problem::new(
        ProblemKind::NotPermitted,
        Reason::ApproverMayNot,
        "asking for approval",
        "this operator may not approve it",
        "let a supervisor or manager approve it who may do it alone",
    )
    .about(approver)
}

#[cfg(test)]
mod tests {
    use model::{Operator, Origin, Role, caller::Access};

    use super::*;

    fn row(id: &str, role: Role, credential: u32, disabled: bool) -> OperatorRow {
        let operator = Operator {
            id: id.into(),
            name: id.into(),
            role,
            disabled,
            locked_until: None,
            wrong_tries: 0,
            created_at: None,
            changed_at: None,
        };
        OperatorRow { operator, pin: String::new(), credential, lock_seconds: 0 }
    }

    /// Why cashier 02 may not reprint with supervisor 08, both proved with their first PIN, where these stand in the store.
    fn why(rows: &[OperatorRow]) -> Option<Reason> {
        let caller = Caller {
            operator: Some("02".into()),
            role: Some(Role::Cashier),
            approver: Some("08".into()),
            credentials: (1, 1),
            ..Caller::peer(Origin::default(), Access::Use)
        };
        let find = |id: &str| Ok(rows.iter().find(|row| row.operator.id == id).cloned());
        lapsed(&caller, "reprint", find).unwrap().map(|problem| problem.reason)
    }

    #[test]
    fn an_act_is_done_only_while_both_stand_as_they_stood() {
        let (cashier, supervisor) = (row("02", Role::Cashier, 1, false), row("08", Role::Supervisor, 1, false));
        assert_eq!(why(&[cashier.clone(), supervisor.clone()]), None);
        for (asks, reason) in [
            (row("02", Role::Cashier, 2, false), Reason::LogOnNeeded),
            (row("02", Role::Cashier, 1, true), Reason::LogOnNeeded),
            (row("02", Role::Installer, 1, false), Reason::RoleNotAllowed),
        ] {
            assert_eq!(why(&[asks, supervisor.clone()]), Some(reason));
        }
        for approves in [
            row("08", Role::Supervisor, 2, false),
            row("08", Role::Supervisor, 1, true),
            row("08", Role::Cashier, 1, false),
            row("09", Role::Manager, 1, false),
        ] {
            assert_eq!(why(&[cashier.clone(), approves]), Some(Reason::ApproverMayNot));
        }
        assert_eq!(why(&[supervisor]), Some(Reason::LogOnNeeded), "gone altogether");
    }
}
