//! 红梅便利店 on the 20th of November 2026, five past two.

use model::{Job, JobId, JobState, Moment, TransactionId};
use protocol::{PrinterRow, Total, TransactionRow};
use serde_json::{Value, json};

pub(crate) fn now() -> Moment {
    Moment::parse("2026-11-20T14:05:00.000+08:00").unwrap()
}

pub(crate) fn id(number: u64) -> TransactionId {
    TransactionId(0x01A2_0000_0000 + number)
}

/// One payment; `more` replaces and adds keys.
pub(crate) fn payment(number: u64, time: &str, more: Value) -> TransactionRow {
    let mut row = json!({
        "id": id(number), "recorded_at": format!("{time}.120+08:00"), "change": number, "source": "pos1",
        "source_id": format!("20261120-{number:04}"), "kind": "sale", "amount": 3500, "currency": "CNY",
        "time": format!("{time}+08:00"), "status": "approved", "method": "wechat", "voucher": format!("{number:06}"),
        "batch": "000031", "operator": "02", "prints": 1, "unprinted": false,
    });
    for (key, value) in more.as_object().unwrap() {
        row[key] = value.clone();
    }
    serde_json::from_value(row).unwrap()
}

/// Sixty payments, newest first.
pub(crate) fn payments() -> Vec<TransactionRow> {
    let mut rows = vec![
        payment(
            132,
            "2026-11-20T14:02:41",
            json!({ "method": "card", "amount": 12800, "card": "622202******1234", "card_kind": "debit",
            "entry_mode": "tap", "issuer": "工商银行", "reference": "140241884213", "authorization": "384211",
            "terminal_id": "12345678", "merchant_id": "898110012345678", "acquirer": "示例收单", "order": "HM202611200132",
            "items": [{"name": "农夫山泉 550ml", "quantity": 3, "amount": 600},
                      {"name": "五常大米 5kg", "quantity": 1, "amount": 12200}] }),
        ),
        payment(131, "2026-11-20T13:58:10", json!({ "amount": 1250, "trade": "4200002419202611201234567890" })),
        payment(
            130,
            "2026-11-20T13:51:02",
            json!({ "method": "alipay", "amount": 8850, "prints": 0, "unprinted": true }),
        ),
        payment(
            129,
            "2026-11-20T13:40:33",
            json!({ "method": "card", "amount": 45000, "status": "unknown", "card": "621700******8801", "prints": 0 }),
        ),
        payment(
            128,
            "2026-11-20T13:22:09",
            json!({ "kind": "refund", "method": "card", "amount": 12800, "card": "622202******1234", "prints": 2,
            "original": "140241884100" }),
        ),
        payment(127, "2026-11-20T13:05:50", json!({ "method": "ecny", "amount": 990 })),
        payment(
            126,
            "2026-11-20T12:58:00",
            json!({ "method": "card", "amount": 128_000, "card": "625099******0126", "card_kind": "credit",
            "status": "declined", "response_code": "51", "prints": 0 }),
        ),
        payment(125, "2026-11-20T12:41:17", json!({ "method": "cash", "amount": 2000, "prints": 0 })),
        payment(
            124,
            "2026-11-20T12:30:00",
            json!({ "kind": "preauth_complete", "method": "card", "amount": 98_765_432, "card": "622848******5566" }),
        ),
        payment(123, "2026-11-20T12:11:11", json!({ "method": "unionpay_qr", "amount": 123_400 })),
    ];
    for back in 0..50u64 {
        let (hour, minute) = (11 - back / 12 % 4, 59 - back % 12 * 4);
        let day = 20 - back / 48;
        let method = ["wechat", "alipay", "card", "wechat", "unionpay_qr"][usize::try_from(back % 5).unwrap()];
        let mut more = json!({ "method": method, "amount": 500 + back * 735 % 20_000 });
        if method == "card" {
            more["card"] = json!(format!("622202******{:04}", 2000 + back * 37));
        }
        rows.push(payment(122 - back, &format!("2026-11-{day:02}T{hour:02}:{minute:02}:07"), more));
    }
    rows
}

