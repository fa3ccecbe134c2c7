//! `sessions` and `session_end`: who is logged on now, and how a manager shows support the door.

use std::sync::Arc;

use model::{
    Operator, Outcome, Role,
    caller::{Access, Caller},
};
use protocol::{Page, Problem, ProblemKind, Reason, SessionRow, request::SessionEnd};

use super::log_on::left;
use crate::{
    access,
    house::{House, audit_entry, problem},
    sessions::Open,
};

/// Support whose session was ended is locked out for this long, in seconds.
const KEPT_OUT: u64 = 300;

/// `sessions`: every connection at which somebody is logged on, oldest first.
pub(super) fn list(house: &House) -> Result<Page<SessionRow>, Problem> {
    let mut rows = Vec::new();
    for (number, open) in house.sessions.open() {
        if let Some(operator) = sitting(house, &open)? {
            rows.push(row(number, &open, operator));
        }
    }
    Ok(Page { rows, next: None, searched_to: None })
}

/// `session_end`: logs an operator off elsewhere and closes that connection.
pub(super) async fn end(house: &Arc<House>, caller: &Caller, body: SessionEnd) -> Result<SessionRow, Problem> {
    let open = house.sessions.get(body.id).ok_or_else(|| nobody(body.id))?;
    let operator = sitting(house, &open)?.ok_or_else(|| nobody(body.id))?;
    if operator.role == Role::Manager && caller.role == Some(Role::Supervisor) {
        return Err(access::refusal("session_end", Reason::RoleNotAllowed));
    }
    let entry = audit_entry(caller, "session_end", Some(operator.id.clone()), Outcome::Done);
    let now = house.now();
    // who was shown the door does not come in again at once
    let locked = (operator.role == Role::Support).then(|| operator.id.clone());
    let noted = house.act(caller, "session_end", move |batch| {
        if let Some(id) = locked {
            batch.lock_operator(&id, KEPT_OUT, now)?;
        }
        batch.audit(entry, now).map(Ok)
    });
    noted.await.map_err(|error| problem("ending a session", &error))??;
    let row = row(body.id, &open, operator);
    open.end();
    Ok(row)
}

/// Sends away whoever sits at a connection with a log-on that counts no more: disabled, or another PIN.
pub(crate) async fn see_out(house: &House) {
    for (_, open) in house.sessions.open() {
        if open.seat.sitting().is_some()
            && let Ok(None) = sitting(house, &open)
            && let Some(gone) = open.send_away()
            && gone.role == Role::Support
        {
            left(house, &gone.caller(&open.origin, Access::Use)).await;
        }
    }
}

fn sitting(house: &House, open: &Open) -> Result<Option<Operator>, Problem> {
    let Some(sitting) = open.seat.sitting() else { return Ok(None) };
    let found = house.reader()?.operator(&sitting.operator);
    let found = found.map_err(|error| problem("looking up an operator", &error))?;
    Ok(found.filter(|row| sitting.counts(row)).map(|row| row.operator))
}

fn row(session: u64, open: &Open, operator: Operator) -> SessionRow {
    SessionRow {
        session,
        operator: operator.id,
        name: operator.name,
        role: operator.role,
        since: open.since,
        origin: open.origin.clone(),
    }
}

fn nobody(session: u64) -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        Reason::NoSuchSession,
        "ending a session",
        format!("nobody is logged on at session {session}"),
        "look at sessions for the numbers",
    )
    .about(session.to_string())
}
