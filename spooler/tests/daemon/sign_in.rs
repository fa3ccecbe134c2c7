//! Sign-in, sign-out and echo through the real daemon at a host and at a payment terminal: the day, every fault by its cause,
//! crashes, and what happens by itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shop::{
    Shop,
    acquirer::{MERCHANT, TERMINAL, arguments, host, sale, terminal, until},
};
use sim::acquirer::{Breakable, FaultKind};

fn steps(answer: &Value) -> Vec<(String, Value)> {
    let steps = answer["steps"].as_array().unwrap();
    steps.iter().map(|step| (step["name"].as_str().unwrap().to_owned(), step["ok"].clone())).collect()
}

#[test]
fn a_day_at_the_host() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    let state = talk.ok("acquirer", json!({}));
    assert_eq!(
        (&state["state"], &state["via"], &state["terminal_id"], &state["merchant_id"]),
        (&json!("never"), &json!("host"), &json!(TERMINAL), &json!(MERCHANT))
    );
    assert_eq!(
        (&state["batch"], &state["last_sign_in"], &state["open"]["count"]),
        (&Value::Null, &Value::Null, &json!(0))
    );
    assert_eq!(talk.ok("echo", json!({}))["outcome"], "answered", "77 before a sign-in proves the way too");

    let answer = talk.ok("sign_in", json!({}));
    assert_eq!(
        (&answer["outcome"], &answer["code"], &answer["cause"]),
        (&json!("signed_in"), &json!("00"), &Value::Null)
    );
    assert_eq!((&answer["batch"], &answer["candidates"]), (&json!("000001"), &json!([])));
    assert!(answer["host_time"].as_str().unwrap().ends_with("+08:00"), "{answer}");
    let names: Vec<String> = steps(&answer).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["dns", "tcp", "send", "answer", "check", "code", "keys", "batch", "clock"]);

    let state = talk.ok("acquirer", json!({}));
    assert_eq!((&state["state"], &state["batch"]), (&json!("signed_in"), &json!("000001")));
    assert_eq!(state["last_sign_in"]["outcome"], "signed_in");
    assert_eq!(talk.ok("overview", json!({}))["sign_in"]["state"], "signed_in");
    assert_eq!(talk.ok("echo", json!({}))["code"], "00");

    for _ in 0..2 {
        assert_eq!(talk.ok("sign_out", json!({}))["outcome"], "signed_out", "twice is no failure");
        assert_eq!(talk.ok("acquirer", json!({}))["state"], "signed_out");
    }
    assert_eq!(talk.ok("sign_in", json!({}))["batch"], "000002", "signing out began the next batch");
    let acts: Vec<Value> =
        talk.ok("audit", json!({}))["rows"].as_array().unwrap().iter().map(|r| r["act"].clone()).collect();
    assert_eq!(acts, ["sign_in", "sign_out", "sign_out", "sign_in"], "an echo changes nothing");
    assert!(!shop.log().contains("0123456789"), "no key in the log");
}

