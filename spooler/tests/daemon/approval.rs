//! A second person's PIN for one act, and the shop's policy for reprints, over the real socket and on real paper.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::{Value, json};
use shop::{
    Shop, Talk, event,
    people::{hire, pin, talk_of, trail},
    till::{Till, newest_job, until},
};
use sim::printer::Model;

/// A sale of now, which went on paper once.
fn sold(talk: &mut Talk, number: u64, change: Value) -> String {
    let mut sale = event(number);
    sale["time"] = json!(shop::now().to_string());
    sale["print"] = json!(["customer"]);
    for (key, value) in change.as_object().unwrap() {
        sale[key] = value.clone();
    }
    // a sale of nobody's has no operator at all
    sale.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    talk.ok("record", sale)["id"].as_str().unwrap().to_owned()
}

/// Until no job waits any more.
fn settled(talk: &mut Talk) {
    until("the paper is out", || newest_job(talk)["finished_at"].is_string());
}

fn again(talk: &mut Talk, id: &str) -> Value {
    talk.ask("reprint", json!({"id": id}))
}

fn allowed_by(talk: &mut Talk, id: &str, approver: &str, approver_pin: &str) -> Value {
    talk.ask("reprint", json!({"id": id, "approver": approver, "approver_pin": approver_pin}))
}

#[test]
fn a_cashier_reprints_alone_within_the_policy_and_beyond_it_with_a_second_person() {
    let shop = Shop::with_file_printer("[policy]\nreprint = { within = \"1h\", most = 1, above = 5000 }");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    let own = sold(&mut manager, 100, json!({}));
    settled(&mut manager);
    let first = again(&mut cashier, &own)["ok"].clone();
    assert_eq!(
        (&first["kind"], &first["operator"], &first["approver"]),
        (&json!("reprint"), &json!("02"), &json!(null))
    );
    settled(&mut manager);
    let older = model::Moment::new(shop::now().unix_ms() - 3_700_000, 480).to_string();
    for (number, change, reason, subject) in [
        (101, json!({"operator": "03"}), "reprint_not_own", "03"),
        (102, json!({"operator": null}), "reprint_not_own", "-"),
        (103, json!({"amount": 5001}), "reprint_too_large", "5000"),
        (104, json!({"time": older}), "reprint_too_old", "1h"),
    ] {
        let id = sold(&mut manager, number, change);
        settled(&mut manager);
        let refused = again(&mut cashier, &id)["error"].clone();
        let told = (&refused["kind"], &refused["reason"], &refused["subject"]);
        assert_eq!(told, (&json!("needs_approval"), &json!(reason), &json!(subject)), "{refused}");
        assert_eq!(trail(&mut manager, 1), [json!(["02", null, "reprint", id, "refused"])]);
        let job = allowed_by(&mut cashier, &id, "08", &pin("08"))["ok"].clone();
        assert_eq!((&job["operator"], &job["approver"]), (&json!("02"), &json!("08")), "{job}");
        assert_eq!(trail(&mut manager, 1), [json!(["02", "08", "reprint", id, "done"])]);
        settled(&mut manager);
    }
    let second = again(&mut cashier, &own)["error"].clone();
    assert_eq!((&second["reason"], &second["subject"]), (&json!("reprint_too_many"), &json!("1")));
    // who is no cashier needs nobody
    assert_eq!(again(&mut talk_of(&shop, "08"), &own)["ok"]["operator"], "08");
    assert_eq!(again(&mut manager, &own)["ok"]["operator"], "01");
    // a first paper is no exception: an unmarked slip of another's sale is worth more than a marked one
    for (number, operator, allowed) in [(105, "03", false), (106, "02", true)] {
        let mut unprinted = event(number);
        unprinted["operator"] = json!(operator);
        unprinted["time"] = json!(model::Moment::new(shop::now().unix_ms(), 480).to_string());
        let unprinted = manager.ok("record", unprinted)["id"].as_str().unwrap().to_owned();
        let answer = again(&mut cashier, &unprinted);
        assert_eq!(answer["ok"]["kind"] == "receipt", allowed, "{answer}");
        assert_eq!(answer["error"]["reason"] == "reprint_not_own", !allowed, "{answer}");
    }
}

