//! The stored audit row. The hash stands as 32 bytes; the chain itself is the model's.

use model::{AuditRow, Origin, Outcome};
use serde::{Deserialize, Serialize};

use super::{MomentV1, Record, at, damaged, moment};
use crate::error::StoreError;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AuditV1 {
    at: MomentV1,
    actor: Option<String>,
    approver: Option<String>,
    uid: u32,
    tty: Option<String>,
    ssh: Option<String>,
    act: String,
    object: Option<String>,
    outcome: u8,
    hash: [u8; 32],
}

impl Record for AuditV1 {
    const VERSION: u8 = 1;
    const TABLE: &'static str = "audit-1";
}

/// Since version 2 a row may say what the machine's uptime was, and what something was before and after.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AuditV2 {
    row: AuditV1,
    mono_ms: Option<u64>,
    before: Option<String>,
    after: Option<String>,
}

impl Record for AuditV2 {
    const VERSION: u8 = 2;
    const TABLE: &'static str = AuditV1::TABLE;
}

impl From<AuditV1> for AuditV2 {
    fn from(row: AuditV1) -> AuditV2 {
        AuditV2 { row, mono_ms: None, before: None, after: None }
    }
}

impl AuditV2 {
    pub(crate) fn from_row(row: &AuditRow) -> Result<AuditV2, StoreError> {
        let (mono_ms, before, after) = (row.mono_ms, row.before.clone(), row.after.clone());
        Ok(AuditV2 { row: AuditV1::from_row(row)?, mono_ms, before, after })
    }

    /// Reads a row of this version or of an older one: its first byte says which.
    pub(crate) fn read(bytes: &[u8], seq: u64) -> Result<AuditRow, StoreError> {
        let AuditV2 { row, mono_ms, before, after } = match bytes.first() {
            Some(&AuditV1::VERSION) => AuditV1::decode(bytes, seq)?.into(),
            _ => AuditV2::decode(bytes, seq)?,
        };
        Ok(AuditRow { mono_ms, before, after, ..row.into_row(seq)? })
    }
}

impl AuditV1 {
    fn from_row(row: &AuditRow) -> Result<AuditV1, StoreError> {
        let row = row.clone();
        let mut hash = [0; 32];
        let digits: Vec<u32> = row.hash.chars().filter_map(|c| c.to_digit(16)).collect();
        if digits.len() != 64 || row.hash.len() != 64 {
            return Err(StoreError::Unwritable { table: Self::TABLE, what: "a hash that is not 64 hex digits".into() });
        }
        for (to, pair) in hash.iter_mut().zip(digits.chunks(2)) {
            *to = pair.iter().fold(0, |byte, digit| byte << 4 | u8::try_from(*digit).unwrap_or(0));
        }
        Ok(AuditV1 {
            at: moment(row.at),
            actor: row.actor,
            approver: row.approver,
            uid: row.origin.uid,
            tty: row.origin.tty,
            ssh: row.origin.ssh,
            act: row.act,
            object: row.object,
            outcome: row.outcome.code(),
            hash,
        })
    }

    /// The row with this number.
    fn into_row(self, seq: u64) -> Result<AuditRow, StoreError> {
        use std::fmt::Write as _;
        let hash = self.hash.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        Ok(AuditRow {
            seq,
            at: at(self.at),
            actor: self.actor,
            approver: self.approver,
            origin: Origin { uid: self.uid, tty: self.tty, ssh: self.ssh },
            act: self.act,
            object: self.object,
            outcome: Outcome::from_code(self.outcome).ok_or_else(|| damaged::<AuditV1>(seq, "outcome"))?,
            mono_ms: None,
            before: None,
            after: None,
            hash,
        })
    }
}
