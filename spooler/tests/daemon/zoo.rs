//! Printers in trouble, seen from the queue and the store: a job says why it waits or has stopped, goes on by itself, and
//! what a killed daemon left in a printer does not spoil the next slip. The printers themselves are put to every test in
//! `counterfoil-printer`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use serde_json::{Value, json};
use shop::{
    event,
    till::{Till, job_until, until},
};
use sim::printer::Model;

/// A change of the printer, its undoing, the cause that is told.
fn troubles() -> [(Value, Value, &'static str); 8] {
    [
        (json!({"paper": "end"}), json!({"paper": "ok"}), "paper_out"),
        (json!({"cover": "open"}), json!({"cover": "closed"}), "cover_open"),
        (json!({"fault": "cutter"}), json!({"fault": "none"}), "cutter_error"),
        (json!({"fault": "hot"}), json!({"fault": "none"}), "head_overheated"),
        (json!({"fault": "mechanical"}), json!({"fault": "none"}), "recoverable_error"),
        (json!({"fault": "unrecoverable"}), json!({"fault": "none"}), "unrecoverable_error"),
        (json!({"feed": "held"}), json!({"feed": "released"}), "offline"),
        (json!({"power": "off"}), json!({"power": "on"}), "connection_refused"),
    ]
}

fn plan(till: &Till, line: &Value) {
    let mut control = BufReader::new(UnixStream::connect(&till.arguments.control).unwrap());
    control.get_mut().write_all(format!("{line}\n").as_bytes()).unwrap();
    let mut answer = String::new();
    control.read_line(&mut answer).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap(), json!({"ok": true}), "{line}");
}

#[test]
fn a_waiting_job_says_what_holds_it_up_and_prints_once_when_that_is_mended() {
    let till = Till::open(Model::Full, 0, "");
    let mut talk = till.shop.talk();
    until("ready", || Till::row(&mut talk)["state"] == "ready");
    let mut slips = 0;
    for (set, undo, cause) in troubles() {
        till.set(&set);
        let id = talk.ok("record", event(1000 + slips))["id"].clone();
        let job = talk.ok("reprint", json!({ "id": id }))["id"].clone();
        job_until(&mut talk, &job, "blocked", &json!(cause));
        let row = Till::row(&mut talk);
        assert_eq!((&row["state"], &row["cause"]), (&json!("blocked"), &json!(cause)), "{row}");
        till.set(&undo);
        let done = job_until(&mut talk, &job, "confirmed", &Value::Null);
        slips += 1;
        assert_eq!((done["attempts"].as_u64(), till.sheets().len() as u64), (Some(1), slips), "{cause}: {done}");
    }
}

#[test]
fn a_job_in_hand_says_what_has_stopped_it_and_goes_on_by_itself() {
    let till = Till::open(Model::Full, 0, "");
    let mut talk = till.shop.talk();
    until("ready", || Till::row(&mut talk)["state"] == "ready");
    let mut slips = 0;
    for (set, undo, cause) in troubles() {
        if cause == "connection_refused" {
            continue;
        }
        plan(&till, &json!({ "after": { "bytes": 300 }, "set": set }));
        let id = talk.ok("record", event(2000 + slips))["id"].clone();
        let job = talk.ok("reprint", json!({ "id": id }))["id"].clone();
        job_until(&mut talk, &job, "sending", &json!(cause));
        till.set(&undo);
        job_until(&mut talk, &job, "confirmed", &Value::Null);
        slips += 1;
        assert_eq!(till.sheets().len() as u64, slips, "{cause}");
    }
}

#[test]
fn a_daemon_that_is_killed_amid_a_command_leaves_a_printer_that_the_next_one_mends() {
    // in the midst of text, of a QR code's command, and of what is drawn
    for byte in [150, 333, 480, 601] {
        let mut till = Till::open(Model::Full, 0, "");
        let mut talk = till.shop.talk();
        until("ready", || Till::row(&mut talk)["state"] == "ready");
        let mut sale = event(3000 + byte);
        sale["note"] = json!("㐀𬭊㐀𬭊㐀𬭊㐀𬭊");
        let id = talk.ok("record", sale)["id"].clone();
        plan(&till, &json!({ "after": { "bytes": byte }, "set": { "half_open": "on" } }));
        let job = talk.ok("reprint", json!({ "id": id }))["id"].clone();
        until("stopped", || till.state()["half_open"] == true);
        till.shop.kill();
        till.set(&json!({ "half_open": "off" }));
        till.shop.start();
        let mut talk = till.shop.talk();
        let ended = talk.ok("job_show", json!({ "id": job }));
        assert!(["partial", "unconfirmed"].contains(&ended["state"].as_str().unwrap()), "{ended}");
        let next = talk.ok("reprint", json!({ "id": id, "wait": 60 }));
        assert_eq!(next["state"], "confirmed", "{byte}: {next}");
        let sheets = till.sheets();
        assert_eq!(sheets.len(), 2, "{byte}: {sheets:?}");
        assert!(sheets[0].contains("作废"), "{byte}: {}", sheets[0]);
        let whole = sheets[1].contains("DUPLICATED") && sheets[1].contains("红梅便利店") && !sheets[1].contains("作废");
        assert!(whole, "{byte}: {}", sheets[1]);
    }
}

#[test]
fn a_paused_printer_says_so_whatever_else_it_said_before() {
    let till = Till::open(Model::Full, 0, "");
    let mut talk = till.shop.talk();
    until("ready", || Till::row(&mut talk)["state"] == "ready");
    till.set(&json!({"cover": "open"}));
    let id = talk.record(100);
    let job = talk.ok("reprint", json!({ "id": id }))["id"].clone();
    job_until(&mut talk, &job, "blocked", &json!("cover_open"));
    talk.ok("printer_pause", json!({ "id": "front" }));
    till.set(&json!({"cover": "closed"}));
    job_until(&mut talk, &job, "blocked", &json!("paused"));
    assert!(till.sheets().is_empty());
    talk.ok("printer_resume", json!({ "id": "front" }));
    job_until(&mut talk, &job, "confirmed", &Value::Null);
    assert_eq!(till.sheets().len(), 1);
}
