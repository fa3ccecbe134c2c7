//! What a connection answers to whatever is said on it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::io::Write;

use proptest::prelude::*;
use serde_json::json;
use shop::{Shop, Talk, event};

#[test]
fn hello_comes_first_and_is_answered_in_kind() {
    let shop = Shop::open("");
    let mut talk = Talk::silent(&shop.socket());
    talk.send(r#"{"id":5,"status":{}}"#);
    let refused = talk.line();
    assert_eq!((&refused["id"], &refused["error"]["reason"]), (&json!(5), &json!("hello_missing")), "{refused}");
    talk.send(r#"{"hello":{"program":"t","version":"0","protocol":1}}"#);
    assert_eq!(talk.line()["hello"]["program"], "counterfoil-spooler");
    assert!(talk.ok("status", json!({}))["version"].is_string());
}

#[test]
fn another_protocol_is_refused_and_the_connection_closed() {
    let shop = Shop::open("");
    let mut talk = Talk::silent(&shop.socket());
    talk.send(r#"{"hello":{"program":"t","version":"9","protocol":2}}"#);
    let refused = talk.line();
    assert_eq!(refused["error"]["reason"], "other_protocol");
    assert_eq!(talk.rest(), "");
}

#[test]
fn nonsense_is_answered_and_the_connection_goes_on() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    talk.send("this is not JSON");
    assert_eq!(talk.line()["error"]["reason"], "not_json");
    talk.raw(b"\xff\xfe\n");
    assert_eq!(talk.line()["error"]["reason"], "not_json");
    let unknown = talk.error("make_coffee", json!({}));
    assert_eq!((&unknown["kind"], &unknown["reason"]), (&json!("invalid"), &json!("unknown_verb")));
    let bad = talk.error("transactions", json!({ "limits": 5 }));
    assert_eq!((&bad["reason"], &bad["subject"]), (&json!("bad_key"), &json!("limits")));
    assert_eq!(talk.error("transactions", json!({ "limit": 501 }))["subject"], "limit");
    assert_eq!(talk.error("transactions", json!({ "after": "nonsense" }))["subject"], "after");
    talk.ok("status", json!({}));
}

#[test]
fn a_line_over_the_limit_is_answered_too_large_and_beyond_four_mebibytes_closed() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    talk.send(&"x".repeat(100_000));
    assert_eq!(talk.line()["error"]["kind"], "too_large");
    talk.ok("status", json!({}));
    let long = "x".repeat(5 * 1024 * 1024);
    // the daemon may close before all of it is written
    let _ = talk.reader.get_mut().write_all(long.as_bytes());
    assert_eq!(talk.line()["error"]["kind"], "too_large");
    assert_eq!(talk.rest(), "");
    shop.talk().ok("status", json!({}));
}

#[test]
fn the_sixty_fifth_connection_is_told_busy_and_finds_room_when_one_left() {
    let shop = Shop::open("");
    let mut talks: Vec<Talk> = (0..64).map(|_| shop.talk()).collect();
    let mut late = Talk::silent(&shop.socket());
    assert_eq!(late.line()["error"]["kind"], "busy");
    assert_eq!(late.rest(), "");
    talks.pop();
    // the daemon notices the end of a connection in its own time
    let mut again = Talk::silent(&shop.socket());
    for _ in 0..1000 {
        let _ = writeln!(again.reader.get_mut(), r#"{{"hello":{{"program":"t","version":"0","protocol":1}}}}"#);
        if again.line()["hello"].is_object() {
            return;
        }
        again = Talk::silent(&shop.socket());
    }
    panic!("the place was never free again");
}

#[test]
fn requests_sent_at_once_are_answered_in_order_and_each_sees_what_came_before() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    let mut lines = String::new();
    for n in 1..=400 {
        lines += &format!(
            "{}\n{}\n",
            json!({ "id": 2 * n, "record": event(n) }),
            json!({ "id": 2 * n + 1, "transactions": { "search": n.to_string(), "limit": 500 } })
        );
    }
    let mut sender = talk.reader.get_ref().try_clone().unwrap();
    let writing = std::thread::spawn(move || sender.write_all(lines.as_bytes()).unwrap());
    for n in 1..=400_u64 {
        let recorded = talk.line();
        assert_eq!(recorded["id"], 2 * n, "{recorded}");
        let found = talk.line();
        assert_eq!(found["id"], 2 * n + 1, "{found}");
        let rows = found["ok"]["rows"].as_array().unwrap();
        assert!(rows.iter().any(|row| row["id"] == recorded["ok"]["id"]), "{n}: {found}");
    }
    writing.join().unwrap();
}

#[test]
fn who_stops_sending_still_gets_all_answers() {
    let shop = Shop::open("");
    let mut talk = shop.talk();
    for n in 1..=50 {
        talk.send(&json!({ "id": n, "record": event(n) }).to_string());
    }
    talk.reader.get_ref().shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(talk.rest().lines().count(), 50);
}

#[test]
fn a_last_line_without_its_newline_counts_and_half_a_line_is_answered_and_records_nothing() {
    let shop = Shop::open("");
    let line = json!({ "id": 7, "record": event(7) }).to_string();
    let last_words = |words: &str| {
        let mut talk = shop.talk();
        talk.raw(words.as_bytes());
        talk.reader.get_ref().shutdown(std::net::Shutdown::Write).unwrap();
        talk.line()
    };
    assert_eq!(last_words(&line[..line.len() / 2])["error"]["reason"], "not_json");
    assert_eq!(shop.talk().ok("transactions", json!({}))["rows"], json!([]));
    let recorded = last_words(&line);
    assert_eq!((&recorded["id"], &recorded["ok"]["duplicate"]), (&json!(7), &json!(false)), "{recorded}");
}

#[test]
fn a_reader_that_sleeps_holds_up_nobody_else() {
    let shop = Shop::open("");
    let mut sleeper = shop.talk();
    for n in 1..=40 {
        sleeper.record(n);
    }
    let asked = json!({ "id": 1, "transactions": { "limit": 500 } }).to_string() + "\n";
    let stream = sleeper.reader.get_ref();
    stream.set_nonblocking(true).unwrap();
    // until the daemon takes no more
    while (&*stream).write_all(asked.as_bytes()).is_ok() {}
    let mut other = shop.talk();
    other.record(1000);
    assert!(other.ok("status", json!({}))["rss_bytes"].as_u64().unwrap() < 200 * 1024 * 1024);
}

#[test]
fn whatever_bytes_come_the_daemon_goes_on() {
    let shop = Shop::open("");
    let socket = shop.socket();
    let verbs = prop::sample::select(vec![
        "record",
        "transactions",
        "show",
        "receipt",
        "reprint",
        "jobs",
        "job_show",
        "printers",
        "status",
        "overview",
        "subscribe",
        "log_on",
        "log_off",
        "setup",
        "operators",
        "operators_add",
        "operators_set_pin",
        "audit",
        "audit_verify",
        "audit_export",
        "hello",
        "x",
    ]);
    let keys = prop::sample::select(vec![
        "id",
        "search",
        "limit",
        "after",
        "copy",
        "width",
        "format",
        "last",
        "wait",
        "source",
        "amount",
        "items",
        "pin",
        "operator",
        "approver",
        "approver_pin",
        "new_pin",
        "role",
        "since",
        "",
    ]);
    let values = prop::sample::select(vec![
        "null",
        "0",
        "-1",
        "18446744073709551616",
        "1e400",
        "\"\"",
        "\"\\u0000\"",
        "[]",
        "{}",
        "[[[[]]]]",
        "true",
        "\"中\"",
    ]);
    let line = (verbs, prop::collection::vec((keys, values), 0..4)).prop_map(|(verb, body)| {
        let body: Vec<String> = body.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        format!("{{\"id\":1,\"{verb}\":{{{}}}}}\n", body.join(",")).into_bytes()
    });
    let bytes = prop::collection::vec(prop_oneof![line, prop::collection::vec(any::<u8>(), 0..200)], 0..20);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 150, ..ProptestConfig::default() });
    runner
        .run(&(bytes, any::<bool>()), |(pieces, greeted)| {
            let mut talk = if greeted { Talk::to(&socket) } else { Talk::silent(&socket) };
            let _ = talk.reader.get_mut().write_all(&pieces.concat());
            drop(talk);
            let status = Talk::to(&socket).ok("status", json!({}));
            prop_assert!(status["change"].is_number());
            Ok(())
        })
        .unwrap();
}
