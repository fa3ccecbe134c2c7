//! The list and its search.

use crate::harness::{Daemon, Session, screens, small_screens};

#[test]
fn the_newest_transactions() {
    screens("transactions", Daemon::troubled, |s| s.press("gt<down>"));
}

#[test]
fn digits_find_cards_vouchers_and_amounts_and_each_hit_says_which() {
    screens("search", Daemon::troubled, |s| s.press("/1234"));
}

#[test]
fn several_hits_leave_the_choice_to_a_person() {
    small_screens("search-choose", Daemon::troubled, |s| s.press("/1234<enter>"));
}

#[test]
fn nothing_found_says_what_to_try() {
    small_screens("search-empty", Daemon::usual, |s| s.press("/9999"));
}

#[test]
fn a_capped_scan_says_how_far_it_came() {
    let slow = || {
        let mut daemon = Daemon::usual();
        daemon.scan = 20;
        daemon
    };
    small_screens("search-capped", slow, |s| s.press("/wx<enter>"));
}

#[test]
fn enter_on_unprinted_lists_them() {
    small_screens("unprinted", Daemon::troubled, |s| s.press("<down><down><down><enter>"));
}

#[test]
fn a_late_answer_to_older_words_is_dropped() {
    let mut session = Session::usual();
    session.press("/");
    session.prompt = false;
    session.press("99");
    let older = session.open.pop_front().unwrap();
    assert_eq!(older.2["search"], "9");
    session.answer();
    let after = session.text();
    let answer = session.daemon.answer("transactions", &serde_json::json!({ "search": "1234" }));
    session.tell(tui::console::Message::Answer { tag: older.0, answer });
    assert_eq!(session.text(), after);
}

#[test]
fn further_pages_are_read_when_they_are_near_and_rows_keep_their_place() {
    let mut session = Session::usual();
    session.press("gt<pgdn><pgdn><pgdn>");
    assert!(session.text().contains("000073"), "{}", session.text());
    session.press("<end>");
    assert!(session.text().contains("共 60 笔"), "{}", session.text());
}