pub(crate) fn totals() -> Vec<Total> {
    serde_json::from_value(json!([
        { "kind": "sale", "method": "card", "currency": "CNY", "count": 18, "amount": 1_286_450 },
        { "kind": "refund", "method": "card", "currency": "CNY", "count": 1, "amount": 12_800 },
        { "kind": "sale", "method": "wechat", "currency": "CNY", "count": 61, "amount": 402_315 },
        { "kind": "sale", "method": "alipay", "currency": "CNY", "count": 24, "amount": 177_700 },
        { "kind": "void", "method": "alipay", "currency": "CNY", "count": 2, "amount": 5_600 },
        { "kind": "sale", "method": "unionpay_qr", "currency": "CNY", "count": 5, "amount": 31_990 },
        { "kind": "sale", "method": "ecny", "currency": "CNY", "count": 2, "amount": 1_980 },
        { "kind": "sale", "method": "cash", "currency": "CNY", "count": 9, "amount": 14_350 },
        { "kind": "preauth", "method": "card", "currency": "CNY", "count": 1, "amount": 100_000 },
    ]))
    .unwrap()
}

pub(crate) fn printer(name: &str, more: Value) -> PrinterRow {
    let mut row = json!({
        "name": name, "connection": "tcp://192.168.1.50:9100", "profile": "generic-80", "columns": 48,
        "state": "ready", "cause": null, "since": "2026-11-20T08:30:00.000+08:00", "near_end": false,
        "proof": "in_order_reply", "proof_since": "2026-11-01T08:00:00.000+08:00",
        "waiting": { "queued": 0, "blocked": 0, "held": 0, "expired": 0, "sending": 0 },
        "job": null, "last_good_print": "2026-11-20T14:02:45.000+08:00", "paused": false,
        "conditions": conditions(json!({})),
        "identity": { "maker": "EPSON", "model": "TM-T88V", "firmware": "30.14 ESC/POS", "serial": "J6DF012345",
        "font": "CHINA GB18030" },
        "counters": { "lines": 3_280_400, "cuts": 18_213, "hours": 9_120 },
        "proof_detail": "100 mm fed, the reply came 712 ms behind the query: it waits for the paper",
    });
    for (key, value) in more.as_object().unwrap() {
        row[key] = value.clone();
    }
    serde_json::from_value(row).unwrap()
}

/// What a printer says of itself: all is well, but for `more`.
pub(crate) fn conditions(more: Value) -> Value {
    let mut told = json!({
        "online": true, "paper": "present", "cover_open": false, "cutter_error": false, "head_overheated": false,
        "unrecoverable": false, "recoverable": false, "feeding": false, "drawer_high": false,
    });
    for (key, value) in more.as_object().unwrap() {
        told[key] = value.clone();
    }
    told
}

/// A job of the customer's copy of a transaction.
pub(crate) fn job(number: u64, of: u64, state: JobState, more: Value) -> Job {
    let ended = state.ended();
    let evidence = match state {
        JobState::Confirmed => {
            json!([{ "at": "2026-11-20T14:02:45.000+08:00", "grade": "in_order_reply", "detail": "segment 3 of 3" }])
        }
        _ => json!([]),
    };
    let mut row = json!({
        "id": JobId(number), "kind": "receipt", "transaction": id(of), "copy": "customer", "reprint_number": 0,
        "printer": "front", "printed_on": if state.waits() { Value::Null } else { json!("front") }, "state": state,
        "cause": null, "evidence": evidence, "queued_at": "2026-11-20T14:02:42.000+08:00",
        "finished_at": if ended { json!("2026-11-20T14:02:45.000+08:00") } else { Value::Null }, "attempts": 1,
        "bytes": 1480, "change": 500 + number, "segments": 3, "proven": if ended { 3 } else { 0 }, "rendered": null,
        "operator": "02", "approver": null, "reason": null,
    });
    for (key, value) in more.as_object().unwrap() {
        row[key] = value.clone();
    }
    serde_json::from_value(row).unwrap()
}
