//! Who may ask for what: the one table of (role, verb). A handler is reached only through it, the client is told it when
//! it says hello and when somebody logs on, and `access/table.md` is written from it.
//!
//! Authority is the lesser of what the uid may (`[access]`) and what the operator may. Before `setup` has made a manager
//! there are no operators: root and the daemon's own user may use every verb, others may only `record` (INTERFACES §1).

use std::collections::BTreeMap;

use model::{Role, caller::Access};
use protocol::{Problem, ProblemKind, Reason, Verdict};

/// Whom a verb is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    /// Uids that may record, whether somebody is logged on or not; but nobody who only helps the shop.
    Recorders,
    /// Whoever may use the spooler at all, logged on or not.
    Users,
    /// Root and the daemon's own user, logged on or not.
    Owner,
    /// By role: cashier, supervisor, manager, support, installer.
    Roles([Verdict; 5]),
}

const A: Verdict = Verdict::Allowed;
const P: Verdict = Verdict::NeedsApproval;
const R: Verdict = Verdict::Refused;

/// Everybody who stands in a shop or helps it may look at that.
const SEEN: For = For::Roles([A, A, A, A, A]);
/// The shop's daily work; support and installer do none of it alone.
const WORK: For = For::Roles([A, A, A, P, P]);
/// The machines.
const MACHINE: For = For::Roles([A, A, A, P, A]);

/// Every verb, whether it changes something, and for whom it is. A change that is refused leaves an audit row for whatever
/// reason, a read only when the caller may not ask at all.
const TABLE: &[(&str, bool, For)] = &[
    ("record", true, For::Recorders),
    ("log_on", true, For::Users),
    ("log_off", false, For::Users),
    ("setup", true, For::Owner),
    ("transactions", false, SEEN),
    ("show", false, SEEN),
    ("receipt", false, SEEN),
    ("overview", false, SEEN),
    ("status", false, SEEN),
    ("subscribe", false, SEEN),
    ("jobs", false, SEEN),
    ("job_show", false, SEEN),
    ("printers", false, SEEN),
    ("reprint", true, WORK),
    ("job_hold", true, WORK),
    ("job_release", true, WORK),
    ("job_cancel", true, WORK),
    ("job_move", true, WORK),
    ("job_resolve", true, WORK),
    ("drawer_open", true, WORK),
    ("printer_move", true, WORK),
    ("printer_test", true, MACHINE),
    ("printer_pause", true, MACHINE),
    ("printer_resume", true, MACHINE),
    // it takes any address and may move paper
    ("printer_probe", true, For::Roles([P, A, A, P, A])),
    ("acquirer", false, SEEN),
    ("diagnose", false, SEEN),
    ("echo", false, SEEN),
    ("sign_in", true, MACHINE),
    // a cashier ends the terminal's day as she began it; who wants a second person there says so in `two_person`
    ("sign_out", true, MACHINE),
    ("settle", true, WORK),
    ("report", true, WORK),
    ("operators", false, For::Roles([R, A, A, A, R])),
    ("operators_add", true, For::Roles([R, P, A, P, R])),
    ("operators_set", true, For::Roles([R, P, A, P, R])),
    // of another's PIN; one's own goes by `own_pin`
    ("operators_set_pin", true, For::Roles([R, P, A, P, R])),
    ("operators_disable", true, For::Roles([R, P, A, P, R])),
    ("operators_unlock", true, For::Roles([R, P, A, P, R])),
    // who looks on, and the door for support
    ("sessions", false, SEEN),
    ("session_end", true, For::Roles([R, A, A, P, R])),
    ("audit", false, For::Roles([R, A, A, A, R])),
    ("audit_verify", false, For::Roles([R, A, A, A, R])),
    // a copy of everything leaves the house
    ("audit_export", true, For::Roles([R, P, A, P, R])),
];

