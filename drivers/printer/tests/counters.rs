//! Proof by what the printer has counted: measured at pairing, and read before and behind each job.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod counter;

use counter::*;
use model::{Cause, Grade, JobState, Proof};
use printer::{Abilities, Input};

fn counting() -> Abilities {
    Abilities { counters: true, may_ask_process_id: false, ..abilities() }
}

const BEFORE: [(u16, u64); 3] = [(148, 1_000), (178, 10), (198, 5)];
/// 100 mm are 26 lines of 30 dots.
const AFTER: [(u16, u64); 3] = [(148, 1_029), (178, 11), (198, 5)];

/// A clone that answers GS r as soon as it is received, up to the reading behind the feed.
fn fed(counters: &[(u16, u64)]) -> Counter {
    let mut counter = Counter::new(counting(), None);
    counter.open_well();
    counter.receive(&[0x00]);
    let (sent, answered) = counter.tell(&[], counters);
    assert_eq!(answered, counters.len());
    assert_eq!(count(&sent, &[0x1D, b'r', 1]), 1);
    assert!(count(&sent, &[0x1B, b'J']) >= 4);
    counter
}

fn paired_by_counter() -> Counter {
    let mut counter = fed(&BEFORE);
    counter.receive(&[0x00]);
    counter.pass(ms(500));
    // once for the measurement, and once more because nothing else is to be done
    assert_eq!(counter.tell(&[], &AFTER).1, 6);
    counter
}

/// Answers the counters' questions with this, for so long.
fn pass_counting(counter: &mut Counter, time: u64, counters: &[(u16, u64)]) {
    for _ in 0..time / 100 {
        counter.tell(&[], counters);
        counter.receive(&ASB_WELL);
        counter.pass(ms(100));
    }
}

#[test]
fn a_clone_that_answers_early_and_counts_honestly_proves_by_its_counters() {
    let counter = paired_by_counter();
    let (proof, detail) = counter.paired().unwrap();
    assert_eq!(proof, Proof::Counter, "{detail}");
    assert!(detail.contains("29 lines 500 ms"), "{detail}");
}

#[test]
fn answers_in_order_are_preferred_to_counters() {
    let mut counter = fed(&BEFORE);
    counter.pass(ms(500));
    counter.receive(&[0x00]);
    assert_eq!(counter.paired().unwrap().0, Proof::InOrderReply);
}

#[test]
fn a_counter_that_does_not_move_proves_nothing() {
    let mut counter = fed(&BEFORE);
    counter.receive(&[0x00]);
    for _ in 0..120 {
        counter.tell(&[], &BEFORE);
        counter.pass(ms(100));
    }
    let (proof, detail) = counter.paired().unwrap();
    assert_eq!(proof, Proof::NoProof);
    assert!(detail.contains("0 lines"), "{detail}");
}

#[test]
fn a_counter_that_moves_sooner_than_paper_or_by_too_much_proves_nothing() {
    for (wait, lines) in [(200, 1_029), (500, 1_400)] {
        let mut counter = fed(&BEFORE);
        counter.receive(&[0x00]);
        counter.pass(ms(wait));
        counter.tell(&[], &[(148, lines), (178, 11), (198, 5)]);
        assert_eq!(counter.paired().unwrap().0, Proof::NoProof, "{wait} ms, {lines} lines");
    }
}

#[test]
fn a_slow_line_is_no_sign_of_paper() {
    // every answer takes 400 ms, and none of them waits for paper
    let mut counter = Counter::new(Abilities { counters: false, ..counting() }, None);
    counter.open_well();
    counter.pass(ms(400));
    counter.receive(&[0x00]);
    counter.pass(ms(400));
    counter.receive(&[0x00]);
    assert_eq!(counter.paired().unwrap().0, Proof::NoProof);
}

#[test]
fn a_printer_without_counters_is_found_out_at_pairing() {
    let mut counter = Counter::new(Abilities { may_ask_gs_r: false, ..counting() }, None);
    counter.open_well();
    counter.pass(ms(3_000));
    assert_eq!(counter.paired().unwrap().0, Proof::NoProof);
    assert_eq!(count(&counter.stream, &[0x1B, b'J']), 0, "no paper is fed for nothing");
}

#[test]
fn a_tag_that_does_not_wait_for_paper_is_no_proof() {
    let measured = Abilities { measure_process_id: true, may_ask_process_id: true, counters: false, ..counting() };
    for (answer, latency, proof) in [(0, 0, Proof::NoProof), (300, 300, Proof::NoProof), (400, 300, Proof::ProcessId)] {
        let mut counter = Counter::new(measured, None);
        counter.open_well();
        let sent = counter.sent();
        counter.pass(ms(latency));
        counter.answer_tags(&sent);
        let sent = counter.sent();
        assert_eq!(tags(&sent).len(), 1);
        assert_eq!(count(&sent, &[0x1D, b'V']), 1);
        counter.pass(ms(answer));
        counter.answer_tags(&sent);
        counter.pass(ms(1_000));
        assert_eq!(counter.paired().unwrap().0, proof, "after {answer} ms, {latency} ms without paper");
    }
}

