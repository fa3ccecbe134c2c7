//! What a printer of a kind answers: its class and its quirks. No state and no bytes.

use super::model::Model;
use super::quirk::{Quirk, Quirks};

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
