//! Who may do what: logging on, the lock, a second person's approval, the people of the shop, the trail.

use model::{JobState, Language, Moment};
use tui::console::{Away, Message};

use crate::harness::{Daemon, Session, assert_sheet, people::PIN, shop};

fn cashier() -> Session {
    Session::logged_on(Language::Zh, Daemon::staffed(), "02")
}

fn manager() -> Session {
    Session::logged_on(Language::Zh, Daemon::staffed(), "01")
}

/// After so many minutes without a key.
fn later(session: &mut Session, minutes: i64) {
    for minute in 1..=minutes {
        session.minute(Moment::new(shop::now().unix_ms() + minute * 60_000, 480));
    }
}

#[test]
fn nothing_is_shown_and_nothing_asked_until_somebody_has_logged_on() {
    let mut session = Session::new(Language::Zh, (80, 24), Daemon::staffed());
    assert_sheet("log-on-zh-80x24", &session.sheet());
    for keys in ["gt", "<f9>", "?", "L", "!"] {
        session.press(keys);
        assert!(session.text().contains("操作员登录") && !session.text().contains("[交易]"), "{keys}");
    }
    session.press("<esc>");
    session.press(&format!("02<enter>{PIN}<enter>"));
    let text = session.text();
    assert!(text.contains("02 小李") && text.contains("最近一笔"), "{text}");
}

#[test]
fn a_daemon_without_operators_asks_for_no_log_on() {
    let session = Session::usual();
    assert!(session.text().contains("最近一笔") && !session.text().contains("登录"));
}

#[test]
fn a_pin_is_never_on_the_screen_and_only_digits_go_in() {
    let mut session = Session::new(Language::En, (80, 24), Daemon::staffed());
    session.press("02<enter>47x11");
    let text = session.text();
    assert!(text.contains("****") && !text.contains("*****") && !text.contains("47"), "{text}");
    session.press("<back><enter>");
    assert!(session.text().contains("4 to 12 digits"), "too short to be one: nothing is sent");
    session.press("999999<enter>");
    let text = session.text();
    assert!(text.contains("the operator or the PIN is wrong") && !text.contains('9'), "{text}");
    session.press(&format!("{PIN}<enter>"));
    assert!(session.text().contains("Last transaction") || session.text().contains("02 小李"), "{}", session.text());
}

#[test]
fn a_lock_keeps_the_work_of_whoever_comes_back_and_nobody_elses() {
    for (language, name) in [(Language::Zh, "locked-zh-80x24"), (Language::En, "locked-en-80x24")] {
        let mut session = Session::logged_on(language, Daemon::staffed(), "02");
        session.press("/1234");
        session.press("<esc>L");
        assert_sheet(name, &session.sheet());
        assert!(!session.text().contains("12,800"), "nothing of the shop is shown");
        session.press(&format!("{PIN}<enter>"));
        assert!(session.text().contains("1234"), "the search is where it was: {}", session.text());
    }
    let mut session = cashier();
    session.press("/1234<esc>L");
    // the other one's number over the known one
    session.press(&format!("08<enter>{PIN}<enter>"));
    let text = session.text();
    assert!(text.contains("08 陈主管") && text.contains("最近一笔") && !text.contains("查找： 1234"), "{text}");
}

#[test]
fn a_dialog_that_was_open_is_there_again_after_the_idle_lock() {
    let mut session = cashier();
    session.press("r");
    later(&mut session, 15);
    assert!(!session.text().contains("已锁定"));
    later(&mut session, 1);
    assert!(session.text().contains("02 小李 的屏幕已锁定"), "{}", session.text());
    session.press(&format!("{PIN}<enter>"));
    assert!(session.text().contains("打印小票"), "{}", session.text());
}

