//! What goes into a session and what comes out of it. Plain data.

use model::{Cause, Conditions, Counters, Grade, Identity, JobState, Proof};

/// A job as it is handed over for sending: claimed, rendered, and `sending` durable (DESIGN §4.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub job: u64,
    /// The rendered bytes; they begin with ESC @ and GS a of their own.
    pub bytes: Vec<u8>,
    /// End offset of each segment in `bytes`, rising; each end is a border between commands.
    pub segment_ends: Vec<usize>,
    /// Length of paper that it needs, in dots.
    pub length_dots: u32,
}

/// What happened outside. Time is passed beside it: a duration since any fixed start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input<'a> {
    /// The connection stands; nothing was written on it yet.
    Opened,
    /// Bytes came from the printer.
    Received(&'a [u8]),
    /// So many more of the bytes handed over with [`Action::Write`] are in the kernel.
    Written(usize),
    /// The connection is gone or could not be made. `None`: closed by the peer, which is no trouble in itself.
    Closed(Option<Cause>),
    /// The deadline was reached.
    Wake,
    /// Jobs wait (or no longer do). Asks for the status, and for [`Action::Ready`] when it is good.
    Waiting(bool),
    /// The job for an [`Action::Ready`]. Without one it comes back as [`Action::Returned`].
    Send(Ticket),
    /// End the job in hand within 2 s, as `partial` if anything of it left.
    Cancel,
    /// The program ends: finish the segment in hand, end truthfully within 2 s, close.
    Stop,
}

/// What the shell has to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Write these bytes behind the earlier ones.
    Write(Vec<u8>),
    /// Forget the bytes that are not yet written.
    Discard,
    /// The printer's state changed.
    Report(PrinterState),
    /// A job may be claimed now and handed in, or `Waiting(false)`.
    Ready,
    /// So many leading segments of the job are on paper.
    Proven { job: u64, segments: u32 },
    /// The job is over.
    Ended(Ending),
    /// Nothing of the job left us: it goes back in line.
    Returned { job: u64, cause: Option<Cause> },
    /// A measurement found how this printer proves; to be remembered.
    Paired(Proof, String),
    /// It said who it is: for the first time, or another than before. Empty: asked, and told nothing.
    Identified(Identity),
    /// What it has counted.
    Counted(Counters),
    /// Proof of a job that is over came after all.
    Late(Late),
    /// Behind a slip that broke off it is printed what that is, and cut.
    Mended,
    /// Close the connection; with a cause it is in trouble.
    Close(Option<Cause>),
}

/// What is remembered of a printer from an earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    pub proof: Proof,
    /// Who it was when it was paired. Empty: asked, and told nothing, so it is not asked again. `None`: never asked; then
    /// it is asked when there is nothing to print.
    pub identity: Option<Identity>,
}

/// A pairing of a printer that told nothing of itself.
impl From<Proof> for Remembered {
    fn from(proof: Proof) -> Self {
        Self { proof, identity: Some(Identity::default()) }
    }
}

/// Proof that came after its job had ended `unconfirmed` or `partial`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    pub job: u64,
    /// Leading segments that are now proven to be on paper.
    pub proven: u32,
    pub segments: u32,
    /// All of them: the slip is on paper.
    pub whole: bool,
    pub grade: Grade,
}

/// How a job ended (INTERFACES §5), with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub job: u64,
    /// `confirmed`, `unconfirmed`, `partial`, `not_printed` or `cancelled`.
    pub state: JobState,
    pub cause: Option<Cause>,
    /// Of the evidence; `none` unless confirmed.
    pub grade: Grade,
    pub segments: u32,
    /// Leading segments that are proven to be on paper.
    pub proven: u32,
    /// English, for the evidence beside the job.
    pub detail: String,
}

/// What is known of the printer now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrinterState {
    pub connected: bool,
    /// It can take bytes: connected, paired, no cause against it.
    pub ready: bool,
    /// Why it cannot print.
    pub cause: Option<Cause>,
    /// 纸将尽: a warning, it still prints.
    pub near_end: bool,
    /// What it said of itself last; `None` when nothing is known, as without a connection.
    pub conditions: Option<Conditions>,
    /// How it proves; `unknown` until paired.
    pub proof: Proof,
}
