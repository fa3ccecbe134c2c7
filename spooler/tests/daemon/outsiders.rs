//! Support and installers: they record nothing, see no more of a card than its last four digits, can't hide from who shows
//! them the door, and their leaving is written down however they leave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::{Value, json};
use shop::{
    Shop, Talk, event,
    people::{hire, log_on, pin, talk_of, trail},
    till::until,
};

#[test]
fn they_record_nothing_even_where_their_user_may() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    for operator in ["20", "30"] {
        let mut talk = talk_of(&shop, operator);
        assert_eq!(talk.error("record", event(1))["reason"], "role_not_allowed", "{operator}");
        assert_eq!(trail(&mut manager, 1), [json!([operator, null, "record", null, "refused"])]);
        talk.ok("log_off", json!({}));
        let id = talk.record(if operator == "20" { 1 } else { 2 });
        assert!(!id.is_empty(), "the payment app of the same user goes on");
    }
}

#[test]
fn they_see_the_last_four_digits_of_a_card_and_nothing_before_them() {
    let shop = Shop::with_file_printer("[receipts]\ncopies = [\"merchant\", \"customer\"]");
    let mut manager = hire(&shop);
    let mut sale = event(100);
    sale["order"] = json!("6222021234567890128");
    sale["note"] = json!("paid with 6222 0212 3456 7890 128");
    let id = manager.ok("record", sale)["id"].as_str().unwrap().to_owned();
    manager.ok("reprint", json!({"id": id, "reason": "6222021234567890128"}));
    let asks: [(&str, Value); 6] = [
        ("show", json!({"id": id})),
        ("transactions", json!({})),
        ("receipt", json!({"id": id})),
        ("receipt", json!({"id": id, "format": "json"})),
        ("jobs", json!({})),
        ("overview", json!({})),
    ];
    for (verb, body) in &asks {
        let seen = manager.ok(verb, body.clone());
        for operator in ["20", "30"] {
            let cut = talk_of(&shop, operator).ok(verb, body.clone()).to_string();
            assert!(!cut.contains("6222"), "{operator} {verb}: {cut}");
        }
        if *verb == "show" {
            assert_eq!(seen["card"], "622202*********0123");
            assert_eq!(
                talk_of(&shop, "20").ok("show", body.clone())["card"],
                "***************0123",
                "as long as it was"
            );
        }
    }
    let audit = talk_of(&shop, "20").ok("audit", json!({"act": "reprint"}));
    assert!(!audit["rows"].as_array().unwrap().is_empty() && !audit.to_string().contains("6222"), "{audit}");
}

/// The session's number of that operator.
fn session_of(talk: &mut Talk, operator: &str) -> Option<Value> {
    let rows = talk.ok("sessions", json!({}))["rows"].as_array().unwrap().clone();
    rows.into_iter().find(|row| row["operator"] == operator)
}

#[test]
fn a_second_hello_changes_nothing_and_who_was_shown_the_door_stays_out_for_a_while() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut support = talk_of(&shop, "20");
    let before = session_of(&mut manager, "20").unwrap();
    support.send(r#"{"hello":{"program":"x","version":"1","protocol":1,"tty":"console"}}"#);
    assert_eq!(support.line()["hello"]["session"]["operator"], "20");
    assert_eq!(session_of(&mut manager, "20").unwrap(), before);
    manager.ok("session_end", json!({"id": before["session"]}));
    assert_eq!(support.rest(), "", "the connection is closed");
    assert_eq!(session_of(&mut manager, "20"), None);
    let mut again = shop.talk();
    let tried = |talk: &mut Talk| talk.ask("log_on", json!({"operator": "20", "pin": pin("20")}));
    assert_eq!(tried(&mut again)["error"]["kind"], "locked_out");
    manager.ok("operators_unlock", json!({"id": "20"}));
    assert_eq!(tried(&mut again)["ok"]["operator"], "20");
}

#[test]
fn a_supervisor_shows_no_manager_the_door_and_a_manager_is_not_locked_out_by_it() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut other = talk_of(&shop, "09");
    let mut supervisor = talk_of(&shop, "08");
    let session = session_of(&mut manager, "09").unwrap()["session"].clone();
    assert_eq!(supervisor.error("session_end", json!({"id": session}))["reason"], "role_not_allowed");
    other.ok("status", json!({}));
    manager.ok("session_end", json!({"id": session}));
    talk_of(&shop, "09").ok("status", json!({}));
}

#[test]
fn support_that_hands_over_or_is_disabled_has_left_and_that_is_written() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let left = json!(["20", null, "log_off", "20", "done"]);
    let mut support = talk_of(&shop, "20");
    log_on(&mut support, ("08", &pin("08")));
    assert!(trail(&mut manager, 2).contains(&left), "a fast switch");
    let mut support = talk_of(&shop, "20");
    manager.ok("operators_disable", json!({"id": "20"}));
    assert_eq!(trail(&mut manager, 1)[0], left, "disabled");
    assert_eq!(session_of(&mut manager, "20"), None);
    assert_eq!(support.error("jobs", json!({}))["reason"], "log_on_needed");
    drop(support);
    manager.ok("operators_unlock", json!({"id": "20"}));
    drop(talk_of(&shop, "20"));
    until("gone is written once", || trail(&mut manager, 1)[0] == left);
}

#[test]
fn who_is_disabled_hears_nothing_any_more() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    cashier.ok("subscribe", json!({"after": 0}));
    manager.ok("operators_disable", json!({"id": "02"}));
    let id = manager.record(1);
    // a refusal comes in turn with the events: what was to be heard before it was heard
    cashier.send(&json!({"id": 999, "jobs": {}}).to_string());
    loop {
        let line = cashier.line();
        assert!(!line.to_string().contains(&id), "{line}");
        if line["id"] == 999 {
            assert_eq!(line["error"]["reason"], "log_on_needed");
            break;
        }
    }
}
