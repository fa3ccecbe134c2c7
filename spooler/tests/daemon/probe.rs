//! Probing an address with the real daemon: what stands there, how it proves, and a block that the config reader takes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::{net::TcpListener, path::PathBuf};

use serde_json::{Value, json};
use shop::{
    Shop, event,
    till::{Till, job_until, until},
};
use sim::printer::{Args, Model, Running};
use spooler::config::{Config, Fault};

/// A virtual printer that no config knows.
fn stranger(shop: &Shop, model: Model, change: impl FnOnce(Args) -> Args) -> Running {
    let at: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    let arguments = Args::new(at, shop.path("strange-control"), shop.path("strange-paper")).with_model(model);
    Running::start(&change(arguments)).unwrap()
}

/// The shop's config with the block behind it.
fn with_block(shop: &Shop, probed: &Value) -> Config {
    with_blocks(shop, &[probed]).unwrap()
}

fn with_blocks(shop: &Shop, probed: &[&Value]) -> Result<Config, Vec<Fault>> {
    let mut text = std::fs::read_to_string(shop.path("c.toml")).unwrap();
    for probed in probed {
        text = format!("{text}\n{}", probed["config"].as_str().unwrap());
    }
    Config::parse(&text)
}

/// What such a block says besides its keys.
fn notes(probed: &Value) -> Vec<&str> {
    probed["config"].as_str().unwrap().lines().filter(|line| line.starts_with('#')).collect()
}

#[test]
fn a_printer_nobody_knows_is_named_measured_and_configured_by_its_own_block() {
    let mut shop = Shop::open("[[printer]]\nname = \"front\"\nconnection = \"file:///dev/null\"\n");
    let printer = stranger(&shop, Model::Full, |arguments| arguments.with_speed(0));
    let url = format!("tcp://{}", printer.address());
    let probed = shop.talk().ok("printer_probe", json!({ "id": url }));
    assert_eq!((&probed["ok"], &probed["cause"]), (&json!(true), &Value::Null), "{probed}");
    assert_eq!((&probed["grade"], &probed["connection"]), (&json!("process_id"), &json!(url)));
    assert!(probed["identity"]["model"].is_string(), "{probed}");
    let known = probed["profile"] != "generic-80";
    assert_eq!(notes(&probed).is_empty(), known, "a width is assumed where nobody knows the model: {probed}");
    assert!(!probed["detail"].as_str().unwrap().is_empty());
    let config = with_block(&shop, &probed);
    let made = config.printers.last().unwrap();
    assert_eq!((config.printers.len(), made.name.as_str(), made.connection_text.as_str()), (2, "back", url.as_str()));
    assert_eq!(
        (json!(made.profile.name), json!(made.profile.columns)),
        (probed["profile"].clone(), probed["columns"].clone())
    );
    // pasted and started again, it prints and proves
    let text = std::fs::read_to_string(shop.path("c.toml")).unwrap();
    assert!(shop.close().success());
    std::fs::write(shop.path("c.toml"), format!("{text}\n{}", probed["config"].as_str().unwrap())).unwrap();
    shop.start();
    let mut talk = shop.talk();
    let id = talk.ok("record", event(100))["id"].clone();
    let job = talk.ok("reprint", json!({ "id": id, "printer": "back", "wait": 60 }));
    assert_eq!(job["state"], "confirmed", "{job}");
}

#[test]
fn a_mute_printer_is_fine_to_print_on_and_proves_nothing() {
    let shop = Shop::open("");
    let printer = stranger(&shop, Model::Mute, |arguments| arguments);
    let probed = shop.talk().ok("printer_probe", json!({ "id": format!("tcp://{}", printer.address()) }));
    assert_eq!(
        (&probed["ok"], &probed["cause"], &probed["grade"]),
        (&json!(true), &json!("no_status"), &json!("none")),
        "{probed}"
    );
    assert_eq!((&probed["profile"], &probed["identity"]), (&json!("generic-80"), &Value::Null));
    assert_eq!(with_block(&shop, &probed).printers[0].name, "front");
    assert_eq!(notes(&probed), ["# 80 mm paper assumed; for 58 mm use generic-58"]);
}

