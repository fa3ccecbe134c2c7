//! Who sits at this console: the operator who logged on, what he may do, who else looks on, and how long nobody pressed a
//! key.
//!
//! Before the shop has operators nobody is asked to log on, and everything is offered.

use model::Role;
use protocol::{Session, SessionRow, Verdict};

use super::super::once::Once;

/// The seat.
#[derive(Debug, Default)]
pub(crate) struct Seat {
    /// As the daemon told it last; `None` from one that knows no operators yet.
    session: Option<Session>,
    /// Who worked here last; the screens below a lock are that one's.
    worker: Option<String>,
    /// Who approved here last: mostly the same person again.
    pub(crate) approver: Option<String>,
    pub(crate) sessions: Vec<SessionRow>,
    pub(crate) ask_sessions: Once,
    /// Minutes that began without a key.
    idle: u64,
}

impl Seat {
    /// A connection began: nobody is logged on at it yet.
    pub(crate) fn greeted(&mut self, session: Option<Session>) {
        self.session = session;
        self.sessions.clear();
        self.ask_sessions = Once::default();
    }

    /// The number that is filled in when somebody has to approve: who did it last, else the only one who may.
    pub(crate) fn likely_approver(&self) -> Option<&str> {
        let only = self.session.as_ref().and_then(|session| session.approver.as_deref());
        self.approver.as_deref().or(only)
    }

    /// Somebody logged on; true if that is who worked here before, or if nobody did.
    pub(crate) fn taken(&mut self, session: Session) -> bool {
        let same = self.worker.is_none() || self.worker == session.operator;
        if !same {
            self.approver = None;
        }
        self.worker.clone_from(&session.operator);
        self.session = Some(session);
        self.idle = 0;
        same
    }

    /// The daemon no longer takes this log-on: the PIN was changed, or the operator disabled.
    pub(crate) fn lost(&mut self) {
        if let Some(session) = &mut self.session {
            session.operator = None;
        }
    }

    /// The shop has operators by now, and nobody is logged on.
    pub(crate) fn set_up(&mut self) {
        self.session = Some(Session {
            set_up: true,
            operator: None,
            name: None,
            role: None,
            may: std::collections::BTreeMap::new(),
            idle_lock_s: 0,
            approver: None,
            reasons: Vec::new(),
        });
    }

    fn with_operators(&self) -> Option<&Session> {
        self.session.as_ref().filter(|session| session.set_up)
    }

    /// True if somebody has to log on before anything can be asked.
    pub(crate) fn is_empty(&self) -> bool {
        self.with_operators().is_some_and(|session| session.operator.is_none())
    }

    /// True if somebody is logged on, so that the screen can be locked.
    pub(crate) fn is_taken(&self) -> bool {
        self.with_operators().is_some_and(|session| session.operator.is_some())
    }

    /// Number and name of who is logged on: `02 小王`, or `02` where the name says no more.
    pub(crate) fn operator(&self) -> Option<String> {
        let session = self.with_operators()?;
        let id = session.operator.as_ref()?;
        Some(match session.name.as_ref().filter(|name| name.as_str() != id) {
            Some(name) => format!("{id} {name}"),
            None => id.clone(),
        })
    }

    /// The number of who is logged on.
    pub(crate) fn id(&self) -> Option<&str> {
        self.with_operators()?.operator.as_deref()
    }

    /// Who worked here last.
    pub(crate) fn worker(&self) -> Option<&str> {
        self.worker.as_deref()
    }

    /// What may be asked now.
    pub(crate) fn may(&self, verb: &str) -> Verdict {
        self.with_operators().map_or(Verdict::Allowed, |session| session.may(verb))
    }

    /// The shop's reasons for a reprint; empty where any will do.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let reasons = self.with_operators().map(|session| session.reasons.iter().map(ToString::to_string).collect());
        reasons.unwrap_or_default()
    }

    /// Somebody pressed a key.
    pub(crate) fn pressed(&mut self) {
        self.idle = 0;
    }

    /// A minute began; true once nobody pressed a key for as long as the shop allows.
    pub(crate) fn minute(&mut self) -> bool {
        let Some(session) = self.with_operators() else { return false };
        let (allowed, taken) = (session.idle_lock_s, session.operator.is_some());
        self.idle = self.idle.saturating_add(1);
        // the first minute began before the last key
        taken && allowed > 0 && self.idle.saturating_sub(1).saturating_mul(60) >= allowed
    }

    /// Support people who are connected now, from elsewhere.
    pub(crate) fn support(&self) -> impl Iterator<Item = &SessionRow> {
        let me = self.id();
        self.sessions.iter().filter(move |row| row.role == Role::Support && Some(row.operator.as_str()) != me)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn session(operator: Option<&str>) -> Session {
        Session {
            set_up: true,
            operator: operator.map(str::to_owned),
            name: operator.map(model::SafeText::new),
            role: Some(Role::Cashier),
            may: BTreeMap::from([("reprint".into(), Verdict::NeedsApproval)]),
            idle_lock_s: 120,
            approver: None,
            reasons: Vec::new(),
        }
    }

    #[test]
    fn without_operators_everything_is_offered_and_nothing_locks() {
        let mut seat = Seat::default();
        assert!(!seat.is_empty() && seat.may("settle") == Verdict::Allowed);
        seat.greeted(Some(Session { set_up: false, ..session(None) }));
        assert!(!seat.is_empty() && seat.may("settle") == Verdict::Allowed);
        assert!((0..1000).all(|_| !seat.minute()));
    }

    #[test]
    fn an_idle_console_locks_after_its_whole_time_and_a_key_begins_it_anew() {
        let mut seat = Seat::default();
        seat.greeted(Some(session(None)));
        assert!(seat.is_empty() && !seat.is_taken());
        assert!(seat.taken(session(Some("02"))), "nobody worked here before");
        assert_eq!([seat.minute(), seat.minute()], [false, false]);
        seat.pressed();
        assert_eq!([seat.minute(), seat.minute(), seat.minute()], [false, false, true]);
        assert!(seat.taken(session(Some("02"))) && !seat.taken(session(Some("03"))));
        assert_eq!((seat.may("reprint"), seat.may("unheard of")), (Verdict::NeedsApproval, Verdict::Refused));
    }
}
