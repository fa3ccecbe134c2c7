//! `record` against a scripted daemon: order, bad lines, long lines, live pipes, broken pipes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(dead_code, reason = "the daemon of the tests is shared, not every test needs all of it")]

mod daemon;

use std::{
    io::{BufRead, BufReader, Write},
    process::Stdio,
};

use daemon::{Act, Daemon, Ran, ok};
use serde_json::{Value, json};

/// A daemon that gives each event the id its `n` names, and refuses those with `bad`.
fn recorder() -> Daemon {
    Daemon::start(|id, _, event| match event.get("bad") {
        Some(_) => Act::Say(vec![
            json!({"id": id, "error": {"kind": "invalid", "reason": "bad_event", "subject": "bad",
            "message": "bad: is bad", "doing": "recording", "next": "correct it"}})
            .to_string(),
        ]),
        None => ok(id, &json!({"id": event["n"], "duplicate": false, "ignored": [], "new_key": 1})),
    })
}

fn record(daemon: &Daemon, input: &[u8], more: &[&str]) -> Ran {
    let mut arguments = vec!["record"];
    arguments.extend(more);
    let mut child =
        daemon.command(&arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let feeding = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let ran = Ran::of(&child.wait_with_output().unwrap());
    feeding.join().unwrap();
    ran
}

#[test]
fn every_line_is_answered_in_order_and_bad_ones_stop_nothing() {
    let daemon = recorder();
    let mut input = b"{\"n\":1}\n\n{not json\n{\"n\":2}\r\n\xff\xfe\n{\"bad\":1}\n".to_vec();
    input.extend(format!("{{\"n\":\"{}\"}}\n", "x".repeat(70_000)).bytes());
    input.extend(b"{\"n\":3}");
    let ran = record(&daemon, &input, &[]);
    assert_eq!(ran.status, 1, "{ran:?}");
    let answers = ran.json();
    let shape: Vec<Value> = answers.iter().map(|a| json!([a["ok"], a["id"], a["line"], a["error"]["kind"]])).collect();
    assert_eq!(
        shape,
        [
            json!([true, 1, null, null]),
            json!([false, null, 3, "invalid"]),
            json!([true, 2, null, null]),
            json!([false, null, 5, "invalid"]),
            json!([false, null, 6, "invalid"]),
            json!([false, null, 7, "too_large"]),
            json!([true, 3, null, null]),
        ]
    );
    for bad in answers.iter().filter(|a| a["ok"] == false) {
        for key in ["kind", "message", "doing", "next"] {
            assert!(bad["error"][key].as_str().is_some_and(|text| !text.is_empty()), "{key} in {bad}");
        }
    }
    assert!(
        ran.out.lines().filter(|line| line.contains("false,\"line\"")).all(|line| line.starts_with("{\"ok\":false,"))
    );
    assert_eq!(answers[0]["new_key"], 1, "keys of a newer daemon survive");
    assert_eq!(ran.out.lines().next().unwrap(), r#"{"ok":true,"duplicate":false,"id":1,"ignored":[],"new_key":1}"#);
}

#[test]
fn all_good_ends_with_0_and_no_lines_is_all_good() {
    let daemon = recorder();
    assert_eq!(record(&daemon, b"{\"n\":1}\n", &["--json"]).status, 0);
    let nothing = record(&daemon, b"\n \n", &["-"]);
    assert_eq!((nothing.status, nothing.out.as_str()), (0, ""));
}

#[test]
fn a_file_of_thousands_is_answered_in_its_order_over_one_connection() {
    let daemon = recorder();
    let file = daemon.socket().with_file_name("events");
    let text: String = (0..3_000).map(|n| format!("{{\"n\":{n}}}\n")).collect();
    std::fs::write(&file, text).unwrap();
    let ran = daemon.run(&["record", file.to_str().unwrap()]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let ids: Vec<u64> = ran.json().iter().map(|a| a["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, (0..3_000).collect::<Vec<u64>>());
}

#[test]
fn the_event_reaches_the_daemon_as_it_was_written() {
    let daemon = recorder();
    record(&daemon, "{\"n\":1, \"n\":1,\"a\":1.50,\"名\":\"\\u0041\"}\n".as_bytes(), &[]);
    assert_eq!(
        *daemon.heard.lock().unwrap(),
        ["{\"id\":1,\"record\":{\"n\":1, \"n\":1,\"a\":1.50,\"名\":\"\\u0041\"}}"],
        "doubled keys and the spelling of numbers are the daemon's to judge"
    );
}

#[test]
fn a_live_producer_gets_each_answer_before_it_sends_the_next() {
    let daemon = recorder();
    let mut child = daemon.command(&["record", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for n in 1..=3 {
        writeln!(stdin, "{{\"n\":{n}}}").unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["id"], n);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_connection_lost_in_the_middle_ends_with_3_after_what_was_answered() {
    let daemon = Daemon::start(|id, _, event| match event["n"].as_u64() {
        Some(3) => Act::Close,
        _ => ok(id, &json!({"id": event["n"]})),
    });
    let ran = record(&daemon, b"{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n{\"n\":4}\n", &[]);
    assert_eq!(ran.status, 3, "{ran:?}");
    assert_eq!(ran.json().iter().map(|a| a["id"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2]);
    assert!(ran.err.contains("spooler"), "{}", ran.err);
}

#[test]
fn when_nobody_reads_the_answers_it_ends_quietly() {
    let daemon = recorder();
    let mut child = daemon
        .command(&["record"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    // as long as it takes until it stops reading
    while writeln!(stdin, "{{\"n\":1}}").is_ok() {}
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!((ran.status, ran.err.as_str()), (5, ""), "events whose answers nobody saw are an unknown outcome");
}

#[test]
fn a_file_that_is_not_there_is_wrong_use() {
    let daemon = recorder();
    let ran = daemon.run(&["record", "/nonexistent/events", "--json"]);
    assert_eq!(ran.status, 2);
    assert_eq!(ran.json()[0]["error"]["kind"], "invalid");
    assert!(ran.err.contains("/nonexistent/events"));
}

#[test]
fn refusals_of_lines_come_in_the_language_asked_for() {
    let daemon = recorder();
    let ran = record(&daemon, b"{\"bad\":1}\nx\n", &["--lang", "zh"]);
    let answers = ran.json();
    assert!(answers[0]["error"]["message"].as_str().unwrap().contains("交易"), "{ran:?}");
    assert_eq!(answers[1]["error"]["message"], "这一行不是 JSON");
}
