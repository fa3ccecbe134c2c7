//! How a job goes out, and how it ends: proof, trouble, loss, orders.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod counter;

use counter::*;
use model::{Cause, Grade, JobState, Proof};
use printer::{Abilities, Action, Input};

#[test]
fn every_segment_is_followed_by_its_tag_and_all_tags_confirm() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 3, 100)));
    let sent = counter.sent();
    let tags = tags(&sent);
    assert_eq!(tags.iter().map(|(end, _)| *end).collect::<Vec<_>>(), [111, 222, 333]);
    for (at, (_, tag)) in tags.iter().enumerate() {
        assert!(counter.endings().is_empty());
        counter.receive(&tag_reply(*tag));
        assert!(counter.log.contains(&Action::Proven { job: 1, segments: at as u32 + 1 }));
    }
    let ending = counter.ending();
    assert_eq!((ending.state, ending.grade, ending.proven), (JobState::Confirmed, Grade::ProcessId, 3));
    // the next job may be claimed in the same commit: well, and heard of a moment ago
    assert!(counter.session.ready());
}

#[test]
fn little_is_under_way_and_never_nothing() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 10, 3_000)));
    for proven in 0..10usize {
        let all = tags(&counter.stream);
        assert_eq!(all.len(), (proven + 2).min(10));
        counter.receive(&tag_reply(all[proven].1));
    }
    assert_eq!(counter.ending().state, JobState::Confirmed);
}

#[test]
fn a_tag_that_came_before_its_query_was_written_proves_nothing() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.held = true;
    counter.on(Input::Send(ticket(1, 1, 10)));
    let sent = counter.sent();
    counter.answer_tags(&sent);
    assert!(counter.endings().is_empty());
    counter.write_out();
    counter.answer_tags(&sent);
    assert_eq!(counter.ending().state, JobState::Confirmed);
}

#[test]
fn paper_out_in_the_middle_holds_the_job_and_late_proof_confirms_it() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 5, 2_000)));
    let sent = counter.sent();
    counter.receive(&ASB_OUT);
    assert_eq!(counter.state().cause, Some(Cause::PaperOut));
    counter.pass_answering(ms(600_000), OUT_OF_PAPER);
    assert!(counter.endings().is_empty());
    assert_eq!(tags(&counter.stream).len(), 2, "nothing new is sent to an ill printer");
    counter.receive(&ASB_WELL);
    counter.pass(ms(9_000));
    let mut answered = 0;
    counter.answer_tags(&sent);
    answered += 2;
    while answered < 5 {
        let (_, tag) = tags(&counter.stream)[answered];
        counter.receive(&tag_reply(tag));
        answered += 1;
    }
    assert_eq!(counter.ending().state, JobState::Confirmed);
}

#[test]
fn without_proof_for_ten_seconds_after_paper_came_back_it_is_partial_and_the_queue_goes_on() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 2, 100)));
    counter.receive(&ASB_OUT);
    counter.pass_answering(ms(5_000), OUT_OF_PAPER);
    counter.receive(&ASB_WELL);
    counter.pass_answering(ms(9_900), WELL);
    assert!(counter.endings().is_empty());
    counter.pass_answering(ms(200), WELL);
    let ending = counter.ending();
    assert_eq!((ending.state, ending.cause, ending.grade), (JobState::Partial, Some(Cause::PaperOut), Grade::None));
    counter.answer_check();
    counter.pass_answering(ms(200), WELL);
    assert_eq!(counter.readies(), 2);
}

#[test]
fn a_job_cut_short_by_trouble_is_cut_off_from_the_next() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 6, 3_000)));
    counter.receive(&ASB_OUT);
    counter.receive(&ASB_WELL);
    counter.sent();
    counter.pass_answering(ms(10_100), WELL);
    assert_eq!(counter.ending().state, JobState::Partial);
    assert_eq!(count(&counter.stream, &[0x1D, b'V', 0x42]), 1);
}

#[test]
fn a_printer_that_falls_silent_in_the_midst_of_a_job_is_waited_for() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 1, 100)));
    let sent = counter.sent();
    counter.pass(ms(120_000));
    assert_eq!(counter.state().cause, Some(Cause::Stalled));
    assert!(counter.endings().is_empty());
    counter.receive(&WELL);
    counter.answer_tags(&sent);
    assert_eq!(counter.ending().state, JobState::Confirmed);
}

