//! A crash before and after every commit of a day at the host: sign-in, a sale, settlement, the next sign-in. Whatever was
//! answered is kept, no trace goes out twice, no batch with a sale in it is replaced, and the day can be ended.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::{
    collections::BTreeSet,
    io::{BufRead as _, Write as _},
    os::unix::net::UnixStream,
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use shop::{
    Shop, Talk,
    acquirer::{host, sale, until},
};

/// Only there so that a broken daemon fails a test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(60);
/// More commits than any such day has.
const MOST: u64 = 60;

/// What was answered before the daemon died.
#[derive(Debug, Default)]
struct Answered {
    signed_in: bool,
    sold: bool,
    settle_asked: bool,
    settled: bool,
}

/// Asks; `None` when the daemon died.
fn ask(talk: &mut Talk, verb: &str, body: &Value) -> Option<Value> {
    let line = json!({ "id": 1, verb: body }).to_string() + "\n";
    talk.reader.get_mut().write_all(line.as_bytes()).ok()?;
    let mut answer = String::new();
    if talk.reader.read_line(&mut answer).ok()? == 0 || !answer.ends_with('\n') {
        return None;
    }
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert!(answer["error"].is_null(), "{verb}: {answer}");
    Some(answer["ok"].clone())
}

/// The day; `None` when the daemon died in it.
fn day(talk: &mut Talk, seen: &mut Answered) -> Option<()> {
    assert_eq!(ask(talk, "sign_in", &json!({}))?["outcome"], "signed_in");
    seen.signed_in = true;
    ask(talk, "record", &sale(1, "sale", 8850, "000001", json!({})))?;
    seen.sold = true;
    seen.settle_asked = true;
    assert_eq!(ask(talk, "settle", &json!({}))?["outcome"], "balanced");
    seen.settled = true;
    assert_eq!(ask(talk, "sign_in", &json!({}))?["batch"], "000002");
    Some(())
}

/// Starts with this point; `None` when it died before anybody could speak to it.
fn start(shop: &mut Shop, point: &str) -> Option<Talk> {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(shop.path("log")).unwrap();
    let mut command = shop.command();
    let mut child = command.env("COUNTERFOIL_CRASH", point).stdout(Stdio::null()).stderr(log).spawn().unwrap();
    let begun = Instant::now();
    while UnixStream::connect(shop.socket()).is_err() {
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        assert!(begun.elapsed() < PATIENCE, "{point}: the daemon never answered");
        std::thread::sleep(Duration::from_millis(5));
    }
    shop.child = Some(child);
    let mut talk = Talk::silent(&shop.socket());
    let hello = "{\"hello\":{\"program\":\"test\",\"version\":\"0\",\"protocol\":1}}\n";
    talk.reader.get_mut().write_all(hello.as_bytes()).ok()?;
    let mut line = String::new();
    (talk.reader.read_line(&mut line).ok()? > 0).then_some(talk)
}

/// True if the day ended before its point came.
fn crash_at(point: &str) -> bool {
    let host = host();
    let mut shop = Shop::closed("");
    shop.config(&shop.by_host(host.address(), "auto_sign_in = false"));
    let mut seen = Answered::default();
    let talk = start(&mut shop, point);
    let through = talk.and_then(|mut talk| day(&mut talk, &mut seen)).is_some();
    if through {
        shop.kill();
        return true;
    }
    if shop.child.is_some() {
        shop.wait();
    }
    shop.start();
    let mut talk = shop.talk();
    let state = talk.ok("acquirer", json!({}));
    let (standing, batch, open) = (&state["state"], &state["batch"], &state["open"]["count"]);
    if seen.signed_in && !seen.settle_asked {
        assert_eq!(
            (standing, batch),
            (&json!("signed_in"), &json!("000001")),
            "{point}: kept before it was told: {state}"
        );
    }
    if seen.sold && !seen.settle_asked {
        assert_eq!(open, 1, "{point}: {state}");
    }
    if seen.settle_asked && !seen.settled {
        // sent or not, answered or not: its own batch still stands. The sale is in it until the host is known to have it; then
        // only the end of the settlement is owed
        assert_eq!(batch, "000001", "{point}: {state}");
        let known = state["history"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["act"] == "settle" && row["outcome"] == "answered");
        let told = *standing == "settling" || known;
        assert!(*open == 1 || (*open == 0 && told), "{point}: {standing} {open}");
    }
    if seen.settled {
        // the sign-in behind it may have been on its way, of which nobody knows what became
        assert_eq!(*open, 0, "{point}: {state}");
    }
    // the day goes on from there, whatever that is
    if !seen.settled {
        if *standing != "settling" {
            let answer = talk.ok("sign_in", json!({}));
            assert_eq!(answer["outcome"], "signed_in", "{point}: {answer}");
        }
        talk.ok("record", sale(1, "sale", 8850, "000001", json!({})));
        let settled = talk.ok("settle", json!({}));
        assert_eq!(settled["outcome"], "balanced", "{point}: {settled}");
    }
    let answer = talk.ok("sign_in", json!({}));
    assert_eq!(answer["outcome"], "signed_in", "{point}: {answer}");
    assert_ne!(answer["batch"], "000001", "{point}: {answer}");
    let state = until(&mut talk, "acquirer", |state| state["state"] == "signed_in");
    assert_eq!(state["open"]["count"], 0, "{point}: {state}");
    let recent = host.state().unwrap().recent;
    let traces: Vec<&String> = recent.iter().map(|one| &one.trace).filter(|trace| !trace.is_empty()).collect();
    let different: BTreeSet<&&String> = traces.iter().collect();
    assert_eq!(different.len(), traces.len(), "{point}: a trace went out twice: {traces:?}");
    assert!(traces.is_sorted(), "{point}: {traces:?}");
    assert_eq!(talk.ok("audit_verify", json!({}))["ok"], true, "{point}");
    false
}

#[test]
fn a_crash_around_every_commit_of_sign_in_and_settlement_loses_and_repeats_nothing() {
    let lanes: Vec<_> = ["before", "after"]
        .into_iter()
        .flat_map(|side| [1, 2].map(|first| (side, first)))
        .map(|(side, first)| {
            std::thread::spawn(move || {
                (first..MOST)
                    .step_by(2)
                    .find(|number| crash_at(&format!("{side}:{number}")))
                    .expect("the day has no end")
            })
        })
        .collect();
    let reached: Vec<u64> = lanes.into_iter().map(|lane| lane.join().unwrap()).collect();
    assert!(reached.iter().all(|last| *last > 8), "a day has more commits than that: {reached:?}");
}