/// What is known of who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) access: Access,
    /// The peer is root itself.
    pub(crate) root: bool,
    /// Operators exist.
    pub(crate) set_up: bool,
    /// Of the operator who is logged on.
    pub(crate) role: Option<Role>,
}

/// What is to be done with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Allowed,
    NeedsApproval(Reason),
    Refused(Reason),
}

fn row(verb: &str) -> Option<&'static (&'static str, bool, For)> {
    // the list may be asked for by either name
    let verb = if verb == "operators_list" { "operators" } else { verb };
    TABLE.iter().find(|(name, ..)| *name == verb)
}

/// Decides by the table; `two_person` are the acts that the shop never leaves to one person.
pub(crate) fn decide(standing: Standing, verb: &str, two_person: &[String]) -> Decision {
    // a verb that nobody knows is for those who may see which there are
    let whom = row(verb).map_or(SEEN, |(_, _, whom)| *whom);
    let Standing { access, root, set_up, role } = standing;
    if whom == For::Recorders {
        return match (access, role) {
            (Access::Use, _) => Decision::Refused(Reason::UserNotAllowed),
            (_, Some(Role::Support | Role::Installer)) => Decision::Refused(Reason::RoleNotAllowed),
            _ => Decision::Allowed,
        };
    }
    let owner = access == Access::Owner;
    if access == Access::Record || (!set_up && !owner) {
        return Decision::Refused(Reason::UserNotAllowed);
    }
    if !set_up {
        return Decision::Allowed;
    }
    match (whom, role) {
        (For::Recorders | For::Users, _) => Decision::Allowed,
        (For::Owner, _) if owner => Decision::Allowed,
        (For::Owner, _) => Decision::Refused(Reason::UserNotAllowed),
        // how a manager's lost PIN or role comes back
        (For::Roles(_), None) if root && ["operators_set_pin", "operators_set"].contains(&verb) => Decision::Allowed,
        (For::Roles(_), None) => Decision::Refused(Reason::LogOnNeeded),
        (For::Roles(verdicts), Some(role)) => match of_role(verdicts, role) {
            Verdict::Refused => Decision::Refused(Reason::RoleNotAllowed),
            Verdict::NeedsApproval => Decision::NeedsApproval(Reason::RoleNeedsApproval),
            Verdict::Allowed if wants_two(two_person, verb) => Decision::NeedsApproval(Reason::TwoPersons),
            Verdict::Allowed => Decision::Allowed,
        },
    }
}

/// True if the shop never leaves that act to one person. Moving a job covers moving all of a printer's.
fn wants_two(two_person: &[String], verb: &str) -> bool {
    two_person.iter().any(|act| act == verb || (act == "job_move" && verb == "printer_move"))
}

/// The acts of which a shop may choose those that need two persons: every one that changes something and is done by an
/// operator.
pub(crate) fn acts() -> impl Iterator<Item = &'static str> {
    TABLE.iter().filter(|(_, changes, whom)| *changes && matches!(whom, For::Roles(_))).map(|(verb, ..)| *verb)
}

/// Decides about somebody who gives his present PIN to change his own: whoever is logged on may, unless the shop wants two
/// persons for every new PIN.
pub(crate) fn own_pin(two_person: &[String]) -> Decision {
    match two_person.iter().any(|act| act == "operators_set_pin") {
        true => Decision::NeedsApproval(Reason::TwoPersons),
        false => Decision::Allowed,
    }
}

fn of_role([cashier, supervisor, manager, support, installer]: [Verdict; 5], role: Role) -> Verdict {
    match role {
        Role::Cashier => cashier,
        Role::Supervisor => supervisor,
        Role::Manager => manager,
        Role::Support => support,
        Role::Installer => installer,
    }
}

/// True if an operator of this role may approve that act of another: supervisors and managers, what they may do alone.
pub(crate) fn approves(role: Role, verb: &str) -> bool {
    let alone = match row(verb) {
        Some((_, _, For::Roles(verdicts))) => of_role(*verdicts, role) == Verdict::Allowed,
        _ => false,
    };
    alone && matches!(role, Role::Supervisor | Role::Manager)
}

