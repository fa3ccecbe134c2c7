//! What a printer of a kind answers. Data only.

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

impl Model {
    /// Answers anything at all.
    pub(super) fn speaks(self) -> bool {
        self != Self::Mute
    }

    /// Has GS ( H, GS g 2 and DLE DC4 8.
    pub(super) fn is_full(self) -> bool {
        self == Self::Full
    }

    /// Answers GS r as soon as it is received.
    pub(super) fn is_early(self) -> bool {
        self == Self::Early
    }
}
