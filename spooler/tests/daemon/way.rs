//! The whole way with real processes and sockets: an event goes in, a sheet comes out of a virtual printer, and what
//! the daemon says of it is true. The virtual printer reads bytes with a parser that shares nothing with the encoder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::{Value, json};
use shop::{
    event,
    till::{Till, job_until, newest_job, until},
};
use sim::printer::Model;

/// Lines without the blanks around them and without empty ones: large print is wider on paper than in a view.
fn inked(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty() && !line.starts_with("[QR"))
        .collect()
}

fn chinese_sale(number: u64) -> Value {
    let mut sale = event(number);
    sale["issuer"] = json!("中国工商银行");
    sale["items"] = json!([{"name": "农夫山泉 550ml", "quantity": 2, "amount": number}]);
    sale["note"] = json!("犇犇 收");
    sale
}

#[test]
fn the_sheet_that_came_out_is_the_receipt_and_is_proven() {
    let till = Till::open(Model::Full, 0, "[receipts]\nauto_print = [\"merchant\", \"customer\"]");
    let mut talk = till.shop.talk();
    let id = talk.ok("record", chinese_sale(8850))["id"].clone();
    until("two sheets", || till.sheets().len() == 2);
    for (sheet, copy) in till.sheets().iter().zip(["merchant", "customer"]) {
        let receipt = talk.ok("receipt", json!({"id": id, "copy": copy}));
        assert_eq!(inked(sheet), inked(receipt["text"].as_str().unwrap()), "{copy}");
        assert!(sheet.contains("￥88.50"), "{sheet}");
    }
    let job = newest_job(&mut talk);
    let done = job_until(&mut talk, &job["id"], "confirmed", &Value::Null);
    assert_eq!(done["evidence"][0]["grade"], "process_id", "{done}");
    assert_eq!(done["proven"], done["segments"]);
    assert_eq!(done["reprint_number"], 0);
    assert_eq!(done["kind"], "receipt");
}

#[test]
fn another_paper_is_marked_and_numbered_and_the_mark_is_all_that_differs() {
    let till = Till::open(Model::Full, 0, "");
    let mut talk = till.shop.talk();
    let id = talk.ok("record", chinese_sale(1200))["id"].clone();
    let first = talk.ok("reprint", json!({"id": id, "wait": 30}));
    assert_eq!(
        (&first["state"], &first["kind"], &first["reprint_number"]),
        (&json!("confirmed"), &json!("receipt"), &json!(0))
    );
    for number in 1..=2 {
        let again = talk.ok("reprint", json!({"last": true, "wait": 30}));
        assert_eq!((&again["state"], &again["reprint_number"]), (&json!("confirmed"), &json!(number)));
        assert_eq!(again["kind"], "reprint");
    }
    let sheets = till.sheets();
    assert!(!sheets[0].contains("DUPLICATED"));
    for (number, sheet) in (1..).zip(&sheets[1..]) {
        let mark = format!("重打印凭证/DUPLICATED 第{number}次");
        assert!(sheet.contains(&mark), "{sheet}");
        let unmarked: Vec<String> = inked(sheet).into_iter().filter(|line| *line != mark).collect();
        assert_eq!(unmarked, inked(&sheets[0]));
    }
    assert_eq!(talk.ok("show", json!({ "id": id }))["prints"], 3);
}

#[test]
fn paper_that_ends_in_the_middle_leaves_the_job_sending_and_late_proof_confirms_it() {
    let till = Till::open(Model::Full, 120, "");
    let mut talk = till.shop.talk();
    let id = talk.ok("record", chinese_sale(700))["id"].clone();
    let job = talk.ok("reprint", json!({ "id": id }))["id"].clone();
    until("paper moves", || till.state()["moving"] == true || till.state()["sheets"] != 0);
    till.set(&json!({"paper": "end"}));
    job_until(&mut talk, &job, "sending", &json!("paper_out"));
    let row = talk.ok("printers", json!({}))["rows"][0].clone();
    assert_eq!((&row["state"], &row["cause"]), (&json!("blocked"), &json!("paper_out")), "{row}");
    till.set(&json!({"paper": "ok"}));
    job_until(&mut talk, &job, "confirmed", &Value::Null);
    assert_eq!(till.sheets().len(), 1, "nothing was sent twice");
}

