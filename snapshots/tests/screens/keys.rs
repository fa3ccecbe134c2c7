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
    for before in ["", "gq", "gp<enter>", "?", ":", "/12", "gtf", "gtt", "!"] {
        let mut session = Session::usual();
        session.press(before);
        session.tell(Message::Scan(id.clone()));
        assert!(session.text().contains("¥987,654.32"), "{before} {}", session.text());
        session.press("p<enter>");
        assert_eq!(session.daemon.jobs[0].transaction, Some(crate::harness::shop::id(124)), "{before}");
    }
}

#[test]
fn a_question_stays_when_something_is_scanned_and_the_scan_is_kept_until_it_is_answered() {
    let id = crate::harness::shop::id(124).to_string();
    for (before, question, answer) in [
        ("r", "打印小票", "<esc>"),
        ("r", "打印小票", "<enter>"),
        ("gt<enter>p", "打印小票", "<esc>"),
        ("gpt", "测试页", "<enter>"),
        ("gto", "导出", "<esc>"),
        ("r<enter>q", "退出", "<esc>"),
    ] {
        let mut session = Session::usual();
        session.press(before);
        let screen = session.text();
        session.tell(Message::Scan(id.clone()));
        let text = session.text();
        assert!(text.contains(question) && text.contains("先回答上面的问题，随后查找"), "{before} {text}");
        assert!(text.contains(&id), "{before} {text}");
        assert_eq!(text.lines().take(22).collect::<Vec<_>>(), screen.lines().take(22).collect::<Vec<_>>(), "{before}");
        session.press(answer);
        let text = session.text();
        assert!(text.contains("¥987,654.32") && !text.contains("随后查找"), "{before} {text}");
    }
}

#[test]
fn of_two_scans_during_a_question_the_later_one_is_looked_up() {
    let mut session = Session::usual();
    session.press("r");
    session.tell(Message::Scan("01JD6Y8K3M000".into()));
    session.tell(Message::Burst { text: crate::harness::shop::id(124).to_string(), passed: false });
    session.press("<esc>");
    assert!(session.text().contains("查找： 00001M800003W"), "{}", session.text());
    assert!(!session.text().contains("01JD6Y8K3M000"));
}

#[test]
fn a_scan_closes_what_only_informs() {
    let id = crate::harness::shop::id(124).to_string();
    // a refusal that was read
    let mut session = Session::usual();
    session.daemon.accepts = Err(protocol::Reason::NoSuchPrinter);
    session.press("r<enter>");
    assert!(session.text().contains("打印小票"), "{}", session.text());
    session.tell(Message::Scan(id.clone()));
    assert!(session.text().contains("¥987,654.32"), "{}", session.text());
    // a payment without a receipt: nothing is asked
    let mut session = Session::usual();
    session.daemon.transactions.retain(|row| row.transaction.status != model::Status::Approved);
    session.event(protocol::Event::Reset { reset: model::Change(900) });
    session.press("r");
    session.tell(Message::Scan("5566".into()));
    assert!(session.text().contains("查找： 5566"), "{}", session.text());
}

#[test]
fn a_refusal_that_came_after_the_scan_is_read_first() {
    let mut session = Session::usual();
    session.press("r");
    session.tell(Message::Scan(crate::harness::shop::id(124).to_string()));
    session.daemon.accepts = Err(protocol::Reason::NoSuchPrinter);
    session.press("<enter>");
    assert!(session.text().contains("打印小票"), "{}", session.text());
    session.press("<esc>");
    assert!(session.text().contains("¥987,654.32"), "{}", session.text());
}

#[test]
fn a_lock_forgets_what_was_scanned() {
    let mut session = Session::logged_on(model::Language::Zh, Daemon::staffed(), "02");
    session.press("r");
    session.tell(Message::Scan("5566".into()));
    session.press("<esc>gh");
    session.press("r");
    session.tell(Message::Scan("8801".into()));
    for minute in 1..=16 {
        session.minute(model::Moment::new(crate::harness::shop::now().unix_ms() + minute * 60_000, 480));
    }
    session.press(&format!("{}<enter><esc>", crate::harness::people::PIN));
    assert!(!session.text().contains("8801"), "{}", session.text());
}

#[test]
fn in_a_question_every_key_waits_until_it_is_no_scan() {
    let mut session = Session::usual();
    session.press("r");
    assert!(session.is_delicate('1') && session.is_delicate('2') && !session.is_delicate('x'));
    session.press("<esc>:");
    assert!(!session.is_delicate('1'), "a menu asks nothing");
}

