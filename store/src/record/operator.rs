//! The stored operator.

use model::{Operator, Role, SafeText};
use serde::{Deserialize, Serialize};

use super::{MomentV1, Record, at, damaged, moment};
use crate::error::StoreError;

/// An operator with what only the daemon may know.
#[derive(Clone, PartialEq, Eq)]
pub struct OperatorRow {
    pub operator: Operator,
    /// Argon2id in the PHC string format; worth nothing without the pepper, which is not in this store.
    pub pin: String,
    /// Goes up whenever a log-on made before counts no more: a new PIN, disabled.
    pub credential: u32,
    /// How long the last lock was, in seconds: a clock that was set back must not make it longer than this.
    pub lock_seconds: u64,
}

/// Without the hash: it belongs in no log.
impl std::fmt::Debug for OperatorRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OperatorRow({:?}, credential {})", self.operator, self.credential)
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OperatorV1 {
    name: String,
    role: u8,
    pin: String,
    credential: u32,
    disabled: bool,
    wrong_tries: u32,
    locked_until: Option<MomentV1>,
    lock_seconds: u64,
    created_at: Option<MomentV1>,
    changed_at: Option<MomentV1>,
}

impl Record for OperatorV1 {
    const VERSION: u8 = 1;
    const TABLE: &'static str = "operators-1";
}

impl From<&OperatorRow> for OperatorV1 {
    fn from(row: &OperatorRow) -> OperatorV1 {
        let operator = &row.operator;
        OperatorV1 {
            name: operator.name.as_str().to_owned(),
            role: operator.role.code(),
            pin: row.pin.clone(),
            credential: row.credential,
            disabled: operator.disabled,
            wrong_tries: operator.wrong_tries,
            locked_until: operator.locked_until.map(moment),
            lock_seconds: row.lock_seconds,
            created_at: operator.created_at.map(moment),
            changed_at: operator.changed_at.map(moment),
        }
    }
}

impl OperatorV1 {
    /// The operator with this id.
    pub(crate) fn into_row(self, id: &str) -> Result<OperatorRow, StoreError> {
        let operator = Operator {
            id: id.to_owned(),
            name: SafeText::new(&self.name),
            role: Role::from_code(self.role).ok_or_else(|| damaged::<OperatorV1>(id, "role"))?,
            disabled: self.disabled,
            locked_until: self.locked_until.map(at),
            wrong_tries: self.wrong_tries,
            created_at: self.created_at.map(at),
            changed_at: self.changed_at.map(at),
        };
        Ok(OperatorRow { operator, pin: self.pin, credential: self.credential, lock_seconds: self.lock_seconds })
    }
}
