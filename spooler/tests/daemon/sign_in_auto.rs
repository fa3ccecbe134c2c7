//! What the daemon does without being asked: one sign-in after A0, then diagnosis; and transactions that the payment terminal
//! reports by itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
};

use serde_json::{Value, json};
use shop::{
    Shop, Talk,
    acquirer::{MERCHANT, TERMINAL, host, sale, until},
};

/// A sale that is made now: one from before the sign-in says nothing of its keys.
fn made_now(number: u64, more: &Value) -> Value {
    let mut event = sale(number, "sale", 100, "000001", json!({ "time": shop::now().to_string() }));
    more.as_object().unwrap().iter().for_each(|(key, value)| event[key] = value.clone());
    event
}

fn declined(number: u64, code: &str) -> Value {
    made_now(number, &json!({ "status": "declined", "response_code": code }))
}

/// A shop that signs in by itself, just signed in by a person, so that the pauses begin anew.
fn fresh(host: &sim::acquirer::Running) -> (Shop, Talk) {
    let mut shop = Shop::closed("");
    shop.config(&shop.by_host(host.address(), ""));
    shop.start();
    let mut talk = shop.talk();
    until(&mut talk, "acquirer", |state| state["state"] == "signed_in");
    assert_eq!(talk.ok("sign_in", json!({}))["outcome"], "signed_in");
    (shop, talk)
}

fn sign_ins(host: &sim::acquirer::Running) -> u64 {
    host.state().unwrap().terminals[0].sign_ins
}

fn conclusion(talk: &mut Talk) -> Value {
    talk.ok("diagnose", json!({ "id": "sign-in" }))["rows"].as_array().unwrap().last().unwrap().clone()
}

#[test]
fn after_a0_the_daemon_signs_in_once_and_then_names_the_cause_instead() {
    for (good, cause, also) in
        [(true, "duplicate_terminal", "mac_mismatch"), (false, "mac_mismatch", "duplicate_terminal")]
    {
        let host = host();
        let (_shop, mut talk) = fresh(&host);
        if good {
            talk.ok("record", made_now(1, &json!({})));
        }
        let before = sign_ins(&host);
        talk.ok("record", declined(2, "A0"));
        let state = until(&mut talk, "acquirer", |state| {
            state["state"] == "signed_in" && state["history"][0]["automatic"] == true
        });
        assert_eq!(sign_ins(&host), before + 1, "{state}");

        talk.ok("record", declined(3, "A0"));
        let state = until(&mut talk, "acquirer", |state| state["state"] == "signed_out");
        assert_eq!(state["cause"], cause, "{state}");
        // the echo goes through the same hands, so whatever was to be done before it is done
        talk.ok("echo", json!({}));
        talk.ok("record", declined(4, "A0"));
        talk.ok("echo", json!({}));
        assert_eq!(sign_ins(&host), before + 1, "one was enough");
        let found = conclusion(&mut talk);
        assert_eq!((&found["cause"], &found["candidates"]), (&json!(cause), &json!([also])), "{found}");
        assert_eq!(found["measured"]["code"], "sale_code", "{found}");

        assert_eq!(talk.ok("sign_in", json!({}))["outcome"], "signed_in", "a person may always");
        assert_eq!(conclusion(&mut talk)["cause"], Value::Null);
    }
}

/// Fields of a record in their order and width (facts: MISPOS, 148 bytes); Chinese text as GBK.
fn record(code: &str, voucher: &str, amount: u64, text: &[u8], check: &[u8]) -> Vec<u8> {
    let now = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(8)));
    let mut text = text.to_vec();
    text.resize(40, b' ');
    let mut record = format!("{code:<2}{:<4}{:<20}{voucher:<6}{amount:012}", "BANK", "622202******0123").into_bytes();
    record.extend(text);
    let time = now.strftime("%m%d%H%M%S").to_string();
    record.extend(format!("{MERCHANT:<15}{TERMINAL:<8}000001{time}{:<12}{:<6}{:<4}", "REF000000001", "", "").bytes());
    record.extend(check);
    assert_eq!(record.len(), 148);
    record
}

fn framed(record: &[u8]) -> Vec<u8> {
    let digits = format!("{:04}", record.len());
    let bcd = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    let mut body = vec![bcd(0), bcd(2)];
    body.extend(record);
    body.push(0x03);
    let lrc = body.iter().fold(0, |sum, byte| sum ^ byte);
    let mut frame = vec![0x02];
    frame.extend(body);
    frame.push(lrc);
    frame
}

fn byte(line: &mut TcpStream) -> u8 {
    let mut byte = [0];
    line.read_exact(&mut byte).unwrap();
    byte[0]
}

/// A terminal that reports two payments before it answers a sign-in, the second of them twice, and one thing that is none.
fn talkative(listener: &TcpListener) {
    let (mut line, _) = listener.accept().unwrap();
    // STX, length, 59 bytes, ETX, LRC
    let mut asked = [0; 64];
    line.read_exact(&mut asked).unwrap();
    let check = asked[59..62].to_vec();
    line.write_all(&[0x06]).unwrap();
    let sale = b"\xCF\xFB\xB7\xD1";
    let told = [
        record("00", "000041", 8850, sale, b"000"),
        record("51", "000042", 100, sale, b"000"),
        record("51", "000042", 100, sale, b"000"),
        record("00", "", 0, b"", b"000"),
        record("00", "", 0, b"", &check),
    ];
    for record in told {
        line.write_all(&framed(&record)).unwrap();
        assert_eq!(byte(&mut line), 0x06, "each is acknowledged");
    }
}

#[test]
fn payments_that_the_terminal_reports_by_itself_become_events_once_each() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let terminal = std::thread::spawn(move || talkative(&listener));
    let mut shop = Shop::closed("");
    shop.config(&format!(
        "[acquirer]\nvia = \"terminal\"\necr = \"tcp://{address}\"\nterminal_id = \"{TERMINAL}\"\n\
         merchant_id = \"{MERCHANT}\"\nresponse_timeout = \"10s\"\nauto_sign_in = false\n"
    ));
    shop.start();
    let mut talk = shop.talk();
    let answer = talk.ok("sign_in", json!({}));
    assert_eq!(answer["outcome"], "signed_in", "{answer} {}", shop.log());
    terminal.join().unwrap();
    let rows = until(&mut talk, "transactions", |page| page["rows"].as_array().unwrap().len() >= 2)["rows"].clone();
    let mut told: Vec<(Value, Value, Value, Value)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["voucher"].clone(), row["amount"].clone(), row["status"].clone(), row["source"].clone()))
        .collect();
    told.sort_by_key(|row| row.0.to_string());
    let source = json!("terminal");
    assert_eq!(
        told,
        [
            (json!("000041"), json!(8850), json!("approved"), source.clone()),
            (json!("000042"), json!(100), json!("declined"), source),
        ]
    );
    assert_eq!(talk.ok("acquirer", json!({}))["open"], json!({ "count": 1, "amount": 8850 }), "they are in the batch");
}
