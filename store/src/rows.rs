//! Reading one row of a table, the same for snapshots and for the writer's own transaction.

use model::{AuditRow, Copy, Document, Job, JobId, JobState, Transaction, TransactionId};
use redb::ReadableTable;

use crate::{
    error::StoreError,
    packed,
    record::{
        AuditV2, DocumentsV1, History, HistoryV1, JobV1, OperatorRow, OperatorV1, PrinterState, PrinterV2, Record as _,
        StoredTransaction, TransactionV1,
    },
};

/// The parts of a transaction's record.
pub(crate) const ROW: u8 = 0;
pub(crate) const DOCUMENTS: u8 = 1;
pub(crate) const HISTORY: u8 = 2;

pub(crate) fn stored(
    records: &impl ReadableTable<(u64, u8), &'static [u8]>,
    id: TransactionId,
) -> Result<Option<StoredTransaction>, StoreError> {
    let Some(guard) = records.get((id.0, ROW))? else { return Ok(None) };
    TransactionV1::decode(guard.value(), id)?.into_stored(id).map(Some)
}

/// The row that an index entry names; that it is missing is damage.
pub(crate) fn indexed(
    records: &impl ReadableTable<(u64, u8), &'static [u8]>,
    id: TransactionId,
) -> Result<Transaction, StoreError> {
    let missing = || StoreError::Damaged {
        table: TransactionV1::TABLE,
        key: id.to_string(),
        what: "an index names it and it is not there".to_owned(),
    };
    Ok(stored(records, id)?.ok_or_else(missing)?.transaction)
}

pub(crate) fn history(
    records: &impl ReadableTable<(u64, u8), &'static [u8]>,
    id: TransactionId,
) -> Result<History, StoreError> {
    let Some(guard) = records.get((id.0, HISTORY))? else { return Ok(History::default()) };
    HistoryV1::decode(guard.value(), id)?.into_history(id)
}

pub(crate) fn documents(
    records: &impl ReadableTable<(u64, u8), &'static [u8]>,
    id: TransactionId,
) -> Result<Option<DocumentsV1>, StoreError> {
    let Some(guard) = records.get((id.0, DOCUMENTS))? else { return Ok(None) };
    DocumentsV1::decode(guard.value(), id).map(Some)
}

pub(crate) fn document(
    documents: &DocumentsV1,
    copy: Option<Copy>,
    key: &dyn std::fmt::Display,
    texts: &impl ReadableTable<u32, &'static str>,
) -> Result<Option<Document>, StoreError> {
    documents.document(copy, key, &mut |number| Ok(texts.get(number)?.map(|guard| guard.value().to_owned())))
}

