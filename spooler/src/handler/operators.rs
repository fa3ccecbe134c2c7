//! `setup` and the `operators` verbs: who there is, a new one, another name, role or PIN, out and in again. Each leaves
//! its audit row in the same commit.

use std::sync::Arc;

use model::{
    Moment, Operator, Outcome, Role, SafeText,
    caller::Caller,
    identifier,
    operator::{LONGEST_ID, LONGEST_NAME},
};
use protocol::{
    Page, Pin, Problem, ProblemKind, Reason, Request,
    request::{OperatorNamed, OperatorsAdd, OperatorsSet, OperatorsSetPin, Setup},
};
use store::{Batch, NewOperator, OperatorRow, StoreError};

use super::{answer::bad_key, sessions::see_out};
use crate::{
    house::{House, audit_entry, problem},
    log_on::{Purpose, prove},
};

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
    well_formed(&body.pin, "pin", &body.id)?;
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
    well_formed(&body.new_pin, "new_pin", &body.id)?;
    let pin = house.pins.hash(&body.new_pin).await?;
    let new = NewOperator { id, name, role: body.role, pin };
    change(house, caller, "operators_add", body.id, move |batch, now| batch.add_operator(new, now)).await
}

/// `operators_set`: another name, another role.
pub(super) async fn set(house: &Arc<House>, caller: &Caller, body: OperatorsSet) -> Result<Operator, Problem> {
    let OperatorsSet { id, name, role } = body;
    if name.is_none() && role.is_none() {
        return Err(bad_key("name", "name what changes: name, role or both"));
    }
    let name = name.map(|name| new_name(&name, "name")).transpose()?;
    let whose = id.clone();
    change(house, caller, "operators_set", id, move |batch, now| batch.set_operator(&whose, name, role, now)).await
}

/// True if somebody asks for another PIN of his own and gives the present one.
pub(crate) fn is_own_pin(request: &Request, caller: &Caller) -> bool {
    match request {
        Request::OperatorsSetPin(body) => body.pin.is_some() && caller.operator.as_deref() == Some(body.id.as_str()),
        _ => false,
    }
}

/// `operators_set_pin`: log-ons made with the old PIN count no more, a lock is lifted. One's own with the present one,
/// which is tried as at a log-on.
pub(super) async fn set_pin(house: &Arc<House>, caller: &Caller, body: OperatorsSetPin) -> Result<Operator, Problem> {
    let OperatorsSetPin { id, pin: present, new_pin } = body;
    well_formed(&new_pin, "new_pin", &id)?;
    let proved = match present {
        None => None,
        Some(_) if caller.operator.as_deref() != Some(id.as_str()) => {
            return Err(bad_key(
                "pin",
                "pin is the present PIN of whoever changes his own; leave it out for another's",
            ));
        }
        Some(present) => Some(prove(house, caller, &id, present, Purpose::OwnPin).await?.credential),
    };
    // root alone begins anew where the secret of all PINs is lost
    let another = if caller.origin.uid == 0 { house.pins.another_pepper()? } else { None };
    let pin = house.pins.hash_with(&new_pin, another.clone()).await?;
    let (whose, lost) = (id.clone(), another.is_some());
    let changed = change(house, caller, "operators_set_pin", id, move |batch, now| {
        // somebody else has set another one since it was proved: that one stays
        let changed = |row: OperatorRow| proved.is_some_and(|proved| proved != row.credential);
        if batch.operator(&whose)?.is_some_and(changed) {
            return Err(StoreError::PinChanged { id: whose });
        }
        if lost {
            batch.void_other_pins(&whose, now)?;
        }
        batch.set_pin(&whose, pin, now)
    })
    .await?;
    // only now: cut off before, it is still missed, and root can ask again
    if let Some(another) = another {
        house.pins.keep_pepper(&another)?;
    }
    if proved.is_none() {
        see_out(house).await;
    }
    Ok(changed)
}

/// `operators_disable`.
pub(super) async fn disable(house: &Arc<House>, caller: &Caller, body: OperatorNamed) -> Result<Operator, Problem> {
    let id = body.id.clone();
    let disable = move |batch: &mut Batch<'_>, now| batch.disable_operator(&id, now);
    let disabled = change(house, caller, "operators_disable", body.id, disable).await?;
    see_out(house).await;
    Ok(disabled)
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
    let mut entry = audit_entry(caller, act, super::answer::named(&object), Outcome::Done);
    let now = house.now();
    let changed = house.act(caller, act, move |batch| {
        let before = batch.operator(&object)?;
        let row = run(batch, now)?;
        // a name stands there where it is what may have changed
        let side = |row: &OperatorRow| match act {
            "operators_set" => format!("{} {}", row.operator.name, standing(row)),
            _ => standing(row),
        };
        entry.before = before.as_ref().map(side);
        let void = batch.operators()?.iter().filter(|row| row.pin.is_empty()).count();
        entry.after = Some(match void {
            0 => side(&row),
            void => format!("{}; {void} without a PIN since the secret was lost", side(&row)),
        });
        batch.audit(entry, now)?;
        Ok(Ok(row))
    });
    Ok(seen(changed.await.map_err(|error| problem(DOING, &error))??, now))
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

fn well_formed(pin: &Pin, key: &str, id: &str) -> Result<(), Problem> {
    let message = match pin.is_well_formed() {
        true if pin.expose() != id => return Ok(()),
        // it stands on every screen and slip
        true => format!("{key} must be another number than the operator's own"),
        false => format!("{key} must be 4 to 12 ASCII digits"),
    };
    let next = "choose a PIN of 4 to 12 digits that is not the operator's number";
    Err(Problem::new(ProblemKind::Invalid, Reason::BadNewPin, "setting a PIN", message, next).about(key))
}
