//! Events: what subscribers are told, and when they must read everything anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::json;
use shop::Shop;

#[test]
fn a_subscriber_is_told_every_commit_in_order() {
    let shop = Shop::open("");
    let mut feed = shop.talk();
    let now = feed.ok("status", json!({}))["change"].as_u64().unwrap();
    assert_eq!(feed.ok("subscribe", json!({ "after": now }))["change"], now);
    let mut talk = shop.talk();
    for n in 1..=5 {
        let id = talk.record(n);
        let event = feed.line();
        assert_eq!((&event["event"]["change"], &event["event"]["transactions"]), (&json!(now + n), &json!([id])));
    }
}

#[test]
fn who_comes_back_gets_what_was_missed() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    talk.record(1);
    let seen = talk.ok("status", json!({}))["change"].as_u64().unwrap();
    let ids = [talk.record(2), talk.record(3)];
    let mut feed = shop.talk();
    feed.ok("subscribe", json!({ "after": seen }));
    for (n, id) in (1..).zip(ids) {
        let event = feed.line();
        assert_eq!((&event["event"]["change"], &event["event"]["transactions"]), (&json!(seen + n), &json!([id])));
    }
}

#[test]
fn after_a_restart_or_from_the_future_everything_is_read_anew() {
    let mut shop = Shop::open("");
    let mut talk = shop.talk();
    talk.record(1);
    talk.record(2);
    let now = talk.ok("status", json!({}))["change"].as_u64().unwrap();
    assert!(shop.close().success());
    shop.start();
    let mut talk = shop.talk();
    assert_eq!(talk.ok("status", json!({}))["change"], now, "a restart without anything to settle commits nothing");
    for after in [now - 1, now + 100] {
        let mut feed = shop.talk();
        assert_eq!(feed.ok("subscribe", json!({ "after": after }))["change"], now);
        assert_eq!(feed.line(), json!({ "event": { "reset": now } }));
    }
    let mut feed = shop.talk();
    feed.ok("subscribe", json!({ "after": now }));
    talk.record(3);
    assert_eq!(feed.line()["event"]["change"], now + 1);
}

#[test]
fn a_job_and_its_printer_are_told_too() {
    let shop = Shop::with_file_printer("");
    let mut talk = shop.talk();
    let id = talk.record(1);
    let mut feed = shop.talk();
    let now = feed.ok("status", json!({}))["change"].clone();
    feed.ok("subscribe", json!({ "after": now }));
    let job = talk.ok("reprint", json!({ "id": id, "wait": 30 }));
    let (mut of_job, mut of_transaction, mut of_printer) = (0, 0, 0);
    loop {
        let event = feed.line()["event"].clone();
        of_job += u32::from(event["jobs"].as_array().unwrap().contains(&job["id"]));
        of_transaction += u32::from(event["transactions"].as_array().unwrap().contains(&json!(id)));
        of_printer += u32::from(event["printers"].as_array().unwrap().contains(&json!("front")));
        if event["change"] == job["change"] && of_printer > 0 {
            break;
        }
    }
    assert_eq!(of_job, 3, "accepted, claimed, ended");
    assert!(of_transaction >= 2, "its prints changed");
}