#[test]
fn two_printers_probed_one_after_the_other_go_into_one_config() {
    let shop = Shop::open("");
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let nothing = format!("tcp://{}", held.local_addr().unwrap());
    drop(held);
    let printers = ["a", "b"].map(|place| {
        let at: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
        let arguments = Args::new(at, shop.path(&format!("{place}-control")), shop.path(&format!("{place}-paper")));
        Running::start(&arguments.with_model(Model::Mute)).unwrap()
    });
    let mut talk = shop.talk();
    assert_eq!(talk.ok("printer_probe", json!({ "id": nothing }))["ok"], false);
    let [one, other] =
        printers.each_ref().map(|it| talk.ok("printer_probe", json!({ "id": format!("tcp://{}", it.address()) })));
    let config = with_blocks(&shop, &[&one, &other]).unwrap();
    let names: Vec<&str> = config.printers.iter().map(|printer| printer.name.as_str()).collect();
    assert_eq!(names, ["front", "back"], "where nothing answered no name was taken");
    // the same printer again is the same block, and both together are an error
    let again = talk.ok("printer_probe", json!({ "id": one["connection"] }));
    assert_eq!(again["config"], one["config"]);
    let faults = with_blocks(&shop, &[&one, &other, &again]).unwrap_err();
    assert_eq!((faults.len(), faults[0].sentence.as_str()), (1, "two printers are called \"front\""));
}

#[test]
fn a_printer_on_a_serial_line_is_probed_like_one_on_the_network() {
    let shop = Shop::open("");
    let line = shop.path("tty");
    let arguments = Args::new(line.clone(), shop.path("strange-control"), shop.path("strange-paper")).with_speed(0);
    let _printer = Running::start(&arguments).unwrap();
    until("the line is there", || line.exists());
    let url = format!("serial://{}?baud=115200", line.display());
    let probed = shop.talk().ok("printer_probe", json!({ "id": url }));
    assert_eq!((&probed["ok"], &probed["grade"]), (&json!(true), &json!("process_id")), "{probed}");
    assert_eq!(with_block(&shop, &probed).printers[0].connection_text, url);
    // with other options it is the same line
    let url = format!("serial://{}?baud=115200&parity=none", line.display());
    let again = shop.talk().ok("printer_probe", json!({ "id": url }));
    assert_eq!(with_block(&shop, &again).printers[0].name, "front", "{again}");
}

#[test]
fn what_cannot_be_reached_is_told_with_its_cause() {
    let shop = Shop::open("");
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port();
    drop(held);
    let mut talk = shop.talk();
    for (url, cause) in [
        (format!("tcp://127.0.0.1:{port}"), "connection_refused"),
        ("tcp://no-such-host.invalid:9100".to_owned(), "unreachable"),
        ("serial:///dev/ttyNone0".to_owned(), "no_device"),
        ("usb://serial=NOBODY-HAS-THIS".to_owned(), "no_device"),
    ] {
        let probed = talk.ok("printer_probe", json!({ "id": url }));
        assert_eq!((&probed["ok"], &probed["cause"]), (&json!(false), &json!(cause)), "{url}: {probed}");
        assert_eq!((&probed["grade"], &probed["profile"]), (&json!("none"), &json!("generic-80")), "{url}");
        with_block(&shop, &probed);
    }
    let file = format!("file://{}", shop.path("slips.bin").display());
    let probed = talk.ok("printer_probe", json!({ "id": file }));
    assert_eq!(
        (&probed["ok"], &probed["cause"], &probed["grade"]),
        (&json!(true), &json!("no_status"), &json!("none"))
    );
    assert_eq!(with_block(&shop, &probed).printers[0].connection_text, file);
}

