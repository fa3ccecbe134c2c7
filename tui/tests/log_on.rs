//! Logging on at the real console on a real terminal: what goes over the socket, and what never reaches the terminal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[allow(dead_code, reason = "shared with the tests of the terminal itself, which use the rest")]
mod terminal;

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::{
        fs::PermissionsExt,
        net::{UnixListener, UnixStream},
    },
    path::Path,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use terminal::Terminal;

/// The only right PIN; none of its digits stands anywhere else on these screens.
const PIN: &str = "739573";

fn session(operator: Option<&str>) -> Value {
    let may = ["overview", "jobs", "transactions", "subscribe", "sessions", "reprint"];
    json!({ "set_up": true, "operator": operator, "name": operator.map(|_| "Li"), "role": operator.map(|_| "cashier"),
        "may": may.map(|verb| (verb, "allowed")).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "idle_lock_s": 900, "reasons": [] })
}

fn answer(verb: &str, body: &Value) -> Value {
    let page = json!({ "rows": [], "next": null, "searched_to": null });
    match verb {
        "log_on" if body["pin"] == PIN => json!({ "ok": session(body["operator"].as_str()) }),
        "log_on" => json!({ "error": { "kind": "wrong_pin", "reason": "wrong_pin", "subject": "x", "message": "m",
            "doing": "d", "next": "n" } }),
        "overview" => json!({ "ok": { "shop": "Plum", "day": "2026-11-20", "now": "2026-11-20T14:00:00.000+08:00",
            "totals": [], "unprinted": 0, "unknown": 0, "printers": [], "change": 0 } }),
        "subscribe" => json!({ "ok": { "change": 0 } }),
        _ => json!({ "ok": page }),
    }
}

fn serve(stream: &UnixStream, heard: &Mutex<Vec<String>>) {
    let mut writer = stream;
    for line in BufReader::new(stream).lines() {
        let Ok(line) = line else { return };
        let request: Value = serde_json::from_str(&line).unwrap();
        let said = if request.get("hello").is_some() {
            json!({ "hello": { "program": "t", "version": "0.1.0", "protocol": 1, "session": session(None) } })
        } else {
            heard.lock().unwrap().push(line);
            let verb = request.as_object().unwrap().keys().find(|key| *key != "id").unwrap();
            let mut said = answer(verb, &request[verb]);
            said["id"] = request["id"].clone();
            said
        };
        if writeln!(writer, "{said}").is_err() {
            return;
        }
    }
}

/// A console in a shop with operators, and what it asked for.
fn console(home: tempfile::TempDir, arguments: &[&str]) -> (Terminal, Arc<Mutex<Vec<String>>>) {
    let socket = home.path().join("spooler.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&heard);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let log = Arc::clone(&log);
            std::thread::spawn(move || serve(&stream.unwrap(), &log));
        }
    });
    let socket = socket.to_string_lossy().into_owned();
    let mut words = vec![env!("CARGO_BIN_EXE_counterfoil"), "--socket", &socket, "--lang", "en"];
    words.extend(arguments);
    (Terminal::run(home, &words, &[]), heard)
}

fn pin_file(folder: &Path) -> String {
    let path = folder.join("pin");
    std::fs::write(&path, PIN).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path.to_string_lossy().into_owned()
}

#[test]
fn a_pin_goes_over_the_socket_once_and_never_to_the_terminal() {
    let (mut terminal, heard) = console(tempfile::tempdir().unwrap(), &[]);
    terminal.wait_for("type your number and PIN");
    assert!(heard.lock().unwrap().is_empty(), "nothing is asked before the log-on: {heard:?}");
    terminal.press(b"02\r");
    // slower than a scanner types
    terminal.press_in_pieces(PIN.as_bytes().chunks(1));
    terminal.wait_for("******");
    terminal.press(b"\r");
    terminal.wait_for("02 Li");
    terminal.press(b"L");
    terminal.wait_for("locked by 02 Li");
    terminal.press_in_pieces(b"000000".chunks(1));
    terminal.press(b"\r");
    terminal.wait_for("the PIN is wrong");
    terminal.press_in_pieces(PIN.as_bytes().chunks(1));
    terminal.press(b"\r");
    terminal.wait_without("Locked");
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
    let written = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(!written.contains(PIN) && !written.contains("7395"), "{written}");
    let pins = heard.lock().unwrap().iter().filter(|line| line.contains(PIN)).count();
    assert_eq!(pins, 2, "the log-on and the unlock");
}

#[test]
fn the_command_lines_operator_logs_on_without_being_asked() {
    let home = tempfile::tempdir().unwrap();
    let file = pin_file(home.path());
    let (mut terminal, _) = console(home, &["--operator", "02", "--pin-file", &file]);
    terminal.wait_for("02 Li");
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
}
