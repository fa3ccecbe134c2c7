//! Home, on a good day and a bad one.

use model::Language;
use protocol::Event;

use crate::harness::{Daemon, Session, assert_sheet, screens, small_screens};

#[test]
fn home_on_a_good_day() {
    screens("home", Daemon::usual, |_| {});
}

#[test]
fn home_says_what_is_wrong_and_what_to_do() {
    screens("home-trouble", Daemon::troubled, |_| {});
}

#[test]
fn home_before_the_first_sale() {
    let new_shop = || {
        let mut daemon = Daemon::usual();
        daemon.transactions.clear();
        daemon.jobs.clear();
        daemon.overview.totals.clear();
        daemon
    };
    small_screens("home-first-day", new_shop, |_| {});
}

#[test]
fn an_event_in_another_zone_is_shown_by_the_shops_clock() {
    let mut daemon = Daemon::usual();
    let row = crate::harness::shop::payment(
        140,
        "2026-11-20T14:04:00",
        serde_json::json!({ "time": "2026-11-20T06:04:00Z" }),
    );
    daemon.transactions.insert(0, row);
    let mut session = Session::new(Language::Zh, (80, 24), daemon);
    assert!(session.text().contains("11-20 14:04"), "{}", session.text());
    session.press("<enter>");
    assert!(session.text().contains("2026-11-20 14:04:00"), "{}", session.text());
}

#[test]
fn the_smallest_window_keeps_the_totals_whole() {
    for language in [Language::Zh, Language::En] {
        let session = Session::new(language, (60, 16), Daemon::troubled());
        assert_sheet(&format!("home-small-{language}-60x16"), &session.sheet());
    }
}

#[test]
fn the_selection_stays_where_a_person_put_it_while_alerts_come_and_go() {
    let selected = |session: &Session| {
        let text = session.text();
        text.lines().find(|line| line.starts_with(" >")).unwrap_or_default().to_owned()
    };
    let mut session = Session::new(Language::Zh, (80, 24), Daemon::troubled());
    session.press("<down><down>");
    let before = selected(&session);
    assert!(before.contains("结果未知"), "{before}");
    session.daemon.printers[0] = crate::harness::shop::printer("front", serde_json::json!({}));
    session.event(Event::Changed {
        change: model::Change(900),
        transactions: vec![],
        jobs: vec![],
        printers: vec!["front".into()],
    });
    assert_eq!(selected(&session), before);
    session.press("<end>");
    assert!(selected(&session).contains("¥128.00"), "{}", session.text());
    session.daemon.overview.unknown = 0;
    let event = session.daemon.sell(133);
    session.event(event);
    assert!(selected(&session).contains("¥35.00"), "{}", session.text());
}

/// A day whose sums are wider than any one amount.
fn great_day() -> Daemon {
    let mut daemon = Daemon::usual();
    for total in &mut daemon.overview.totals {
        (total.count, total.amount) = (total.count * 12, 11_999_999_999_988);
    }
    daemon
}

#[test]
fn sums_beyond_one_amount_are_whole_and_a_blank_stands_between_all_columns() {
    for (language, wechat, total) in [(Language::Zh, "微信", "合计"), (Language::En, "WeChat", "total")] {
        for size in [(80, 24), (120, 40)] {
            let text = Session::new(language, size, great_day()).text();
            let words = |name: &str| -> Vec<String> {
                let line = text.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
                line.split_whitespace().map(str::to_owned).collect()
            };
            assert_eq!(words(wechat)[1..3], ["732", "119,999,999,999.88"], "{text}");
            assert_eq!(words(total)[1..5], ["1428", "719,999,999,999.28", "36", "239,999,999,999.76"], "{text}");
            assert!(words(wechat)[3].starts_with('#'), "{text}");
            assert_eq!(text.contains("front"), size.0 == 120, "the printers have room or are left out: {text}");
            let (rows, _) = text.split_once(total).unwrap();
            assert!(!rows.contains('~'), "{text}");
        }
    }
}

#[test]
fn a_sum_that_has_no_room_is_cut_with_a_mark_and_a_line_says_where_to_see_it() {
    let text = Session::new(Language::Zh, (60, 24), great_day()).text();
    let total = text.lines().find(|line| line.contains("合计   ")).unwrap().trim_end_matches('|');
    assert!(total.contains(" 1428 719,999,999,999.28 ") && total.ends_with('~'), "{text}");
    assert!(text.contains("放不下"), "{text}");
}

#[test]
fn what_went_back_to_a_customer_has_a_minus_sign_everywhere() {
    for language in [Language::Zh, Language::En] {
        let mut daemon = Daemon::usual();
        daemon.transactions.drain(..4);
        let mut session = Session::new(language, (80, 24), daemon);
        assert!(session.text().contains("-¥128.00"), "{}", session.text());
        session.press("gt");
        assert!(session.text().lines().nth(3).unwrap().contains(" -128.00 "), "{}", session.text());
        session.press("<enter>");
        assert!(session.text().contains("-¥128.00"), "{}", session.text());
        session.press("p");
        assert!(session.text().contains("  -¥128.00"), "{}", session.text());
    }
}

#[test]
fn advice_that_has_room_is_not_cut() {
    for language in [Language::Zh, Language::En] {
        let mut daemon = Daemon::troubled();
        (daemon.overview.questions.count, daemon.overview.questions.newest) = (1, vec![daemon.jobs[0].id]);
        let text = Session::new(language, (80, 24), daemon).text();
        let alerts: Vec<&str> = text.lines().skip(3).take_while(|line| !line.trim().is_empty()).collect();
        assert!(alerts.len() > 5 && alerts.iter().all(|line| !line.contains('~')), "{text}");
    }
}

#[test]
fn going_home_is_going_to_what_needs_somebody_most() {
    let selected = |session: &Session| {
        let text = session.text();
        text.lines().find(|line| line.starts_with(" >")).unwrap_or_default().to_owned()
    };
    let mut session = Session::new(Language::Zh, (80, 24), Daemon::troubled());
    session.press("<down><down><enter><esc>");
    assert!(selected(&session).contains("结果未知"), "back is where one was: {}", session.text());
    session.press("gtgh");
    assert!(selected(&session).contains("front 缺纸"), "{}", session.text());
    // what was selected is mended: the first row again
    session.press("<down><down>");
    session.daemon.overview.unknown = 0;
    let event = session.daemon.sell(133);
    session.event(event);
    assert!(selected(&session).contains("front 缺纸"), "{}", session.text());
}
