//! The print queue: what waits and why, what is done about it, the question about a slip.

use model::{JobId, JobState, Language};
use protocol::{Event, Questions, Reason};
use serde_json::{Value, json};
use tui::console::Away;

use crate::harness::{Daemon, Session, chinese_screen, screens, shop, small_screens};

/// A printer with so many jobs.
fn waiting(queued: u32, blocked: u32, held: u32, expired: u32, sending: u32) -> Value {
    json!({ "queued": queued, "blocked": blocked, "held": held, "expired": expired, "sending": sending })
}

/// Front stopped in the middle of a slip, back cannot be reached, bar is idle.
pub(crate) fn two_down() -> Daemon {
    let mut daemon = Daemon::usual();
    daemon.printers = vec![
        shop::printer(
            "front",
            json!({ "state": "blocked", "cause": "paper_out", "since": "2026-11-20T13:50:00.000+08:00",
            "waiting": waiting(2, 0, 1, 0, 1) }),
        ),
        shop::printer(
            "back",
            json!({ "state": "blocked", "cause": "unreachable", "since": "2026-11-20T13:41:00.000+08:00",
            "waiting": waiting(1, 1, 0, 0, 0) }),
        ),
        shop::printer("bar", json!({})),
    ];
    let at_back = |more: Value| {
        let mut keys = json!({ "printer": "back", "queued_at": "2026-11-20T13:42:00.000+08:00" });
        more.as_object().unwrap().iter().for_each(|(key, value)| keys[key] = value.clone());
        keys
    };
    daemon.jobs.splice(
        0..0,
        [
            shop::job(63, 127, JobState::Held, json!({ "kind": "reprint", "reprint_number": 1 })),
            shop::job(62, 132, JobState::Queued, json!({ "copy": "merchant" })),
            shop::job(61, 132, JobState::Queued, json!({})),
            shop::job(60, 124, JobState::Queued, at_back(json!({ "copy": "merchant" }))),
            shop::job(59, 124, JobState::Blocked, at_back(json!({ "cause": "unreachable" }))),
            shop::job(
                58,
                130,
                JobState::Sending,
                json!({ "cause": "paper_out", "queued_at": "2026-11-20T13:51:03.000+08:00", "segments": 5, "proven": 2 }),
            ),
        ],
    );
    daemon
}

/// After a long outage: old jobs and one that a person stopped; nothing else is wrong.
fn stopped() -> Daemon {
    let mut daemon = Daemon::usual();
    daemon.printers[0] = shop::printer("front", json!({ "waiting": waiting(0, 0, 1, 3, 0) }));
    let old = |number, of, more: Value| {
        let mut keys = json!({ "queued_at": "2026-11-19T20:15:00.000+08:00" });
        more.as_object().unwrap().iter().for_each(|(key, value)| keys[key] = value.clone());
        shop::job(number, of, JobState::Expired, keys)
    };
    daemon.jobs.splice(
        0..0,
        [
            shop::job(
                61,
                131,
                JobState::Held,
                json!({ "kind": "reprint", "reprint_number": 1, "evidence": [
                { "at": "2026-11-20T14:02:44.000+08:00", "grade": "none",
                  "detail": "failed: the renderer broke off (3 of 3)" }] }),
            ),
            old(60, 1, json!({ "kind": "drawer", "transaction": null, "copy": null })),
            old(59, 125, json!({ "copy": "merchant" })),
            old(58, 125, json!({})),
        ],
    );
    daemon
}

/// A slip was cut short, and one was never proven; both wait for a person's eyes.
pub(crate) fn doubted() -> Daemon {
    let mut daemon = Daemon::usual();
    let partial = json!({ "cause": "paper_out", "segments": 5, "proven": 2, "finished_at": "2026-11-20T14:03:20.000+08:00",
        "evidence": [{ "at": "2026-11-20T14:03:09.000+08:00", "grade": "none", "detail": "segment 2 of 5" },
                     { "at": "2026-11-20T14:03:20.000+08:00", "grade": "none",
                       "detail": "2 of 5 segments proven, then silence" }] });
    let unproven = json!({ "printed_on": "back", "finished_at": "2026-11-20T13:40:00.000+08:00", "copy": "merchant",
        "cause": "connection_lost" });
    daemon.jobs.splice(
        0..0,
        [shop::job(59, 132, JobState::Partial, partial), shop::job(58, 124, JobState::Unconfirmed, unproven)],
    );
    daemon.overview.questions = Questions { count: 2, newest: vec![JobId(59), JobId(58)] };
    daemon
}

fn state(session: &Session, number: u64) -> JobState {
    session.daemon.jobs.iter().find(|job| job.id == JobId(number)).unwrap().state
}

fn zh(daemon: Daemon) -> Session {
    Session::new(Language::Zh, (80, 24), daemon)
}

#[test]
fn what_waits_at_each_printer_and_why() {
    screens("queue", two_down, |s| s.press("gq"));
}

#[test]
fn nothing_waits() {
    small_screens("queue-empty", Daemon::usual, |s| s.press("gq"));
}

