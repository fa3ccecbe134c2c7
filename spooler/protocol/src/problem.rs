//! A request that was not carried out: its kind, the exact reason as a code, and English for those without a console.
//!
//! The console words `reason` and `subject` in the user's language; `message`, `doing` and `next` are English.

use serde::{Deserialize, Serialize};

/// The kinds that scripts may rely on (INTERFACES §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    NotPermitted,
    NeedsApproval,
    WrongPin,
    LockedOut,
    NotFound,
    Invalid,
    Conflict,
    TooLarge,
    Busy,
    Unavailable,
    DiskFull,
}

/// Exactly what stood in the way; grows by adding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// the line is not JSON
    NotJson,
    /// no hello came first
    HelloMissing,
    /// the other side speaks another protocol; subject: its number
    OtherProtocol,
    /// subject: the verb
    UnknownVerb,
    /// subject: the key
    BadKey,
    LineTooLong,
    /// subject: the event's key
    BadEvent,
    /// same source and source_id, other content
    SameIdOtherContent,
    /// subject: the id
    NoSuchTransaction,
    /// subject: the id
    NoSuchJob,
    /// subject: the name
    NoSuchPrinter,
    /// nothing recorded yet that could be reprinted
    NothingToReprint,
    /// the transaction was not approved, so there is no receipt; subject: its status
    NoReceipt,
    /// the shop prints no such copy; subject: the copy
    NoSuchCopy,
    /// no printer is configured
    NoPrinter,
    /// the address of a printer cannot be understood; subject: the address
    BadConnection,
    /// the job has ended, which nothing takes back; subject: the id
    JobEnded,
    /// the job is being sent: it can only be cancelled; subject: the id
    JobBeingSent,
    /// the job is neither held nor expired, so it can't be released; subject: the id
    JobNotStopped,
    /// a person can only answer for a job that ended unconfirmed or partial; subject: the id
    JobNotInDoubt,
    /// a configured printer has a job in hand, so that it cannot be probed; subject: its name
    PrinterInUse,
    /// that address is being probed already; subject: the address
    ProbeRunning,
    /// this user may not; subject: the verb
    UserNotAllowed,
    TooManyConnections,
    TooManyWaiting,
    Stopping,
    DiskFull,
    /// so little room is left on the disk that it is kept for recording: nothing new is printed
    DiskReserved,
    /// subject: what failed
    StoreFailed,
    /// the answer would be longer than a line may be
    AnswerTooLong,
    /// anything a newer daemon says that this program does not know
    #[serde(other)]
    Other,
}

/// `{"kind":…,"message":…,"doing":…,"next":…}` and the reason behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{doing}: {message}; {next}")]
pub struct Problem {
    pub kind: Kind,
    #[serde(default = "Problem::other")]
    pub reason: Reason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub message: String,
    pub doing: String,
    pub next: String,
}

impl Problem {
    /// A problem without a subject.
    pub fn new(kind: Kind, reason: Reason, doing: &str, message: impl Into<String>, next: &str) -> Problem {
        Problem { kind, reason, subject: None, message: message.into(), doing: doing.to_owned(), next: next.to_owned() }
    }

    /// Names what it is about: a key, an id, a printer.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Problem {
        self.subject = Some(subject.into());
        self
    }

    /// The exact reason, where it is another one.
    #[must_use]
    pub fn because(mut self, reason: Reason) -> Problem {
        self.reason = reason;
        self
    }

    fn other() -> Reason {
        Reason::Other
    }
}
