//! What becomes of the money of a batch when it is settled twice, left behind, settled before every outcome is known, or the
//! spooler is stopped in between: a sale is in a balanced settlement, open, or named. Nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::{Value, json};
use shop::{
    Shop, Talk,
    acquirer::{host, sale},
    people,
};

fn open(talk: &mut Talk) -> Value {
    talk.ok("acquirer", json!({}))["open"].clone()
}

fn none() -> Value {
    json!({ "count": 0, "amount": 0 })
}

fn requests(host: &sim::acquirer::Running) -> Vec<String> {
    host.state().unwrap().recent.into_iter().map(|one| one.request).collect()
}

fn message(answer: &Value) -> &str {
    answer["message"].as_str().unwrap()
}

fn printer(shop: &Shop) -> String {
    format!("[[printer]]\nname = \"front\"\nconnection = \"file://{}\"\n", shop.path("paper.bin").display())
}

/// Waits until the host heard one more request, then kills the daemon in the middle of it.
fn killed_while(shop: &mut Shop, host: &sim::acquirer::Running, talk: &mut Talk, verb: &str) {
    let before = host.state().unwrap().exchanges;
    talk.send(&json!({ "id": 1, verb: {} }).to_string());
    shop::till::until("the host heard it", || host.state().unwrap().exchanges > before);
    shop.kill();
    shop.start();
}

#[test]
fn what_was_settled_is_never_open_again() {
    let host = host();
    let mut shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    talk.ok("record", sale(1, "sale", 8850, "000001", json!({})));
    for round in 0..3 {
        let settled = talk.ok("settle", json!({}));
        let count = u64::from(round == 0);
        assert_eq!(
            (&settled["outcome"], &settled["ours"]["debit"]["count"], open(&mut talk)),
            (&json!("balanced"), &json!(count), none()),
            "{round}"
        );
    }
    assert!(shop.close().success());
    shop.start();
    let mut talk = shop.talk();
    assert_eq!(open(&mut talk), none(), "nor after a restart");
    talk.ok("settle", json!({}));
    talk.ok("record", sale(2, "sale", 100, "000001", json!({})));
    assert_eq!(open(&mut talk), json!({ "count": 1, "amount": 100 }), "what came since is");
}

#[test]
fn an_open_batch_is_not_left_because_of_a_settlement_that_only_wanted_a_sign_in() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    talk.ok("record", sale(1, "sale", 8850, "000001", json!({})));
    let out = talk.ok("sign_out", json!({}));
    assert_eq!(out["outcome"], "signed_out");
    assert!(message(&out).contains("1 transactions of batch 000001, 88.50, are not settled"), "{out}");
    assert_eq!(talk.ok("settle", json!({}))["outcome"], "refused", "nobody is signed in");
    let answer = talk.ok("sign_in", json!({}));
    assert_eq!((&answer["outcome"], &answer["cause"]), (&json!("failed"), &json!("batch_open")), "{answer}");
    assert_eq!(open(&mut talk), json!({ "count": 1, "amount": 8850 }));
}

