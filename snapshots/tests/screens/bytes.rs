//! What a frame costs on a thin line (DESIGN §7), counted where it is written, in Chinese at 80x24.

use model::Language;

use crate::harness::{Daemon, Session};

/// The session with the colours a terminal really gets.
fn session(keys: &str) -> Session {
    let mut session = Session::coloured(Language::Zh, (80, 24), Daemon::troubled());
    session.press(keys);
    session.frame();
    session
}

#[test]
fn a_typed_digit_costs_at_most_sixty_bytes() {
    let mut session = session("/");
    session.prompt = false;
    for digit in ["1", "2", "3"] {
        session.press(digit);
        let bytes = session.frame();
        assert!(!bytes.is_empty() && bytes.len() <= 60, "{} {bytes:?}", bytes.len());
    }
}

#[test]
fn a_row_move_costs_at_most_four_hundred_bytes() {
    let mut session = session("gt");
    let mut most = 0;
    for _ in 0..15 {
        session.press("<down>");
        most = most.max(session.frame().len());
    }
    println!("row move {most}");
    assert!(most <= 400, "{most}");
}

#[test]
fn a_row_move_among_printers_costs_at_most_four_hundred_bytes() {
    let mut daemon = crate::printers::several();
    daemon.printers[1] = crate::printers::wordy();
    let mut session = Session::coloured(Language::Zh, (80, 24), daemon);
    session.press("gp");
    session.frame();
    for keys in ["<down>", "<down>", "<down>", "<down>", "<up>"] {
        session.press(keys);
        let bytes = session.frame().len();
        println!("row move among printers {bytes}");
        assert!(bytes <= 400, "{bytes}");
    }
}

#[test]
fn the_printers_cost_at_most_three_and_a_half_kilobytes_a_screen() {
    let mut session = Session::coloured(Language::Zh, (80, 24), crate::printers::several());
    session.frame();
    for keys in ["gp", "<enter>", "t", "<esc>d", "<esc>z", "<esc>", "gh"] {
        session.press(keys);
        let bytes = session.frame().len();
        println!("{keys} {bytes}");
        assert!(bytes <= 3500, "{keys} {bytes}");
    }
}

#[test]
fn a_screen_change_costs_at_most_three_and_a_half_kilobytes() {
    let mut session = session("");
    for keys in ["gt", "<pgdn>", "<enter>", "p", "<esc><esc>", "gq", "?", "<esc>gh", "<ctrl-l>"] {
        session.press(keys);
        let bytes = session.frame().len();
        println!("{keys} {bytes}");
        assert!(bytes <= 3500, "{keys} {bytes}");
    }
}

#[test]
fn the_queue_keeps_the_budgets_of_a_row_move_and_of_a_screen() {
    let mut session = Session::coloured(Language::Zh, (80, 24), crate::queue::two_down());
    session.press("gq");
    session.frame();
    let mut moves = Vec::new();
    for _ in 0..8 {
        session.press("<down>");
        moves.push(session.frame().len());
    }
    moves.sort_unstable();
    println!("row moves in the queue {moves:?}");
    assert!(moves[moves.len() / 2] <= 400, "{moves:?}");
    for keys in
        ["<home>", "<enter>", "<esc>", "x", "<esc><down>m", "<down>", "<esc>w", "<enter>", "gh", "gq", "<enter><enter>"]
    {
        session.press(keys);
        let bytes = session.frame().len();
        println!("{keys} {bytes}");
        assert!(bytes <= 3500, "{keys} {bytes}");
    }
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    let mut session = session("gt");
    session.press("<up>");
    assert_eq!(session.frame(), "");
}

#[test]
fn every_typed_key_is_echoed_in_sixty_bytes_whatever_it_is() {
    for words in ["88.5", "11-20..11-21", "wx unprinted", "支付宝 退货", "op:02 >100", "HM20261120"] {
        let mut session = session("/");
        let mut most = 0;
        for c in words.chars() {
            session.prompt = false;
            session.press(&c.to_string());
            let bytes = session.frame();
            most = most.max(bytes.len());
            assert!(bytes.len() <= 60, "{words} {c} {} {bytes:?}", bytes.len());
            // the results that follow are a change of the screen
            session.prompt = true;
            session.answer();
            let bytes = session.frame().len();
            assert!(bytes <= 3500, "{words} {c} {bytes}");
        }
        println!("typed {words}: {most}");
    }
}

#[test]
fn the_menu_the_alerts_and_the_dialogs_of_the_list_keep_the_budget_of_a_screen() {
    let mut session = session("");
    let mut worst = 0;
    for keys in [
        ":", "d", "<back>", "<esc>!", "<down>", "gt", "f", "1", "<enter>", "<esc>", "t", "<esc>", "o", "<enter>",
        "<esc>", "s", "?", "gh",
    ] {
        session.press(keys);
        let bytes = session.frame().len();
        worst = worst.max(bytes);
        println!("{keys} {bytes}");
        assert!(bytes <= 3500, "{keys} {bytes}");
    }
    println!("worst {worst}");
}
