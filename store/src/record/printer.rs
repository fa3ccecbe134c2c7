//! What is remembered of a printer over restarts.

use model::{Identity, Moment, Proof};
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
    /// Who the printer said that it is; another one, or other firmware, means pairing anew.
    pub identity: Option<Identity>,
}

/// All that is remembered of a printer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrinterState {
    /// A person paused it.
    pub paused: bool,
    pub pairing: Option<Pairing>,
}

/// connection, profile, proof, detail, since
type PairingV1 = (String, String, u8, String, MomentV1);

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PrinterV1 {
    paused: bool,
    pairing: Option<PairingV1>,
}

impl Record for PrinterV1 {
    const VERSION: u8 = 1;
    const TABLE: &'static str = "printers-1";
}

/// maker, model, firmware, serial, font
type IdentityV1 = (Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

/// Since version 2 a pairing knows with whom it was made.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PrinterV2 {
    paused: bool,
    pairing: Option<(PairingV1, Option<IdentityV1>)>,
}

impl Record for PrinterV2 {
    const VERSION: u8 = 2;
    const TABLE: &'static str = PrinterV1::TABLE;
}

impl From<PrinterV1> for PrinterV2 {
    fn from(old: PrinterV1) -> PrinterV2 {
        PrinterV2 { paused: old.paused, pairing: old.pairing.map(|pairing| (pairing, None)) }
    }
}

impl From<&PrinterState> for PrinterV2 {
    fn from(state: &PrinterState) -> PrinterV2 {
        let pairing = state.pairing.clone().map(|p| {
            let identity = p.identity.map(|i| (i.maker, i.model, i.firmware, i.serial, i.font));
            ((p.connection, p.profile, p.proof.code(), p.detail, moment(p.since)), identity)
        });
        PrinterV2 { paused: state.paused, pairing }
    }
}

impl PrinterV2 {
    /// Reads a row of this version or of an older one: its first byte says which.
    pub(crate) fn read(bytes: &[u8], name: &str) -> Result<PrinterV2, StoreError> {
        match bytes.first() {
            Some(&PrinterV1::VERSION) => PrinterV1::decode(bytes, name).map(PrinterV2::from),
            _ => PrinterV2::decode(bytes, name),
        }
    }

    pub(crate) fn into_state(self, name: &str) -> Result<PrinterState, StoreError> {
        let pairing = match self.pairing {
            None => None,
            Some(((connection, profile, proof, detail, since), identity)) => {
                let proof = Proof::from_code(proof).ok_or_else(|| damaged::<PrinterV2>(name, "proof"))?;
                let identity = identity.map(|(maker, model, firmware, serial, font)| Identity {
                    maker,
                    model,
                    firmware,
                    serial,
                    font,
                });
                Some(Pairing { connection, profile, proof, detail, since: at(since), identity })
            }
        };
        Ok(PrinterState { paused: self.paused, pairing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(identity: Option<Identity>) -> PrinterState {
        let pairing = Pairing {
            connection: "tcp://h:9100".into(),
            profile: "generic-80".into(),
            proof: Proof::ProcessId,
            detail: "measured".into(),
            since: Moment::new(1_795_000_000_000, 480),
            identity,
        };
        PrinterState { paused: true, pairing: Some(pairing) }
    }

    #[test]
    fn a_row_that_the_first_version_wrote_is_read() {
        // written out by PrinterV1 as it was released
        let mut bytes = vec![1, 1, 1, 12];
        bytes.extend(b"tcp://h:9100");
        bytes.push(10);
        bytes.extend(b"generic-80");
        bytes.extend([2, 8]);
        bytes.extend(b"measured");
        bytes.extend([0x80, 0xF8, 0xB2, 0xE5, 0xBD, 0x68, 0xC0, 0x07]);
        let read = PrinterV2::read(&bytes, "front").unwrap().into_state("front").unwrap();
        assert_eq!(read, state(None));
        let paused = PrinterV2::read(&[1, 1, 0], "front").unwrap().into_state("front").unwrap();
        assert_eq!(paused, PrinterState { paused: true, pairing: None });
    }

    #[test]
    fn what_is_written_now_is_read_back_and_what_comes_later_is_damage() {
        let told = Identity { maker: Some("SIM".into()), serial: Some("1".into()), ..Identity::default() };
        for identity in [None, Some(Identity::default()), Some(told)] {
            let state = state(identity);
            let mut bytes = PrinterV2::from(&state).encode().unwrap();
            assert_eq!(PrinterV2::read(&bytes, "front").unwrap().into_state("front").unwrap(), state);
            bytes[0] = 3;
            assert!(PrinterV2::read(&bytes, "front").is_err());
        }
        assert!(PrinterV2::read(&[], "front").is_err());
    }
}
