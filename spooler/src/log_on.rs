//! Proving who somebody is: a PIN is counted as wrong first, durably, then compared; a right one takes the count back.
//!
//! So whoever kills the daemon between guess and answer has guessed all the same. One after another, and to the end even
//! if the asker has gone.

use std::sync::Arc;

use model::{Moment, Outcome, SafeText, caller::Caller};
use protocol::{Pin, Problem, ProblemKind, Reason};
use store::{AuditEntry, OperatorRow};

use crate::{
    access,
    house::{House, audit_entry, problem},
    warrant::may_not_approve,
};

const DOING: &str = "checking a PIN";

/// What the PIN is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A log-on: a right PIN leaves its audit row, too.
    LogOn,
    /// A second person's approval, which stands in the row of the act.
    Approval,
    /// Another PIN of one's own, which leaves a row of its own.
    OwnPin,
}

/// Finds out whether the PIN is that operator's. A wrong one, a locked and a disabled operator leave an audit row.
///
/// # Errors
/// `wrong_pin`, `locked_out`, `not_permitted` (disabled); or the store or the pepper can't be used.
pub(crate) async fn prove(
    house: &Arc<House>,
    caller: &Caller,
    id: &str,
    pin: Pin,
    purpose: Purpose,
) -> Result<OperatorRow, Problem> {
    let (house, caller, id) = (Arc::clone(house), caller.clone(), id.to_owned());
    // a task of its own: a connection that goes away must not leave a try without its row
    let proving = tokio::spawn(async move {
        let proved = tried(&house, &caller, &id, pin, purpose).await;
        if let Err(problem) = &proved {
            note(&house, &caller, &id, problem).await;
        }
        proved
    });
    proving.await.unwrap_or_else(|_| Err(gone()))
}

async fn tried(
    house: &Arc<House>,
    caller: &Caller,
    id: &str,
    pin: Pin,
    purpose: Purpose,
) -> Result<OperatorRow, Problem> {
    let _turn = house.pins.turn().await;
    let reading = |error| problem(DOING, &error);
    let Some(row) = house.reader()?.operator(id).map_err(reading)? else {
        if house.pins.set_up() {
            // as long as for one that there is
            house.pins.is_right(None, pin).await?;
        }
        // who types a PIN where the number belongs must not find it in the trail
        let looks_like_pin = (4..=12).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
        return Err(wrong(if looks_like_pin { "****" } else { id }));
    };
    if let Some(until) = locked(house, &row) {
        return Err(locked_out(until));
    }
    // a PIN that nobody can compare is no try
    house.pins.check_pepper()?;
    if row.pin.is_empty() {
        return Err(pin_lost(id));
    }
    let (counted, now) = (id.to_owned(), house.now());
    let row = house.submit(move |batch| batch.count_try(&counted, now)).await.map_err(reading)?;
    // from here on the daemon's own patience counts
    let _ = locked(house, &row);
    if !house.pins.is_right(Some(row.pin.clone()), pin).await? {
        return Err(wrong(id));
    }
    let (cleared, credential) = (id.to_owned(), row.credential);
    let entry = AuditEntry { actor: Some(cleared.clone()), ..audit_entry(caller, "log_on", named(id), Outcome::Done) };
    let freed = house.submit(move |batch| {
        let freed = batch.clear_tries(&cleared, credential)?;
        if freed.is_some() && purpose == Purpose::LogOn {
            batch.audit(entry, now)?;
        }
        Ok(freed)
    });
    match freed.await.map_err(reading)? {
        Some(row) => Ok(row),
        None if row.operator.disabled => Err(disabled(id)),
        // it got another PIN meanwhile
        None => Err(wrong(id)),
    }
}

