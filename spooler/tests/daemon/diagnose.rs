//! The ladder over the socket: told rung by rung to who asked for it, and to nobody else; codes and values beside English.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::{Value, json};
use shop::{
    Shop, Talk,
    acquirer::{host, terminal},
};

/// The lines of one request until its answer: the parts, and the answer's rows.
fn live(talk: &mut Talk, body: &Value) -> (Vec<Value>, Vec<Value>) {
    talk.send(&json!({ "id": 77, "diagnose": body }).to_string());
    let mut parts = Vec::new();
    loop {
        let line = talk.line();
        assert_eq!(line["id"], 77, "{line}");
        match line.get("ok") {
            Some(answer) => return (parts, answer["rows"].as_array().unwrap().clone()),
            None => parts.push(line["progress"].clone()),
        }
    }
}

#[test]
fn who_asks_for_progress_is_told_each_rung_before_the_answer_and_who_does_not_is_not() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    for fault in [None, Some("refuse"), Some("accept-silent"), Some("code=97")] {
        host.fault(fault.as_slice()).unwrap();
        let (none, _) = live(&mut talk, &json!({ "id": "sign-in" }));
        assert!(none.is_empty(), "{none:?}");
        let (parts, mut rows) = live(&mut talk, &json!({ "id": "sign-in", "progress": true }));
        let conclusion = rows.pop().unwrap();
        assert_eq!(conclusion["conclusion"], true, "{conclusion}");
        let name = |row: &Value| row["finding"].as_str().unwrap().to_owned();
        let (mut told, mut answered): (Vec<String>, Vec<String>) =
            (parts.iter().map(name).collect(), rows.iter().map(name).collect());
        assert_eq!(told.last().map(String::as_str), Some("clock"), "known last");
        told.rotate_right(1);
        assert_eq!(told, answered, "{fault:?}");
        answered.dedup();
        assert_eq!(answered.len(), told.len(), "each once");
        assert!(parts.iter().all(|part| rows.contains(part)), "as they stand in the answer: {parts:?} {rows:?}");
        for row in &rows {
            let code = row["measured"]["code"].as_str().unwrap_or_default();
            assert!(model::Reading::from_word(code).is_some(), "{row}");
        }
    }
}

#[test]
fn a_ladder_that_is_stopped_is_answered_in_its_turn_and_the_connection_goes_on() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    host.fault(&["accept-silent"]).unwrap();
    talk.send(&json!({ "id": 1, "diagnose": { "id": "sign-in", "progress": true } }).to_string());
    talk.send(&json!({ "id": 2, "diagnose": { "stop": true } }).to_string());
    talk.send(&json!({ "id": 3, "acquirer": {} }).to_string());
    let mut answers = Vec::new();
    while answers.len() < 3 {
        let line = talk.line();
        if !line["ok"].is_null() {
            answers.push((line["id"].clone(), line["ok"].clone()));
        }
    }
    assert_eq!(answers.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), [json!(1), json!(2), json!(3)]);
    assert_eq!(answers[0].1["rows"].as_array().unwrap().last().unwrap()["conclusion"], true);
    assert_eq!(answers[1].1["rows"], json!([]));
    assert_eq!(talk.error("diagnose", json!({ "progress": 1 }))["kind"], "invalid");
}

