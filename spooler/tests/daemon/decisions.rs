//! What a person does with jobs: hold, release, cancel, move, answer. Each works whatever the printer does, is refused
//! where the job's state does not allow it, and is written down.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::{Value, json};
use shop::{
    Shop, Talk, event,
    till::{Till, job_until, until},
};
use sim::printer::Model;

/// A printer that nobody ever plugged in; receipts go there.
const GONE: &str = "[receipts]\nprinter = \"gone\"\n[[printer]]\nname = \"gone\"\nconnection = \"tcp://127.0.0.1:1\"\n";

/// Records a sale whose customer's copy is printed at once; the job's id.
fn sale(talk: &mut Talk, number: u64) -> Value {
    let mut sale = event(number);
    sale["print"] = json!(["customer"]);
    let id = talk.ok("record", sale)["id"].clone();
    talk.ok("show", json!({ "id": id }))["print_history"][0]["id"].clone()
}

fn show(talk: &mut Talk, id: &Value) -> Value {
    talk.ok("job_show", json!({ "id": id }))
}

/// Act, object and outcome of each audit row of these acts, from the closed store.
fn trail(shop: &mut Shop, acts: &[&str]) -> Vec<(String, String, String)> {
    assert!(shop.close().success());
    let store = store::Store::open(&shop.path("state")).unwrap();
    let rows = store.reader().unwrap().audit_from(1).unwrap();
    assert!(rows.iter().all(|row| row.origin.tty.as_deref() == Some("pts/1")));
    let rows = rows.into_iter().filter(|row| acts.contains(&row.act.as_str()));
    rows.map(|row| (row.act, row.object.unwrap_or_default(), row.outcome.word().to_owned())).collect()
}

/// The amounts on the sheets that came out, in their order.
fn amounts(till: &Till) -> Vec<String> {
    let amount = |sheet: &String| sheet.split('￥').nth(1).map(|rest| rest.chars().take(4).collect());
    till.sheets().iter().filter_map(amount).collect()
}

/// A sale so long that its slip takes a slow printer seconds.
fn long_sale(talk: &mut Talk, number: u64) -> Value {
    let mut long = event(number);
    long["print"] = json!(["customer"]);
    long["items"] = (1..60).map(|n| json!({ "name": format!("item {n}"), "amount": n })).collect();
    let id = talk.ok("record", long)["id"].clone();
    talk.ok("show", json!({ "id": id }))["print_history"][0]["id"].clone()
}

#[test]
fn a_held_job_lets_the_others_by_and_a_released_one_stands_at_its_old_place() {
    let mut till = Till::open(Model::Full, 0, "");
    let mut talk = till.shop.talk();
    talk.ok("printer_pause", json!({ "id": "front" }));
    let [first, second, third] = [100, 200, 300].map(|n| sale(&mut talk, n));
    for job in [&first, &second] {
        let held = talk.ok("job_hold", json!({ "id": job }));
        assert_eq!((&held["state"], &held["cause"]), (&json!("held"), &Value::Null));
    }
    assert_eq!(talk.ok("job_hold", json!({ "id": first }))["state"], "held", "twice is no mistake");
    let before = show(&mut talk, &first);
    let released = talk.ok("job_release", json!({ "id": first }));
    assert_eq!(released["state"], "queued");
    assert!(released["queued_at"].as_str() >= before["queued_at"].as_str(), "its age starts anew");
    talk.ok("printer_resume", json!({ "id": "front" }));
    job_until(&mut talk, &third, "confirmed", &Value::Null);
    assert_eq!(amounts(&till), ["1.00", "3.00"]);
    assert_eq!(show(&mut talk, &second)["state"], "held");
    talk.ok("job_release", json!({ "id": second }));
    job_until(&mut talk, &second, "confirmed", &Value::Null);
    assert_eq!(amounts(&till), ["1.00", "3.00", "2.00"]);
    let rows = trail(&mut till.shop, &["job_hold", "job_release"]);
    let row = |act: &str, job: &Value| (act.to_owned(), job.as_str().unwrap().to_owned(), "done".to_owned());
    assert_eq!(
        rows,
        [
            row("job_hold", &first),
            row("job_hold", &second),
            row("job_hold", &first),
            row("job_release", &first),
            row("job_release", &second),
        ]
    );
}

