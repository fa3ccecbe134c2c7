//! The one registry of tables: name, key and value of each. Migration, backup and verify go through [`TABLES`].
//!
//! A table whose layout changes gets a new number in its name and a migration; a name is never used again.

use redb::{ReadTransaction, ReadableTableMetadata, TableDefinition, WriteTransaction};

use crate::error::StoreError;

/// Small whole numbers by name: `schema`, and the last change, transaction id, job id and queue time given out.
pub(crate) const META: TableDefinition<'static, &str, u64> = TableDefinition::new("meta-1");

/// (transaction id, part) → part 0: `TransactionV1`; 1: `DocumentsV1`, all its copies; 2: `HistoryV1`, its jobs.
/// One table, so that what is written together lies together.
pub(crate) const RECORDS: TableDefinition<'static, (u64, u8), &[u8]> = TableDefinition::new("records-1");

/// (hash of source and source_id, transaction id) → nothing. Equal hashes are told apart on the row.
pub(crate) const SOURCES: TableDefinition<'static, (u64, u64), ()> = TableDefinition::new("sources-1");

/// (event time, transaction id) → the packed filter record (`packed.rs`), so that a scan needs no rows.
pub(crate) const BY_TIME: TableDefinition<'static, (u64, u64), &[u8; 10]> = TableDefinition::new("by-time-1");

/// The lists of [`PARTIAL`].
pub(crate) const UNPRINTED: u8 = 1;
pub(crate) const UNKNOWN: u8 = 2;
pub(crate) const QUESTION: u8 = 3;

/// (list: 1 unprinted, 2 unknown; event time; transaction id) → nothing. Only transactions that are so now.
/// (list: 3 question; time of the end; job id) → nothing. Only jobs that a person is asked about now (`questions.rs`).
pub(crate) const PARTIAL: TableDefinition<'static, (u8, u64, u64), ()> = TableDefinition::new("partial-1");

/// Epoch, tag, word, rest of the event time, transaction id (`index.rs`) → nothing.
pub(crate) const INDEX: TableDefinition<'static, &[u8; 22], ()> = TableDefinition::new("index-1");

/// Number → text: texts that recur on slips, so that documents name them by number.
pub(crate) const TEXTS: TableDefinition<'static, u32, &str> = TableDefinition::new("texts-1");

/// Job id → `JobV1`.
pub(crate) const JOBS: TableDefinition<'static, u64, &[u8]> = TableDefinition::new("jobs-1");

/// Job id → `DocumentsV1` of a job without transaction: a report, a test page.
pub(crate) const PAPERS: TableDefinition<'static, u64, &[u8]> = TableDefinition::new("papers-1");

/// (printer, job id) → state code, for jobs that wait or are being sent.
pub(crate) const QUEUE: TableDefinition<'static, (&str, u64), u8> = TableDefinition::new("queue-1");

/// Printer → `PrinterV1` or `PrinterV2`: its pairing, and whether a person paused it.
pub(crate) const PRINTERS: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("printers-1");

/// Operator id → `OperatorV1`. Since schema 2.
pub(crate) const OPERATORS: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("operators-1");

/// (terminal number, part) → part 0: `SignInV2`; 1: `SignInHistoryV2`, its last requests; 2: `DocumentsV1`, its last
/// settlement report. Since schema 3.
pub(crate) const SIGN_IN: TableDefinition<'static, (&str, u8), &[u8]> = TableDefinition::new("sign-in-1");

/// (business day as yyyymmdd, kind, method, status, currency) → (count, amount in minor units).
pub(crate) const TOTALS: TableDefinition<'static, DaySort, (u64, u64)> = TableDefinition::new("totals-1");

