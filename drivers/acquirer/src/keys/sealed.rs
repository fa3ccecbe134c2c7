//! Working keys as they are kept: what the host sent, still encrypted under the master key, once its check values are right.

use std::fmt;

use super::{
    cipher,
    layout::{KeyLayout, Layout, Plan, Slot, plans},
    master::MasterKey,
};
use crate::iso::NetworkCode;

const VERSION: u8 = 1;

/// Why the keys of a sign-in are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    #[error("the answer brings no keys (field 62 is missing)")]
    Missing,
    #[error("{length} bytes of keys: no layout for network code {} has that length", network.digits())]
    Length { length: usize, network: NetworkCode },
    /// True: that check value is right.
    /// `track`: `None` where no such key came.
    #[error("check values: PIK {}, MAK {}{}", right(*pin), right(*mac), track.map_or("", |ok| if ok { ", TDK right" } else { ", TDK wrong" }))]
    Check { pin: bool, mac: bool, track: Option<bool> },
}

fn right(ok: bool) -> &'static str {
    if ok { "right" } else { "wrong" }
}

/// Bytes that are no sealed keys of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the kept working keys cannot be read")]
pub struct SealedKeysError;

/// 校验值: four bytes, shown as hex.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CheckValue(pub [u8; 4]);

impl fmt::Display for CheckValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for CheckValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The check values of a set of working keys: what may be logged of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckValues {
    pub pin: CheckValue,
    pub mac: CheckValue,
    pub track: Option<CheckValue>,
}

impl fmt::Display for CheckValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PIK {} MAK {}", self.pin, self.mac)?;
        self.track.map_or(Ok(()), |track| write!(f, " TDK {track}"))
    }
}

/// Working keys under the master key.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedKeys {
    network: NetworkCode,
    plan: Plan,
    field: Vec<u8>,
}

impl SealedKeys {
    /// Takes field 62 of a sign-in's answer if its check values are right under this master key.
    ///
    /// # Errors
    /// When the field is missing, fits no layout that is allowed, or a check value is wrong.
    pub fn accept(
        network: NetworkCode,
        wanted: KeyLayout,
        field: Option<&[u8]>,
        master: &MasterKey,
    ) -> Result<SealedKeys, KeyFault> {
        let field = field.filter(|field| !field.is_empty()).ok_or(KeyFault::Missing)?;
        let mut best = None;
        for plan in plans(network).iter().filter(|plan| plan.length == field.len() && wanted.takes(plan.layout)) {
            let keys = SealedKeys { network, plan: *plan, field: field.to_vec() };
            match keys.verify(master) {
                Ok(()) => return Ok(keys),
                Err(fault) => best = best.or(Some(fault)),
            }
        }
        Err(best.unwrap_or(KeyFault::Length { length: field.len(), network }))
    }

    /// Checks the kept values against this master key: after a restart it may be another one.
    ///
    /// # Errors
    /// [`KeyFault::Check`]
    pub fn verify(&self, master: &MasterKey) -> Result<(), KeyFault> {
        let holds = |slot: Slot| -> bool {
            let clear = slot.sealed(&self.field).and_then(|sealed| master.decrypt(self.plan.cipher, sealed));
            let made = clear.and_then(|clear| cipher::check_value(self.plan.cipher, &clear));
            made.is_some() && made == slot.value(&self.field)
        };
        let (pin, mac, track) = (holds(self.plan.pin), holds(self.plan.mac), self.plan.track.map(holds));
        if pin && mac && track != Some(false) { Ok(()) } else { Err(KeyFault::Check { pin, mac, track }) }
    }

    /// The layout that the check values confirmed.
    pub fn layout(&self) -> Layout {
        self.plan.layout
    }

    /// What they were asked for with.
    pub fn network(&self) -> NetworkCode {
        self.network
    }

    /// What may be shown of them.
    pub fn check_values(&self) -> CheckValues {
        let value = |slot: Slot| CheckValue(slot.value(&self.field).unwrap_or_default());
        CheckValues { pin: value(self.plan.pin), mac: value(self.plan.mac), track: self.plan.track.map(value) }
    }

    /// How they are kept: version, network code, layout, and the field as it came.
    pub fn to_bytes(&self) -> Vec<u8> {
        let network = match self.network {
            NetworkCode::Single => 1,
            NetworkCode::Double => 3,
            NetworkCode::DoubleWithTrack => 4,
            NetworkCode::Sm4 => 6,
        };
        let mut bytes = vec![VERSION, network, self.plan.layout.code()];
        bytes.extend(&self.field);
        bytes
    }

    /// Reads what [`SealedKeys::to_bytes`] made.
    ///
    /// # Errors
    /// When the bytes are anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<SealedKeys, SealedKeysError> {
        let (head, field) = bytes.split_first_chunk::<3>().ok_or(SealedKeysError)?;
        let [VERSION, network, layout] = *head else { return Err(SealedKeysError) };
        let network = match network {
            1 => NetworkCode::Single,
            3 => NetworkCode::Double,
            4 => NetworkCode::DoubleWithTrack,
            6 => NetworkCode::Sm4,
            _ => return Err(SealedKeysError),
        };
        let plan = plans(network)
            .iter()
            .find(|plan| plan.layout.code() == layout && plan.length == field.len())
            .ok_or(SealedKeysError)?;
        Ok(SealedKeys { network, plan: *plan, field: field.to_vec() })
    }
}

/// Layout and check values, never keys, not even sealed ones.
impl fmt::Debug for SealedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedKeys({:?}, {})", self.plan.layout, self.check_values())
    }
}
