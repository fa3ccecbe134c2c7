//! What a printer of a kind answers: its class and its quirks. Data only.

use super::quirk::{Quirk, Quirks};

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

/// A class with its quirks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) model: Model,
    pub(super) quirks: Quirks,
}

impl Manner {
    pub(super) fn has(&self, quirk: Quirk) -> bool {
        self.quirks.has(quirk)
    }

    /// Answers anything at all.
    pub(super) fn speaks(&self) -> bool {
        self.model != Model::Mute && !self.has(Quirk::UsbMute)
    }

    /// An Epson of today, apart from its quirks.
    pub(super) fn is_full(&self) -> bool {
        self.model == Model::Full
    }

    /// Answers DLE EOT `n`.
    pub(super) fn tells(&self, n: u8) -> bool {
        !self.has(Quirk::AsbOnly) && (matches!(n, 1 | 4) || !self.has(Quirk::PartialEot))
    }

    /// Has GS ( H, function 48.
    pub(super) fn has_process_id(&self) -> bool {
        self.is_full() && !self.has(Quirk::CountersWithoutProcessId) || self.has(Quirk::EarlyProcessId)
    }

    /// Has GS g 2.
    pub(super) fn has_counters(&self) -> bool {
        self.is_full() || self.has(Quirk::CountersWithoutProcessId)
    }

    /// Has DLE DC4 8.
    pub(super) fn has_clear(&self) -> bool {
        self.is_full() && !self.has(Quirk::NoClearBuffer) || self.has(Quirk::ClearBuffer)
    }

    /// Answers GS r as soon as it is received.
    pub(super) fn is_early(&self) -> bool {
        self.model == Model::Early
    }
}