#[test]
fn what_waits_for_a_person() {
    chinese_screen("queue-stopped", stopped, |s| s.press("gq"));
}

#[test]
fn a_job_with_its_evidence() {
    small_screens("job", doubted, |s| s.press("gq<enter>"));
}

#[test]
fn a_cancel_asks_first() {
    small_screens("cancel", two_down, |s| s.press("gqx"));
}

#[test]
fn a_job_moves_to_a_printer_that_can_print() {
    small_screens("move", two_down, |s| s.press("gq<down>m"));
}

#[test]
fn a_whole_queue_moves() {
    small_screens("move-queue", two_down, |s| s.press("gqw<down>w"));
}

#[test]
fn the_question_about_a_slip() {
    small_screens("question", doubted, |s| s.press("<enter>"));
}

#[test]
fn home_says_that_a_slip_is_to_be_looked_at() {
    chinese_screen("home-question", doubted, |_| {});
}

#[test]
fn hold_and_release_are_one_key_each_and_keep_the_selection() {
    let mut session = zh(two_down());
    session.press("gq<down>");
    assert!(session.text().contains(">J61") && session.text().contains("h 先停住"), "{}", session.text());
    session.press("h");
    assert_eq!(state(&session, 61), JobState::Held);
    assert!(session.text().contains(">J61") && session.text().contains("s 让它打"), "{}", session.text());
    session.press("h");
    assert_eq!(state(&session, 61), JobState::Held, "what is held is not held again");
    session.press("s");
    assert_eq!(state(&session, 61), JobState::Queued);
}

#[test]
fn nothing_is_cancelled_or_moved_without_a_second_key() {
    let mut session = zh(two_down());
    session.press("gq<down>x");
    assert_eq!(state(&session, 61), JobState::Queued);
    assert!(session.text().contains("¥128.00") && session.text().contains("front"), "{}", session.text());
    session.press("<esc>");
    assert_eq!(state(&session, 61), JobState::Queued);
    session.press("x<enter>");
    assert_eq!(state(&session, 61), JobState::Cancelled);
    assert!(session.text().contains("J61 持卡人存根 首次：已取消，没有出纸"), "{}", session.text());

    let mut session = zh(two_down());
    session.press("gq<down>m<enter>");
    let moved = session.daemon.jobs.iter().find(|job| job.id == JobId(61)).unwrap();
    assert_eq!(moved.printer, "bar", "the first printer that can print");
    session.press("gq<home>w<enter>");
    assert_eq!(session.daemon.jobs.iter().filter(|job| job.printer == "front" && job.state.waits()).count(), 0);
    assert!(session.text().contains("张改到 bar 打"), "{}", session.text());
}

#[test]
fn a_job_that_is_being_sent_can_only_be_cancelled_and_the_dialog_warns_of_its_paper() {
    let mut session = zh(two_down());
    session.press("gq");
    let text = session.text();
    assert!(text.contains(">J58") && text.contains("第 2/5 段已在纸上"), "{text}");
    assert!(!text.contains("h 先停住") && !text.contains("m 换打印机   "), "{text}");
    session.press("hmp");
    assert_eq!(state(&session, 58), JobState::Sending);
    session.press("x");
    assert!(session.text().contains("可能已有一部分在纸上"), "{}", session.text());
    session.press("<enter>");
    assert_eq!(state(&session, 58), JobState::Partial);
}

#[test]
fn a_slip_in_front_of_somebody_is_confirmed_in_two_keys() {
    let mut session = zh(doubted());
    session.press("<enter>y");
    assert_eq!(state(&session, 59), JobState::Confirmed);
    assert!(session.text().contains("1 张小票要看纸"), "the next one: {}", session.text());
    session.press("<enter>1");
    assert_eq!(state(&session, 58), JobState::Confirmed);
    assert!(!session.text().contains("要看"), "{}", session.text());
}

#[test]
fn a_slip_that_is_not_there_is_offered_as_first_paper() {
    let mut session = zh(doubted());
    session.press("<enter>n");
    assert_eq!(state(&session, 59), JobState::NotPrinted);
    assert!(session.text().contains("打印小票") && session.text().contains("¥128.00"), "{}", session.text());
    session.press("<enter>");
    assert_eq!(session.daemon.jobs[0].transaction, Some(shop::id(132)));
}

#[test]
fn later_is_an_answer_too_and_the_question_stays() {
    let mut session = zh(doubted());
    session.press("<enter><esc>");
    assert_eq!(state(&session, 59), JobState::Partial);
    assert!(session.text().contains("2 张小票要看纸"), "{}", session.text());
}

#[test]
fn a_question_never_comes_over_what_somebody_types() {
    let mut session = zh(Daemon::usual());
    session.press("/55");
    let asked = doubted();
    (session.daemon.jobs, session.daemon.overview) = (asked.jobs, asked.overview);
    let jobs = vec![JobId(59), JobId(58)];
    session.event(Event::Changed { change: model::Change(900), transactions: vec![], jobs, printers: vec![] });
    session.press("yn66<enter>");
    assert_eq!(state(&session, 59), JobState::Partial);
    assert!(session.text().contains("看纸 2"), "only counted: {}", session.text());
}

