//! Doubt: who is asked about which slip, and what an answer does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use model::{Cause, Evidence, Grade, JobId, JobKind, JobState, Moment, job::Rendering};
use serde_json::{Value, json};
use shop::{Shop, event};
use store::{Batch, Ending, NewJob, Store, StoreError, Writer};

const GONE: &str = "[[printer]]\nname = \"gone\"\nconnection = \"tcp://127.0.0.1:1\"\n";

/// Lets a job that waits end as if it had been sent.
fn end(batch: &mut Batch<'_>, id: u64, state: JobState, cause: Option<Cause>, at: Moment) -> Result<(), StoreError> {
    let rendering = Rendering { version: 1, sha256: "0".repeat(64), segment_ends: vec![10, 20] };
    batch.start(JobId(id), rendering, 20, "gone")?;
    let grade = if state == JobState::Confirmed { Grade::ProcessId } else { Grade::None };
    let evidence = vec![Evidence { at, grade, detail: "as it was".into() }];
    batch.end(JobId(id), &Ending { state, cause, evidence, proven: None }, at).map(drop)
}

/// A shop whose daemon has recorded so many sales with a job each, and closed; then the store was changed.
fn shop(sales: u64, change: impl FnOnce(&mut Batch<'_>) -> Result<(), StoreError> + Send + 'static) -> Shop {
    let mut shop = Shop::open(GONE);
    let mut talk = shop.talk();
    for number in 1..=sales {
        let mut sale = event(number);
        sale["print"] = json!(["customer"]);
        talk.ok("record", sale);
    }
    shop.close();
    let writer = Writer::spawn(Store::open(&shop.path("state")).unwrap(), |_| {});
    writer.commit(change).unwrap();
    writer.shutdown();
    shop.start();
    shop
}

#[test]
fn only_slips_whose_proof_was_expected_and_missing_are_asked_about_and_only_for_a_day() {
    let now = shop::now();
    let shop = shop(8, move |batch| {
        let long_ago = Moment::new(now.unix_ms() - 25 * 3_600_000, 480);
        end(batch, 1, JobState::Unconfirmed, Some(Cause::ConnectionLost), long_ago)?;
        end(batch, 2, JobState::Unconfirmed, Some(Cause::NoStatus), now)?;
        end(batch, 3, JobState::Confirmed, None, now)?;
        end(batch, 4, JobState::Partial, Some(Cause::PaperOut), now)?;
        end(batch, 5, JobState::Unconfirmed, None, now)?;
        for (id, kind) in [(9, JobKind::Drawer), (10, JobKind::TestPage)] {
            let new =
                NewJob { kind, printer: "gone".into(), document: None, operator: None, approver: None, reason: None };
            batch.queue(new, now)?;
            end(batch, id, JobState::Unconfirmed, None, now)?;
        }
        Ok(())
    });
    let mut talk = shop.talk();
    let asked = talk.ok("overview", json!({}))["questions"].clone();
    assert_eq!(asked, json!({ "count": 2, "newest": ["J5", "J4"] }));
    talk.ok("job_resolve", json!({ "id": "J4", "answer": "printed" }));
    talk.ok("job_resolve", json!({ "id": "J5", "answer": "not_printed" }));
    assert_eq!(talk.ok("overview", json!({}))["questions"], json!({ "count": 0, "newest": [] }));
    // also one that nobody was asked about can be answered for
    assert_eq!(talk.ok("job_resolve", json!({ "id": "J2", "answer": "printed" }))["state"], "confirmed");
}

#[test]
fn an_answer_is_evidence_decides_what_the_next_paper_is_and_is_given_once() {
    let now = shop::now();
    let mut shop = shop(2, move |batch| {
        end(batch, 1, JobState::Unconfirmed, Some(Cause::ConnectionLost), now)?;
        end(batch, 2, JobState::Partial, Some(Cause::PaperOut), now)
    });
    let mut talk = shop.talk();
    for (job, answer, state, cause, next) in [
        ("J1", "printed", "confirmed", Value::Null, ("reprint", 1)),
        ("J2", "not-printed", "not_printed", json!("paper_out"), ("receipt", 0)),
    ] {
        let before = talk.ok("job_show", json!({ "id": job }));
        let settled = talk.ok("job_resolve", json!({ "id": job, "answer": answer }));
        assert_eq!((&settled["state"], &settled["cause"]), (&json!(state), &cause), "{settled}");
        assert_eq!(settled["finished_at"], before["finished_at"]);
        let evidence = settled["evidence"].as_array().unwrap();
        assert_eq!((evidence.len(), &evidence[1]["grade"]), (2, &json!("person")), "{settled}");
        assert!(evidence[1]["detail"].as_str().unwrap().starts_with("uid "), "{settled}");
        for again in ["printed", "not_printed"] {
            let error = talk.error("job_resolve", json!({ "id": job, "answer": again }));
            assert_eq!((&error["kind"], &error["reason"]), (&json!("conflict"), &json!("job_not_in_doubt")));
        }
        let paper = talk.ok("reprint", json!({ "id": before["transaction"] }));
        assert_eq!((&paper["kind"], &paper["reprint_number"]), (&json!(next.0), &json!(next.1)), "{answer}");
    }
    // an answer that came is not an answer to lose
    shop.kill();
    shop.start();
    let mut talk = shop.talk();
    assert_eq!(talk.ok("job_show", json!({ "id": "J1" }))["state"], "confirmed");
    assert_eq!(talk.error("job_resolve", json!({ "id": "J1", "answer": "yes" }))["subject"], "answer");
    assert!(shop.close().success());
    let rows = Store::open(&shop.path("state")).unwrap().reader().unwrap().audit_from(1).unwrap();
    let told: Vec<_> = rows
        .iter()
        .filter(|row| row.act == "job_resolve")
        .map(|row| (row.object.as_deref(), row.outcome.word()))
        .collect();
    let (done, refused) = ("done", "refused");
    assert_eq!(
        told,
        [
            (Some("J1"), done),
            (Some("J1"), refused),
            (Some("J1"), refused),
            (Some("J2"), done),
            (Some("J2"), refused),
            (Some("J2"), refused),
            (None, refused),
        ]
    );
}
