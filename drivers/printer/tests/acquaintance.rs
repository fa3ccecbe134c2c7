//! Who the printer is, how it is, and whether it is there at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod counter;

use counter::*;
use model::{Cause, Identity, Paper, Proof};
use printer::{Abilities, Input, Remembered, Session};

fn asking() -> Abilities {
    Abilities { identity: true, ..abilities() }
}

fn sam() -> Identity {
    let text = |text: &str| Some(text.to_owned());
    Identity {
        maker: text("SAM4S"),
        model: text("GIANT-100"),
        firmware: text("1.02"),
        serial: text("S123"),
        font: text("CHINA GB18030"),
    }
}

fn remembered(proof: Proof, identity: Option<Identity>) -> Counter {
    Counter::with(Session::new(asking(), Some(Remembered { proof, identity }), 7))
}

#[test]
fn a_new_printer_is_asked_who_it_is_one_question_at_a_time_before_it_is_measured() {
    let mut counter = Counter::new(asking(), None);
    counter.open_well();
    counter.seen = 12;
    assert_eq!(counter.sent(), [0x1D, b'a', 0xFF, 0x1D, b'I', 67]);
    counter.pass(ms(400));
    assert!(counter.sent().is_empty(), "nothing is sent behind a question that a block answers");
    counter.receive(&block("GIANT-100"));
    counter.seen -= 3;
    let (sent, answered) = counter.tell(&SAM, &[]);
    assert_eq!(answered, 4);
    assert_eq!(counter.identified(), [&sam()]);
    counter.answer_tags(&sent);
    assert_eq!(counter.paired().unwrap().0, Proof::ProcessId);
    assert!(counter.state().ready);
}

#[test]
fn a_printer_that_tells_nothing_costs_half_a_second_once_and_is_never_asked_again() {
    let mut counter = Counter::new(asking(), None);
    counter.open_well();
    counter.pass(ms(500));
    assert_eq!(counter.identified(), [&Identity::default()]);
    assert_eq!(count(&counter.stream, &[0x1D, b'I']), 1);
    let sent = counter.sent();
    counter.answer_tags(&sent);
    assert_eq!(counter.paired().unwrap().0, Proof::ProcessId);
    counter.on(Input::Closed(None));
    counter.open_well();
    counter.on(Input::Waiting(true));
    assert_eq!(counter.readies(), 1);
    assert_eq!(count(&counter.stream, &[0x1D, b'I']), 0);
}

#[test]
fn a_remembered_printer_is_recognised_before_its_first_job_and_not_paired_again() {
    let mut counter = remembered(Proof::InOrderReply, Some(sam()));
    counter.open_well();
    counter.on(Input::Waiting(true));
    assert_eq!(counter.readies(), 0);
    let (_, answered) = counter.tell(&SAM, &[]);
    assert_eq!(answered, 3, "model, firmware, serial number");
    assert_eq!(counter.readies(), 1);
    assert!(counter.identified().is_empty() && counter.paired().is_none());
}

#[test]
fn on_a_slow_line_the_first_answer_is_enough_while_somebody_waits() {
    for (name, ready) in [("GIANT-100", 1), ("POS-80", 0)] {
        let mut counter = remembered(Proof::InOrderReply, Some(sam()));
        counter.open_well();
        counter.on(Input::Waiting(true));
        counter.pass(ms(400));
        counter.receive(&block(name));
        assert_eq!(counter.readies(), ready);
    }
}

#[test]
fn another_firmware_model_or_printer_is_paired_anew() {
    for part in [65, 67, 68] {
        let other: Vec<(u8, &str)> =
            SAM.iter().map(|(n, text)| (*n, if *n == part { "OTHER" } else { *text })).collect();
        let mut counter = remembered(Proof::InOrderReply, Some(sam()));
        counter.open_well();
        counter.on(Input::Waiting(true));
        let (sent, answered) = counter.tell(&other, &[]);
        assert_eq!(answered, 8, "recognised by three, introduced by five");
        assert_eq!((counter.readies(), counter.state().proof), (0, Proof::Unknown));
        assert_eq!(counter.identified().len(), 1);
        counter.answer_tags(&sent);
        assert_eq!(counter.paired().unwrap().0, Proof::ProcessId);
        assert_eq!(counter.readies(), 1);
    }
}

