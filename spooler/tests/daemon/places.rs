//! Who may come in and how much of the house one may take: places for those who could end trouble, and no flood of refusals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::{os::unix::fs::PermissionsExt, path::Path};

use serde_json::json;
use shop::{Shop, Talk, event};

/// Users that no system has.
const RECORDS: u32 = 54_331;
const USES: u32 = 54_332;

/// Runs as that user; only this thread changes. `None` where that is not possible.
fn as_user<R: Send + 'static>(uid: u32, socket: &Path, run: impl FnOnce(&Path) -> R + Send + 'static) -> Option<R> {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can ask as somebody else");
        return None;
    }
    let socket = socket.to_owned();
    let thread = std::thread::spawn(move || {
        rustix::thread::set_thread_uid(rustix::process::Uid::from_raw(uid)).unwrap();
        run(&socket)
    });
    Some(thread.join().unwrap())
}

fn open() -> Shop {
    let shop = Shop::open(&format!("[access]\nrecord = [\"{RECORDS}\"]\nuse = [\"{USES}\"]"));
    std::fs::set_permissions(shop.dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    shop
}

#[test]
fn a_user_who_takes_all_the_places_he_gets_does_not_keep_root_out() {
    let shop = open();
    let held = as_user(RECORDS, &shop.socket(), |socket| {
        // silent ones: the daemon has to take each in before the next knocks, and only who is refused is told at once
        let mut held: Vec<Talk> = (0..48).map(|_| Talk::to(socket)).collect();
        let mut refused = Talk::silent(socket);
        assert_eq!(refused.line()["error"]["kind"], "busy");
        held.push(refused);
        held
    });
    let mut root = shop.talk();
    assert!(root.ok("status", json!({}))["version"].is_string());
    drop(held);
}

#[test]
fn whoever_has_thousands_refused_is_answered_and_written_down_each_time() {
    let shop = open();
    let asked = as_user(RECORDS, &shop.socket(), |socket| {
        let mut talk = Talk::to(socket);
        for id in 0..25 {
            talk.send(&json!({"id": id, "settle": {}}).to_string());
        }
        for id in 0..25 {
            let answer = talk.line();
            assert_eq!((&answer["id"], &answer["error"]["kind"]), (&json!(id), &json!("not_permitted")));
        }
        assert!(talk.ok("record", event(1))["id"].is_string(), "it goes on");
    });
    if asked.is_some() {
        let rows = shop.talk().ok("audit", json!({"act": "settle"}))["rows"].as_array().unwrap().len();
        assert_eq!(rows, 25);
    }
}

#[test]
fn recording_is_for_those_whom_the_shop_named_for_it() {
    let shop = open();
    let told = as_user(USES, &shop.socket(), |socket| {
        let mut talk = Talk::to(socket);
        let refused = talk.error("record", event(1));
        assert_eq!((&refused["kind"], &refused["reason"]), (&json!("not_permitted"), &json!("user_not_allowed")));
    });
    as_user(RECORDS, &shop.socket(), |socket| assert!(Talk::to(socket).ok("record", event(2))["id"].is_string()));
    let mut own = shop.talk();
    assert!(own.ok("record", event(3))["id"].is_string(), "the daemon's own user always may");
    let recorded = own.ok("transactions", json!({}))["rows"].as_array().unwrap().len();
    assert_eq!(recorded, if told.is_some() { 2 } else { 1 });
}
