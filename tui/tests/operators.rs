//! Who asks and who approves: the log-on before a verb, the approval on it, operators, and the trail in a file; against a
//! scripted daemon.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(dead_code, reason = "the daemon of the tests is shared, not every test needs all of it")]

mod daemon;

use std::{
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};

use daemon::{Act, Daemon, Ran, counterfoil, ok};
use model::{AuditRow, Moment, Origin, Outcome, audit::closing_line};
use serde_json::{Value, json};

/// A folder with PIN files as they should be.
struct Pins(tempfile::TempDir);

impl Pins {
    fn new() -> Pins {
        Pins(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path.to_string_lossy().into_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn operator(id: &str) -> Value {
    json!({"id": id, "name": "小李", "role": "cashier", "disabled": false, "locked_until": null, "key_of_tomorrow": 1})
}

/// Lets everybody log on and answers the rest.
fn open(answer: Value) -> Daemon {
    Daemon::start(move |id, verb, _| match verb {
        "log_on" => ok(id, &json!({"operator": "01"})),
        _ => ok(id, &answer),
    })
}

fn heard(daemon: &Daemon) -> Vec<Value> {
    daemon.heard.lock().unwrap().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn an_operator_logs_on_before_the_verb_and_an_approver_stands_on_it() {
    let pins = Pins::new();
    let (pin, second) = (pins.file("pin", "4711\n"), pins.file("second", "0815"));
    let daemon = open(json!({"rows": [], "next": null, "searched_to": null}));
    let arguments =
        ["--operator", "02", "--pin-file", &pin, "jobs", "--approver", "09", "--approver-pin-file", &second];
    assert_eq!(daemon.run(&arguments).status, 0);
    assert_eq!(
        heard(&daemon),
        [
            json!({"id": 1, "log_on": {"operator": "02", "pin": "4711"}}),
            json!({"id": 2, "jobs": {}, "approver": "09", "approver_pin": "0815"}),
        ]
    );
}

#[test]
fn a_pin_comes_from_standard_input_where_nothing_else_does() {
    let daemon = open(json!({"rows": [], "next": null, "searched_to": null}));
    let mut child = daemon
        .command(&["jobs", "--operator", "02", "--pin-file", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"4711\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(heard(&daemon)[0]["log_on"], json!({"operator": "02", "pin": "4711"}));
    let pins = Pins::new();
    let pin = pins.file("pin", "4711");
    for twice in [
        &["record", "--operator", "02", "--pin-file", "-"][..],
        &["jobs", "--operator", "02", "--pin-file", "-", "--approver", "09", "--approver-pin-file", "-"],
        &["operators", "set-pin", "02", "--new-pin-file", "-", "--operator", "01", "--pin-file", "-"],
        &["jobs", "--operator", "02"],
        &["jobs", "--pin-file", &pin],
        &["jobs", "--approver", "09"],
        &["setup", "--name", "王"],
        &["setup", "--pin-file", &pin],
        &["setup"],
        &["audit", "verify", "--anchor", "12"],
        &["audit", "verify", "/nonexistent/trail", "--anchor", "x-9f3a07bc"],
    ] {
        let ran = daemon.run(twice);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{twice:?}: {ran:?}");
        let mut arguments = twice.to_vec();
        arguments.push("--json");
        assert_eq!(daemon.run(&arguments).json()[0]["error"]["kind"], "invalid", "{twice:?}");
    }
}

#[test]
fn a_pin_file_that_others_can_read_is_wrong_usage_and_its_content_is_never_shown() {
    let pins = Pins::new();
    let pin = pins.file("pin", "739152");
    std::fs::set_permissions(&pin, std::fs::Permissions::from_mode(0o644)).unwrap();
    let daemon = open(json!({}));
    for language in ["zh", "en"] {
        let ran = daemon.run(&["status", "--operator", "02", "--pin-file", &pin, "--lang", language]);
        assert_eq!(ran.status, 2);
        assert!(ran.err.contains("chmod 600") && !ran.err.contains("739152"), "{}", ran.err);
    }
    assert!(heard(&daemon).is_empty(), "nobody was asked");
    let gone = daemon.run(&["status", "--operator", "02", "--pin-file", "/nonexistent/pin"]);
    assert_eq!(gone.status, 2);
}

#[test]
fn a_failed_log_on_is_4_whatever_failed_of_it() {
    let pins = Pins::new();
    let pin = pins.file("pin", "4711");
    for kind in ["wrong_pin", "locked_out", "not_permitted"] {
        let daemon = Daemon::refusing(kind, "reason_of_tomorrow");
        let ran = daemon.run(&["jobs", "--operator", "02", "--pin-file", &pin, "--json"]);
        assert_eq!((ran.status, &ran.json()[0]["error"]["kind"]), (4, &json!(kind)));
        assert_eq!(heard(&daemon).len(), 1, "the verb was not even sent");
    }
}

#[test]
fn the_first_manager_is_made_without_a_log_on() {
    let pins = Pins::new();
    let pin = pins.file("pin", "4711\n");
    let daemon = open(operator("01"));
    let ran = daemon.run(&["setup", "--name", "王店长", "--pin-file", &pin, "--json"]);
    assert_eq!((ran.status, ran.json()), (0, vec![operator("01")]));
    assert_eq!(daemon.run(&["setup", "--id", "07", "--name", "王", "--pin-file", &pin]).status, 0);
    assert_eq!(
        heard(&daemon),
        [
            json!({"id": 1, "setup": {"id": "01", "name": "王店长", "pin": "4711"}}),
            json!({"id": 1, "setup": {"id": "07", "name": "王", "pin": "4711"}}),
        ]
    );
}

#[test]
fn operators_are_listed_made_and_changed() {
    let pins = Pins::new();
    let (pin, new) = (pins.file("pin", "4711"), pins.file("new", "0202\n"));
    let daemon = open(json!({"rows": [operator("02"), operator("03")], "next": null, "searched_to": null}));
    let me = ["--operator", "01", "--pin-file", &pin];
    let run = |words: &[&str]| daemon.run(&[words, &me].concat());
    for list in [&["operators", "--json"][..], &["operators", "list", "--json"]] {
        let ran = run(list);
        assert_eq!((ran.status, ran.json()), (0, vec![operator("02"), operator("03")]));
    }
    assert_eq!(run(&["operators", "--lang", "zh"]).out, "02  小李  收银员  可登录\n03  小李  收银员  可登录\n");
    let daemon = open(operator("02"));
    let run = |words: &[&str]| daemon.run(&[words, &me].concat());
    for (words, request) in [
        (
            &["operators", "add", "02", "--role", "cashier", "--name", "小李", "--new-pin-file", &new][..],
            json!({"operators_add": {"id": "02", "role": "cashier", "name": "小李", "new_pin": "0202"}}),
        ),
        (
            &["operators", "set-pin", "02", "--new-pin-file", &new],
            json!({"operators_set_pin": {"id": "02", "new_pin": "0202"}}),
        ),
        (
            &["operators", "set", "02", "--name", "小红", "--role", "supervisor"],
            json!({"operators_set": {"id": "02", "name": "小红", "role": "supervisor"}}),
        ),
        (&["operators", "set", "02", "--role", "cashier"], json!({"operators_set": {"id": "02", "role": "cashier"}})),
        // one's own goes with the present one
        (
            &["operators", "set-pin", "01", "--new-pin-file", &new],
            json!({"operators_set_pin": {"id": "01", "pin": "4711", "new_pin": "0202"}}),
        ),
        (&["operators", "disable", "02"], json!({"operators_disable": {"id": "02"}})),
        (&["operators", "unlock", "02"], json!({"operators_unlock": {"id": "02"}})),
    ] {
        let ran = run(words);
        assert_eq!(ran.status, 0, "{ran:?}");
        assert!(ran.out.contains("02") && ran.out.contains("小李") && ran.out.contains("cashier"), "{}", ran.out);
        let mut request = request;
        request["id"] = json!(2);
        assert_eq!(heard(&daemon).last(), Some(&request));
    }
    assert_eq!(run(&["operators", "set", "02"]).status, 2, "nothing would change");
    assert_eq!(run(&["operators", "set", "02", "--role", "king"]).status, 2);
    assert_eq!(run(&["operators", "add", "02", "--role", "king", "--name", "x", "--new-pin-file", &new]).status, 2);
}

/// A trail of so many rows.
fn trail(count: u64) -> Vec<AuditRow> {
    let mut before = model::audit::GENESIS.to_owned();
    (1..=count)
        .map(|seq| {
            let mut row = AuditRow {
                seq,
                at: Moment::new(1_795_000_000_000, 480),
                actor: Some("02".into()),
                approver: Some("09".into()),
                origin: Origin { uid: 1000, tty: Some("/dev/tty1".into()), ssh: None },
                act: "reprint".into(),
                object: Some(format!("J{seq}")),
                outcome: Outcome::Done,
                mono_ms: Some(seq * 10),
                before: None,
                after: None,
                hash: String::new(),
            };
            row.seal(&before);
            before.clone_from(&row.hash);
            row
        })
        .collect()
}

/// A daemon that exports these rows two at a time.
fn exporting(rows: Vec<AuditRow>) -> Daemon {
    Daemon::start(move |id, verb, body| {
        assert_eq!(verb, "audit_export");
        let from: usize = body["after"].as_str().map_or(0, |after| after.parse().unwrap());
        let to = (from + 2).min(rows.len());
        let next = (to < rows.len()).then(|| to.to_string());
        let last = rows.last().unwrap();
        ok(id, &json!({"rows": rows[from..to], "next": next, "entries": last.seq, "head": last.hash}))
    })
}

fn verify(path: &Path) -> (i32, Value) {
    let ran = Ran::of(&counterfoil(&["audit", "verify", "--json", path.to_str().unwrap()]).output().unwrap());
    let told = ran.json().pop().unwrap();
    (ran.status, told)
}

#[test]
fn an_export_is_a_file_of_ours_that_verifies_without_any_daemon() {
    let folder = Pins::new();
    let file = folder.path("trail");
    // something of the same name is replaced, with the right mode
    std::fs::write(&file, "old").unwrap();
    let rows = trail(5);
    let daemon = exporting(rows.clone());
    let ran = daemon.run(&["audit", "export", file.to_str().unwrap(), "--json"]);
    let head = rows[4].hash.clone();
    assert_eq!((ran.status, ran.json()), (0, vec![json!({"entries": 5, "head": head})]), "{ran:?}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&file).unwrap();
    let mut expected: String = rows.iter().map(|row| row.line() + "\n").collect();
    expected += &(closing_line(5, &head) + "\n");
    assert_eq!(text, expected);
    assert_eq!(std::fs::read_dir(folder.0.path()).unwrap().count(), 1, "nothing is left lying about");
    assert_eq!(verify(&file), (0, json!({"ok": true, "entries": 5, "first_bad": null})));
    for (harm, bad) in [
        (text.replacen("\"02\"", "\"03\"", 1), 1),
        (text.replacen("J3", "J4", 1), 3),
        (text.replacen("{\"seq\":4", "{ \"seq\":4", 1), 4),
        (text.lines().filter(|line| !line.contains("\"J2\"")).fold(String::new(), |all, line| all + line + "\n"), 2),
        (text.replacen("{\"seq\":5", "garbage", 1), 5),
        (text.trim_end().to_owned(), 6),
        (text.clone() + "\n", 6),
        (text.clone() + "{}", 6),
        (text.lines().take(5).fold(String::new(), |all, line| all + line + "\n"), 6),
        (String::new(), 1),
    ] {
        std::fs::write(&file, &harm).unwrap();
        let told = json!({"ok": false, "entries": bad - 1, "first_bad": bad});
        assert_eq!(verify(&file), (1, told), "{harm}");
    }
    // with the code of a paper a file that was cut off, or hashed anew as a whole, is found
    let whole = |rows: &[AuditRow]| {
        let mut text: String = rows.iter().map(|row| row.line() + "\n").collect();
        let last = rows.last().unwrap();
        text += &(closing_line(last.seq, &last.hash) + "\n");
        std::fs::write(&file, text).unwrap();
    };
    let anchored = |seq: usize| {
        // as long as a paper bears it, and as short as it may be
        let digits = if seq.is_multiple_of(2) { 12 } else { 8 };
        let code = format!("{seq}-{}-{}", &rows[seq - 1].hash[..4], &rows[seq - 1].hash[4..digits]);
        let words = ["audit", "verify", "--json", file.to_str().unwrap(), "--anchor", &code];
        let ran = Ran::of(&counterfoil(&words).output().unwrap());
        (ran.status, ran.json().pop().unwrap())
    };
    whole(&rows);
    assert_eq!(anchored(4), (0, json!({"ok": true, "entries": 5, "first_bad": null})));
    assert_eq!(anchored(3).0, 0);
    whole(&rows[..3]);
    assert_eq!(verify(&file), (0, json!({"ok": true, "entries": 3, "first_bad": null})), "no chain alone can tell");
    assert_eq!(anchored(4), (1, json!({"ok": false, "entries": 3, "first_bad": 4})));
    let mut bent = rows.clone();
    bent[1].actor = Some("03".into());
    for at in 1..5 {
        let before = bent[at - 1].hash.clone();
        bent[at].seal(&before);
    }
    whole(&bent);
    assert_eq!(verify(&file), (0, json!({"ok": true, "entries": 5, "first_bad": null})), "no chain alone can tell");
    assert_eq!(anchored(4), (1, json!({"ok": false, "entries": 3, "first_bad": 4})));
    std::fs::write(&file, "garbage").unwrap();
    let ran = Ran::of(&counterfoil(&["audit", "verify", file.to_str().unwrap(), "--lang", "zh"]).output().unwrap());
    assert!(ran.status == 1 && ran.out.contains("操作记录被改动过"), "{ran:?}");
    let gone = Ran::of(&counterfoil(&["audit", "verify", "/nonexistent/trail"]).output().unwrap());
    assert_eq!(gone.status, 2);
}

#[test]
fn an_export_that_breaks_off_leaves_nothing_and_what_stood_there_before() {
    let folder = Pins::new();
    let file = folder.path("trail");
    std::fs::write(&file, "old").unwrap();
    let rows = trail(4);
    let daemon = Daemon::start(move |id, _, body| match body["after"].is_null() {
        true => ok(id, &json!({"rows": rows[..2], "next": "2", "entries": 4, "head": rows[3].hash})),
        false => Act::Close,
    });
    assert_eq!(daemon.run(&["audit", "export", file.to_str().unwrap()]).status, 5);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "old");
    assert_eq!(std::fs::read_dir(folder.0.path()).unwrap().count(), 1);
}

#[test]
fn the_trail_is_listed_with_its_filters_and_verified_by_the_daemon() {
    let row = serde_json::to_value(&trail(1)[0]).unwrap();
    let daemon = Daemon::answering(json!({"rows": [row], "next": "c-1", "searched_to": null}));
    let filters = ["--since", "2026-11-20", "--actor", "02", "--act", "reprint", "--limit", "7", "--after", "c-0"];
    let filters = [&filters[..], &["--object", "J1", "--outcome", "refused"]].concat();
    let ran = daemon.run(&[&["audit", "--json"][..], &filters].concat());
    assert_eq!((ran.status, &ran.json()[0]), (0, &row));
    assert_eq!(ran.json()[1]["next"], "c-1");
    let asked = json!({"since": "2026-11-20", "actor": "02", "act": "reprint", "object": "J1", "outcome": "refused",
                       "limit": 7, "after": "c-0"});
    assert_eq!(heard(&daemon)[0]["audit"], asked);
    let zh = daemon.run(&["audit", "--lang", "zh"]).out;
    assert!(zh.contains("02+09") && zh.contains("打印小票") && zh.contains("已做") && zh.contains("J1"), "{zh}");
    let daemon = Daemon::answering(json!({"ok": false, "entries": 6, "first_bad": 7}));
    let ran = daemon.run(&["audit", "verify", "--json"]);
    assert_eq!((ran.status, &ran.json()[0]), (1, &json!({"ok": false, "entries": 6, "first_bad": 7})));
    assert_eq!(heard(&daemon)[0]["audit_verify"], json!({}));
    assert_eq!(daemon.run(&["audit", "verify", "--anchor", "7-9F3A-07BC"]).status, 1);
    assert_eq!(heard(&daemon)[1]["audit_verify"], json!({"anchor": "7-9f3a-07bc"}));
    assert_eq!(daemon.run(&["audit", "verify", "--limit", "3"]).status, 2);
    assert_eq!(daemon.run(&["audit", "--outcome", "maybe"]).status, 2);
}