#[test]
fn a_job_that_expired_prints_once_it_is_released() {
    let mut shop = Shop::closed("");
    let config = |shop: &Shop, age: &str| {
        let paper = shop.path("paper.bin");
        shop.config(&format!(
            "[queue]\nexpire = {{ test_page = \"{age}\" }}\n[[printer]]\nname = \"front\"\nconnection = \"file://{}\"",
            paper.display()
        ));
    };
    config(&shop, "0s");
    shop.start();
    let job = shop.talk().ok("printer_test", json!({ "id": "front", "wait": 30 }));
    assert_eq!(job["state"], "expired");
    shop.close();
    config(&shop, "1h");
    shop.start();
    let mut talk = shop.talk();
    assert_eq!(show(&mut talk, &job["id"])["state"], "expired", "nothing happens by itself");
    assert_eq!(talk.ok("job_release", json!({ "id": job["id"] }))["state"], "queued");
    let done = job_until(&mut talk, &job["id"], "unconfirmed", &json!("no_status"));
    assert!(done["queued_at"].as_str() > job["queued_at"].as_str(), "{done}");
}

/// Every decision on jobs that wait for a printer which does not answer.
fn all_decisions(talk: &mut Talk, here: &str, there: &str) -> [Value; 4] {
    let jobs = [100, 200, 300, 400].map(|n| sale(talk, n));
    let [held, cancelled, moved, left] = &jobs;
    assert_eq!(talk.ok("job_hold", json!({ "id": held }))["state"], "held");
    assert_eq!(talk.ok("job_release", json!({ "id": held }))["state"], "queued");
    assert_eq!(talk.ok("job_hold", json!({ "id": held }))["state"], "held");
    let ended = talk.ok("job_cancel", json!({ "id": cancelled }));
    assert_eq!((&ended["state"], ended["finished_at"].is_string()), (&json!("cancelled"), true), "{ended}");
    assert!(ended["evidence"][0]["detail"].as_str().unwrap().starts_with("cancelled by uid "), "{ended}");
    let gone = talk.ok("job_move", json!({ "id": moved, "printer": there }));
    assert_eq!((&gone["printer"], &gone["state"]), (&json!(there), &json!("queued")), "{gone}");
    let remark = gone["evidence"][0]["detail"].as_str().unwrap();
    assert!(remark.starts_with(&format!("moved from {here} to {there} by uid ")), "{gone}");
    assert_eq!(talk.ok("job_move", json!({ "id": moved, "printer": there }))["evidence"], gone["evidence"]);
    assert_eq!(talk.ok("printer_move", json!({ "id": here, "printer": there })), json!({ "moved": 2 }));
    assert_eq!(show(talk, held)["state"], "held", "who was stopped stays stopped");
    for job in [held, left] {
        assert_eq!(show(talk, job)["printer"], there);
    }
    assert_eq!(talk.ok("printer_move", json!({ "id": here, "printer": there })), json!({ "moved": 0 }));
    jobs
}

#[test]
fn every_decision_works_with_a_printer_that_was_never_there() {
    let back = "[[printer]]\nname = \"back\"\nconnection = \"tcp://127.0.0.1:2\"\n";
    let mut shop = Shop::open(&format!("{GONE}{back}"));
    let mut talk = shop.talk();
    let [held, cancelled, moved, _] =
        all_decisions(&mut talk, "gone", "back").map(|id| id.as_str().unwrap().to_owned());
    let done = |act: &str, object: &str| (act.to_owned(), object.to_owned(), "done".to_owned());
    assert_eq!(
        trail(&mut shop, &["job_hold", "job_release", "job_cancel", "job_move", "printer_move"]),
        [
            done("job_hold", &held),
            done("job_release", &held),
            done("job_hold", &held),
            done("job_cancel", &cancelled),
            done("job_move", &moved),
            done("job_move", &moved),
            done("printer_move", "gone"),
            done("printer_move", "gone"),
        ]
    );
}

