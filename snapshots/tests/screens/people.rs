//! Who may do what: logging on, the lock, a second person's approval, the people of the shop, the trail.

use model::{JobState, Language, Moment};
use tui::console::{Away, Message};

use crate::harness::{
    Daemon, Session, assert_sheet,
    people::{self, PIN},
    shop,
};

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
    assert!(
        session.text().contains("打印（需授权）") && session.text().contains("需要他人批准：您的权限"),
        "{}",
        session.text()
    );
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
        text.contains("14:03") && !text.contains("14:01") && !text.contains("13:40"),
        "what was refused stands apart: {text}"
    );
    assert!(text.contains("变化 无 -> J18 重打印 1 持卡人存根 front 顾客遗失"), "{text}");
    session.press("f4<enter>");
    let text = session.text();
    assert!(text.contains("14:01") && text.contains("被拒绝") && !text.contains("14:03"), "there it is: {text}");
}

#[test]
fn who_reprinted_this_is_found_in_the_same_four_keys_behind_ten_thousand_refused_rows() {
    let mut session = manager();
    let sale = session.daemon.staff().trail[0].object.clone();
    let refused = serde_json::json!({ "object": sale, "outcome": "refused" });
    let many = (10..10_010).rev().map(|seq| people::entry(seq, "14:04:00", "02", "reprint", refused.clone()));
    let older = std::mem::take(&mut session.daemon.staff().trail);
    session.daemon.staff().trail = many.chain(older).collect();
    session.press("gt<enter>w");
    let text = session.text();
    assert!(text.contains("14:03") && text.contains("顾客遗失") && text.contains("授权 01"), "{text}");
    assert!(!text.contains("14:04") && !text.contains("还在往前找"), "{text}");
    // the most of a week, too, and what there is none of is known at the end only
    session.press("gaw");
    assert!(session.text().contains("重打印  02 2 次  03 1 次"), "{}", session.text());
    session.press("f0111111111111111<enter>");
    let text = session.text();
    assert!(text.contains("结束远程登录") && text.contains("没有这样的记录"), "{text}");
}

#[test]
fn while_it_is_still_looking_back_it_never_says_that_there_is_nothing() {
    let mut session = manager();
    let sale = session.daemon.staff().trail[0].object.clone();
    let refused = serde_json::json!({ "object": sale, "outcome": "refused" });
    let many = (10..10_010).rev().map(|seq| people::entry(seq, "14:04:00", "02", "reprint", refused.clone()));
    let older = std::mem::take(&mut session.daemon.staff().trail);
    session.daemon.staff().trail = many.chain(older).collect();
    session.press("gt<enter>");
    session.prompt = false;
    session.press("w");
    let mut looked = 0;
    while !session.open.is_empty() {
        session.answer_one();
        let text = session.text();
        assert!(!text.contains("没有这样的记录"), "{text}");
        looked += usize::from(text.contains("还在往前找"));
        // what happens meanwhile does not begin it anew
        if looked == 2 {
            let change = model::Change(9_000);
            session.event(protocol::Event::Changed {
                change,
                transactions: Vec::new(),
                jobs: Vec::new(),
                printers: Vec::new(),
            });
        }
        assert!(looked < 20, "it comes to an end: {text}");
    }
    assert!(looked >= 3 && session.text().contains("顾客遗失"), "{looked}: {}", session.text());
}

#[test]
fn a_first_paper_is_no_reprint_and_what_root_did_is_said_so() {
    let mut session = manager();
    let first = serde_json::json!({ "object": "X", "after": "J20 receipt 0 customer front" });
    let mut root =
        people::entry(12, "14:04:00", "02", "reprint", serde_json::json!({ "after": "J21 reprint 1 merchant front" }));
    (root.actor, root.origin.uid) = (None, 0);
    let mut nobody = model::AuditRow { seq: 13, ..root.clone() };
    nobody.origin.uid = 1000;
    let ids = "00001M8000044 00001M8000045 00001M8000046";
    let recorded = people::entry(14, "14:04:30", "02", "record", serde_json::json!({ "object": ids }));
    for row in [people::entry(11, "14:03:50", "03", "reprint", first), root, nobody, recorded] {
        session.daemon.staff().trail.insert(0, row);
    }
    session.press("gaw");
    let text = session.text();
    assert!(text.contains("重打印  02 2 次") && text.contains("03 1 次"), "{text}");
    assert!(text.contains("root 1 次") && text.contains("未登录 1 次"), "{text}");
    session.press("f0<enter>");
    let text = session.text();
    assert!(text.contains("对象 3 笔，首笔 00001M8000044"), "{text}");
}

