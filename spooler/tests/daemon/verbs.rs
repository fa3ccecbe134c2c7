//! Each verb, asked over the socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::{Value, json};
use shop::{Shop, event};

fn with(mut event: Value, more: Value) -> Value {
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

#[test]
fn an_event_is_kept_once_and_answered_with_what_was_left_out() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    let first = talk.ok("record", with(event(8850), json!({ "tip": 3, "order": "6222021234567890128" })));
    assert_eq!((&first["duplicate"], &first["ignored"]), (&json!(false), &json!(["tip"])));
    let again = talk.ok("record", with(event(8850), json!({ "tip": 3, "order": "6222021234567890128" })));
    assert_eq!((&again["duplicate"], &again["id"]), (&json!(true), &first["id"]));
    let other = talk.error("record", with(event(8850), json!({ "amount": 1 })));
    assert_eq!(other["kind"], "conflict");
    let bad = talk.error("record", with(event(1), json!({ "voucher": "12345678 secret" })));
    assert_eq!((&bad["kind"], &bad["subject"]), (&json!("invalid"), &json!("voucher")));
    assert!(!bad.to_string().contains("secret"), "a refusal never repeats the value: {bad}");
}

#[test]
fn refusals_and_changes_are_in_the_audit_trail_and_reads_are_not() {
    let mut shop = Shop::with_file_printer("");
    let mut talk = shop.talk();
    let id = talk.record(100);
    talk.error("record", with(event(100), json!({ "amount": 1 })));
    talk.error("record", json!({ "source": "pos1" }));
    talk.error("reprint", json!({ "id": "0000000000001" }));
    talk.error("reprint", json!({ "idd": "x" }));
    talk.ok("reprint", json!({ "id": id }));
    for (verb, body) in [("status", json!({})), ("transactions", json!({})), ("show", json!({ "id": id }))] {
        talk.ok(verb, body);
    }
    talk.error("show", json!({ "id": "0000000000001" }));
    assert!(shop.close().success());
    let store = store::Store::open(&shop.path("state")).unwrap();
    let rows = store.reader().unwrap().audit_from(0).unwrap();
    let told: Vec<(String, String, Option<String>)> =
        rows.iter().map(|row| (row.act.clone(), row.outcome.to_string(), row.object.clone())).collect();
    let row = |act: &str, outcome: &str, object: Option<&str>| {
        (act.to_owned(), outcome.to_owned(), object.map(str::to_owned))
    };
    assert_eq!(
        told,
        [
            row("record", "done", Some(&id)),
            row("record", "refused", Some(&id)),
            row("record", "refused", None),
            row("reprint", "refused", Some("0000000000001")),
            row("reprint", "refused", None),
            row("reprint", "done", Some(&id)),
        ]
    );
    assert!(rows.iter().all(|row| row.origin.tty.as_deref() == Some("pts/1")));
}

#[test]
fn transactions_are_found_in_pages_newest_first() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    for n in 1..=7 {
        talk.ok("record", with(event(n * 100), json!({ "time": format!("2026-11-20T09:0{n}:00+08:00") })));
    }
    let page = talk.ok("transactions", json!({ "limit": 3 }));
    assert_eq!(page["rows"].as_array().unwrap().len(), 3);
    assert_eq!(page["rows"][0]["amount"], 700);
    assert!(page["rows"][0].get("found_by").is_none(), "only in search results");
    let next = talk.ok("transactions", json!({ "limit": 5, "after": page["next"] }));
    assert_eq!((next["rows"].as_array().unwrap().len(), &next["next"]), (4, &Value::Null));
    let found = talk.ok("transactions", json!({ "search": "4.00" }));
    assert_eq!((&found["rows"][0]["amount"], &found["rows"][0]["found_by"]), (&json!(400), &json!("amount")));
    assert_eq!(found["rows"][0]["card"], "622202*********0123");
}

#[test]
fn many_large_rows_come_in_a_smaller_page_instead_of_an_error() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    let items: Vec<Value> =
        (0..250).map(|n| json!({ "name": format!("{n} {}", "长".repeat(60)), "amount": n })).collect();
    for n in 1..=40 {
        talk.ok("record", with(event(n), json!({ "items": items })));
    }
    let mut seen = 0;
    let mut after = Value::Null;
    loop {
        let page = talk.ok("transactions", json!({ "limit": 500, "after": after }));
        seen += page["rows"].as_array().unwrap().len();
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(seen, 40);
}

#[test]
fn a_receipt_is_shown_as_it_would_be_printed() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    let id = talk.record(8850);
    let text = talk.ok("receipt", json!({ "id": id, "width": 32 }))["text"].as_str().unwrap().to_owned();
    assert!(text.contains("红梅便利店") && text.contains("88.50") && text.contains(&id), "{text}");
    assert!(!text.contains("重打印"), "no mark");
    let document = talk.ok("receipt", json!({ "id": id, "copy": "merchant", "format": "json" }));
    assert!(document["blocks"].is_array(), "{document}");
    assert_eq!(talk.error("receipt", json!({ "id": id, "width": 20 }))["subject"], "width");
    assert_eq!(talk.error("receipt", json!({ "id": "0000000000001" }))["kind"], "not_found");
    let declined = talk.ok("record", with(event(5), json!({ "status": "declined" })));
    assert_eq!(talk.error("receipt", json!({ "id": declined["id"] }))["reason"], "no_receipt");
}

