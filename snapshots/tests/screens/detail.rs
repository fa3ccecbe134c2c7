//! One transaction.

use model::{JobState, Language, Status};

use crate::harness::{Daemon, Session, screens, shop, small_screens};

#[test]
fn a_card_payment_with_its_receipt() {
    screens("detail", Daemon::usual, |s| s.press("gt<enter>"));
}

#[test]
fn an_unknown_payment_warns_and_has_no_receipt() {
    small_screens("detail-unknown", Daemon::troubled, |s| s.press("gt<down><down><down><enter>"));
}

#[test]
fn a_window_without_room_for_paper_shows_the_fields_whole() {
    for language in [model::Language::Zh, model::Language::En] {
        let mut session = crate::harness::Session::new(language, (60, 16), Daemon::usual());
        session.press("gt<enter>");
        crate::harness::assert_sheet(&format!("detail-small-{language}-60x16"), &session.sheet());
    }
}

/// All that one sees from the first page to the last.
fn pages(session: &mut Session, down: &str) -> String {
    let mut seen = session.text();
    for _ in 0..6 {
        session.press(down);
        seen.push_str(&session.text());
    }
    seen
}

#[test]
fn every_field_can_be_reached_and_a_line_says_how_many_there_are() {
    for (size, down) in [((80, 24), "<pgdn>"), ((60, 18), "<pgdn>"), ((60, 16), "+")] {
        let mut daemon = Daemon::usual();
        let attempts = (58..62).map(|number| shop::job(number, 132, JobState::NotPrinted, serde_json::json!({})));
        daemon.jobs.splice(0..0, attempts.rev());
        let mut session = Session::new(Language::Zh, size, daemon);
        session.press("gt<enter>");
        assert!(session.text().contains("还有 ") && session.text().contains("打印记录"), "{}", session.text());
        let seen = pages(&mut session, down);
        for field in ["898110012345678", "示例收单", "00001M8000044", "pos1 20261120-0132", "J61", "J57 front"] {
            assert!(seen.contains(field), "{field} {size:?} {seen}");
        }
        assert!(session.text().contains("PgUp 看上面"), "{}", session.text());
        session.press("<pgup><pgup><pgup><pgup>");
        assert!(session.text().contains("消费  ¥128.00") && session.text().contains("还有 "), "{}", session.text());
    }
}

#[test]
fn a_long_value_is_whole_and_values_stand_in_one_column_on_every_transaction() {
    let trade = "4200002419202611201234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut daemon = Daemon::usual();
    daemon.transactions[0].transaction.trade = Some(trade.to_owned());
    let mut session = Session::new(Language::En, (80, 24), daemon);
    session.press("gt<enter>");
    let text = session.text();
    let column = |text: &str| text.lines().find_map(|line| line.find("2026-11-20 1")).unwrap();
    let first = column(&text);
    let left: String = text.lines().map(|line| line.chars().take(42).collect::<String>()).collect();
    let joined: String = left.split_whitespace().collect();
    assert!(joined.contains(trade), "{text}");
    session.press("<esc><down><enter>");
    assert_eq!(column(&session.text()), first, "{}", session.text());
}

#[test]
fn p_where_there_is_no_slip_says_why() {
    for (language, unknown, declined) in
        [(Language::Zh, "结果未知，还没有小票", "没有小票可打"), (Language::En, "no slip yet", "no slip to print")]
    {
        for (keys, said) in [("", unknown), ("<enter>", unknown), ("<down><down><down>", declined)] {
            for print in ["p", "*"] {
                let mut session = Session::new(language, (80, 24), Daemon::troubled());
                session.press(&format!("gt<down><down><down>{keys}"));
                session.press(print);
                let text = session.text();
                assert!(text.lines().nth(22).unwrap().contains(said), "{keys} {print}: {text}");
                session.press("<up>");
                assert!(!session.text().lines().nth(22).unwrap().contains(said), "{}", session.text());
            }
        }
    }
}

#[test]
fn an_unknown_payment_says_where_to_query_and_what_comes_then() {
    for (language, steps) in [
        (Language::Zh, ["收款程序", "POS 终端", "客服电话", "自己更新"]),
        (Language::En, ["payment app", "payment terminal", "hotline", "by itself"]),
    ] {
        let mut session = Session::new(language, (80, 24), Daemon::troubled());
        session.press("<down><down><enter>");
        let where_to =
            if language == Language::Zh { "别再收款：回车看办法" } else { "Enter tells how to query it" };
        assert!(session.text().contains(where_to), "{}", session.text());
        session.press("<enter>");
        let text = session.text();
        let left: Vec<String> = text.lines().map(|line| line.split(['|', '+']).next().unwrap().trim().into()).collect();
        let said = left.join(if language == Language::Zh { "" } else { " " });
        assert!(steps.iter().all(|step| said.contains(step)), "{said}");
        // the result arrives: the same page says so, and the slip can be printed
        let row = session.daemon.transactions.iter_mut().find(|row| row.transaction.status == Status::Unknown).unwrap();
        row.transaction.status = Status::Approved;
        let (change, transactions) = (model::Change(990), vec![row.transaction.id]);
        session.event(protocol::Event::Changed { change, transactions, jobs: vec![], printers: vec![] });
        session.press("p");
        assert!(session.text().contains("¥450.00") && !session.text().contains(steps[2]), "{}", session.text());
    }
}

#[test]
fn a_narrow_window_shows_the_slip_instead_of_the_fields_on_a_key_of_the_bar() {
    let mut session = Session::new(Language::Zh, (60, 18), Daemon::usual());
    session.press("gt<enter>");
    assert!(session.text().contains("c 看小票"), "{}", session.text());
    session.press("c");
    let text = session.text();
    assert!(text.contains("[ 持卡人存根 ]") && text.contains("签购单") && text.contains("c 换一联"), "{text}");
    session.press("c");
    assert!(session.text().contains("[ 商户存根 ]"), "{}", session.text());
    session.press("c");
    assert!(!session.text().contains("签购单") && session.text().contains("参考号"), "{}", session.text());
}
