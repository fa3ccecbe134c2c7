//! What can go wrong with an open store, as a value that every operation of a failed commit can be given.

use model::{Copy, JobId, JobState, TransactionId};

/// Why an operation on the store was refused or failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// `source` and `source_id` are known with other content (INTERFACES §4, "Again").
    #[error("the same source and source_id were recorded as {id} with different content; nothing was changed")]
    Conflict { id: TransactionId },
    #[error("there is no {what}")]
    NotFound { what: String },
    #[error("transaction {id} is not approved, so it has no receipt to print")]
    NotApproved { id: TransactionId },
    #[error("transaction {id} has no {copy} copy to print")]
    NoDocument { id: TransactionId, copy: Copy },
    #[error("operators exist already: the first manager was made before")]
    AlreadySetUp,
    #[error("there is an operator {id} already")]
    OperatorExists { id: String },
    #[error("operator {id} is the last manager who can log on")]
    LastManager { id: String },
    #[error("operator {id} got another PIN meanwhile")]
    PinChanged { id: String },
    /// DESIGN §3.4: nothing else ever moves an ended job.
    #[error("job {job} is {from} and can't become {to}")]
    IllegalMove { job: JobId, from: JobState, to: JobState },
    /// A move that only evidence allows.
    #[error("job {job} is {from}; only proof or a person's answer can make it {to}")]
    NeedsEvidence { job: JobId, from: JobState, to: JobState },
    /// What a claim says that is not the job's last one counts no more.
    #[error("job {job} was claimed {attempts} times; its claim number {epoch} is over")]
    Superseded { job: JobId, epoch: u32, attempts: u32 },
    #[error("this page can't be continued: the cursor is not one that was given out")]
    BadCursor,
    /// A value of a table can't be read; names the table and the key.
    #[error("table {table}, key {key}: the record is damaged ({what}); stop the spooler and restore a backup")]
    Damaged { table: &'static str, key: String, what: String },
    #[error("a record for table {table} could not be written down: {what}")]
    Unwritable { table: &'static str, what: String },
    #[error("the disk is full and nothing was kept; free some space and try again")]
    DiskFull,
    #[error("reading or writing the store failed ({0}); check the disk, then try again")]
    Io(String),
    /// After an I/O error redb answers nothing until the file is opened again; the writer does that.
    #[error("the store is closed after an earlier disk error ({0}); it is opened again as soon as the disk allows")]
    Closed(String),
    #[error("an operation of the same commit broke off ({0}); nothing of the commit was kept, try again")]
    Undone(String),
    #[error("the store's writer has ended; start the spooler again")]
    WriterGone,
}

impl StoreError {
    /// True if redb refuses everything until the file is opened again.
    pub(crate) fn latches(&self) -> bool {
        matches!(self, StoreError::DiskFull | StoreError::Io(_) | StoreError::Closed(_))
    }

    pub(crate) fn not_found(what: impl std::fmt::Display) -> StoreError {
        StoreError::NotFound { what: what.to_string() }
    }
}

impl From<redb::Error> for StoreError {
    fn from(error: redb::Error) -> StoreError {
        match error {
            redb::Error::Io(io)
                if matches!(io.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded) =>
            {
                StoreError::DiskFull
            }
            redb::Error::PreviousIo | redb::Error::DatabaseClosed => StoreError::Closed(error.to_string()),
            other => StoreError::Io(other.to_string()),
        }
    }
}

macro_rules! through_redb {
    ($($error:ty),+) => { $(impl From<$error> for StoreError {
        fn from(error: $error) -> StoreError { redb::Error::from(error).into() }
    })+ };
}
through_redb!(redb::StorageError, redb::TableError, redb::TransactionError, redb::CommitError);

/// What a panic said.
pub(crate) fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
}
