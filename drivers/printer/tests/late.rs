//! Proof that comes after its job is over: it lands on that job, and never says more than it proves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod counter;

use counter::*;
use model::{Cause, Grade, JobState, Proof};
use printer::{Action, Input, Late};

fn late(job: u64, proven: u32, segments: u32, grade: Grade) -> Late {
    Late { job, proven, segments, whole: proven == segments, grade }
}

#[test]
fn tags_that_come_after_the_patience_confirm_the_job_they_belong_to() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 2, 100)));
    let old = counter.sent();
    counter.pass_answering(ms(15_100), WELL);
    assert_eq!(counter.ending().state, JobState::Unconfirmed);
    counter.answer_tags(&old);
    let expected = [late(1, 1, 2, Grade::ProcessId), late(1, 2, 2, Grade::ProcessId)];
    assert_eq!(counter.late(), expected.iter().collect::<Vec<_>>());
    counter.answer_tags(&old);
    assert_eq!(counter.late().len(), 2, "the same proof twice proves nothing more");
}

#[test]
fn the_second_tag_without_the_first_proves_nothing_yet() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 2, 100)));
    let old = tags(&counter.sent());
    counter.pass_answering(ms(15_100), WELL);
    counter.receive(&tag_reply(old[1].1));
    assert!(counter.late().is_empty());
    counter.receive(&tag_reply(old[0].1));
    assert_eq!(counter.late(), [&late(1, 2, 2, Grade::ProcessId)]);
}

#[test]
fn a_job_that_was_cut_short_is_never_proven_whole() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 9, 3_000)));
    let old = counter.sent();
    counter.on(Input::Cancel);
    assert_eq!(counter.ending().state, JobState::Partial);
    counter.answer_tags(&old);
    assert_eq!(counter.late().last(), Some(&&late(1, 2, 9, Grade::ProcessId)));
}

#[test]
fn a_tag_comes_on_a_later_connection_too_if_its_query_had_left_on_the_first() {
    for (taken, proven) in [(49, 0), (61, 1), (122, 2)] {
        let mut counter = Counter::offered(Proof::ProcessId);
        counter.held = true;
        counter.on(Input::Send(ticket(1, 2, 50)));
        counter.written += taken;
        counter.on(Input::Written(taken));
        let old = counter.sent();
        counter.on(Input::Closed(Some(Cause::ConnectionLost)));
        counter.held = false;
        counter.on(Input::Opened);
        counter.answer_tags(&old);
        assert_eq!(counter.late().len(), proven, "{taken} bytes");
    }
}

#[test]
fn a_sensor_byte_that_an_ended_job_is_owed_lands_on_it_on_the_same_connection_only() {
    let mut counter = Counter::offered(Proof::InOrderReply);
    counter.on(Input::Send(ticket(1, 2, 50)));
    counter.on(Input::Cancel);
    counter.receive(&[0x00]);
    assert_eq!(counter.late(), [&late(1, 1, 2, Grade::InOrderReply)]);
    counter.on(Input::Closed(None));
    counter.open_well();
    counter.receive(&[0x00]);
    assert_eq!(counter.late().len(), 1);
}

#[test]
fn a_sensor_byte_that_says_no_paper_is_no_late_proof() {
    let mut counter = Counter::offered(Proof::InOrderReply);
    counter.on(Input::Send(ticket(1, 1, 50)));
    counter.on(Input::Cancel);
    counter.receive(&[0x0C]);
    assert!(counter.late().is_empty());
}

#[test]
fn the_proof_of_the_job_in_hand_and_that_of_an_older_one_are_kept_apart() {
    let mut counter = Counter::offered(Proof::ProcessId);
    counter.on(Input::Send(ticket(1, 1, 50)));
    let old = counter.sent();
    counter.on(Input::Cancel);
    counter.on(Input::Waiting(true));
    counter.receive(&WELL);
    counter.on(Input::Send(ticket(2, 1, 50)));
    let new = counter.sent();
    counter.answer_tags(&old);
    assert_eq!(counter.late(), [&late(1, 1, 1, Grade::ProcessId)]);
    assert_eq!(counter.endings().len(), 1);
    counter.answer_tags(&new);
    assert_eq!((counter.endings()[1].job, counter.endings()[1].state), (2, JobState::Confirmed));
}

#[test]
fn sixteen_jobs_are_remembered_and_the_oldest_is_forgotten_first() {
    let mut counter = Counter::offered(Proof::ProcessId);
    let mut asked = Vec::new();
    for job in 1..=17 {
        counter.on(Input::Waiting(true));
        counter.receive(&WELL);
        counter.sent();
        counter.on(Input::Send(ticket(job, 1, 10)));
        asked.push(counter.sent());
        counter.on(Input::Cancel);
    }
    for sent in &asked {
        counter.answer_tags(sent);
    }
    let jobs: Vec<u64> = counter.late().iter().map(|late| late.job).collect();
    assert_eq!(jobs, (2..=17).collect::<Vec<_>>());
    assert!(!counter.log.iter().any(|action| matches!(action, Action::Proven { .. })));
}
