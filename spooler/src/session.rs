//! Who sits at a connection: the operator who logged on, as long as that log-on counts.
//!
//! It is looked up anew for each request, so that a disabled operator or a new PIN ends it at once.

use std::sync::{Mutex, PoisonError};

use model::{
    Origin, Role, SafeText,
    caller::{Access, Caller},
};
use protocol::{Problem, Session};
use store::OperatorRow;

use crate::{
    access::{self, Decision, Standing},
    house::{House, problem},
};

/// The place at a connection.
#[derive(Debug, Default)]
pub(crate) struct Seat(Mutex<Option<Sitting>>);

/// Who sits there, as he stood when he logged on.
#[derive(Debug, Clone)]
pub(crate) struct Sitting {
    pub(crate) operator: String,
    pub(crate) role: Role,
    /// Which PIN it was proved with.
    credential: u32,
}

impl Sitting {
    /// As the trail names him.
    pub(crate) fn caller(&self, origin: &Origin, access: Access) -> Caller {
        Caller {
            operator: Some(self.operator.clone()),
            role: Some(self.role),
            credentials: (self.credential, 0),
            ..Caller::peer(origin.clone(), access)
        }
    }

    /// True if that log-on still counts.
    pub(crate) fn counts(&self, row: &OperatorRow) -> bool {
        row.operator.id == self.operator && row.credential == self.credential && !row.operator.disabled
    }
}

impl Seat {
    /// Somebody logged on; who sat there is logged off.
    pub(crate) fn take(&self, row: &OperatorRow) {
        let operator = row.operator.id.clone();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Sitting { operator, role: row.operator.role, credential: row.credential });
    }

    /// Whoever sits there is logged off; who that was.
    pub(crate) fn leave(&self) -> Option<Sitting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whoever sits there changed his own PIN, having given the one before: that log-on goes on with the new one. Not if
    /// somebody else has set another one meanwhile.
    pub(crate) fn changed_pin(&self, house: &House) {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sitting) = place.as_mut() else { return };
        let next = sitting.credential.wrapping_add(1);
        let row = house.reader().ok().and_then(|reader| reader.operator(&sitting.operator).ok().flatten());
        if row.is_some_and(|row| row.credential == next) {
            sitting.credential = next;
        }
    }

    /// Who sits there, whether or not that log-on still counts.
    pub(crate) fn operator(&self) -> Option<String> {
        self.sitting().map(|sitting| sitting.operator)
    }

    /// Who sits there, whether or not that log-on still counts.
    pub(crate) fn sitting(&self) -> Option<Sitting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Who asks: the connection's peer with whoever is logged on now, and that one's name.
    ///
    /// # Errors
    /// When the store can't be read: then nobody's authority is known.
    pub(crate) fn caller(&self, house: &House, peer: &Caller) -> Result<(Caller, Option<SafeText>), Problem> {
        let nobody = || (Caller::peer(peer.origin.clone(), peer.access), None);
        let Some(sitting) = self.sitting() else { return Ok(nobody()) };
        let found = house.reader()?.operator(&sitting.operator).map_err(|e| problem("looking up an operator", &e))?;
        match found.filter(|row| sitting.counts(row)) {
            Some(row) => {
                let role = Some(row.operator.role);
                let caller = Caller {
                    operator: Some(row.operator.id),
                    role,
                    approver: None,
                    credentials: (row.credential, 0),
                    ..peer.clone()
                };
                Ok((caller, Some(row.operator.name)))
            }
            // whoever ended that log-on sees him out (`handler::see_out`)
            None => Ok(nobody()),
        }
    }
}

fn standing(house: &House, caller: &Caller) -> Standing {
    Standing { access: caller.access, root: caller.origin.uid == 0, set_up: house.pins.set_up(), role: caller.role }
}

/// What the table says of a caller's request. `own_pin`: it is about the caller's own PIN, and carries the present one.
pub(crate) fn decide(house: &House, caller: &Caller, verb: &str, own_pin: bool) -> Decision {
    let two_person = &house.config.policy.two_person;
    match own_pin {
        true => access::own_pin(two_person),
        false => access::decide(standing(house, caller), verb, two_person),
    }
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
        approver: only_approver(house, caller),
    }
}

/// The one other operator who may approve, if there is just one.
fn only_approver(house: &House, caller: &Caller) -> Option<String> {
    let operators = house.reader().and_then(|reader| reader.operators().map_err(|e| problem("reading operators", &e)));
    let mut others = operators.ok()?.into_iter().map(|row| row.operator).filter(|other| {
        !other.disabled
            && caller.operator.as_ref().is_some_and(|id| *id != other.id)
            && access::approves(other.role, "reprint")
    });
    let one = others.next()?;
    others.next().is_none().then_some(one.id)
}
