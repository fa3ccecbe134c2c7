//! How a session gets to know a printer: opening, asking, measuring.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod counter;

use counter::*;
use model::{Cause, Proof};
use printer::{Abilities, Input};

#[test]
fn it_asks_all_four_questions_and_nothing_else_before_the_answers() {
    let mut counter = Counter::new(abilities(), None);
    counter.on(Input::Opened);
    assert_eq!(counter.sent(), [0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4]);
    counter.receive(&WELL[..3]);
    assert!(counter.sent().is_empty());
    counter.receive(&WELL[3..]);
    assert!(counter.sent().starts_with(&[0x1D, b'a', 0xFF]));
}

#[test]
fn a_printer_that_returns_the_tag_is_paired_by_process_id() {
    let mut counter = Counter::new(abilities(), None);
    counter.open_well();
    let sent = counter.sent();
    counter.answer_tags(&sent);
    assert_eq!(counter.paired().unwrap().0, Proof::ProcessId);
    assert!(counter.state().ready);
}

#[test]
fn a_late_tag_is_ignored_and_an_in_order_printer_is_measured_behind_100_mm() {
    let mut counter = Counter::new(abilities(), None);
    counter.open_well();
    let (_, tag) = tags(&counter.sent())[0];
    counter.pass(ms(1_000));
    assert_eq!(counter.sent(), [0x1D, b'r', 1]);
    counter.receive(&tag_reply(tag));
    assert_eq!(counter.paired(), None);
    counter.receive(&[0x00]);
    let sent = counter.sent();
    assert!(sent.starts_with(&[0x1D, b'P', 203, 203, 0x1B, b'J']), "{sent:02X?}");
    let fed: u32 = sent.windows(3).filter(|w| w.starts_with(&[0x1B, b'J'])).map(|w| u32::from(w[2])).sum();
    assert_eq!(fed, 800);
    assert_eq!(count(&sent, &[0x1D, b'r', 1]), 1);
    counter.pass(ms(700));
    counter.receive(&[0x00]);
    assert_eq!(counter.paired().unwrap().0, Proof::InOrderReply);
}

#[test]
fn a_clone_that_answers_sooner_than_paper_can_move_is_disqualified() {
    let mut counter = Counter::new(Abilities { may_ask_process_id: false, ..abilities() }, None);
    counter.open_well();
    counter.receive(&[0x00]);
    counter.pass(ms(249));
    counter.receive(&[0x00]);
    let (proof, detail) = counter.paired().unwrap();
    assert_eq!(proof, Proof::NoProof);
    assert!(detail.contains("249 ms"), "{detail}");
}

#[test]
fn the_clock_of_the_measurement_starts_when_the_bytes_have_left() {
    let mut counter = Counter::new(Abilities { may_ask_process_id: false, ..abilities() }, None);
    counter.open_well();
    counter.held = true;
    counter.receive(&[0x00]);
    counter.pass(ms(5_000));
    counter.write_out();
    counter.pass(ms(100));
    counter.receive(&[0x00]);
    assert_eq!(counter.paired().unwrap().0, Proof::NoProof);
}

#[test]
fn a_printer_that_answers_only_status_proves_nothing() {
    let mut counter = Counter::new(abilities(), None);
    counter.open_well();
    counter.pass(ms(2_000));
    assert_eq!(counter.paired().unwrap().0, Proof::NoProof);
    assert_eq!(count(&counter.sent(), &[0x1B, b'J']), 0);
}

#[test]
fn a_mute_printer_is_fed_nothing_and_taken_as_it_is() {
    let mut counter = Counter::new(abilities(), None);
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.pass(ms(999));
    assert_eq!(counter.readies(), 0);
    counter.pass(ms(1));
    assert_eq!(counter.readies(), 1);
    assert_eq!(counter.state().proof, Proof::NoProof);
    // it may only have been held up: nothing is remembered
    assert_eq!(counter.paired(), None);
    assert_eq!(count(&counter.sent(), &[0x1B, b'J']), 0);
}

#[test]
fn a_held_up_printer_that_answers_late_is_paired_after_all() {
    let mut counter = Counter::new(abilities(), None);
    counter.on(Input::Opened);
    counter.pass(ms(30_000));
    counter.receive(&WELL);
    let sent = counter.sent();
    counter.answer_tags(&sent);
    assert_eq!(counter.paired().unwrap().0, Proof::ProcessId);
}

