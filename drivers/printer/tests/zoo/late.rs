//! Proof that comes when its job is over lands on that job, and on no other; proof that stays away is not made up.

use std::fmt::Debug;

use model::{Cause, Grade, JobState, Proof};
use serde_json::{Value, json};
use sim::printer::Model;

use crate::{
    books::Entry,
    crowd,
    slip::{generic, slip},
    stand::{Stand, Way},
};

/// A printer whose paper takes time, known to its worker; `strike` is done to it with the last byte of the first of two slips,
/// queries included, or with byte `at`. It answers so often that it isn't asked how it is meanwhile, which would be more bytes.
fn slow(way: Way, (model, proof): (Model, Proof), at: Option<usize>, strike: &Value) -> Result<Stand, String> {
    let mut stand = Stand::new(way, generic(), |arguments| arguments.with_model(model).with_speed(150));
    stand.open(Some(proof));
    // all that is said before a job has arrived
    stand.until("asked for its status", |state| state.automatic_status != 0)?;
    stand.books.wait_ready()?;
    let first = slip(1, &generic());
    let query = if model == Model::Full { 11 } else { 3 };
    let bytes = at.unwrap_or(first.bytes.len() + query * first.segment_ends.len());
    stand.tell_at_claim(json!({ "after": { "bytes": bytes }, "set": strike }));
    stand.books.queue(first);
    stand.books.queue(slip(2, &generic()));
    stand.wake();
    Ok(stand)
}

/// Waits until late proof has made the first slip whole.
fn wait_late(stand: &Stand, grade: Grade) -> Result<(), String> {
    let whole =
        |entry: &Entry| matches!(entry, Entry::Late(late) if late.job == 1 && late.whole && late.grade == grade);
    stand.books.wait("late proof", |entries| entries.iter().any(whole))
}

/// Nothing but the expected.
fn same<T: Debug + PartialEq>(seen: T, expected: T) -> Result<(), String> {
    if seen == expected { Ok(()) } else { Err(format!("{seen:?}, not {expected:?}")) }
}

const PROVING: [(Model, Proof); 2] = [(Model::Full, Proof::ProcessId), (Model::InOrder, Proof::InOrderReply)];

#[test]
fn a_job_whose_connection_broke_is_proven_on_the_next_one() {
    crowd::all(
        &[Way::Tcp, Way::Usb],
        |way| format!("{way:?}"),
        |way| {
            // so slow that no proof can come before there is somebody to hear it
            let strike =
                if *way == Way::Tcp { json!({ "hang_up": "reset", "speed": 1 }) } else { json!({ "speed": 1 }) };
            let mut stand = slow(*way, PROVING[0], None, &strike)?;
            if *way == Way::Usb {
                stand.until("given all of it", |state| state.speed == 1)?;
                stand.pull();
                stand.books.wait_cause(Cause::NoDevice)?;
                stand.put_back();
            }
            let ending = stand.books.wait_end(1)?;
            let lost = if *way == Way::Tcp { Cause::ConnectionLost } else { Cause::NoDevice };
            same((ending.state, ending.cause), (JobState::Unconfirmed, Some(lost)))?;
            stand.books.wait("back", |entries| {
                let after = entries.iter().skip_while(|entry| !matches!(entry, Entry::Ended(_)));
                after.filter(|entry| matches!(entry, Entry::Report(state) if state.conditions.is_some())).count() > 0
            })?;
            stand.set(&json!({ "speed": 150 }));
            wait_late(&stand, Grade::ProcessId)?;
            same(stand.books.wait_end(2)?.state, JobState::Confirmed)?;
            same(stand.books.state_of(1), Some(JobState::Confirmed))?;
            same(stand.close()?.words.as_str(), "1 ? 2")
        },
    );
}

#[test]
fn a_job_that_was_given_up_when_all_of_it_had_left_is_proven_by_the_answers_that_follow() {
    crowd::all(
        &PROVING,
        |of| format!("{of:?}"),
        |(model, proof)| {
            let stand = slow(Way::Tcp, (*model, *proof), None, &json!({ "speed": 1 }))?;
            stand.until("given all of it", |state| state.speed == 1)?;
            stand.cancel(1);
            same(stand.books.wait_end(1)?.state, JobState::Partial)?;
            stand.set(&json!({ "speed": 150 }));
            wait_late(&stand, proof.grade())?;
            same(stand.books.wait_end(2)?.state, JobState::Confirmed)?;
            same(stand.close()?.words.as_str(), "1 2")
        },
    );
}

#[test]
fn a_job_that_was_cut_short_is_never_proven_whole() {
    crowd::all(
        &PROVING,
        |of| format!("{of:?}"),
        |(model, proof)| {
            let stand = slow(Way::Tcp, (*model, *proof), Some(500), &json!({ "speed": 1 }))?;
            stand.until("at work", |state| state.speed == 1)?;
            stand.cancel(1);
            stand.books.wait_end(1)?;
            stand.set(&json!({ "speed": 150 }));
            same(stand.books.wait_end(2)?.state, JobState::Confirmed)?;
            same(stand.books.state_of(1), Some(JobState::Partial))?;
            // what is on paper is proven all the same
            let late = |entry: &Entry| matches!(entry, Entry::Late(late) if late.job == 1 && late.proven > 0);
            same(stand.books.entries().iter().any(late), true)?;
            same(stand.close()?.words.as_str(), "1- 2")
        },
    );
}

#[test]
fn a_printer_that_stops_proving_is_not_believed_and_proves_the_next_job_when_it_does_again() {
    let all = slip(1, &generic()).bytes.len();
    let cases = [
        // all had left: it may well be whole, and a person is told so
        (all * 4 / 5, JobState::Unconfirmed, None, "1 ? 2"),
        // too much was unproven to send the rest: what came out is cut off
        (1, JobState::Partial, Some(Cause::Stalled), "1- 2"),
    ];
    crowd::all(
        &cases,
        |case| format!("{case:?}"),
        |(byte, state, cause, paper)| {
            let mut stand = Stand::new(Way::Tcp, generic(), |arguments| arguments);
            stand.books.queue(slip(1, &generic()));
            stand.books.queue(slip(2, &generic()));
            stand.tell_at_claim(json!({ "after": { "consumed": byte }, "set": { "proof": "off" } }));
            stand.open(Some(Proof::ProcessId));
            let ending = stand.books.wait_end(1)?;
            stand.set(&json!({ "proof": "on" }));
            let next = stand.books.wait_end(2)?;
            let words = stand.close()?.words;
            let seen = (ending.state, ending.cause, ending.grade, next.state, words.as_str());
            if seen == (*state, *cause, Grade::None, JobState::Confirmed, *paper) {
                Ok(())
            } else {
                Err(format!("{seen:?}, {}", ending.detail))
            }
        },
    );
}