#[test]
fn every_decision_works_with_a_printer_that_was_switched_off_and_what_was_moved_prints_in_the_order_of_numbers() {
    let back = Shop::closed("");
    let paper = back.path("back.bin");
    let more = format!(
        "[receipts]\nprinter = \"front\"\n[[printer]]\nname = \"back\"\nconnection = \"file://{}\"\n",
        paper.display()
    );
    let till = Till::open(Model::Full, 0, &more);
    let mut talk = till.shop.talk();
    let front = |talk: &mut Talk| {
        let rows = talk.ok("printers", json!({}))["rows"].clone();
        rows.as_array().unwrap().iter().find(|row| row["name"] == "front").unwrap().clone()
    };
    until("ready", || front(&mut talk)["state"] == "ready");
    till.set(&json!({ "power": "off" }));
    until("seen to be off", || front(&mut talk)["state"] != "ready");
    talk.ok("printer_pause", json!({ "id": "back" }));
    let [held, _, moved, left] = all_decisions(&mut talk, "front", "back");
    talk.ok("job_release", json!({ "id": held }));
    talk.ok("printer_resume", json!({ "id": "back" }));
    let ends = [held, moved, left].map(|job| {
        let job = job_until(&mut talk, &job, "unconfirmed", &json!("no_status"));
        (job["printed_on"].as_str().unwrap().to_owned(), job["change"].as_u64().unwrap())
    });
    assert!(ends.iter().all(|(printer, _)| printer == "back"), "{ends:?}");
    assert!(ends.is_sorted_by_key(|(_, change)| *change), "the oldest first: {ends:?}");
}

#[test]
fn a_queue_that_is_moved_joins_the_other_one_in_the_order_of_numbers() {
    let till = Till::open(Model::Full, 0, GONE);
    let mut talk = till.shop.talk();
    talk.ok("printer_pause", json!({ "id": "front" }));
    let first = sale(&mut talk, 100);
    let id = talk.record(200);
    let second = talk.ok("reprint", json!({ "id": id, "printer": "front" }))["id"].clone();
    let third = sale(&mut talk, 300);
    let pulse = talk.ok("drawer_open", json!({ "printer": "gone" }))["id"].clone();
    let page = talk.ok("printer_test", json!({ "id": "gone" }))["id"].clone();
    assert_eq!(talk.ok("printer_move", json!({ "id": "gone", "printer": "front" })), json!({ "moved": 2 }));
    for stays in [&pulse, &page] {
        assert_eq!(show(&mut talk, stays)["printer"], "gone");
    }
    talk.ok("printer_resume", json!({ "id": "front" }));
    for job in [&first, &second, &third] {
        job_until(&mut talk, job, "confirmed", &Value::Null);
    }
    assert_eq!(amounts(&till), ["1.00", "2.00", "3.00"]);
}

#[test]
fn a_job_in_the_middle_of_a_slow_printer_is_cut_at_a_segments_border_and_the_next_one_is_whole() {
    let till = Till::open(Model::Full, 20, "");
    let mut talk = till.shop.talk();
    let job = long_sale(&mut talk, 100);
    until("paper moves", || till.state()["moving"] == true);
    let sending = show(&mut talk, &job);
    assert_eq!(sending["state"], "sending");
    assert!(sending["segments"].as_u64().unwrap() > 4, "long enough to be cut: {sending}");
    let ended = talk.ok("job_cancel", json!({ "id": job }));
    assert_eq!(ended["state"], "partial", "{ended}");
    let details: Vec<&str> =
        ended["evidence"].as_array().unwrap().iter().filter_map(|e| e["detail"].as_str()).collect();
    assert!(details.iter().any(|detail| detail.starts_with("cancelled by uid ")), "{details:?}");
    assert!(details.iter().any(|detail| detail.starts_with("cancelled with ")), "{details:?}");
    let again = talk.error("job_cancel", json!({ "id": job }));
    assert_eq!((&again["kind"], &again["reason"]), (&json!("conflict"), &json!("job_ended")));
    until("it is cut off", || till.sheets().len() == 1);
    let text = talk.ok("receipt", json!({ "id": sending["transaction"] }))["text"].as_str().unwrap().to_owned();
    let sheet = till.sheets().remove(0);
    assert!(sheet.contains("item 1") && text.contains("item 59") && !sheet.contains("item 59"), "{sheet}");
    till.set(&json!({ "speed": 0 }));
    let next = sale(&mut talk, 200);
    job_until(&mut talk, &next, "confirmed", &Value::Null);
    assert!(till.sheets().last().unwrap().contains("￥2.00"));
}

