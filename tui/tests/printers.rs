//! The verbs of printers and drawer against a scripted daemon: what is asked, what is said, how it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(dead_code, reason = "the daemon of the tests is shared, not every test needs all of it")]

mod daemon;

use daemon::{Act, Daemon};
use serde_json::{Value, json};

fn printer(more: &Value) -> Value {
    let mut row = json!({"name": "front", "connection": "tcp://192.168.1.50:9100", "profile": "generic-80",
        "columns": 48, "state": "ready", "cause": null, "since": "2026-11-20T08:30:00.000+08:00", "near_end": false,
        "proof": "counter", "proof_since": null, "waiting": {"queued": 0, "blocked": 0, "held": 0, "expired": 0,
        "sending": 0}, "job": null, "last_good_print": null, "paused": false, "key_of_tomorrow": 1});
    for (key, value) in more.as_object().unwrap() {
        row[key] = value.clone();
    }
    row
}

fn job(kind: &str, state: &str) -> Value {
    json!({"id": "J8", "kind": kind, "transaction": null, "copy": null, "reprint_number": 0, "printer": "front",
        "printed_on": null, "state": state, "cause": null, "evidence": [],
        "queued_at": "2026-11-20T09:05:00.000+08:00", "finished_at": null, "attempts": 1, "bytes": 900, "change": 4,
        "segments": 1, "proven": 0, "rendered": null, "operator": null, "approver": null, "reason": null})
}

fn probed(more: &Value) -> Value {
    let mut found = json!({"connection": "usb:///dev/usb/lp0", "ok": true, "cause": null, "grade": "in_order_reply",
        "profile": "generic-80", "columns": 48,
        "config": "[[printer]]\nname = \"printer\"\nconnection = \"usb://serial=6222021234567890123\"\n",
        "identity": {"maker": "EPSON", "model": "TM\u{1b}[2J", "firmware": "1.0", "serial": null, "font": null},
        "detail": "the reply came 712 ms behind the query"});
    for (key, value) in more.as_object().unwrap() {
        found[key] = value.clone();
    }
    found
}

/// The bodies of the requests that it heard.
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
fn the_list_says_state_reason_since_when_what_waits_and_what_can_be_proven() {
    let waiting = json!({"queued": 2, "blocked": 1, "held": 0, "expired": 0, "sending": 0});
    let rows = [
        printer(&json!({})),
        printer(&json!({"state": "blocked", "cause": "paper_out", "waiting": waiting, "name": "back"})),
        printer(&json!({"paused": true, "near_end": true, "name": "bar"})),
        printer(&json!({"state": "blocked", "cause": "paused", "paused": true, "name": "store"})),
        printer(&json!({"state": "blocked", "cause": "cover_open", "paused": true, "name": "attic"})),
    ];
    let daemon = Daemon::answering(json!({"rows": rows, "next": null, "searched_to": null}));
    assert_eq!(daemon.run(&["printers", "--json"]).json(), rows);
    for (language, words) in [
        ("en", [["ready", "counts its paper"], ["out of paper", "3 waiting"], ["paused", "paper low"]]),
        ("zh", [["就绪", "走纸计数"], ["缺纸", "3 个任务等待"], ["已暂停", "纸将用完"]]),
    ] {
        let out = daemon.run(&["printers", "--lang", language]).out;
        let lines: Vec<&str> = out.lines().collect();
        for (line, words) in lines.iter().zip(words) {
            assert!(words.iter().all(|word| line.contains(word)), "{out}");
            assert!(line.contains("11-20"), "{out}");
        }
        assert!(!lines[2].contains("ready") && !lines[2].contains("就绪"), "a paused printer is not ready: {out}");
    }
    let out = daemon.run(&["printers"]).out;
    assert!(out.lines().nth(4).unwrap().contains("cover open"), "the pause hides no trouble: {out}");
    assert_eq!(out.lines().nth(3).unwrap().matches("paused").count(), 1, "{out}");
}

#[test]
fn a_test_page_and_a_pulse_tell_by_their_status_whether_they_came_out() {
    for (state, waited) in [("confirmed", 0), ("not_printed", 1), ("cancelled", 1), ("unconfirmed", 5), ("queued", 5)] {
        let daemon = Daemon::answering(job("test_page", state));
        let ran = daemon.run(&["printer", "test", "front", "--wait", "--json"]);
        assert_eq!((ran.status, ran.json()), (waited, vec![job("test_page", state)]), "{state}");
        assert_eq!(daemon.run(&["printer", "test", "front"]).status, 0, "accepted is all that was asked");
        let asked = [json!({"printer_test": {"id": "front", "wait": 30}}), json!({"printer_test": {"id": "front"}})];
        assert_eq!(heard(&daemon), asked);

        let daemon = Daemon::answering(job("drawer", state));
        assert_eq!(daemon.run(&["drawer", "open", "--printer", "back", "--wait=3"]).status, waited, "{state}");
        assert_eq!(daemon.run(&["drawer", "open"]).status, 0);
        assert_eq!(
            heard(&daemon),
            [json!({"drawer_open": {"printer": "back", "wait": 3}}), json!({"drawer_open": {}})]
        );
    }
    let daemon = Daemon::answering(job("drawer", "confirmed"));
    assert!(daemon.run(&["drawer", "open", "--lang", "zh"]).out.contains("已执行"), "a pulse leaves no paper");
    assert!(daemon.run(&["job", "show", "J8"]).out.contains("drawer"));
}

