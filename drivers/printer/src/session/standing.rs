//! What the known facts amount to: the printer's state, its cause, and whether a job may be taken.

use model::{Cause, Paper, Proof};

use super::{Session, voice::Voice};
use crate::{PrinterState, status};

impl Session {
    /// What is known of the printer.
    pub fn state(&self) -> PrinterState {
        let proof = self.effective_proof();
        let known = proof != Proof::Unknown
            && self.pairing.is_none()
            && self.is_acquainted()
            && self.need.is_none()
            && !self.is_draining();
        PrinterState {
            connected: self.open,
            ready: self.open && self.well() && known && self.kept_proof().is_none(),
            cause: self.cause(),
            near_end: self.conditions.is_some_and(|conditions| conditions.paper == Paper::NearEnd),
            conditions: self.conditions,
            proof: self.kept_proof().unwrap_or(proof),
        }
    }

    /// The proof that counts now. A printer that was never measured and says nothing on this connection proves
    /// nothing; that is no measurement, so it isn't remembered: it may only have been held up.
    pub(super) fn effective_proof(&self) -> Proof {
        match self.proof {
            Proof::Unknown if self.voice == Voice::Mute => Proof::NoProof,
            proof => proof,
        }
    }

    /// What it said is wrong with it.
    pub(super) fn told_cause(&self) -> Option<Cause> {
        self.conditions.as_ref().and_then(status::cause)
    }

    /// Why it cannot print. One that is as silent as a stranger is measured although it is told to be stalled.
    pub(super) fn cause(&self) -> Option<Cause> {
        self.trouble().or_else(|| (self.open && self.kept_proof().is_some()).then_some(Cause::Stalled))
    }

    fn trouble(&self) -> Option<Cause> {
        if !self.open {
            return self.gone;
        }
        let told = self.told_cause();
        match self.voice {
            Voice::Heard if self.is_stuck() || self.is_held_up() => told.or(Some(Cause::Stalled)),
            Voice::Unasked | Voice::Heard => told,
            Voice::Lost => told.or(Some(Cause::Stalled)),
            // it has proven before, so silence is not its nature
            Voice::Mute if self.effective_proof() != Proof::NoProof => Some(Cause::Stalled),
            Voice::Mute if self.outstanding() && self.transfer.is_none() && self.abilities.answers => {
                Some(Cause::Stalled)
            }
            Voice::Mute => None,
        }
    }

    pub(super) fn well(&self) -> bool {
        self.voice != Voice::Unasked && self.trouble().is_none()
    }

    /// It speaks, is well, and nothing else is under way: a question may be put, or a measurement begun.
    pub(super) fn at_leisure(&self) -> bool {
        self.open
            && !self.stopping
            && !self.closing
            && self.voice == Voice::Heard
            && self.well()
            && self.transfer.is_none()
            && self.pairing.is_none()
            && self.inquiry.is_none()
            && self.need.is_none()
            && !self.is_draining()
            && !self.poll.active()
    }

    pub(super) fn can_take(&self) -> bool {
        self.open
            && !self.stopping
            && !self.closing
            && self.well()
            && self.transfer.is_none()
            && self.stale.is_empty()
            && self.pairing.is_none()
            && self.inquiry.is_none()
            && self.need.is_none()
            && !self.is_draining()
            && self.is_acquainted()
            && self.kept_proof().is_none()
            && self.effective_proof() != Proof::Unknown
            && !self.outstanding()
            && !self.poll.active()
    }
}
