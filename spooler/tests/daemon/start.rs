//! Starting and ending: what stands in the way is named in one sentence, and the end leaves nothing behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::{
    os::unix::{
        fs::{MetadataExt, chown, symlink},
        net::{UnixListener, UnixStream},
    },
    process::Command,
};

use redb::ReadableDatabase as _;
use serde_json::json;
use shop::{BIN, Shop, Talk};

#[test]
fn check_names_every_error_with_file_line_and_key() {
    let shop = Shop::closed("[queue]\nrelease_at_once = \"x\"\n[[printer]]\nname = \"a\"\n[shopp]\nx = 1");
    let out = shop.command().arg("--check").output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8(out.stderr).unwrap();
    let file = shop.path("c.toml").display().to_string();
    for fault in ["9:queue.release_at_once: ", "10:printer.connection: ", "12:shopp: "] {
        assert!(said.contains(&format!("{file}:{fault}")), "{fault} in {said}");
    }
    assert_eq!(said.lines().count(), 3, "{said}");
    assert_eq!(shop.fails(), (2, said), "the daemon itself says the same");
    shop.config("");
    assert!(shop.command().arg("--check").output().unwrap().status.success());
    assert!(!shop.path("state").exists(), "checking makes nothing");
}

#[test]
fn two_printers_that_are_one_device_are_named_by_check_and_refused_by_the_daemon() {
    let shop = Shop::closed(
        "[[printer]]\nname = \"front\"\nconnection = \"serial:///dev/ttyNone0?baud=9600\"\n\
         [[printer]]\nname = \"back\"\nconnection = \"serial:///dev/ttyNone0?baud=19200\"\n",
    );
    let said = String::from_utf8(shop.command().arg("--check").output().unwrap().stderr).unwrap();
    let file = shop.path("c.toml").display().to_string();
    assert_eq!(said, format!("{file}:13:printer.connection: front and back are the same device\n"));
    assert_eq!(shop.fails(), (2, said));
}

#[test]
fn a_printer_whose_device_is_not_there_is_no_reason_not_to_start() {
    let printer = |name: &str, line: &str| format!("[[printer]]\nname = \"{name}\"\nconnection = \"{line}\"\n");
    let mut shop = Shop::closed(
        &[
            printer("front", "serial:///dev/ttyNone0?baud=19200&flow=hardware"),
            printer("back", "usb:///dev/usb/lp99"),
            printer("bar", "usb://serial=NOBODY-HAS-THIS"),
        ]
        .concat(),
    );
    assert!(shop.command().arg("--check").output().unwrap().status.success());
    shop.start();
    let mut talk = shop.talk();
    let id = talk.record(1);
    let job = talk.ok("reprint", json!({ "id": id, "wait": 0 }))["id"].clone();
    until(&mut talk, |talk| {
        let rows = talk.ok("printers", json!({}))["rows"].clone();
        rows.as_array().unwrap().iter().all(|row| row["state"] == "blocked" && row["cause"] == "no_device")
    });
    until(&mut talk, |talk| {
        let job = talk.ok("job_show", json!({ "id": job }));
        job["state"] == "blocked" && job["cause"] == "no_device"
    });
    assert!(shop.close().success());
}