#[test]
fn a_printer_that_has_proven_before_and_is_silent_now_is_stalled() {
    let mut counter = Counter::new(abilities(), Some(Proof::ProcessId));
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.pass(ms(3_000));
    assert_eq!(counter.readies(), 0);
    assert_eq!(counter.state().cause, Some(Cause::Stalled));
    counter.receive(&WELL);
    assert_eq!(counter.readies(), 1);
}

#[test]
fn pairing_waits_until_the_printer_is_well() {
    let mut counter = Counter::new(abilities(), None);
    counter.on(Input::Opened);
    counter.receive(&OUT_OF_PAPER);
    counter.pass_answering(ms(19_500), OUT_OF_PAPER);
    assert_eq!(counter.state().cause, Some(Cause::PaperOut));
    assert!(tags(&counter.stream).is_empty());
    counter.receive(&ASB_WELL);
    assert_eq!(tags(&counter.sent()).len(), 1);
}

#[test]
fn a_printer_that_knows_only_two_of_the_questions_is_asked_singly_and_then_only_those() {
    let mut counter = Counter::new(abilities(), Some(Proof::NoProof));
    counter.on(Input::Opened);
    counter.receive(&[0x16, 0x12]);
    counter.sent();
    counter.pass(ms(1_000));
    assert_eq!(counter.sent(), [0x10, 4, 1]);
    counter.receive(&[0x16]);
    assert_eq!(counter.sent(), [0x10, 4, 2]);
    counter.pass(ms(500));
    assert_eq!(counter.sent(), [0x10, 4, 3]);
    counter.pass(ms(500));
    assert_eq!(counter.sent(), [0x10, 4, 4]);
    counter.receive(&[0x1E]);
    assert!(counter.state().ready);
    assert!(counter.state().near_end);
    counter.sent();
    counter.pass(ms(2_000));
    assert_eq!(counter.sent(), [0x10, 4, 1, 0x10, 4, 4]);
}

#[test]
fn a_printer_that_speaks_only_of_itself_is_not_asked_again() {
    let mut counter = Counter::new(abilities(), Some(Proof::ProcessId));
    counter.on(Input::Opened);
    counter.pass(ms(1_000));
    counter.receive(&ASB_WELL);
    counter.sent();
    counter.pass(ms(60_000));
    assert!(counter.sent().is_empty());
    counter.on(Input::Waiting(true));
    assert_eq!(counter.readies(), 1);
}

#[test]
fn a_file_is_asked_nothing() {
    let mut counter = Counter::new(abilities().without_answers(), Some(Proof::ProcessId));
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    assert_eq!(counter.readies(), 1);
    counter.pass(ms(60_000));
    assert!(counter.stream.is_empty());
    assert_eq!(counter.session.deadline(), None);
}

#[test]
fn status_is_asked_every_second_while_a_job_waits_and_every_two_in_idleness() {
    let mut counter = Counter::new(Abilities { asb: false, ..abilities() }, Some(Proof::ProcessId));
    counter.on(Input::Opened);
    counter.receive(&OUT_OF_PAPER);
    counter.sent();
    counter.on(Input::Waiting(true));
    let before = counter.stream.len();
    counter.pass_answering(ms(10_000), OUT_OF_PAPER);
    let asked = count(&counter.stream[before..], &[0x10, 4, 1]);
    assert!((8..=10).contains(&asked), "{asked}");
    counter.on(Input::Waiting(false));
    let before = counter.stream.len();
    counter.pass_answering(ms(60_000), OUT_OF_PAPER);
    let asked = count(&counter.stream[before..], &[0x10, 4, 1]);
    assert!((28..=30).contains(&asked), "{asked}");
}

#[test]
fn a_slow_clone_is_well_and_asked_seldom() {
    let mut counter = Counter::new(Abilities { asb: false, ..abilities() }, Some(Proof::InOrderReply));
    counter.on(Input::Opened);
    let (mut asked, mut due) = (0, Vec::new());
    for now in 0..600u64 {
        let questions = count(&counter.sent(), &[0x10, 4, 1]);
        asked += questions;
        due.extend(vec![now + 4; questions]);
        if due.first() == Some(&now) {
            due.remove(0);
            counter.receive(&WELL);
        }
        counter.pass(ms(100));
    }
    assert!((5..=7).contains(&asked), "{asked}");
    assert!(counter.state().ready && counter.closes().is_empty());
}