#[test]
fn proof_that_was_expected_and_is_missing_leaves_the_job_unconfirmed() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 2, 100)));
    // 100 mm at 20 mm/s and 10 s
    counter.pass_answering(ms(14_900), WELL);
    assert!(counter.endings().is_empty());
    counter.pass_answering(ms(200), WELL);
    let ending = counter.ending();
    assert_eq!((ending.state, ending.cause), (JobState::Unconfirmed, None));
}

#[test]
fn bytes_that_never_leave_a_printer_that_says_it_is_well_end_partial() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 6, 3_000)));
    counter.pass_answering(ms(15_100), WELL);
    let ending = counter.ending();
    assert_eq!((ending.state, ending.cause), (JobState::Partial, Some(Cause::Stalled)));
}

#[test]
fn a_mute_printer_ends_its_jobs_unconfirmed_with_no_status() {
    let mut counter = Counter::new(abilities(), None);
    counter.on(Input::Opened);
    counter.on(Input::Waiting(true));
    counter.pass(ms(1_500));
    counter.sent();
    counter.held = true;
    let job = ticket(1, 3, 100);
    counter.on(Input::Send(job.clone()));
    counter.pass(ms(5_000));
    assert!(counter.endings().is_empty());
    counter.held = false;
    counter.write_out();
    assert_eq!(counter.sent(), job.bytes, "no tags for a printer that can't return them");
    let ending = counter.ending();
    assert_eq!((ending.state, ending.cause, ending.grade), (JobState::Unconfirmed, Some(Cause::NoStatus), Grade::None));
}

#[test]
fn sensor_replies_are_counted_in_strict_order_and_automatic_status_is_none_of_them() {
    let mut counter = Counter::offered(Proof::InOrderReply);
    counter.on(Input::Send(ticket(1, 2, 50)));
    assert_eq!(count(&counter.sent(), &[0x1D, b'r', 1]), 2);
    counter.receive(&ASB_WELL);
    counter.receive(&[0x14, 0x00, 0x00]);
    counter.receive(&[0x00]);
    assert_eq!(counter.log.iter().filter(|action| matches!(action, Action::Proven { .. })).count(), 0);
    counter.receive(&[0x00]);
    assert!(counter.endings().is_empty());
    counter.receive(&[0x03]);
    let ending = counter.ending();
    assert_eq!((ending.state, ending.grade), (JobState::Confirmed, Grade::InOrderReply));
}

#[test]
fn a_sensor_reply_without_paper_refutes_the_job() {
    let mut counter = Counter::offered(Proof::InOrderReply);
    counter.on(Input::Send(ticket(1, 2, 50)));
    counter.receive(&[0x00, 0x0C]);
    let ending = counter.ending();
    assert_eq!((ending.state, ending.cause, ending.proven), (JobState::Partial, Some(Cause::PaperOut), 1));
}

#[test]
fn late_sensor_replies_of_an_older_job_are_awaited_before_the_next() {
    let mut counter = Counter::offered(Proof::InOrderReply);
    counter.on(Input::Send(ticket(1, 2, 50)));
    counter.on(Input::Cancel);
    assert_eq!(counter.ending().state, JobState::Partial);
    counter.on(Input::Waiting(true));
    counter.receive(&[0x00]);
    assert_eq!(counter.readies(), 1, "one reply is still owed");
    counter.receive(&[0x00]);
    counter.receive(&WELL);
    assert_eq!(counter.readies(), 2);
    counter.on(Input::Send(ticket(2, 2, 50)));
    counter.receive(&[0x00, 0x00]);
    assert_eq!(counter.endings()[1].state, JobState::Confirmed);
}

#[test]
fn a_printer_that_forgot_its_queries_with_its_buffer_gets_a_new_connection_and_the_next_job_its_proof() {
    let mut counter = Counter::offered(Proof::InOrderReply);
    counter.on(Input::Send(ticket(1, 2, 50)));
    counter.receive(&ASB_OUT);
    counter.pass_answering(ms(3_000), OUT_OF_PAPER);
    counter.receive(&ASB_WELL);
    counter.pass_answering(ms(10_100), WELL);
    assert_eq!((counter.ending().state, counter.ending().cause), (JobState::Partial, Some(Cause::PaperOut)));
    assert!(counter.log.contains(&Action::Close(None)));
    counter.on(Input::Closed(None));
    counter.open_well();
    counter.on(Input::Waiting(true));
    counter.pass_answering(ms(5_500), WELL);
    assert_eq!(counter.readies(), 1, "whether it listens is asked first");
    counter.receive(&[0x00]);
    counter.pass_answering(ms(500), WELL);
    assert_eq!(counter.readies(), 2);
    counter.on(Input::Send(ticket(2, 2, 50)));
    counter.receive(&[0x00, 0x00]);
    assert_eq!(counter.endings()[1].state, JobState::Confirmed);
}

