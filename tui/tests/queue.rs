//! The verbs of one job and of a queue against a scripted daemon: what is asked, what is said, how it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(dead_code, reason = "the daemon of the tests is shared, not every test needs all of it")]

mod daemon;

use daemon::{Act, Daemon};
use serde_json::{Value, json};

fn job(state: &str) -> Value {
    json!({"id": "J8", "kind": "receipt", "transaction": null, "copy": "customer", "reprint_number": 0,
        "printer": "front", "printed_on": "back", "state": state, "cause": "paper_out",
        "evidence": [{"at": "2026-11-20T09:05:02.000+08:00", "grade": "none", "detail": "segment 2 of 5"}],
        "queued_at": "2026-11-20T09:05:00.000+08:00", "finished_at": null, "attempts": 1, "bytes": 900, "change": 4,
        "segments": 5, "proven": 2, "rendered": null, "operator": null, "approver": null, "reason": null,
        "key_of_tomorrow": 1})
}

/// The requests that it heard, without their numbers.
fn heard(daemon: &Daemon) -> Vec<Value> {
    let lines = daemon.heard.lock().unwrap();
    let body = |line: &String| {
        let mut request: Value = serde_json::from_str(line).unwrap();
        request.as_object_mut().unwrap().remove("id");
        request
    };
    lines.iter().map(body).collect()
}

#[test]
fn each_verb_of_a_job_asks_for_what_it_says_and_prints_the_job_as_it_came() {
    for (arguments, asked, state) in [
        (&["hold", "J8"][..], json!({"job_hold": {"id": "J8"}}), "held"),
        (&["release", "J8"], json!({"job_release": {"id": "J8"}}), "queued"),
        (&["cancel", "J8"], json!({"job_cancel": {"id": "J8"}}), "cancelled"),
        (&["resolve", "J8", "printed"], json!({"job_resolve": {"id": "J8", "answer": "printed"}}), "confirmed"),
        (
            &["resolve", "J8", "not-printed"],
            json!({"job_resolve": {"id": "J8", "answer": "not_printed"}}),
            "not_printed",
        ),
        (&["move", "J8", "back"], json!({"job_move": {"id": "J8", "printer": "back"}}), "queued"),
    ] {
        let daemon = Daemon::answering(job(state));
        let ran = daemon.run(&[&["job"], arguments, &["--json"]].concat());
        assert_eq!((ran.status, ran.json()), (0, vec![job(state)]), "{arguments:?}");
        assert_eq!(heard(&daemon), [asked]);
    }
}

#[test]
fn the_status_of_a_cancel_tells_what_is_on_paper() {
    for (state, status) in
        [("cancelled", 0), ("not_printed", 0), ("partial", 5), ("unconfirmed", 5), ("sending", 5), ("confirmed", 1)]
    {
        let ran = Daemon::answering(job(state)).run(&["job", "cancel", "J8"]);
        assert_eq!(ran.status, status, "{state}");
    }
    let tomorrow = Daemon::answering(job("state_of_tomorrow")).run(&["job", "cancel", "J8"]);
    assert_eq!(tomorrow.status, 5, "a state that is not known is an outcome that is not known");
}

#[test]
fn silence_after_a_change_is_an_unknown_outcome_and_a_refusal_is_none() {
    let silent = Daemon::start(|_, _, _| Act::Close);
    for arguments in
        [&["job", "cancel", "J8"][..], &["job", "resolve", "J8", "printed"], &["printer", "move", "a", "b"]]
    {
        assert_eq!(silent.run(arguments).status, 5, "{arguments:?}");
    }
    let ran = Daemon::refusing("conflict", "job_ended").run(&["job", "move", "J8", "back", "--lang", "zh"]);
    assert!(ran.status == 1 && ran.err.contains("已经结束"), "{ran:?}");
    assert_eq!(Daemon::refusing("not_permitted", "user_not_allowed").run(&["job", "hold", "J8"]).status, 4);
    assert_eq!(silent.run(&["job", "resolve", "J8", "maybe"]).status, 2);
    assert_eq!(silent.run(&["job", "hold", "x"]).status, 1, "no id of a job");
}

#[test]
fn a_job_is_shown_in_the_users_words_with_what_is_on_paper() {
    let daemon = Daemon::answering(job("partial"));
    let zh = daemon.run(&["job", "show", "J8", "--lang", "zh"]).out;
    assert!(zh.contains("第 2/5 段已在纸上") && zh.contains("备注  第 2/5 段") && zh.contains("back"), "{zh}");
    let en = daemon.run(&["job", "show", "J8"]).out;
    assert!(en.contains("part 2 of 5 is on paper") && en.contains("segment 2 of 5"), "{en}");
}

#[test]
fn a_whole_queue_moves_and_says_how_many() {
    let daemon = Daemon::answering(json!({"moved": 4}));
    let ran = daemon.run(&["printer", "move", "front", "back"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, "4 jobs are now at back\n"));
    assert_eq!(daemon.run(&["printer", "move", "front", "back", "--lang", "zh"]).out, "4 张改到 back 打\n");
    assert_eq!(daemon.run(&["printer", "move", "front", "back", "--json"]).json(), [json!({"moved": 4})]);
    assert_eq!(heard(&daemon)[0], json!({"printer_move": {"id": "front", "printer": "back"}}));
}