#[test]
fn a_batch_that_has_to_be_left_is_named_kept_printed_and_audited() {
    let host = host();
    let mut shop = Shop::closed("");
    let config = shop.by_host(host.address(), "auto_sign_in = false") + &printer(&shop);
    shop.config(&config);
    shop.start();
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    talk.ok("record", sale(1, "sale", 8850, "000001", json!({})));
    talk.ok("sign_out", json!({}));
    assert_eq!(talk.ok("sign_in", json!({}))["cause"], "batch_open");
    assert_eq!(talk.ok("settle", json!({}))["cause"], "host_state_differs", "the host has gone on");
    let answer = talk.ok("sign_in", json!({}));
    assert_eq!((&answer["outcome"], &answer["batch"]), (&json!("signed_in"), &json!("000002")), "{answer}");
    assert!(message(&answer).contains("batch 000001 was left with 1 transactions, 88.50"), "{answer}");
    assert!(answer["action"].as_str().unwrap().contains("000001"), "{answer}");
    let state = talk.ok("acquirer", json!({}));
    assert_eq!(state["open"], none());
    let left = &state["unsettled"][0];
    assert_eq!(
        (&left["batch"], &left["count"], &left["amount"]),
        (&json!("000001"), &json!(1), &json!(8850)),
        "{state}"
    );
    let jobs = talk.ok("jobs", json!({}))["rows"].clone();
    assert_eq!((&jobs[0]["kind"], jobs.as_array().unwrap().len()), (&json!("report"), 1), "its list is printed");
    let row = talk.ok("audit", json!({ "act": "sign_in", "limit": 1 }))["rows"][0].clone();
    assert!(row["after"].as_str().unwrap().contains("batch 000001 was left with 1"), "{row}");
    assert!(shop.close().success());
    shop.start();
    assert_eq!(shop.talk().ok("acquirer", json!({}))["unsettled"][0]["batch"], "000001", "kept");
}

#[test]
fn a_sale_whose_outcome_comes_after_its_settlement_is_open_or_late() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    let unknown = |number, amount| sale(number, "sale", amount, "000001", json!({ "status": "unknown" }));
    let approved = |number, amount| sale(number, "sale", amount, "000001", json!({}));
    talk.ok("record", approved(1, 8850));
    talk.ok("record", unknown(2, 100));
    talk.ok("record", unknown(3, 7));
    let settled = talk.ok("settle", json!({}));
    assert_eq!((&settled["outcome"], &settled["unknown_sales"]), (&json!("balanced"), &json!(2)), "{settled}");
    assert!(message(&settled).contains("2 transactions have an unknown outcome"), "{settled}");
    assert_eq!(talk.ok("acquirer", json!({}))["unknown"], 2);
    talk.ok("record", approved(2, 100));
    assert_eq!(
        open(&mut talk),
        json!({ "count": 1, "amount": 100 }),
        "of the current batch: the next settlement has it"
    );
    let settled = talk.ok("settle", json!({}));
    assert_eq!(settled["ours"]["debit"], json!({ "count": 1, "amount": 100 }));
    assert_eq!(talk.ok("sign_in", json!({}))["batch"], "000002");
    talk.ok("record", approved(3, 7));
    let state = talk.ok("acquirer", json!({}));
    assert_eq!(
        (&state["open"], &state["late"], &state["unknown"]),
        (&none(), &json!({ "count": 1, "amount": 7 }), &json!(0)),
        "of a batch that is gone: named"
    );
    let settled = talk.ok("settle", json!({}));
    assert_eq!(settled["outcome"], "balanced");
    assert!(message(&settled).contains("1 transactions, 0.07, of an earlier batch"), "{settled}");
}

#[test]
fn an_end_message_is_owed_until_it_is_acknowledged() {
    let host = host();
    let mut shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    talk.ok("record", sale(1, "sale", 8850, "000001", json!({})));
    host.fault(&["code=96@0320"]).unwrap();
    assert_eq!(talk.ok("settle", json!({}))["outcome"], "balanced");
    let state = talk.ok("acquirer", json!({}));
    assert_eq!((&state["state"], &state["open"]), (&json!("settling"), &none()));
    let again = talk.ok("settle", json!({}));
    assert_eq!((&again["outcome"], &again["cause"]), (&json!("failed"), &json!("host_fault")), "{again}");
    assert_eq!(requests(&host).last().unwrap(), "0320/207", "nothing goes before it");
    shop.kill();
    shop.start();
    let mut talk = shop.talk();
    assert_eq!(talk.ok("acquirer", json!({}))["state"], "settling", "nor does a restart forget it");
    talk.ok("record", sale(2, "sale", 100, "000001", json!({})));
    host.fault(&[]).unwrap();
    let settled = talk.ok("settle", json!({}));
    assert_eq!(
        (&settled["outcome"], &settled["ours"]["debit"]["amount"]),
        (&json!("balanced"), &json!(100)),
        "{settled}"
    );
    let all = requests(&host);
    assert_eq!(all[all.len() - 3..], ["0320/207", "0500/201", "0320/207"], "the owed end, then what came since");
    assert_eq!(talk.ok("acquirer", json!({}))["state"], "signed_in");
    // and a sign-in sends it just as well
    host.fault(&["code=96@0320"]).unwrap();
    talk.ok("settle", json!({}));
    assert_eq!(talk.ok("acquirer", json!({}))["state"], "settling");
    host.fault(&[]).unwrap();
    let before = requests(&host).len();
    assert_eq!(talk.ok("sign_in", json!({}))["outcome"], "signed_in");
    assert_eq!(requests(&host)[before..before + 2], ["0320/207", "0800/003"]);
    assert_ne!(talk.ok("acquirer", json!({}))["state"], "settling");
}