/// Day, kind, method, status, currency.
type DaySort = (i32, u8, u8, u8, &'static [u8; 3]);

/// Sequence number from 1 → `AuditV1` or `AuditV2`.
pub(crate) const AUDIT: TableDefinition<'static, u64, &[u8]> = TableDefinition::new("audit-1");

/// One table of the registry, for whoever walks them all.
#[derive(Clone, Copy)]
pub struct Table {
    pub name: &'static str,
    pub key: &'static str,
    pub value: &'static str,
    /// True if it can be made again from the others.
    pub derived: bool,
    pub(crate) create: fn(&WriteTransaction) -> Result<(), StoreError>,
    pub(crate) rows: fn(&ReadTransaction) -> Result<u64, StoreError>,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} -> {}", self.name, self.key, self.value)
    }
}

macro_rules! table {
    ($definition:ident, $name:literal, $key:literal, $value:literal, derived: $derived:literal) => {
        Table {
            name: $name,
            key: $key,
            value: $value,
            derived: $derived,
            create: |txn| Ok(txn.open_table($definition).map(drop)?),
            rows: |txn| Ok(txn.open_table($definition)?.len()?),
        }
    };
}

/// Every table of the file.
pub const TABLES: &[Table] = &[
    table!(META, "meta-1", "name", "whole number", derived: false),
    table!(RECORDS, "records-1", "transaction, part", "TransactionV1, DocumentsV1 or HistoryV1", derived: false),
    table!(SOURCES, "sources-1", "hash of source and source_id, transaction", "nothing", derived: true),
    table!(BY_TIME, "by-time-1", "event time, transaction", "packed filter record", derived: true),
    table!(PARTIAL, "partial-1", "list, time, transaction or job", "nothing", derived: true),
    table!(INDEX, "index-1", "epoch, tag, word, event time, transaction", "nothing", derived: true),
    table!(TEXTS, "texts-1", "number", "text", derived: false),
    table!(JOBS, "jobs-1", "job", "JobV1", derived: false),
    table!(PAPERS, "papers-1", "job", "DocumentsV1", derived: false),
    table!(QUEUE, "queue-1", "printer, job", "state code", derived: true),
    table!(PRINTERS, "printers-1", "printer", "PrinterV1 or PrinterV2", derived: false),
    table!(TOTALS, "totals-1", "day, kind, method, status, currency", "count, amount", derived: true),
    table!(OPERATORS, "operators-1", "operator", "OperatorV1", derived: false),
    table!(SIGN_IN, "sign-in-1", "terminal, part", "SignInV2, SignInHistoryV2 or DocumentsV1", derived: false),
    table!(AUDIT, "audit-1", "sequence number", "AuditV1 or AuditV2", derived: false),
];

/// The event time as it stands in keys: milliseconds since 1970 moved so that the earliest moment is 0.
pub(crate) fn time_key(unix_ms: i64) -> u64 {
    u64::try_from(unix_ms.saturating_add(EARLIEST_MS)).unwrap_or(0)
}

/// The milliseconds behind a time key.
pub(crate) fn time_ms(key: u64) -> i64 {
    i64::try_from(key).unwrap_or(i64::MAX).saturating_sub(EARLIEST_MS)
}

/// The first moment that `model::Moment` can hold, in milliseconds before 1970.
const EARLIEST_MS: i64 = 62_135_500_000_000;

#[cfg(test)]
mod tests {
    use redb::TableHandle as _;

    use super::*;

    #[test]
    fn the_registry_names_each_table_once_and_as_it_is() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let database = redb::Database::create(file.path()).unwrap();
        let txn = database.begin_write().unwrap();
        for table in TABLES {
            (table.create)(&txn).unwrap();
        }
        let mut made: Vec<String> = txn.list_tables().unwrap().map(|t| t.name().to_owned()).collect();
        let mut named: Vec<&str> = TABLES.iter().map(|t| t.name).collect();
        made.sort();
        named.sort_unstable();
        assert_eq!(made, named);
    }

    #[test]
    fn time_keys_keep_the_order_of_time() {
        let moments = [i64::MIN, -1, 0, 1_795_000_000_000, i64::MAX].map(|ms| model::Moment::new(ms, 0).unix_ms());
        let keys = moments.map(time_key);
        assert!(keys.is_sorted());
        assert_eq!(keys.map(time_ms), moments);
    }
}