#[test]
fn what_is_measured_by_way_of_the_terminal_is_said_in_codes_too() {
    let host = host();
    let device = terminal(&host);
    let shop = Shop::at_terminal(&device, "");
    let mut talk = shop.talk();
    for (fault, cause, code) in
        [("silent", "terminal_not_answering", "not_acknowledged"), ("busy", "terminal_busy", "last_sign_in")]
    {
        device.fault(&[fault]).unwrap();
        let answer = talk.ok("sign_in", json!({}));
        assert_eq!(answer["cause"], cause, "{answer}");
        let steps = answer["steps"].as_array().unwrap();
        assert!(steps.iter().all(|step| step["measured"]["code"].is_string()), "{answer}");
        let rows = talk.ok("diagnose", json!({ "id": "sign-in" }))["rows"].clone();
        let conclusion = rows.as_array().unwrap().last().unwrap();
        assert_eq!((&conclusion["cause"], &conclusion["measured"]["code"]), (&json!(cause), &json!(code)), "{rows}");
        // what was kept of it says the same after a restart
        let kept = talk.ok("acquirer", json!({}))["last_sign_in"].clone();
        assert_eq!(kept["steps"], answer["steps"]);
    }
    // the terminal cannot reach its host: its own code, from the table of a terminal's codes
    device.fault(&[]).unwrap();
    drop(host);
    let answer = talk.ok("sign_in", json!({}));
    assert_eq!((&answer["code"], &answer["cause"]), (&json!("N1"), &json!("unreachable")), "{answer}");
}

fn conclusion(talk: &mut Talk) -> Value {
    talk.ok("diagnose", json!({ "id": "sign-in" }))["rows"].as_array().unwrap().last().unwrap().clone()
}

#[test]
fn a_sign_in_that_was_refused_is_named_even_where_the_keys_from_before_still_hold() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    for code in ["96", "91", "30", "90", "ZZ", "12"] {
        host.fault(&[&format!("code={code}*1")]).unwrap();
        let refused = talk.ok("sign_in", json!({}));
        assert_eq!(talk.ok("acquirer", json!({}))["state"], "signed_in", "{code}");
        let found = conclusion(&mut talk);
        assert_eq!(found["cause"], refused["cause"], "{code}: {found}");
        host.fault(&[]).unwrap();
        talk.ok("sign_in", json!({}));
        assert_eq!(conclusion(&mut talk)["cause"], Value::Null, "{code}: a later sign-in mends it");
    }
}

#[test]
fn an_answer_without_a_code_is_judged_alike_by_sign_in_and_diagnosis() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    host.fault(&["no-39"]).unwrap();
    assert_eq!(talk.ok("sign_in", json!({}))["cause"], "malformed_response");
    assert_eq!(conclusion(&mut talk)["cause"], "malformed_response");
}

#[test]
fn with_two_hosts_the_sentence_is_about_the_one_that_names_the_cause() {
    let host = host();
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    // a primary that hears and is silent says more than a backup that is not there
    let shop = Shop::at_host(&host, &format!("backup_host = \"{gone}\""));
    let mut talk = shop.talk();
    host.fault(&["accept-close"]).unwrap();
    let answer = talk.ok("sign_in", json!({}));
    assert_eq!(answer["cause"], "connection_dropped", "{answer}");
    let message = answer["message"].as_str().unwrap();
    assert!(message.contains(&host.address().to_string()) && !message.contains(&gone.to_string()), "{message}");
    // the primary works, and the backup is told nonetheless
    host.fault(&[]).unwrap();
    talk.ok("sign_in", json!({}));
    let rows = talk.ok("diagnose", json!({ "id": "sign-in" }))["rows"].clone();
    let rows = rows.as_array().unwrap();
    let found = rows.last().unwrap();
    assert_eq!(found["cause"], Value::Null, "{found}");
    assert!(found["message"].as_str().unwrap().contains(&gone.to_string()), "{found}");
    let told = rows.iter().any(|row| row["ok"] == false && row["cause"] == "connection_refused");
    assert!(told, "{rows:?}");
}

#[test]
fn a_settlement_that_failed_is_settled_again_and_nobody_is_told_only_to_sign_in() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    for fault in ["accept-silent", "accept-close", "code=77", "code=96", "garbage"] {
        host.fault(&[fault]).unwrap();
        let answer = talk.ok("settle", json!({}));
        let action = answer["action"].as_str().unwrap();
        assert!(action.contains("settle again"), "{fault}: {answer}");
    }
    host.fault(&["accept-close"]).unwrap();
    let answer = talk.ok("sign_out", json!({}));
    assert!(!answer["action"].as_str().unwrap().contains("sign in again"), "{answer}");
}
