//! What a printer tells of itself and of jobs that are over: it stands in the printer's row and beside the job.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::{Value, json};
use shop::{
    Talk, event,
    till::{Till, job_until, until},
};
use sim::printer::Model;

#[test]
fn a_row_says_who_the_printer_is_how_it_is_and_what_it_has_counted() {
    let mut till = Till::open(Model::Full, 0, "");
    let mut talk = till.shop.talk();
    until("everything is told", || {
        let row = Till::row(&mut talk);
        row["state"] == "ready" && row["identity"]["model"].is_string() && row["counters"]["lines"].is_u64()
    });
    let row = Till::row(&mut talk);
    assert_eq!((&row["conditions"]["online"], &row["conditions"]["paper"]), (&json!(true), &json!("present")), "{row}");
    assert_eq!((&row["proof"], row["proof_detail"].is_string()), (&json!("process_id"), true), "{row}");
    till.set(&json!({ "cover": "open" }));
    until("the open cover is told", || Till::row(&mut talk)["conditions"]["cover_open"] == true);
    till.set(&json!({ "cover": "closed" }));
    // who it is, and how it proves, is known again without asking
    till.set(&json!({ "power": "off" }));
    till.shop.kill();
    till.shop.start();
    let after = Till::row(&mut till.shop.talk());
    for key in ["identity", "proof", "proof_since", "proof_detail"] {
        assert_eq!(after[key], row[key], "{key}: {after}");
    }
    assert_eq!((&after["conditions"], &after["counters"]), (&Value::Null, &Value::Null), "{after}");
}

#[test]
fn a_mute_printer_has_nothing_to_tell() {
    let till = Till::open(Model::Mute, 0, "");
    let mut talk = till.shop.talk();
    until("given up", || Till::row(&mut talk)["state"] == "ready");
    let row = Till::row(&mut talk);
    for key in ["identity", "conditions", "counters"] {
        assert!(row[key].is_null(), "{key}: {row}");
    }
    assert_eq!(row["proof"], "none");
}

#[test]
fn proof_that_comes_after_the_job_is_over_confirms_it_with_its_evidence() {
    let till = Till::open(Model::Full, 20, "");
    let mut talk = till.shop.talk();
    let id = talk.ok("record", event(100))["id"].clone();
    let job = talk.ok("reprint", json!({ "id": id }))["id"].clone();
    let next = talk.ok("reprint", json!({ "id": id }))["id"].clone();
    until("the printer has all of it", || {
        let bytes = talk.ok("job_show", json!({ "id": job }))["bytes"].as_u64();
        let state = till.state();
        state["moving"] == true && bytes.is_some_and(|bytes| state["received"].as_u64().unwrap() > bytes)
    });
    till.set(&json!({ "hang_up": "reset" }));
    let ended = job_until(&mut talk, &job, "unconfirmed", &json!("connection_lost"));
    let late = job_until(&mut talk, &job, "confirmed", &Value::Null);
    assert_eq!((&late["proven"], &late["finished_at"]), (&late["segments"], &ended["finished_at"]), "{late}");
    let evidence: Vec<&str> =
        late["evidence"].as_array().unwrap().iter().map(|e| e["grade"].as_str().unwrap()).collect();
    assert_eq!(evidence, ["none", "process_id"], "{late}");
    assert!(late["evidence"][1]["detail"].as_str().unwrap().starts_with("late proof: "), "{late}");
    job_until(&mut talk, &next, "confirmed", &Value::Null);
    let slips = till.sheets().into_iter().filter(|sheet| sheet.contains("￥1.00"));
    assert_eq!(
        slips.map(|slip| slip.contains("DUPLICATED")).collect::<Vec<_>>(),
        [false, true],
        "nothing was sent twice"
    );
}

#[test]
fn what_broke_off_is_still_repaired_when_the_daemon_is_killed_a_second_time_before_it_could_be_and_only_once() {
    let mut till = Till::open(Model::Full, 20, "");
    let mut talk = till.shop.talk();
    let id = talk.ok("record", event(100))["id"].clone();
    let job = talk.ok("reprint", json!({ "id": id }))["id"].clone();
    until("it prints", || till.state()["moving"] == true);
    till.shop.kill();
    till.set(&json!({ "power": "off" }));
    for _ in 0..2 {
        till.shop.start();
        till.shop.kill();
    }
    let remark = |talk: &mut Talk| {
        let evidence = talk.ok("job_show", json!({ "id": job }))["evidence"].clone();
        let details = evidence.as_array().unwrap().iter();
        details.filter(|e| e["detail"].as_str().unwrap().starts_with("repaired")).count()
    };
    till.set(&json!({ "power": "on" }));
    till.shop.start();
    let mut talk = till.shop.talk();
    until("it is repaired", || remark(&mut talk) == 1);
    let look = || till.sheets().iter().filter(|sheet| sheet.contains("上张若不完整即作废")).count();
    until("that is on paper", || look() == 1);
    till.shop.kill();
    till.shop.start();
    let mut talk = till.shop.talk();
    until("it is ready", || Till::row(&mut talk)["state"] == "ready");
    let next = talk.ok("reprint", json!({ "id": id }))["id"].clone();
    job_until(&mut talk, &next, "confirmed", &Value::Null);
    let look = till.sheets().iter().filter(|sheet| sheet.contains("上张若不完整即作废")).count();
    assert_eq!((look, remark(&mut talk)), (1, 1));
}
