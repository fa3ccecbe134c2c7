//! What one request to the acquirer found, whichever way it went: the steps, and how it ended. No judgement.

use acquirer::{
    Verdict,
    iso::{HostClock, TotalsError, TotalsReply},
};
use model::Step;

use super::said::Said;

/// Working keys whose check values are right, as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GoodKeys {
    pub(crate) sealed: Vec<u8>,
    /// What may be shown of them: the layout they came in, and their check values.
    pub(crate) check_values: String,
    /// 校验值 alone.
    pub(crate) values: String,
}

/// The keys of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Keys {
    /// The payment terminal has them, or the request was no sign-in.
    NotOurs,
    Good(GoodKeys),
    /// Why they are not taken.
    Bad(Verdict, Said),
}

/// An answer that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// 应答码; a settlement's answer of a host has none.
    pub(crate) code: Option<String>,
    /// What the terminal says beside it.
    pub(crate) text: Option<String>,
    pub(crate) batch: Option<u32>,
    pub(crate) clock: Option<HostClock>,
    /// The host wants another sign-in.
    pub(crate) wants_sign_in: bool,
    pub(crate) keys: Keys,
    pub(crate) totals: Option<Result<TotalsReply, TotalsError>>,
    /// The cause that the code names, were it a failure.
    pub(crate) verdict: Verdict,
    /// Short text of the code, Chinese and English.
    pub(crate) meaning: Option<(String, String)>,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    Answered(Box<Answer>),
    /// An answer that can be decoded came, but it is none to this request.
    Strange(Verdict),
    Failed(Verdict),
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) steps: Vec<Step>,
    /// The request left whole: it may have been carried out.
    pub(crate) left: bool,
    pub(crate) end: End,
    /// Records of the payment terminal that answer no question of ours: transactions it reports by itself.
    pub(crate) others: Vec<acquirer::ecr::RecordResponse>,
}

impl Found {
    /// Whoever asked was stopped before the answer was kept: it may have left, and nothing is known of an answer.
    pub(crate) fn interrupted() -> Found {
        let end = End::Failed(Verdict::new(model::SignInCause::NoResponse, &[]));
        Found { steps: Vec::new(), left: true, end, others: Vec::new() }
    }

    /// Nothing was sent.
    pub(crate) fn nothing(verdict: Verdict, steps: Vec<Step>) -> Found {
        Found { steps, left: false, end: End::Failed(verdict), others: Vec::new() }
    }
}
