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
