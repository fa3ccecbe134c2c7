//! A printer that was left in the midst of a command, and one in an error that a command clears.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod counter;

use counter::*;
use model::{Cause, JobState, Proof};
use paper::{
    command,
    interpret::{Event, Parser},
};
use printer::{Abilities, Action, BrokenOff, Input, Remembered, Session, Ticket};
use proptest::prelude::*;

const VOID: &[u8] = b"\x1B@--- VOID ---\n\x1DVB\0";
const LOOK: &[u8] = b"\x1B@--- LOOK ---\n\x1DVB\0";

fn session(abilities: Abilities, proof: Proof, unfinished: Option<usize>) -> Counter {
    let session = Session::new(abilities, Some(Remembered::from(proof)), 7);
    Counter::with(session.repairing(BrokenOff { void: VOID.to_vec(), doubtful: LOOK.to_vec() }, unfinished))
}

/// One line of text and a picture of 10 rows of 48 bytes, then a second segment.
fn picture() -> Ticket {
    let mut bytes = b"text\n".to_vec();
    bytes.extend(command::raster(&[0xAA; 480], 48));
    let first = bytes.len();
    bytes.extend(b"more\n");
    Ticket { job: 1, segment_ends: vec![first, bytes.len()], bytes, length_dots: 800 }
}

/// The line breaks when so many bytes of the picture's job had left.
fn broken_at(counter: &mut Counter, taken: usize) {
    counter.open_well();
    counter.receive(&ASB_WELL);
    counter.on(Input::Waiting(true));
    counter.held = true;
    counter.on(Input::Send(picture()));
    counter.written += taken;
    counter.on(Input::Written(taken));
    counter.on(Input::Closed(Some(Cause::ConnectionLost)));
    counter.held = false;
    counter.on(Input::Opened);
    counter.receive(&WELL);
    counter.seen = 20;
}

#[test]
fn a_broken_picture_is_filled_up_checked_and_made_void_before_anything_else() {
    let mut counter = session(abilities(), Proof::ProcessId, None);
    broken_at(&mut counter, 100);
    assert_eq!(counter.ending().state, JobState::Partial);
    let sent = counter.sent();
    let zeros = sent.iter().take_while(|byte| **byte == 0).count();
    // anything up to what left may have arrived, so it may lack all of the picture but its first byte
    assert_eq!(zeros, 487);
    assert_eq!(sent[zeros..zeros + 2], [0x1B, b'@']);
    assert_eq!(tags(&sent).len(), 1);
    assert_eq!((counter.readies(), count(&counter.stream, VOID)), (1, 0));
    assert!(!counter.state().ready);
    counter.answer_check();
    assert_eq!(counter.sent(), [VOID, &[0x1D, b'a', 0xFF]].concat());
    assert_eq!(counter.readies(), 2);
    // once is enough
    counter.on(Input::Closed(None));
    counter.open_well();
    assert_eq!(count(&counter.stream, VOID), 0);
}

#[test]
fn nothing_is_filled_into_a_printer_that_is_not_well() {
    let mut counter = session(abilities(), Proof::InOrderReply, Some(20));
    counter.on(Input::Opened);
    counter.receive(&OUT_OF_PAPER);
    counter.pass_answering(ms(60_000), OUT_OF_PAPER);
    assert_eq!(counter.stream.iter().filter(|byte| **byte == 0).count(), 8, "what a length may lack");
    counter.receive(&WELL);
    counter.pass_answering(ms(5_500), WELL);
    assert_eq!(counter.stream.iter().filter(|byte| **byte == 0).count(), 28);
}

#[test]
fn what_an_interrupted_run_left_behind_is_repaired_before_the_first_job() {
    let mut counter = session(abilities(), Proof::InOrderReply, Some(300));
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.receive(&WELL);
    counter.pass_answering(ms(5_500), WELL);
    assert!(counter.stream.ends_with(&[&[0; 300][..], &[0x1B, b'@', 0x1D, b'r', 1]].concat()));
    assert_eq!(counter.readies(), 0);
    counter.receive(&[0x00]);
    // how far it came nobody knows
    assert_eq!(count(&counter.stream, LOOK), 1);
    counter.pass_answering(ms(500), WELL);
    assert_eq!(counter.readies(), 1);
}

#[test]
fn a_printer_that_can_clear_its_buffers_does_that_first_where_the_slip_is_surely_not_whole() {
    for answered in [true, false] {
        let able = Abilities { clear_buffers: true, ..abilities() };
        let mut counter = session(able, Proof::ProcessId, None);
        broken_at(&mut counter, 100);
        assert!(counter.sent().starts_with(&command::clear_buffers()));
        if answered {
            counter.receive(&[0x37, 0x25, 0])
        } else {
            counter.pass(ms(500))
        }
        assert!(counter.sent().starts_with(&[0; 400]));
        counter.answer_check();
        assert_eq!(count(&counter.stream, VOID), 1);
    }
    // what may still come out is not thrown away
    let mut counter = session(Abilities { clear_buffers: true, ..abilities() }, Proof::ProcessId, Some(10));
    counter.open_well();
    assert_eq!(count(&counter.stream, &command::clear_buffers()), 0);
}