#[test]
fn an_address_that_is_none_is_refused_with_what_is_wrong() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    for (url, says) in [
        ("", "no way to reach a printer"),
        ("192.168.1.50", "no way to reach a printer"),
        ("tcp://192.168.1.50", "names no port"),
        ("tcp://:9100", "names no host"),
        ("file://slips", "names no file"),
        ("serial:///dev/ttyS0?baud=fast", "baud"),
        ("serial:///dev/ttyS0?speed=9600", "speed"),
        ("usb://", "names no device"),
    ] {
        let error = talk.error("printer_probe", json!({ "id": url }));
        assert_eq!((&error["kind"], &error["reason"]), (&json!("invalid"), &json!("bad_connection")), "{url}");
        let (message, next) = (error["message"].as_str().unwrap(), error["next"].as_str().unwrap());
        assert!(message.contains(says), "{url}: {error}");
        assert!(next.split(' ').all(|word| !word.contains("://")), "the message says how: {error}");
    }
    let error = talk.error("printer_probe", json!({ "id": format!("tcp://{}:1", "\u{1b}[2J".repeat(2000)) }));
    assert!(error.to_string().len() < 1000, "{error}");
    assert!(!error["message"].as_str().unwrap().contains('\u{1b}'));
}

#[test]
fn a_configured_printer_is_let_go_for_the_probe_and_prints_afterwards() {
    let till = Till::open(Model::Full, 0, "");
    let mut talk = till.shop.talk();
    until("ready", || Till::row(&mut talk)["state"] == "ready");
    let url = Till::row(&mut talk)["connection"].clone();
    let probed = talk.ok("printer_probe", json!({ "id": url }));
    assert_eq!((&probed["ok"], &probed["grade"]), (&json!(true), &json!("process_id")), "{probed}");
    assert_eq!(notes(&probed), ["# already configured as front"]);
    let faults = with_blocks(&till.shop, &[&probed]).unwrap_err();
    assert_eq!((faults.len(), faults[0].sentence.as_str()), (1, "two printers are called \"front\""));
    let id = talk.ok("record", event(100))["id"].clone();
    let job = talk.ok("reprint", json!({ "id": id, "wait": 60 }));
    assert_eq!(job["state"], "confirmed", "{job}");
}

#[test]
fn a_printer_with_a_job_in_hand_is_not_taken_from_it() {
    let till = Till::open(Model::Full, 20, "");
    let mut talk = till.shop.talk();
    let id = talk.ok("record", event(100))["id"].clone();
    let job = talk.ok("reprint", json!({ "id": id }))["id"].clone();
    job_until(&mut talk, &job, "sending", &Value::Null);
    let url = Till::row(&mut talk)["connection"].clone();
    let error = talk.error("printer_probe", json!({ "id": url }));
    assert_eq!(
        (&error["kind"], &error["reason"], &error["subject"]),
        (&json!("busy"), &json!("printer_in_use"), &json!("front")),
        "{error}"
    );
    job_until(&mut talk, &job, "confirmed", &Value::Null);
}

#[test]
fn one_probe_of_an_address_at_a_time() {
    let shop = Shop::open("");
    // takes the connection and never says a word: the probe has to wait a while
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("tcp://{}", silent.local_addr().unwrap());
    let mut first = shop.talk();
    first.send(&json!({ "id": 1, "printer_probe": { "id": url } }).to_string());
    let (held, _) = silent.accept().unwrap();
    let error = shop.talk().error("printer_probe", json!({ "id": url }));
    assert_eq!((&error["kind"], &error["reason"]), (&json!("busy"), &json!("probe_running")), "{error}");
    assert_eq!(first.line()["ok"]["cause"], "no_status");
    drop(held);
    let audit = trail(shop);
    let want = ["done", "refused", "done"].map(|outcome| (url.clone(), outcome.to_owned()));
    assert_eq!(audit, want, "before the first byte, and what came of it");
}

fn trail(mut shop: Shop) -> Vec<(String, String)> {
    assert!(shop.close().success());
    let state: PathBuf = shop.path("state");
    let rows = store::Store::open(&state).unwrap().reader().unwrap().audit_from(1).unwrap();
    let rows = rows.into_iter().filter(|row| row.act == "printer_probe");
    rows.map(|row| (row.object.unwrap_or_default(), row.outcome.word().to_owned())).collect()
}
