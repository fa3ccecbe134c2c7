//! The numbers given out so far: the last change, transaction id, job id and queue time.

use redb::{ReadableTable, WriteTransaction};

use crate::{error::StoreError, tables::META};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counters {
    pub(crate) change: u64,
    pub(crate) transaction: u64,
    pub(crate) job: u64,
    /// Milliseconds since 1970; `queued_at` never runs back.
    pub(crate) queued_ms: u64,
}

pub(crate) const CHANGE: &str = "change";
const TRANSACTION: &str = "transaction";
const JOB: &str = "job";
const QUEUED: &str = "queued_ms";

impl Counters {
    pub(crate) fn read(table: &impl ReadableTable<&'static str, u64>) -> Result<Counters, StoreError> {
        let number =
            |name: &'static str| -> Result<u64, StoreError> { Ok(table.get(name)?.map_or(0, |guard| guard.value())) };
        Ok(Counters {
            change: number(CHANGE)?,
            transaction: number(TRANSACTION)?,
            job: number(JOB)?,
            queued_ms: number(QUEUED)?,
        })
    }

    pub(crate) fn write(&self, txn: &WriteTransaction) -> Result<(), StoreError> {
        let mut table = txn.open_table(META)?;
        let numbers =
            [(CHANGE, self.change), (TRANSACTION, self.transaction), (JOB, self.job), (QUEUED, self.queued_ms)];
        for (name, number) in numbers {
            table.insert(name, number)?;
        }
        Ok(())
    }
}