#[test]
fn a_badge_says_who_and_the_pin_says_that_it_is_true() {
    let mut session = Session::new(Language::Zh, (80, 24), Daemon::staffed());
    session.daemon.staff().operators[1].id = "A-7731-0004".into();
    session.tell(Message::Scan("A-7731-0004".into()));
    assert!(session.text().contains("A-7731-0004") && session.text().contains("操作员登录"), "{}", session.text());
    session.press(&format!("{PIN}<enter>"));
    assert!(session.text().contains("小李"), "{}", session.text());
    session.press("L");
    session.tell(Message::Scan("02".into()));
    assert!(!session.text().contains("查找"), "a code scanned at a locked console opens nothing");
}

#[test]
fn a_connection_that_broke_asks_for_the_log_on_again_and_keeps_the_work() {
    let mut session = cashier();
    session.press("gq");
    session.disconnect(Away::Closed);
    session.connect();
    assert!(session.text().contains("已锁定"), "{}", session.text());
    session.press(&format!("{PIN}<enter>"));
    assert!(session.text().contains("打印队列"), "{}", session.text());
}

#[test]
fn what_may_not_be_done_is_not_offered() {
    let mut session = cashier();
    session.press("g");
    assert!(!session.text().contains("人员") && !session.text().contains("g a 记录"), "{}", session.text());
    session.press("u");
    assert!(!session.text().contains("陈主管"));
    let mut session = manager();
    session.press("g");
    assert!(session.text().contains("人员") && session.text().contains("g a 记录"), "{}", session.text());
}

#[test]
fn what_needs_a_second_person_says_so_before_the_key_is_pressed() {
    let mut session = Session::logged_on(Language::Zh, Daemon::staffed(), "20");
    assert!(session.text().contains("打印上一笔（需授权）"), "{}", session.text());
    session.press("r");
    assert!(session.text().contains("打印（需授权）") && session.text().contains("需第二人授权"), "{}", session.text());
}

#[test]
fn a_second_person_approves_one_act_and_nobody_else_is_logged_on() {
    for (language, name) in [(Language::Zh, "approval-zh-80x24"), (Language::En, "approval-en-80x24")] {
        let mut session = Session::logged_on(language, Daemon::staffed(), "02");
        session.daemon.staff().guarded.push("reprint");
        session.press("r<enter>08<enter>111111<enter>");
        assert_sheet(name, &session.sheet());
        session.press(&format!("{PIN}<enter>"));
        assert_eq!(session.daemon.staff().approved, [("08".to_owned(), "reprint")], "once");
        assert_eq!(session.daemon.jobs[0].state, JobState::Sending);
        let text = session.text();
        assert!(text.contains("02 小李") && text.contains(&session.daemon.jobs[0].id.to_string()), "{text}");
        // the next time the same person is asked first
        session.press(&format!("r<enter>{PIN}<enter>"));
        assert_eq!(session.daemon.staff().approved.len(), 2);
    }
}

#[test]
fn an_approval_that_is_not_given_is_a_refusal_that_the_dialog_shows() {
    let mut session = cashier();
    session.daemon.staff().guarded.push("reprint");
    let jobs = session.daemon.jobs.len();
    session.press("r<enter><esc>");
    let text = session.text();
    assert!(text.contains("超过 24h") && text.contains("打印小票"), "{text}");
    assert_eq!(session.daemon.jobs.len(), jobs);
    session.press("<enter>");
    assert!(session.text().contains("第二人授权"), "it can be asked again: {}", session.text());
}

#[test]
fn a_shop_that_wants_reasons_gets_one_before_it_prints_again() {
    let mut daemon = Daemon::staffed();
    daemon.staff().reasons = vec!["顾客遗失", "卡纸"];
    let mut session = Session::logged_on(Language::Zh, daemon, "02");
    session.press("r");
    assert!(session.text().contains("按 e 选择"), "{}", session.text());
    let jobs = session.daemon.jobs.len();
    session.press("<enter>");
    assert_eq!(session.daemon.jobs.len(), jobs, "without a reason nothing is sent");
    session.press("ee");
    assert!(session.text().contains("卡纸"));
    session.press("<enter>");
    assert_eq!(session.daemon.jobs.len(), jobs + 1);
}

