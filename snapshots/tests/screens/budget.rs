//! The budgets of DESIGN §7 on every screen and from each to each, in Chinese at 80x24: on a good day, on a bad one, and
//! with a million payments behind the list.

use model::Language;

use crate::harness::{Daemon, Session, people::PIN};

/// A key that is typed and its echo.
const TYPED: usize = 60;
/// A row move, median within a page.
const MOVE: usize = 400;
/// A change of the screen, the worst.
const CHANGE: usize = 3500;

/// The keys that go to a screen from anywhere.
const SCREENS: [&str; 10] = ["gh", "gt", "gq", "gp", "gs", "gu", "ga", "g!", "!", "?"];

fn days() -> [(&'static str, Daemon); 3] {
    [
        ("good", Daemon::usual().with_everything()),
        ("bad", Daemon::troubled().with_everything()),
        ("vast", Daemon::vast().with_everything()),
    ]
}

fn manager(daemon: Daemon) -> Session {
    let mut session = Session::coloured_for(Language::Zh, daemon, "01");
    session.frame();
    session
}

#[test]
fn every_screen_is_within_its_budget_from_every_other() {
    let mut worst = (0, String::new());
    for (day, daemon) in days() {
        for from in SCREENS {
            for to in SCREENS.into_iter().chain([":", "/", "r", "<enter>", "<ctrl-l>"]) {
                let mut session = manager(daemon.clone());
                session.press(from);
                session.frame();
                for bytes in session.frames(to) {
                    worst = worst.max((bytes, format!("{day}: {from} then {to}")));
                }
            }
        }
    }
    println!("worst change of a screen {worst:?}");
    assert!(worst.0 <= CHANGE, "{worst:?}");
}

#[test]
fn dialogs_and_pages_are_changes_of_a_screen() {
    let mut worst = (0, String::new());
    for (day, daemon) in days() {
        let mut session = manager(daemon);
        let walks = [
            "gt", "<pgdn>", "<pgdn>", "<end>", "<home>", "<enter>", "<pgdn>", "p", "2", "<esc>", "w", "<esc>", "gt",
            "f", "4", "<enter>", "t", "<esc>", "<esc>", "gt", "o", "<esc>", "s", "s", "s", "/", "1", "<back>", "<esc>",
            "gq", "<pgdn>", "<enter>", "<esc>", "x", "<esc>", "m", "<esc>", "w", "<esc>", "h", "gp", "<enter>", "t",
            "<enter>", "d", "<esc>", "gs", "d", "b", "<esc>", "o", "<esc>", "gu", "a", "<esc>", "<down>", "s", "<esc>",
            "x", "<esc>", "?", "<down>", "<down>", "<pgdn>", "<up>", "ga", "f", "<esc>", "w", "<down>", "g!", "<down>",
            "<enter>", "gh", ":", "<down>", "d", "<back>", "<esc>", "L",
        ];
        for keys in walks {
            for bytes in session.frames(keys) {
                worst = worst.max((bytes, format!("{day}: {keys}")));
            }
        }
    }
    println!("worst of a walk {worst:?}");
    assert!(worst.0 <= CHANGE, "{worst:?}");
}

#[test]
fn a_row_move_is_within_its_budget_in_every_list() {
    for (day, daemon) in days() {
        for (list, keys) in [
            ("home", "gh"),
            ("transactions", "gt"),
            ("search", "/wx<enter>"),
            ("queue", "gq"),
            ("printers", "gp"),
            ("people", "gu"),
            ("audit", "ga"),
            ("alerts", "g!"),
            ("menu", ":"),
            ("filter", "gtf"),
        ] {
            let mut session = manager(daemon.clone());
            session.press(keys);
            session.frame();
            let mut moves: Vec<usize> = (0..12).map(|_| session.frames("<down>").into_iter().sum()).collect();
            moves.extend((0..6).map(|_| session.frames("<up>").into_iter().sum::<usize>()));
            moves.retain(|bytes| *bytes > 0);
            moves.sort_unstable();
            let median = moves.get(moves.len() / 2).copied().unwrap_or(0);
            println!("{day} {list}: median {median}, most {:?}", moves.last());
            assert!(median <= MOVE, "{day} {list} {moves:?}");
        }
    }
}

#[test]
fn a_typed_key_is_echoed_within_its_budget_in_every_field() {
    for (day, daemon) in days() {
        for (field, open, words) in [
            ("search", "/", "0132 wx 11-20..11-21"),
            ("menu", ":", "dyj打印机printers"),
            ("new operator", "gua", "77"),
            ("new PIN", "gu<down>s", "471100"),
            ("approval", "L", PIN),
        ] {
            let mut session = manager(daemon.clone());
            session.press(open);
            session.frame();
            for c in words.chars() {
                session.prompt = false;
                session.press(&c.to_string());
                let echo = session.frame();
                assert!(echo.len() <= TYPED, "{day} {field} {c} {} {echo:?}", echo.len());
                // what is found by it is a change of the screen
                session.prompt = true;
                session.quiet();
                session.answer();
                let found = session.frame().len();
                assert!(found <= CHANGE, "{day} {field} {c} {found}");
            }
        }
    }
}

#[test]
fn what_was_typed_into_the_menu_is_found_once_no_key_waits() {
    let mut session = Session::usual();
    session.press(":");
    session.prompt = false;
    session.press("dyj");
    assert!(session.text().contains(": dyj") && session.text().contains("  队列  "), "{}", session.text());
    session.quiet();
    assert!(session.text().contains(": dyj") && !session.text().contains("  队列  "), "{}", session.text());
    // Enter never acts on what was found for older words
    let mut session = Session::usual();
    session.press(":");
    session.prompt = false;
    session.press("dyj<enter>");
    session.prompt = true;
    session.answer();
    assert!(session.text().contains("上次打好"), "{}", session.text());
}
