//! The list and its search.

use model::Language;

use crate::harness::{Daemon, Session, chinese_screen, screens, small_screens};

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
    chinese_screen("search-choose", Daemon::troubled, |s| s.press("/1234<enter>"));
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
    chinese_screen("search-capped", slow, |s| s.press("/wx<enter>"));
}

#[test]
fn goods_are_found_by_initials_or_name_and_the_hit_names_them() {
    let mut session = Session::usual();
    for words in ["/nfsq", "/农夫"] {
        session.press(words);
        let text = session.text();
        let row = text.lines().nth(3).unwrap();
        assert!(row.contains("128.00") && row.contains("商品 农夫山泉 550ml"), "{text}");
        assert!(text.contains(&format!("[商品 {}]", &words[1..])), "{text}");
        session.press("<enter>");
        assert!(session.text().contains("140241884213"), "the only hit opens: {}", session.text());
        session.press("<esc>");
    }
}

#[test]
fn a_search_that_found_nothing_so_far_goes_on_with_enter_and_then_with_n() {
    let mut daemon = Daemon::usual();
    daemon.scan = 20;
    let mut session = Session::new(model::Language::Zh, (80, 24), daemon);
    session.press("/hn");
    assert!(session.text().contains("按回车继续往前查"), "{}", session.text());
    session.press("<enter>");
    assert!(session.text().contains("按 n 继续往前查"), "{}", session.text());
    session.press("n");
    assert!(session.text().contains("没有找到"), "{}", session.text());
}

#[test]
fn a_new_sale_does_not_undo_a_long_search() {
    let mut daemon = Daemon::usual();
    daemon.scan = 20;
    let mut session = Session::new(model::Language::Zh, (80, 24), daemon);
    session.press("/wx<enter>nn<end>");
    let (before, last) =
        (session.text(), |text: &str| text.lines().find(|line| line.starts_with('>')).map(str::to_owned));
    assert!(last(&before).is_some() && !before.contains("只查到"), "{before}");
    let event = session.daemon.sell(133);
    session.event(event);
    session.press("<home><end>");
    let text = session.text();
    assert!(last(&text) == last(&before) && !text.contains("只查到"), "{text}");
    session.press("<home>");
    assert!(session.text().contains("000133"), "{}", session.text());
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

#[test]
fn words_typed_while_the_daemon_is_away_show_no_rows_of_other_words() {
    let mut session = Session::usual();
    session.press("/5566<esc>");
    session.disconnect(tui::console::Away::Closed);
    assert!(session.text().contains("987,654.32"), "what was known stays in sight");
    session.press("/1234<enter>");
    let text = session.text();
    assert!(!text.contains("987,654.32") && !text.contains("没有找到"), "{text}");
    assert!(text.contains("打印服务断开了") && text.contains("1234"), "{text}");
    session.connect();
    assert!(session.text().contains("128.00"), "{}", session.text());
}

#[test]
fn a_line_that_breaks_under_a_search_leaves_no_rows_of_older_words() {
    let mut session = Session::usual();
    session.press("/5566");
    session.prompt = false;
    session.press("7");
    session.disconnect(tui::console::Away::Closed);
    session.press("<enter>");
    assert!(!session.text().contains("987,654.32"), "{}", session.text());
    session.prompt = true;
    session.connect();
    assert!(session.text().contains("没有找到"), "{}", session.text());
}

#[test]
fn a_new_sale_appears_at_once_and_the_selection_stays_on_its_row() {
    let mut session = Session::usual();
    session.press("gt<down>");
    let event = session.daemon.sell(133);
    session.event(event);
    let text = session.text();
    let rows: Vec<&str> = text.lines().skip(3).take(3).collect();
    assert!(rows[0].contains("000133"), "{text}");
    assert!(rows[2].starts_with('>') && rows[2].contains("000131"), "{text}");
}

#[test]
fn a_sale_that_came_while_a_later_page_was_shown_is_there_on_the_first() {
    let mut session = Session::usual();
    session.press("gt<pgdn><pgdn>");
    let event = session.daemon.sell(133);
    session.event(event);
    session.press("<home>");
    assert!(session.text().contains("000133"), "{}", session.text());
}

#[test]
fn an_order_by_amount_says_whether_all_that_was_found_is_in_it() {
    for (language, all, part) in [
        (Language::Zh, " 60 笔，金额从大到小", "更早的没有排在内：只排了最近 500 笔，金额从大到小"),
        (
            Language::En,
            " 60 rows, largest first",
            "older ones left out: newest 500 rows, largest first; s changes the order",
        ),
    ] {
        let mut session = Session::new(language, (80, 24), Daemon::usual());
        session.press("gts");
        assert!(session.text().contains(all) && !session.text().contains(part), "{}", session.text());
        let mut session = Session::new(language, (80, 24), Daemon::vast());
        session.press("gts");
        assert!(session.text().contains(part), "{}", session.text());
    }
}
