//! How many keys the frequent jobs take, and what keys must never do.

use model::JobState;
use tui::console::Message;

use crate::harness::{Daemon, Session};

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

/// From Home, and what the text of the screen must then have: merchant-features 5.4, as far as its parts exist.
#[test]
fn the_frequent_jobs_take_no_more_keys_than_promised() {
    for (job, keys, most, wanted) in [
        ("was this payment successful", "/8801<enter>", 6, "结果未知"),
        ("the same without the slash", "8801<enter>", 6, "结果未知"),
        ("reprint the last receipt", "r<enter>", 2, "打印中"),
        ("reprint by last four", "/5566<enter>p<enter>", 8, "打印中"),
        ("see what is wrong", "!", 1, "一切正常"),
        ("why a job did not print", "gq<enter>", 3, "打印任务"),
        ("a test page", "gpt<enter>", 4, "打印中"),
        ("what a filter comes to", "gtf4<enter>t", 6, "合计"),
        ("a file of the list", "gto<enter>", 4, "写好了"),
    ] {
        let mut session = Session::usual();
        assert!(presses(keys) <= most, "{job}");
        session.press(keys);
        assert!(session.text().contains(wanted), "{job}: {}", session.text());
    }
    let mut session = Session::new(model::Language::Zh, (80, 24), crate::queue::two_down());
    session.press("gqw<enter>");
    assert!(presses("gqw1<enter>") <= 5 && session.text().contains("改到"), "{}", session.text());
}

fn presses(keys: &str) -> usize {
    let mut count = 0;
    let mut named = false;
    for c in keys.chars() {
        named |= c == '<';
        count += usize::from(!named);
        if c == '>' {
            named = false;
            count += 1;
        }
    }
    count
}

#[test]
fn a_numeric_pad_alone_does_a_cashiers_jobs() {
    // the last receipt again
    let mut session = Session::usual();
    session.press("*<enter>");
    assert!(session.text().contains("打印中"), "{}", session.text());
    // by the last four digits, with a mistake wiped
    let mut session = Session::usual();
    session.press("881*5566<enter>*<enter>");
    assert!(session.text().contains("打印中"), "{}", session.text());
    assert_eq!(session.daemon.jobs[0].transaction, Some(crate::harness::shop::id(124)));
    // one of several, the other copy, and back to Home
    let mut session = Session::usual();
    session.press("1234<enter>+<enter>*2");
    assert!(session.text().contains("> 2  商户存根"), "{}", session.text());
    session.press("....");
    assert!(session.text().contains("最近一笔"), "{}", session.text());
    // the menu for everything else
    session.press("//");
    assert!(session.text().contains("能做的事"), "{}", session.text());
    session.press("5");
    assert!(session.text().contains("+- "), "{}", session.text());
    // what is wrong, and what to do about it
    let mut session = Session::new(model::Language::Zh, (80, 24), Daemon::troubled());
    session.press("+-<enter>");
    assert!(session.text().contains("打印机详情"), "{}", session.text());
}

#[test]
fn a_scanned_slip_is_found_from_anywhere_and_printed_in_two_keys() {
    let id = crate::harness::shop::id(124).to_string();
    for before in ["", "gq", "gp<enter>", "?", "r", ":", "/12", "gt<enter>p", "!"] {
        let mut session = Session::usual();
        session.press(before);
        session.tell(Message::Scan(id.clone()));
        assert!(session.text().contains("¥987,654.32"), "{before} {}", session.text());
        session.press("p<enter>");
        assert_eq!(session.daemon.jobs[0].transaction, Some(crate::harness::shop::id(124)), "{before}");
    }
}

#[test]
fn pasted_text_is_data_everywhere() {
    for before in ["", "gq", "r", "gp"] {
        let mut session = Session::usual();
        session.press(before);
        session.tell(Message::Paste("qr\r\ngh\u{1b}[A 8801".into()));
        assert!(!session.quit && session.text().contains("查找： qr gh[A 8801"), "{before} {}", session.text());
    }
    let mut session = Session::usual();
    session.press("r");
    session.tell(Message::Paste("  \r\n".into()));
    assert!(session.text().contains("打印小票"), "nothing pasted leaves nothing");
}

#[test]
fn a_burst_without_an_enter_is_text_and_its_first_character_is_not_doubled() {
    let mut session = Session::usual();
    session.press("1");
    session.tell(Message::Burst { text: "140241884213".into(), passed: true });
    assert!(session.text().contains("查找： 140241884213"), "{}", session.text());
    let mut session = Session::usual();
    session.tell(Message::Burst { text: "HM202611200132".into(), passed: false });
    assert!(session.text().contains("查找： HM202611200132"), "{}", session.text());
}

#[test]
fn a_key_that_would_change_something_is_known_before_it_is_pressed() {
    let mut session = Session::usual();
    let delicate = |session: &Session, c: char| session.is_delicate(c);
    assert!(delicate(&session, 'q') && !delicate(&session, 'g') && !delicate(&session, '1'));
    session.press("gp");
    assert!(delicate(&session, 'z') && !delicate(&session, 't'));
    session.press("/");
    assert!(!delicate(&session, 'q'), "in a field it is a letter");
}

#[test]
fn ctrl_z_stops_and_function_keys_are_second_names() {
    let mut session = Session::usual();
    session.press("<ctrl-z>");
    assert!(session.suspended);
    session.press("<f5>");
    assert!(session.text().contains("打印小票"), "{}", session.text());
    session.press("<esc><f9>");
    assert!(session.text().contains("能做的事"), "{}", session.text());
    session.press("<esc><f1>");
    assert!(session.text().contains("到处可以按"), "{}", session.text());
}

#[test]
fn an_answer_that_takes_long_is_said_and_nothing_waits_for_it() {
    let mut session = Session::usual();
    session.press("gt/");
    session.prompt = false;
    session.press("99");
    assert!(!session.text().contains("还没有回答"), "{}", session.text());
    session.tell(Message::Slow);
    assert!(session.text().contains("还没有回答"), "{}", session.text());
    session.press("9<esc>gq");
    assert!(session.text().contains("打印队列"), "{}", session.text());
    session.prompt = true;
    session.answer();
    assert!(!session.text().contains("还没有回答"), "{}", session.text());
}