#[test]
fn a_job_that_stands_still_for_want_of_paper_can_be_cancelled() {
    let till = Till::open(Model::Full, 20, "");
    let mut talk = till.shop.talk();
    let job = long_sale(&mut talk, 100);
    until("paper moves", || till.state()["moving"] == true);
    till.set(&json!({ "paper": "end" }));
    job_until(&mut talk, &job, "sending", &json!("paper_out"));
    let ended = talk.ok("job_cancel", json!({ "id": job }));
    assert_eq!((&ended["state"], &ended["cause"]), (&json!("partial"), &json!("paper_out")), "{ended}");
}

#[test]
fn what_a_state_does_not_allow_is_refused_with_the_reason_and_written_down() {
    let mut shop = Shop::open(GONE);
    let mut talk = shop.talk();
    let queued = sale(&mut talk, 100);
    let ended = sale(&mut talk, 200);
    talk.ok("job_cancel", json!({ "id": ended }));
    for (verb, job, more, kind, reason) in [
        ("job_hold", &ended, json!({}), "conflict", "job_ended"),
        ("job_release", &ended, json!({}), "conflict", "job_ended"),
        ("job_release", &queued, json!({}), "conflict", "job_not_stopped"),
        ("job_cancel", &ended, json!({}), "conflict", "job_ended"),
        ("job_move", &ended, json!({ "printer": "gone" }), "conflict", "job_ended"),
        ("job_move", &queued, json!({ "printer": "nowhere" }), "not_found", "no_such_printer"),
        ("job_resolve", &queued, json!({ "answer": "printed" }), "conflict", "job_not_in_doubt"),
        ("job_resolve", &ended, json!({ "answer": "not-printed" }), "conflict", "job_not_in_doubt"),
        ("job_hold", &json!("J99"), json!({}), "not_found", "no_such_job"),
        ("job_release", &json!("J99"), json!({}), "not_found", "no_such_job"),
        ("job_cancel", &json!("J99"), json!({}), "not_found", "no_such_job"),
        ("job_move", &json!("J99"), json!({ "printer": "gone" }), "not_found", "no_such_job"),
        ("job_resolve", &json!("J99"), json!({ "answer": "printed" }), "not_found", "no_such_job"),
        ("printer_move", &json!("nowhere"), json!({ "printer": "gone" }), "not_found", "no_such_printer"),
        ("printer_move", &json!("gone"), json!({ "printer": "nowhere" }), "not_found", "no_such_printer"),
        ("printer_move", &json!("gone"), json!({ "printer": "gone" }), "invalid", "bad_key"),
    ] {
        let mut body = more;
        body["id"] = job.clone();
        let error = talk.error(verb, body);
        assert_eq!((&error["kind"], &error["reason"]), (&json!(kind), &json!(reason)), "{verb}: {error}");
    }
    let rows = trail(&mut shop, &["job_hold", "job_release", "job_move", "job_resolve", "printer_move"]);
    assert_eq!(rows.len(), 14);
    assert!(rows.iter().all(|(_, object, outcome)| !object.is_empty() && outcome == "refused"), "{rows:?}");
}

#[test]
fn a_job_that_is_being_sent_can_only_be_cancelled() {
    let till = Till::open(Model::Full, 20, &format!("{}\n", GONE.replace("printer = \"gone\"", "printer = \"front\"")));
    let mut talk = till.shop.talk();
    let job = long_sale(&mut talk, 100);
    until("paper moves", || till.state()["moving"] == true);
    for (verb, more) in
        [("job_hold", json!({})), ("job_release", json!({})), ("job_move", json!({ "printer": "gone" }))]
    {
        let mut body = more;
        body["id"] = job.clone();
        let error = talk.error(verb, body);
        assert_eq!(
            (&error["kind"], &error["reason"]),
            (&json!("conflict"), &json!("job_being_sent")),
            "{verb}: {error}"
        );
    }
    assert_eq!(talk.ok("printer_move", json!({ "id": "front", "printer": "gone" })), json!({ "moved": 0 }));
    assert_eq!(talk.ok("job_cancel", json!({ "id": job }))["state"], "partial");
}
