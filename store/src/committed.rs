//! What a commit changed: told to whoever follows, after the commit is durable.

use model::{Change, JobId, TransactionId};

/// What a commit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    pub change: Change,
    /// Rows that changed or whose `prints` may have.
    pub transactions: Vec<TransactionId>,
    pub jobs: Vec<JobId>,
    /// Printers whose queue, pairing or pause changed.
    pub printers: Vec<String>,
}
