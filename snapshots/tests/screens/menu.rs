//! The menu, the alerts, and what a search can be turned into: a filter, a sum, a file.

use model::Language;
use protocol::Hello;
use tui::console::{Keymap, Message};

use crate::harness::{Daemon, Session, assert_sheet, chinese_screen, small_screens};

#[test]
fn everything_that_can_be_done_here_with_its_keys() {
    chinese_screen("menu", Daemon::usual, |s| s.press("gt:"));
}

#[test]
fn the_menu_is_found_by_chinese_by_initials_and_by_english() {
    for words in ["打印机", "dyj", "printers", "PRINTERS"] {
        let mut session = Session::usual();
        session.press(&format!(":{words}<enter>"));
        assert!(session.text().contains("  打印机   "), "{words} {}", session.text());
        assert!(session.text().contains("上次打好"), "{words} {}", session.text());
    }
    let mut session = Session::usual();
    session.press(":nothing of the sort<enter>");
    assert!(session.text().contains("没有这样的事"), "{}", session.text());
    session.press("<esc>");
    assert!(!session.text().contains("能做的事"));
}

#[test]
fn the_menu_does_what_the_screen_below_calls_it() {
    let mut session = Session::usual();
    session.press("gt:排序<enter>");
    assert!(session.text().contains("金额从大到小"), "{}", session.text());
}

#[test]
fn alerts_with_their_whole_advice() {
    small_screens("alerts", Daemon::troubled, |s| s.press("!<down>"));
    let mut session = Session::new(Language::Zh, (80, 24), Daemon::troubled());
    session.press("!<enter>");
    assert!(session.text().contains("打印机详情"), "{}", session.text());
    session.press("<esc><down><down><enter>");
    assert!(session.text().contains("[没打出]") || session.text().contains("[结果未知]"), "{}", session.text());
}

#[test]
fn alerts_on_a_good_day() {
    let mut session = Session::usual();
    session.press("!");
    assert!(session.text().contains("一切正常"), "{}", session.text());
}

#[test]
fn common_filters_by_digit() {
    let mut session = Session::usual();
    session.press("/12<esc>f4<down>");
    assert_sheet("filter-zh-80x24", &session.sheet());
    session.press("1<enter>");
    let text = session.text();
    assert!(text.contains("查找： 12 today wx") && text.contains("[微信]"), "{text}");
    session.press("f14<enter>");
    assert!(session.text().contains("查找： 12  "), "{}", session.text());
}

#[test]
fn what_a_search_comes_to_is_counted_while_one_looks_and_can_be_stopped() {
    small_screens("totals", Daemon::usual, |s| s.press("gtt"));
    let mut daemon = Daemon::usual();
    daemon.scan = 7;
    let mut session = Session::new(Language::Zh, (80, 24), daemon);
    session.press("gt");
    session.prompt = false;
    session.press("t");
    session.answer_one();
    session.answer_one();
    assert!(session.text().contains("已数 14 笔"), "{}", session.text());
    session.press("<esc>");
    assert!(session.text().contains("只数了 14 笔"), "{}", session.text());
    session.prompt = true;
    session.answer();
    assert!(session.text().contains("只数了 14 笔"), "an answer to what was stopped changes nothing");
    session.press("<esc>");
    assert!(!session.text().contains("只数了"), "{}", session.text());
}

#[test]
fn a_list_becomes_a_file_that_a_spreadsheet_takes_for_text() {
    let mut daemon = Daemon::usual();
    daemon.transactions[0].transaction.note = Some(model::SafeText::new("=HYPERLINK(\"http://x\")"));
    let mut session = Session::new(Language::Zh, (80, 24), daemon);
    session.press("gto");
    assert!(session.files.is_empty(), "nothing is written before somebody says so");
    session.press("<enter>");
    assert_sheet("export-zh-80x24", &session.sheet());
    let (name, text) = session.files.iter().next().unwrap();
    assert_eq!(name, "counterfoil-20261120-1405.csv");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 61);
    assert!(lines[0].starts_with('\u{feff}') && lines[0].contains("卡尾"), "{}", lines[0]);
    assert!(
        lines[1].contains("128.00,CNY,银行卡") && lines[1].contains("\"'=HYPERLINK(\"\"http://x\"\")\""),
        "{}",
        lines[1]
    );
    assert!(!text.contains("622202"), "of a card only its last four digits leave");
}

#[test]
fn sorting_goes_round_and_keeps_the_best_on_top() {
    let mut session = Session::usual();
    session.press("gts");
    let first = |session: &Session| session.text().lines().nth(3).unwrap().to_owned();
    assert!(first(&session).contains("987,654.32"), "{}", session.text());
    session.press("s");
    assert!(first(&session).contains("5.00"), "{}", session.text());
    session.press("s");
    assert!(first(&session).contains("000132"), "{}", session.text());
}

#[test]
fn a_shops_own_keys_are_shown_and_work_and_a_bad_file_is_named_on_home() {
    let with = |text: &str| {
        let mut session = Session::usual();
        session.keys(Keymap::parse(text));
        session
    };
    let mut session = with("printers = 'g d'\nreprint_last = 'F12'");
    assert!(session.text().contains("F12 打印上一笔"), "{}", session.text());
    session.press("?");
    assert!(session.text().contains("g d           打印机"), "{}", session.text());
    session.press("gd");
    assert!(session.text().contains("上次打好"), "{}", session.text());
    let mut session = with("quit = 'F5'\nhome = 3");
    let text = session.text();
    assert!(text.contains("第 1 行：F5 既是 reprint_last 又是 quit") && text.contains("第 2 行"), "{text}");
    session.press("q");
    assert!(session.quit, "the keys that everybody knows still work");
}

#[test]
fn a_newer_and_an_older_daemon_are_named() {
    for (version, words) in [("9.0.0", "它比这里新"), ("0.0.9", "它比这里旧")] {
        let mut session = Session::alone(Language::Zh, (80, 24), Daemon::usual());
        session.tell(Message::Connected(Hello::of("counterfoil-spooler", version)));
        assert!(session.text().contains(words) && session.text().contains(version), "{}", session.text());
    }
}

#[test]
fn the_other_language_is_a_key_away() {
    let mut session = Session::usual();
    session.press(":yy<enter>");
    assert!(session.text().contains("Last transaction") || session.text().contains("Latest"), "{}", session.text());
    session.press(":zh<back><back>中文<enter>");
    assert!(session.text().contains("最近一笔"), "{}", session.text());
}

#[test]
fn help_and_filter_name_the_chinese_words_of_a_search() {
    let mut session = Session::usual();
    session.press("?");
    let help: String = session.text().split_whitespace().collect();
    assert!(["没打出", "结果未知", "今天", "昨天", "微信"].iter().all(|word| help.contains(word)), "{help}");
    session.press("<esc>gtf");
    assert!(session.text().contains("[ ] 没打出") && session.text().contains("也能打这些词"), "{}", session.text());
    // a word of either language is the row's
    session.press("<esc>/微信<esc>f");
    assert!(session.text().lines().any(|line| line.contains("[x]") && line.contains("微信")), "{}", session.text());
}
