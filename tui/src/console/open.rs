//! What one layer asks the stack to open, so that screens need not know each other.

use super::{audit::filter::Choice, people::person::Change, sign_in::Act};
use model::{Copy, JobId, TransactionId};
use protocol::TransactionRow;

/// What a printer is sent for without a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    TestPage,
    Drawer,
}

/// What goes to another printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Job(JobId),
    /// Everything that waits for the printer of this name.
    Queue(String),
}

/// A layer to be opened, with what it is about. The stack makes it, so that screens need not know each other.
#[derive(Debug)]
pub(crate) enum Open {
    Transactions {
        words: String,
    },
    Detail(Box<TransactionRow>),
    DetailOf(TransactionId),
    Queue,
    Job(JobId),
    Cancel(JobId),
    Transfer(What),
    Question(JobId),
    Printers,
    /// By its name.
    Printer(String),
    Errand {
        work: Work,
        printer: String,
    },
    /// Common filters, beginning with these words.
    Filter {
        words: String,
    },
    /// What these words find comes to.
    Totals {
        words: String,
    },
    /// What these words find, as a file.
    Export {
        words: String,
    },
    /// `copy`: the one to begin with, else the shop's first.
    Reprint {
        row: Box<TransactionRow>,
        copy: Option<Copy>,
    },
    Person(Change),
    /// Before a settlement or a sign-out: the batch and what stands in it.
    SignInConfirm {
        act: Act,
        batch: Option<String>,
        open: model::Total,
    },
    Audit(Choice),
    AuditFilter {
        choice: Choice,
        /// Those whose entries were seen.
        people: Vec<String>,
    },
    /// The same, where only the id is known.
    ReprintOf {
        id: TransactionId,
        copy: Copy,
    },
}
