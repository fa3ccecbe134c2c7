//! The state machine on a clock that the test moves: outages, codes of sales, batches, settlements, restarts.

use acquirer::iso::TotalsReply;
use model::{Fen, Total};

use super::*;
use crate::sign_in::found::GoodKeys;

const MORNING: i64 = 1_795_136_400_000;

fn now(seconds: u64) -> Now {
    let ms = i64::try_from(seconds).unwrap() * 1000;
    let days = i64::try_from(seconds / 86_400).unwrap();
    Now {
        at: Moment::new(MORNING + ms, 480),
        since_start: Duration::from_secs(seconds),
        day: Date::constant(2026, 11, 20).checked_add(jiff::ToSpan::days(days)).unwrap(),
    }
}

fn core(via: Via) -> Core {
    Core::new(via, true, SignInRow::default(), None, now(0))
}

fn answered(code: &str, batch: Option<u32>) -> Found {
    let keys = GoodKeys { sealed: vec![1], check_values: "PIK 00000000".into() };
    let book = acquirer::CodeBook::built_in().unwrap();
    let answer = Answer {
        code: Some(code.into()),
        text: None,
        batch,
        clock: None,
        wants_sign_in: false,
        keys: if code == "00" { Keys::Good(keys) } else { Keys::NotOurs },
        totals: None,
        verdict: book.verdict(None, code),
        meaning: None,
    };
    Found { steps: Vec::new(), left: true, end: End::Answered(Box::new(answer)), others: Vec::new() }
}

fn silent(cause: Cause, left: bool) -> Found {
    Found { steps: Vec::new(), left, end: End::Failed(Verdict::new(cause, &[])), others: Vec::new() }
}

fn sign_in(core: &mut Core, found: &Found, open: u32, automatic: bool, at: u64) -> SignInAnswer {
    match core.signed_in(found, open, None, automatic, now(at)) {
        Next::Done(answer) => answer,
        Next::SignOutFirst => panic!("a sign-out was wanted first"),
    }
}

#[test]
fn an_hour_of_outage_ends_in_no_storm_and_the_first_good_answer_ends_it() {
    let mut core = core(Via::Host);
    core.started(now(0));
    let mut tries = Vec::new();
    for second in 0..3600 {
        core.tick(now(second));
        if core.begin(now(second)).is_some() {
            tries.push(second);
            let answer = sign_in(&mut core, &silent(Cause::Unreachable, false), 0, true, second);
            assert_eq!(answer.cause, Some(Cause::Unreachable));
        }
    }
    assert!((10..=20).contains(&tries.len()), "{tries:?}");
    for first in &tries {
        assert!(
            tries.iter().filter(|t| *t >= first && **t < first + 60).count() <= 3,
            "three connections each at most"
        );
    }
    assert!(core.due().is_some(), "it goes on");
    let later = 3600 + 300;
    assert!(core.begin(now(later)).is_some());
    assert_eq!(sign_in(&mut core, &answered("00", Some(1)), 0, true, later).outcome, SignInOutcome::SignedIn);
    assert_eq!(core.due(), None);
    assert_eq!(core.row.state, SignInState::SignedIn);
}

#[test]
fn a_restart_right_after_a_sign_in_makes_none_and_a_later_one_does() {
    let mut core = core(Via::Host);
    sign_in(&mut core, &answered("00", Some(1)), 0, false, 0);
    for (seconds, wants) in [(30, false), (700, true), (86_400, true)] {
        let mut again = Core::new(Via::Host, true, core.row.clone(), Some(now(0).day), now(seconds));
        again.started(now(seconds));
        assert_eq!(again.due().is_some(), wants, "{seconds} s");
    }
}

#[test]
fn without_auto_sign_in_nothing_is_ever_due() {
    let mut core = Core::new(Via::Host, false, SignInRow::default(), None, now(0));
    core.started(now(0));
    core.tick(now(90_000));
    core.seen(Some("77"), false, now(90_001));
    assert_eq!(core.due(), None);
}

