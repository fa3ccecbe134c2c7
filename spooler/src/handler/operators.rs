//! `setup` and the `operators` verbs: who there is, a new one, another PIN, out and in again. Each leaves its audit row in
//! the same commit.

use std::sync::Arc;

use model::{
    Moment, Operator, Outcome, Role, SafeText,
    caller::Caller,
    identifier,
    operator::{LONGEST_ID, LONGEST_NAME},
};
use protocol::{
    Page, Pin, Problem, ProblemKind, Reason,
    request::{OperatorNamed, OperatorsAdd, OperatorsSetPin, Setup},
};
use store::{Batch, NewOperator, OperatorRow, StoreError};

use super::bad_key;
use crate::house::{House, audit_entry, problem};

const DOING: &str = "changing an operator";

/// `operators`: every one, by id.
pub(super) fn list(house: &House) -> Result<Page<Operator>, Problem> {
    let rows = house.reader()?.operators().map_err(|error| problem("reading operators", &error))?;
    let now = house.now();
    Ok(Page { rows: rows.into_iter().map(|row| seen(row, now)).collect(), next: None, searched_to: None })
}

/// `setup`: the first manager, and the secret without which no PIN can be checked.
pub(super) async fn set_up(house: &Arc<House>, caller: &Caller, body: Setup) -> Result<Operator, Problem> {
    if house.pins.set_up() {
        return Err(problem("making the first manager", &StoreError::AlreadySetUp));
    }
    let (id, name) = (new_id(&body.id)?, new_name(&body.name, "name")?);
    well_formed(&body.pin, "pin")?;
    house.pins.make_pepper()?;
    let pin = house.pins.hash(&body.pin).await?;
    let new = NewOperator { id, name, role: Role::Manager, pin };
    let made = change(house, caller, "setup", body.id, move |batch, now| batch.set_up(new, now)).await?;
    house.pins.are_set_up();
    Ok(made)
}

/// `operators_add`.
pub(super) async fn add(house: &Arc<House>, caller: &Caller, body: OperatorsAdd) -> Result<Operator, Problem> {
    let id = new_id(&body.id)?;
    let name = match &body.name {
        Some(name) => new_name(name, "name")?,
        None => SafeText::new(&id),
    };
    well_formed(&body.new_pin, "new_pin")?;
    let pin = house.pins.hash(&body.new_pin).await?;
    let new = NewOperator { id, name, role: body.role, pin };
    change(house, caller, "operators_add", body.id, move |batch, now| batch.add_operator(new, now)).await
}

/// `operators_set_pin`: log-ons made with the old PIN count no more, a lock is lifted.
pub(super) async fn set_pin(house: &Arc<House>, caller: &Caller, body: OperatorsSetPin) -> Result<Operator, Problem> {
    well_formed(&body.new_pin, "new_pin")?;
    let pin = house.pins.hash(&body.new_pin).await?;
    let id = body.id.clone();
    change(house, caller, "operators_set_pin", body.id, move |batch, now| batch.set_pin(&id, pin, now)).await
}

/// `operators_disable`.
pub(super) async fn disable(house: &Arc<House>, caller: &Caller, body: OperatorNamed) -> Result<Operator, Problem> {
    let id = body.id.clone();
    change(house, caller, "operators_disable", body.id, move |batch, now| batch.disable_operator(&id, now)).await
}

/// `operators_unlock`: one that was locked out or disabled can log on again.
pub(super) async fn unlock(house: &Arc<House>, caller: &Caller, body: OperatorNamed) -> Result<Operator, Problem> {
    let id = body.id.clone();
    change(house, caller, "operators_unlock", body.id, move |batch, now| batch.unlock_operator(&id, now)).await
}

async fn change(
    house: &Arc<House>,
    caller: &Caller,
    act: &'static str,
    object: String,
    run: impl FnOnce(&mut Batch<'_>, Moment) -> Result<OperatorRow, StoreError> + Send + 'static,
) -> Result<Operator, Problem> {
    let mut entry = audit_entry(caller, act, super::named(&object), Outcome::Done);
    let now = house.now();
    let changed = house.submit(move |batch| {
        let before = batch.operator(&object)?;
        let row = run(batch, now)?;
        entry.before = before.as_ref().map(standing);
        entry.after = Some(standing(&row));
        batch.audit(entry, now)?;
        Ok(row)
    });
    Ok(seen(changed.await.map_err(|error| problem(DOING, &error))?, now))
}

/// How an operator stands, as the trail names it before and after.
fn standing(row: &OperatorRow) -> String {
    let operator = &row.operator;
    let state = match operator.locked_until {
        _ if operator.disabled => "disabled",
        Some(_) => "locked",
        None => "active",
    };
    // a new PIN shows as another number, never as anything of itself
    format!("{} {state} PIN {}", operator.role, row.credential)
}

/// As it is told: a lock that is over is none.
fn seen(row: OperatorRow, now: Moment) -> Operator {
    let locked_until = row.operator.locked_until.filter(|until| until.unix_ms() > now.unix_ms());
    Operator { locked_until, ..row.operator }
}

/// The grammar of an event's `operator`, so that a sale can be somebody's.
fn new_id(id: &str) -> Result<String, Problem> {
    let good = !id.is_empty() && id.len() <= LONGEST_ID && identifier::check("operator", id).is_ok();
    let rule = "id must be 1 to 16 printable ASCII characters without blanks, and no card number";
    good.then(|| id.to_owned()).ok_or_else(|| bad_key("id", rule))
}

fn new_name(name: &str, key: &str) -> Result<SafeText, Problem> {
    let name = SafeText::new(name.trim());
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(bad_key(key, "name must be 1 to 40 characters"));
    }
    Ok(name)
}

fn well_formed(pin: &Pin, key: &str) -> Result<(), Problem> {
    if pin.is_well_formed() {
        return Ok(());
    }
    let next = "choose a PIN of 4 to 12 digits";
    let message = format!("{key} must be 4 to 12 ASCII digits");
    Err(Problem::new(ProblemKind::Invalid, Reason::BadNewPin, "setting a PIN", message, next).about(key))
}
