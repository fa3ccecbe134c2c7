//! A printer that is not there, another that stands in for it, and jobs that grow too old meanwhile: the real daemon, in
//! its own time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::net::TcpListener;

use serde_json::{Value, json};
use shop::{Shop, Talk, event, till::until};

/// An address where nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("tcp://{}", listener.local_addr().unwrap())
}

fn shown(talk: &mut Talk, id: &Value) -> Value {
    talk.ok("job_show", json!({ "id": id }))
}

#[test]
fn a_slip_for_a_printer_that_is_gone_comes_out_of_its_standby_and_says_so() {
    let mut shop = Shop::closed("");
    let paper = shop.path("back.bin");
    shop.config(&format!(
        "[receipts]\nauto_print = [\"merchant\", \"customer\"]\n\
         [[printer]]\nname = \"front\"\nconnection = \"{}\"\nstandby = [\"back\"]\n\
         [[printer]]\nname = \"back\"\nconnection = \"file://{}\"\n",
        nobody(),
        paper.display()
    ));
    shop.start();
    let mut talk = shop.talk();
    let page = talk.ok("printer_test", json!({ "id": "front" }));
    talk.ok("record", event(100));
    until("both copies come out of the other printer", || {
        ["J2", "J3"].iter().all(|id| shown(&mut talk, &json!(id))["state"] == "unconfirmed")
    });
    for id in ["J2", "J3"] {
        let job = shown(&mut talk, &json!(id));
        assert_eq!((&job["printer"], &job["printed_on"]), (&json!("front"), &json!("back")), "{job}");
        let remark = job["evidence"][0]["detail"].as_str().unwrap();
        assert!(remark.starts_with("printed on back, because front cannot print: connection_refused"), "{remark}");
    }
    // a page that tests the other printer would say nothing about this one
    assert_eq!(shown(&mut talk, &page["id"])["state"], "blocked");
}

#[test]
fn a_pulse_for_a_printer_that_is_gone_expires_by_itself() {
    let shop = Shop::open(&format!(
        "[queue]\nexpire = {{ drawer = \"1s\" }}\n[[printer]]\nname = \"front\"\nconnection = \"{}\"",
        nobody()
    ));
    let mut talk = shop.talk();
    let told = talk.ok("drawer_open", json!({ "wait": 60 }));
    assert_eq!((&told["state"], &told["attempts"]), (&json!("expired"), &json!(0)), "{told}");
}
