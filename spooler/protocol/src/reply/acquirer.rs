//! Replies of the acquirer's verbs beyond what `model` says of them: keys that were added.

use model::{
    AcquirerAnswer, Change, Fen, JobId, Measured, Moment, SettleAnswer, SignInAnswer, SignInCause, SignInState, Total,
};
use serde::{Deserialize, Serialize};

/// The sign-in in one line, for Home and the bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInLine {
    pub state: SignInState,
    /// Why it is not signed in, where that is known.
    pub cause: Option<SignInCause>,
    /// Since when it is in that state.
    pub at: Option<Moment>,
    /// 批次号
    pub batch: Option<String>,
}

/// One request to the acquirer that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInLog {
    /// `sign_in`, `sign_out`, `echo`, `settle`
    pub act: String,
    /// Nobody asked for it.
    pub automatic: bool,
    #[serde(flatten)]
    pub answer: SignInAnswer,
}

/// `acquirer`: the state, and what the Sign-in screen shows beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcquirerState {
    #[serde(flatten)]
    pub answer: AcquirerAnswer,
    /// 收单机构
    #[serde(default)]
    pub name: Option<String>,
    /// Why it is not signed in, where that is known.
    #[serde(default)]
    pub cause: Option<SignInCause>,
    /// How old the keys are; null while not signed in.
    #[serde(default)]
    pub signed_in_at: Option<Moment>,
    /// Who asked for the last sign-in; null: nobody.
    #[serde(default)]
    pub operator: Option<String>,
    /// 校验值 of the working keys; only via the host.
    #[serde(default)]
    pub check_values: Option<String>,
    /// The host's clock as it was said last, and by how many milliseconds it was ahead of ours.
    #[serde(default)]
    pub host_time: Option<Moment>,
    #[serde(default)]
    pub skew_ms: Option<i64>,
    /// Transactions of the batch whose outcome nobody knows: no settlement counts them.
    #[serde(default)]
    pub unknown: u32,
    /// Transactions of an earlier batch that were approved or recorded after its settlement, and are in none.
    #[serde(default)]
    pub late: Total,
    /// Batches that were left with transactions that no settlement balanced, newest first.
    #[serde(default)]
    pub unsettled: Vec<UnsettledBatch>,
    /// The last requests, newest first.
    #[serde(default)]
    pub history: Vec<SignInLog>,
}

/// A batch that the host or the terminal went on from, and how many transactions of how much stood in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsettledBatch {
    /// Six digits.
    pub batch: String,
    pub count: u32,
    pub amount: Fen,
    pub at: Moment,
}

impl AcquirerState {
    /// Only what there is to say without an acquirer.
    pub fn of(answer: AcquirerAnswer) -> AcquirerState {
        AcquirerState {
            answer,
            name: None,
            cause: None,
            signed_in_at: None,
            operator: None,
            check_values: None,
            host_time: None,
            skew_ms: None,
            unknown: 0,
            late: Total::default(),
            unsettled: Vec::new(),
            history: Vec::new(),
        }
    }
}

/// `settle`, with what became of its report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    #[serde(flatten)]
    pub answer: SettleAnswer,
    /// The job that prints the report.
    #[serde(default)]
    pub report: Option<JobId>,
    /// What was to be printed and could not be queued: `report`.
    #[serde(default)]
    pub left_out: Vec<String>,
    /// The request left, and no answer was understood: it may have been carried out.
    #[serde(default)]
    pub unknown: bool,
    /// Transactions of the batch whose outcome nobody knows: they are not in it.
    #[serde(default)]
    pub unknown_sales: u32,
}

/// One rung of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at: a step's name, or `printer NAME`.
    pub finding: String,
    /// `null`: not measured, which is never ok.
    pub ok: Option<bool>,
    pub ms: u64,
    /// The measured value; English.
    pub detail: String,
    /// The same as code and values, for a console of any language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
    /// A sign-in's cause or a printer's.
    pub cause: Option<String>,
}

/// What the ladder comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conclusion {
    /// Always true: tells this row from the findings.
    pub conclusion: bool,
    /// `null`: nothing is wrong.
    pub cause: Option<String>,
    /// Other causes that fit, likeliest first.
    pub candidates: Vec<String>,
    pub message: String,
    pub action: String,
    /// What was measured at the rung that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
}

/// A row of `diagnose`: findings, then the conclusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Diagnosed {
    Conclusion(Conclusion),
    Finding(Finding),
}

/// The change event of the sign-in: told with the last commit's number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInChanged {
    pub change: Change,
    pub sign_in: SignInLine,
}