#[test]
fn a_job_is_confirmed_when_lines_and_cuts_have_grown() {
    let mut counter = paired_by_counter();
    pass_counting(&mut counter, 3_000, &AFTER);
    counter.on(Input::Waiting(true));
    counter.receive(&ASB_WELL);
    assert_eq!(counter.readies(), 1);
    counter.sent();
    counter.on(Input::Send(ticket(1, 3, 50)));
    assert_eq!(count(&counter.stream, b"AAAA"), 0, "first the counters");
    pass_counting(&mut counter, 1_000, &AFTER);
    assert_eq!((count(&counter.stream, b"AA"), count(&counter.stream, b"CC")), (49, 49));
    pass_counting(&mut counter, 2_000, &[(148, 1_060), (178, 11), (198, 5)]);
    assert!(counter.endings().is_empty(), "not cut yet");
    pass_counting(&mut counter, 1_000, &[(148, 1_060), (178, 12), (198, 5)]);
    let ending = counter.ending();
    assert_eq!((ending.state, ending.grade, ending.proven), (JobState::Confirmed, Grade::Counter, 3));
}

#[test]
fn counters_that_stand_still_leave_the_job_unconfirmed() {
    let mut counter = Counter::new(counting(), Some(Proof::Counter));
    counter.open_well();
    counter.on(Input::Waiting(true));
    counter.receive(&ASB_WELL);
    counter.on(Input::Send(ticket(1, 2, 50)));
    pass_counting(&mut counter, 30_000, &BEFORE);
    let ending = counter.ending();
    assert_eq!((ending.state, ending.cause, ending.grade), (JobState::Unconfirmed, None, Grade::None));
}

#[test]
fn lines_alone_prove_only_a_job_in_which_nobody_touched_the_paper() {
    for (trouble, state) in [(false, JobState::Confirmed), (true, JobState::Unconfirmed)] {
        let mut counter = Counter::new(counting(), Some(Proof::Counter));
        counter.open_well();
        counter.on(Input::Waiting(true));
        counter.receive(&ASB_WELL);
        counter.on(Input::Send(ticket(1, 2, 50)));
        pass_counting(&mut counter, 6_000, &[(148, 500)]);
        assert!(count(&counter.stream, b"BBBB") > 0);
        if trouble {
            counter.receive(&ASB_OUT);
            counter.receive(&ASB_WELL);
        }
        pass_counting(&mut counter, 20_000, &[(148, 530)]);
        let expected = if trouble { JobState::Partial } else { state };
        assert_eq!(counter.ending().state, expected);
    }
}

#[test]
fn a_pulse_moves_no_paper_and_is_not_asked_about() {
    let mut counter = Counter::new(counting(), Some(Proof::Counter));
    counter.open_well();
    counter.on(Input::Waiting(true));
    counter.receive(&ASB_WELL);
    let mut pulse = ticket(1, 1, 5);
    pulse.length_dots = 0;
    counter.on(Input::Send(pulse));
    let ending = counter.ending();
    assert_eq!((ending.state, ending.cause), (JobState::Unconfirmed, Some(Cause::NoStatus)));
}

#[test]
fn a_job_that_is_cancelled_before_the_counters_were_read_prints_nothing() {
    let mut counter = Counter::new(counting(), Some(Proof::Counter));
    counter.open_well();
    counter.on(Input::Waiting(true));
    counter.receive(&ASB_WELL);
    counter.on(Input::Send(ticket(1, 2, 50)));
    counter.on(Input::Cancel);
    assert_eq!(counter.ending().state, JobState::Cancelled);
    assert_eq!(count(&counter.stream, b"AAAA"), 0);
}

#[test]
fn a_few_lines_and_a_cut_are_not_the_sheet() {
    let mut counter = Counter::new(counting(), Some(Proof::Counter));
    counter.open_well();
    counter.on(Input::Waiting(true));
    counter.receive(&ASB_WELL);
    counter.on(Input::Send(ticket(1, 2, 50)));
    pass_counting(&mut counter, 2_000, &BEFORE);
    assert!(count(&counter.stream, b"BBBB") > 0);
    pass_counting(&mut counter, 30_000, &[(148, 1_015), (178, 11), (198, 5)]);
    assert_eq!(counter.ending().state, JobState::Unconfirmed);
}

#[test]
fn what_was_printed_before_has_come_to_rest_before_the_job_begins() {
    let mut counter = Counter::new(counting(), Some(Proof::Counter));
    counter.open_well();
    counter.on(Input::Waiting(true));
    counter.receive(&ASB_WELL);
    counter.on(Input::Send(ticket(1, 2, 50)));
    for lines in 1_000..1_006 {
        pass_counting(&mut counter, 200, &[(148, lines), (178, 10), (198, 5)]);
    }
    assert_eq!(count(&counter.stream, b"AAAA"), 0);
    pass_counting(&mut counter, 1_000, &[(148, 1_006), (178, 10), (198, 5)]);
    assert!(count(&counter.stream, b"AAAA") > 0);
}
