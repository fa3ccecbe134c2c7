//! What a printer still owes when a line breaks or a run ends comes later, and must not prove another job.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod counter;

use counter::*;
use model::{Cause, Identity, JobState, Proof};
use printer::{Abilities, BrokenOff, Input, Remembered, Session};

const SENSOR: [u8; 3] = [0x1D, b'r', 1];

/// Nothing of ours but questions about its state, and NULs before the first.
fn only_asked(counter: &Counter) {
    let rest = &counter.stream[counter.stream.iter().take_while(|byte| **byte == 0).count()..];
    assert!(rest.chunks(3).all(|three| three.starts_with(&[0x10, 4])), "{rest:02X?}");
}

/// A job of two segments left us, and the line broke before either was proven.
fn broken(proof: Proof) -> Counter {
    let mut counter = Counter::offered(proof);
    counter.on(Input::Send(ticket(1, 2, 50)));
    counter.on(Input::Closed(Some(Cause::ConnectionLost)));
    assert_eq!(counter.ending().state, JobState::Unconfirmed);
    counter.on(Input::Opened);
    counter.receive(&WELL);
    counter
}

/// It answered what was owed; then it is repaired and takes the next job, which only its own answers prove.
fn next_job_is_proven_by_its_own_answers(counter: &mut Counter) {
    let readies = counter.readies();
    counter.pass_answering(ms(4_800), WELL);
    only_asked(counter);
    assert!(!counter.state().ready);
    counter.pass_answering(ms(400), WELL);
    assert_eq!(count(&counter.stream, &SENSOR), 1, "does it listen?");
    assert_eq!(counter.readies(), readies);
    counter.receive(&[0]);
    counter.pass_answering(ms(500), WELL);
    assert_eq!(counter.readies(), readies + 1);
    let endings = counter.endings().len();
    counter.on(Input::Send(ticket(2, 2, 50)));
    counter.receive(&[0]);
    assert_eq!(counter.endings().len(), endings);
    counter.receive(&[0]);
    let ending = counter.endings()[endings];
    assert_eq!((ending.job, ending.state, ending.proven), (2, JobState::Confirmed, 2));
}

#[test]
fn old_answers_on_a_new_connection_prove_nothing_and_after_five_quiet_seconds_new_ones_do() {
    let mut counter = broken(Proof::InOrderReply);
    for _ in 0..2 {
        counter.pass_answering(ms(4_000), WELL);
        counter.receive(&[0]);
    }
    only_asked(&counter);
    assert!(counter.late().is_empty());
    next_job_is_proven_by_its_own_answers(&mut counter);
}

#[test]
fn paper_that_is_out_suspends_the_wait_and_it_begins_anew() {
    let mut counter = broken(Proof::InOrderReply);
    counter.pass_answering(ms(3_000), WELL);
    counter.receive(&ASB_OUT);
    counter.pass_answering(ms(60_000), OUT_OF_PAPER);
    only_asked(&counter);
    counter.receive(&WELL);
    counter.receive(&[0]);
    next_job_is_proven_by_its_own_answers(&mut counter);
}

#[test]
fn paper_that_ends_while_it_is_waited_for_is_known_within_a_second_without_automatic_status_and_without_work() {
    let mut counter = broken(Proof::InOrderReply);
    counter.on(Input::Waiting(false));
    counter.pass_answering(ms(4_000), WELL);
    counter.pass_answering(ms(1_200), OUT_OF_PAPER);
    assert_eq!(counter.state().cause, Some(Cause::PaperOut));
    counter.pass_answering(ms(10_000), OUT_OF_PAPER);
    only_asked(&counter);
}

#[test]
fn what_a_killed_run_is_owed_proves_nothing_in_the_next_one() {
    let session = Session::new(abilities(), Some(Remembered::from(Proof::InOrderReply)), 7);
    let mut counter = Counter::with(session.repairing(BrokenOff::default(), Some(20)));
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    assert!(counter.stream.starts_with(&[0; 8]));
    counter.receive(&WELL);
    counter.pass_answering(ms(3_000), WELL);
    counter.receive(&[0, 0]);
    next_job_is_proven_by_its_own_answers(&mut counter);
}

#[test]
fn what_a_run_that_stopped_is_owed_proves_nothing_in_the_next_one() {
    let session = Session::new(abilities(), Some(Remembered::from(Proof::InOrderReply)), 7).owed(true);
    let mut counter = Counter::with(session);
    counter.open_well();
    counter.on(Input::Waiting(true));
    counter.pass_answering(ms(3_000), WELL);
    counter.receive(&[0, 0]);
    counter.pass_answering(ms(4_800), WELL);
    only_asked(&counter);
    counter.pass_answering(ms(500), WELL);
    assert_eq!(counter.readies(), 1);
}

#[test]
fn a_connection_that_is_made_anew_because_answers_are_owed_waits_for_them() {
    let mut counter = Counter::offered(Proof::InOrderReply);
    counter.on(Input::Send(ticket(1, 1, 50)));
    counter.pass_answering(ms(15_200), WELL);
    assert_eq!(counter.closes().len(), 1);
    counter.on(Input::Closed(None));
    counter.on(Input::Opened);
    counter.receive(&WELL);
    counter.pass_answering(ms(3_000), WELL);
    counter.receive(&[0]);
    assert!(counter.late().is_empty());
    next_job_is_proven_by_its_own_answers(&mut counter);
}

