//! The bar above every screen: what must never be missing there, and what gives way first.

use model::Language;
use serde_json::json;
use tui::console::Away;

use crate::harness::{Daemon, Session};

const SCREENS: [&str; 10] = ["gh", "gt", "gt<enter>", "gq", "gp", "gs", "gu", "ga", "!", "?"];

fn bar(session: &Session) -> String {
    session.text().lines().next().unwrap().trim_end_matches('|').to_owned()
}

fn with_state(mut daemon: Daemon, state: &str) -> Daemon {
    let line = json!({ "state": state, "cause": null, "at": "2026-11-20T08:00:02.000+08:00", "batch": "000031" });
    daemon.overview.sign_in = Some(serde_json::from_value(line).unwrap());
    daemon
}

#[test]
fn on_every_screen_it_says_shop_screen_sign_in_operator_printers_jobs_alerts_and_clock() {
    for language in [Language::Zh, Language::En] {
        let zh = language == Language::Zh;
        for name in ["红梅", "红梅便利店人民路二十四小时旗舰总店（地铁二号线出口）"] {
            let mut daemon = Daemon::troubled().with_everything();
            daemon.overview.shop = name.into();
            let mut session = Session::logged_on(language, daemon, "01");
            for keys in SCREENS {
                session.press(keys);
                let bar = bar(&session);
                let wanted = if zh {
                    ["未签到", "打印机", "等待 4", "提醒"]
                } else {
                    ["not signed in", "printer", "queue 4", "alerts"]
                };
                assert!(wanted.iter().all(|word| bar.contains(word)), "{keys} {bar}");
                assert!(bar.contains("01") && bar.contains("14:05") && bar.starts_with(" 红梅"), "{keys} {bar}");
                assert!(
                    !bar.contains("  ~") && unicode_width::UnicodeWidthStr::width(bar.as_str()) == 80,
                    "{keys} {bar}"
                );
            }
        }
    }
}

#[test]
fn the_shops_name_gives_way_first_then_what_is_fine() {
    let mut daemon = with_state(Daemon::usual().with_everything(), "signed_in");
    daemon.overview.shop = "红梅便利店人民路二十四小时旗舰总店".into();
    let mut session = Session::logged_on(Language::Zh, daemon.clone(), "01");
    assert_eq!(bar(&session), " 红梅便利店人民路二十~  首页  已签到  打印机 2 台正常  已连接  01 王店长  14:05 ");
    session.press("gp<enter>");
    assert_eq!(bar(&session), " 红梅便利店人民~  打印机详情  已签到  打印机 2 台正常  已连接  01 王店长  14:05 ");
    session.resize(60, 16);
    assert_eq!(bar(&session), " 红梅便~  打印机详情  已签到  打印机 2/2  已连接  01  14:05 ");
    session.resize(120, 40);
    assert!(bar(&session).starts_with(" 红梅便利店人民路二十四小时旗舰总店  打印机详情"), "{}", bar(&session));
}

#[test]
fn how_the_terminal_is_signed_in_is_said_in_words() {
    for (state, zh, en) in [
        ("signed_in", "已签到", " signed in"),
        ("signed_out", "未签到", "not signed in"),
        ("never", "未签到", "not signed in"),
        ("settling", "结算中", "settling"),
    ] {
        for (language, wanted) in [(Language::Zh, zh), (Language::En, en)] {
            let session = Session::new(language, (80, 24), with_state(Daemon::usual(), state));
            assert!(bar(&session).contains(wanted), "{state} {}", bar(&session));
        }
    }
    for daemon in [Daemon::usual(), with_state(Daemon::usual(), "not_configured")] {
        let bar = bar(&Session::new(Language::Zh, (80, 24), daemon));
        assert!(!bar.contains("签到") && !bar.contains("收单"), "a shop without an acquirer: {bar}");
    }
}

#[test]
fn while_the_daemon_is_away_it_claims_nothing_about_what_it_told_before() {
    let mut session = Session::new(Language::En, (80, 24), with_state(Daemon::usual(), "signed_in"));
    session.disconnect(Away::Closed);
    let bar = bar(&session);
    assert!(bar.contains("not connected") && bar.contains("14:05"), "{bar}");
    assert!(!bar.contains("signed in") && !bar.contains("printer"), "{bar}");
}

#[test]
fn on_the_smallest_window_trouble_is_still_said() {
    for language in [Language::Zh, Language::En] {
        let mut session = Session::new(language, (60, 16), Daemon::vast());
        for keys in ["gh", "gt", "gt<enter>", "gq", "gp", "!"] {
            session.press(keys);
            let bar = bar(&session);
            let alerts = if language == Language::Zh { "提醒" } else { "alerts" };
            assert!(bar.contains('!') && bar.contains(alerts) && bar.contains("14:05"), "{keys} {bar}");
        }
    }
}