#[test]
fn an_approver_is_somebody_else_who_may_do_it_alone_and_his_wrong_pins_count() {
    let shop = Shop::with_file_printer("");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    let id = sold(&mut manager, 1, json!({"operator": "03"}));
    settled(&mut manager);
    let kind = |answer: &Value| {
        let error = &answer["error"];
        (error["kind"].as_str().unwrap().to_owned(), error["reason"].as_str().unwrap().to_owned())
    };
    let said = |kind: &str, reason: &str| (kind.to_owned(), reason.to_owned());
    let own = allowed_by(&mut cashier, &id, "02", &pin("02"));
    assert_eq!(kind(&own), said("not_permitted", "approver_is_asking"));
    for nobody in ["03", "20", "30"] {
        let answer = allowed_by(&mut cashier, &id, nobody, &pin(nobody));
        assert_eq!(kind(&answer), said("not_permitted", "approver_may_not"), "{nobody}");
    }
    for _ in 0..5 {
        assert_eq!(kind(&allowed_by(&mut cashier, &id, "08", "1")), said("wrong_pin", "wrong_pin"));
        let rows = trail(&mut manager, 2);
        assert_eq!(rows[0], json!(["02", null, "reprint", id, "refused"]));
        assert_eq!(rows[1], json!(["02", null, "log_on", "08", "failed"]));
    }
    assert_eq!(kind(&allowed_by(&mut cashier, &id, "08", &pin("08"))), said("locked_out", "locked_out"));
    assert_eq!(newest_job(&mut manager)["reprint_number"], 0, "nothing of it was printed");
    // one without the other is a mistake, and no approval
    let half = cashier.ask("reprint", json!({"id": id, "approver": "09"}));
    assert_eq!(kind(&half), said("invalid", "bad_key"));
    // beside the verb it is the same as among its keys
    cashier.send(&json!({"id": 900, "reprint": {"id": id}, "approver": "09", "approver_pin": pin("09")}).to_string());
    let done = cashier.line();
    assert_eq!((&done["id"], &done["ok"]["approver"]), (&json!(900), &json!("09")), "{done}");
    // and it was for that one act, the user is the same
    assert_eq!(kind(&again(&mut cashier, &id)).0, "needs_approval");
}

#[test]
fn acts_that_need_two_persons_need_them_of_everybody() {
    let shop = Shop::with_file_printer("[policy]\ntwo_person = [\"drawer_open\", \"operators_add\"]");
    // the shop's own first steps are no exception once there are operators
    let mut talk = shop.talk();
    talk.ok("setup", json!({"name": "王", "pin": "471100"}));
    shop::people::log_on(&mut talk, ("01", "471100"));
    let refused = talk.error("operators_add", json!({"id": "09", "role": "manager", "new_pin": "0909"}));
    assert_eq!((&refused["kind"], &refused["reason"]), (&json!("needs_approval"), &json!("two_persons")));
    let drawer = talk.error("drawer_open", json!({}));
    assert_eq!((&drawer["kind"], &drawer["subject"]), (&json!("needs_approval"), &json!("drawer_open")));
    let alone = talk.error("drawer_open", json!({"approver": "01", "approver_pin": "471100"}));
    assert_eq!(alone["reason"], "approver_is_asking");
}

#[test]
fn a_reason_comes_from_the_shops_list_where_it_has_one() {
    let shop = Shop::with_file_printer("[policy]\nreasons = [\"顾客遗失\", \"卡纸\"]");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    let id = sold(&mut manager, 1, json!({}));
    settled(&mut manager);
    let missing = cashier.error("reprint", json!({"id": id}));
    assert_eq!((&missing["kind"], &missing["reason"]), (&json!("invalid"), &json!("reason_missing")));
    assert_eq!(missing["subject"], "顾客遗失 · 卡纸");
    let other = manager.error("reprint", json!({"id": id, "reason": "其它"}));
    assert_eq!((&other["kind"], &other["reason"]), (&json!("invalid"), &json!("reason_not_listed")));
    assert_eq!(cashier.ok("reprint", json!({"id": id, "reason": " 卡纸 "}))["reason"], "卡纸");
}

#[test]
fn both_stand_on_the_reprint_and_nobody_on_first_paper() {
    let till = Till::open(Model::Full, 0, "");
    let mut manager = hire(&till.shop);
    let mut cashier = talk_of(&till.shop, "02");
    let id = sold(&mut manager, 1, json!({"operator": "03"}));
    until("first paper", || till.sheets().len() == 1);
    settled(&mut manager);
    assert!(allowed_by(&mut cashier, &id, "08", &pin("08"))["error"].is_null());
    until("the reprint", || till.sheets().len() == 2);
    let sheets = till.sheets();
    assert!(!sheets[0].contains("08") || !sheets[0].contains("重打印凭证"), "{}", sheets[0]);
    let mark: Vec<&str> = sheets[1].lines().take(4).collect();
    assert!(mark[0].contains("重打印凭证"), "{}", sheets[1]);
    let names = mark[1..].join(" ");
    assert!(names.contains("02 名02") && names.contains("08 名08"), "{}", sheets[1]);
}