#[test]
fn a_shop_that_prints_one_copy_has_no_other() {
    let shop = Shop::open("[receipts]\ncopies = [\"merchant\"]");
    let mut talk = shop.talk();
    let id = talk.record(100);
    assert!(talk.ok("receipt", json!({ "id": id }))["text"].is_string(), "the first copy stands in for the customer's");
    assert_eq!(talk.error("receipt", json!({ "id": id, "copy": "customer" }))["reason"], "no_such_copy");
}

#[test]
fn a_file_takes_the_receipt_and_proves_nothing() {
    let shop = Shop::with_file_printer("[receipts]\nauto_print = [\"customer\"]");
    let mut talk = shop.talk();
    let id = talk.record(8850);
    // the second paper waits behind the first, so its end is the end of both
    let second = talk.ok("reprint", json!({ "id": id, "wait": 30, "reason": "卡纸 6222021234567890128" }));
    assert_eq!((&second["state"], &second["cause"]), (&json!("unconfirmed"), &json!("no_status")), "{second}");
    assert_eq!((&second["kind"], &second["reprint_number"]), (&json!("reprint"), &json!(1)));
    assert!(!second.to_string().contains("6222021234567890128"), "{second}");
    assert_eq!((&second["printed_on"], &second["attempts"]), (&json!("front"), &json!(1)));
    let shown = talk.ok("show", json!({ "id": id }));
    assert_eq!((&shown["prints"], &shown["unprinted"]), (&json!(2), &json!(false)));
    let history = shown["print_history"].as_array().unwrap();
    assert_eq!((history.len(), &history[0]["id"]), (2, &second["id"]), "newest first");
    assert_eq!(history[1]["kind"], "receipt");
    let paper = std::fs::read(shop.path("paper.bin")).unwrap();
    let bytes: u64 = history.iter().map(|job| job["bytes"].as_u64().unwrap()).sum();
    assert_eq!(paper.len() as u64, bytes, "exactly the bytes of both jobs");
    let jobs = talk.ok("jobs", json!({ "state": "unconfirmed", "limit": 1 }));
    assert_eq!((&jobs["rows"][0]["id"], jobs["rows"].as_array().unwrap().len()), (&second["id"], 1));
    let rest = talk.ok("jobs", json!({ "limit": 1, "after": jobs["next"] }));
    assert_eq!(rest["rows"][0]["kind"], "receipt");
    assert_eq!(talk.ok("job_show", json!({ "id": second["id"] }))["id"], second["id"]);
    assert_eq!(talk.error("job_show", json!({ "id": "J99" }))["reason"], "no_such_job");
    let printers = talk.ok("printers", json!({}));
    assert_eq!((&printers["rows"][0]["name"], &printers["rows"][0]["proof"]), (&json!("front"), &json!("none")));
}

#[test]
fn what_cannot_be_reprinted_is_named() {
    let shop = Shop::with_file_printer("");
    let mut talk = shop.talk();
    assert_eq!(talk.error("reprint", json!({ "last": true }))["reason"], "nothing_to_reprint");
    let declined = talk.ok("record", with(event(5), json!({ "status": "declined" })));
    assert_eq!(talk.error("reprint", json!({ "id": declined["id"] }))["reason"], "no_receipt");
    let id = talk.record(100);
    assert_eq!(talk.error("reprint", json!({ "id": id, "printer": "bak" }))["reason"], "no_such_printer");
    assert_eq!(talk.error("reprint", json!({ "id": id, "wait": 3601 }))["subject"], "wait");
    assert_eq!(talk.error("reprint", json!({}))["subject"], "id");
    assert_eq!(talk.error("reprint", json!({ "id": id, "last": true }))["subject"], "id");
    let job = talk.ok("reprint", json!({ "last": true }));
    assert_eq!((&job["transaction"], &job["kind"], &job["reprint_number"]), (&json!(id), &json!("receipt"), &json!(0)));
    assert_eq!(talk.error("jobs", json!({ "printer": "bak" }))["reason"], "no_such_printer");
}

#[test]
fn without_any_printer_an_event_is_recorded_and_nothing_is_queued() {
    let shop = Shop::open("[receipts]\nauto_print = [\"customer\"]");
    let mut talk = shop.talk();
    let id = talk.record(100);
    assert_eq!(talk.ok("jobs", json!({}))["rows"], json!([]));
    assert_eq!(talk.error("reprint", json!({ "id": id }))["reason"], "no_printer");
}

