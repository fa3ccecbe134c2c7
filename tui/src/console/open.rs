//! What one layer asks the stack to open, so that screens need not know each other.

use model::{Copy, JobId, Operator, Outcome, Role, TransactionId};
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

/// What is done with one operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A new one, with a number that is none of these.
    Add {
        taken: Vec<String>,
    },
    Name {
        id: String,
        name: String,
    },
    Role {
        id: String,
        role: Role,
    },
    SetPin(String),
    /// One's own, with the present one.
    OwnPin(String),
    Disable {
        id: String,
        name: String,
    },
    Unlock(String),
}

/// What was asked of the acquirer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    SignIn,
    SignOut,
    Echo,
    Settle,
    Diagnose,
}

/// Since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Since {
    #[default]
    Always,
    Today,
    Yesterday,
    Week,
    Month,
}

/// Which entries of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Choice {
    pub(crate) act: Option<&'static str>,
    pub(crate) since: Since,
    pub(crate) actor: Option<String>,
    /// About this payment or job alone.
    pub(crate) object: Option<String>,
    pub(crate) outcome: Option<Outcome>,
}

impl Choice {
    /// Who reprinted most this week.
    pub(crate) fn reprints_of_a_week() -> Choice {
        Choice { act: Some("reprint"), since: Since::Week, outcome: Some(Outcome::Done), ..Choice::default() }
    }

    /// Whose paper that payment's was. Tries that were refused, of which somebody can make any number, stand apart.
    pub(crate) fn about(object: String) -> Choice {
        let (act, outcome) = (Some("reprint"), Some(Outcome::Done));
        Choice { act, object: Some(object), outcome, ..Choice::default() }
    }

    /// True if it has to be read to the end before it says what it is asked for.
    pub(crate) fn to_the_end(&self) -> bool {
        self.counts() || self.object.is_some()
    }

    /// True if it is one act of anybody's, so that it can be said who did it most.
    pub(crate) fn counts(&self) -> bool {
        self.act.is_some() && self.actor.is_none() && self.object.is_none()
    }
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
    SignIn,
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
    Profile(Box<Operator>),
    TrailExport,
    /// Which paper of the batch to print.
    SignInPapers,
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
