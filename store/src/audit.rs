//! Reading the audit trail.

use model::{AuditRow, Moment, Outcome, audit::GENESIS};
use redb::ReadableTable as _;

use crate::{
    cursor,
    cursor::{MOST_ROWS, MOST_SCANNED},
    error::StoreError,
    reader::Reader,
    rows,
    tables::AUDIT,
};

/// Which rows of the trail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub since: Option<Moment>,
    pub actor: Option<String>,
    pub act: Option<String>,
    /// One of the ids acted on.
    pub object: Option<String>,
    pub outcome: Option<Outcome>,
}

/// A page of the trail, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    pub rows: Vec<AuditRow>,
    pub next: Option<String>,
}

impl AuditFilter {
    fn takes(&self, row: &AuditRow) -> bool {
        self.since.is_none_or(|since| row.at.unix_ms() >= since.unix_ms())
            && self.actor.as_ref().is_none_or(|actor| row.actor.as_ref() == Some(actor))
            && self.act.as_ref().is_none_or(|act| row.act == *act)
            && self.object.as_ref().is_none_or(|object| row.is_about(object))
            && self.outcome.is_none_or(|outcome| row.outcome == outcome)
    }
}

impl Reader {
    /// The trail, newest first. `limit` is 1 … 500; looks at no more rows than a search does.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`]; or the store can't be read.
    pub fn audit(&self, filter: &AuditFilter, after: Option<&str>, limit: usize) -> Result<AuditPage, StoreError> {
        let limit = limit.clamp(1, MOST_ROWS);
        let below = after.map_or(Ok(u64::MAX), cursor::read_number)?;
        let table = self.txn.open_table(AUDIT)?;
        let mut found: Vec<AuditRow> = Vec::new();
        let mut last = below;
        for (looked, entry) in table.range(..below)?.rev().enumerate() {
            if looked == MOST_SCANNED {
                return Ok(AuditPage { rows: found, next: Some(cursor::write_number(last)) });
            }
            let (seq, bytes) = entry?;
            let seq = seq.value();
            let row = rows::audit_row(bytes.value(), seq)?;
            if filter.takes(&row) {
                if found.len() == limit {
                    let next = found.last().map(|row| cursor::write_number(row.seq));
                    return Ok(AuditPage { rows: found, next });
                }
                found.push(row);
            }
            last = seq;
        }
        Ok(AuditPage { rows: found, next: None })
    }

    /// The rows from a sequence number on, oldest first, at most 500: for export and verification.
    ///
    /// # Errors
    /// When the store can't be read or a row is damaged.
    pub fn audit_from(&self, seq: u64) -> Result<Vec<AuditRow>, StoreError> {
        let table = self.txn.open_table(AUDIT)?;
        let mut found = Vec::new();
        for entry in table.range(seq..)?.take(MOST_ROWS) {
            let (seq, bytes) = entry?;
            found.push(rows::audit_row(bytes.value(), seq.value())?);
        }
        Ok(found)
    }

    /// The row with this number.
    ///
    /// # Errors
    /// When the store can't be read or the row is damaged.
    pub fn audit_row(&self, seq: u64) -> Result<Option<AuditRow>, StoreError> {
        let table = self.txn.open_table(AUDIT)?;
        let bytes = table.get(seq)?;
        bytes.map(|bytes| rows::audit_row(bytes.value(), seq)).transpose()
    }

    /// Number and hash of the last row; 0 and the genesis hash before the first.
    ///
    /// # Errors
    /// When the store can't be read or the row is damaged.
    pub fn audit_head(&self) -> Result<(u64, String), StoreError> {
        let table = self.txn.open_table(AUDIT)?;
        match table.last()? {
            Some((seq, bytes)) => Ok((seq.value(), rows::audit_row(bytes.value(), seq.value())?.hash)),
            None => Ok((0, GENESIS.to_owned())),
        }
    }
}
