//! When a cashier needs a second person for a reprint, by the shop's policy (INTERFACES §3, `[policy]`). No I/O.
//!
//! It is about every paper that is asked for, the first too: of an old or somebody else's sale an unmarked slip is worth
//! more to a thief than a marked one. Only the reason is for another paper alone.

use model::{Fen, Grade, Job, JobId, JobKind, JobState, Moment, SafeText, Transaction};
use protocol::{Problem, ProblemKind, Reason};
use std::time::Duration;
use store::JobLine;

use crate::config::{Policy, ReprintPolicy};

/// What the policy looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sale<'a> {
    /// Since the event's time, or since it was recorded where that is longer ago.
    pub(crate) age: Duration,
    /// Reprints of that copy so far, by [`reprints`].
    pub(crate) reprints: u32,
    pub(crate) amount: Fen,
    /// Whose sale it is.
    pub(crate) operator: Option<&'a str>,
}

impl<'a> Sale<'a> {
    /// What the policy looks at, `reprints` being counted already. An event's time is told by whoever sends it, so one that
    /// lies in the future makes no sale younger than it is here.
    pub(crate) fn of(sale: &'a Transaction, reprints: u32, now: Moment) -> Sale<'a> {
        let since = sale.time.unix_ms().min(sale.recorded_at.unix_ms());
        let age = u64::try_from(now.unix_ms().saturating_sub(since)).unwrap_or(0);
        let operator = sale.operator.as_deref();
        Sale { age: Duration::from_millis(age), reprints, amount: sale.amount, operator }
    }
}

const DOING: &str = "checking the policy for reprints";

/// Why this cashier needs a second person for another paper of that sale; `None`: not at all.
pub(crate) fn needs_approval(policy: &ReprintPolicy, sale: Sale<'_>, cashier: &str) -> Option<Problem> {
    let (reason, subject, message) = if policy.own_only && sale.operator != Some(cashier) {
        let whose = sale.operator.unwrap_or("-");
        (Reason::ReprintNotOwn, whose.to_owned(), format!("the sale is not operator {cashier}'s own"))
    } else if sale.age > policy.within {
        let within = span(policy.within);
        (Reason::ReprintTooOld, within.clone(), format!("the sale is older than {within}"))
    } else if sale.reprints >= policy.most {
        let most = policy.most;
        (Reason::ReprintTooMany, most.to_string(), format!("it was reprinted {} times, {most} are free", sale.reprints))
    } else if sale.amount > policy.above {
        let above = policy.above.get();
        (Reason::ReprintTooLarge, above.to_string(), format!("the amount is over {above}"))
    } else {
        return None;
    };
    let next = "let a supervisor or manager approve it: approver and approver_pin";
    Some(Problem::new(ProblemKind::NeedsApproval, reason, DOING, message, next).about(subject))
}

/// Refuses a reason that the shop does not know, and none for another paper where the shop has a list.
pub(crate) fn check_reason(policy: &Policy, reason: Option<&SafeText>, kind: JobKind) -> Result<(), Problem> {
    if policy.reasons.is_empty() {
        return Ok(());
    }
    let (why, message) = match reason {
        Some(reason) if policy.reasons.contains(reason) => return Ok(()),
        Some(_) => (Reason::ReasonNotListed, "the reason is none of the shop's"),
        None if kind == JobKind::Reprint => (Reason::ReasonMissing, "the shop wants a reason for it"),
        None => return Ok(()),
    };
    let list: Vec<&str> = policy.reasons.iter().map(SafeText::as_str).collect();
    let problem = Problem::new(ProblemKind::Invalid, why, DOING, message, "name one of the shop's reasons");
    Err(problem.about(list.join(" · ")))
}

/// Papers of a copy beyond its first: those that are out or may come out, and those of which only a person said that they
/// are not out. Without the latter a cashier could deny one slip after the other and have as many unmarked ones as he likes.
///
/// # Errors
/// Those of `job`, which looks one up.
pub(crate) fn reprints<E>(
    lines: &[JobLine],
    copy: model::Copy,
    job: impl Fn(JobId) -> Result<Option<Job>, E>,
) -> Result<u32, E> {
    let (mut firsts, mut others) = (0_u32, 0_u32);
    for line in lines.iter().filter(|line| line.copy == copy) {
        let counts = match line.state {
            JobState::Cancelled => false,
            JobState::NotPrinted => job(line.job)?.is_some_and(|job| denied(&job)),
            _ => true,
        };
        match line.number {
            _ if !counts => {}
            0 => firsts = firsts.saturating_add(1),
            _ => others = others.saturating_add(1),
        }
    }
    Ok(others.saturating_add(firsts.saturating_sub(1)))
}

/// True if it was in doubt, and a person said that nothing came out.
fn denied(job: &Job) -> bool {
    job.evidence.iter().any(|evidence| evidence.grade == Grade::Person)
}

/// A duration as the config writes it.
fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        s if s > 0 && s.is_multiple_of(86_400) && s > 86_400 => format!("{}d", s / 86_400),
        s if s > 0 && s.is_multiple_of(3600) => format!("{}h", s / 3600),
        s if s > 0 && s.is_multiple_of(60) => format!("{}m", s / 60),
        s => format!("{s}s"),
    }
}

