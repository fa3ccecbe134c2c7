//! Pausing a printer: it holds its queue, survives a restart, works with the device gone, and is written down.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::{Value, json};
use shop::{
    Shop,
    till::{Till, job_until, until},
};
use sim::printer::Model;

/// The audit rows of an act, as actor-less triples of act, object and outcome; read from the closed store.
fn trail(shop: &mut Shop, act: &str) -> Vec<(String, String)> {
    assert!(shop.close().success());
    let store = store::Store::open(&shop.path("state")).unwrap();
    let rows = store.reader().unwrap().audit_from(1).unwrap();
    let rows = rows.into_iter().filter(|row| row.act == act);
    rows.map(|row| (row.object.unwrap_or_default(), row.outcome.word().to_owned())).collect()
}

#[test]
fn a_paused_printer_holds_its_queue_over_a_restart_and_goes_on_when_it_is_resumed() {
    let mut till = Till::open(Model::Full, 0, "");
    let mut talk = till.shop.talk();
    until("ready", || Till::row(&mut talk)["state"] == "ready");
    let row = talk.ok("printer_pause", json!({ "id": "front" }));
    assert_eq!((&row["name"], &row["paused"]), (&json!("front"), &json!(true)));
    until("it says that it is paused", || {
        let row = Till::row(&mut talk);
        row["state"] == "blocked" && row["cause"] == "paused"
    });
    let id = talk.record(100);
    let job = talk.ok("reprint", json!({ "id": id }))["id"].clone();
    job_until(&mut talk, &job, "blocked", &json!("paused"));
    till.shop.kill();
    till.shop.start();
    let mut talk = till.shop.talk();
    let row = Till::row(&mut talk);
    assert_eq!((&row["paused"], &row["waiting"]["blocked"]), (&json!(true), &json!(1)), "{row}");
    // twice is no mistake
    assert_eq!(talk.ok("printer_pause", json!({ "id": "front" }))["paused"], true);
    let waited = talk.ok("reprint", json!({ "id": id, "wait": 1 }));
    assert!(["queued", "blocked"].contains(&waited["state"].as_str().unwrap()), "{waited}");
    assert!(till.sheets().is_empty());
    assert_eq!(talk.ok("printer_resume", json!({ "id": "front" }))["paused"], false);
    job_until(&mut talk, &job, "confirmed", &Value::Null);
    job_until(&mut talk, &waited["id"], "confirmed", &Value::Null);
    assert_eq!(talk.ok("printer_resume", json!({ "id": "front" }))["paused"], false);
    let told = |act: &str, shop: &mut Shop| {
        let rows = trail(shop, act);
        shop.start();
        rows
    };
    let row = ("front".to_owned(), "done".to_owned());
    assert_eq!(told("printer_pause", &mut till.shop), [row.clone(), row.clone()]);
    assert_eq!(told("printer_resume", &mut till.shop), [row.clone(), row]);
}

#[test]
fn the_job_in_hand_goes_on_when_the_printer_is_paused() {
    let till = Till::open(Model::Full, 60, "");
    let mut talk = till.shop.talk();
    let id = talk.record(100);
    let job = talk.ok("reprint", json!({ "id": id }))["id"].clone();
    job_until(&mut talk, &job, "sending", &Value::Null);
    talk.ok("printer_pause", json!({ "id": "front" }));
    job_until(&mut talk, &job, "confirmed", &Value::Null);
    let next = talk.ok("reprint", json!({ "id": id }))["id"].clone();
    job_until(&mut talk, &next, "blocked", &json!("paused"));
    talk.ok("printer_resume", json!({ "id": "front" }));
    job_until(&mut talk, &next, "confirmed", &Value::Null);
}

#[test]
fn a_printer_that_is_not_there_can_be_paused_and_resumed_and_one_that_is_unknown_is_named() {
    let mut shop = Shop::open("[[printer]]\nname = \"front\"\nconnection = \"tcp://127.0.0.1:1\"\n");
    let mut talk = shop.talk();
    let mut feed = shop.talk();
    feed.ok("subscribe", json!({ "after": 0 }));
    assert_eq!(talk.ok("printer_pause", json!({ "id": "front" }))["paused"], true);
    loop {
        let line = feed.line();
        if line["event"]["printers"] == json!(["front"]) {
            break;
        }
    }
    assert_eq!(talk.ok("overview", json!({}))["printers"][0]["paused"], true);
    assert_eq!(talk.ok("printer_resume", json!({ "id": "front" }))["paused"], false);
    for verb in ["printer_pause", "printer_resume", "printer_test"] {
        let error = talk.error(verb, json!({ "id": "frnot" }));
        assert_eq!((&error["kind"], &error["reason"]), (&json!("not_found"), &json!("no_such_printer")), "{verb}");
        assert_eq!(error["subject"], "frnot");
    }
    let refused = [("frnot".to_owned(), "refused".to_owned())];
    assert_eq!(trail(&mut shop, "printer_test"), refused);
}