#[test]
fn a_printer_that_is_off_keeps_its_jobs_waiting_and_prints_them_in_order_when_it_is_back() {
    let till = Till::open(Model::Full, 0, "[receipts]\nauto_print = [\"customer\"]");
    let mut talk = till.shop.talk();
    until("ready", || talk.ok("printers", json!({}))["rows"][0]["state"] == "ready");
    till.set(&json!({"power": "off"}));
    until("seen to be off", || talk.ok("printers", json!({}))["rows"][0]["state"] != "ready");
    for amount in [100, 200, 300] {
        talk.ok("record", chinese_sale(amount));
    }
    let rows = talk.ok("transactions", json!({"search": "unprinted"}))["rows"].clone();
    assert_eq!(rows.as_array().unwrap().len(), 3);
    till.set(&json!({"power": "on"}));
    until("three sheets", || till.sheets().len() == 3);
    for (sheet, amount) in till.sheets().iter().zip(["￥1.00", "￥2.00", "￥3.00"]) {
        assert!(sheet.contains(amount), "{amount}: {sheet}");
    }
    until("none is unprinted", || {
        talk.ok("transactions", json!({"search": "unprinted"}))["rows"].as_array().unwrap().is_empty()
    });
}

#[test]
fn a_printer_that_answers_too_early_or_never_is_not_believed() {
    for model in [Model::Early, Model::Mute] {
        let till = Till::open(model, 150, "");
        let mut talk = till.shop.talk();
        let id = talk.ok("record", chinese_sale(500))["id"].clone();
        let job = talk.ok("reprint", json!({"id": id, "wait": 60}));
        assert_eq!((&job["state"], &job["cause"]), (&json!("unconfirmed"), &json!("no_status")), "{model:?}: {job}");
    }
}

#[test]
fn answers_in_order_prove_a_sheet_once_the_printer_was_measured() {
    let till = Till::open(Model::InOrder, 150, "");
    let mut talk = till.shop.talk();
    let id = talk.ok("record", chinese_sale(500))["id"].clone();
    let job = talk.ok("reprint", json!({"id": id, "wait": 60}));
    assert_eq!(job["state"], "confirmed", "{job}");
    assert_eq!(job["evidence"][0]["grade"], "in_order_reply");
}

#[test]
fn a_daemon_killed_while_sending_says_afterwards_that_it_does_not_know() {
    let mut till = Till::open(Model::Full, 40, "");
    let mut talk = till.shop.talk();
    let id = talk.ok("record", chinese_sale(900))["id"].clone();
    let job = talk.ok("reprint", json!({ "id": id }))["id"].clone();
    job_until(&mut talk, &job, "sending", &Value::Null);
    till.shop.kill();
    till.shop.start();
    let mut talk = till.shop.talk();
    let doubtful = talk.ok("job_show", json!({ "id": job }));
    assert!(["partial", "unconfirmed"].contains(&doubtful["state"].as_str().unwrap()), "{doubtful}");
    assert_eq!(doubtful["evidence"][0]["grade"], "none");
    // the doubtful one is not sent again; the next paper of it is marked
    let next = talk.ok("reprint", json!({"id": id, "wait": 60}));
    assert_eq!((&next["state"], &next["reprint_number"]), (&json!("confirmed"), &json!(1)), "{next}");
}

#[test]
fn sigterm_while_sending_leaves_a_truthful_state_and_exits_well() {
    let mut till = Till::open(Model::Full, 40, "");
    let mut talk = till.shop.talk();
    let id = talk.ok("record", chinese_sale(900))["id"].clone();
    let job = talk.ok("reprint", json!({ "id": id }))["id"].clone();
    job_until(&mut talk, &job, "sending", &Value::Null);
    assert_eq!(till.shop.close().code(), Some(0));
    till.shop.start();
    let ended = till.shop.talk().ok("job_show", json!({ "id": job }));
    assert!(["partial", "unconfirmed", "confirmed"].contains(&ended["state"].as_str().unwrap()), "{ended}");
    assert!(till.printer.is_some());
}