#[test]
fn a_slip_that_had_left_us_whole_is_not_called_void_but_to_be_looked_at() {
    let mut counter = session(abilities(), Proof::ProcessId, None);
    broken_at(&mut counter, picture().bytes.len() + 22);
    assert_eq!(counter.ending().state, JobState::Unconfirmed);
    counter.answer_check();
    assert_eq!((count(&counter.stream, VOID), count(&counter.stream, LOOK)), (0, 1));
}

#[test]
fn a_line_that_broke_before_the_first_byte_needs_no_repair() {
    let mut counter = session(abilities(), Proof::ProcessId, None);
    broken_at(&mut counter, 0);
    assert_eq!(counter.returned().len(), 1);
    assert!(!counter.stream.contains(&0));
    assert_eq!(counter.readies(), 2);
}

#[test]
fn a_printer_that_stays_stuck_gets_the_longest_filling_once_and_is_stalled_until_it_answers() {
    let mut counter = session(abilities(), Proof::ProcessId, Some(10));
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.receive(&WELL);
    counter.pass_answering(ms(2_000), WELL);
    assert_eq!(counter.stream.iter().filter(|byte| **byte == 0).count(), 8 + 10 + 512 + 2);
    counter.pass_answering(ms(2_100), WELL);
    assert_eq!(counter.state().cause, Some(Cause::Stalled));
    let filled = counter.stream.iter().filter(|byte| **byte == 0).count();
    counter.pass_answering(ms(60_000), WELL);
    assert_eq!(counter.state().cause, Some(Cause::Stalled));
    let queries = tags(&counter.stream).len();
    let zeros = counter.stream.iter().filter(|byte| **byte == 0).count();
    assert_eq!(zeros - filled, queries - 2, "only further questions");
    counter.pass_answering(ms(4_000), WELL);
    while counter.readies() == 0 {
        counter.answer_check();
        counter.pass_answering(ms(1_000), WELL);
    }
    assert_eq!(counter.state().cause, None);
    assert_eq!(count(&counter.stream, LOOK), 1);
}

#[test]
fn a_job_without_proof_from_a_well_printer_makes_it_prove_that_it_listens_before_the_next() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 1, 100)));
    counter.pass_answering(ms(15_100), WELL);
    assert_eq!(counter.ending().state, JobState::Unconfirmed);
    counter.pass_answering(ms(1_500), WELL);
    assert_eq!(counter.readies(), 1);
    counter.pass_answering(ms(3_000), WELL);
    assert!(count(&counter.stream, &[0; 512]) > 0, "stuck in a command that nobody knows of?");
    // it is not, but its proof is gone: the queue goes on, and each job says what is known of it
    assert_eq!(counter.readies(), 2);
    assert_eq!(count(&counter.stream, &[0; 513]), 0);
}

#[test]
fn a_repair_is_told_when_what_it_prints_has_left_and_done_again_if_the_line_breaks_before() {
    let mended = |counter: &Counter| counter.log.iter().filter(|action| **action == Action::Mended).count();
    let mut counter = session(abilities(), Proof::ProcessId, Some(10));
    counter.open_well();
    counter.held = true;
    counter.answer_check();
    assert_eq!((count(&counter.stream, LOOK), mended(&counter)), (1, 0));
    counter.on(Input::Closed(Some(Cause::ConnectionLost)));
    counter.held = false;
    counter.open_well();
    counter.answer_check();
    assert_eq!((count(&counter.stream, LOOK), mended(&counter)), (1, 1));
}

#[test]
fn a_mute_printer_is_repaired_unheard() {
    let mut counter = session(Abilities { asb: false, ..abilities() }, Proof::NoProof, Some(40));
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.pass(ms(1_000));
    assert!(counter.stream.ends_with(&[&[0; 40][..], &[0x1B, b'@'], LOOK].concat()));
    assert_eq!(counter.readies(), 1);
}

#[test]
fn a_file_is_not_repaired() {
    let mut counter = session(abilities().without_answers(), Proof::NoProof, Some(40));
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    assert!(counter.stream.is_empty());
    assert_eq!(counter.readies(), 1);
}

const CUTTER: [u8; 4] = [0x1E, 0x52, 0x1A, 0x12];

#[test]
fn a_jammed_cutter_is_tried_three_times_and_then_a_person_must_act() {
    let mut counter = Counter::new(Abilities { recover: true, asb: false, ..abilities() }, Some(Proof::ProcessId));
    counter.on(Input::Opened);
    counter.receive(&CUTTER);
    for (time, tries) in [(2_500, 0), (1_000, 1), (6_000, 1), (1_500, 2), (18_000, 2), (3_000, 3), (600_000, 3)] {
        counter.pass_answering(ms(time), CUTTER);
        assert_eq!(count(&counter.stream, &[0x10, 5, 2]), tries, "at {:?}", counter.now);
    }
    assert_eq!(count(&counter.stream, &[0x10, 5, 1]), 0);
    assert_eq!(counter.state().cause, Some(Cause::CutterError));
}

