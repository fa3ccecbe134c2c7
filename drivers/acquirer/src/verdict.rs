//! From what went wrong to its cause: one cause, and the other causes that fit, likeliest first (INTERFACES §5, "where two
//! fit"). What distinguishes candidates is measured by the daemon's probes, not here.

use model::SignInCause as Cause;

use crate::{
    iso::ResponseFault,
    keys::{KeyFault, MasterKeyError},
};

/// A cause and its rivals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub cause: Cause,
    pub candidates: Vec<Cause>,
}

impl Verdict {
    pub fn new(cause: Cause, candidates: &[Cause]) -> Verdict {
        let mut verdict = Verdict { cause, candidates: Vec::new() };
        candidates.iter().for_each(|candidate| verdict.also(*candidate));
        verdict
    }

    /// Adds a candidate behind the others, once.
    pub fn also(&mut self, candidate: Cause) {
        if candidate != self.cause && !self.candidates.contains(&candidate) {
            self.candidates.push(candidate);
        }
    }
}

impl ResponseFault {
    /// Its cause: an answer that can't be read is malformed, one to another question is mismatched.
    pub fn verdict(&self) -> Verdict {
        match self {
            ResponseFault::Frame(_) => Verdict::new(Cause::MalformedResponse, &[Cause::Addressing]),
            ResponseFault::NoCode | ResponseFault::BadCode => Verdict::new(Cause::MalformedResponse, &[]),
            ResponseFault::Type { .. }
            | ResponseFault::Trace { .. }
            | ResponseFault::Terminal { .. }
            | ResponseFault::Merchant { .. } => Verdict::new(Cause::MismatchedResponse, &[]),
        }
    }
}

impl KeyFault {
    /// Its cause. Both check values wrong: the master key is wrong here or there. The PIN key's right: so is the master key, and
    /// what was read as the MAC key is none, so the layout is another (facts 7, rung 14).
    pub fn verdict(&self) -> Verdict {
        match self {
            KeyFault::Missing | KeyFault::Length { .. } => Verdict::new(Cause::KeyLayoutUnknown, &[Cause::HostFault]),
            KeyFault::Check { pin: false, mac: false, .. } => {
                Verdict::new(Cause::KeyCheckFailed, &[Cause::MasterKeyMissing])
            }
            KeyFault::Check { .. } => Verdict::new(Cause::KeyCheckFailed, &[Cause::KeyLayoutUnknown]),
        }
    }
}

impl MasterKeyError {
    pub fn verdict(&self) -> Verdict {
        Verdict::new(Cause::MasterKeyMissing, &[])
    }
}