#[test]
fn silence_after_something_that_moves_paper_or_a_drawer_is_an_unknown_outcome() {
    let daemon = Daemon::start(|_, _, _| Act::Close);
    assert_eq!(daemon.run(&["printer", "test", "front"]).status, 5);
    assert_eq!(daemon.run(&["drawer", "open"]).status, 5);
    assert_eq!(daemon.run(&["printer", "pause", "front"]).status, 3, "pausing twice is pausing once");
    assert_eq!(daemon.run(&["printer", "probe", "tcp://h:9100"]).status, 3);
}

#[test]
fn pause_and_resume_answer_with_the_printer() {
    let daemon = Daemon::answering(printer(&json!({"paused": true})));
    let ran = daemon.run(&["printer", "pause", "front"]);
    assert!(ran.status == 0 && ran.out.contains("front  paused"), "{ran:?}");
    let stale = Daemon::answering(printer(&json!({"state": "blocked", "cause": "paused", "paused": false})));
    assert!(stale.run(&["printer", "resume", "front"]).out.contains("front  resuming"), "not paused any more");
    assert_eq!(daemon.run(&["printer", "resume", "front", "--json"]).json(), [printer(&json!({"paused": true}))]);
    assert_eq!(heard(&daemon), [json!({"printer_pause": {"id": "front"}}), json!({"printer_resume": {"id": "front"}})]);

    let daemon = Daemon::refusing("not_found", "no_such_printer");
    assert_eq!(daemon.run(&["printer", "pause", "nope"]).status, 1);
}

#[test]
fn a_probe_writes_its_block_alone_to_standard_output() {
    let daemon = Daemon::answering(probed(&json!({})));
    let ran = daemon.run(&["printer", "probe", "usb:///dev/usb/lp0"]);
    let block = "[[printer]]\nname = \"printer\"\nconnection = \"usb://serial=6222021234567890123\"\n";
    assert_eq!((ran.status, ran.out.as_str()), (0, block), "not a character of it is masked");
    assert!(ran.err.contains("EPSON TM[2J") && ran.err.contains("reply after printing"), "{}", ran.err);
    assert!(ran.err.contains("712 ms") && ran.err.contains("it can print"), "{}", ran.err);
    assert_eq!(heard(&daemon), [json!({"printer_probe": {"id": "usb:///dev/usb/lp0"}})]);

    let zh = daemon.run(&["--lang", "zh", "printer", "probe", "usb:///dev/usb/lp0"]);
    assert!(zh.out == block && zh.err.contains("可以打印") && zh.err.contains("厂家型号"), "{}", zh.err);

    let ran = daemon.run(&["printer", "probe", "usb:///dev/usb/lp0", "--json"]);
    assert_eq!((ran.status, ran.json(), ran.err.as_str()), (0, vec![probed(&json!({}))], ""));
}

#[test]
fn a_probe_that_found_no_printer_is_1_and_says_what_to_do() {
    let found = probed(&json!({"ok": false, "cause": "unreachable", "grade": "none", "identity": null}));
    let daemon = Daemon::answering(found.clone());
    let ran = daemon.run(&["printer", "probe", "tcp://192.168.1.50:9100"]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""), "no block that `>>` would put behind the config");
    assert!(!ran.err.contains("generic-80") && !ran.err.contains("712 ms"), "nothing was found out: {}", ran.err);
    assert!(ran.err.contains("not reachable; check power, cable and address"), "{}", ran.err);
    assert!(!ran.err.contains("prove"), "what was not measured is not claimed: {}", ran.err);
    let ran = daemon.run(&["printer", "probe", "tcp://192.168.1.50:9100", "--json"]);
    assert_eq!((ran.status, ran.json()), (1, vec![found]));
}

#[test]
fn a_mute_printer_is_fit_to_print_and_its_want_of_proof_is_said() {
    let daemon = Daemon::answering(probed(&json!({"cause": "no_status", "grade": "none", "identity": null})));
    let ran = daemon.run(&["printer", "probe", "usb:///dev/usb/lp0"]);
    assert_eq!(ran.status, 0);
    assert!(ran.err.contains("it can print\n") && ran.err.contains("cannot prove paper"), "{}", ran.err);
}