/// The second person for an act.
///
/// # Errors
/// As [`prove`]; or it is the asker himself, or somebody who may not approve this. With it comes the caller as the trail
/// names him: beside him whoever proved to be somebody.
pub(crate) async fn approve(
    house: &Arc<House>,
    caller: &Caller,
    verb: &str,
    approver: &str,
    pin: Pin,
) -> Result<Caller, (Caller, Problem)> {
    // before the PIN is looked at
    if caller.operator.as_deref() == Some(approver) {
        return Err((caller.clone(), is_asking(approver)));
    }
    let proved = prove(house, caller, approver, pin, Purpose::Approval).await;
    let row = proved.map_err(|problem| (caller.clone(), problem))?;
    let credentials = (caller.credentials.0, row.credential);
    let caller = Caller { approver: Some(row.operator.id), credentials, ..caller.clone() };
    if !access::approves(row.operator.role, verb) {
        return Err((caller, may_not_approve(approver)));
    }
    // before the commit it is looked at once more; this spares what begins without one
    match house.check_standing(&caller, verb) {
        Ok(()) => Ok(caller),
        Err(problem) => Err((caller, problem)),
    }
}

fn locked(house: &House, row: &OperatorRow) -> Option<Moment> {
    let now = house.now();
    let left = house.pins.lockout.left(row, now, house.clock.elapsed())?;
    let ms = i64::try_from(left.as_millis()).unwrap_or(i64::MAX);
    Some(Moment::new(now.unix_ms().saturating_add(ms), now.offset_minutes()))
}

/// A failed log-on's audit row names who was tried; nobody has proved to be the actor.
async fn note(house: &Arc<House>, caller: &Caller, id: &str, problem: &Problem) {
    let outcome = match problem.kind {
        ProblemKind::WrongPin => Outcome::Failed,
        ProblemKind::LockedOut | ProblemKind::NotPermitted => Outcome::Refused,
        _ if problem.reason == Reason::PepperMissing => Outcome::Failed,
        // nothing was found out, and the store may be why
        _ => return,
    };
    let object = match problem.reason {
        Reason::WrongPin => problem.subject.clone().filter(|subject| !subject.is_empty()),
        _ => named(id),
    };
    let entry = audit_entry(caller, "log_on", object, outcome);
    let now = house.now();
    if let Err(error) = house.submit(move |batch| batch.audit(entry, now)).await {
        tracing::error!("a failed log-on could not be written to the audit trail: {error}");
    }
}

/// The id as it was typed, fit for trail and answer: somebody may have typed a card's number.
fn named(id: &str) -> Option<String> {
    let mut safe = SafeText::new(id);
    safe.shorten(40);
    (!safe.is_empty()).then(|| safe.as_str().to_owned())
}

fn wrong(id: &str) -> Problem {
    Problem::new(
        ProblemKind::WrongPin,
        Reason::WrongPin,
        DOING,
        "the operator or the PIN is wrong",
        "try again; five wrong ones lock the operator out for a while",
    )
    .about(named(id).unwrap_or_default())
}

fn locked_out(until: Moment) -> Problem {
    Problem::new(
        ProblemKind::LockedOut,
        Reason::LockedOut,
        DOING,
        format!("this operator is locked out until {until}"),
        "wait until then, or let a manager unlock the operator",
    )
    .about(until.to_string())
}

fn pin_lost(id: &str) -> Problem {
    Problem::new(
        ProblemKind::NotPermitted,
        Reason::PinLost,
        DOING,
        "the secret of the PINs was lost; this operator's has to be set anew",
        "let a manager set a new PIN",
    )
    .about(named(id).unwrap_or_default())
}

fn disabled(id: &str) -> Problem {
    Problem::new(
        ProblemKind::NotPermitted,
        Reason::OperatorDisabled,
        DOING,
        "this operator was disabled",
        "ask a manager",
    )
    .about(named(id).unwrap_or_default())
}

fn is_asking(approver: &str) -> Problem {
    Problem::new(
        ProblemKind::NotPermitted,
        Reason::ApproverIsAsking,
        "asking for approval",
        "nobody approves his own act",
        "let another supervisor or manager approve it",
    )
    .about(named(approver).unwrap_or_default())
}

fn gone() -> Problem {
    Problem::new(ProblemKind::Unavailable, Reason::Stopping, DOING, "it broke off", "try again")
}