#[test]
fn a_printer_that_is_not_there_blocks_its_first_job_and_says_why() {
    // a port that nobody listens on: bound, not listening
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port();
    drop(held);
    let shop = Shop::open(&format!("[[printer]]\nname = \"front\"\nconnection = \"tcp://127.0.0.1:{port}\""));
    let mut talk = shop.talk();
    let id = talk.record(100);
    let job = talk.ok("reprint", json!({ "id": id }));
    talk.ok("reprint", json!({ "id": id }));
    let mut feed = shop.talk();
    feed.ok("subscribe", json!({ "after": 0 }));
    loop {
        let now = talk.ok("job_show", json!({ "id": job["id"] }));
        if now["state"] == "blocked" {
            assert_eq!(now["cause"], "connection_refused");
            break;
        }
        feed.line();
    }
    let shown = talk.ok("show", json!({ "id": id }));
    assert_eq!((&shown["prints"], &shown["unprinted"]), (&json!(0), &json!(true)));
    assert_eq!(shown["print_history"][0]["state"], "queued", "only the first in line is blocked");
    let overview = talk.ok("overview", json!({}));
    assert_eq!((&overview["unprinted"], &overview["printers"][0]["waiting"]["blocked"]), (&json!(1), &json!(1)));
    assert_eq!(overview["printers"][0]["state"], "blocked");
    let ended = talk.ok("reprint", json!({ "id": id, "wait": 0 }));
    assert_eq!(ended["state"], "queued", "the time was over before the end");
}

#[test]
fn the_overview_adds_up_what_was_approved_today() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    let now = talk.ok("overview", json!({}))["now"].clone();
    for (n, status) in [(100, "approved"), (200, "approved"), (400, "declined"), (800, "unknown")] {
        talk.ok("record", with(event(n), json!({ "time": now, "status": status })));
    }
    let overview = talk.ok("overview", json!({}));
    assert_eq!(
        overview["totals"],
        json!([{ "kind": "sale", "method": "card", "currency": "CNY", "count": 2, "amount": 300 }])
    );
    assert_eq!((&overview["unknown"], &overview["shop"]), (&json!(1), &json!("红梅便利店")));
    assert_eq!(overview["change"], talk.ok("status", json!({}))["change"]);
    // a sum is not held to what one amount can be
    for n in [999_999_999_999, 999_999_999_998] {
        talk.ok("record", with(event(n), json!({ "time": now })));
    }
    let sum = &talk.ok("overview", json!({}))["totals"][0];
    assert_eq!((&sum["count"], &sum["amount"]), (&json!(4), &json!(2_000_000_000_297_u64)));
}

#[test]
fn a_reprint_stands_behind_the_first_paper_where_that_still_waits() {
    let mut shop = Shop::closed("");
    let [front, back] = ["front", "back"].map(|name| {
        // nobody listens there: the jobs wait
        format!("[[printer]]\nname = \"{name}\"\nconnection = \"tcp://127.0.0.1:{}\"\n", name.len())
    });
    shop.config(&format!("{front}{back}"));
    shop.start();
    let mut talk = shop.talk();
    let id = talk.record(4200);
    let first = talk.ok("reprint", json!({"id": id, "printer": "back"}));
    assert_eq!((&first["kind"], &first["printer"]), (&json!("receipt"), &json!("back")));
    let second = talk.ok("reprint", json!({ "id": id }));
    assert_eq!((&second["reprint_number"], &second["printer"]), (&json!(1), &json!("back")));
    let elsewhere = talk.ok("reprint", json!({"id": id, "printer": "front"}));
    assert_eq!((&elsewhere["reprint_number"], &elsewhere["printer"]), (&json!(2), &json!("front")));
}

#[test]
fn what_was_bought_is_found_by_its_name_and_by_pinyin_initials() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    let items = json!([{"name": "可口可乐 330ml", "quantity": 2, "amount": 600}]);
    let id = talk.ok("record", with(event(600), json!({ "items": items })))["id"].clone();
    talk.record(700);
    for words in ["kkkl", "可乐", "kkkl >5"] {
        let found = talk.ok("transactions", json!({ "search": words }));
        let rows = found["rows"].as_array().unwrap();
        assert_eq!((rows.len(), &rows[0]["id"]), (1, &id), "{words}: {found}");
        assert_eq!(rows[0]["found_by"], "product", "{words}: {found}");
    }
    let other = talk.ok("transactions", json!({ "search": "kkkl 7.00" }));
    assert_eq!(other["rows"], json!([]), "bought in another sale");
}

#[test]
fn a_search_of_too_many_words_is_refused_and_not_half_answered() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    let error = talk.error("transactions", json!({"search": "wx ".repeat(33)}));
    assert_eq!((&error["kind"], &error["subject"]), (&json!("invalid"), &json!("search")));
    talk.ok("transactions", json!({"search": "wx ".repeat(32)}));
}

#[test]
fn a_slip_says_the_shops_time_whatever_offset_the_event_came_with() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    let mut sale = event(100);
    sale["time"] = json!("2026-11-20T01:05:00Z");
    let id = talk.ok("record", sale)["id"].clone();
    let receipt = talk.ok("receipt", json!({ "id": id }));
    assert!(receipt["text"].as_str().unwrap().contains("2026-11-20 09:05:00"), "{receipt}");
    assert_eq!(talk.ok("show", json!({ "id": id }))["time"], "2026-11-20T01:05:00.000+00:00");
}
