//! `log_on` and `log_off`: who sits at a connection from here on. What a PIN is worth is the business of `crate::log_on`.

use std::sync::Arc;

use model::{Outcome, Role, caller::Caller};
use protocol::{Problem, request::LogOn};

use super::answer::{Answering, json};
use crate::{
    house::{House, audit_entry},
    log_on::{Purpose, prove},
    session::{self, Seat},
};

/// Logs an operator on; a wrong PIN leaves whoever sat there.
pub(crate) fn log_on(house: &Arc<House>, caller: &Caller, seat: &Arc<Seat>, body: LogOn) -> Answering {
    let (house, caller, seat) = (Arc::clone(house), caller.clone(), Arc::clone(seat));
    Box::pin(async move {
        let LogOn { operator, pin } = body;
        let row = prove(&house, &caller, &operator, pin, Purpose::LogOn).await?;
        let before = seat.leave();
        seat.take(&row);
        // one who hands over has left as one who logs off
        if let Some(before) = before.filter(|before| before.role == Role::Support && before.operator != row.operator.id)
        {
            left(&house, &before.caller(&caller.origin, caller.access)).await;
        }
        told(&house, &caller, &seat)
    })
}

/// Logs off whoever sits there; nobody is no mistake.
pub(crate) fn log_off(house: &Arc<House>, caller: &Caller, seat: &Seat) -> Answering {
    seat.leave();
    let (house, caller) = (Arc::clone(house), caller.clone());
    let nobody = Caller::peer(caller.origin.clone(), caller.access);
    Box::pin(async move {
        if caller.role == Some(Role::Support) {
            left(&house, &caller).await;
        }
        json(&session::told(&house, &nobody, None))
    })
}

/// Notes that an operator has left.
pub(crate) async fn left(house: &House, caller: &Caller) {
    let entry = audit_entry(caller, "log_off", caller.operator.clone(), Outcome::Done);
    let now = house.now();
    if let Err(error) = house.submit(move |batch| batch.audit(entry, now)).await {
        tracing::error!("a log-off could not be written to the audit trail: {error}");
    }
}

fn told(house: &House, caller: &Caller, seat: &Seat) -> Result<String, Problem> {
    let (caller, name) = seat.caller(house, caller)?;
    json(&session::told(house, &caller, name))
}
