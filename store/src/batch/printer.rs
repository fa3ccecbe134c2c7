//! What is remembered of printers.

use super::Batch;
use crate::{
    error::StoreError,
    record::{Pairing, PrinterState, PrinterV2, Record as _},
    rows,
    tables::PRINTERS,
};

impl Batch<'_> {
    /// What is remembered of a printer, with what this commit did so far.
    ///
    /// # Errors
    /// When the store can't be read or the row is damaged.
    pub fn printer(&self, name: &str) -> Result<PrinterState, StoreError> {
        rows::printer(&self.txn.open_table(PRINTERS)?, name)
    }

    /// Remembers what pairing found out.
    ///
    /// # Errors
    /// When the store can't be read or written.
    pub fn remember_pairing(&mut self, printer: &str, pairing: Pairing) -> Result<(), StoreError> {
        self.change_printer(printer, |state| state.pairing = Some(pairing))
    }

    /// A person pauses or resumes a printer.
    ///
    /// # Errors
    /// When the store can't be read or written.
    pub fn set_paused(&mut self, printer: &str, paused: bool) -> Result<(), StoreError> {
        self.change_printer(printer, |state| state.paused = paused)
    }

    fn change_printer(&mut self, printer: &str, change: impl FnOnce(&mut PrinterState)) -> Result<(), StoreError> {
        let mut table = self.txn.open_table(PRINTERS)?;
        let before = rows::printer(&table, printer)?;
        let mut after = before.clone();
        change(&mut after);
        if before != after {
            let bytes = PrinterV2::from(&after).encode()?;
            self.writes += 1;
            self.printers.insert(printer.to_owned());
            table.insert(printer, bytes.as_slice())?;
        }
        Ok(())
    }
}
