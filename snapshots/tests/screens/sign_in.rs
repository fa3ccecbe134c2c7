//! The Sign-in screen and the banner: is the terminal signed in, if not why, and what staff do now.

use model::Language;
use serde_json::{json, value::to_raw_value};
use tui::console::Message;

use crate::harness::{Daemon, Session, assert_sheet, people, small_screens};

fn zeros() -> serde_json::Value {
    json!({ "count": 0, "amount": 0 })
}

#[test]
fn not_signed_in_is_said_on_every_screen_with_what_not_to_do() {
    small_screens("sign-in", Daemon::signed_out, |s| s.press("gs"));
    let mut session = Session::new(Language::Zh, (80, 24), Daemon::signed_out());
    for keys in ["gh", "gt", "gq", "gp", "g!", "?"] {
        session.press(keys);
        assert!(
            session.text().contains("未签到（g s）：") && session.text().contains("不要重复收款"),
            "{}",
            session.text()
        );
    }
}

#[test]
fn a_settlement_without_an_outcome_and_a_sign_out_stand_on_every_screen_and_under_what_needs_somebody() {
    for (state, what, next) in
        [("settling", "结算还没有结果", "再结算一次，不会重复计"), ("signed_out", "已签退", "收款前请先签到")]
    {
        let mut daemon = Daemon::usual();
        let line = json!({ "state": state, "cause": null, "at": null, "batch": "000031" });
        daemon.overview.sign_in = Some(serde_json::from_value(line).unwrap());
        let mut session = Session::new(Language::Zh, (80, 24), daemon);
        session.press("gt");
        assert!(session.text().contains(what) && session.text().contains(next), "{}", session.text());
        assert!(!session.text().contains("不要重复收款"), "{}", session.text());
        session.press("gh");
        assert_eq!(session.text().matches(what).count(), 2, "the banner, and what needs somebody: {}", session.text());
        session.press("g!");
        assert_eq!(session.text().matches(what).count(), 2, "{}", session.text());
    }
}

#[test]
fn three_keys_sign_in() {
    let mut session = Session::new(Language::En, (80, 24), Daemon::signed_out());
    session.press("gs");
    session.prompt = false;
    session.press("<enter>");
    assert!(session.text().contains("signing in"), "{}", session.text());
    let asked = session.open.iter().filter(|(_, verb, _)| *verb == "sign_in").count();
    session.press("<enter>");
    let again = session.open.iter().filter(|(_, verb, _)| *verb == "sign_in").count();
    assert_eq!((asked, again), (1, 1), "one at a time");
    session.daemon.staff().acquirer = people::acquirer("signed_in", json!({}));
    session.prompt = true;
    session.answer();
    let text = session.text();
    assert!(text.contains("signed in  batch 000032"), "{text}");
}

#[test]
fn a_settlement_is_asked_about_and_what_differs_stands_out() {
    let total = |count: u32, amount: u32| json!({ "count": count, "amount": amount });
    let mut session = Session::new(Language::Zh, (80, 24), Daemon::usual());
    session.daemon.staff().outcome = json!({ "outcome": "unbalanced", "code": "00", "batch": "000031",
        "ours": { "debit": total(57, 1_234_560), "credit": total(2, 13_500), "foreign_debit": zeros(),
                  "foreign_credit": zeros() },
        "host": { "debit": total(56, 1_221_760), "credit": total(2, 13_500), "foreign_debit": zeros(),
                  "foreign_credit": zeros() },
        "cause": null, "candidates": [], "message": "English", "action": "English",
        "at": "2026-11-20T14:05:00.000+08:00", "steps": [
            { "name": "tcp", "ok": true, "ms": 31, "detail": "203.0.113.80:8583" },
            { "name": "answer", "ok": true, "ms": 380, "detail": "102 bytes",
              "measured": { "code": "bytes_came", "args": ["102"] } } ] });
    session.press("gsb");
    assert!(session.text().contains("批次号 000031  未结 57 / 12,345.60"), "{}", session.text());
    session.press("<esc>");
    assert!(session.text().contains("已签到"));
    session.press("b<enter>");
    assert_sheet("settle-unbalanced-zh-80x24", &session.sheet());
}

