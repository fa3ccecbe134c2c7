//! Does a store hold exactly what the answers promised: every row, every derived row, the audit chain, the queues?

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use model::{Copy, Job, JobId, JobState, Outcome, Status, audit::GENESIS};
use redb::Key;
use store::{JobFilter, JobLine, Reader, Store, StoreError};

use crate::{
    derived,
    dump::{Dump, Row},
    ledger::Expected,
    operation::TERMINAL,
    shop,
};

type Finding = Result<(), String>;

fn same<T: PartialEq + Debug>(what: impl std::fmt::Display, found: &T, expected: &T) -> Finding {
    if found == expected { Ok(()) } else { Err(format!("{what}: found {found:?}, expected {expected:?}")) }
}

/// Compares a store, read through its own reader and as bare rows, with what it should hold.
pub fn inspect(store: &Store, dump: &Dump, expected: &Expected) -> Finding {
    let read = |error: StoreError| format!("reading: {error}");
    let reader = store.reader().map_err(read)?;
    derived_tables(dump, expected)?;
    numbers(dump, expected)?;
    keys(dump, expected)?;
    transactions(&reader, expected).map_err(read)??;
    jobs(&reader, expected).map_err(read)??;
    queues(&reader, expected).map_err(read)??;
    printers(&reader, expected).map_err(read)??;
    operators(&reader, expected).map_err(read)??;
    sign_in(&reader, expected).map_err(read)??;
    audit(&reader, expected).map_err(read)?
}

fn derived_tables(dump: &Dump, expected: &Expected) -> Finding {
    for (name, made) in derived::tables(expected) {
        let found: BTreeSet<Row> = dump.rows(name).into_iter().collect();
        let (over, missing) =
            (found.difference(&made).collect::<Vec<_>>(), made.difference(&found).collect::<Vec<_>>());
        if found != made {
            return Err(format!("{name}: {over:?} should not be there, {missing:?} should"));
        }
    }
    Ok(())
}

/// The numbers given out.
fn numbers(dump: &Dump, expected: &Expected) -> Finding {
    let mut numbers = BTreeMap::from([("schema", u64::from(store::SCHEMA))]);
    if expected.change > 0 {
        numbers.insert("change", expected.change);
        numbers.insert("transaction", expected.transactions.last_key_value().map_or(0, |(id, _)| id.0));
        numbers.insert("job", expected.jobs.last_key_value().map_or(0, |(id, _)| id.0));
        numbers.insert("queued_ms", u64::try_from(expected.queued_ms).unwrap());
    }
    let numbers = numbers.into_iter().map(|(name, n)| (name.into(), n.to_le_bytes().to_vec())).collect();
    same("meta-1", &dump.rows("meta-1").into_iter().collect::<BTreeMap<Vec<u8>, Vec<u8>>>(), &numbers)
}

/// The keys of the tables whose values the reader reads: no row is missing, none is over.
fn keys(dump: &Dump, expected: &Expected) -> Finding {
    fn check<K: Key>(dump: &Dump, table: &str, keys: Vec<K::SelfType<'_>>) -> Finding {
        let keys = keys.iter().map(|key| K::as_bytes(key).as_ref().to_vec()).collect::<BTreeSet<Vec<u8>>>();
        same(table, &dump.rows(table).into_iter().map(|(key, _)| key).collect(), &keys)
    }
    let mut records = Vec::new();
    for (id, row) in &expected.transactions {
        records.push((id.0, 0));
        if row.status == Status::Approved {
            records.push((id.0, 1));
        }
        if expected.jobs.values().any(|job| job.transaction == Some(*id)) {
            records.push((id.0, 2));
        }
    }
    check::<(u64, u8)>(dump, "records-1", records)?;
    check::<u64>(dump, "jobs-1", expected.jobs.keys().map(|id| id.0).collect())?;
    check::<u64>(dump, "papers-1", expected.papers.keys().map(|id| id.0).collect())?;
    check::<&str>(dump, "printers-1", expected.printers.keys().map(String::as_str).collect())?;
    // numbered without a gap, and no text twice
    let texts = dump.rows("texts-1");
    check::<u32>(dump, "texts-1", (0..u32::try_from(texts.len()).unwrap()).collect())?;
    let different: BTreeSet<&Vec<u8>> = texts.iter().map(|(_, text)| text).collect();
    same("texts that differ", &different.len(), &texts.len())
}