/// A fault, its cause, an outcome of `sign_in`, the code, and the state afterwards if it was signed in before.
type Row = (&'static str, &'static str, &'static str, Option<&'static str>, &'static str);

const FAULTS: &[Row] = &[
    ("refuse", "connection_refused", "failed", None, "signed_in"),
    ("blackhole", "unreachable", "failed", None, "signed_in"),
    ("rst", "connection_dropped", "failed", None, "signed_out"),
    ("accept-close", "connection_dropped", "failed", None, "signed_in"),
    ("accept-silent", "no_response", "failed", None, "signed_out"),
    ("close-after-request", "addressing", "failed", None, "signed_out"),
    ("no-answer", "no_response", "failed", None, "signed_out"),
    ("drip=20", "no_response", "failed", None, "signed_out"),
    ("half-frame", "malformed_response", "failed", None, "signed_out"),
    ("stall", "malformed_response", "failed", None, "signed_out"),
    ("len+1", "malformed_response", "failed", None, "signed_out"),
    ("len-1", "malformed_response", "failed", None, "signed_out"),
    ("extra-bytes", "malformed_response", "failed", None, "signed_out"),
    ("garbage", "malformed_response", "failed", None, "signed_out"),
    ("oversized", "malformed_response", "failed", None, "signed_out"),
    ("http=500-empty", "malformed_response", "failed", None, "signed_out"),
    ("http=502-html", "malformed_response", "failed", None, "signed_out"),
    ("http=200-no-body", "malformed_response", "failed", None, "signed_out"),
    ("code=03", "merchant_not_registered", "refused", Some("03"), "signed_out"),
    ("code=97", "terminal_not_registered", "refused", Some("97"), "signed_out"),
    ("code=58", "terminal_not_permitted", "refused", Some("58"), "signed_out"),
    ("code=77", "host_state_differs", "refused", Some("77"), "signed_out"),
    ("code=22", "host_state_differs", "refused", Some("22"), "signed_out"),
    ("code=99", "host_state_differs", "refused", Some("99"), "signed_out"),
    ("code=30", "format_refused", "refused", Some("30"), "signed_in"),
    ("code=12", "function_not_supported", "refused", Some("12"), "signed_in"),
    ("code=40", "function_not_supported", "refused", Some("40"), "signed_in"),
    ("code=90", "host_busy", "refused", Some("90"), "signed_in"),
    ("code=91", "host_fault", "refused", Some("91"), "signed_in"),
    ("code=96", "host_fault", "refused", Some("96"), "signed_in"),
    ("code=A7", "host_fault", "refused", Some("A7"), "signed_in"),
    ("code=ZZ", "unknown_code", "refused", Some("ZZ"), "signed_in"),
    ("keys=wrong-tmk", "key_check_failed", "failed", Some("00"), "signed_out"),
    ("keys=flip-pik-kcv", "key_check_failed", "failed", Some("00"), "signed_out"),
    ("keys=flip-mak-kcv", "key_check_failed", "failed", Some("00"), "signed_out"),
    ("keys=39-byte", "key_layout_unknown", "failed", Some("00"), "signed_out"),
    ("keys=no-62", "key_layout_unknown", "failed", Some("00"), "signed_out"),
    ("keys=tagged", "key_layout_unknown", "failed", Some("00"), "signed_out"),
    ("require-settle", "host_state_differs", "refused", Some("77"), "signed_out"),
    ("echo-wrong=11", "mismatched_response", "failed", None, "signed_out"),
    ("echo-wrong=41", "mismatched_response", "failed", None, "signed_out"),
    ("echo-wrong=42", "mismatched_response", "failed", None, "signed_out"),
    ("mti=0800", "mismatched_response", "failed", None, "signed_out"),
    ("replay-previous", "mismatched_response", "failed", None, "signed_out"),
    ("no-39", "malformed_response", "failed", None, "signed_out"),
    ("batch-jump", "batch_open", "failed", Some("00"), "signed_out"),
];

#[test]
fn every_fault_of_the_host_has_its_cause_its_action_and_its_state() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    let mut wrong = Vec::new();
    for (number, (fault, cause, outcome, code, state)) in FAULTS.iter().enumerate() {
        host.fault(&[]).unwrap();
        let good = talk.ok("sign_in", json!({}));
        assert_eq!(good["outcome"], "signed_in", "before {fault}: {good}");
        if number == 0 {
            let batch = good["batch"].as_str().unwrap();
            talk.ok("record", sale(1, "sale", 100, batch, json!({})));
        }
        host.fault(&[fault]).unwrap();
        let answer = talk.ok("sign_in", json!({}));
        let now = talk.ok("acquirer", json!({}));
        let expected = (json!(outcome), json!(cause), json!(code), json!(state), json!("000001"));
        let found = (
            answer["outcome"].clone(),
            answer["cause"].clone(),
            answer["code"].clone(),
            now["state"].clone(),
            now["batch"].clone(),
        );
        if found != expected {
            wrong.push(format!("{fault}: {found:?}, expected {expected:?}: {answer}"));
        }
        let said = |key: &str| answer[key].as_str().is_some_and(|text| !text.is_empty());
        assert!(said("message") && said("action"), "{fault}: {answer}");
        assert!(answer["steps"].as_array().unwrap().iter().any(|step| step["ok"] == false), "{fault}: {answer}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_switch_of_the_host_is_forgotten() {
    let elsewhere = [
        // no fault of a sign-in: it succeeds
        "late",
        "tpdu-noswap",
        "echo-open",
        "demand",
        "clock",
        // told by other tests
        "tls",
        "tpdu-strict",
        "header-strict",
        "batch",
        "second-terminal",
        "mac",
        "settle",
        "upload-drop",
    ];
    let named: BTreeSet<&str> = FAULTS.iter().map(|(fault, ..)| fault.split('=').next().unwrap()).collect();
    for (name, ..) in FaultKind::TABLE {
        assert!(named.contains(name) != elsewhere.contains(name), "{name}");
    }
}

#[test]
fn a_host_that_does_not_know_our_addressing_closes() {
    for (fault, key) in [("tpdu-strict", "tpdu = \"6000990000\""), ("header-strict", "header = \"602200311000\"")] {
        let host = host();
        host.fault(&[fault]).unwrap();
        let mut shop = Shop::closed("");
        let config = shop.by_host(host.address(), "auto_sign_in = false");
        let replaced = match key.starts_with("tpdu") {
            true => config.replace("tpdu = \"6000030000\"", key),
            false => config.replace("header = \"603100311000\"", key),
        };
        shop.config(&replaced);
        shop.start();
        let answer = shop.talk().ok("sign_in", json!({}));
        assert_eq!((&answer["cause"], &answer["candidates"]), (&json!("addressing"), &json!(["connection_dropped"])));
    }
}

#[test]
fn broken_tls_is_named() {
    for (fault, cause) in [
        (None, Value::Null),
        (Some("tls=expired"), json!("tls_expired")),
        (Some("tls=not-yet-valid"), json!("clock_wrong")),
        (Some("tls=wrong-name"), json!("tls_wrong_name")),
        (Some("tls=unknown-ca"), json!("tls_untrusted")),
        (Some("tls=plain"), json!("tls_failed")),
        (Some("tls=tls1.0-only"), json!("tls_failed")),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let host = sim::acquirer::Running::start(&arguments().with_tls(folder.path())).unwrap();
        host.fault(fault.as_slice()).unwrap();
        let ca = folder.path().join("ca.pem");
        let shop = Shop::at_host(&host, &format!("tls = {{ ca = \"{}\", server_name = \"localhost\" }}", ca.display()));
        let answer = shop.talk().ok("sign_in", json!({}));
        assert_eq!(answer["cause"], cause, "{fault:?}: {answer}");
        let found = shop.talk().ok("diagnose", json!({ "id": "sign-in" }));
        let conclusion = found["rows"].as_array().unwrap().last().unwrap().clone();
        if fault.is_some() {
            assert_eq!(conclusion["cause"], cause, "{fault:?}: {found}");
        }
    }
}

#[test]
fn a_batch_from_the_host_never_overwrites_an_open_one() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    talk.ok("record", sale(1, "sale", 8850, "000001", json!({})));
    talk.ok("record", sale(2, "refund", 50, "000001", json!({})));
    talk.ok("record", sale(3, "sale", 1, "000001", json!({ "status": "declined", "response_code": "51" })));
    talk.ok("record", sale(4, "sale", 1, "000009", json!({})));
    assert_eq!(talk.ok("acquirer", json!({}))["open"], json!({ "count": 2, "amount": 8800 }));
    host.fault(&["batch=000123*1"]).unwrap();
    let answer = talk.ok("sign_in", json!({}));
    assert_eq!(
        (&answer["outcome"], &answer["cause"], &answer["batch"]),
        (&json!("failed"), &json!("batch_open"), &json!("000001"))
    );
    assert!(answer["action"].as_str().unwrap().starts_with("settle first"), "{answer}");
    assert_eq!(talk.ok("acquirer", json!({}))["batch"], "000001");
}

#[test]
fn without_a_usable_master_key_nobody_is_asked_and_printing_goes_on() {
    let host = host();
    let mut shop = Shop::closed("");
    let config = shop.by_host(host.address(), "auto_sign_in = false");
    std::fs::write(shop.path("master.key"), "not a key").unwrap();
    shop.config(&config);
    shop.start();
    let mut talk = shop.talk();
    assert_eq!(talk.ok("sign_in", json!({}))["cause"], "master_key_missing");
    assert_eq!(host.state().unwrap().connections, 0);
    talk.record(1);
    let found = talk.ok("diagnose", json!({ "id": "sign-in" }));
    assert_eq!(found["rows"].as_array().unwrap().last().unwrap()["cause"], "master_key_missing", "{found}");
}

#[test]
fn without_an_acquirer_everything_says_so() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    assert_eq!(talk.ok("acquirer", json!({}))["state"], "not_configured");
    for verb in ["sign_in", "sign_out", "echo", "settle"] {
        let answer = talk.ok(verb, json!({}));
        assert_eq!((&answer["outcome"], &answer["cause"]), (&json!("failed"), &json!("not_configured")), "{verb}");
    }
    assert_eq!(talk.ok("overview", json!({}))["sign_in"]["state"], "not_configured");
}

