//! Replies and events: `{"id":N,"ok":{…}}`, `{"id":N,"error":{…}}`, `{"event":{…}}`. Readers ignore keys they don't
//! know, so these grow by adding.

mod acquirer;
mod session;

use std::collections::BTreeMap;

use model::{
    Cause, Change, Conditions, Copy, Counters, Currency, Document, FoundBy, Grade, Identity, Job, JobId, Kind, Method,
    Moment, Proof, Transaction, TransactionId, Waiting,
};
use serde::{Deserialize, Serialize};

use crate::problem;

pub use acquirer::{
    AcquirerState, Conclusion, Diagnosed, Finding, Settled, SignInChanged, SignInLine, SignInLog, UnsettledBatch,
};
pub use session::{AuditExported, Session, SessionRow, Verdict};

/// A list in pages. `searched_to` is how far back a capped scan has looked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub next: Option<String>,
    pub searched_to: Option<Moment>,
}

/// `record`: durable now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub id: TransactionId,
    pub duplicate: bool,
    pub ignored: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shortened: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<String>,
    /// Kept, but what was to be printed at once was not queued: `disk_full` (the last room on the disk is for
    /// recording) or `busy` (too many jobs wait). A `reprint` asks for the paper later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unprinted: Option<problem::Kind>,
}

/// A transaction in a list or alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TransactionRow {
    #[serde(flatten)]
    pub transaction: Transaction,
    /// Jobs whose paper may have come out.
    pub prints: u32,
    /// True while a copy was asked for and its paper cannot have come out.
    #[serde(default)]
    pub unprinted: bool,
    /// Only in search results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: Option<FoundBy>,
    /// Only in `show`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub print_history: Option<Vec<Job>>,
    /// Only in `show`: for each copy why a reprint would need a second person now; null: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reprint_needs_approval: Option<BTreeMap<Copy, Option<ApprovalFor>>>,
}

/// Why the next paper of a receipt needs a second person (INTERFACES §3, `[policy] reprint`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalFor {
    /// The sale is too old.
    Within,
    /// It was reprinted so often already.
    Most,
    /// The amount is over the limit.
    Above,
    /// It is another's sale, or nobody's.
    OwnOnly,
    /// The caller's role never does it alone.
    Role,
    /// The shop wants two persons for every one.
    TwoPersons,
}

/// A job in a list.
pub type JobRow = Job;

/// `receipt`: the text, or the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Receipt {
    Text { text: String },
    Document(Document),
}

/// What a printer is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterState {
    /// not heard of yet since the daemon started
    Unknown,
    /// being asked what it can prove
    Pairing,
    Ready,
    Printing,
    /// cannot print; the cause says why
    Blocked,
}

/// A printer as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrinterRow {
    pub name: String,
    pub connection: String,
    pub profile: String,
    pub columns: usize,
    pub state: PrinterState,
    pub cause: Option<Cause>,
    /// Since when it is in that state.
    pub since: Option<Moment>,
    /// 纸将尽: a warning; it still prints.
    pub near_end: bool,
    pub proof: Proof,
    pub proof_since: Option<Moment>,
    pub waiting: Waiting,
    pub job: Option<JobId>,
    pub last_good_print: Option<Moment>,
    /// A person paused it: it takes no further job. Its state and cause say what it would do otherwise, too.
    #[serde(default)]
    pub paused: bool,
    /// Its state bit by bit, as it told it last; null while it is not connected or says nothing.
    #[serde(default)]
    pub conditions: Option<Conditions>,
    /// Who it says that it is; remembered over restarts.
    #[serde(default)]
    pub identity: Option<Identity>,
    /// What it has counted; null where it does not count or was not asked yet.
    #[serde(default)]
    pub counters: Option<Counters>,
    /// How its proof was measured, in English.
    #[serde(default)]
    pub proof_detail: Option<String>,
}

/// `printer_probe`: what was found at an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    /// As it was asked for.
    pub connection: String,
    /// It can be printed on now. One that says nothing is `ok`, with cause `no_status` and grade `none`.
    pub ok: bool,
    pub cause: Option<Cause>,
    /// What its proof is worth.
    pub grade: Grade,
    /// The profile that fits it best, by what it said of itself.
    pub profile: String,
    /// Columns of that profile.
    pub columns: usize,
    /// A `[[printer]]` block for the config, with a name that is free.
    pub config: String,
    #[serde(default)]
    pub identity: Option<Identity>,
    /// How the proof was measured, or what went wrong, in English.
    #[serde(default)]
    pub detail: Option<String>,
}

/// `status`: the daemon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub version: String,
    pub uptime_s: u64,
    pub change: Change,
    pub store_bytes: u64,
    pub rss_bytes: u64,
}

/// Sum of a business day by kind and method, approved transactions only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    pub kind: Kind,
    pub method: Method,
    pub currency: Currency,
    pub count: u64,
    /// Minor units. A sum: it may be more than one amount can be.
    pub amount: u64,
}

/// `overview`: what Home shows, in one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub shop: String,
    /// The business day, `2026-11-20`.
    pub day: String,
    /// Now, in the shop's zone: the console's clock follows the daemon's.
    pub now: Moment,
    pub totals: Vec<Total>,
    pub unprinted: u64,
    pub unknown: u64,
    pub printers: Vec<PrinterRow>,
    #[serde(default)]
    pub questions: Questions,
    /// The sign-in; null from a daemon that knows none.
    #[serde(default)]
    pub sign_in: Option<SignInLine>,
    pub change: Change,
}

/// Slips of the last day that only a person can tell about: proof was expected, it did not come, and nobody has
/// answered yet (`job_resolve`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Questions {
    pub count: u64,
    /// The newest of them, newest first; a few.
    pub newest: Vec<JobId>,
}

/// `printer_move`: how many jobs went over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub moved: u64,
}

/// `subscribe`: from here on events follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscribed {
    pub change: Change,
}

/// What a subscriber is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Event {
    /// Too far back: read everything anew; the number to go on from.
    Reset { reset: Change },
    /// The sign-in changed.
    SignIn(SignInChanged),
    Changed {
        change: Change,
        #[serde(default)]
        transactions: Vec<TransactionId>,
        #[serde(default)]
        jobs: Vec<JobId>,
        /// Printers whose state changed; a change that is not durable comes with the last commit's number.
        #[serde(default)]
        printers: Vec<String>,
    },
}
