//! The classes of printers. Data only; what a class and its quirks make together is `manner`.

/// How honest and how talkative the printer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// Process id, counters, clear-buffer command: an Epson of today.
    Full,
    /// A good clone: GS r in its turn, after the paper moved; no process id, no counters.
    InOrder,
    /// Takes data and never says a word.
    Mute,
    /// A bad clone: GS r is answered when it is received and proves nothing.
    Early,
}
