//! The print queue.

use model::JobState;
use serde_json::json;

use crate::harness::{Daemon, Session, screens, shop, small_screens};

#[test]
fn what_waits_and_why() {
    screens("queue", Daemon::troubled, |s| s.press("gq"));
}

#[test]
fn nothing_waits() {
    small_screens("queue-empty", Daemon::usual, |s| s.press("gq"));
}

#[test]
fn a_job_that_waits_behind_hundreds_of_newer_ones_is_still_shown() {
    let mut daemon = Daemon::usual();
    daemon.printers[0] = shop::printer(
        "front",
        json!({ "state": "blocked", "cause": "paper_out",
        "waiting": { "queued": 0, "blocked": 1, "held": 0, "expired": 0, "sending": 0 } }),
    );
    daemon.jobs = vec![shop::job(1, 130, JobState::Blocked, json!({ "cause": "paper_out" }))];
    for number in 2..300 {
        daemon.jobs.insert(0, shop::job(number, 131, JobState::Confirmed, json!({})));
    }
    let mut session = Session::new(model::Language::Zh, (80, 24), daemon);
    session.press("gq");
    assert!(session.text().contains(">J1 "), "{}", session.text());
}

#[test]
fn the_selection_stays_on_its_job() {
    let mut session = Session::usual();
    session.press("gq<down>");
    assert!(session.text().contains(">J56"), "{}", session.text());
    session.press("r<enter>");
    assert!(session.text().contains(">J56"), "{}", session.text());
}
