//! The acquirer's verbs: exit statuses of every way they end, the ladder told line by line, and Chinese without English.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(dead_code, reason = "the daemon of the tests is shared, not every test needs all of it")]

mod daemon;

use daemon::{Act, Daemon, Ran, counterfoil, nobody, ok};
use serde_json::{Value, json};

fn outcome(outcome: &str, cause: Option<&str>) -> Value {
    json!({"outcome": outcome, "code": null, "cause": cause, "candidates": [], "batch": "000031", "host_time": null,
        "steps": [{"name": "tcp", "ok": cause.is_none(), "ms": 3, "detail": "192.0.2.1:8583: the connection was refused",
            "measured": {"code": "connect_refused", "args": ["192.0.2.1:8583"]}}],
        "message": "said the daemon", "action": "", "at": "2026-11-20T09:05:02.000+08:00"})
}

fn settled(outcome: &str, cause: Option<&str>, unknown: bool) -> Value {
    let zero = json!({"count": 0, "amount": 0});
    let totals = json!({"debit": zero, "credit": zero, "foreign_debit": zero, "foreign_credit": zero});
    json!({"outcome": outcome, "code": null, "batch": "000031", "ours": totals, "host": null, "cause": cause,
        "candidates": [], "steps": [], "message": "said the daemon", "action": "", "report": null, "left_out": [],
        "unknown": unknown, "at": "2026-11-20T09:05:02.000+08:00"})
}

fn state() -> Value {
    json!({"state": "signed_out", "via": "host", "terminal_id": "12345678", "merchant_id": "898110012345678",
        "batch": "000031", "last_sign_in": outcome("failed", Some("connection_refused")),
        "open": {"count": 0, "amount": 0}})
}

fn finding(name: &str, ok: Option<bool>, code: &str, cause: Option<&str>) -> Value {
    json!({"finding": name, "ok": ok, "ms": 1, "detail": "English detail",
        "measured": {"code": code, "args": ["192.0.2.1:8583"]}, "cause": cause})
}

fn conclusion(cause: Option<&str>) -> Value {
    json!({"conclusion": true, "cause": cause, "candidates": [], "message": "English message",
        "action": "English action", "measured": {"code": "connect_refused", "args": ["192.0.2.1:8583"]}})
}

fn rows() -> Vec<Value> {
    vec![
        finding("link", Some(true), "interface_connected", None),
        finding("tls", None, "plain_tcp", None),
        finding("tcp", Some(false), "connect_refused", Some("connection_refused")),
        conclusion(Some("connection_refused")),
    ]
}

#[test]
fn every_way_an_acquirers_verb_ends_has_its_exit_status() {
    let table = [
        (vec!["sign-in"], outcome("signed_in", None), 0),
        (vec!["sign-in"], outcome("refused", Some("terminal_not_registered")), 1),
        (vec!["sign-in"], outcome("failed", Some("unreachable")), 1),
        (vec!["sign-out"], outcome("signed_out", None), 0),
        (vec!["sign-out"], outcome("failed", Some("no_response")), 1),
        (vec!["echo"], outcome("answered", None), 0),
        (vec!["echo"], outcome("failed", Some("connection_refused")), 1),
        (vec!["settle"], settled("balanced", None, false), 0),
        (vec!["settle"], settled("unbalanced", None, false), 1),
        (vec!["settle"], settled("refused", Some("host_state_differs"), false), 1),
        (vec!["settle"], settled("failed", Some("connection_refused"), false), 1),
        (vec!["settle"], settled("failed", Some("no_response"), true), 5),
        (vec!["acquirer"], state(), 0),
        (vec!["diagnose"], json!({"rows": rows(), "next": null, "searched_to": null}), 0),
        (vec!["diagnose", "network"], json!({"rows": [conclusion(None)], "next": null, "searched_to": null}), 0),
    ];
    for (verb, answer, status) in table {
        let daemon = Daemon::answering(answer.clone());
        for more in [&[][..], &["--json"], &["--lang", "zh"], &["--lang", "zh", "--json"]] {
            let words: Vec<&str> = verb.iter().chain(more).copied().collect();
            let ran = daemon.run(&words);
            assert_eq!(ran.status, status, "{words:?}: {answer} {}", ran.err);
            assert!(!ran.out.is_empty(), "{words:?}");
        }
    }
    for verb in ["sign-in", "sign-out", "echo", "settle", "acquirer", "diagnose"] {
        let folder = tempfile::tempdir().unwrap();
        let path = nobody(folder.path());
        let ran = Ran::of(&counterfoil(&[verb, "--json", "--socket", &path]).output().unwrap());
        assert_eq!(ran.status, 3, "{verb}: nobody is there");
        assert_eq!(Daemon::refusing("not_permitted", "role_not_allowed").run(&[verb]).status, 4, "{verb}");
        assert_eq!(Daemon::refusing("unavailable", "stopping").run(&[verb]).status, 1, "{verb}: it is there");
        assert_eq!(Daemon::refusing("busy", "other").run(&[verb]).status, 1, "{verb}");
        let broken = Daemon::start(|_, _, _| Act::Close);
        let expected = if ["acquirer", "diagnose"].contains(&verb) { 3 } else { 5 };
        assert_eq!(broken.run(&[verb]).status, expected, "{verb}: asked, and no answer came");
    }
    let wrong = Ran::of(&counterfoil(&["diagnose", "weather"]).output().unwrap());
    assert_eq!(wrong.status, 2);
}

#[test]
fn a_person_is_told_each_rung_as_it_comes_and_a_script_gets_findings_then_conclusion() {
    let daemon = Daemon::start(|id, verb, body| {
        assert_eq!(verb, "diagnose");
        let mut lines = Vec::new();
        if body["progress"] == true {
            let part = |row: &Value| json!({"id": id, "progress": row}).to_string();
            lines.extend(rows().iter().filter(|row| row["conclusion"].is_null()).map(part));
            // it never answers: what was told must have been printed by then
            return Act::Say(lines);
        }
        ok(id, &json!({"rows": rows(), "next": null, "searched_to": null}))
    });
    let script = daemon.run(&["diagnose", "--json"]);
    assert_eq!(script.json(), rows());
    assert!(!daemon.heard.lock().unwrap().iter().any(|line| line.contains("progress")), "a script did not ask for it");

    let mut child = daemon.command(&["diagnose", "--lang", "zh"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut told = String::new();
    for _ in 0..3 {
        std::io::BufRead::read_line(&mut out, &mut told).unwrap();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(told.contains("192.0.2.1:8583 拒绝连接") && told.contains("配置不用加密"), "{told}");
    let english = told.split(|c: char| !c.is_ascii_alphabetic()).find(|word| word.len() > 2);
    assert_eq!(english, None, "{told}");
}

#[test]
fn a_chinese_answer_has_no_english_detail_for_people_nor_in_its_message() {
    let daemon = Daemon::answering(outcome("failed", Some("connection_refused")));
    let shown = daemon.run(&["sign-in", "--lang", "zh"]).out;
    assert!(shown.contains("192.0.2.1:8583 拒绝连接") && !shown.contains("refused"), "{shown}");
    let told = daemon.run(&["sign-in", "--lang", "zh", "--json"]).json().remove(0);
    assert_eq!(told["message"], "收单主机拒绝连接（192.0.2.1:8583 拒绝连接）");
    assert_eq!(told["steps"][0]["detail"], "192.0.2.1:8583: the connection was refused", "scripts keep it");
}
