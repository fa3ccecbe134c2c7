//! The socket against those who mean no good: too many, too slow, not listed, and asking for the same again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use shop::{
    Shop, Talk, event,
    people::{hire, log_on, pin},
};

#[test]
fn two_hundred_connections_leave_room_for_the_till_when_they_are_gone_and_cost_nobody_else_anything() {
    let shop = Shop::open("");
    let mut till = shop.talk();
    till.record(1);
    let crowd: Vec<Talk> = (0..200).map(|_| Talk::silent(&shop.socket())).collect();
    let mut busy = 0;
    for mut talk in crowd {
        // who found a place says hello and is answered; who found none was told so before he spoke
        let _ = std::io::Write::write_all(
            talk.reader.get_mut(),
            b"{\"hello\":{\"program\":\"t\",\"version\":\"0\",\"protocol\":1}}\n",
        );
        let answer = talk.line();
        match answer["error"]["kind"].as_str() {
            Some(kind) => {
                assert_eq!(kind, "busy", "{answer}");
                busy += 1;
            }
            None => assert_eq!(answer["hello"]["protocol"], 1),
        }
        // the crowd stands one behind the other: the till is served all the while
        till.ok("status", json!({}));
    }
    assert!(busy > 0, "all 200 found a place");
    till.record(2);
    assert_eq!(till.ok("transactions", json!({}))["rows"].as_array().unwrap().len(), 2);
}

#[test]
fn a_request_that_comes_byte_by_byte_is_the_same_request() {
    let shop = Shop::open("");
    drop(hire(&shop));
    let mut slow = shop.talk();
    let lines = [
        json!({"id": 1, "log_on": {"operator": "02", "pin": pin("02")}}),
        json!({"id": 2, "jobs": {}}),
        json!({"id": 3, "record": event(1)}),
    ];
    let bytes: Vec<u8> = lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect();
    let mut other = shop.talk();
    for (nth, byte) in bytes.iter().enumerate() {
        slow.raw(&[*byte]);
        if nth % 50 == 0 {
            other.ok("log_off", json!({}));
        }
    }
    let answers: Vec<Value> = (0..3).map(|_| slow.line()).collect();
    assert!(answers.iter().all(|answer| answer["error"].is_null()), "{answers:?}");
    assert_eq!(answers[0]["ok"]["operator"], "02");
}

#[test]
fn a_replayed_day_is_recorded_once_and_a_replayed_log_on_is_only_a_log_on() {
    let shop = Shop::open("");
    drop(hire(&shop));
    let mut talk = shop.talk();
    let lines: Vec<String> = (1..=50).map(|n| json!({"id": n, "record": event(n)}).to_string()).collect();
    for round in 0..3 {
        for line in &lines {
            talk.send(line);
        }
        for _ in &lines {
            assert_eq!(talk.line()["ok"]["duplicate"], round > 0);
        }
    }
    for _ in 0..2 {
        log_on(&mut talk, ("01", &pin("01")));
    }
    assert_eq!(talk.ok("transactions", json!({"limit": 500}))["rows"].as_array().unwrap().len(), 50);
    let rows = talk.ok("audit", json!({"act": "record", "limit": 500}))["rows"].clone();
    let ids: usize =
        rows.as_array().unwrap().iter().map(|row| row["object"].as_str().unwrap().split(' ').count()).sum();
    assert_eq!(ids, 50, "what was known already leaves no row");
}

/// A user who is in no group that the config names comes in by the socket's mode and no further.
#[test]
fn the_wrong_group_is_refused_and_the_right_one_served() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can ask as somebody else");
        return;
    }
    let shop = Shop::open("[access]\nuse = [\"@daemon\"]");
    std::fs::set_permissions(shop.dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    drop(hire(&shop));
    // daemon's main group is daemon on every system; bin is not in it
    for (user, welcome) in [(1, true), (2, false)] {
        let socket = shop.socket();
        std::thread::spawn(move || {
            rustix::thread::set_thread_uid(rustix::process::Uid::from_raw(user)).unwrap();
            let mut talk = Talk::silent(&socket);
            if welcome {
                talk.send(r#"{"hello":{"program":"t","version":"0","protocol":1}}"#);
                assert_eq!(talk.line()["hello"]["session"]["may"]["log_on"], "allowed");
                assert_eq!(log_on(&mut talk, ("02", &pin("02")))["role"], "cashier");
            } else {
                assert_eq!(talk.line()["error"]["kind"], "not_permitted");
                assert_eq!(talk.rest(), "");
            }
        })
        .join()
        .unwrap();
    }
}