#[test]
fn late_tags_of_an_older_job_prove_nothing_of_the_next() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 2, 50)));
    let old = counter.sent();
    counter.pass_answering(ms(15_100), WELL);
    counter.answer_check();
    counter.pass_answering(ms(1_000), WELL);
    counter.on(Input::Waiting(true));
    counter.receive(&WELL);
    counter.sent();
    counter.on(Input::Send(ticket(2, 2, 50)));
    let new = counter.sent();
    counter.answer_tags(&old);
    assert_eq!(counter.endings().len(), 1);
    counter.answer_tags(&new);
    assert_eq!(counter.endings()[1].state, JobState::Confirmed);
}

#[test]
fn a_connection_lost_before_the_first_byte_gives_the_job_back() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.held = true;
    counter.on(Input::Send(ticket(1, 2, 50)));
    counter.on(Input::Closed(Some(Cause::ConnectionLost)));
    assert_eq!(counter.returned(), [(1, Some(Cause::ConnectionLost))]);
    assert!(counter.endings().is_empty());
}

#[test]
fn a_connection_lost_at_any_later_point_ends_the_job_as_far_as_it_came() {
    let whole = 50 + 11 + 50;
    for taken in [1, 49, 61, 110, whole, whole + 5] {
        let mut counter = Counter::offered(Proof::ProcessId);
        counter.held = true;
        counter.on(Input::Send(ticket(1, 2, 50)));
        counter.on(Input::Written(taken));
        counter.on(Input::Closed(None));
        let ending = counter.ending();
        let expected = if taken < whole { JobState::Partial } else { JobState::Unconfirmed };
        assert_eq!((ending.state, ending.cause), (expected, Some(Cause::ConnectionLost)), "{taken} bytes");
    }
}

#[test]
fn a_job_handed_to_a_printer_that_fell_ill_meanwhile_comes_back_untouched() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.receive(&ASB_OUT);
    counter.on(Input::Send(ticket(1, 2, 50)));
    assert_eq!(counter.returned(), [(1, Some(Cause::PaperOut))]);
    assert_eq!(count(&counter.stream, b"AAAA"), 0);
}

#[test]
fn stop_finishes_the_segment_in_hand_and_tells_the_truth() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 2, 50)));
    let sent = counter.sent();
    counter.on(Input::Stop);
    assert!(!counter.log.contains(&Action::Close(None)));
    counter.answer_tags(&sent);
    assert_eq!(counter.ending().state, JobState::Confirmed);
    assert_eq!(counter.log.last(), Some(&Action::Close(None)));
}

#[test]
fn stop_waits_two_seconds_for_proof_and_no_longer() {
    for (segments, state) in [(2, JobState::Unconfirmed), (9, JobState::Partial)] {
        let mut counter = Counter::offered(Proof::ProcessId);
        counter.on(Input::Send(ticket(1, segments, 3_000)));
        counter.on(Input::Stop);
        counter.pass(ms(2_000));
        assert_eq!(counter.ending().state, state);
        assert_eq!(count(&counter.stream, &[0x1D, b'V', 0x42]), usize::from(state == JobState::Partial));
        assert!(counter.log.contains(&Action::Close(None)));
        counter.on(Input::Waiting(true));
        assert_eq!(counter.readies(), 1);
    }
}

#[test]
fn stop_before_the_first_byte_left_gives_the_job_back() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.held = true;
    counter.on(Input::Send(ticket(1, 2, 50)));
    counter.on(Input::Stop);
    counter.pass(ms(2_000));
    assert_eq!(counter.returned(), [(1, None)]);
}

#[test]
fn stop_in_idleness_closes_at_once() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Stop);
    assert_eq!(counter.log.last(), Some(&Action::Close(None)));
    let mut never_open = Counter::new(abilities(), None);
    never_open.on(Input::Stop);
    assert_eq!(never_open.log.last(), Some(&Action::Close(None)));
}