#[test]
fn with_a_job_in_hand_it_goes_on_where_it_stopped() {
    let mut counter = Counter::new(Abilities { recover: true, ..abilities() }, Some(Proof::ProcessId));
    counter.open_well();
    counter.receive(&ASB_WELL);
    counter.on(Input::Waiting(true));
    counter.sent();
    counter.on(Input::Send(ticket(1, 2, 50)));
    let sent = counter.sent();
    counter.receive(&[0x1C, 0x08, 0, 0]);
    counter.pass_answering(ms(3_500), CUTTER);
    assert_eq!((count(&counter.stream, &[0x10, 5, 1]), count(&counter.stream, &[0x10, 5, 2])), (1, 0));
    counter.receive(&ASB_WELL);
    counter.answer_tags(&sent);
    assert_eq!(counter.ending().state, JobState::Confirmed);
}

#[test]
fn an_error_is_not_recovered_behind_bytes_that_do_not_leave_nor_where_the_profile_forbids_it() {
    for recover in [false, true] {
        let mut counter = Counter::new(Abilities { recover, ..abilities() }, Some(Proof::ProcessId));
        counter.open_well();
        counter.receive(&ASB_WELL);
        counter.on(Input::Waiting(true));
        counter.held = true;
        counter.on(Input::Send(ticket(1, 2, 50)));
        counter.receive(&[0x1C, 0x04, 0, 0]);
        counter.pass(ms(60_000));
        assert_eq!(count(&counter.stream, &[0x10, 5]), 0);
    }
}

/// All that our slips are made of, in two segments.
fn slip() -> Ticket {
    let mut bytes = [&command::initialise()[..], &command::asb(0xFF), &command::chinese_mode()].concat();
    bytes.extend([0xC4, 0xE3, 0xBA, 0xC3, b'\n']);
    bytes.extend(command::column_image(&[0x55; 72], false));
    bytes.extend(command::size(true, true));
    bytes.extend(command::raster(&[0x10; 1_000], 50));
    let first = bytes.len();
    bytes.extend(command::qr("J00000001", 4).unwrap());
    bytes.extend(b"total 88.50\n");
    bytes.extend(command::feed_dots(300));
    bytes.extend(command::cut(paper::CutForm::FeedCutPartial));
    Ticket { job: 1, segment_ends: vec![first, bytes.len()], bytes, length_dots: 800 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// The kernel took `taken` bytes, and `lost` of those never reached the printer.
    #[test]
    fn a_line_that_breaks_at_any_byte_leaves_a_printer_that_takes_the_next_job(
        taken in 1usize..1_600,
        lost in prop_oneof![Just(0usize), 0usize..1_600],
        proof in prop_oneof![Just(Proof::ProcessId), Just(Proof::InOrderReply)],
    ) {
        let mut counter = session(abilities(), proof, None);
        counter.open_well();
        counter.receive(&ASB_WELL);
        counter.on(Input::Waiting(true));
        counter.held = true;
        let begin = counter.stream.len();
        counter.on(Input::Send(slip()));
        let taken = taken.min(counter.stream.len() - begin);
        counter.written += taken;
        counter.on(Input::Written(taken));
        let mut arrived = counter.stream[..begin + taken - lost.min(taken)].to_vec();
        counter.on(Input::Closed(Some(Cause::ConnectionLost)));
        counter.held = false;
        counter.on(Input::Opened);
        counter.receive(&WELL);
        if proof == Proof::ProcessId {
            counter.answer_check();
        } else {
            // what it owes is waited for
            counter.pass_answering(ms(5_500), WELL);
            counter.receive(&[0]);
            counter.pass_answering(ms(500), WELL);
        }
        prop_assert_eq!(counter.readies(), 2);
        let repaired = arrived.len() + counter.stream.windows(2).position(|two| two == [0x1B, b'@']).unwrap();
        arrived.extend(&counter.stream);
        let events = Parser::new().feed(&arrived);
        let at_repair = events.iter().find(|located| located.offset == repaired as u64);
        prop_assert_eq!(at_repair.map(|located| &located.event), Some(&Event::Initialise));
        let whole = counter.ending().state == JobState::Unconfirmed;
        let text = events.iter().filter(|located| located.offset > repaired as u64);
        let text: Vec<u8> = text.flat_map(|l| if let Event::Text(text) = &l.event { text.clone() } else { vec![] }).collect();
        prop_assert_eq!(text, if whole { b"--- LOOK ---" } else { b"--- VOID ---" });
        let cuts = events.iter().filter(|l| l.offset > repaired as u64 && matches!(l.event, Event::Cut { .. })).count();
        prop_assert_eq!(cuts, 1);
    }
}
