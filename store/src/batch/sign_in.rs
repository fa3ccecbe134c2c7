//! Keeping the sign-in of a terminal number.

use redb::ReadableTable as _;

use super::Batch;
use crate::{
    error::StoreError,
    record::{Record as _, SignInEntry, SignInHistoryV2, SignInRow, SignInV2},
    sign_in,
    tables::SIGN_IN,
};

impl Batch<'_> {
    /// What is kept of a terminal number, with what this commit did so far.
    ///
    /// # Errors
    /// When the store can't be read or the row is damaged.
    pub fn sign_in(&self, terminal: &str) -> Result<SignInRow, StoreError> {
        sign_in::row(&self.txn.open_table(SIGN_IN)?, terminal)
    }

    /// Keeps it in place of what was there.
    ///
    /// # Errors
    /// When the store can't be read or written.
    pub fn keep_sign_in(&mut self, terminal: &str, row: &SignInRow) -> Result<(), StoreError> {
        let bytes = SignInV2::from(row).encode()?;
        let mut table = self.txn.open_table(SIGN_IN)?;
        let same = table.get((terminal, sign_in::STATE))?.is_some_and(|guard| guard.value() == bytes);
        if !same {
            self.writes += 1;
            table.insert((terminal, sign_in::STATE), bytes.as_slice())?;
        }
        Ok(())
    }

    /// Notes how a request ended; the last twenty are kept.
    ///
    /// # Errors
    /// When the store can't be read or written.
    pub fn note_sign_in(&mut self, terminal: &str, entry: SignInEntry) -> Result<(), StoreError> {
        let mut table = self.txn.open_table(SIGN_IN)?;
        let mut history = sign_in::history(&table, terminal)?;
        history.note(entry);
        let bytes = SignInHistoryV2::from(&history).encode()?;
        self.writes += 1;
        table.insert((terminal, sign_in::HISTORY), bytes.as_slice())?;
        Ok(())
    }

    /// Keeps the settlement report of a terminal number in place of the last one, so that it can be printed again
    /// (重打结算单).
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn keep_report(&mut self, terminal: &str, report: &model::Document) -> Result<(), StoreError> {
        let bytes = self.packed(&[(None, report)])?;
        self.writes += 1;
        self.txn.open_table(SIGN_IN)?.insert((terminal, sign_in::REPORT), bytes.as_slice())?;
        Ok(())
    }
}
