//! Jobs that are rendered without a document: drawer pulses and test pages; and the age at which a job is laid aside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use model::{JobKind, Moment};
use serde_json::{Value, json};
use shop::{
    Shop, event,
    till::{Till, job_until},
};
use sim::printer::Model;
use store::{NewJob, Store, Writer};

/// ESC p
const PULSE: &[u8] = &[0x1B, b'p'];

fn pulses(bytes: &[u8]) -> usize {
    bytes.windows(PULSE.len()).filter(|window| *window == PULSE).count()
}

#[test]
fn a_test_page_and_a_pulse_are_proven_where_the_printer_can() {
    let till = Till::open(Model::Full, 0, "");
    let mut talk = till.shop.talk();
    let page = talk.ok("printer_test", json!({ "id": "front", "wait": 60 }));
    assert_eq!((&page["state"], &page["kind"]), (&json!("confirmed"), &json!("test_page")), "{page}");
    assert!(page["transaction"].is_null() && page["bytes"].as_u64().unwrap() > 0);
    let sheets = till.sheets();
    assert_eq!(sheets.len(), 1);
    for fact in ["front", "generic-80", till.printer.as_ref().unwrap().address().to_string().as_str()] {
        assert!(sheets[0].contains(fact), "{fact} in {}", sheets[0]);
    }
    let remark = page["evidence"][0]["detail"].as_str().unwrap();
    assert!(remark.starts_with("drawn, because the printer lacks them: ") && remark.contains("U+10FFFD"), "{page}");
    let pulse = talk.ok("drawer_open", json!({ "wait": 60 }));
    assert_eq!((&pulse["state"], &pulse["kind"]), (&json!("confirmed"), &json!("drawer")), "{pulse}");
    assert_eq!(pulse["printed_on"], "front");
    assert_eq!(till.sheets().len(), 1, "a pulse moves no paper");
    let row = Till::row(&mut talk);
    assert_eq!(row["last_good_print"], page["finished_at"], "a pulse is no print: {row}");
}

#[test]
fn a_mute_printer_is_given_both_and_nothing_is_claimed() {
    let till = Till::open(Model::Mute, 0, "");
    let mut talk = till.shop.talk();
    for (verb, body) in [("printer_test", json!({"id": "front", "wait": 60})), ("drawer_open", json!({"wait": 60}))] {
        let job = talk.ok(verb, body);
        assert_eq!((&job["state"], &job["cause"]), (&json!("unconfirmed"), &json!("no_status")), "{verb}: {job}");
    }
}

#[test]
fn a_pulse_goes_where_receipts_go_or_where_it_is_told() {
    let mut shop = Shop::closed("");
    let printer = |shop: &Shop, name: &str| {
        let paper = shop.path(name);
        format!("[[printer]]\nname = \"{name}\"\nconnection = \"file://{}\"\n", paper.display())
    };
    let both = [printer(&shop, "front"), printer(&shop, "back")].concat();
    shop.config(&format!("[receipts]\nprinter = \"back\"\n{both}"));
    shop.start();
    let mut talk = shop.talk();
    let read = |name: &str| std::fs::read(shop.path(name)).unwrap_or_default();
    talk.ok("drawer_open", json!({ "wait": 30 }));
    assert_eq!((pulses(&read("front")), pulses(&read("back"))), (0, 1));
    talk.ok("drawer_open", json!({ "printer": "front", "wait": 30 }));
    assert_eq!((pulses(&read("front")), pulses(&read("back"))), (1, 1));
    assert_eq!(talk.error("drawer_open", json!({ "printer": "bar" }))["reason"], "no_such_printer");
    assert_eq!(talk.error("drawer_open", json!({ "wait": 3601 }))["subject"], "wait");
    let none = Shop::open("");
    assert_eq!(none.talk().error("drawer_open", json!({}))["reason"], "no_printer");
}

#[test]
fn a_pulse_that_is_too_old_never_opens_the_drawer_and_what_is_behind_it_goes_on() {
    let mut shop = Shop::closed("");
    let paper = shop.path("paper.bin");
    shop.config(&format!("[[printer]]\nname = \"front\"\nconnection = \"file://{}\"", paper.display()));
    // queued in the store an hour ago, while the daemon was down
    let hour_ago = Moment::new(shop::now().unix_ms() - 3_600_000, 480);
    let writer = Writer::spawn(Store::open(&shop.path("state")).unwrap(), |_| {});
    let pulse = NewJob {
        kind: JobKind::Drawer,
        printer: "front".into(),
        document: None,
        operator: None,
        approver: None,
        reason: None,
    };
    let page = NewJob { kind: JobKind::TestPage, ..pulse.clone() };
    writer.commit(move |batch| batch.queue(pulse, hour_ago).and(batch.queue(page, hour_ago))).unwrap();
    writer.shutdown();
    shop.start();
    let mut talk = shop.talk();
    for job in ["J1", "J2"] {
        let job = job_until(&mut talk, &json!(job), "expired", &Value::Null);
        assert_eq!((&job["attempts"], &job["bytes"]), (&json!(0), &Value::Null), "{job}");
    }
    let mut sale = event(100);
    sale["print"] = json!(["customer"]);
    talk.ok("record", sale);
    job_until(&mut talk, &json!("J3"), "unconfirmed", &json!("no_status"));
    assert_eq!(pulses(&std::fs::read(&paper).unwrap()), 0);
    let row = Till::row(&mut talk);
    assert_eq!((&row["waiting"]["expired"], &row["waiting"]["queued"]), (&json!(2), &json!(0)), "{row}");
}

#[test]
fn a_pulse_that_waits_for_a_paused_printer_is_laid_aside_when_its_time_is_over() {
    let mut shop = Shop::closed("");
    let paper = shop.path("paper.bin");
    shop.config(&format!(
        "[queue]\nexpire = {{ drawer = \"1s\" }}\n[[printer]]\nname = \"front\"\nconnection = \"file://{}\"",
        paper.display()
    ));
    shop.start();
    let mut talk = shop.talk();
    talk.ok("printer_pause", json!({ "id": "front" }));
    let job = talk.ok("drawer_open", json!({}));
    // nobody resumes it, and nothing else happens
    job_until(&mut talk, &job["id"], "expired", &Value::Null);
    // who waits for it is told as soon as it is laid aside
    let told = talk.ok("drawer_open", json!({ "wait": 3600 }));
    assert_eq!(told["state"], "expired");
    talk.ok("printer_resume", json!({ "id": "front" }));
    let page = talk.ok("printer_test", json!({ "id": "front", "wait": 30 }));
    assert_eq!(page["state"], "unconfirmed");
    assert_eq!(pulses(&std::fs::read(&paper).unwrap_or_default()), 0);
}
