//! Operators: made, given a PIN, a name or a role, disabled, unlocked, and their tries counted. The audit row of each is the caller's, in
//! the same commit.

use model::{Moment, Operator, Role, SafeText, operator::lock_seconds};
use redb::ReadableTable as _;

use super::Batch;
use crate::{
    error::StoreError,
    record::{OperatorRow, OperatorV1, Record as _},
    rows,
    tables::OPERATORS,
};

/// An operator to be.
#[derive(Clone, PartialEq, Eq)]
pub struct NewOperator {
    pub id: String,
    pub name: SafeText,
    pub role: Role,
    /// Argon2id in the PHC string format.
    pub pin: String,
}

/// Without the hash: it belongs in no log.
impl std::fmt::Debug for NewOperator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewOperator({}, {})", self.id, self.role)
    }
}

impl Batch<'_> {
    /// An operator, with what this commit did to it so far.
    ///
    /// # Errors
    /// When the store can't be read or the row is damaged.
    pub fn operator(&self, id: &str) -> Result<Option<OperatorRow>, StoreError> {
        rows::operator(&self.txn.open_table(OPERATORS)?, id)
    }

    /// Every operator, by id.
    ///
    /// # Errors
    /// When the store can't be read or a row is damaged.
    pub fn operators(&self) -> Result<Vec<OperatorRow>, StoreError> {
        rows::operators(&self.txn.open_table(OPERATORS)?)
    }

    /// Makes the first manager.
    ///
    /// # Errors
    /// [`StoreError::AlreadySetUp`] once there is any operator.
    pub fn set_up(&mut self, new: NewOperator, now: Moment) -> Result<OperatorRow, StoreError> {
        if self.txn.open_table(OPERATORS)?.first()?.is_some() {
            return Err(StoreError::AlreadySetUp);
        }
        self.add_operator(NewOperator { role: Role::Manager, ..new }, now)
    }

    /// Adds an operator.
    ///
    /// # Errors
    /// [`StoreError::OperatorExists`].
    pub fn add_operator(&mut self, new: NewOperator, now: Moment) -> Result<OperatorRow, StoreError> {
        if self.operator(&new.id)?.is_some() {
            return Err(StoreError::OperatorExists { id: new.id });
        }
        let operator = Operator {
            id: new.id,
            name: new.name,
            role: new.role,
            disabled: false,
            locked_until: None,
            wrong_tries: 0,
            created_at: Some(now),
            changed_at: Some(now),
        };
        self.put_operator(OperatorRow { operator, pin: new.pin, credential: 1, lock_seconds: 0 })
    }

    /// Gives an operator another PIN: log-ons made before count no more, and a lock is lifted.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_pin(&mut self, id: &str, pin: String, now: Moment) -> Result<OperatorRow, StoreError> {
        let mut row = self.expect_operator(id)?;
        row.pin = pin;
        row.credential = row.credential.wrapping_add(1);
        free(&mut row);
        row.operator.changed_at = Some(now);
        self.put_operator(row)
    }

    /// Lets an operator log on no more; log-ons made before count no more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::LastManager`].
    pub fn disable_operator(&mut self, id: &str, now: Moment) -> Result<OperatorRow, StoreError> {
        let mut row = self.expect_operator(id)?;
        self.check_manager_remains(&row)?;
        row.operator.disabled = true;
        row.credential = row.credential.wrapping_add(1);
        row.operator.changed_at = Some(now);
        self.put_operator(row)
    }

    /// Gives an operator another name, another role, or both; log-ons go on, with what the new role may.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::LastManager`] if it would be none any more.
    pub fn set_operator(
        &mut self,
        id: &str,
        name: Option<SafeText>,
        role: Option<Role>,
        now: Moment,
    ) -> Result<OperatorRow, StoreError> {
        let mut row = self.expect_operator(id)?;
        if role.is_some_and(|role| role != Role::Manager) {
            self.check_manager_remains(&row)?;
        }
        row.operator.name = name.unwrap_or(row.operator.name);
        row.operator.role = role.unwrap_or(row.operator.role);
        row.operator.changed_at = Some(now);
        self.put_operator(row)
    }

    /// A shop without a manager could not help itself any more.
    fn check_manager_remains(&self, without: &OperatorRow) -> Result<(), StoreError> {
        let manages = |row: &OperatorRow| row.operator.role == Role::Manager && !row.operator.disabled;
        let id = &without.operator.id;
        if manages(without) && !self.operators()?.iter().any(|other| other.operator.id != *id && manages(other)) {
            return Err(StoreError::LastManager { id: id.clone() });
        }
        Ok(())
    }

    /// Lets an operator log on again who was locked out or disabled.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn unlock_operator(&mut self, id: &str, now: Moment) -> Result<OperatorRow, StoreError> {
        let mut row = self.expect_operator(id)?;
        free(&mut row);
        row.operator.disabled = false;
        row.operator.changed_at = Some(now);
        self.put_operator(row)
    }

    /// Locks an operator out for a while, whatever was tried: support that was shown the door.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn lock_operator(&mut self, id: &str, seconds: u64, now: Moment) -> Result<OperatorRow, StoreError> {
        let mut row = self.expect_operator(id)?;
        let until = later(now, seconds);
        // a longer one stays
        if row.operator.locked_until.is_none_or(|standing| standing.unix_ms() < until.unix_ms()) {
            (row.operator.locked_until, row.lock_seconds) = (Some(until), seconds);
        }
        self.put_operator(row)
    }

    /// Nobody's PIN but this operator's can be compared any more: the secret that they were hashed with is lost. Who has
    /// none now needs a new one; log-ons count no more.
    ///
    /// # Errors
    /// When the store can't be read or written.
    pub fn void_other_pins(&mut self, but: &str, now: Moment) -> Result<(), StoreError> {
        for mut row in self.operators()? {
            if row.operator.id != but {
                row.pin.clear();
                row.credential = row.credential.wrapping_add(1);
                row.operator.changed_at = Some(now);
                self.put_operator(row)?;
            }
        }
        Ok(())
    }

    /// Counts a try as wrong, before anybody has looked at the PIN: who dies in between has tried all the same. From the
    /// fifth on it locks.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn count_try(&mut self, id: &str, now: Moment) -> Result<OperatorRow, StoreError> {
        let mut row = self.expect_operator(id)?;
        row.operator.wrong_tries = row.operator.wrong_tries.saturating_add(1);
        row.lock_seconds = lock_seconds(row.operator.wrong_tries);
        if row.lock_seconds > 0 {
            row.operator.locked_until = Some(later(now, row.lock_seconds));
        }
        self.put_operator(row)
    }

    /// The PIN was right: what was counted is forgotten. Not if the PIN is another one by now, or it was disabled.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn clear_tries(&mut self, id: &str, credential: u32) -> Result<Option<OperatorRow>, StoreError> {
        let mut row = self.expect_operator(id)?;
        if row.credential != credential || row.operator.disabled {
            return Ok(None);
        }
        free(&mut row);
        self.put_operator(row).map(Some)
    }

    fn expect_operator(&self, id: &str) -> Result<OperatorRow, StoreError> {
        self.operator(id)?.ok_or_else(|| StoreError::not_found(format_args!("operator {id}")))
    }

    fn put_operator(&mut self, row: OperatorRow) -> Result<OperatorRow, StoreError> {
        let bytes = OperatorV1::from(&row).encode()?;
        self.writes += 1;
        self.txn.open_table(OPERATORS)?.insert(row.operator.id.as_str(), bytes.as_slice())?;
        Ok(row)
    }
}

fn later(now: Moment, seconds: u64) -> Moment {
    let ms = i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX);
    Moment::new(now.unix_ms().saturating_add(ms), now.offset_minutes())
}

fn free(row: &mut OperatorRow) {
    row.operator.wrong_tries = 0;
    row.operator.locked_until = None;
    row.lock_seconds = 0;
}