#[test]
fn whoever_approves_sees_what_and_how_much() {
    for (language, reprint, batch) in
        [(Language::Zh, "持卡人存根", "批次号 000031"), (Language::En, "customer copy", "000031")]
    {
        let mut session = Session::logged_on(language, Daemon::staffed(), "02");
        session.daemon.staff().guarded.extend(["reprint", "settle", "printer_pause", "job_cancel", "drawer_open"]);
        session.press("r<enter>");
        let text = session.text();
        assert!(text.contains('¥') && text.contains(reprint), "{text}");
        session.press("<esc><esc>gs");
        session.press("b<enter>");
        let text = session.text();
        assert!(text.contains(batch) && text.contains("57 / 12,345.60"), "{text}");
        session.press("<esc>gpz<enter>");
        let text = session.text();
        assert!(text.contains("第二人授权") || text.contains("second person"), "{text}");
        assert!(text.contains("front"), "{text}");
        session.press("<esc>gpd<enter>");
        let text = session.text();
        assert!(text.contains("第二人授权") || text.contains("second person"), "{text}");
        assert!(text.contains("front") || text.contains("back"), "{text}");
        let mut daemon = Daemon::troubled();
        daemon.staff().set_up = true;
        daemon.staff().guarded.push("job_cancel");
        let mut session = Session::logged_on(language, daemon, "02");
        session.press("gqx<enter>");
        let text = session.text();
        assert!(text.contains("第二人授权") || text.contains("second person"), "{text}");
        assert!(text.contains("¥88.50") && text.contains("J58"), "{text}");
    }
}

#[test]
fn a_number_in_use_is_refused_before_a_pin_is_typed_and_who_is_disabled_is_named() {
    let mut session = manager();
    session.press("gua02<enter>");
    let text = session.text();
    assert!(text.contains("这个号码已有人用"), "{text}");
    session.press("5<enter>5555<enter>5555<enter>");
    assert_eq!(session.daemon.staff().operators.last().unwrap().id, "025");
    session.press("<down>x");
    assert!(session.text().contains("操作员号  02  小李"), "{}", session.text());
}

#[test]
fn a_person_is_opened_and_gets_another_name_role_and_pin() {
    let mut session = manager();
    session.press("gu<down><enter>");
    let text = session.text();
    assert!(text.contains("操作员号  02") && text.contains("小李") && text.contains("3  密码"), "{text}");
    session.press("1");
    assert!(session.text().contains("改姓名"), "{}", session.text());
    session.tell(Message::Paste("李小红".into()));
    session.press("<enter>");
    let text = session.text();
    assert!(text.contains("李小红") && !text.contains("小李") && text.contains("操作员 02 已改好"), "{text}");
    session.press("e2");
    assert!(session.text().contains("改角色") && session.text().contains("5  安装人员"), "{}", session.text());
    session.press("2<enter>");
    assert_eq!(session.daemon.staff().operators[1].role, model::Role::Supervisor);
    session.press("e<down><down><enter>5555<enter>5555<enter>");
    assert_eq!(session.daemon.staff().new_pins, [("02".to_owned(), false)]);
    // one that was only looked at is as it was
    session.press("e<esc>");
    session.press("e1<esc>e2<down><down><esc>");
    assert_eq!(session.daemon.staff().operators[1].role, model::Role::Supervisor);
    let text = session.text();
    assert!(text.contains("回车 修改") && !text.contains("+-"), "{text}");
}

#[test]
fn a_cashier_changes_her_own_pin_with_the_present_one() {
    let mut session = cashier();
    session.press("K");
    let text = session.text();
    assert!(text.contains("改我的密码") && text.contains("现在的密码"), "{text}");
    session.press("999999<enter>5555<enter>5555<enter>");
    let text = session.text();
    assert!(text.contains("密码不对") || text.contains("操作员号或密码"), "{text}");
    assert!(!text.contains("****"), "nothing of it stays: {text}");
    session.press(&format!("{PIN}<enter>5555<enter>5556<enter>"));
    assert!(session.text().contains("两次输入的密码不一样"), "{}", session.text());
    session.press("5555<enter>5555<enter>");
    assert_eq!(session.daemon.staff().new_pins, [("02".to_owned(), true)]);
    assert!(session.text().contains("操作员 02 已改好"), "{}", session.text());
    // by its name, too
    session.press("<f9>");
    session.tell(Message::Paste("改密码".into()));
    session.press("<enter>");
    assert!(session.text().contains("改我的密码"), "{}", session.text());
}

