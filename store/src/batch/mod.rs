//! What can be done in a commit. Every method decides before it writes, so that a refusal leaves nothing.

mod audit;
mod documents;
mod line;
mod operator;
mod paper;
mod printer;
mod record;
mod sign_in;

use std::{collections::BTreeSet, fmt};

use model::{Change, Copy, Job, JobId, JobKind, Transaction, TransactionId};
use redb::{ReadableTableMetadata as _, WriteTransaction};

use crate::{
    committed::Committed,
    counters::Counters,
    error::StoreError,
    record::{JobLine, Texts},
    rows,
    tables::{JOBS, META, QUEUE, RECORDS},
};

pub use audit::AuditEntry;
pub use line::Ending;
pub use operator::NewOperator;
pub use paper::{NewJob, Reprint};
pub use record::{PrintRequest, Recorded, Recording};

/// What the writer remembers between commits, and forgets when one fails.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Read from its table when first needed.
    texts: Option<Texts>,
}

/// The caller's side of one transaction of the store.
pub struct Batch<'t> {
    txn: &'t WriteTransaction,
    memory: &'t mut Memory,
    counters: Counters,
    writes: u64,
    transactions: BTreeSet<TransactionId>,
    jobs: BTreeSet<JobId>,
    printers: BTreeSet<String>,
    /// One audit row per caller and commit for all that was recorded, written at the end.
    recorded: Vec<audit::RecordedBy>,
    /// Number and hash of the last audit row, once it was asked for.
    head: Option<(u64, String)>,
    /// What audit rows say of the machine's uptime.
    mono_ms: Option<u64>,
}

impl fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Batch({:?}, {} writes)", self.change(), self.writes)
    }
}

impl<'t> Batch<'t> {
    pub(crate) fn begin(
        txn: &'t WriteTransaction,
        memory: &'t mut Memory,
        mono_ms: Option<u64>,
    ) -> Result<Batch<'t>, StoreError> {
        let counters = Counters::read(&txn.open_table(META)?)?;
        Ok(Batch {
            txn,
            memory,
            counters,
            writes: 0,
            transactions: BTreeSet::new(),
            jobs: BTreeSet::new(),
            printers: BTreeSet::new(),
            recorded: Vec::new(),
            head: None,
            mono_ms,
        })
    }

    /// How much was written so far; only good for telling whether more was.
    pub(crate) fn writes(&self) -> u64 {
        self.writes
    }

    /// The number that this commit will have, if it changes something.
    pub fn change(&self) -> Change {
        Change(self.counters.change.saturating_add(1))
    }

    /// Writes what stands at the end of a commit; `None` if nothing was changed.
    pub(crate) fn finish(mut self) -> Result<Option<Committed>, StoreError> {
        if self.writes == 0 {
            return Ok(None);
        }
        for recorded in std::mem::take(&mut self.recorded) {
            self.audit_recorded(recorded)?;
        }
        let change = self.change();
        self.counters.change = change.0;
        self.counters.write(self.txn)?;
        Ok(Some(Committed {
            change,
            transactions: self.transactions.into_iter().collect(),
            jobs: self.jobs.into_iter().collect(),
            printers: self.printers.into_iter().collect(),
        }))
    }

    /// A transaction, with what this commit did to it so far.
    ///
    /// # Errors
    /// When the store can't be read or the row is damaged.
    pub fn transaction(&self, id: TransactionId) -> Result<Option<Transaction>, StoreError> {
        Ok(rows::stored(&self.txn.open_table(RECORDS)?, id)?.map(|stored| stored.transaction))
    }

    /// A job, with what this commit did to it so far.
    ///
    /// # Errors
    /// When the store can't be read or the row is damaged.
    pub fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        rows::job(&self.txn.open_table(JOBS)?, id)
    }

    /// The jobs of a transaction in short, oldest first, with what this commit did so far.
    ///
    /// # Errors
    /// When the store can't be read or the row is damaged.
    pub fn job_lines(&self, id: TransactionId) -> Result<Vec<JobLine>, StoreError> {
        Ok(rows::history(&self.txn.open_table(RECORDS)?, id)?.lines)
    }

    /// What the next paper of this copy is: first paper, or a reprint with its number (DESIGN §4.4).
    ///
    /// # Errors
    /// When the store can't be read or the row is damaged.
    pub fn next_paper(&self, id: TransactionId, copy: Copy) -> Result<(JobKind, u32), StoreError> {
        Ok(rows::history(&self.txn.open_table(RECORDS)?, id)?.next_paper(copy))
    }

    /// The first job in line for a printer, queued or blocked; one whose row is damaged is passed over.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn peek(&self, printer: &str) -> Result<Option<Job>, StoreError> {
        rows::first_where(&self.txn.open_table(QUEUE)?, &self.txn.open_table(JOBS)?, printer, |_| true)
    }

    /// The jobs that are being sent; at the daemon's start, those that a crash interrupted.
    ///
    /// # Errors
    /// When the store can't be read or a row is damaged.
    pub fn interrupted(&self) -> Result<Vec<Job>, StoreError> {
        let ids = rows::sending(&self.txn.open_table(QUEUE)?)?;
        ids.into_iter().filter_map(|id| self.job(id).transpose()).collect()
    }

    /// How many jobs wait or are being sent, with what this commit did so far. As cheap as one row.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn open_jobs(&self) -> Result<u64, StoreError> {
        Ok(self.txn.open_table(QUEUE)?.len()?)
    }

    /// The jobs that wait in a printer's line, first first: queued, blocked, held and expired, however many. One
    /// whose row is damaged is passed over.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn waiting(&self, printer: &str) -> Result<Vec<Job>, StoreError> {
        rows::waiting(&self.txn.open_table(QUEUE)?, &self.txn.open_table(JOBS)?, printer)
    }

    fn expect_job(&self, id: JobId) -> Result<Job, StoreError> {
        self.job(id)?.ok_or_else(|| StoreError::not_found(format_args!("job {id}")))
    }
}
