//! The state machine on a clock that the test moves: outages, codes of sales, batches, settlements, restarts.

use acquirer::iso::{Reconciled, TotalsReply};
use model::{BatchTotals, Fen, SettleOutcome, Total};

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
    let keys = GoodKeys { sealed: vec![1], check_values: "PIK 00000000".into(), values: "PIK 00000000".into() };
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

/// So many transactions of 1.00 each.
fn total(count: u32) -> Total {
    Total { count, amount: Fen::new(u64::from(count) * 100).unwrap() }
}

/// A sale of the current batch, made now.
fn seen(core: &mut Core, code: Option<&str>, approved: bool, now: Now) -> bool {
    let sale = Sale { code: code.map(str::to_owned), approved, at: now.at, batch: core.row.batch };
    core.seen(&sale, now)
}

fn sign_in(core: &mut Core, found: &Found, open: u32, automatic: bool, at: u64) -> SignInAnswer {
    match core.signed_in(found, total(open), None, automatic, now(at)) {
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
fn a_host_whose_clock_is_months_off_takes_us_and_is_warned_of() {
    for (month, warns) in [("1120", false), ("0820", true)] {
        let mut core = core(Via::Host);
        let mut found = answered("00", Some(1));
        let End::Answered(heard) = &mut found.end else { panic!() };
        let wall = now(0).at.wall().strftime("%H%M%S").to_string();
        heard.clock = acquirer::iso::HostClock::read(wall.as_bytes(), month.as_bytes());
        let answer = sign_in(&mut core, &found, 0, false, 0);
        assert_eq!(answer.outcome, SignInOutcome::SignedIn);
        assert_eq!(answer.candidates.contains(&Cause::ClockWrong), warns, "{answer:?}");
        assert_eq!(answer.action.is_empty(), !warns, "{answer:?}");
    }
}

#[test]
fn without_auto_sign_in_nothing_is_ever_due() {
    let mut core = Core::new(Via::Host, false, SignInRow::default(), None, now(0));
    core.started(now(0));
    core.tick(now(90_000));
    seen(&mut core, Some("77"), false, now(90_001));
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
    seen(&mut core, None, true, now(1));
    assert!(seen(&mut core, Some("A0"), false, now(2)));
    assert_eq!((core.row.state, core.row.cause), (SignInState::SignedOut, Some(Cause::DuplicateTerminal)));
    assert_eq!(core.begin(now(2)), Some(Reason::Code));
    sign_in(&mut core, &answered("00", Some(1)), 0, true, 3);
    assert_eq!(core.row.state, SignInState::SignedIn);
    seen(&mut core, Some("A0"), false, now(4));
    assert_eq!((core.row.state, core.row.cause), (SignInState::SignedOut, Some(Cause::DuplicateTerminal)));
    assert_eq!(core.due(), None, "one was enough");
    sign_in(&mut core, &answered("00", Some(1)), 0, false, 10);
    seen(&mut core, Some("A0"), false, now(11));
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

fn one_sale() -> BatchTotals {
    BatchTotals { debit: total(1), ..BatchTotals::default() }
}

fn again(row: &SignInRow) -> Core {
    Core::new(Via::Host, true, row.clone(), None, now(100))
}

/// Stops and starts at each step of a settlement; what was kept last is all there is.
#[test]
fn a_restart_at_every_step_of_a_settlement_loses_nothing() {
    let ours = one_sale();
    let mut core = core(Via::Host);
    sign_in(&mut core, &answered("00", Some(1)), 0, false, 0);

    // before the first byte left, or after; before the host's answer, or after it and before our commit
    core.settle_begins(ours, 9, vec![4], now(1));
    let mut core = again(&core.row);
    assert!(core.row.settling.as_ref().is_some_and(|settling| !settling.balanced), "sent or not: unknown");
    let told = core.settled(&Found::interrupted(), now(2));
    assert_eq!((told.outcome, told.cause), (SettleOutcome::Failed, Some(Cause::NoResponse)));
    assert!(core.row.settling.is_some(), "it stays unknown");
    let begun = core.settle_begins(ours, 9, vec![4], now(2));
    assert_eq!((begun.ours, begun.up_to, begun.gone), (ours, 9, true));

    // balanced and kept: from here on it is settled, whatever becomes of the end
    assert_eq!(core.settled(&settled(reply(Reconciled::Balanced, ours)), now(3)).outcome, SettleOutcome::Balanced);
    let mut core = again(&core.row);
    assert_eq!((core.row.settled.last(), core.row.settled.pending()), (Some((1, 9)), &[4][..]));
    assert_eq!(core.balanced_before(now(4)).map(|answer| answer.ours), Some(ours), "told with the totals it had");

    // the end left, or not; it was not acknowledged, or we were stopped before that was kept
    for lost in [silent(Cause::NoResponse, true), silent(Cause::Unreachable, false), answered("96", None)] {
        assert!(core.owes_end());
        let step = core.settle_ended(Some(&lost)).unwrap();
        assert_eq!(step.ok, Some(false));
        core = again(&core.row);
    }
    assert!(core.owes_end(), "owed until it is acknowledged");
    for done in ["00", "22", "77"] {
        let mut core = again(&core.row);
        assert_eq!(core.settle_ended(Some(&answered(done, None))).unwrap().ok, Some(true));
        let core = again(&core.row);
        assert_eq!((&core.row.settling, core.row.settled.last(), core.owes_end()), (&None, Some((1, 9)), false));
    }
}

/// The same of a sign-in: keys that may have been replaced are none, and the batch stays.
#[test]
fn a_restart_at_every_step_of_a_sign_in_trusts_no_key_that_may_be_replaced() {
    let mut core = core(Via::Host);
    sign_in(&mut core, &answered("00", Some(1)), 0, false, 0);
    let trace = core.take_trace();
    let mut core = again(&core.row);
    let Next::Done(told) = core.signed_in(&Found::interrupted(), Total::default(), None, false, now(100)) else {
        panic!("nothing is to be asked")
    };
    assert_eq!((told.outcome, told.cause), (SignInOutcome::Failed, Some(Cause::NoResponse)));
    let mut core = again(&core.row);
    assert_eq!((core.row.state, &core.row.keys, core.row.batch), (SignInState::SignedOut, &None, Some(1)));
    assert_eq!(core.take_trace(), trace.next());
    core.started(now(101));
    assert!(core.due().is_some(), "it signs in by itself");
    // stopped between the sign-in that brought a settled batch and its sign-out: the same again
    core.row.settled.note(1, 9, Vec::new());
    assert_eq!(core.signed_in(&answered("00", Some(1)), total(0), None, false, now(102)), Next::SignOutFirst);
    let mut core = again(&core.row);
    assert_eq!(core.signed_in(&answered("00", Some(1)), total(0), None, false, now(103)), Next::SignOutFirst);
    let answer = sign_in(&mut core, &answered("00", Some(1)), 0, false, 104);
    assert_eq!(answer.outcome, SignInOutcome::SignedIn, "a host that keeps the batch even then is followed");
    assert_eq!(core.row.settled.last(), Some((1, 9)), "and what was settled stays settled");
}

#[test]
fn an_open_batch_is_left_only_after_a_settlement_that_the_host_knows_and_never_silently() {
    let left = |core: &mut Core, at: u64| {
        let answer = sign_in(core, &answered("00", Some(3)), 2, false, at);
        assert_eq!((answer.outcome, core.row.batch), (SignInOutcome::SignedIn, Some(3)));
        assert!(answer.message.contains("batch 000002 was left with 2 transactions, 2.00"), "{answer:?}");
        assert!(answer.action.contains("000002"), "{answer:?}");
        let left: Vec<_> = core.row.unsettled.iter().map(|left| (left.batch, left.open)).collect();
        assert_eq!(left, [(2, total(2))]);
    };
    let refused = |core: &mut Core, at: u64| {
        core.settle_begins(one_sale(), 9, Vec::new(), now(at));
        assert_eq!(core.settled(&answered("77", None), now(at)).outcome, SettleOutcome::Refused);
    };
    let open = |core: &mut Core, at: u64| {
        let answer = sign_in(core, &answered("00", Some(3)), 2, false, at);
        assert_eq!((answer.cause, core.row.batch), (Some(Cause::BatchOpen), Some(2)));
        assert!(core.row.unsettled.is_empty());
    };
    let signed_in = || {
        let mut core = core(Via::Host);
        sign_in(&mut core, &answered("00", Some(2)), 0, false, 0);
        core
    };
    // the terminal was only not signed in when it was refused: the host did not see the batch's end
    let mut core = signed_in();
    core.signed_out_now(&answered("00", None), total(2), now(1));
    refused(&mut core, 2);
    open(&mut core, 3);
    open(&mut core, 4);
    // now the host has named the other batch, and refuses ours
    refused(&mut core, 5);
    left(&mut core, 6);
    // sent, and nobody knows what became of it
    let mut core = signed_in();
    core.settle_begins(one_sale(), 9, Vec::new(), now(1));
    core.settled(&silent(Cause::NoResponse, true), now(1));
    left(&mut core, 2);
    // the same, and the next attempt was refused or did not even leave
    for next in [answered("77", None), silent(Cause::Unreachable, false), answered("96", None)] {
        let mut core = signed_in();
        core.settle_begins(one_sale(), 9, Vec::new(), now(1));
        core.settled(&silent(Cause::NoResponse, true), now(1));
        core.settle_begins(one_sale(), 9, Vec::new(), now(2));
        core.settled(&next, now(2));
        left(&mut core, 3);
    }
    // unbalanced: the host said that it is open
    let mut core = signed_in();
    core.settle_begins(one_sale(), 9, Vec::new(), now(1));
    core.settled(&settled(reply(Reconciled::Unbalanced, one_sale())), now(1));
    open(&mut core, 2);
}

#[test]
fn signing_out_over_an_open_batch_says_what_is_not_settled() {
    let mut core = core(Via::Host);
    sign_in(&mut core, &answered("00", Some(2)), 0, false, 0);
    let answer = core.signed_out_now(&answered("00", None), total(3), now(1));
    assert_eq!(answer.outcome, SignInOutcome::SignedOut);
    assert!(answer.message.contains("3 transactions of batch 000002, 3.00, are not settled"), "{answer:?}");
    assert!(answer.action.contains("settle first"), "{answer:?}");
}

#[test]
fn an_event_from_before_the_sign_in_or_of_another_batch_says_nothing_of_its_keys() {
    let mut core = core(Via::Host);
    sign_in(&mut core, &answered("00", Some(2)), 0, false, 100);
    let event = |code: Option<&str>, approved, second, batch| Sale {
        code: code.map(str::to_owned),
        approved,
        at: now(second).at,
        batch,
    };
    let before = core.row.clone();
    for (second, batch) in [(99, Some(2)), (99, None), (200, Some(1)), (200, Some(99))] {
        for (code, approved) in [(Some("A0"), false), (Some("99"), false), (Some("77"), false), (None, true)] {
            assert!(!core.seen(&event(code, approved, second, batch), now(300)), "{second} {batch:?} {code:?}");
            assert_eq!(core.row, before);
        }
    }
    for batch in [Some(2), None] {
        let mut core = core.clone();
        assert!(core.seen(&event(Some("A0"), false, 100, batch), now(300)), "the second of the sign-in counts");
        assert_eq!(core.row.state, SignInState::SignedOut);
    }
}

#[test]
fn a_host_that_closed_the_batch_while_we_waited_does_not_lock_us_out() {
    let mut core = core(Via::Host);
    sign_in(&mut core, &answered("00", Some(1)), 0, false, 0);
    core.settle_begins(BatchTotals::default(), 9, Vec::new(), now(1));
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
    core.row.settled.note(1, 9, Vec::new());
    assert_eq!(core.signed_in(&answered("00", Some(1)), total(0), None, false, now(1)), Next::SignOutFirst);
    assert!(
        matches!(core.signed_in(&answered("00", Some(1)), total(2), None, false, now(2)), Next::Done(_)),
        "sold since"
    );
    assert_eq!(sign_in(&mut core, &answered("00", Some(2)), 0, false, 3).batch.as_deref(), Some("000002"));
}

#[test]
fn signing_out_twice_is_no_failure_and_a_lost_answer_counts_as_once() {
    let mut core = core(Via::Host);
    sign_in(&mut core, &answered("00", Some(1)), 0, false, 0);
    assert_eq!(core.signed_out_now(&silent(Cause::NoResponse, true), total(0), now(1)).outcome, SignInOutcome::Failed);
    assert_eq!(core.signed_out_now(&answered("77", None), total(0), now(2)).outcome, SignInOutcome::SignedOut);
    assert_eq!(core.signed_out_now(&answered("77", None), total(0), now(3)).outcome, SignInOutcome::SignedOut);
}