#[test]
fn the_people_of_the_shop() {
    for (language, name) in [(Language::Zh, "people-zh-80x24"), (Language::En, "people-en-80x24")] {
        let mut session = Session::logged_on(language, Daemon::staffed(), "01");
        session.press("gu<down><down>");
        assert_sheet(name, &session.sheet());
    }
    let mut session = manager();
    session.press("gua05<enter>5555<enter>5556");
    assert_sheet("people-add-zh-80x24", &session.sheet());
    session.press("<enter>");
    assert!(session.text().contains("两次输入的密码不一样"), "{}", session.text());
    session.press("5555<enter>5555<enter>");
    let text = session.text();
    assert!(text.contains("操作员 05 已改好") && text.matches("收银员").count() == 4, "{text}");
    session.press("<down><down>u<enter>");
    assert!(!session.text().contains("锁定到"), "{}", session.text());
    session.press("<down>u<enter>x<enter>");
    assert!(session.daemon.staff().operators[3].disabled);
}

#[test]
fn the_trail_and_who_reprinted_most_this_week() {
    for (language, name) in [(Language::Zh, "audit-zh-80x24"), (Language::En, "audit-en-80x24")] {
        let mut session = Session::logged_on(language, Daemon::staffed(), "01");
        session.press("ga<down><down><down><down>");
        assert_sheet(name, &session.sheet());
    }
    let mut session = manager();
    session.press("gaw");
    let text = session.text();
    assert!(text.contains("02 2 次") && text.contains("03 1 次") && text.contains("近 7 天"), "{text}");
    session.press("f0122<enter>");
    let text = session.text();
    assert!(text.contains("打印小票  昨天起  所有人"), "{text}");
}

#[test]
fn who_reprinted_this_when_why_and_who_allowed_it_in_four_keys() {
    let mut session = manager();
    session.daemon.jobs[0].operator = Some("02".into());
    session.daemon.jobs[0].approver = Some("01".into());
    session.daemon.jobs[0].reason = Some(model::SafeText::new("顾客遗失"));
    session.press("gt<enter>");
    let text = session.text();
    assert!(text.contains("02 操作  01 授权  顾客遗失"), "in three: {text}");
    session.press("w");
    let text = session.text();
    assert!(
        text.contains("14:03") && text.contains("被拒绝") && !text.contains("13:40"),
        "with what was refused: {text}"
    );
}

#[test]
fn support_that_looks_on_is_named_on_every_screen_and_a_manager_ends_it() {
    let mut daemon = Daemon::staffed();
    let staff = daemon.staff();
    *staff = staff.clone().with_support();
    let mut session = Session::logged_on(Language::Zh, daemon, "01");
    session.press("gq");
    assert!(session.text().contains("技术支持 20 远程支持 14:02 起连着本店"), "{}", session.text());
    session.press("gh");
    assert_sheet("support-zh-80x24", &session.sheet());
    session.press("X<enter>");
    assert!(
        !session.text().contains("14:02 起连着") && session.daemon.staff().sessions.is_empty(),
        "{}",
        session.text()
    );
}

#[test]
fn the_smallest_window_still_shows_what_is_asked() {
    let mut session = manager();
    session.resize(60, 16);
    for (keys, wanted) in
        [("gs", "已签到"), ("ga", "打印小票"), ("gu", "王店长"), ("a", "再输一次密码"), ("<esc>gtL", "操作员号")]
    {
        session.press(keys);
        assert!(session.text().contains(wanted), "{keys}: {}", session.text());
    }
    let mut session = cashier();
    session.daemon.staff().guarded.push("reprint");
    session.resize(60, 16);
    session.press("r<enter>");
    assert!(session.text().contains("密码"), "{}", session.text());
}