#[test]
fn a_check_names_the_first_cause_and_what_was_not_measured() {
    let mut session = Session::new(Language::En, (80, 24), Daemon::signed_out());
    session.daemon.staff().outcome = json!({ "rows": [
        { "finding": "link", "ok": true, "ms": 1, "detail": "eth0 up", "cause": null },
        { "finding": "gateway", "ok": false, "ms": 900, "detail": "192.168.1.1 FAILED", "cause": "no_gateway" },
        { "finding": "dns", "ok": null, "ms": 0, "detail": "", "cause": null },
        { "conclusion": true, "cause": "no_gateway", "candidates": [], "message": "m", "action": "a" } ],
        "next": null, "searched_to": null });
    session.press("gsd");
    let text = session.text();
    assert!(text.contains("192.168.1.1 FAILED") && text.contains("not measured") && text.contains("900 ms"), "{text}");
}

/// One that is told while the ladder is climbed.
fn rung(session: &mut Session, name: &str, ok: Option<bool>, code: &str, args: &[&str]) {
    let tag = session.open.back().expect("a diagnosis is under way").0;
    let part = json!({ "finding": name, "ok": ok, "ms": 7, "detail": "English", "cause": null,
        "measured": { "code": code, "args": args } });
    session.tell(Message::Part { tag, part: to_raw_value(&part).unwrap() });
}

#[test]
fn the_ladder_fills_in_while_it_is_climbed_and_esc_stops_it_and_stays() {
    for (language, connected, running, stopped) in [
        (Language::Zh, "eth0 已连上", "检查中…", "检查已停止"),
        (Language::En, "eth0 is connected", "checking ...", "stopped; what follows"),
    ] {
        let mut session = Session::new(language, (80, 24), Daemon::usual());
        session.daemon.staff();
        session.press("gs");
        session.prompt = false;
        session.press("d");
        let asked = session.open.back().unwrap();
        assert_eq!((asked.1, &asked.2["progress"]), ("diagnose", &json!(true)));
        assert!(session.text().contains(running), "the first rung is being looked at: {}", session.text());
        rung(&mut session, "link", Some(true), "interface_connected", &["eth0"]);
        rung(&mut session, "address", Some(true), "own_address", &["192.168.1.23"]);
        let text = session.text();
        assert!(text.contains(connected) && text.contains("192.168.1.23") && !text.contains("English"), "{text}");
        let marked = text.lines().find(|line| line.contains(running)).unwrap();
        assert!(marked.contains(if language == Language::Zh { "路由器" } else { "router" }), "{text}");

        session.press("<esc>");
        let text = session.text();
        assert!(text.contains(stopped) && text.contains(connected) && !text.contains(running), "{text}");
        let last = session.open.back().unwrap();
        assert_eq!((last.1, &last.2), ("diagnose", &json!({ "stop": true })), "the daemon is told");
        // what comes late is nobody's
        session.prompt = true;
        session.answer();
        assert!(session.text().contains(stopped), "{}", session.text());
        session.press("<esc>");
        assert!(!session.text().contains(stopped), "Esc leaves once nothing is under way: {}", session.text());
    }
}

#[test]
fn papers_of_the_batch_are_printed_with_the_numeric_pad_alone() {
    for (downs, paper) in [("", "settlement"), ("+", "details"), ("++", "summary"), ("-", "summary")] {
        let mut session = Session::new(Language::Zh, (80, 24), Daemon::usual());
        session.daemon.staff();
        session.press("gs");
        session.press("+");
        let text = session.text();
        for name in ["重打结算单", "打印明细", "打印汇总"] {
            assert!(text.contains(name), "{text}");
        }
        session.prompt = false;
        session.press(downs);
        session.press("<enter><enter>");
        let asked: Vec<_> = session.open.iter().filter(|(_, verb, _)| *verb == "report").collect();
        assert_eq!(asked.len(), 1, "once");
        assert_eq!(asked[0].2["id"], paper);
    }
}