#[test]
fn another_business_day_wants_a_sign_in_once() {
    let mut core = core(Via::Host);
    core.started(now(0));
    core.begin(now(0));
    sign_in(&mut core, &answered("00", Some(1)), 0, true, 0);
    core.tick(now(3600));
    assert_eq!(core.due(), None);
    core.tick(now(86_400));
    assert_eq!(core.begin(now(86_400)), Some(Reason::Day));
    sign_in(&mut core, &answered("00", Some(1)), 0, true, 86_400);
    core.tick(now(90_000));
    assert_eq!(core.due(), None);
}

#[test]
fn after_a0_there_is_one_sign_in_by_itself_and_then_diagnosis() {
    let mut core = core(Via::Host);
    sign_in(&mut core, &answered("00", Some(1)), 0, false, 0);
    core.seen(None, true, now(1));
    assert!(core.seen(Some("A0"), false, now(2)));
    assert_eq!((core.row.state, core.row.cause), (SignInState::SignedOut, Some(Cause::DuplicateTerminal)));
    assert_eq!(core.begin(now(2)), Some(Reason::Code));
    sign_in(&mut core, &answered("00", Some(1)), 0, true, 3);
    assert_eq!(core.row.state, SignInState::SignedIn);
    core.seen(Some("A0"), false, now(4));
    assert_eq!((core.row.state, core.row.cause), (SignInState::SignedOut, Some(Cause::DuplicateTerminal)));
    assert_eq!(core.due(), None, "one was enough");
    sign_in(&mut core, &answered("00", Some(1)), 0, false, 10);
    core.seen(Some("A0"), false, now(11));
    assert_eq!(core.row.cause, Some(Cause::MacMismatch), "the first sale after a sign-in");
    assert!(core.due().is_some(), "a person has signed in since");
}

#[test]
fn a_batch_of_the_host_waits_for_ours_and_that_of_a_terminal_does_not() {
    let mut host = core(Via::Host);
    sign_in(&mut host, &answered("00", Some(1)), 0, false, 0);
    let answer = sign_in(&mut host, &answered("00", Some(2)), 3, false, 1);
    assert_eq!((answer.cause, answer.batch.as_deref()), (Some(Cause::BatchOpen), Some("000001")));
    assert_eq!((host.row.batch, host.row.state), (Some(1), SignInState::SignedOut));
    assert_eq!(sign_in(&mut host, &answered("00", Some(2)), 0, false, 2).batch.as_deref(), Some("000002"));
    let kept = sign_in(&mut host, &answered("00", None), 0, false, 3);
    assert_eq!((kept.outcome, kept.batch.as_deref()), (SignInOutcome::SignedIn, Some("000002")));

    let mut terminal = core(Via::Terminal);
    sign_in(&mut terminal, &answered("00", Some(1)), 0, false, 0);
    assert_eq!(sign_in(&mut terminal, &answered("00", Some(2)), 3, false, 1).batch.as_deref(), Some("000002"));
}

#[test]
fn a_first_answer_without_a_batch_is_none() {
    let mut core = core(Via::Host);
    let answer = sign_in(&mut core, &answered("00", None), 0, false, 0);
    assert_eq!((answer.cause, core.row.state), (Some(Cause::MalformedResponse), SignInState::Never));
}

#[test]
fn traces_go_on_after_a_restart_and_wrap_to_one() {
    let mut first = core(Via::Host);
    assert_eq!(first.take_trace().to_string(), "000001");
    let mut again = Core::new(Via::Host, true, first.row.clone(), None, now(0));
    assert_eq!(again.take_trace().to_string(), "000002");
    again.row.trace = 999_999;
    assert_eq!(again.take_trace().to_string(), "000001");
}

