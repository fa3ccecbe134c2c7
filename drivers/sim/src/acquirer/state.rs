//! The host as the control socket shows it. Plain data; no keys in it.

use serde::Serialize;

use super::change::{Hsm, Merchant};
use super::fault::Fault;
use super::key_set::Layout;
use super::station::{Signed, Standing};
use super::totals::Totals;

/// One request and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exchange {
    /// Counted from 1.
    pub number: u64,
    /// MTI and 60.3, `0800/003`; empty when it could not be read.
    pub request: String,
    /// Field 41.
    pub terminal: String,
    /// Field 11.
    pub trace: String,
    /// Field 60.2.
    pub batch: String,
    /// Field 39 of the answer, `--` for an answer without one, `None` without an answer.
    pub code: Option<String>,
    /// Why there is none, or why that code.
    pub note: String,
}

impl Exchange {
    /// One line for a log.
    #[must_use]
    pub fn line(&self) -> String {
        let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
        let note = if self.note.is_empty() { String::new() } else { format!(" ({})", self.note) };
        format!(
            "{} terminal {} trace {} batch {} -> {}{note}",
            or(&self.request, "?"),
            or(&self.terminal, "-"),
            or(&self.trace, "-"),
            or(&self.batch, "-"),
            self.code.as_deref().unwrap_or("no answer"),
        )
    }
}

/// One terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the names are those of the control socket")]
pub struct TerminalState {
    pub id: String,
    pub standing: Standing,
    pub signed: Signed,
    pub batch: String,
    pub trace: Option<String>,
    pub sign_ins: u64,
    pub settlements: u64,
    /// Check values of the keys in force: PIK, MAK as it is used.
    pub key_checks: Option<[String; 2]>,
    pub totals: Totals,
    /// A settlement is answered and not ended.
    pub settling: bool,
    /// Details uploaded in it.
    pub uploads: u32,
}

/// The host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the names are those of the control socket")]
pub struct State {
    pub merchant_id: String,
    pub merchant: Merchant,
    pub hsm: Hsm,
    pub layout: Layout,
    pub clock: i64,
    pub faults: Vec<Fault>,
    pub terminals: Vec<TerminalState>,
    /// Connections since the start.
    pub connections: u64,
    /// Requests since the start.
    pub exchanges: u64,
    /// The newest of them, oldest first.
    pub recent: Vec<Exchange>,
}

impl State {
    /// A terminal by its number.
    #[must_use]
    pub fn terminal(&self, id: &str) -> Option<&TerminalState> {
        self.terminals.iter().find(|terminal| terminal.id == id)
    }
}
