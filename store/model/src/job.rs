//! A print job and its states (INTERFACES §5). Which moves between states there are stands here;
//! when they are made is the daemon's queue's business.

use serde::{Deserialize, Serialize};

use crate::{
    cause::Cause,
    document::Copy,
    id::{Change, JobId, TransactionId},
    moment::Moment,
    proof::Evidence,
    text::SafeText,
    word::words,
};

words! {
    /// What is printed.
    JobKind {
        /// first paper, 补打
        Receipt = 1 "receipt",
        /// another paper, 重打印: marked and numbered
        Reprint = 2 "reprint",
        Report = 3 "report",
        TestPage = 4 "test_page",
        /// 钱箱: a pulse, no paper
        Drawer = 5 "drawer",
    }
}

words! {
    JobState {
        /// waits for its turn
        Queued = 1 "queued",
        /// first in line; the printer can't take it now
        Blocked = 2 "blocked",
        /// a person stopped it
        Held = 3 "held",
        /// too old to print unasked; waits for a person
        Expired = 4 "expired",
        /// bytes may be leaving
        Sending = 5 "sending",
        /// proof that it is on paper
        Confirmed = 6 "confirmed",
        /// all bytes left, no proof
        Unconfirmed = 7 "unconfirmed",
        /// some of it is or may be on paper, not all
        Partial = 8 "partial",
        /// surely nothing came out, and it won't be tried again
        NotPrinted = 9 "not_printed",
        /// a person ended it before anything came out
        Cancelled = 10 "cancelled",
    }
}

impl JobState {
    /// True once nothing will happen by itself any more.
    pub fn ended(self) -> bool {
        use JobState::{Cancelled, Confirmed, NotPrinted, Partial, Unconfirmed};
        matches!(self, Confirmed | Unconfirmed | Partial | NotPrinted | Cancelled)
    }

    /// True if paper of it is or may be out (DESIGN §4.4): then another paper is a reprint.
    pub fn may_be_out(self) -> bool {
        use JobState::{Confirmed, Partial, Sending, Unconfirmed};
        matches!(self, Sending | Confirmed | Unconfirmed | Partial)
    }

    /// True for the moves there are (DESIGN §3.4): the one table of transitions. What evidence a move needs is asked for
    /// apart. A waiting job may be put again where it stands, with another cause.
    pub fn may_become(self, to: JobState) -> bool {
        use JobState::{
            Blocked, Cancelled, Confirmed, Expired, Held, NotPrinted, Partial, Queued, Sending, Unconfirmed,
        };
        match self {
            Queued | Blocked => matches!(to, Queued | Blocked | Held | Expired | Sending | Cancelled | NotPrinted),
            Held | Expired => matches!(to, Queued | Held | Cancelled | NotPrinted),
            // back in line, or cancelled, only when surely nothing left the machine; that is the caller's to know
            Sending => {
                matches!(to, Queued | Blocked | Confirmed | Unconfirmed | Partial | NotPrinted | Cancelled)
            }
            Unconfirmed | Partial => matches!(to, Confirmed | NotPrinted),
            Confirmed | NotPrinted | Cancelled => false,
        }
    }

    /// True while it stands in line: a printer may take it.
    pub fn in_line(self) -> bool {
        matches!(self, JobState::Queued | JobState::Blocked)
    }

    /// True while it waits for the printer or for a person.
    pub fn waits(self) -> bool {
        use JobState::{Blocked, Expired, Held, Queued};
        matches!(self, Queued | Blocked | Held | Expired)
    }
}

/// Jobs of a printer that have not ended, by state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Waiting {
    pub queued: u32,
    pub blocked: u32,
    pub held: u32,
    pub expired: u32,
    pub sending: u32,
}

impl Waiting {
    /// All of them.
    pub fn total(&self) -> u32 {
        self.queued + self.blocked + self.held + self.expired + self.sending
    }
}

/// A print job with its evidence. Keys without a value are `null` in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub id: JobId,
    pub kind: JobKind,
    pub transaction: Option<TransactionId>,
    pub copy: Option<Copy>,
    /// 0 for first paper, then as issued.
    pub reprint_number: u32,
    /// The queue it stands in.
    pub printer: String,
    /// The printer it was sent to.
    pub printed_on: Option<String>,
    pub state: JobState,
    pub cause: Option<Cause>,
    pub evidence: Vec<Evidence>,
    pub queued_at: Moment,
    pub finished_at: Option<Moment>,
    /// How often it was claimed for sending.
    pub attempts: u32,
    /// Size of the rendered bytes; null before the first claim.
    pub bytes: Option<u64>,
    pub change: Change,
    /// Segments of the rendered job, and how many of them are proven to be on paper.
    pub segments: u32,
    pub proven: u32,
    /// SHA-256 of the rendered bytes in hex, and the renderer's version, from the claim on (DESIGN §3.2).
    pub rendered: Option<Rendering>,
    /// Who asked for it, and why; stands on a reprint.
    pub operator: Option<String>,
    pub approver: Option<String>,
    pub reason: Option<SafeText>,
}

/// What was rendered for the claimed printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendering {
    pub version: u32,
    pub sha256: String,
    /// End offset of each segment in the job's bytes.
    pub segment_ends: Vec<u32>,
}