/// What a client is told of every verb.
pub(crate) fn told(standing: Standing, two_person: &[String]) -> BTreeMap<String, Verdict> {
    let verdict = |verb: &str| match decide(standing, verb, two_person) {
        Decision::Allowed => Verdict::Allowed,
        Decision::NeedsApproval(_) => Verdict::NeedsApproval,
        Decision::Refused(_) => Verdict::Refused,
    };
    TABLE.iter().map(|(verb, ..)| ((*verb).to_owned(), verdict(verb))).collect()
}

/// True if the verb changes something.
pub(crate) fn changes(verb: &str) -> bool {
    row(verb).is_some_and(|(_, changes, _)| *changes)
}

/// The answer to a caller who may not.
pub(crate) fn refusal(verb: &str, reason: Reason) -> Problem {
    let (message, next) = match reason {
        Reason::LogOnNeeded => ("nobody is logged on", "log on with an operator's number and PIN"),
        Reason::RoleNotAllowed => ("this operator's role may not", "let somebody do it whose role may"),
        _ if verb == "record" => ("this user may not record events", "let the config's [access] record name the user"),
        _ => (
            "this user may only record events",
            "ask as root or as the daemon's own user, or let the manager set up operators",
        ),
    };
    Problem::new(ProblemKind::NotPermitted, reason, &format!("checking who asks for {verb}"), message, next).about(verb)
}

