//! The frequent jobs of a shop and how many keys each takes, from Home, digits counted: played through the console's own
//! loop. A change that makes one longer fails here.

use model::{JobState, Language};
use serde_json::json;
use tui::console::Message;

use crate::harness::{Daemon, Session, people, shop};

/// How many keys these are.
fn presses(keys: &str) -> usize {
    let mut count = 0;
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        rest = match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            Some((_, after)) => after,
            None => &rest[first.len_utf8()..],
        };
        count += 1;
    }
    count
}

/// Presses keys, no more than promised, and sees what came of it.
fn done(session: &mut Session, keys: &str, most: usize, wanted: &str) {
    assert!(presses(keys) <= most, "{keys} are {} keys", presses(keys));
    session.press(keys);
    assert!(session.text().contains(wanted), "{keys}: no {wanted}\n{}", session.text());
}

fn of(daemon: Daemon) -> Session {
    Session::new(Language::Zh, (80, 24), daemon)
}

/// The requests for this that the daemon took.
fn reprints(session: &Session) -> usize {
    session.daemon.jobs.len() - Daemon::usual().jobs.len()
}

#[test]
fn a_cashier_reprints_the_last_receipt_in_two() {
    let mut session = Session::usual();
    done(&mut session, "r<enter>", 2, "打印中");
    assert_eq!((session.daemon.jobs[0].transaction, reprints(&session)), (Some(shop::id(132)), 1));
}

#[test]
fn a_cashier_reprints_by_the_last_four_digits_in_eight() {
    for (keys, most) in [("/5566<enter>p<enter>", 8), ("5566<enter>p<enter>", 7), ("/124<enter>p<enter>", 7)] {
        let mut session = Session::usual();
        done(&mut session, keys, most, "打印中");
        assert_eq!((session.daemon.jobs[0].transaction, reprints(&session)), (Some(shop::id(124)), 1), "{keys}");
    }
}

#[test]
fn a_cashier_reprints_a_scanned_slip_in_two_more() {
    let mut session = Session::usual();
    session.tell(Message::Scan(shop::id(124).to_string()));
    done(&mut session, "p<enter>", 2, "打印中");
    assert_eq!(session.daemon.jobs[0].transaction, Some(shop::id(124)));
}

#[test]
fn a_cashier_knows_whether_a_payment_was_successful_in_six() {
    done(&mut Session::usual(), "/8801<enter>", 6, "结果未知");
    done(&mut Session::usual(), "8801<enter>", 5, "结果未知");
}

#[test]
fn a_cashier_signs_in_the_terminal_in_three() {
    let mut session = of(Daemon::signed_out());
    session.press("gs");
    session.daemon.staff().acquirer = people::acquirer("signed_in", json!({}));
    session.press("gh");
    done(&mut session, "gs<enter>", 3, "已签到");
}

#[test]
fn after_the_paper_was_changed_it_prints_on_without_a_key() {
    let mut session = of(Daemon::troubled());
    assert!(session.text().contains("front 缺纸"), "{}", session.text());
    session.daemon.printers[0] = shop::printer("front", json!({ "state": "printing" }));
    for job in session.daemon.jobs.iter_mut().filter(|job| matches!(job.state, JobState::Blocked | JobState::Queued)) {
        (job.state, job.cause) = (JobState::Sending, None);
        job.change.0 += 1000;
    }
    let jobs = session.daemon.jobs.iter().take(4).map(|job| job.id).collect();
    let change = model::Change(2000);
    session.event(protocol::Event::Changed { change, transactions: vec![], jobs, printers: vec!["front".into()] });
    assert!(!session.text().contains("缺纸"), "{}", session.text());
}

#[test]
fn a_cashier_switches_to_the_spare_printer_in_four() {
    done(&mut of(crate::queue::two_down()), "gqw<enter>", 4, "改到");
}

#[test]
fn a_cashier_locks_the_screen_in_one() {
    let mut session = Session::logged_on(Language::Zh, Daemon::staffed(), "02");
    done(&mut session, "L", 1, "已锁定");
}

#[test]
fn a_manager_approves_beside_the_cashier_with_the_pin_and_enter() {
    let mut session = Session::logged_on(Language::Zh, Daemon::staffed(), "02");
    session.daemon.staff().guarded = vec!["reprint"];
    // where several may approve, the first time the number, too
    session.press(&format!("r<enter>01<enter>{}<enter>", people::PIN));
    assert_eq!(session.daemon.staff().approved.len(), 1, "{}", session.text());
    session.press("r<enter>");
    assert!(session.text().contains("01"), "the one who approved last is there: {}", session.text());
    let keys = format!("{}<enter>", people::PIN);
    done(&mut session, &keys, people::PIN.len() + 1, "打印中");
    assert_eq!(session.daemon.staff().approved.len(), 2);
}

#[test]
fn where_only_one_person_may_approve_her_number_is_there_from_the_beginning() {
    let mut daemon = Daemon::staffed();
    daemon.staff().only_approver = Some("01");
    let mut session = Session::logged_on(Language::Zh, daemon, "02");
    session.daemon.staff().guarded = vec!["reprint"];
    session.press("r<enter>");
    done(&mut session, &format!("{}<enter>", people::PIN), people::PIN.len() + 1, "打印中");
    assert_eq!(session.daemon.staff().approved.len(), 1);
}

#[test]
fn a_manager_sees_who_reprinted_most_this_week_in_four() {
    let mut session = Session::logged_on(Language::Zh, Daemon::staffed(), "01");
    done(&mut session, "gaw", 4, "02");
    let text = session.text();
    assert!(text.contains("打印小票  近 7 天") && text.contains("02 2 次  03 1 次"), "{text}");
}

#[test]
fn a_manager_adds_a_cashier_with_the_pin_twice_and_six() {
    // with a PIN of four digits that is fourteen; the next number is there, and another one replaces it
    let pin = people::PIN;
    let mut session = Session::logged_on(Language::Zh, Daemon::staffed(), "01");
    done(&mut session, &format!("gua<enter>{pin}<enter>{pin}<enter>"), 6 + 2 * pin.len(), "05");
    assert_eq!(session.daemon.staff().operators.last().unwrap().id, "05");
    session.press(&format!("gua27<enter>{pin}<enter>{pin}<enter>"));
    assert_eq!(session.daemon.staff().operators.last().unwrap().id, "27");
}

#[test]
fn support_sees_what_is_wrong_without_a_key_and_all_of_it_with_one() {
    let mut session = of(Daemon::troubled());
    done(&mut session, "", 0, "front 缺纸");
    done(&mut session, "!", 1, "front 缺纸");
}

#[test]
fn support_sees_why_a_job_did_not_print_in_three() {
    done(&mut of(Daemon::troubled()), "gq<enter>", 3, "缺纸");
}

#[test]
fn support_prints_a_test_page_in_four() {
    done(&mut Session::usual(), "gpt<enter>", 4, "打印中");
}

#[test]
fn support_moves_a_queue_to_the_spare_printer_in_five() {
    let mut session = of(crate::queue::two_down());
    let of_front = |session: &Session| session.daemon.jobs.iter().filter(|job| job.printer == "front").count();
    let before = of_front(&session);
    done(&mut session, "gqw<enter>", 5, "改到");
    assert!(of_front(&session) < before);
}

#[test]
fn lists_are_summed_up_and_written_to_a_file_in_six_and_four() {
    done(&mut Session::usual(), "gtf4<enter>t", 6, "合计");
    let mut session = Session::usual();
    done(&mut session, "gto<enter>", 4, "写好了");
    assert_eq!(session.files.len(), 1);
}
