//! Where a second person is wanted nobody comes round it: not by denying papers, not by being sent away while the act
//! waits; and the trail says who was there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::{Value, json};
use shop::{
    Shop, Talk, event,
    people::{hire, pin, talk_of, trail},
    till::{newest_job, until},
};

/// A sale of now, of which no paper was asked for.
fn sold(talk: &mut Talk, number: u64, change: Value) -> String {
    let mut sale = event(number);
    sale["time"] = json!(shop::now().to_string());
    for (key, value) in change.as_object().unwrap() {
        sale[key] = value.clone();
    }
    talk.ok("record", sale)["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_paper_that_only_a_person_denies_counts_like_one_that_came_out() {
    let shop = Shop::with_file_printer("[policy]\nreprint = { most = 2 }");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    let id = sold(&mut manager, 100, json!({}));
    for nth in 0..3 {
        let job = cashier.ok("reprint", json!({"id": id}));
        assert_eq!(job["kind"], "receipt", "none is out as far as anybody says, so it is first paper: {nth}");
        until("it ended", || newest_job(&mut manager)["finished_at"].is_string());
        cashier.ok("job_resolve", json!({"id": job["id"], "answer": "not_printed"}));
    }
    let refused = cashier.error("reprint", json!({"id": id}));
    assert_eq!((&refused["kind"], &refused["reason"]), (&json!("needs_approval"), &json!("reprint_too_many")));
    let told = cashier.ok("show", json!({"id": id}))["reprint_needs_approval"].clone();
    assert_eq!(told, json!({"customer": "most", "merchant": null}));
}

/// Keeps the PINs' turn taken for a good while: nobody's PIN is tried on many connections.
fn crowd(shop: &Shop) -> Vec<Talk> {
    let mut crowd: Vec<Talk> = (0..12).map(|_| shop.talk()).collect();
    for talk in &mut crowd {
        for id in 1..4 {
            talk.send(&json!({"id": id, "log_on": {"operator": "nobody", "pin": "000000"}}).to_string());
        }
    }
    // by then the others have been read, too
    crowd[0].line();
    crowd
}

#[test]
fn who_is_disabled_while_his_act_waits_has_not_done_it() {
    let shop = Shop::with_file_printer("");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    let id = sold(&mut manager, 100, json!({"operator": "03"}));
    let crowd = crowd(&shop);
    let body = json!({"id": id});
    cashier.send(&json!({"id": 77, "reprint": body, "approver": "08", "approver_pin": pin("08")}).to_string());
    manager.ok("operators_disable", json!({"id": "02"}));
    let answer = cashier.line();
    assert_eq!((&answer["id"], &answer["error"]["kind"]), (&json!(77), &json!("not_permitted")), "{answer}");
    drop(crowd);
    assert_eq!(manager.ok("jobs", json!({}))["rows"], json!([]));
    let row = json!(["02", "08", "reprint", id, "refused"]);
    assert!(trail(&mut manager, 60).contains(&row), "the second person was there, and that is written");
}

#[test]
fn a_manager_who_is_disabled_while_a_new_pin_is_hashed_has_hired_nobody() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut other = talk_of(&shop, "09");
    let crowd = crowd(&shop);
    other.send(&json!({"id": 77, "operators_add": {"id": "66", "role": "manager", "new_pin": "246810"}}).to_string());
    manager.ok("operators_disable", json!({"id": "09"}));
    let answer = other.line();
    assert_eq!(answer["error"]["kind"], "not_permitted", "{answer}");
    drop(crowd);
    let ids: Vec<Value> =
        manager.ok("operators", json!({}))["rows"].as_array().unwrap().iter().map(|o| o["id"].clone()).collect();
    assert!(!ids.contains(&json!("66")), "{ids:?}");
}

#[test]
fn a_refused_act_names_the_second_person_who_was_really_there() {
    let shop = Shop::with_file_printer("");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    let id = sold(&mut manager, 100, json!({"operator": "03"}));
    let body = |approver: &str, pin: &str| json!({"id": id, "approver": approver, "approver_pin": pin});
    assert_eq!(cashier.error("reprint", body("03", &pin("03")))["reason"], "approver_may_not");
    assert_eq!(trail(&mut manager, 1), [json!(["02", "03", "reprint", id, "refused"])]);
    assert_eq!(cashier.error("reprint", body("08", "000000"))["reason"], "wrong_pin");
    assert_eq!(trail(&mut manager, 1), [json!(["02", null, "reprint", id, "refused"])], "a wrong PIN proves nobody");
    let mut support = talk_of(&shop, "20");
    assert_eq!(support.error("reprint", json!({"last": true}))["kind"], "needs_approval");
    assert_eq!(trail(&mut manager, 1), [json!(["20", null, "reprint", id, "refused"])], "the last one is named, too");
}

#[test]
fn every_act_can_be_chosen_for_two_persons_and_a_whole_queue_is_not_less_than_a_job() {
    let shop = Shop::with_file_printer(
        "[policy]\ntwo_person = [\"job_move\", \"session_end\", \"printer_probe\", \"report\"]",
    );
    drop(hire(&shop));
    let mut manager = talk_of(&shop, "09");
    for (verb, body) in [
        ("job_move", json!({"id": "J1", "printer": "front"})),
        ("printer_move", json!({"id": "front", "printer": "front"})),
        ("session_end", json!({"id": 1})),
        ("printer_probe", json!({"id": "tcp://127.0.0.1:1"})),
        ("report", json!({})),
    ] {
        assert_eq!(manager.error(verb, body)["reason"], "two_persons", "{verb}");
    }
}

#[test]
fn a_time_in_the_future_keeps_no_sale_young() {
    let shop = Shop::with_file_printer("[policy]\nreprint = { within = \"1s\" }");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    let tomorrow = model::Moment::new(shop::now().unix_ms() + 86_400_000, 480).to_string();
    let id = sold(&mut manager, 100, json!({"time": tomorrow}));
    let why = |talk: &mut Talk| talk.ok("show", json!({"id": id}))["reprint_needs_approval"]["customer"].clone();
    until("it grows old", || why(&mut cashier) == "within");
    assert_eq!(cashier.error("reprint", json!({"id": id}))["reason"], "reprint_too_old");
}

#[test]
fn what_a_reprint_would_need_is_told_beforehand() {
    let shop = Shop::with_file_printer("[policy]\nreprint = { within = \"1h\", above = 5000 }");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    let at = |minutes: i64| json!(model::Moment::new(shop::now().unix_ms() + minutes * 60_000, 480).to_string());
    for (number, change, why) in [
        (100, json!({}), json!(null)),
        (101, json!({"operator": "03"}), json!("own_only")),
        (102, json!({"amount": 5001}), json!("above")),
        (103, json!({"time": at(-61)}), json!("within")),
    ] {
        let id = sold(&mut manager, number, change);
        let told = |talk: &mut Talk| talk.ok("show", json!({"id": id}))["reprint_needs_approval"]["customer"].clone();
        assert_eq!(told(&mut cashier), why, "{number}");
        assert_eq!(told(&mut manager), json!(null), "a manager needs nobody");
        assert_eq!(told(&mut talk_of(&shop, "20")), json!("role"));
        let allowed = cashier.ask("reprint", json!({"id": id}))["error"].is_null();
        assert_eq!(allowed, why.is_null(), "{number}: what was told holds");
    }
    assert!(manager.ok("transactions", json!({}))["rows"][0]["reprint_needs_approval"].is_null(), "only in show");
}
