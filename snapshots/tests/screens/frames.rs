//! What is around the screens: help, the daemon away, small windows, the clock.

use model::{Language, Moment};
use tui::console::Away;

use crate::harness::{Daemon, Session, assert_sheet, chinese_screen, small_screens};

#[test]
fn the_help_page_of_a_screen() {
    small_screens("help", Daemon::usual, |s| s.press("gt?"));
}

#[test]
fn the_daemon_is_not_there_at_the_start() {
    for language in [Language::Zh, Language::En] {
        let mut session = Session::alone(language, (80, 24), Daemon::usual());
        session.disconnect(Away::NotRunning);
        assert_sheet(&format!("away-{language}-80x24"), &session.sheet());
    }
}

#[test]
fn the_daemon_went_away() {
    chinese_screen("away-later", Daemon::usual, |s| s.disconnect(Away::Closed));
}

#[test]
fn another_protocol_is_named() {
    let mut session = Session::alone(Language::Zh, (80, 24), Daemon::usual());
    session.disconnect(Away::OtherProtocol(7));
    assert!(session.text().contains("协议 7") && session.text().contains("它比这里新"), "{}", session.text());
    session.disconnect(Away::OtherProtocol(0));
    assert!(session.text().contains("它比这里旧"), "{}", session.text());
}

#[test]
fn a_small_window_says_so_and_no_size_breaks_anything() {
    let mut session = Session::usual();
    session.press("gt<enter>p");
    session.resize(50, 12);
    assert_sheet("too-small-zh-50x12", &session.sheet());
    for width in [0, 1, 2, 3, 59, 60, 61, 200] {
        for height in [0, 1, 2, 15, 16, 17, 100] {
            for keys in [
                "",
                "gt",
                "gq",
                "gh",
                "?",
                "<esc>r",
                "<esc>/1234<enter>",
                "<pgdn><end>",
                "<esc>gp",
                "t",
                "<esc><enter>d",
            ] {
                session.press(keys);
                session.resize(width, height);
                session.frame();
            }
        }
    }
}

#[test]
fn the_clock_is_the_shops_and_costs_a_few_bytes_a_minute() {
    let mut session = Session::usual();
    session.frame();
    session.minute(Moment::parse("2026-11-20T06:06:00Z").unwrap());
    let bytes = session.frame();
    assert!(session.text().contains("14:06"), "{}", session.text());
    assert!(bytes.len() <= 60, "{} {bytes:?}", bytes.len());
}

#[test]
fn advice_that_is_too_long_for_its_row_stands_below() {
    let mut session = Session::alone(Language::En, (80, 24), Daemon::usual());
    session.disconnect(Away::OtherProtocol(7));
    assert!(session.text().contains("it is newer than this console: update counterfoil here"), "{}", session.text());
    session.disconnect(Away::NotPermitted);
    assert!(session.text().contains("allow this user under [access]"), "{}", session.text());
}
