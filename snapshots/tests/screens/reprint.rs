//! Printing again, from the question to the end.

use model::{Cause, JobState};

use crate::harness::{Daemon, Session, chinese_screen, small_screens};

#[test]
fn the_first_paper_of_a_copy() {
    small_screens("reprint-first-paper", Daemon::troubled, |s| {
        s.press("gt<down><down><down><down><down><down><down>p<right>")
    });
}

#[test]
fn a_reprint_says_its_number() {
    small_screens("reprint-numbered", Daemon::usual, |s| s.press("r"));
}

#[test]
fn a_confirmed_job_is_followed_to_its_proof() {
    small_screens("reprint-confirmed", Daemon::usual, |s| {
        s.press("r<enter>");
        let event = s.daemon.end_job(JobState::Confirmed, None);
        s.event(event);
    });
}

#[test]
fn an_unconfirmed_job_asks_to_look_at_the_paper() {
    chinese_screen("reprint-unconfirmed", Daemon::usual, |s| {
        s.press("r<enter>");
        let event = s.daemon.end_job(JobState::Unconfirmed, Some(Cause::ConnectionLost));
        s.event(event);
    });
}

#[test]
fn enter_pressed_before_the_receipt_is_known_is_not_lost() {
    let mut session = Session::alone(model::Language::Zh, (80, 24), Daemon::usual());
    session.prompt = false;
    session.connect();
    session.press("r<enter>");
    session.prompt = true;
    session.answer();
    assert!(session.text().contains("打印中"), "{}", session.text());
    assert_eq!(session.daemon.jobs.len(), 4);
}

#[test]
fn a_line_that_breaks_between_request_and_answer_is_said_and_not_sent_again() {
    let mut session = Session::usual();
    session.press("r");
    session.prompt = false;
    session.press("<enter>");
    session.disconnect(tui::console::Away::Closed);
    session.prompt = true;
    session.connect();
    session.press("<enter>");
    assert!(session.text().contains("不知道是否已收下"), "{}", session.text());
    assert_eq!(session.daemon.jobs.len(), 3);
}

#[test]
fn a_refusal_stays_in_the_dialog_with_its_next_step() {
    let mut session = Session::usual();
    session.daemon.accepts = Err(protocol::Reason::NoPrinter);
    session.press("r<enter>");
    assert!(session.text().contains("还没有设置打印机"), "{}", session.text());
}

#[test]
fn quitting_while_it_prints_asks_once() {
    let mut session = Session::usual();
    session.press("r<enter>q");
    assert!(!session.quit);
    session.press("<esc>");
    let event = session.daemon.end_job(JobState::Confirmed, None);
    session.event(event);
    session.press("q");
    assert!(session.quit);
}

#[test]
fn a_paper_that_still_waits_is_said_before_another_is_asked_for() {
    small_screens("reprint-earlier-waits", Daemon::troubled, |s| s.press("gt<down><down>p"));
}

#[test]
fn the_advice_for_a_job_that_waits_is_not_cut() {
    let mut session = Session::new(model::Language::En, (80, 24), Daemon::usual());
    session.press("r<enter>");
    let event = session.daemon.end_job(JobState::Blocked, Some(Cause::CutterError));
    session.event(event);
    assert!(session.text().contains("remove the jam, switch on"), "{}", session.text());
}

#[test]
fn a_shop_without_sales_is_offered_nothing_to_print_and_told_once() {
    for (language, none, back, keys) in [
        (model::Language::Zh, "还没有可以打印的交易", "Esc 返回", ["回车 打印", "换一联", "换打印机"]),
        (model::Language::En, "nothing to print yet", "Esc back", ["Enter print", "other copy", "other printer"]),
    ] {
        let mut daemon = Daemon::usual();
        daemon.transactions.clear();
        let mut session = Session::new(language, (80, 24), daemon);
        session.press("r");
        let text = session.text();
        assert!(text.contains(none) && text.contains(back), "{text}");
        assert!(keys.iter().all(|key| !text.contains(key)), "{text}");
        session.press("<esc>gt");
        let said = if language == model::Language::Zh { "还没有交易" } else { "No transactions yet" };
        assert_eq!(session.text().matches(said).count(), 1, "{}", session.text());
    }
}

#[test]
fn what_needs_a_second_person_says_so_and_why_before_it_is_asked_for() {
    use model::{Copy, Language};
    use protocol::ApprovalFor;

    for (language, words) in
        [(Language::Zh, "需要他人批准：不是您自己的交易"), (Language::En, "needs approval: not your own sale")]
    {
        let mut daemon = Daemon::usual();
        for row in &mut daemon.transactions {
            let copies = [(Copy::Customer, Some(ApprovalFor::OwnOnly)), (Copy::Merchant, None)];
            row.reprint_needs_approval = Some(copies.into());
        }
        let mut session = Session::new(language, (80, 24), daemon);
        session.press("r");
        assert!(session.text().contains(words), "{}", session.text());
        session.press("2");
        assert!(!session.text().contains(words), "of that copy there is none yet: {}", session.text());
    }
}
