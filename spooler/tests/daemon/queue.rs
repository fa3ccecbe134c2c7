//! What the daemon makes of a queue and of pairings that it finds in its store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use model::{JobKind, Language, Proof, SafeText};
use serde_json::json;
use shop::Shop;
use store::{NewJob, Pairing, Store, Writer};

fn prepared(
    shop: &Shop,
    prepare: impl FnOnce(&mut store::Batch<'_>) -> Result<(), store::StoreError> + Send + 'static,
) {
    let writer = Writer::spawn(Store::open(&shop.path("state")).unwrap(), |_| {});
    writer.commit(prepare).unwrap();
    writer.shutdown();
}

fn job(document: Option<model::Document>) -> NewJob {
    NewJob { kind: JobKind::Report, printer: "front".into(), document, operator: None, approver: None, reason: None }
}

#[test]
fn a_job_that_cannot_be_rendered_says_so_and_the_next_one_prints() {
    let mut shop = Shop::closed("");
    let paper = shop.path("paper.bin");
    shop.config(&format!("[[printer]]\nname = \"front\"\nconnection = \"file://{}\"", paper.display()));
    prepared(&shop, |batch| {
        let text = model::Block::Text {
            text: SafeText::new("日结"),
            align: model::Align::Left,
            size: model::Size::Normal,
            bold: false,
        };
        let now = shop::now();
        batch.queue(job(None), now)?;
        batch.queue(job(Some(model::Document { language: Language::Zh, blocks: vec![text] })), now)?;
        Ok(())
    });
    shop.start();
    let mut talk = shop.talk();
    let mut feed = shop.talk();
    feed.ok("subscribe", json!({ "after": 0 }));
    while talk.ok("job_show", json!({ "id": "J2" }))["finished_at"].is_null() {
        feed.line();
    }
    let bad = talk.ok("job_show", json!({ "id": "J1" }));
    assert_eq!((&bad["state"], &bad["attempts"]), (&json!("not_printed"), &json!(0)), "{bad}");
    assert_eq!(bad["evidence"][0]["detail"], "there is no document to print");
    let good = talk.ok("job_show", json!({ "id": "J2" }));
    assert_eq!(good["state"], "unconfirmed");
    assert_eq!(std::fs::metadata(&paper).unwrap().len(), good["bytes"].as_u64().unwrap());
    assert_eq!(good["rendered"]["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn a_pairing_counts_only_on_the_connection_and_profile_it_was_measured_with() {
    // nobody answers there, so nothing new is measured
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let connection = format!("tcp://127.0.0.1:{}", held.local_addr().unwrap().port());
    drop(held);
    for (measured_on, profile, want) in [
        (connection.as_str(), "generic-80", "process_id"),
        ("tcp://127.0.0.9:9100", "generic-80", "unknown"),
        (connection.as_str(), "generic-58", "unknown"),
    ] {
        let mut shop = Shop::closed(&format!("[[printer]]\nname = \"front\"\nconnection = \"{connection}\""));
        let pairing = Pairing {
            connection: measured_on.to_owned(),
            profile: profile.to_owned(),
            proof: Proof::ProcessId,
            detail: "measured".into(),
            since: shop::now(),
            identity: None,
        };
        prepared(&shop, move |batch| batch.remember_pairing("front", pairing));
        shop.start();
        let mut talk = shop.talk();
        let mut feed = shop.talk();
        feed.ok("subscribe", json!({ "after": 0 }));
        let printer = loop {
            let printer = talk.ok("printers", json!({}))["rows"][0].clone();
            if printer["cause"] == "connection_refused" {
                break printer;
            }
            feed.line();
        };
        assert_eq!(printer["proof"], want, "{measured_on} {profile}: {printer}");
        assert_eq!(printer["proof_since"].is_null(), want == "unknown");
    }
}

#[test]
fn a_printer_that_closes_each_connection_at_once_costs_no_commit_each_time() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let shop = Shop::open(&format!("[[printer]]\nname = \"front\"\nconnection = \"tcp://{address}\""));
    let mut talk = shop.talk();
    let mut event = shop::event(1);
    event["print"] = json!(["customer"]);
    talk.ok("record", event);
    for _ in 0..5 {
        drop(listener.accept().unwrap());
    }
    let job = talk.ok("job_show", json!({ "id": "J1" }));
    assert_eq!((&job["state"], &job["cause"]), (&json!("blocked"), &json!("connection_lost")), "{job}");
    // recorded, then blocked once, perhaps for another cause first
    assert!(talk.ok("status", json!({}))["change"].as_u64().unwrap() <= 3);
}
