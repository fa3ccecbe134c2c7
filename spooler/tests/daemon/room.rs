//! Back-pressure: too many jobs, or too little disk. Nothing new is printed then; recording goes on as long as it can.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use model::JobKind;
use serde_json::{Value, json};
use shop::{Shop, Talk, event, till::until};
use store::{NewJob, Store, Writer};

const GONE: &str = "[receipts]\nauto_print = [\"merchant\", \"customer\"]\n[[printer]]\nname = \"gone\"\nconnection = \"tcp://127.0.0.1:1\"\n";

/// What each verb that prints is told.
fn refused(talk: &mut Talk, id: &Value, kind: &str, reason: &str) {
    for (verb, body) in [
        ("reprint", json!({ "id": id })),
        ("printer_test", json!({ "id": "gone" })),
        ("drawer_open", json!({ "printer": "gone" })),
    ] {
        let error = talk.error(verb, body);
        assert_eq!((&error["kind"], &error["reason"]), (&json!(kind), &json!(reason)), "{verb}: {error}");
    }
}

/// It is kept with its receipt, and counts as unprinted: its next paper is the first one.
fn is_kept_unprinted(talk: &mut Talk, id: &Value) {
    let shown = talk.ok("show", json!({ "id": id }));
    assert_eq!((&shown["unprinted"], &shown["prints"]), (&json!(true), &json!(0)), "{shown}");
    assert_eq!(shown["print_history"], json!([]), "{shown}");
    assert!(talk.ok("receipt", json!({ "id": id }))["text"].as_str().unwrap().contains(id.as_str().unwrap()));
    let found = talk.ok("transactions", json!({ "search": "unprinted" }))["rows"].clone();
    assert!(found.as_array().unwrap().iter().any(|row| row["id"] == *id), "{found}");
}

fn refusals(shop: &Shop) -> Vec<String> {
    let rows = Store::open(&shop.path("state")).unwrap().reader().unwrap().audit_from(1).unwrap();
    rows.into_iter().filter(|row| row.outcome.word() == "refused").map(|row| row.act).collect()
}

#[test]
fn beyond_ten_thousand_waiting_jobs_nothing_new_is_printed_and_everything_is_recorded() {
    let mut shop = Shop::closed(GONE);
    let writer = Writer::spawn(Store::open(&shop.path("state")).unwrap(), |_| {});
    let now = shop::now();
    writer
        .commit(move |batch| {
            for _ in 0..9_998 {
                let page = NewJob {
                    kind: JobKind::Report,
                    printer: "gone".into(),
                    document: None,
                    operator: None,
                    approver: None,
                    reason: None,
                };
                batch.queue(page, now)?;
            }
            Ok(())
        })
        .unwrap();
    writer.shutdown();
    shop.start();
    let mut talk = shop.talk();
    let last = talk.ok("record", event(1));
    assert!(last.get("unprinted").is_none(), "both copies are the last that fit: {last}");
    let beyond = talk.ok("record", event(2));
    assert_eq!(beyond["unprinted"], "busy", "{beyond}");
    is_kept_unprinted(&mut talk, &beyond["id"]);
    assert_eq!(talk.ok("overview", json!({}))["unprinted"], 2);
    let again = talk.ok("record", event(2));
    assert_eq!((&again["duplicate"], again.get("unprinted")), (&json!(true), None), "{again}");
    let mut unasked = event(3);
    unasked["print"] = json!([]);
    assert!(talk.ok("record", unasked).get("unprinted").is_none(), "nothing was asked for");
    refused(&mut talk, &beyond["id"], "busy", "too_many_waiting");
    // one less, and there is room for one: its first paper
    talk.ok("job_cancel", json!({ "id": "J7" }));
    let paper = talk.ok("reprint", json!({ "id": beyond["id"] }));
    assert_eq!((&paper["kind"], &paper["reprint_number"]), (&json!("receipt"), &json!(0)), "{paper}");
    refused(&mut talk, &beyond["id"], "busy", "too_many_waiting");
    assert!(shop.close().success());
    assert_eq!(refusals(&shop), ["reprint", "printer_test", "drawer_open"].repeat(2));
}

