//! Who may ask for what: one table of verbs. A handler is reached only through it.
//!
//! Before `setup` has made a manager there are no operators: root and the daemon's own user may use every verb, others
//! may only `record`, where `[access]` lets them (INTERFACES §1).

use model::caller::{Access, Caller};
use protocol::{Problem, ProblemKind, Reason};

/// What a verb asks of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Whoever may connect.
    Connected,
    /// Somebody whose log-on counts; without operators only root and the daemon's own user.
    LoggedOn,
}

/// Every verb of this version, what it needs, and whether it changes something: a change that is refused leaves an
/// audit row for whatever reason, a read only when the caller may not ask at all.
const VERBS: &[(&str, Need, bool)] = &[
    ("record", Need::Connected, true),
    ("transactions", Need::LoggedOn, false),
    ("show", Need::LoggedOn, false),
    ("receipt", Need::LoggedOn, false),
    ("reprint", Need::LoggedOn, true),
    ("jobs", Need::LoggedOn, false),
    ("job_show", Need::LoggedOn, false),
    ("job_hold", Need::LoggedOn, true),
    ("job_release", Need::LoggedOn, true),
    ("job_cancel", Need::LoggedOn, true),
    ("job_move", Need::LoggedOn, true),
    ("job_resolve", Need::LoggedOn, true),
    ("printers", Need::LoggedOn, false),
    ("printer_test", Need::LoggedOn, true),
    ("printer_pause", Need::LoggedOn, true),
    ("printer_resume", Need::LoggedOn, true),
    // it takes the device and may move paper
    ("printer_probe", Need::LoggedOn, true),
    ("printer_move", Need::LoggedOn, true),
    ("drawer_open", Need::LoggedOn, true),
    ("status", Need::LoggedOn, false),
    ("overview", Need::LoggedOn, false),
    ("subscribe", Need::LoggedOn, false),
];

/// True if the caller may use the verb. A verb that nobody knows is for those who may use all.
pub(crate) fn may(caller: &Caller, verb: &str) -> bool {
    let need = VERBS.iter().find(|(name, ..)| *name == verb).map_or(Need::LoggedOn, |(_, need, _)| *need);
    match need {
        Need::Connected => true,
        Need::LoggedOn => caller.access == Access::Owner,
    }
}

/// True if the verb changes something.
pub(crate) fn changes(verb: &str) -> bool {
    VERBS.iter().any(|(name, _, changes)| *name == verb && *changes)
}

/// The answer to a caller who may not.
pub(crate) fn refusal(verb: &str) -> Problem {
    Problem::new(
        ProblemKind::NotPermitted,
        Reason::UserNotAllowed,
        &format!("checking who asks for {verb}"),
        "this user may only record events",
        "ask as root or as the daemon's own user, or let the manager set up operators",
    )
    .about(verb)
}

#[cfg(test)]
mod tests {
    use model::Origin;

    use super::*;

    fn caller(access: Access) -> Caller {
        Caller { origin: Origin::default(), access, operator: None, role: None }
    }

    #[test]
    fn before_setup_others_may_only_record() {
        for (verb, ..) in VERBS {
            assert!(may(&caller(Access::Owner), verb), "{verb}");
            assert_eq!(may(&caller(Access::Use), verb), *verb == "record", "{verb}");
            assert_eq!(may(&caller(Access::Record), verb), *verb == "record", "{verb}");
        }
        assert!(!may(&caller(Access::Record), "settle"), "nor ask which verbs there are");
    }
}
