//! Who sits at a connection: the operator who logged on, as long as that log-on counts.
//!
//! It is looked up anew for each request, so that a disabled operator or a new PIN ends it at once.

use std::sync::{Mutex, PoisonError};

use model::{SafeText, caller::Caller};
use protocol::{Problem, Session};

use crate::{
    access::{self, Decision, Standing},
    house::{House, problem},
};

/// The place at a connection.
#[derive(Debug, Default)]
pub(crate) struct Seat(Mutex<Option<Sitting>>);

#[derive(Debug, Clone)]
struct Sitting {
    operator: String,
    /// Which PIN it was proved with.
    credential: u32,
}

impl Seat {
    /// Somebody logged on; who sat there is logged off.
    pub(crate) fn take(&self, operator: &str, credential: u32) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Sitting { operator: operator.to_owned(), credential });
    }

    /// Whoever sits there is logged off.
    pub(crate) fn leave(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Who sits there, whether or not that log-on still counts.
    pub(crate) fn operator(&self) -> Option<String> {
        self.sitting().map(|sitting| sitting.operator)
    }

    fn sitting(&self) -> Option<Sitting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Who asks: the connection's peer with whoever is logged on now, and that one's name.
    ///
    /// # Errors
    /// When the store can't be read: then nobody's authority is known.
    pub(crate) fn caller(&self, house: &House, peer: &Caller) -> Result<(Caller, Option<SafeText>), Problem> {
        let nobody = || (Caller { operator: None, role: None, approver: None, ..peer.clone() }, None);
        let Some(sitting) = self.sitting() else { return Ok(nobody()) };
        let found = house.reader()?.operator(&sitting.operator).map_err(|e| problem("looking up an operator", &e))?;
        match found.filter(|row| row.credential == sitting.credential && !row.operator.disabled) {
            Some(row) => {
                let role = Some(row.operator.role);
                let caller = Caller { operator: Some(row.operator.id), role, approver: None, ..peer.clone() };
                Ok((caller, Some(row.operator.name)))
            }
            None => {
                self.leave();
                Ok(nobody())
            }
        }
    }
}

fn standing(house: &House, caller: &Caller) -> Standing {
    Standing { access: caller.access, root: caller.origin.uid == 0, set_up: house.pins.set_up(), role: caller.role }
}

/// What the table says of a caller's request.
pub(crate) fn decide(house: &House, caller: &Caller, verb: &str) -> Decision {
    access::decide(standing(house, caller), verb, &house.config.policy.two_person)
}

/// What a client is told of where it stands.
pub(crate) fn told(house: &House, caller: &Caller, name: Option<SafeText>) -> Session {
    let policy = &house.config.policy;
    Session {
        set_up: house.pins.set_up(),
        operator: caller.operator.clone(),
        name,
        role: caller.role,
        may: access::told(standing(house, caller), &policy.two_person),
        idle_lock_s: policy.idle_lock.as_secs(),
        reasons: policy.reasons.clone(),
    }
}