/// A disk of its own, in memory; gone when dropped.
struct Disk(PathBuf);

impl Disk {
    /// `None` where this user may not mount one.
    fn mount(at: &Path, size: &str) -> Option<Disk> {
        std::fs::create_dir_all(at).unwrap();
        let options = format!("size={size},mode=0700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "counterfoil-test"]).arg(at).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then(|| Disk(at.to_owned()))
    }

    fn free(&self) -> u64 {
        let disk = rustix::fs::statvfs(&self.0).unwrap();
        disk.f_bavail * disk.f_frsize
    }

    /// Takes room away until only so much is left.
    fn leave(&self, bytes: u64) {
        use std::io::Write;
        let mut filler = std::fs::OpenOptions::new().create(true).append(true).open(self.0.join("filler")).unwrap();
        let mut rest = usize::try_from(self.free().saturating_sub(bytes)).unwrap();
        while rest > 0 {
            match filler.write(&vec![b'x'; rest.min(64 * 1024)]) {
                Ok(count) if count > 0 => rest -= count,
                _ => break,
            }
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // lazily: the daemon may still have its file open
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn the_last_room_on_the_disk_is_for_recording_and_a_full_one_is_got_over() {
    let mut shop = Shop::closed(GONE);
    let Some(disk) = Disk::mount(&shop.path("state"), "16m") else {
        eprintln!("not run: mounting a small disk takes root, and the right to mount");
        return;
    };
    shop.start();
    let mut talk = shop.talk();
    let usual = talk.ok("record", event(1));
    assert!(usual.get("unprinted").is_none(), "{usual}");
    // 2 % of it are 335 kB
    disk.leave(250_000);
    until("it is noticed", || talk.ask("printer_test", json!({ "id": "gone" }))["error"]["kind"] == "disk_full");
    let kept = talk.ok("record", event(2));
    assert_eq!(kept["unprinted"], "disk_full", "{kept}");
    is_kept_unprinted(&mut talk, &kept["id"]);
    refused(&mut talk, &kept["id"], "disk_full", "disk_reserved");
    // what waits can still be decided about
    assert_eq!(talk.ok("job_hold", json!({ "id": "J1" }))["state"], "held");
    disk.leave(0);
    let mut recorded = Vec::new();
    let full = loop {
        let number = 100 + recorded.len() as u64;
        assert!(number < 10_000, "the disk never filled up");
        let answer = talk.ask("record", event(number));
        match answer["error"]["kind"].as_str() {
            None => recorded.push(answer["ok"]["id"].clone()),
            Some(_) => break answer["error"].clone(),
        }
    };
    assert_eq!((&full["kind"], &full["reason"]), (&json!("disk_full"), &json!("disk_full")), "{full}");
    assert!(shop.child.as_mut().unwrap().try_wait().unwrap().is_none(), "the daemon stays up");
    for id in recorded.iter().chain([&usual["id"], &kept["id"]]) {
        assert_eq!(talk.ok("show", json!({ "id": id }))["id"], *id, "what was acknowledged is there");
    }
    disk.make_room();
    let begun = Instant::now();
    until("it records again", || talk.ask("record", event(50_000))["error"].is_null());
    eprintln!(
        "recording again {:?} after there was room, {} events since it was full",
        begun.elapsed(),
        recorded.len()
    );
    std::thread::sleep(Duration::from_millis(1_100));
    let printed = talk.ok("reprint", json!({ "id": kept["id"] }));
    assert_eq!((&printed["kind"], &printed["reprint_number"]), (&json!("receipt"), &json!(0)), "{printed}");
    assert!(shop.close().success());
    assert!(refusals(&shop).ends_with(&["reprint", "printer_test", "drawer_open"].map(String::from)));
}