#[test]
fn after_a_while_in_idleness_the_status_is_asked_before_a_claim() {
    let mut counter = Counter::new(abilities(), Some(Proof::ProcessId));
    counter.open_well();
    counter.receive(&ASB_WELL);
    counter.pass(ms(5_000));
    counter.sent();
    counter.on(Input::Waiting(true));
    assert_eq!(counter.readies(), 0);
    assert_eq!(count(&counter.sent(), &[0x10, 4, 1]), 1);
    counter.receive(&WELL);
    assert_eq!(counter.readies(), 1);
}

#[test]
fn a_printer_that_knows_only_automatic_status_is_paired_before_its_first_job() {
    let mut counter = Counter::new(abilities(), None);
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.sent();
    counter.pass(ms(500));
    assert_eq!(counter.sent(), [0x1D, b'a', 0xFF]);
    counter.receive(&ASB_WELL);
    assert_eq!(counter.readies(), 0);
    let sent = counter.sent();
    counter.answer_tags(&sent);
    assert_eq!(counter.paired().unwrap().0, Proof::ProcessId);
    assert_eq!(counter.readies(), 1);

    // the next time it is not kept waiting for answers that it never gives
    counter.on(Input::Closed(None));
    counter.on(Input::Opened);
    assert_eq!(counter.sent(), [0x1D, b'a', 0xFF]);
    counter.receive(&ASB_WELL);
    assert_eq!(counter.readies(), 2);
}

#[test]
fn a_printer_that_was_exchanged_for_one_without_automatic_status_is_asked_after_all() {
    let mut counter = Counter::new(abilities(), Some(Proof::ProcessId));
    counter.on(Input::Opened);
    counter.pass(ms(1_000));
    counter.receive(&ASB_WELL);
    counter.on(Input::Closed(None));
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.sent();
    counter.pass(ms(500));
    assert_eq!(count(&counter.sent(), &[0x10, 4]), 4);
    counter.receive(&WELL);
    assert_eq!(counter.readies(), 1);
}

#[test]
fn the_questions_that_a_printer_knows_are_not_searched_for_on_every_connection() {
    let mut counter = Counter::new(Abilities { asb: false, ..abilities() }, Some(Proof::InOrderReply));
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.receive(&WELL[..1]);
    counter.pass(ms(1_000));
    counter.receive(&WELL[..1]);
    counter.pass(ms(2_000));
    assert_eq!(counter.readies(), 1);
    counter.on(Input::Closed(None));
    counter.on(Input::Opened);
    assert_eq!(counter.sent(), [0x10, 4, 1]);
    counter.receive(&WELL[..1]);
    assert_eq!(counter.readies(), 2);
}

#[test]
fn a_tag_that_comes_in_byte_by_byte_is_waited_for() {
    let mut counter = Counter::new(abilities(), None);
    counter.open_well();
    let (_, tag) = tags(&counter.sent())[0];
    let reply = tag_reply(tag);
    counter.pass(ms(700));
    for byte in reply {
        counter.receive(&[byte]);
        counter.pass(ms(100));
    }
    assert_eq!(counter.paired().unwrap().0, Proof::ProcessId);
}

#[test]
fn the_feed_of_the_measurement_is_cut_off_from_the_first_slip() {
    let mut counter = Counter::new(Abilities { may_ask_process_id: false, ..abilities() }, None);
    counter.open_well();
    counter.sent();
    counter.receive(&[0x00]);
    let sent = counter.sent();
    let cut = sent.windows(3).position(|w| w == [0x1D, b'V', 0x42]).unwrap();
    assert!(cut > sent.windows(3).position(|w| w == [0x1D, b'r', 1]).unwrap());
}

#[test]
fn a_printer_that_was_mute_before_is_soon_taken_as_it_is_when_it_comes_back() {
    let mut counter = Counter::new(abilities(), None);
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.pass(ms(1_000));
    assert_eq!(counter.readies(), 1);
    counter.on(Input::Closed(Some(Cause::ConnectionLost)));
    counter.on(Input::Opened);
    counter.pass(ms(400));
    assert_eq!(counter.readies(), 2);
}

#[test]
fn a_printer_that_answers_slowly_is_not_mute() {
    let mut counter = Counter::new(abilities(), None);
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    for answer in WELL {
        counter.pass(ms(400));
        counter.receive(&[answer]);
    }
    let sent = counter.sent();
    counter.answer_tags(&sent);
    assert_eq!(counter.paired().map(|(proof, _)| proof), Some(Proof::ProcessId));
}