#[test]
fn a_printer_that_told_its_name_before_and_is_silent_now_is_another_one() {
    let mut counter = remembered(Proof::ProcessId, Some(sam()));
    counter.open_well();
    counter.pass_answering(ms(7_000), WELL);
    assert_eq!(counter.state().proof, Proof::ProcessId, "asked again before it is believed");
    counter.pass_answering(ms(2_500), WELL);
    assert_eq!((counter.state().proof, tags(&counter.stream).len()), (Proof::Unknown, 1));
    counter.answer_check();
    assert_eq!(counter.identified(), [&Identity::default()]);
    assert_eq!(counter.paired().unwrap().0, Proof::ProcessId);
}

#[test]
fn paper_that_ends_while_it_is_asked_says_nothing_of_who_it_is() {
    let mut counter = remembered(Proof::ProcessId, Some(sam()));
    counter.open_well();
    counter.receive(&ASB_OUT);
    counter.pass(ms(5_000));
    assert_eq!(counter.state().proof, Proof::ProcessId);
    counter.receive(&block("GIANT-100"));
    counter.receive(&ASB_WELL);
    counter.on(Input::Waiting(true));
    counter.receive(&WELL);
    counter.pass(ms(50));
    counter.receive(&WELL);
    assert_eq!(counter.tell(&SAM, &[]).1, 3);
    counter.receive(&WELL);
    assert_eq!(counter.readies(), 1);
    assert!(counter.paired().is_none());
}

#[test]
fn a_printer_that_was_never_asked_is_asked_when_nobody_waits_for_paper() {
    let mut counter = remembered(Proof::ProcessId, None);
    counter.open_well();
    counter.on(Input::Waiting(true));
    // the first question went out before the job was known; from then on it is the job that counts
    counter.pass(ms(500));
    counter.receive(&WELL);
    assert_eq!(counter.readies(), 1);
    let mut counter = remembered(Proof::ProcessId, None);
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.receive(&WELL);
    assert_eq!(counter.readies(), 1);
    assert_eq!(count(&counter.stream, &[0x1D, b'I']), 0);
    counter.on(Input::Waiting(false));
    assert_eq!(counter.tell(&SAM, &[]).1, 5);
    assert_eq!(counter.identified(), [&sam()]);
    assert!(counter.paired().is_none(), "there was nothing to compare it with");
}

#[test]
fn nonsense_in_the_place_of_a_name_is_dropped_or_cleaned() {
    let mut counter = Counter::new(asking(), None);
    counter.open_well();
    counter.receive(&[0x5F, b'P', b'O', b'S', 0x80, b'-', b'8', b'0', 0]);
    for _ in 0..4 {
        counter.receive(&[0x5F, 0xFF, 0xFE, 0xFF, 0]);
    }
    assert_eq!(counter.identified(), [&Identity { model: Some("POS-80".to_owned()), ..Identity::default() }]);
}

#[test]
fn counters_are_read_in_idleness_and_told_when_they_changed() {
    let mut counter = Counter::new(Abilities { counters: true, ..asking() }, None);
    counter.open_well();
    let (sent, _) = counter.tell(&SAM, &[]);
    counter.answer_tags(&sent);
    assert_eq!(counter.tell(&[], &[(148, 900), (178, 12), (198, 3)]).1, 3);
    let told = counter.counted();
    assert_eq!((told[0].lines, told[0].cuts, told[0].hours), (Some(900), Some(12), Some(3)));
    counter.on(Input::Waiting(true));
    counter.receive(&WELL);
    assert_eq!(counter.readies(), 1);
    counter.on(Input::Waiting(false));
    for (lines, reports) in [(900, 1), (950, 2)] {
        counter.pass_answering(ms(580_000), WELL);
        assert_eq!(count(&counter.sent(), &[0x1D, b'g']), 0, "not within ten minutes");
        let mut answered = 0;
        for _ in 0..300 {
            answered += counter.tell(&[], &[(148, lines), (178, 12), (198, 3)]).1;
            counter.receive(&WELL);
            counter.pass(ms(100));
        }
        assert_eq!((answered, counter.counted().len()), (3, reports));
    }
}

