//! The orders in which the newest transactions can stand.

use protocol::TransactionRow;

use super::{LIMIT, MOST};

/// In which order.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    #[default]
    Newest,
    Largest,
    Smallest,
}

impl Sort {
    /// The order after this one.
    pub(super) fn next(self) -> Sort {
        match self {
            Sort::Newest => Sort::Largest,
            Sort::Largest => Sort::Smallest,
            Sort::Smallest => Sort::Newest,
        }
    }

    /// Rows of the first request: by amount, as many as one may ask for.
    pub(super) fn limit(self) -> usize {
        if self == Sort::Newest { LIMIT } else { MOST }
    }

    /// Puts rows that came newest first into this order.
    pub(super) fn arrange(self, rows: &mut [TransactionRow]) {
        match self {
            Sort::Newest => {}
            Sort::Largest => rows.sort_by_key(|row| std::cmp::Reverse(row.transaction.amount)),
            Sort::Smallest => rows.sort_by_key(|row| row.transaction.amount),
        }
    }
}
