//! What changed in the store since a screen last looked.

use model::{JobId, TransactionId};

/// Rows that changed in the store.
#[derive(Debug, Default, Clone)]
pub(crate) struct News {
    /// Read everything anew.
    pub(crate) all: bool,
    pub(crate) transactions: Vec<TransactionId>,
    pub(crate) jobs: Vec<JobId>,
    /// Something else: operators, log-ons, the sign-in.
    pub(crate) others: bool,
}
