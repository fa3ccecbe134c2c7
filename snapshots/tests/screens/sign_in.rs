//! The Sign-in screen and the banner: is the terminal signed in, if not why, and what staff do now.

use model::Language;
use serde_json::json;

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
        assert!(session.text().contains("未签到：") && session.text().contains("不要重复收款"), "{}", session.text());
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
            { "name": "answer", "ok": true, "ms": 380, "detail": "102 bytes" } ] });
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
