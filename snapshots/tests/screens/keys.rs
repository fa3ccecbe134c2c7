//! How many keys the frequent jobs take, and what keys must never do.

use model::JobState;

use crate::harness::Session;

#[test]
fn reprint_the_last_receipt_in_two_keys() {
    let mut session = Session::usual();
    session.press("r<enter>");
    assert_eq!(session.daemon.jobs[0].transaction, Some(crate::harness::shop::id(132)));
    assert_eq!(session.daemon.jobs[0].state, JobState::Sending);
}

#[test]
fn reprint_by_last_four_in_eight_keys() {
    let mut session = Session::usual();
    session.press("/8801<enter>p<enter>");
    assert_eq!(session.daemon.jobs.len(), 3, "a payment that is not approved has no receipt");
    let mut session = Session::usual();
    session.press("/5566<enter>p<enter>");
    assert_eq!(session.daemon.jobs[0].transaction, Some(crate::harness::shop::id(124)));
}

#[test]
fn letters_are_text_while_typing_and_one_esc_keeps_them() {
    let mut session = Session::usual();
    session.press("/qrpgh?");
    assert!(!session.quit);
    assert!(session.text().contains("qrpgh?"), "{}", session.text());
    session.press("<esc>");
    assert!(session.text().contains("qrpgh?"), "{}", session.text());
    session.press("/1");
    assert!(!session.text().contains("qrpgh?"), "the next search replaces the old one");
}

#[test]
fn two_keys_go_and_a_wrong_second_key_goes_nowhere() {
    let mut session = Session::usual();
    session.press("g");
    assert!(session.text().contains("g q 队列"), "{}", session.text());
    session.press("zq");
    assert!(session.quit, "q after a forgotten g quits");
}

#[test]
fn enter_before_the_answer_opens_the_hit_when_it_comes() {
    let mut session = Session::usual();
    session.press("/");
    session.prompt = false;
    session.press("5566<enter>");
    session.prompt = true;
    session.answer();
    assert!(session.text().contains("¥987,654.32"), "{}", session.text());
}

#[test]
fn a_scanned_slip_is_found() {
    let mut session = Session::usual();
    session.press("/");
    session.tell(tui::console::Message::Paste("5566\r\n".into()));
    session.press("<enter>");
    assert!(session.text().contains("¥987,654.32"), "{}", session.text());
}

#[test]
fn was_this_payment_successful_in_six_keys() {
    let mut session = Session::usual();
    session.press("/8801<enter>");
    assert!(session.text().contains("结果未知"), "{}", session.text());
}
