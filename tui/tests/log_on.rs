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

/// A daemon that has no operators yet and makes the manager that it is told of; `setup` on a terminal before it.
fn setting_up(config: Option<&str>, arguments: &[&str]) -> (Terminal, Arc<Mutex<Vec<String>>>, std::path::PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("counterfoil.toml");
    if let Some(text) = config {
        std::fs::write(&file, text).unwrap();
    }
    let socket = home.path().join("spooler.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&heard);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            let mut writer = &stream;
            for line in BufReader::new(&stream).lines() {
                let Ok(line) = line else { break };
                let said = if line.contains("\"hello\"") {
                    let mut session = session(None);
                    session["set_up"] = json!(false);
                    json!({ "hello": { "program": "t", "version": "0.1.0", "protocol": 1, "session": session } })
                } else {
                    let request: Value = serde_json::from_str(&line).unwrap();
                    log.lock().unwrap().push(line);
                    let made = json!({ "id": request["setup"]["id"], "name": request["setup"]["name"],
                        "role": "manager", "disabled": false, "locked_until": null });
                    json!({ "id": request["id"], "ok": made })
                };
                if writeln!(writer, "{said}").is_err() {
                    break;
                }
            }
        }
    });
    let socket = socket.to_string_lossy().into_owned();
    let mut words = vec![env!("CARGO_BIN_EXE_counterfoil"), "setup", "--socket", &socket];
    words.extend(arguments);
    (Terminal::run(home, &words, &[]), heard, file)
}

const CONFIG: &str = "# 红梅便利店\n[shop]\nname = \"Plum\"  # ours\n";

#[test]
fn setup_asks_for_name_and_pin_twice_and_what_prints_and_writes_when_it_may() {
    let (mut terminal, heard, file) = setting_up(Some(CONFIG), &["--lang", "en"]);
    terminal.wait_for("the manager's name:");
    terminal.press("  \r".as_bytes());
    terminal.wait_for("a name has 1 to 40 characters");
    terminal.press("王x\u{8}\u{7f}王店长\r".as_bytes());
    terminal.wait_for("PIN, 4 to 12 digits, not shown:");
    terminal.press(b"12\r");
    terminal.wait_for("must be 4 to 12 digits");
    terminal.press(format!("{PIN}\r").as_bytes());
    terminal.wait_for("the PIN again:");
    terminal.press(b"111111\r");
    terminal.wait_for("the PINs differ");
    terminal.press(format!("{PIN}\r").as_bytes());
    // the second time that it is asked for
    while terminal.screen().matches("the PIN again:").count() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    terminal.press(format!("{PIN}\r").as_bytes());
    terminal.wait_for("What prints by itself after each sale?");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), CONFIG, "not before somebody said so");
    terminal.press(b"7\r");
    terminal.press(b"2\r");
    terminal.wait_for("write them now?");
    terminal.press(b"y\r");
    terminal.wait_for("it counts once the spooler was started again");
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, format!("{CONFIG}\n[receipts]\nauto_print = [\"merchant\", \"customer\"]\n"));
    assert_eq!(terminal.ended().exit_code(), 0);
    assert_eq!(heard.lock().unwrap().len(), 1);
    let asked: Value = serde_json::from_str(&heard.lock().unwrap()[0]).unwrap();
    assert_eq!(asked["setup"], json!({ "id": "01", "name": "王店长", "pin": PIN }));
    let written = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(!written.contains(PIN) && !written.contains("7395") && !written.contains("****"), "{written}");
    assert!(written.contains("manager"), "what was made is told: {written}");
}

#[test]
fn setup_leaves_a_config_alone_that_says_what_prints_and_one_that_nobody_allowed() {
    let says = "[receipts]\nauto_print = [ ] # quiet\n";
    let below = "[receipts]\nprinter = \"front\"\n";
    for (config, keys, last) in [
        (Some(says), &[][..], "里已经写了 auto_print = []"),
        (Some(below), &["1\r"], "auto_print = [\"customer\"]"),
        (Some("[shop"), &["1\r"], "auto_print = [\"customer\"]"),
        (None, &["1\r"], "auto_print = [\"customer\"]"),
        (Some(CONFIG), &["3\r"], "不用改"),
        (Some(CONFIG), &["1\r", "n\r"], "没有写"),
    ] {
        let (mut terminal, heard, file) = setting_up(config, &["--lang", "zh", "--name", "王店长"]);
        for question in ["密码，4 到 12 位数字", "再输一次密码"] {
            terminal.wait_for(question);
            terminal.press(format!("{PIN}\r").as_bytes());
        }
        for (answer, question) in keys.iter().zip(["1 / 2 / 3", "y 写"]) {
            terminal.wait_for(question);
            terminal.press(answer.as_bytes());
        }
        terminal.wait_for(last);
        assert_eq!(terminal.ended().exit_code(), 0);
        assert_eq!(heard.lock().unwrap().len(), 1);
        assert_eq!(std::fs::read_to_string(&file).ok().as_deref(), config, "{config:?}");
    }
}

#[test]
fn whoever_leaves_setup_made_nobody_and_finds_the_terminal_as_it_was() {
    let home = tempfile::tempdir().unwrap();
    let socket = home.path().join("nothing.sock").to_string_lossy().into_owned();
    let script = format!("$COUNTERFOIL setup --lang en --socket {socket}; echo away $?; stty -a");
    let mut terminal = Terminal::run(home, &["/bin/sh", "-c", &script], &[]);
    terminal.wait_for("away 3");
    assert!(!terminal.screen().contains("name:"), "nobody is asked in vain: {}", terminal.screen());
    assert_eq!(terminal.ended().exit_code(), 0);
    let (mut terminal, heard, _) = setting_up(None, &["--lang", "en"]);
    terminal.wait_for("the manager's name:");
    terminal.press(b"Wang\r");
    terminal.wait_for("not shown:");
    terminal.press(b"7395\x03");
    assert_eq!(terminal.ended().exit_code(), 130);
    assert!(heard.lock().unwrap().is_empty());
}
