//! The terminal as the control socket shows it. Plain data; no keys and no card numbers in it.

use serde::Serialize;

use super::change::Card;
use super::fault::Fault;
use crate::acquirer::Totals;

/// What came of one deed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[allow(missing_docs, reason = "the names are those of the ECR record")]
pub struct Outcome {
    pub code: String,
    pub text: String,
    pub voucher: String,
    pub amount: u64,
    pub batch: String,
    pub reference: String,
    pub authorization: String,
    /// First six and last four.
    pub card: String,
}

/// The terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[allow(missing_docs, reason = "the names are those of the control socket")]
pub struct State {
    pub terminal_id: String,
    pub merchant_id: String,
    pub signed_in: bool,
    pub batch: String,
    /// The next trace.
    pub trace: String,
    /// Trades of the open batch.
    pub open: usize,
    pub totals: Totals,
    /// A trade that must be taken back first.
    pub reversal_pending: bool,
    pub card: Option<Card>,
    pub faults: Vec<Fault>,
    /// A till is connected; on a serial line unknown and false.
    pub connected: bool,
    /// Something is being done.
    pub working: bool,
    /// Good frames heard, those that were not obeyed included.
    pub commands: u64,
    /// Bad frames heard.
    pub bad_frames: u64,
    /// Frames sent, repetitions included.
    pub frames_sent: u64,
    /// The till has acknowledged the last answer.
    pub acknowledged: bool,
    pub last: Option<Outcome>,
}
