//! One snapshot of the store: single rows. Lists are in `search.rs`, `jobs.rs`, `totals.rs` and `audit.rs`.

use std::fmt;

use model::{Change, Copy, Document, Job, JobId, Status, Transaction, TransactionId};
use redb::{ReadOnlyTable, ReadTransaction, ReadableTable as _};

use crate::{
    counters::CHANGE,
    cursor::MOST_SCANNED,
    error::StoreError,
    record::{DocumentsV1, JobLine, PrinterState, Record as _},
    rows,
    tables::{JOBS, META, PAPERS, PARTIAL, PRINTERS, RECORDS, SOURCES, TABLES, TEXTS, UNKNOWN, UNPRINTED},
};

/// A snapshot. Everything read from it belongs to one moment.
pub struct Reader {
    pub(crate) txn: ReadTransaction,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

/// Every method's errors: the store can't be read, or a row is damaged (named by table and key).
impl Reader {
    pub(crate) fn new(txn: ReadTransaction) -> Reader {
        Reader { txn }
    }

    pub(crate) fn records(&self) -> Result<ReadOnlyTable<(u64, u8), &'static [u8]>, StoreError> {
        Ok(self.txn.open_table(RECORDS)?)
    }

    /// A transaction by its id.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn transaction(&self, id: TransactionId) -> Result<Option<Transaction>, StoreError> {
        Ok(rows::stored(&self.records()?, id)?.map(|stored| stored.transaction))
    }

    /// A transaction by the id its source gave it.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn by_source(&self, source: &str, source_id: &str) -> Result<Option<Transaction>, StoreError> {
        let sources = self.txn.open_table(SOURCES)?;
        Ok(rows::by_source(&sources, &self.records()?, source, source_id)?.map(|stored| stored.transaction))
    }

    /// The composed document of a copy.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn document(&self, id: TransactionId, copy: Copy) -> Result<Option<Document>, StoreError> {
        let Some(documents) = rows::documents(&self.records()?, id)? else { return Ok(None) };
        rows::document(&documents, Some(copy), &id, &self.txn.open_table(TEXTS)?)
    }

    /// The document of a job without transaction: a report, a test page.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn job_document(&self, id: JobId) -> Result<Option<Document>, StoreError> {
        let papers = self.txn.open_table(PAPERS)?;
        let Some(guard) = papers.get(id.0)? else { return Ok(None) };
        let documents = DocumentsV1::decode(guard.value(), id)?;
        rows::document(&documents, None, &id, &self.txn.open_table(TEXTS)?)
    }

    /// The copies there are documents of.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn copies(&self, id: TransactionId) -> Result<Vec<Copy>, StoreError> {
        Ok(rows::documents(&self.records()?, id)?.map_or_else(Vec::new, |documents| documents.copies()))
    }

    /// The jobs of a transaction in short, oldest first.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn job_lines(&self, id: TransactionId) -> Result<Vec<JobLine>, StoreError> {
        Ok(rows::history(&self.records()?, id)?.lines)
    }

    /// The jobs of a transaction, oldest first.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn jobs_of(&self, id: TransactionId) -> Result<Vec<Job>, StoreError> {
        let jobs = self.txn.open_table(JOBS)?;
        let lines = self.job_lines(id)?;
        lines.into_iter().filter_map(|line| rows::job(&jobs, line.job).transpose()).collect()
    }

    /// How many jobs of a transaction may have put out paper.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn prints(&self, id: TransactionId) -> Result<u32, StoreError> {
        Ok(rows::history(&self.records()?, id)?.prints())
    }

    /// A job by its number.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        rows::job(&self.txn.open_table(JOBS)?, id)
    }

    /// What is remembered of a printer.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn printer(&self, name: &str) -> Result<PrinterState, StoreError> {
        rows::printer(&self.txn.open_table(PRINTERS)?, name)
    }

    /// What pairing found out about a printer.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn pairing(&self, name: &str) -> Result<Option<crate::Pairing>, StoreError> {
        Ok(self.printer(name)?.pairing)
    }

    /// How many transactions have a copy that was asked for and cannot have come out.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn unprinted_count(&self) -> Result<u64, StoreError> {
        self.partial_count(UNPRINTED)
    }

    /// How many transactions have an unknown outcome.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn unknown_count(&self) -> Result<u64, StoreError> {
        self.partial_count(UNKNOWN)
    }

    fn partial_count(&self, list: u8) -> Result<u64, StoreError> {
        let partial = self.txn.open_table(PARTIAL)?;
        let mut count = 0;
        for entry in partial.range((list, 0, 0)..=(list, u64::MAX, u64::MAX))? {
            entry?;
            count += 1;
        }
        Ok(count)
    }

    /// The approved transaction recorded last that has a document; looks at no more rows than a search does.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn last_printable(&self) -> Result<Option<TransactionId>, StoreError> {
        let records = self.records()?;
        for entry in records.iter()?.rev().take(MOST_SCANNED) {
            let (id, part) = entry?.0.value();
            let id = TransactionId(id);
            if part == rows::DOCUMENTS && rows::indexed(&records, id)?.status == Status::Approved {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// The number of the last commit.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn change(&self) -> Result<Change, StoreError> {
        let meta = self.txn.open_table(META)?;
        Ok(Change(meta.get(CHANGE)?.map_or(0, |guard| guard.value())))
    }

    /// How many rows each table has.
    ///
    /// # Errors
    /// See [`Reader`].
    pub fn row_counts(&self) -> Result<Vec<(&'static str, u64)>, StoreError> {
        TABLES.iter().map(|table| Ok((table.name, (table.rows)(&self.txn)?))).collect()
    }
}
