//! Every derived table made again from transactions and jobs, by the description in the registry and not by the store's
//! own code: what stands in the file must be exactly this.

use std::collections::{BTreeMap, BTreeSet};

use model::{Cause, Copy, Job, JobKind, JobState, Status, Transaction};
use redb::Value;

use crate::{
    dump::{DaySort, Row},
    ledger::Expected,
};

/// The earliest moment of a key, in milliseconds before 1970.
const EARLIEST_MS: i64 = 62_135_500_000_000;

fn bytes<V: Value>(value: &V::SelfType<'_>) -> Vec<u8> {
    V::as_bytes(value).as_ref().to_vec()
}

fn key_of(unix_ms: i64) -> u64 {
    u64::try_from(unix_ms + EARLIEST_MS).unwrap()
}

fn time(t: &Transaction) -> u64 {
    key_of(t.time.unix_ms())
}

/// FNV-1a, 64 bits.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

fn lower(text: &str) -> u64 {
    hash(&text.to_ascii_lowercase())
}

/// The derived tables by name, rows as they stand in the file, in no order.
pub fn tables(expected: &Expected) -> BTreeMap<&'static str, BTreeSet<Row>> {
    let transactions = || expected.transactions.values();
    let jobs: Vec<&Job> = expected.jobs.values().collect();
    let mut tables = BTreeMap::new();
    let source = |t: &Transaction| (hash(&format!("{} {}", t.source, t.source_id)), t.id.0);
    tables.insert("sources-1", transactions().map(|t| (bytes::<(u64, u64)>(&source(t)), Vec::new())).collect());
    let by_time = |t: &Transaction| (bytes::<(u64, u64)>(&(time(t), t.id.0)), packed(t));
    tables.insert("by-time-1", transactions().map(by_time).collect());
    tables.insert(
        "partial-1",
        transactions().flat_map(|t| partial(t, &jobs)).chain(jobs.iter().filter_map(|j| question(j))).collect(),
    );
    tables.insert("index-1", transactions().flat_map(index).map(|key| (key, Vec::new())).collect());
    let open = jobs.iter().filter(|job| !job.state.ended());
    let place = |job: &&Job| (bytes::<(&str, u64)>(&(job.printer.as_str(), job.id.0)), vec![job.state.code()]);
    tables.insert("queue-1", open.map(place).collect());
    tables.insert("totals-1", totals(expected));
    tables
}

/// Kind, method, status, amount in five bytes, hash of the operator in two.
fn packed(t: &Transaction) -> Vec<u8> {
    let operator = t.operator.as_deref().map_or(0, |name| ((lower(name) & 0xFFFF) as u16).max(1));
    let mut bytes = vec![t.kind.code(), t.method.code(), t.status.code()];
    bytes.extend(&t.amount.get().to_be_bytes()[3..]);
    bytes.extend(operator.to_be_bytes());
    bytes
}

/// List 1: a copy was asked for and cannot have come out; list 2: the outcome is unknown.
fn partial(t: &Transaction, jobs: &[&Job]) -> Vec<Row> {
    let of = |copy: Copy| jobs.iter().filter(move |job| job.transaction == Some(t.id) && job.copy == Some(copy));
    let missing = |copy: Copy| of(copy).next().is_some() && !of(copy).any(|job| job.state.may_be_out());
    let unprinted = Copy::ALL.iter().any(|copy| missing(*copy));
    let lists = [(1, unprinted), (2, t.status == Status::Unknown)];
    let key = |list: u8| bytes::<(u8, u64, u64)>(&(list, time(t), t.id.0));
    lists.into_iter().filter(|(_, stands)| *stands).map(|(list, _)| (key(list), Vec::new())).collect()
}

/// List 3: a slip that ended in doubt although proof was expected.
fn question(job: &Job) -> Option<Row> {
    let slip = matches!(job.kind, JobKind::Receipt | JobKind::Reprint | JobKind::Report);
    let doubtful = matches!(job.state, JobState::Unconfirmed | JobState::Partial) && job.cause != Some(Cause::NoStatus);
    let ended = job.finished_at.filter(|_| slip && doubtful)?;
    Some((bytes::<(u8, u64, u64)>(&(3, key_of(ended.unix_ms()), job.id.0)), Vec::new()))
}

/// Epoch (3 bytes), tag, word (6), rest of the event time (4), transaction (8).
fn index(t: &Transaction) -> Vec<Vec<u8>> {
    let mut words: Vec<(u8, Vec<u8>)> = Vec::new();
    if let Some(card) = &t.card {
        words.push((1, card.last_four().bytes().collect()));
    }
    if let Some(number) = t.voucher.as_ref().filter(|v| v.len() <= 6).and_then(|v| v.parse::<u32>().ok()) {
        words.push((2, number.to_be_bytes().to_vec()));
    }
    for (tag, text) in [(3, &t.reference), (4, &t.authorization)] {
        words.extend(text.as_ref().map(|text| (tag, lower(text).to_be_bytes().to_vec())));
    }
    for (tag, text) in [(5, &t.order), (6, &t.trade)] {
        words.extend(text.as_ref().map(|text| (tag, text.to_ascii_lowercase().bytes().rev().collect())));
    }
    words.push((7, t.amount.get().to_be_bytes()[2..].to_vec()));
    let time = time(t).to_be_bytes();
    let key = |(tag, mut word): (u8, Vec<u8>)| {
        word.resize(6, 0);
        [&time[1..4], &[tag], &word, &time[4..], &t.id.0.to_be_bytes()].concat()
    };
    words.into_iter().map(key).collect()
}

/// The shift counts each transaction in the day of its own time.
fn totals(expected: &Expected) -> BTreeSet<Row> {
    let mut totals: BTreeMap<Vec<u8>, (u64, u64)> = BTreeMap::new();
    for t in expected.transactions.values() {
        let date = t.time.wall().date();
        let day = i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day());
        let currency: [u8; 3] = t.currency.as_str().as_bytes().try_into().unwrap();
        let sort = (day, t.kind.code(), t.method.code(), t.status.code(), &currency);
        let total = totals.entry(bytes::<DaySort>(&sort)).or_default();
        *total = (total.0 + 1, total.1 + t.amount.get());
    }
    totals.into_iter().map(|(sort, total)| (sort, bytes::<(u64, u64)>(&total))).collect()
}