#[test]
fn a_printer_that_counts_only_since_its_last_reset_is_asked_for_that() {
    let mut counter = Counter::new(Abilities { counters: true, ..asking() }, None);
    counter.open_well();
    let (sent, _) = counter.tell(&SAM, &[]);
    counter.answer_tags(&sent);
    for _ in 0..100 {
        counter.tell(&[], &[(20, 77), (70, 5)]);
        counter.receive(&WELL);
        counter.pass(ms(100));
    }
    let told = counter.counted();
    assert_eq!((told[0].lines, told[0].cuts, told[0].hours), (Some(77), None, Some(5)));
    assert!(counter.closes().is_empty());
}

#[test]
fn what_it_said_last_is_reported_bit_by_bit_and_unknown_without_a_connection() {
    let mut counter = Counter::new(abilities(), Some(Proof::ProcessId));
    assert_eq!(counter.state().conditions, None);
    counter.open_well();
    counter.receive(&[0x38, 0x00, 0x03, 0]);
    let told = counter.state().conditions.unwrap();
    assert!(told.cover_open && !told.online && !told.drawer_high);
    assert_eq!(told.paper, Paper::NearEnd);
    counter.on(Input::Closed(None));
    assert_eq!(counter.state().conditions, None);
}

#[test]
fn automatic_status_that_repeats_without_a_change_is_told_once() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Waiting(false));
    let before = counter.reports();
    for _ in 0..600 {
        counter.receive(&ASB_WELL);
        counter.pass(ms(1_000));
    }
    assert_eq!(counter.reports(), before);
    assert!(counter.sent().is_empty(), "it speaks by itself, so it need not be asked");
}

#[test]
fn eight_bytes_of_a_seiko_are_heard() {
    let mut counter = Counter::offered(Proof::InOrderReply);
    counter.on(Input::Send(ticket(1, 1, 50)));
    counter.receive(&[0xC0, 0xD1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(counter.state().cause, Some(Cause::PaperOut));
    assert!(counter.endings().is_empty(), "none of its bytes is a proof");
    counter.receive(&[0xC0, 0xD0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(counter.state().cause, None);
}

#[test]
fn a_peer_that_went_without_a_word_is_found_out_and_let_go() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Waiting(false));
    counter.pass(ms(11_900));
    assert!(counter.closes().is_empty());
    counter.pass(ms(2_200));
    assert_eq!(counter.closes(), [Some(Cause::Unreachable)]);
    counter.pass(ms(60_000));
    assert_eq!(counter.closes().len(), 1);
}

#[test]
fn a_printer_that_said_what_is_wrong_and_answers_nothing_meanwhile_is_not_let_go() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Waiting(false));
    counter.receive(&ASB_OUT);
    counter.pass(ms(600_000));
    assert!(counter.closes().is_empty());
    assert_eq!(counter.state().cause, Some(Cause::PaperOut));
}

#[test]
fn a_printer_that_spoke_in_this_run_and_is_silent_on_the_next_connection_is_stalled_and_not_mute() {
    let mut counter = Counter::new(abilities(), Some(Proof::NoProof));
    counter.open_well();
    counter.on(Input::Closed(None));
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.pass(ms(5_000));
    assert_eq!((counter.readies(), counter.state().cause), (0, Some(Cause::Stalled)));
    counter.receive(&WELL);
    assert_eq!(counter.readies(), 1);
}