#[test]
fn a_trace_is_never_used_again_whenever_the_daemon_is_killed() {
    let host = host();
    let mut shop = Shop::at_host(&host, "");
    for round in 0..8 {
        let mut talk = shop.talk();
        if round % 2 == 0 {
            // killed while the host is silent
            host.fault(&["no-answer"]).unwrap();
            talk.send(&json!({ "id": 1, "sign_in": {} }).to_string());
            let begun = std::time::Instant::now();
            let before = host.state().unwrap().exchanges;
            while host.state().unwrap().exchanges == before {
                assert!(begun.elapsed().as_secs() < 60);
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        } else {
            host.fault(&[]).unwrap();
            assert_eq!(talk.ok("sign_in", json!({}))["outcome"], "signed_in");
        }
        shop.kill();
        shop.start();
    }
    let recent = host.state().unwrap().recent;
    let traces: Vec<String> = recent.iter().map(|one| one.trace.clone()).collect();
    let different: BTreeSet<&String> = traces.iter().collect();
    assert_eq!((different.len(), traces.len()), (traces.len(), 8), "{traces:?}");
    assert!(traces.is_sorted(), "{traces:?}");
    assert_eq!(shop.talk().ok("acquirer", json!({}))["state"], "signed_in", "persisted before it was shown");
}

/// A sale that is made now and gets this code: one from before the sign-in says nothing of its keys.
fn declined(number: u64, code: &str) -> Value {
    let more = json!({ "status": "declined", "response_code": code, "time": shop::now() });
    sale(number, "sale", 100, "000001", more)
}

#[test]
fn the_daemon_signs_in_by_itself_at_the_start_and_when_a_sale_says_so() {
    let host = host();
    let mut shop = Shop::closed("");
    shop.config(&shop.by_host(host.address(), ""));
    shop.start();
    let mut talk = shop.talk();
    until(&mut talk, "acquirer", |state| state["state"] == "signed_in");
    talk.ok("subscribe", json!({ "after": 0 }));
    talk.ok("record", sale(1, "sale", 100, "000001", json!({ "time": shop::now() })));
    talk.ok("record", declined(2, "A0"));
    let state = until(&mut talk, "acquirer", |state| {
        state["history"].as_array().unwrap().len() > 1 || state["cause"] == "duplicate_terminal"
    });
    assert!(state["cause"] == "duplicate_terminal" || state["state"] == "signed_in", "{state}");
}

#[test]
fn after_a0_the_sale_before_it_tells_mac_from_duplicate() {
    for (good, cause) in [(false, "mac_mismatch"), (true, "duplicate_terminal")] {
        let host = host();
        let shop = Shop::at_host(&host, "");
        let mut talk = shop.talk();
        talk.ok("sign_in", json!({}));
        if good {
            talk.ok("record", sale(1, "sale", 100, "000001", json!({ "time": shop::now() })));
        }
        talk.ok("record", declined(2, "A0"));
        let state = until(&mut talk, "acquirer", |state| state["state"] == "signed_out");
        assert_eq!(state["cause"], cause);
        let found = talk.ok("diagnose", json!({ "id": "sign-in" }));
        assert_eq!(found["rows"].as_array().unwrap().last().unwrap()["cause"], cause, "{found}");
        assert_eq!(host.state().unwrap().terminals[0].sign_ins, 1, "auto_sign_in = false");
        // another's terminal number says nothing about ours
        assert_eq!(talk.ok("sign_in", json!({}))["outcome"], "signed_in");
        talk.ok("record", sale(3, "sale", 1, "000001", json!({ "terminal_id": "87654321", "response_code": "77" })));
        talk.ok("echo", json!({}));
        assert_eq!(talk.ok("acquirer", json!({}))["state"], "signed_in");
    }
}

#[test]
fn a_day_with_a_payment_terminal() {
    let host = host();
    let device = terminal(&host);
    let shop = Shop::at_terminal(&device, "");
    let mut talk = shop.talk();
    assert_eq!(talk.ok("echo", json!({}))["outcome"], "answered");
    let answer = talk.ok("sign_in", json!({}));
    assert_eq!((&answer["outcome"], &answer["batch"]), (&json!("signed_in"), &json!("000001")), "{answer}");
    assert!(device.state().unwrap().signed_in);
    let out = talk.ok("sign_out", json!({}));
    assert_eq!((&out["outcome"], &out["cause"]), (&json!("failed"), &json!("function_not_supported")));
    assert_eq!(talk.ok("acquirer", json!({}))["via"], "terminal");
}

/// A fault, its cause, an outcome of `sign_in`, the state afterwards if it was signed in before, and a word of the action.
type TerminalRow = (&'static str, &'static str, &'static str, &'static str, &'static str);

const TERMINAL_FAULTS: &[TerminalRow] = &[
    ("silent", "terminal_not_answering", "failed", "signed_in", "is on"),
    ("no-answer", "terminal_not_answering", "failed", "signed_out", "is on"),
    ("nak", "terminal_busy", "failed", "signed_in", "finish or cancel"),
    ("wrong-lrc", "malformed_response", "failed", "signed_out", "sign in again"),
    ("busy", "terminal_busy", "refused", "signed_in", "finish or cancel"),
    ("code=96", "host_fault", "refused", "signed_in", "wait some minutes"),
    ("code=97@05", "terminal_not_registered", "refused", "signed_out", "terminal_id"),
    ("code=Q7", "unknown_code", "refused", "signed_in", "tell the acquirer"),
    ("drop=20", "malformed_response", "failed", "signed_out", "sign in again"),
    ("garbage", "malformed_response", "failed", "signed_out", "sign in again"),
    ("record-length=100", "malformed_response", "failed", "signed_out", "sign in again"),
    ("wrong-check", "mismatched_response", "failed", "signed_out", "sign in again"),
    ("wrong-terminal", "mismatched_response", "failed", "signed_out", "slip"),
    ("no-ack", "", "signed_in", "signed_in", ""),
    ("record-length=400", "", "signed_in", "signed_in", ""),
];

#[test]
fn every_fault_of_the_payment_terminal_has_its_cause_its_action_and_its_state() {
    let host = host();
    let device = terminal(&host);
    let shop = Shop::at_terminal(&device, "");
    let mut talk = shop.talk();
    let mut wrong = Vec::new();
    for (fault, cause, outcome, state, action) in TERMINAL_FAULTS {
        device.fault(&[]).unwrap();
        let good = talk.ok("sign_in", json!({}));
        assert_eq!(good["outcome"], "signed_in", "before {fault}: {good}");
        device.fault(&[fault]).unwrap();
        let answer = talk.ok("sign_in", json!({}));
        let now = talk.ok("acquirer", json!({}))["state"].clone();
        let does = answer["action"].as_str().unwrap_or_default();
        let found = (&answer["outcome"], answer["cause"].as_str().unwrap_or_default(), now.as_str().unwrap());
        let fits = if action.is_empty() { does.is_empty() } else { does.contains(action) };
        if found != (&json!(outcome), *cause, *state) || !fits {
            wrong.push(format!("{fault}: {found:?}: {answer}"));
        }
        // while the terminal is as it was a diagnosis names the same
        let rows = talk.ok("diagnose", json!({ "id": "sign-in" }))["rows"].clone();
        let concluded = rows.as_array().unwrap().last().unwrap();
        if concluded["cause"].as_str().unwrap_or_default() != *cause {
            wrong.push(format!("{fault}: diagnosed {concluded}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    device.fault(&["wrong-terminal"]).unwrap();
    let answer = talk.ok("sign_in", json!({}));
    assert!(answer["message"].as_str().unwrap().contains(TERMINAL), "both numbers: {answer}");
    drop(device);
    assert_eq!(talk.ok("sign_in", json!({}))["cause"], "terminal_not_answering", "switched off");
}

#[test]
fn an_acquirer_may_have_codes_of_its_own_in_a_file_beside_the_config() {
    let host = host();
    host.fault(&["code=91"]).unwrap();
    let own = "[[code]]\ncode = \"91\"\nclass = \"D\"\ncause = \"function_not_supported\"\nzh = \"参数需更新\"\n\
               en = \"Parameters need an update\"\n";
    for (file, text, cause) in [
        ("示例收单.toml", own, "function_not_supported"),
        ("another.toml", own, "host_fault"),
        ("示例收单.toml", "nonsense", "host_fault"),
    ] {
        let mut shop = Shop::closed("");
        std::fs::create_dir(shop.path("acquirers.d")).unwrap();
        std::fs::write(shop.path("acquirers.d").join(file), text).unwrap();
        shop.config(&shop.by_host(host.address(), "auto_sign_in = false\nname = \"示例收单\""));
        shop.start();
        let answer = shop.talk().ok("sign_in", json!({}));
        assert_eq!(answer["cause"], cause, "{file}: {answer}");
        assert_eq!(shop.log().contains("acquirers.d"), text == "nonsense", "a table that can't be read is named");
    }
}