#[cfg(test)]
mod tests {
    use model::{Copy, JobId};

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn policy() -> ReprintPolicy {
        ReprintPolicy { within: 24 * HOUR, most: 2, above: Fen::new(100_000).unwrap(), own_only: true }
    }

    fn sale() -> Sale<'static> {
        Sale { age: 24 * HOUR, reprints: 1, amount: Fen::new(100_000).unwrap(), operator: Some("02") }
    }

    fn why(sale: Sale<'_>) -> Option<(Reason, String)> {
        needs_approval(&policy(), sale, "02").map(|problem| (problem.reason, problem.subject.unwrap()))
    }

    #[test]
    fn a_cashier_reprints_alone_up_to_each_limit_and_not_beyond() {
        assert_eq!(why(sale()), None, "the limits themselves are within");
        let old = Sale { age: 24 * HOUR + Duration::from_millis(1), ..sale() };
        assert_eq!(why(old), Some((Reason::ReprintTooOld, "24h".into())));
        assert_eq!(why(Sale { reprints: 2, ..sale() }), Some((Reason::ReprintTooMany, "2".into())));
        let large = Sale { amount: Fen::new(100_001).unwrap(), ..sale() };
        assert_eq!(why(large), Some((Reason::ReprintTooLarge, "100000".into())));
        assert_eq!(why(Sale { operator: Some("03"), ..sale() }), Some((Reason::ReprintNotOwn, "03".into())));
        assert_eq!(why(Sale { operator: None, ..sale() }), Some((Reason::ReprintNotOwn, "-".into())));
        let anyones = ReprintPolicy { own_only: false, ..policy() };
        assert_eq!(needs_approval(&anyones, Sale { operator: None, ..sale() }, "02"), None);
    }

    #[test]
    fn reasons_are_asked_for_only_where_the_shop_has_some() {
        let with = |reasons: &[&str]| Policy {
            idle_lock: HOUR,
            reprint: policy(),
            reasons: reasons.iter().map(|text| SafeText::new(text)).collect(),
            two_person: Vec::new(),
        };
        let check = |reasons: &[&str], reason: Option<&str>, kind| {
            check_reason(&with(reasons), reason.map(SafeText::new).as_ref(), kind).map_err(|problem| problem.reason)
        };
        assert_eq!(check(&[], Some("any"), JobKind::Reprint), Ok(()));
        assert_eq!(check(&[], None, JobKind::Reprint), Ok(()));
        assert_eq!(check(&["卡纸"], Some("卡纸"), JobKind::Reprint), Ok(()));
        assert_eq!(check(&["卡纸"], Some("any"), JobKind::Receipt), Err(Reason::ReasonNotListed));
        assert_eq!(check(&["卡纸"], None, JobKind::Reprint), Err(Reason::ReasonMissing));
        assert_eq!(check(&["卡纸"], None, JobKind::Receipt), Ok(()), "first paper needs no excuse");
    }

    #[test]
    fn reprints_that_surely_did_not_come_out_are_not_counted() {
        let line = |copy, number, state| JobLine { job: JobId(1), copy, state, number };
        let lines = [
            line(Copy::Customer, 0, JobState::Confirmed),
            line(Copy::Customer, 1, JobState::Cancelled),
            line(Copy::Customer, 2, JobState::NotPrinted),
            line(Copy::Customer, 3, JobState::Partial),
            line(Copy::Customer, 4, JobState::Queued),
            line(Copy::Merchant, 1, JobState::Confirmed),
        ];
        let unknown = |_| Ok::<_, ()>(None);
        assert_eq!(reprints(&lines, Copy::Customer, unknown), Ok(2));
    }
}
