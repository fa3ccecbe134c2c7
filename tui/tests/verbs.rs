//! The verbs against a scripted daemon: exit statuses, shapes, languages, signals.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(dead_code, reason = "the daemon of the tests is shared, not every test needs all of it")]

mod daemon;

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use daemon::{Act, Daemon, Ran, counterfoil, nobody, ok};
use serde_json::{Value, json};

const ID: &str = "01JD6Y8K3M000";

fn sale() -> Value {
    json!({"id": ID, "recorded_at": "2026-11-20T09:05:01.000+08:00", "change": 3, "source": "pos-1",
        "source_id": "a1", "kind": "sale", "amount": 12800, "currency": "CNY",
        "time": "2026-11-20T09:05:00.000+08:00", "status": "approved", "method": "card",
        "card": "622202******1234", "voucher": "000123", "note": "好\u{9b}2J\u{202e}的", "prints": 1,
        "unprinted": false, "key_of_tomorrow": {"a": [1, null]}})
}

fn job(state: &str, change: u64) -> Value {
    json!({"id": "J7", "kind": "reprint", "transaction": ID, "copy": "customer", "reprint_number": 2,
        "printer": "front", "printed_on": null, "state": state, "cause": null,
        "evidence": [{"at": "2026-11-20T09:05:02.000+08:00", "grade": "process_id", "detail": "segment 3 of 3"}],
        "queued_at": "2026-11-20T09:05:00.000+08:00", "finished_at": null, "attempts": 1, "bytes": 900,
        "change": change, "segments": 3, "proven": 3, "rendered": null, "operator": null, "approver": null,
        "reason": null})
}

#[test]
fn a_daemon_that_is_not_there_is_3_and_says_so_to_people_and_to_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let path = nobody(folder.path());
    for verb in [vec!["status"], vec!["record"], vec!["reprint", "--last"], vec!["jobs", "--watch"]] {
        let mut arguments = verb.clone();
        arguments.extend(["--json", "--socket", &path]);
        let ran = Ran::of(&counterfoil(&arguments).stdin(Stdio::null()).output().unwrap());
        assert_eq!(ran.status, 3, "{verb:?}");
        assert_eq!(ran.json()[0]["error"]["kind"], "unavailable");
        assert!(ran.err.contains(&path) && ran.err.contains("counterfoil-spooler"), "{}", ran.err);
    }
}

#[test]
fn wrong_usage_is_2_and_help_is_0() {
    for wrong in [
        &["nonsense"][..],
        &["reprint"],
        &["reprint", ID, "--last"],
        &["status", "--lang", "fr"],
        &["jobs", "--state", "gone"],
        &["receipt", ID, "--copy", "third"],
        &["demo", "--headless", "--check"],
        &["status", "--operator", "01"],
    ] {
        let ran = Ran::of(&counterfoil(wrong).output().unwrap());
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{wrong:?}");
        assert!(!ran.err.is_empty());
    }
    for wrong in [&["--json", "nonsense"][..], &["reprint", "--json"]] {
        let ran = Ran::of(&counterfoil(wrong).output().unwrap());
        assert_eq!((ran.status, &ran.json()[0]["error"]["kind"]), (2, &json!("invalid")), "{wrong:?}");
    }
    assert_eq!(Ran::of(&counterfoil(&["--help"]).output().unwrap()).status, 0);
    assert_eq!(Ran::of(&counterfoil(&["reprint", "--help"]).output().unwrap()).status, 0);
}

#[test]
fn a_refusal_is_1_and_who_may_not_is_4() {
    for (kind, reason, status) in [
        ("not_found", "no_such_transaction", 1),
        ("busy", "too_many_connections", 1),
        ("needs_approval", "reason_of_tomorrow", 1),
        ("not_permitted", "user_not_allowed", 4),
        ("wrong_pin", "reason_of_tomorrow", 4),
        ("locked_out", "reason_of_tomorrow", 4),
    ] {
        let daemon = Daemon::refusing(kind, reason);
        let ran = daemon.run(&["show", ID, "--json"]);
        assert_eq!(ran.status, status, "{kind}: {ran:?}");
        let error = &ran.json()[0]["error"];
        assert_eq!((error["kind"].as_str(), error["message"].as_str()), (Some(kind), Some("said the daemon")));
        assert!(error["doing"].is_string() && error["next"].is_string());
    }
}

#[test]
fn an_id_that_can_be_none_is_not_found() {
    let daemon = Daemon::answering(json!({}));
    for arguments in [["show", "nope"], ["receipt", "nope"], ["reprint", "nope"]] {
        let ran = daemon.run(&[arguments[0], arguments[1], "--json"]);
        assert_eq!((ran.status, &ran.json()[0]["error"]["kind"]), (1, &json!("not_found")));
    }
}

