//! Reading operators.

use redb::ReadableTable as _;

use crate::{error::StoreError, reader::Reader, record::OperatorRow, rows, tables::OPERATORS};

impl Reader {
    /// An operator by id.
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

    /// True once `setup` has made a manager.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn has_operators(&self) -> Result<bool, StoreError> {
        Ok(self.txn.open_table(OPERATORS)?.first()?.is_some())
    }
}