fn settled(reply: TotalsReply) -> Found {
    let mut found = answered("00", None);
    if let End::Answered(heard) = &mut found.end {
        heard.code = None;
        heard.keys = Keys::NotOurs;
        heard.totals = Some(Ok(reply));
    }
    found
}

fn reply(domestic: Reconciled, ours: BatchTotals) -> TotalsReply {
    TotalsReply { totals: ours, domestic, foreign: domestic }
}

/// Stops and starts at each step of a settlement; what was kept last is all there is.
#[test]
fn a_restart_at_every_step_of_a_settlement_loses_nothing() {
    let ours = BatchTotals { debit: Total { count: 1, amount: Fen::new(100).unwrap() }, ..BatchTotals::default() };
    let again = |row: &SignInRow| Core::new(Via::Host, true, row.clone(), None, now(100));
    let mut core = core(Via::Host);
    sign_in(&mut core, &answered("00", Some(1)), 0, false, 0);

    core.settle_begins(ours, 9, now(1));
    let mut core = again(&core.row);
    assert!(core.row.settling.as_ref().is_some_and(|settling| !settling.balanced), "sent or not: unknown");
    let begun = core.settle_begins(ours, 9, now(2));
    assert_eq!((begun.ours, begun.up_to), (ours, 9));

    assert_eq!(core.settled(&settled(reply(Reconciled::Balanced, ours)), now(3)).outcome, SettleOutcome::Balanced);
    let mut core = again(&core.row);
    let begun = core.settle_begins(BatchTotals::default(), 20, now(4));
    assert!(begun.balanced, "the totals are not asked for again");
    assert_eq!((begun.ours, begun.up_to), (ours, 9), "nor do later sales slip in");

    core.settle_ended(Some(&silent(Cause::NoResponse, true)));
    let core = again(&core.row);
    assert_eq!((&core.row.settling, core.row.settled), (&None, Some((1, 9))));
}

#[test]
fn a_host_that_closed_the_batch_while_we_waited_does_not_lock_us_out() {
    let mut core = core(Via::Host);
    sign_in(&mut core, &answered("00", Some(1)), 0, false, 0);
    core.settle_begins(BatchTotals::default(), 9, now(1));
    core.settled(&silent(Cause::NoResponse, true), now(2));
    let answer = sign_in(&mut core, &answered("00", Some(2)), 3, false, 3);
    assert_eq!((answer.outcome, core.row.batch), (SignInOutcome::SignedIn, Some(2)));
    let told = answer.steps.iter().find(|step| step.name == StepName::Batch).unwrap();
    assert!(told.detail.contains("did not see balance"), "{told:?}");
    assert_eq!(core.row.settling, None);
}

#[test]
fn a_host_that_keeps_the_batch_until_a_sign_out_gets_one_between() {
    let mut core = core(Via::Host);
    sign_in(&mut core, &answered("00", Some(1)), 0, false, 0);
    core.row.settled = Some((1, 9));
    assert_eq!(core.signed_in(&answered("00", Some(1)), 0, None, false, now(1)), Next::SignOutFirst);
    assert!(matches!(core.signed_in(&answered("00", Some(1)), 2, None, false, now(2)), Next::Done(_)), "sold since");
    assert_eq!(sign_in(&mut core, &answered("00", Some(2)), 0, false, 3).batch.as_deref(), Some("000002"));
}

#[test]
fn signing_out_twice_is_no_failure_and_a_lost_answer_counts_as_once() {
    let mut core = core(Via::Host);
    sign_in(&mut core, &answered("00", Some(1)), 0, false, 0);
    assert_eq!(core.signed_out_now(&silent(Cause::NoResponse, true), now(1)).outcome, SignInOutcome::Failed);
    assert_eq!(core.signed_out_now(&answered("77", None), now(2)).outcome, SignInOutcome::SignedOut);
    assert_eq!(core.signed_out_now(&answered("77", None), now(3)).outcome, SignInOutcome::SignedOut);
}