/// The transaction that this source knows under this id of its own.
pub(crate) fn by_source(
    sources: &impl ReadableTable<(u64, u64), ()>,
    records: &impl ReadableTable<(u64, u8), &'static [u8]>,
    source: &str,
    source_id: &str,
) -> Result<Option<StoredTransaction>, StoreError> {
    let hash = source_hash(source, source_id);
    for entry in sources.range((hash, 0)..=(hash, u64::MAX))? {
        let id = TransactionId(entry?.0.value().1);
        if let Some(found) = stored(records, id)?
            && found.transaction.source == source
            && found.transaction.source_id == source_id
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Identifiers have no blanks, so the blank between keeps the pair apart.
pub(crate) fn source_hash(source: &str, source_id: &str) -> u64 {
    packed::hash(format!("{source} {source_id}").as_bytes())
}

pub(crate) fn job(jobs: &impl ReadableTable<u64, &'static [u8]>, id: JobId) -> Result<Option<Job>, StoreError> {
    let Some(guard) = jobs.get(id.0)? else { return Ok(None) };
    JobV1::decode(guard.value(), id)?.into_job(id).map(Some)
}

pub(crate) fn state(code: u8, job: u64) -> Result<JobState, StoreError> {
    let damaged = || StoreError::Damaged { table: "queue-1", key: JobId(job).to_string(), what: "state".to_owned() };
    JobState::from_code(code).ok_or_else(damaged)
}

/// The first job in line for a printer that is wanted. One whose row is damaged is passed over, as it must not keep the
/// others from printing; it is named wherever it is listed.
pub(crate) fn first_where(
    queue: &impl ReadableTable<(&'static str, u64), u8>,
    jobs: &impl ReadableTable<u64, &'static [u8]>,
    printer: &str,
    mut wanted: impl FnMut(&Job) -> bool,
) -> Result<Option<Job>, StoreError> {
    for entry in queue.range((printer, 0)..=(printer, u64::MAX))? {
        let (key, value) = entry?;
        if JobState::from_code(value.value()).is_some_and(JobState::in_line) {
            match job(jobs, JobId(key.value().1)) {
                Ok(Some(job)) if wanted(&job) => return Ok(Some(job)),
                Ok(_) | Err(StoreError::Damaged { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(None)
}

/// Every job in line, of all printers; damaged rows are passed over.
pub(crate) fn in_line(
    queue: &impl ReadableTable<(&'static str, u64), u8>,
    jobs: &impl ReadableTable<u64, &'static [u8]>,
) -> Result<Vec<Job>, StoreError> {
    let mut found = Vec::new();
    for entry in queue.iter()? {
        let (key, value) = entry?;
        if JobState::from_code(value.value()).is_some_and(JobState::in_line) {
            match job(jobs, JobId(key.value().1)) {
                Ok(job) => found.extend(job),
                Err(StoreError::Damaged { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(found)
}

/// The jobs that wait for a printer or for a person in its line, in the order of acceptance; damaged rows are passed over.
pub(crate) fn waiting(
    queue: &impl ReadableTable<(&'static str, u64), u8>,
    jobs: &impl ReadableTable<u64, &'static [u8]>,
    printer: &str,
) -> Result<Vec<Job>, StoreError> {
    let mut found = Vec::new();
    for entry in queue.range((printer, 0)..=(printer, u64::MAX))? {
        let (key, value) = entry?;
        if JobState::from_code(value.value()).is_some_and(JobState::waits) {
            match job(jobs, JobId(key.value().1)) {
                Ok(job) => found.extend(job),
                Err(StoreError::Damaged { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(found)
}

/// The jobs that were being sent, in the order of acceptance.
pub(crate) fn sending(queue: &impl ReadableTable<(&'static str, u64), u8>) -> Result<Vec<JobId>, StoreError> {
    let mut jobs = Vec::new();
    for entry in queue.iter()? {
        let (key, value) = entry?;
        let job = key.value().1;
        if state(value.value(), job)? == JobState::Sending {
            jobs.push(JobId(job));
        }
    }
    jobs.sort_unstable();
    Ok(jobs)
}

pub(crate) fn printer(
    printers: &impl ReadableTable<&'static str, &'static [u8]>,
    name: &str,
) -> Result<PrinterState, StoreError> {
    let Some(guard) = printers.get(name)? else { return Ok(PrinterState::default()) };
    PrinterV2::read(guard.value(), name)?.into_state(name)
}

pub(crate) fn operator(
    operators: &impl ReadableTable<&'static str, &'static [u8]>,
    id: &str,
) -> Result<Option<OperatorRow>, StoreError> {
    let Some(guard) = operators.get(id)? else { return Ok(None) };
    OperatorV1::decode(guard.value(), id)?.into_row(id).map(Some)
}

pub(crate) fn operators(
    operators: &impl ReadableTable<&'static str, &'static [u8]>,
) -> Result<Vec<OperatorRow>, StoreError> {
    let mut found = Vec::new();
    for entry in operators.iter()? {
        let (id, bytes) = entry?;
        found.push(OperatorV1::decode(bytes.value(), id.value())?.into_row(id.value())?);
    }
    Ok(found)
}

pub(crate) fn audit_row(bytes: &[u8], seq: u64) -> Result<AuditRow, StoreError> {
    AuditV2::read(bytes, seq)
}