#[test]
fn a_pin_that_was_half_typed_is_wiped_when_the_console_locks_itself() {
    type Open = fn(&mut Session);
    let begun: [(&str, Open); 3] = [
        ("an approval", |session| {
            session.daemon.staff().guarded.push("reprint");
            session.press("r<enter>08<enter>4711");
        }),
        ("a new PIN", |session| session.press("gu<down>s4711")),
        ("one's own", |session| session.press("gqK4711")),
    ];
    for (what, open) in begun {
        let mut session = manager();
        open(&mut session);
        // a card's number is shown with stars, too
        let text = |session: &Session| session.text().replace("**** 1234", "");
        assert!(text(&session).contains("****"), "{what}: {}", session.text());
        later(&mut session, 16);
        assert!(session.text().contains("已锁定"), "{what}: {}", session.text());
        session.press(&format!("{PIN}<enter>"));
        let text = text(&session);
        assert!(text.contains("密码") && !text.contains("****"), "{what}: {text}");
    }
}

#[test]
fn the_trail_is_verified_and_its_anchor_shown() {
    let mut session = manager();
    session.press("gav");
    assert!(session.text().contains("操作记录完好，共 9 条"), "{}", session.text());
    assert!(session.text().contains("锚码 9-5e5e-5e5e-5e5e"), "{}", session.text());
    session.daemon.staff().verified = serde_json::json!({ "ok": false, "entries": 3, "first_bad": 4 });
    session.press("v");
    assert!(session.text().contains("第 4 条开始不对"), "{}", session.text());
    // whatever is chosen, it is the newest row's; and what changed is said in words
    session.press("f111111111<enter>");
    let text = session.text();
    assert!(text.contains("#3") && text.contains("锚码 9-5e5e-5e5e-5e5e"), "{text}");
    assert!(text.contains("变化 无 -> 收银员 正常 密码 1"), "{text}");
    let mut session = Session::logged_on(Language::En, Daemon::staffed(), "01");
    session.press("gav");
    let text = session.text();
    assert!(text.contains("the trail is whole: 9 entries") && text.contains("anchor 9-5e5e-5e5e-5e5e"), "{text}");
}

#[test]
fn the_trail_is_exported_where_somebody_says_and_over_nothing_unasked() {
    let mut session = manager();
    session.press("gao");
    let text = session.text();
    assert!(text.contains("counterfoil-audit-20261120-1405.jsonl") && text.contains("只有本用户能读"), "{text}");
    session.press("<enter>");
    assert!(session.text().contains("已导出 9 条"), "{}", session.text());
    let file = session.files["counterfoil-audit-20261120-1405.jsonl"].clone();
    assert_eq!(file.lines().count(), 10);
    assert!(file.lines().next().unwrap().starts_with("{\"seq\":1,"), "oldest first: {file}");
    assert_eq!(file.lines().last().unwrap(), format!("{{\"entries\":9,\"head\":\"{}\"}}", "5e".repeat(32)));
    session.files.insert("counterfoil-audit-20261120-1405.jsonl".into(), "theirs".into());
    session.press("<esc>o<enter>");
    assert!(session.text().contains("要替换吗"), "{}", session.text());
    session.press("n");
    assert_eq!(session.files["counterfoil-audit-20261120-1405.jsonl"], "theirs");
    session.press("<enter>y");
    assert_eq!(session.files["counterfoil-audit-20261120-1405.jsonl"], file);
    // who would need a second person for every page does it from the command line
    let mut session = Session::logged_on(Language::Zh, Daemon::staffed(), "02");
    session.press("ga");
    assert!(!session.text().contains("导出"), "{}", session.text());
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

#[test]
fn digits_that_come_in_one_go_while_a_pin_is_typed_are_that_pin_and_never_a_badge() {
    let mut session = Session::new(Language::Zh, (80, 24), Daemon::staffed());
    session.press("02<enter>");
    // the first one of a burst comes as a key
    session.press(&PIN[..1]);
    session.tell(Message::Scan(PIN.into()));
    let text = session.text();
    assert!(text.contains("02 小李") && !text.contains(PIN), "{text}");
    let mut session = Session::new(Language::Zh, (80, 24), Daemon::staffed());
    session.press("02<enter>9");
    session.tell(Message::Scan("918273".into()));
    let text = session.text();
    assert!(text.contains("密码不对") && !text.contains("918273"), "a wrong one is no number either: {text}");
}

#[test]
fn support_that_looks_on_is_named_while_the_screen_is_locked_too() {
    let mut daemon = Daemon::staffed();
    let staff = daemon.staff();
    *staff = staff.clone().with_support();
    let mut session = Session::logged_on(Language::Zh, daemon, "01");
    session.press("L");
    let text = session.text();
    assert!(text.contains("已锁定") && text.contains("技术支持 20"), "{text}");
}