fn transactions(reader: &Reader, expected: &Expected) -> Result<Finding, StoreError> {
    for (id, row) in &expected.transactions {
        let found = [reader.transaction(*id)?, reader.by_source(&row.source, &row.source_id)?];
        if let Err(difference) = same(id, &found, &[Some(row.clone()), Some(row.clone())]) {
            return Ok(Err(difference));
        }
        let approved = row.status == Status::Approved;
        for copy in [Copy::Merchant, Copy::Customer] {
            let slip = approved.then(|| shop::slip(row, copy));
            if reader.document(*id, copy)? != slip {
                return Ok(Err(format!("{id}: the {copy} copy is another")));
            }
        }
        let of_it = || expected.jobs.values().filter(|job| job.transaction == Some(*id));
        let line = |job: &Job| {
            let copy = job.copy.unwrap();
            JobLine { job: job.id, copy, state: job.state, number: job.reprint_number }
        };
        if let Err(difference) = same(id, &reader.job_lines(*id)?, &of_it().map(line).collect()) {
            return Ok(Err(difference));
        }
    }
    Ok(Ok(()))
}

fn jobs(reader: &Reader, expected: &Expected) -> Result<Finding, StoreError> {
    let found = reader.jobs(&JobFilter::default(), None, 500)?;
    let newest_first: Vec<Job> = expected.jobs.values().rev().cloned().collect();
    if let Err(difference) = same("jobs", &found.rows, &newest_first) {
        return Ok(Err(difference));
    }
    for (id, document) in &expected.papers {
        if reader.job_document(*id)?.as_ref() != Some(document) {
            return Ok(Err(format!("{id}: its paper is another")));
        }
    }
    Ok(Ok(()))
}

/// Each line in the order of acceptance, with the right job first.
fn queues(reader: &Reader, expected: &Expected) -> Result<Finding, StoreError> {
    let ids = |jobs: Vec<Job>| jobs.into_iter().map(|job| job.id).collect::<Vec<JobId>>();
    let all = || expected.jobs.values();
    let printers: BTreeSet<&String> = all().map(|job| &job.printer).collect();
    for printer in printers {
        let in_line = || all().filter(|job| job.printer == *printer && job.state.waits());
        let first = in_line().find(|job| matches!(job.state, JobState::Queued | JobState::Blocked));
        let checks = same(printer, &ids(reader.waiting(printer)?), &in_line().map(|job| job.id).collect());
        let first = same(printer, &reader.peek(printer)?.map(|job| job.id), &first.map(|job| job.id));
        if let Err(difference) = checks.and(first) {
            return Ok(Err(difference));
        }
    }
    let sending = all().filter(|job| job.state == JobState::Sending).map(|job| job.id).collect();
    Ok(same("being sent", &ids(reader.interrupted()?), &sending))
}

fn operators(reader: &Reader, expected: &Expected) -> Result<Finding, StoreError> {
    Ok(same("operators", &reader.operators()?, &expected.operators.values().cloned().collect()))
}

fn sign_in(reader: &Reader, expected: &Expected) -> Result<Finding, StoreError> {
    let found = (reader.sign_in(TERMINAL)?, reader.sign_in_history(TERMINAL)?, reader.report(TERMINAL)?);
    let kept = expected.sign_in.as_deref().cloned();
    let kept = kept.map_or_else(Default::default, |(row, history, report)| (row, history, Some(report)));
    Ok(same("sign-in", &found, &kept))
}

fn printers(reader: &Reader, expected: &Expected) -> Result<Finding, StoreError> {
    for (name, state) in &expected.printers {
        if let Err(difference) = same(name, &reader.printer(name)?, state) {
            return Ok(Err(difference));
        }
    }
    Ok(Ok(()))
}

/// The chain holds from its first row, and each row says what it should.
fn audit(reader: &Reader, expected: &Expected) -> Result<Finding, StoreError> {
    let rows = reader.audit_from(1)?;
    let mut before = GENESIS.to_owned();
    for (seq, row) in (1..).zip(&rows) {
        if row.seq != seq || !row.follows(&before) {
            return Ok(Err(format!("audit row {seq} does not follow the one before it")));
        }
        before.clone_from(&row.hash);
    }
    let said: Vec<(String, Option<String>, Outcome)> =
        rows.into_iter().map(|row| (row.act, row.object, row.outcome)).collect();
    Ok(same("audit", &said, &expected.audit))
}