#[test]
fn a_line_that_breaks_again_meanwhile_changes_nothing() {
    let mut counter = broken(Proof::InOrderReply);
    for _ in 0..3 {
        counter.pass_answering(ms(3_000), WELL);
        counter.on(Input::Closed(Some(Cause::ConnectionLost)));
        counter.on(Input::Opened);
        counter.receive(&WELL);
    }
    counter.receive(&[0, 0]);
    next_job_is_proven_by_its_own_answers(&mut counter);
}

#[test]
fn one_that_speaks_only_of_itself_is_waited_for_too() {
    let mut counter = Counter::new(abilities(), Some(Proof::InOrderReply));
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.pass(ms(700));
    counter.receive(&ASB_WELL);
    assert_eq!(counter.readies(), 1);
    counter.on(Input::Send(ticket(1, 1, 50)));
    counter.on(Input::Closed(Some(Cause::ConnectionLost)));
    counter.on(Input::Opened);
    counter.pass(ms(100));
    counter.receive(&ASB_WELL);
    counter.pass(ms(4_000));
    counter.receive(&[0]);
    counter.pass(ms(4_900));
    assert_eq!(counter.readies(), 1);
    counter.pass(ms(200));
    assert_eq!(counter.readies(), 2);
}

#[test]
fn one_that_returns_tags_is_not_waited_for() {
    let mut counter = broken(Proof::ProcessId);
    counter.answer_check();
    assert_eq!(counter.readies(), 2);
}

fn named() -> Identity {
    Identity { model: Some("GIANT-100".to_owned()), ..Identity::default() }
}

fn remembered(proof: Proof) -> Session {
    let abilities = Abilities { identity: true, ..abilities() };
    Session::new(abilities, Some(Remembered { proof, identity: Some(named()) }), 7)
}

#[test]
fn late_answers_about_who_it_is_are_not_taken_for_new_ones() {
    for proof in [Proof::InOrderReply, Proof::ProcessId] {
        let mut counter = Counter::with(remembered(proof));
        counter.open_well();
        assert_eq!(count(&counter.stream, &[0x1D, b'I', 67]), 1);
        counter.on(Input::Closed(Some(Cause::ConnectionLost)));
        counter.on(Input::Opened);
        counter.receive(&WELL);
        counter.receive(&block("OTHER"));
        assert_eq!(count(&counter.stream, &[0x1D, b'I']), 0);
        if proof == Proof::ProcessId {
            counter.answer_check();
        } else {
            counter.pass_answering(ms(5_200), WELL);
        }
        counter.receive(&block("GIANT-100"));
        assert!(counter.state().ready && counter.identified().is_empty());
        assert_eq!(counter.state().proof, proof);
    }
}

#[test]
fn a_killed_run_s_printer_with_tags_is_asked_for_one_before_it_is_asked_who_it_is() {
    let mut counter = Counter::with(remembered(Proof::ProcessId).repairing(BrokenOff::default(), Some(20)));
    counter.open_well();
    counter.receive(&block("OTHER"));
    assert_eq!(count(&counter.stream, &[0x1D, b'I']), 0);
    counter.answer_check();
    counter.pass_answering(ms(100), WELL);
    counter.receive(&block("GIANT-100"));
    assert!(counter.state().ready);
}

#[test]
fn what_proved_before_is_kept_over_a_silent_measurement_and_given_up_after_a_minute_of_silence() {
    for comes_back in [true, false] {
        let mut counter = Counter::with(remembered(Proof::InOrderReply));
        counter.open_well();
        counter.pass_answering(ms(7_000), WELL);
        assert_eq!(count(&counter.stream, &[0x1D, b'I', 67]), 4 - 1);
        assert_eq!((counter.state().proof, tags(&counter.stream).len()), (Proof::InOrderReply, 0));
        counter.pass_answering(ms(8_000), WELL);
        assert_eq!(tags(&counter.stream).len(), 1);
        assert_eq!((counter.state().proof, counter.state().cause), (Proof::InOrderReply, Some(Cause::Stalled)));
        counter.pass_answering(ms(30_000), WELL);
        assert!(tags(&counter.stream).len() >= 3, "measured again");
        // silence while it is not well does not count
        counter.receive(&ASB_OUT);
        counter.pass_answering(ms(120_000), OUT_OF_PAPER);
        counter.receive(&ASB_WELL);
        counter.pass_answering(ms(1_000), WELL);
        assert!(counter.identified().is_empty() && counter.paired().is_none());
        assert!(!counter.state().ready);
        if comes_back {
            for _ in 0..200 {
                counter.pass_answering(ms(100), WELL);
                if count(&counter.stream[counter.stream.len() - 3..], &[0x1D, b'I', 67]) == 1 {
                    counter.receive(&block("GIANT-100"));
                }
            }
            assert!(counter.identified().is_empty() && counter.paired().is_none());
            assert_eq!((counter.state().proof, counter.state().cause), (Proof::InOrderReply, None));
        } else {
            counter.pass_answering(ms(60_000), WELL);
            assert_eq!(counter.paired().unwrap().0, Proof::NoProof);
            assert_eq!(counter.identified(), [&Identity::default()]);
        }
        assert!(counter.state().ready);
    }
}

#[test]
fn a_silent_stranger_that_proves_is_measured_and_taken() {
    let mut counter = Counter::with(remembered(Proof::InOrderReply));
    counter.open_well();
    counter.pass_answering(ms(9_500), WELL);
    counter.answer_check();
    assert_eq!(counter.paired().unwrap().0, Proof::ProcessId);
    assert_eq!(counter.identified(), [&Identity::default()]);
    assert!(counter.state().ready);
}
