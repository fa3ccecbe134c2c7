//! What the daemon knows of a payment terminal, whatever protocol it speaks.

use std::time::Duration;

use model::{SignInCause as Cause, Step};

use super::{
    frame::FrameFault,
    record::{RecordError, RecordResponse},
};
use crate::{
    codes::{CodeBook, Meaning},
    verdict::Verdict,
};

/// Which transaction a reprint or a query is about. All empty: the last one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Original {
    /// YYYYMMDD
    pub date: String,
    /// 参考号
    pub reference: String,
    /// 凭证号
    pub voucher: String,
}

/// A payment terminal that takes commands. Blocking: one conversation takes a minute or more if the terminal dials.
pub trait PaymentTerminal: std::fmt::Debug + Send {
    /// 签到
    fn sign_in(&mut self) -> Conversation;

    /// 签退
    fn sign_out(&mut self) -> Conversation;

    /// 结算
    fn settle(&mut self) -> Conversation;

    /// 重打印: on the terminal's own printer; the answer is the transaction.
    fn reprint(&mut self, of: &Original) -> Conversation;

    /// 重打结算单
    fn reprint_settlement(&mut self) -> Conversation;

    /// 查询: what became of a transaction.
    fn query(&mut self, of: &Original) -> Conversation;

    /// Is there a terminal on the line? Changes nothing there.
    fn probe(&mut self, limit: Duration) -> Conversation;
}

/// What happened, step by step, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    pub steps: Vec<Step>,
    pub end: Result<Answered, EcrFault>,
    /// Records that answer no question of ours: transactions that the terminal reports by itself. They were acknowledged,
    /// however it ended, so the terminal will not tell them again.
    pub others: Vec<RecordResponse>,
}

/// What a terminal answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answered {
    /// The answer; `None` only for a probe.
    pub record: Option<RecordResponse>,
}

/// Why a terminal gave no answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EcrFault {
    #[error("opening the line {line}: {detail}")]
    Open { line: String, detail: String },
    #[error("the line {line} is used by another program")]
    InUse { line: String },
    #[error("the terminal did not acknowledge the command")]
    NotAcknowledged,
    #[error("the terminal refused the command (NAK)")]
    Refused,
    #[error("the terminal took the command and did not answer")]
    NoAnswer,
    #[error("the terminal's answer did not come whole: {0}")]
    Garbled(FrameFault),
    #[error("the terminal's answer is no record: {0}")]
    Record(RecordError),
    #[error("the terminal answered something else than was asked")]
    Mismatched,
    #[error("the answer is of terminal {is}, and the config says {must}")]
    WrongTerminal { must: String, is: String },
    #[error("the line was lost: {detail}")]
    Lost { detail: String },
    #[error("the terminal's protocol has no command for this")]
    NotSupported,
    #[error("the command cannot be made: {0}")]
    Request(RecordError),
}

impl EcrFault {
    /// Its cause and the other causes that fit.
    pub fn verdict(&self) -> Verdict {
        let (cause, candidates): (Cause, &[Cause]) = match self {
            EcrFault::Open { .. } => (Cause::TerminalNotAnswering, &[Cause::NotConfigured]),
            EcrFault::InUse { .. } => (Cause::TerminalBusy, &[]),
            EcrFault::NotAcknowledged => (Cause::TerminalNotAnswering, &[]),
            EcrFault::Refused => (Cause::TerminalBusy, &[Cause::TerminalNotAnswering]),
            EcrFault::NoAnswer => (Cause::TerminalNotAnswering, &[Cause::TerminalBusy]),
            EcrFault::Lost { .. } => (Cause::TerminalNotAnswering, &[Cause::ConnectionDropped]),
            EcrFault::Garbled(_) | EcrFault::Record(_) => (Cause::MalformedResponse, &[]),
            EcrFault::Mismatched => (Cause::MismatchedResponse, &[]),
            EcrFault::WrongTerminal { .. } => (Cause::MismatchedResponse, &[Cause::NotConfigured]),
            EcrFault::NotSupported => (Cause::FunctionNotSupported, &[]),
            EcrFault::Request(_) => (Cause::NotConfigured, &[]),
        };
        Verdict::new(cause, candidates)
    }
}

impl RecordResponse {
    /// The cause that an answer with another code than 00 names: the terminal's own code, or the host's that it passes on.
    /// A text that says that the terminal is busy counts more than a code: the host never heard of us then. Where the table does
    /// not know the code, any text of being busy is believed.
    pub fn verdict(&self, book: &CodeBook, acquirer: Option<&str>) -> Verdict {
        let known = book.look_up_terminal(acquirer, &self.code).map(Meaning::verdict);
        let verdict = known.unwrap_or_else(|| Verdict::new(Cause::UnknownCode, &[]));
        let text = self.text.as_ref().map(|text| text.as_str().to_ascii_uppercase()).unwrap_or_default();
        let itself = ["终端忙", "终端正忙", "POS忙", "POS 忙", "POS正忙", "TERMINAL BUSY", "TERMINAL IS BUSY"];
        let busy = text.contains('忙') || text.contains("BUSY");
        let says_busy =
            itself.iter().any(|words| text.contains(words)) || (verdict.cause == Cause::UnknownCode && busy);
        if says_busy && verdict.cause != Cause::TerminalBusy {
            let mut busy = Verdict::new(Cause::TerminalBusy, &[verdict.cause]);
            verdict.candidates.iter().for_each(|candidate| busy.also(*candidate));
            return busy;
        }
        verdict
    }
}
