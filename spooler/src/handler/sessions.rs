//! `sessions` and `session_end`: who is logged on now, and how a manager shows support the door.

use std::sync::Arc;

use model::{Operator, Outcome, caller::Caller};
use protocol::{Page, Problem, ProblemKind, Reason, SessionRow, request::SessionEnd};

use crate::{
    house::{House, audit_entry, problem},
    sessions::Open,
};

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
    let entry = audit_entry(caller, "session_end", Some(operator.id.clone()), Outcome::Done);
    let now = house.now();
    let noted = house.submit(move |batch| batch.audit(entry, now)).await;
    noted.map_err(|error| problem("ending a session", &error))?;
    let row = row(body.id, &open, operator);
    open.end();
    Ok(row)
}

fn sitting(house: &House, open: &Open) -> Result<Option<Operator>, Problem> {
    let Some(id) = open.seat.operator() else { return Ok(None) };
    let found = house.reader()?.operator(&id).map_err(|error| problem("looking up an operator", &error))?;
    Ok(found.map(|row| row.operator))
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