/// The answer to a caller who may with a second person.
pub(crate) fn needs_approval(verb: &str, reason: Reason) -> Problem {
    let message = match reason {
        Reason::TwoPersons => format!("the shop wants two persons for {verb}"),
        _ => format!("this operator's role may do {verb} only with a second person"),
    };
    Problem::new(
        ProblemKind::NeedsApproval,
        reason,
        &format!("checking who asks for {verb}"),
        message,
        "let a supervisor or manager approve it: approver and approver_pin",
    )
    .about(verb)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn standing(access: Access, set_up: bool, role: Option<Role>) -> Standing {
        Standing { access, root: false, set_up, role }
    }

    #[test]
    fn before_setup_others_may_only_record() {
        for (verb, ..) in TABLE {
            assert_eq!(decide(standing(Access::Owner, false, None), verb, &[]), Decision::Allowed, "{verb}");
            for access in [Access::Use, Access::Record] {
                let allowed = decide(standing(access, false, None), verb, &[]) == Decision::Allowed;
                assert_eq!(allowed, *verb == "record" && access == Access::Record, "{verb}");
            }
        }
        let nonsense = decide(standing(Access::Record, false, None), "nonsense", &[]);
        assert_eq!(nonsense, Decision::Refused(Reason::UserNotAllowed), "nor ask which verbs there are");
    }

    #[test]
    fn after_setup_nothing_but_record_and_the_log_on_goes_without_an_operator() {
        for (verb, ..) in TABLE {
            let allowed = |access, root| {
                let standing = Standing { access, root, set_up: true, role: None };
                decide(standing, verb, &[]) == Decision::Allowed
            };
            let open = ["record", "log_on", "log_off"].contains(verb);
            assert_eq!(allowed(Access::UseAndRecord, false), open, "{verb}");
            assert_eq!(allowed(Access::Owner, false), open || *verb == "setup", "{verb}");
            let root = open || ["setup", "operators_set", "operators_set_pin"].contains(verb);
            assert_eq!(allowed(Access::Owner, true), root, "{verb}");
        }
    }

    #[test]
    fn recording_is_for_uids_of_its_own_list_and_never_for_support_or_an_installer() {
        let may = |access, role| decide(standing(access, true, role), "record", &[]) == Decision::Allowed;
        for (access, expected) in
            [(Access::Owner, true), (Access::UseAndRecord, true), (Access::Record, true), (Access::Use, false)]
        {
            assert_eq!(may(access, None), expected, "{access:?}");
            assert_eq!(may(access, Some(Role::Cashier)), expected, "{access:?}");
            assert!(!may(access, Some(Role::Support)) && !may(access, Some(Role::Installer)));
        }
    }

    #[test]
    fn every_change_that_an_operator_makes_can_be_made_one_for_two_persons() {
        for (verb, changes, whom) in TABLE {
            let can = acts().any(|act| act == *verb);
            assert_eq!(can, *changes && matches!(whom, For::Roles(_)), "{verb}");
        }
        let supervisor = standing(Access::Use, true, Some(Role::Supervisor));
        let moved = decide(supervisor, "printer_move", &["job_move".to_owned()]);
        assert_eq!(moved, Decision::NeedsApproval(Reason::TwoPersons), "a whole queue is not less than a job");
    }

    #[test]
    fn authority_is_the_lesser_of_uid_and_operator() {
        let manager = standing(Access::Record, true, Some(Role::Manager));
        assert_eq!(decide(manager, "jobs", &[]), Decision::Refused(Reason::UserNotAllowed));
        let cashier = standing(Access::Owner, true, Some(Role::Cashier));
        assert_eq!(decide(cashier, "audit", &[]), Decision::Refused(Reason::RoleNotAllowed));
    }

    #[test]
    fn support_sees_all_and_changes_nothing_alone() {
        for (verb, changes, whom) in TABLE {
            let support = decide(standing(Access::Use, true, Some(Role::Support)), verb, &[]);
            match whom {
                For::Roles(_) if *changes => {
                    assert_eq!(support, Decision::NeedsApproval(Reason::RoleNeedsApproval), "{verb}");
                }
                For::Roles(_) => assert_eq!(support, Decision::Allowed, "{verb}"),
                _ => {}
            }
        }
    }

    #[test]
    fn two_persons_are_two_whoever_asks_and_only_who_may_alone_can_be_the_second() {
        let acts = ["settle".to_owned()];
        for role in [Role::Supervisor, Role::Manager] {
            let decision = decide(standing(Access::Use, true, Some(role)), "settle", &acts);
            assert_eq!(decision, Decision::NeedsApproval(Reason::TwoPersons));
        }
        for (role, verb, may) in [
            (Role::Cashier, "reprint", false),
            (Role::Supervisor, "reprint", true),
            (Role::Supervisor, "operators_add", false),
            (Role::Manager, "operators_add", true),
            (Role::Support, "audit", false),
            (Role::Installer, "printer_test", false),
            (Role::Manager, "record", false),
        ] {
            assert_eq!(approves(role, verb), may, "{role} {verb}");
        }
    }

    #[test]
    fn the_table_of_the_documentation_is_this_one() {
        let mut text = String::from("| verb | changes |");
        Role::ALL.iter().for_each(|role| write!(text, " {role} |").unwrap());
        text += "\n|---|---|---|---|---|---|---|\n";
        for (verb, changes, whom) in TABLE {
            write!(text, "| `{verb}` | {} |", if *changes { "yes" } else { "" }).unwrap();
            for role in Role::ALL {
                let word = match whom {
                    For::Recorders if matches!(role, Role::Support | Role::Installer) => "–",
                    For::Recorders => "uids of `record`",
                    For::Users => "without a log-on",
                    For::Owner => "root, own user",
                    For::Roles(verdicts) => match of_role(*verdicts, *role) {
                        Verdict::Allowed => "allowed",
                        Verdict::NeedsApproval => "needs approval",
                        Verdict::Refused => "–",
                    },
                };
                write!(text, " {word} |").unwrap();
            }
            text.push('\n');
        }
        text += "\nBy `operators_set_pin` with `pin`, the present one, whoever is logged on changes his own PIN.\n";
        let written = include_str!("access/table.md");
        if written != text {
            println!("{text}");
        }
        assert!(written == text, "write access/table.md anew from the table printed above");
    }
}