#[test]
fn cancel_at_a_border_cuts_and_ends_partial() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 9, 3_000)));
    counter.on(Input::Cancel);
    assert_eq!(counter.ending().state, JobState::Partial);
    assert!(cut_and_asked(&counter));
}

/// The last that was sent is a cut, and a tag behind it.
fn cut_and_asked(counter: &Counter) -> bool {
    let (end, _) = *tags(&counter.stream).last().unwrap();
    counter.stream.get(..end - 11).is_some_and(|before| before.ends_with(&[0x1D, b'V', 0x42, 0]))
}

#[test]
fn a_part_that_is_cut_off_is_owed_until_the_printer_has_taken_the_cut() {
    let mended = |counter: &Counter| counter.log.iter().filter(|action| **action == Action::Mended).count();
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 9, 3_000)));
    counter.on(Input::Cancel);
    assert_eq!(mended(&counter), 0, "it has left, and may still be lost with the connection");
    let (_, tag) = *tags(&counter.stream).last().unwrap();
    counter.receive(&tag_reply(tag));
    assert_eq!(mended(&counter), 1);
}

#[test]
fn cancel_within_a_segment_that_does_not_leave_ends_partial_within_two_seconds_and_never_splits_a_command() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.held = true;
    counter.on(Input::Send(ticket(1, 9, 3_000)));
    counter.written += 10;
    counter.on(Input::Written(10));
    counter.on(Input::Cancel);
    assert!(counter.endings().is_empty());
    counter.pass(ms(2_000));
    assert_eq!(counter.ending().state, JobState::Partial);
    assert!(!counter.log.contains(&Action::Discard));
    assert!(cut_and_asked(&counter));
}

#[test]
fn cancel_of_a_job_of_which_nothing_left_prints_nothing() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.held = true;
    counter.on(Input::Send(ticket(1, 2, 50)));
    counter.on(Input::Cancel);
    counter.pass(ms(2_000));
    assert_eq!(counter.ending().state, JobState::Cancelled);
    assert!(counter.log.contains(&Action::Discard) && counter.log.contains(&Action::Close(None)));
}

#[test]
fn cancel_works_while_the_paper_is_out() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 2, 50)));
    counter.receive(&ASB_OUT);
    counter.on(Input::Cancel);
    let ending = counter.ending();
    assert_eq!((ending.state, ending.cause), (JobState::Partial, Some(Cause::PaperOut)));
    assert!(!counter.state().ready);
}

#[test]
fn without_automatic_status_the_printer_is_asked_only_between_whole_segments() {
    let mut counter = Counter::new(Abilities { asb: false, ..abilities() }, Some(Proof::ProcessId));
    counter.open_well();
    counter.on(Input::Waiting(true));
    counter.sent();
    counter.held = true;
    counter.on(Input::Send(ticket(1, 2, 50)));
    counter.on(Input::Written(20));
    counter.written += 20;
    counter.pass(ms(3_000));
    assert_eq!(count(&counter.sent(), &[0x10, 4]), 0);
    counter.held = false;
    counter.write_out();
    counter.pass(ms(1_000));
    assert_eq!(count(&counter.sent(), &[0x10, 4]), 4);
    counter.receive(&OUT_OF_PAPER);
    assert_eq!(counter.state().cause, Some(Cause::PaperOut));
}

#[test]
fn a_near_end_warns_and_the_job_goes_on() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 1, 50)));
    counter.receive(&[0x14, 0, 3, 0]);
    assert!(counter.state().near_end && counter.state().ready);
    let sent = counter.sent();
    counter.answer_tags(&sent);
    assert_eq!(counter.ending().state, JobState::Confirmed);
}

#[test]
fn nothing_to_send_is_not_printed() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 0, 0)));
    assert_eq!(counter.ending().state, JobState::NotPrinted);
}

#[test]
fn an_in_order_printer_that_owes_replies_gets_a_new_connection_in_idleness() {
    let mut counter = Counter::offered(Proof::InOrderReply);
    counter.on(Input::Send(ticket(1, 2, 50)));
    counter.on(Input::Cancel);
    counter.on(Input::Waiting(false));
    counter.pass_answering(ms(9_900), WELL);
    assert!(!counter.log.contains(&Action::Close(None)));
    counter.pass_answering(ms(200), WELL);
    assert!(counter.log.contains(&Action::Close(None)));
}
