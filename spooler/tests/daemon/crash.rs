//! Accepted means durable (DESIGN §4.1), and a crash while sending is shown as doubt.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::io::{BufRead, Write};

use jiff::civil::date;
use model::{Caller, Copy, JobId, Origin, RawEvent, caller::Access, job::Rendering};
use serde_json::{Value, json};
use shop::{Shop, Talk, event};
use store::{PrintRequest, Recording, Store, Writer};

#[test]
fn every_acknowledged_event_survives_kill_nine() {
    let mut shop = Shop::open("");
    let mut acknowledged: Vec<(u64, String)> = Vec::new();
    let mut number = 0;
    for round in 0..6_u32 {
        let stop_after = 1 + (round as usize * 37) % 150;
        let mut talk = shop.talk();
        let first = number + 1;
        let mut stream = talk.reader.get_ref().try_clone().unwrap();
        number += 400;
        // the daemon dies while this is being written
        let writing = std::thread::spawn(move || {
            for n in first..first + 400 {
                if writeln!(stream, "{}", json!({ "id": n, "record": event(n) })).is_err() {
                    return;
                }
            }
        });
        let mut answers = 0;
        let mut line = String::new();
        while talk.reader.read_line(&mut line).is_ok_and(|length| length > 0) && line.ends_with('\n') {
            let answer: Value = serde_json::from_str(&line).unwrap();
            acknowledged.push((answer["id"].as_u64().unwrap(), answer["ok"]["id"].as_str().unwrap().to_owned()));
            line.clear();
            answers += 1;
            if answers == stop_after {
                shop.kill();
            }
        }
        writing.join().unwrap();
        shop.start();
    }
    let mut talk = shop.talk();
    for (number, id) in &acknowledged {
        assert_eq!(talk.ok("show", json!({ "id": id }))["source_id"], format!("T{number}"));
    }
    assert!(acknowledged.len() >= 6, "{}", acknowledged.len());
    // and the store is whole: what was not acknowledged is recorded now, once
    for n in 1..=number {
        talk.send(&json!({ "id": n, "record": event(n) }).to_string());
        assert!(talk.line()["ok"]["id"].is_string());
    }
    let mut seen = 0;
    let mut after = Value::Null;
    loop {
        let page = talk.ok("transactions", json!({ "limit": 500, "after": after }));
        seen += page["rows"].as_array().unwrap().len() as u64;
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(seen, number);
}

/// A store in which the first jobs are `sending` with so many segments each, and one more waits, as kill -9 leaves it.
fn interrupted(shop: &Shop, segments: &[u32]) {
    let store = Store::open(&shop.path("state")).unwrap();
    let writer = Writer::spawn(store, |_| {});
    let caller = Caller::peer(Origin::default(), Access::Owner);
    let ends: Vec<Vec<u32>> = segments.iter().map(|n| (1..=*n).map(|end| end * 10).collect()).collect();
    writer
        .commit(move |batch| {
            for n in 0..=ends.len() as u64 {
                let raw: RawEvent = serde_json::from_value(event(n + 1)).unwrap();
                let (event, _) = raw.clean().unwrap();
                let print = [PrintRequest { copy: Copy::Customer, printer: "front".into() }];
                let head = paper::Letterhead::default();
                batch.record(&Recording {
                    event: &event,
                    caller: &caller,
                    now: shop::now(),
                    day: date(2026, 11, 20),
                    print: &print,
                    compose: &|row, copy| paper::compose(row, &head, copy, model::Language::Zh),
                    copies: &[Copy::Customer],
                })?;
            }
            for (n, ends) in (1..).zip(ends) {
                let rendering = Rendering { version: 1, sha256: "00".into(), segment_ends: ends };
                batch.start(JobId(n), rendering, 100, "front")?;
            }
            Ok(())
        })
        .unwrap();
    writer.shutdown();
}

#[test]
fn a_job_that_was_being_sent_ends_in_doubt_and_the_rest_prints_by_itself() {
    let mut shop = Shop::closed("");
    let paper = shop.path("paper.bin");
    shop.config(&format!("[[printer]]\nname = \"front\"\nconnection = \"file://{}\"", paper.display()));
    interrupted(&shop, &[1, 3]);
    shop.start();
    let mut talk = shop.talk();
    for (id, state) in [("J1", "unconfirmed"), ("J2", "partial")] {
        let job = talk.ok("job_show", json!({ "id": id }));
        assert_eq!((&job["state"], &job["attempts"]), (&json!(state), &json!(1)), "{job}");
        assert_eq!(job["evidence"][0]["detail"], "restart while sending");
        assert_eq!(job["evidence"][0]["grade"], "none");
    }
    ended(&mut talk, &shop, "J3");
    let bytes = talk.ok("job_show", json!({ "id": "J3" }))["bytes"].as_u64().unwrap();
    assert_eq!(std::fs::metadata(&paper).unwrap().len(), bytes, "the other two were not sent again");
}

/// Waits until a job has ended.
fn ended(talk: &mut Talk, shop: &Shop, id: &str) {
    let mut feed = shop.talk();
    feed.ok("subscribe", json!({ "after": 0 }));
    loop {
        let job = talk.ok("job_show", json!({ "id": id }));
        if !job["finished_at"].is_null() {
            return;
        }
        feed.line();
    }
}