#[test]
fn pasted_text_is_data_everywhere() {
    for before in ["", "gq", "?", "gp"] {
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

#[test]
fn the_stars_slip_is_never_another_customers() {
    // a payment whose end nobody knows, and one that was declined, have no slip
    for keys in ["/8801<enter>", "gt<down><down><down>", "gt<down><down><down><enter>", "/126<enter>"] {
        let mut session = Session::usual();
        session.press(keys);
        session.press("*<enter>");
        assert!(!session.text().contains("+- 打印小票") && session.daemon.jobs.len() == 3, "{keys} {}", session.text());
    }
}

#[test]
fn a_slip_that_was_sent_and_not_answered_is_not_printed_twice() {
    let mut session = Session::usual();
    session.press("r");
    session.prompt = false;
    session.press("<enter><esc>");
    assert!(session.text().contains("已提交，还没有回答"), "{}", session.text());
    session.press("r<enter>");
    let text = session.text();
    assert!(text.contains("不要再打一张") && !text.contains("回车 打印"), "{text}");
    assert_eq!(session.open.iter().filter(|(_, verb, _)| *verb == "reprint").count(), 1);
    // the answer comes late
    session.press("<esc>");
    session.prompt = true;
    session.answer();
    assert!(session.text().contains("J58") && session.text().contains("打印中"), "{}", session.text());
    session.press("r");
    assert!(!session.text().contains("不要再打一张"), "{}", session.text());
}

#[test]
fn a_slip_whose_answer_was_lost_is_warned_about() {
    let mut session = Session::usual();
    session.press("r");
    session.prompt = false;
    session.press("<enter><esc>");
    session.disconnect(tui::console::Away::Closed);
    session.prompt = true;
    session.connect();
    session.press("r");
    assert!(session.text().contains("不要再打一张") && session.text().contains("回车 打印"), "{}", session.text());
}

#[test]
fn enter_waits_until_it_is_known_whether_it_is_the_first_paper() {
    let mut session = Session::usual();
    session.prompt = false;
    session.press("r<enter>");
    assert!(session.open.iter().all(|(_, verb, _)| *verb != "reprint"));
    session.prompt = true;
    session.answer();
    assert_eq!(session.daemon.jobs[0].transaction, Some(crate::harness::shop::id(132)));
}

#[test]
fn a_daemon_that_does_not_answer_is_not_called_connected() {
    let mut session = Session::usual();
    session.prompt = false;
    session.press("gt");
    session.tell(Message::Slow);
    let bar = |session: &Session| session.text().lines().next().unwrap().to_owned();
    assert!(bar(&session).contains("没有应答") && !bar(&session).contains("已连接"), "{}", bar(&session));
    session.prompt = true;
    session.answer();
    assert!(bar(&session).contains("已连接"), "{}", bar(&session));
}

#[test]
fn a_key_that_does_nothing_here_says_why() {
    let mut session = Session::usual();
    for (keys, why) in [("L", "还没有操作员"), ("K", "还没有操作员"), ("gu", "还没有操作员"), ("gd", "没有这个去处")]
    {
        session.press(keys);
        assert!(session.text().contains(why), "{keys} {}", session.text());
    }
    session.disconnect(tui::console::Away::Closed);
    session.press("r");
    assert!(session.text().contains("没连上打印服务"), "{}", session.text());
    let mut session = Session::logged_on(model::Language::Zh, Daemon::staffed(), "02");
    session.press("gu");
    assert!(session.text().contains("您的角色不能"), "{}", session.text());
}

#[test]
fn on_a_numeric_pad_the_menu_is_that_of_the_screen_where_it_was_opened() {
    for (screen, wanted) in [("gs", "结算"), ("gq", "整队换"), ("gt", "导出")] {
        let mut session = Session::new(model::Language::Zh, (80, 24), crate::queue::two_down());
        session.daemon.staff();
        session.press(screen);
        session.press("//");
        let text = session.text();
        assert!(text.contains("能做的事") && text.contains(wanted), "{screen} {text}");
    }
}

#[test]
fn operators_that_came_to_be_while_it_was_open_are_asked_to_log_on() {
    let mut session = Session::usual();
    session.daemon.refuses = Some(protocol::Reason::LogOnNeeded);
    session.press("r");
    session.event(protocol::Event::Reset { reset: model::Change(900) });
    let text = session.text();
    assert!(text.contains("操作员登录") && !text.contains("--pin-file"), "{text}");
}

/// The status bar.
fn bar(session: &Session) -> String {
    session.text().lines().next().unwrap_or_default().to_owned()
}

/// The row of the menu that says this, once its page was turned to: its digit.
fn digit(session: &Session, label: &str) -> Option<char> {
    session.text().lines().find_map(|line| {
        let row = line.split('|').nth(1)?.trim_start_matches([' ', '>']);
        let (digit, rest) = row.split_once(' ')?;
        let said = rest.trim_start().split("  ").next()?;
        (said == label && digit.len() == 1).then(|| digit.chars().next())?
    })
}

#[test]
fn on_a_numeric_pad_every_screen_is_five_keys_away_and_the_menu_has_no_end_that_is_cut() {
    for from in ["", "gt", "gt<enter>", "gq", "gs", "gp", "gp<enter>", "!"] {
        for (label, title) in
            [("签到", "  签到  "), ("队列", "打印队列"), ("打印机", "  打印机  "), ("提醒", "  提醒  ")]
        {
            let mut session = Session::new(model::Language::Zh, (80, 24), crate::queue::two_down());
            session.daemon.staff();
            session.press(from);
            if bar(&session).contains(title) {
                continue;
            }
            session.press("//");
            let mut keys = 2;
            while digit(&session, label).is_none() && keys < 5 {
                session.press("0");
                keys += 1;
            }
            let digit = digit(&session, label).unwrap_or('-');
            session.press(&digit.to_string());
            assert!(bar(&session).contains(title) && keys < 5, "{from} {label} {keys}\n{}", session.text());
        }
    }
    for size in [(80, 24), (60, 16), (120, 40)] {
        let mut session = Session::new(model::Language::Zh, size, Daemon::usual());
        session.press("gt//");
        let first = session.text();
        assert!(first.contains("1  打开") && first.contains("0 下一页（1/"), "{first}");
        session.press("0");
        assert!(!session.text().contains("1  打开"), "{}", session.text());
        for _ in 0..8 {
            if session.text() == first {
                break;
            }
            session.press("0");
        }
        assert_eq!(session.text(), first, "after the last page the first");
    }
}

#[test]
fn while_one_types_the_row_that_enter_will_open_is_marked_and_plus_goes_to_the_next() {
    let mut session = Session::usual();
    session.press("/1234");
    let marked = |session: &Session| session.text().lines().position(|line| line.starts_with('>'));
    let first = marked(&session);
    assert_eq!(first, Some(3), "{}", session.text());
    session.press("+");
    assert_eq!(marked(&session), Some(4), "{}", session.text());
    session.press("<esc>gh/88.5");
    assert_eq!(marked(&session), Some(3), "{}", session.text());
}

#[test]
fn a_daemon_that_hangs_is_said_to_since_when_and_what_to_do() {
    let mut session = Session::usual();
    session.prompt = false;
    session.press("gt/1");
    session.tell(Message::Slow);
    assert!(session.text().contains("还没有回答"), "{}", session.text());
    session.tell(Message::Silent);
    let text = session.text();
    assert!(text.contains("14:05 起没有应答") && text.contains("重启 counterfoil-spooler"), "{text}");
    // later it is the same time
    session.minute(model::Moment::new(crate::harness::shop::now().unix_ms() + 120_000, 480));
    assert!(session.text().contains("14:05 起没有应答"), "{}", session.text());
    session.answer();
    assert!(!session.text().contains("起没有应答"), "{}", session.text());
    // one that hung before it said hello
    let mut session = Session::alone(model::Language::Zh, (80, 24), Daemon::usual());
    session.tell(Message::Silent);
    assert!(session.text().contains("打印服务没有应答：等等看"), "{}", session.text());
    session.connect();
    assert!(!session.text().contains("没有应答"), "{}", session.text());
}

#[test]
fn lines_pasted_without_marks_are_searched_for_and_a_blank_between_two_keys_is_none() {
    let mut session = Session::usual();
    session.press("g");
    session.tell(Message::Burst { text: "g t\np".into(), passed: true });
    let text = session.text();
    assert!(text.contains("查找： g t p") && bar(&session).contains("交易"), "{text}");
    let mut session = Session::usual();
    session.press("g t");
    assert!(bar(&session).contains("交易"), "{}", session.text());
}

#[test]
fn an_export_names_its_whole_path_before_it_writes() {
    let mut session = Session::usual();
    session.folder("/home/till");
    session.press("gto");
    let text = session.text();
    assert!(text.contains("/home/till/counterfoil-20261120-1405.csv") && session.files.is_empty(), "{text}");
}
