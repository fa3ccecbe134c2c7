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
    /// there is no settlement whose report could be printed again
    NothingSettled,
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
    /// an operator has to log on first; subject: the verb
    LogOnNeeded,
    /// the operator's role may not; subject: the verb
    RoleNotAllowed,
    /// subject: the operator that was tried
    WrongPin,
    /// too many wrong PINs; subject: until when (RFC 3339)
    LockedOut,
    /// the operator was disabled; subject: the id
    OperatorDisabled,
    /// this role may do it only with a second person; subject: the verb
    RoleNeedsApproval,
    /// the shop wants two persons for it; subject: the verb
    TwoPersons,
    /// the sale is older than a cashier may reprint alone; subject: how old that is, as in the config
    ReprintTooOld,
    /// so many reprints of it are a cashier's alone; subject: how many
    ReprintTooMany,
    /// over the amount that a cashier may reprint alone; subject: the amount in minor units
    ReprintTooLarge,
    /// another's sale, or nobody's; subject: whose, `-` for nobody's
    ReprintNotOwn,
    /// the shop wants a reason for it; subject: the reasons to choose from
    ReasonMissing,
    /// the reason is none of the shop's; subject: the reasons to choose from
    ReasonNotListed,
    /// who asks can't approve
    ApproverIsAsking,
    /// that operator may not approve this; subject: the id
    ApproverMayNot,
    /// there are operators already
    AlreadySetUp,
    /// subject: the id
    OperatorExists,
    /// subject: the id
    NoSuchOperator,
    /// nobody is logged on there; subject: the session's number
    NoSuchSession,
    /// the last manager can't be disabled or given another role; subject: the id
    LastManager,
    /// a new PIN is 4 to 12 digits
    BadNewPin,
    /// the secret beside the store is missing or is not ours, so that no PIN can be checked; subject: the file
    PepperMissing,
    /// that secret was lost and made anew, and this operator has no PIN since; subject: the id
    PinLost,
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
