//! Every (role, verb) pair over the real socket, against what the client was told and what the documentation says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shop::{
    Shop, Talk,
    people::{hire, talk_of, trail},
};

/// The table as it is documented: verb → word for each of cashier, supervisor, manager, support, installer.
fn documented() -> BTreeMap<String, [String; 5]> {
    let text = include_str!("../../src/access/table.md");
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    text.lines()
        .skip(2)
        .filter(|line| line.starts_with('|'))
        .map(|line| {
            let cells = cells(line);
            (cells[1].trim_matches('`').to_owned(), std::array::from_fn(|role| cells[3 + role].clone()))
        })
        .collect()
}

/// A body that every verb understands far enough to have its authority checked, and that does nothing: what it names is
/// not there, or it lacks a key.
fn harmless(verb: &str) -> Value {
    match verb {
        "log_on" => json!({"operator": "nobody", "pin": "0"}),
        "setup" => json!({"name": "x", "pin": "4711"}),
        "show" | "receipt" | "reprint" => json!({"id": "038FTD3KH0000"}),
        "job_show" | "job_hold" | "job_release" | "job_cancel" => json!({"id": "J999"}),
        "job_move" => json!({"id": "J999", "printer": "none"}),
        "job_resolve" => json!({"id": "J999", "answer": "printed"}),
        "printer_test" | "printer_pause" | "printer_resume" => json!({"id": "none"}),
        "printer_probe" => json!({"id": "nonsense"}),
        "printer_move" => json!({"id": "none", "printer": "none"}),
        "drawer_open" => json!({"printer": "none"}),
        "operators_add" => json!({"id": "01", "new_pin": "0"}),
        "operators_set" => json!({"id": "none", "role": "cashier"}),
        "operators_set_pin" => json!({"id": "none", "new_pin": "0"}),
        "operators_disable" | "operators_unlock" => json!({"id": "none"}),
        _ => json!({}),
    }
}

/// How far a request came: `refused` by authority, `needs approval`, or `allowed` with whatever answer.
fn tried(talk: &mut Talk, verb: &str, body: Value) -> &'static str {
    let answer = talk.ask(verb, body);
    match answer["error"]["reason"].as_str() {
        Some("user_not_allowed" | "log_on_needed" | "role_not_allowed") => "refused",
        Some("role_needs_approval" | "two_persons") => "needs approval",
        _ => "allowed",
    }
}

#[test]
fn every_role_may_with_every_verb_what_the_table_says_and_was_told_so() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let table = documented();
    assert!(table.len() > 35, "{}", table.len());
    for (nth, operator) in ["02", "08", "09", "20", "30"].into_iter().enumerate() {
        let mut talk = shop.talk();
        let session = shop::people::log_on(&mut talk, (operator, &shop::people::pin(operator)));
        for (verb, words) in &table {
            if verb == "log_off" {
                continue;
            }
            let word = match words[nth].as_str() {
                "–" => "refused",
                "uids of `record`" | "without a log-on" => "allowed",
                "root, own user" => "allowed",
                word => word,
            };
            assert_eq!(tried(&mut talk, verb, harmless(verb)), word, "{operator} {verb}");
            assert_eq!(session["may"][verb].as_str().unwrap().replace('_', " "), word, "{operator} {verb}");
            if word != "allowed" {
                // authority comes first: not even the keys are looked at, and the refusal is in the trail
                assert_eq!(tried(&mut talk, verb, json!({"nonsense": 1})), word, "{operator} {verb}");
                assert_eq!(trail(&mut manager, 1), [json!([operator, null, verb, null, "refused"])]);
            }
        }
    }
}

#[test]
fn nobody_may_anything_but_record_and_log_on_and_a_second_person_does_not_make_up_for_the_first() {
    let shop = Shop::open("");
    drop(hire(&shop));
    let mut talk = shop.talk();
    for verb in documented().into_keys().filter(|verb| verb != "log_off") {
        let root = rustix::process::geteuid().is_root();
        let open = ["record", "log_on", "setup"].contains(&verb.as_str())
            || (root && ["operators_set", "operators_set_pin"].contains(&verb.as_str()));
        let expected = if open { "allowed" } else { "refused" };
        assert_eq!(tried(&mut talk, &verb, harmless(&verb)), expected, "{verb}");
        if !open {
            let mut body = harmless(&verb);
            body["approver"] = json!("01");
            body["approver_pin"] = json!("471100");
            assert_eq!(tried(&mut talk, &verb, body), expected, "{verb}");
        }
    }
    assert_eq!(tried(&mut talk, "no_such_verb", json!({})), "refused");
}

#[test]
fn what_a_role_may_only_with_a_second_person_it_may_with_one() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let table = documented();
    let mut asked = 0;
    for (nth, operator) in [(0, "02"), (1, "08"), (3, "20"), (4, "30")] {
        let mut talk = talk_of(&shop, operator);
        for (verb, _) in table.iter().filter(|(_, words)| words[nth] == "needs approval") {
            let mut body = harmless(verb);
            body["approver"] = json!("01");
            body["approver_pin"] = json!("471100");
            assert_eq!(tried(&mut talk, verb, body), "allowed", "{operator} {verb}");
            asked += 1;
        }
        // refused is refused, whoever else is there
        for (verb, _) in table.iter().filter(|(_, words)| words[nth] == "–") {
            let body = json!({"approver": "01", "approver_pin": "471100"});
            assert_eq!(tried(&mut talk, verb, body), "refused", "{operator} {verb}");
        }
    }
    assert!(asked > 20, "{asked}");
    let failed = manager.ok("audit", json!({"act": "log_on", "limit": 500}))["rows"].clone();
    assert!(failed.as_array().unwrap().iter().all(|row| row["outcome"] == "done"));
}

#[test]
fn a_user_who_may_only_record_cannot_log_on() {
    use std::os::unix::fs::PermissionsExt as _;
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can ask as somebody else");
        return;
    }
    let shop = Shop::open("[access]\nrecord = [\"54321\"]\nuse = [\"54322\"]");
    std::fs::set_permissions(shop.dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    drop(hire(&shop));
    for (uid, kind) in [(54_321, Some("not_permitted")), (54_322, None)] {
        let socket = shop.socket();
        std::thread::spawn(move || {
            rustix::thread::set_thread_uid(rustix::process::Uid::from_raw(uid)).unwrap();
            let mut talk = Talk::to(&socket);
            let answer = talk.ask("log_on", json!({"operator": "01", "pin": "471100"}));
            assert_eq!(answer["error"]["kind"].as_str(), kind, "{answer}");
            if kind.is_some() {
                talk.ok("record", shop::event(u64::from(uid)));
            } else {
                // root's recovery is root's alone
                talk.ok("log_off", json!({}));
                let refused = talk.error("operators_set_pin", json!({"id": "01", "new_pin": "1234"}));
                assert_eq!(refused["reason"], "log_on_needed");
                assert_eq!(talk.error("setup", json!({"name": "x", "pin": "1234"}))["reason"], "user_not_allowed");
            }
        })
        .join()
        .unwrap();
    }
}