#[test]
fn a_socket_without_a_folder_in_its_name_is_made_where_the_daemon_was_started() {
    let shop = Shop::closed("");
    let mut child = shop
        .command()
        .args(["--socket", "bare"])
        .current_dir(shop.dir.path())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while UnixStream::connect(shop.path("bare")).is_err() {
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

fn until(talk: &mut Talk, mut good: impl FnMut(&mut Talk) -> bool) {
    for _ in 0..2000 {
        if good(talk) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("it never came to be");
}

#[test]
fn a_config_that_is_not_there_is_named() {
    let out = Command::new(BIN).args(["--config", "/nonexistent/c.toml"]).output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8(out.stderr).unwrap().contains("/nonexistent/c.toml"));
}

#[test]
fn the_end_answers_what_was_asked_takes_the_socket_away_and_says_done() {
    let mut shop = Shop::open("");
    assert_eq!(std::fs::metadata(shop.path("state")).unwrap().mode() & 0o777, 0o700);
    assert_eq!(std::fs::metadata(shop.path("state").join(store::FILE)).unwrap().mode() & 0o777, 0o600);
    let mut talk = shop.talk();
    talk.record(1);
    assert!(shop.close().success());
    assert!(!shop.socket().exists());
    assert_eq!(talk.rest(), "", "an open connection is closed");
    shop.start();
    assert_eq!(shop.talk().ok("transactions", json!({}))["rows"].as_array().unwrap().len(), 1);
}

#[test]
fn a_dead_spoolers_socket_is_replaced_and_a_living_ones_is_not() {
    let mut shop = Shop::open("");
    shop.kill();
    assert!(shop.socket().exists(), "kill -9 leaves it behind");
    shop.start();
    let other = Shop::closed("");
    let (status, said) = {
        let out = other.command().arg("--socket").arg(shop.socket()).output().unwrap();
        (out.status.code(), String::from_utf8(out.stderr).unwrap())
    };
    assert_eq!(status, Some(1));
    assert!(said.contains("another spooler answers at"), "{said}");
    shop.talk().ok("status", json!({}));
}

#[test]
fn what_is_no_socket_is_left_alone() {
    let shop = Shop::closed("");
    std::fs::write(shop.socket(), "precious").unwrap();
    let (status, said) = shop.fails();
    assert!(status == 1 && said.contains("no socket"), "{said}");
    assert_eq!(std::fs::read_to_string(shop.socket()).unwrap(), "precious");
    std::fs::remove_file(shop.socket()).unwrap();
    let elsewhere = shop.path("elsewhere");
    drop(UnixListener::bind(&elsewhere).unwrap());
    symlink(&elsewhere, shop.socket()).unwrap();
    let (status, said) = shop.fails();
    assert!(status == 1 && said.contains("no socket"), "{said}");
    assert!(elsewhere.exists());
}

#[test]
fn a_store_that_another_spooler_holds_is_refused() {
    let shop = Shop::open("");
    let out = shop.command().arg("--socket").arg(shop.path("s2")).output().unwrap();
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(said.contains("another spooler is running"), "{said}");
    shop.talk().ok("status", json!({}));
}

#[test]
fn a_state_folder_of_another_user_is_refused() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can give a folder away");
        return;
    }
    let shop = Shop::closed("");
    std::fs::create_dir(shop.path("state")).unwrap();
    chown(shop.path("state"), Some(12_345), None).unwrap();
    let (status, said) = shop.fails();
    assert!(status == 1 && said.contains("belongs to user 12345"), "{said}");
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_left_as_it_is() {
    let mut shop = Shop::open("");
    assert!(shop.close().success());
    let file = shop.path("state").join(store::FILE);
    let meta = redb::TableDefinition::<&str, u64>::new("meta-1");
    let newer = u64::from(store::SCHEMA) + 1;
    {
        let database = redb::Database::open(&file).unwrap();
        let txn = database.begin_write().unwrap();
        txn.open_table(meta).unwrap().insert("schema", newer).unwrap();
        txn.commit().unwrap();
    }
    let (status, said) = shop.fails();
    assert!(status == 1 && said.contains("newer version"), "{said}");
    let database = redb::Database::open(&file).unwrap();
    let found = database.begin_read().unwrap().open_table(meta).unwrap().get("schema").unwrap().unwrap().value();
    assert_eq!(found, newer);
}

#[test]
fn a_damaged_store_is_named_and_kept() {
    let shop = Shop::closed("");
    std::fs::create_dir(shop.path("state")).unwrap();
    let file = shop.path("state").join(store::FILE);
    std::fs::write(&file, "this is no store at all, but somebody's notes".repeat(200)).unwrap();
    let (status, said) = shop.fails();
    assert!(status == 1 && said.contains("damaged"), "{said}");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("this is no store"));
}

#[test]
fn the_daemon_runs_within_a_test_and_ends_when_told() {
    let shop = Shop::closed("");
    let options = spooler::Options { config: Some(shop.path("c.toml")), ..spooler::Options::default() };
    let stop = spooler::Stop::default();
    let running = {
        let stop = stop.clone();
        std::thread::spawn(move || spooler::run(&options, &stop))
    };
    while !shop.socket().exists() || std::os::unix::net::UnixStream::connect(shop.socket()).is_err() {
        assert!(!running.is_finished(), "it ended: {:?}", running.join());
        std::thread::yield_now();
    }
    let mut talk = shop.talk();
    talk.record(1);
    stop.now();
    running.join().unwrap().unwrap();
    assert!(!shop.socket().exists());
    assert_eq!(talk.rest(), "");
}