#[test]
fn late_proof_closes_the_question_under_ones_eyes() {
    let mut session = zh(doubted());
    session.press("<enter>");
    let event = session.daemon.end_job(JobState::Confirmed, None);
    session.event(event);
    assert!(session.text().contains("已经有答案了"), "{}", session.text());
    session.press("n");
    assert_eq!(state(&session, 59), JobState::Confirmed);
}

#[test]
fn a_refusal_is_said_in_the_dialog_and_a_lost_line_is_no_answer() {
    let mut session = zh(two_down());
    session.daemon.accepts = Err(Reason::JobEnded);
    session.press("gq<down>x<enter>");
    assert!(session.text().contains("打印任务 J61 已经结束"), "{}", session.text());
    let mut session = zh(two_down());
    session.press("gq<down>x");
    session.prompt = false;
    session.press("<enter>");
    session.disconnect(Away::Closed);
    assert!(session.text().contains("不知道是否已收下"), "{}", session.text());
    assert!(!session.text().contains("回车 取消打印"), "not twice by accident: {}", session.text());
}

#[test]
fn a_pulse_that_was_not_given_is_never_released_from_here() {
    let mut session = zh(stopped());
    session.press("gq<down><down>");
    let text = session.text();
    assert!(text.contains(">J60") && !text.contains("s 让它打") && text.contains("x 取消打印"), "{text}");
    session.press("s");
    assert_eq!(state(&session, 60), JobState::Expired);
}

#[test]
fn jobs_of_a_printer_that_is_gone_can_still_be_moved() {
    let mut daemon = two_down();
    daemon.printers.remove(1);
    let mut session = zh(daemon);
    session.press("gq<down><down><down><down>w");
    assert!(session.text().contains("back 在等的 2 张"), "{}", session.text());
    session.press("<esc><enter>");
    assert!(session.text().contains("J59") && session.text().contains("¥987,654.32"), "{}", session.text());
}

#[test]
fn the_queue_is_live() {
    let mut session = zh(two_down());
    session.press("gq");
    session.daemon.jobs.iter_mut().filter(|job| job.id == JobId(58)).for_each(|job| {
        (job.state, job.cause, job.proven) = (JobState::Confirmed, None, 5);
        job.finished_at = Some(shop::now());
        job.change = model::Change(901);
    });
    session.daemon.printers[0] = shop::printer("front", json!({ "waiting": waiting(2, 0, 1, 0, 0) }));
    let jobs = vec![JobId(58)];
    session.event(Event::Changed { change: model::Change(901), transactions: vec![], jobs, printers: vec![] });
    let text = session.text();
    assert!(text.contains("front   就绪  等 3") && text.contains("已打出  front"), "{text}");
}

#[test]
fn pages_begin_with_the_printer_they_go_on_with() {
    let mut daemon = two_down();
    for number in 100..160 {
        daemon.jobs.insert(0, shop::job(number, 131, JobState::Queued, json!({})));
    }
    let mut session = zh(daemon);
    session.press("gq");
    assert!(session.text().contains("PgDn 看下面"), "{}", session.text());
    session.press("<pgdn>");
    let text = session.text();
    assert!(
        text.lines().nth(2).unwrap().contains("front   缺纸") && text.lines().nth(3).unwrap().starts_with('>'),
        "{text}"
    );
    session.press("<pgdn><pgup><pgup>");
    assert!(session.text().contains(">J58"), "{}", session.text());
    session.press("<end>");
    assert!(session.text().contains(">J55") && !session.text().contains("PgDn"), "{}", session.text());
}

#[test]
fn a_job_that_waits_behind_hundreds_of_newer_ones_is_still_shown() {
    let mut daemon = Daemon::usual();
    daemon.printers[0] =
        shop::printer("front", json!({ "state": "blocked", "cause": "paper_out", "waiting": waiting(0, 1, 0, 0, 0) }));
    daemon.jobs = vec![shop::job(1, 130, JobState::Blocked, json!({ "cause": "paper_out" }))];
    for number in 2..300 {
        daemon.jobs.insert(0, shop::job(number, 131, JobState::Confirmed, json!({})));
    }
    let mut session = zh(daemon);
    session.press("gq");
    assert!(session.text().contains(">J1 "), "{}", session.text());
}

#[test]
fn a_slip_is_asked_about_behind_hundreds_of_newer_ones() {
    let mut daemon = doubted();
    for number in 100..400 {
        daemon.jobs.insert(0, shop::job(number, 131, JobState::Confirmed, json!({})));
    }
    let mut session = zh(daemon);
    session.press("gq");
    assert!(session.text().contains(">J59") && session.text().contains("请看纸再回答"), "{}", session.text());
    session.press("ay");
    assert_eq!(state(&session, 59), JobState::Confirmed);
}

#[test]
fn the_selection_stays_on_its_job() {
    let mut session = Session::usual();
    session.press("gq<down>");
    assert!(session.text().contains(">J56"), "{}", session.text());
    session.press("r<enter>");
    assert!(session.text().contains(">J56"), "{}", session.text());
}