#[test]
fn what_was_asked_before_a_crash_stands_in_the_trail_with_who_asked() {
    let host = host();
    let mut shop = Shop::closed("");
    let config = shop.by_host(host.address(), "auto_sign_in = false") + &printer(&shop);
    shop.config(&config);
    shop.start();
    people::hire(&shop);
    let mut manager = people::talk_of(&shop, "09");
    assert_eq!(manager.ok("sign_in", json!({}))["outcome"], "signed_in");
    manager.ok("record", sale(1, "sale", 8850, "000001", json!({})));
    host.fault(&["no-answer"]).unwrap();
    for verb in ["settle", "sign_in", "sign_out"] {
        let mut asking = people::talk_of(&shop, "09");
        killed_while(&mut shop, &host, &mut asking, verb);
        let mut manager = people::talk_of(&shop, "09");
        let row = manager.ok("audit", json!({ "act": verb, "limit": 1 }))["rows"][0].clone();
        assert_eq!((&row["actor"], &row["outcome"]), (&json!("09"), &json!("failed")), "{verb}: {row}");
        assert!(row["after"].as_str().unwrap().starts_with("unknown"), "{verb}: {row}");
        let told = manager.ok("acquirer", json!({}))["history"][0].clone();
        assert_eq!(told["act"], verb);
        assert!(message(&told).contains("the outcome is not known"), "{told}");
        assert_eq!(
            manager.ok("audit", json!({ "act": verb }))["rows"].as_array().unwrap().len(),
            1 + usize::from(verb == "sign_in")
        );
    }
    assert!(people::talk_of(&shop, "09").ok("audit_verify", json!({}))["ok"].as_bool().unwrap());
    assert_eq!(open(&mut people::talk_of(&shop, "09"))["count"], 1, "nobody said that it balances");
}

#[test]
fn a_settlement_that_balanced_just_before_a_crash_is_told_and_printed_after_it() {
    let host = host();
    let mut shop = Shop::closed("");
    let config = shop.by_host(host.address(), "auto_sign_in = false") + &printer(&shop);
    shop.config(&config);
    shop.start();
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    talk.ok("record", sale(1, "sale", 8850, "000001", json!({})));
    let mut asking = shop.talk();
    asking.send(&json!({ "id": 1, "settle": {} }).to_string());
    shop::till::until("the host heard the end", || requests(&host).iter().any(|one| one == "0320/207"));
    shop.kill();
    shop.start();
    let mut talk = shop.talk();
    assert_eq!(open(&mut talk), none());
    let row = talk.ok("audit", json!({ "act": "settle" }))["rows"].clone();
    assert_eq!((row.as_array().unwrap().len(), &row[0]["outcome"]), (1, &json!("done")), "{row}");
    let jobs = talk.ok("jobs", json!({}))["rows"].clone();
    assert_eq!((jobs.as_array().unwrap().len(), &jobs[0]["kind"]), (1, &json!("report")), "once: {jobs}");
}
