//! What is remembered of a printer over restarts.

use model::{Moment, Proof};
use serde::{Deserialize, Serialize};

use super::{MomentV1, Record, at, damaged, moment};
use crate::error::StoreError;

/// What pairing found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairing {
    /// The connection it was measured on; another one means pairing anew.
    pub connection: String,
    pub profile: String,
    pub proof: Proof,
    /// English, for the log and the detail view.
    pub detail: String,
    pub since: Moment,
}

/// All that is remembered of a printer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrinterState {
    /// A person paused it.
    pub paused: bool,
    pub pairing: Option<Pairing>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PrinterV1 {
    paused: bool,
    /// connection, profile, proof, detail, since
    pairing: Option<(String, String, u8, String, MomentV1)>,
}

impl Record for PrinterV1 {
    const VERSION: u8 = 1;
    const TABLE: &'static str = "printers-1";
}

impl From<&PrinterState> for PrinterV1 {
    fn from(state: &PrinterState) -> PrinterV1 {
        let pairing = state.pairing.clone();
        PrinterV1 {
            paused: state.paused,
            pairing: pairing.map(|p| (p.connection, p.profile, p.proof.code(), p.detail, moment(p.since))),
        }
    }
}

impl PrinterV1 {
    pub(crate) fn into_state(self, name: &str) -> Result<PrinterState, StoreError> {
        let pairing = match self.pairing {
            None => None,
            Some((connection, profile, proof, detail, since)) => {
                let proof = Proof::from_code(proof).ok_or_else(|| damaged::<PrinterV1>(name, "proof"))?;
                Some(Pairing { connection, profile, proof, detail, since: at(since) })
            }
        };
        Ok(PrinterState { paused: self.paused, pairing })
    }
}