#[test]
fn rows_pass_through_untouched_and_the_cursor_comes_last() {
    let page = json!({"rows": [sale(), sale()], "next": "c-1", "searched_to": "2026-11-01T00:00:00.000+08:00"});
    let daemon = Daemon::answering(page);
    let ran = daemon.run(&["transactions", "--search", "1234 card", "--limit", "2", "--after", "c-0", "--json"]);
    assert_eq!(ran.status, 0);
    assert_eq!(ran.json(), [sale(), sale(), json!({"next": "c-1", "searched_to": "2026-11-01T00:00:00.000+08:00"})]);
    assert!(!ran.out.contains(['\u{9b}', '\u{202e}']), "escaped, not raw");
    let heard = daemon.heard.lock().unwrap();
    let request: Value = serde_json::from_str(&heard[0]).unwrap();
    assert_eq!(request["transactions"], json!({"search": "1234 card", "limit": 2, "after": "c-0"}));
}

#[test]
fn people_read_words_in_their_language_and_nothing_that_commands_their_terminal() {
    let daemon = Daemon::answering(json!({"rows": [sale()], "next": null, "searched_to": null}));
    let en = daemon.run(&["transactions"]);
    assert!(en.out.contains("128.00") && en.out.contains(" 1234 ") && en.out.contains("000123"), "{}", en.out);
    assert!(!en.out.contains("622202") && !en.out.contains('\u{1b}'));
    let zh = daemon.run(&["--lang", "zh", "transactions"]);
    assert!(zh.out.contains("消费") && zh.out.contains("银行卡"), "{}", zh.out);

    let daemon = Daemon::start(|id, _, _| {
        let mut row = sale();
        row["print_history"] = json!([job("confirmed", 9)]);
        ok(id, &row)
    });
    let shown = daemon.run(&["show", ID]);
    assert!(shown.out.contains("J7") && shown.out.contains("segment 3 of 3"), "{}", shown.out);
    assert!(shown.out.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", shown.out);
}

#[test]
fn the_language_is_that_of_the_option_then_the_config_then_the_locale() {
    let daemon = Daemon::refusing("not_found", "no_such_transaction");
    let config = daemon.socket().with_file_name("c.toml");
    std::fs::write(&config, "[shop]\nname = 'x'\nlang = 'zh'\n").unwrap();
    let chinese = |more: &[&str], variables: &[(&str, &str)]| {
        let mut arguments = vec!["show", ID];
        arguments.extend(more);
        let mut command = daemon.command(&arguments);
        command.envs(variables.iter().copied());
        Ran::of(&command.output().unwrap()).err.contains("没有交易")
    };
    assert!(chinese(&[], &[("LANG", "zh_CN.UTF-8")]));
    assert!(!chinese(&[], &[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]));
    assert!(chinese(&["--config", config.to_str().unwrap()], &[("LC_ALL", "C")]));
    assert!(!chinese(&["--config", config.to_str().unwrap(), "--lang", "en"], &[("LC_ALL", "zh_CN")]));
}

#[test]
fn the_config_names_the_socket_and_a_broken_one_is_passed_over() {
    let daemon = Daemon::answering(json!({"rows": [], "next": null, "searched_to": null}));
    let config = daemon.socket().with_file_name("c.toml");
    std::fs::write(&config, format!("[spooler]\nsocket = '{}'\n", daemon.socket().display())).unwrap();
    let ran = |config: &str| Ran::of(&counterfoil(&["printers", "--config", config]).output().unwrap()).status;
    assert_eq!(ran(config.to_str().unwrap()), 0);
    std::fs::write(&config, "[spooler\n").unwrap();
    let socket = daemon.socket();
    let arguments = ["printers", "--config", config.to_str().unwrap(), "--socket", socket.to_str().unwrap()];
    assert_eq!(Ran::of(&counterfoil(&arguments).output().unwrap()).status, 0);
}

#[test]
fn reprint_with_wait_tells_by_its_status_whether_it_is_on_paper() {
    for (state, waited) in [("confirmed", 0), ("not_printed", 1), ("cancelled", 1), ("unconfirmed", 5), ("blocked", 5)]
    {
        let daemon = Daemon::answering(job(state, 1));
        let ran = daemon.run(&["reprint", "--wait", ID, "--json"]);
        assert_eq!((ran.status, ran.json()), (waited, vec![job(state, 1)]), "{state}");
        let ran = daemon.run(&["reprint", "--last", "--copy", "merchant", "--reason", "卡纸", "--printer", "back"]);
        assert_eq!(ran.status, 0, "accepted is all that was asked");
        let heard = daemon.heard.lock().unwrap();
        let bodies: Vec<Value> =
            heard.iter().map(|line| serde_json::from_str::<Value>(line).unwrap()["reprint"].clone()).collect();
        let last = json!({"last": true, "copy": "merchant", "reason": "卡纸", "printer": "back"});
        assert_eq!(bodies, [json!({"id": ID, "wait": 30}), last]);
    }
}

#[test]
fn a_reprint_whose_answer_never_came_is_an_unknown_outcome() {
    let daemon = Daemon::start(|_, _, _| Act::Close);
    assert_eq!(daemon.run(&["reprint", "--last"]).status, 5);
    assert_eq!(daemon.run(&["status"]).status, 3);
}

#[test]
fn a_receipt_is_printed_as_it_is_laid_out() {
    let daemon = Daemon::answering(json!({"text": "  红梅便利店\n\n金额   \u{1b}@128.00\n"}));
    let ran = daemon.run(&["receipt", ID, "--copy", "merchant", "--width", "32"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, "  红梅便利店\n\n金额   @128.00\n"));
    assert_eq!(daemon.run(&["receipt", ID, "--json"]).json()[0]["text"], "  红梅便利店\n\n金额   \u{1b}@128.00\n");
    let heard = daemon.heard.lock().unwrap();
    let request: Value = serde_json::from_str(&heard[0]).unwrap();
    assert_eq!(request["receipt"], json!({"id": ID, "copy": "merchant", "width": 32, "format": "text"}));
}

#[test]
fn status_and_job_show_are_one_object() {
    let answer =
        json!({"version": "9.9", "uptime_s": 3700, "change": 5, "store_bytes": 2048, "rss_bytes": 5_000_000, "x": 1});
    let daemon = Daemon::answering(answer.clone());
    assert_eq!(daemon.run(&["status", "--json"]).json(), [answer]);
    let words = daemon.run(&["status"]).out;
    assert!(words.contains("9.9") && words.contains("1 h 1 min") && words.contains("2.0 KiB"), "{words}");

    let daemon = Daemon::answering(job("partial", 3));
    assert_eq!(daemon.run(&["job", "show", "7", "--json"]).json(), [job("partial", 3)]);
    assert!(daemon.run(&["job", "show", "J7"]).out.contains("No. 2"));
}

/// A daemon with one job that moves on as soon as someone subscribes; then the events run dry.
fn printing() -> Daemon {
    Daemon::start(|id, verb, _| match verb {
        "status" => ok(id, &json!({"version": "9", "uptime_s": 1, "change": 4, "store_bytes": 1, "rss_bytes": 1})),
        "subscribe" => Act::Say(vec![
            json!({"id": id, "ok": {"change": 4}}).to_string(),
            json!({"event": {"change": 5, "jobs": ["J7"]}}).to_string(),
            json!({"event": {"change": 5, "jobs": ["J7"]}}).to_string(),
        ]),
        "jobs" => ok(id, &json!({"rows": [job("sending", 4)], "next": "c", "searched_to": null})),
        "job_show" => ok(id, &job("confirmed", 5)),
        _ => Act::Close,
    })
}

#[test]
fn jobs_watched_are_listed_and_then_shown_once_per_change_until_interrupted() {
    let daemon = printing();
    let mut child = daemon.command(&["jobs", "--watch", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!([next(), next()], [job("sending", 4), job("confirmed", 5)]);
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(lines.next().is_none(), "the second event brought nothing new");
}

#[test]
fn when_nobody_reads_the_list_it_ends_quietly() {
    let rows: Vec<Value> = (0..400).map(|_| sale()).collect();
    let daemon = Daemon::answering(json!({"rows": rows, "next": null, "searched_to": null}));
    let mut child =
        daemon.command(&["transactions", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}

#[test]
fn sigterm_ends_it_even_while_nobody_reads_its_output() {
    let rows: Vec<Value> = (0..800).map(|_| sale()).collect();
    let daemon = Daemon::answering(json!({"rows": rows, "next": null, "searched_to": null}));
    let mut child = daemon.command(&["transactions", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
    // it has begun to write, and will never finish
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[test]
fn the_console_does_not_draw_into_a_pipe() {
    for arguments in [&[][..], &["demo"]] {
        let ran = Ran::of(&counterfoil(arguments).stdin(Stdio::null()).output().unwrap());
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains("terminal"), "{}", ran.err);
    }
}

#[test]
fn a_demo_without_its_other_programs_names_the_missing_one() {
    // a link, not a copy: a file that was just written is "busy" while another test's fork still holds it open
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let alone = folder.path().join("counterfoil");
    std::fs::hard_link(env!("CARGO_BIN_EXE_counterfoil"), &alone).unwrap();
    let ran = Ran::of(&Command::new(&alone).args(["demo", "--check", "--lang", "en"]).output().unwrap());
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("counterfoil-spooler") && ran.err.contains("cargo build --release"), "{}", ran.err);
}
