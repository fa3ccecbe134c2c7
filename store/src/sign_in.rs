//! Reading what is kept of the sign-in, and the transactions of a batch.

use std::collections::{BTreeMap, BTreeSet};

use model::{BatchTotals, Document, Fen, Status, Total, Transaction, TransactionId};
use redb::ReadableTable;

use crate::{
    cursor::MOST_SCANNED,
    error::StoreError,
    reader::Reader,
    record::{DocumentsV1, Record as _, SignInHistory, SignInHistoryV1, SignInRow, SignInV1},
    rows,
    tables::{SIGN_IN, TEXTS},
};

/// The parts of a terminal number's record.
pub(crate) const STATE: u8 = 0;
pub(crate) const HISTORY: u8 = 1;
pub(crate) const REPORT: u8 = 2;

type Key = (&'static str, u8);

pub(crate) fn row(table: &impl ReadableTable<Key, &'static [u8]>, terminal: &str) -> Result<SignInRow, StoreError> {
    match table.get((terminal, STATE))? {
        Some(guard) => SignInV1::decode(guard.value(), terminal)?.into_row(terminal),
        None => Ok(SignInRow::default()),
    }
}

pub(crate) fn history(
    table: &impl ReadableTable<Key, &'static [u8]>,
    terminal: &str,
) -> Result<SignInHistory, StoreError> {
    match table.get((terminal, HISTORY))? {
        Some(guard) => SignInHistoryV1::decode(guard.value(), terminal)?.into_history(terminal),
        None => Ok(SignInHistory::default()),
    }
}

impl Reader {
    /// What is kept of a terminal number.
    ///
    /// # Errors
    /// When the store can't be read or the row is damaged.
    pub fn sign_in(&self, terminal: &str) -> Result<SignInRow, StoreError> {
        row(&self.txn.open_table(SIGN_IN)?, terminal)
    }

    /// How its last requests ended.
    ///
    /// # Errors
    /// When the store can't be read or the row is damaged.
    pub fn sign_in_history(&self, terminal: &str) -> Result<SignInHistory, StoreError> {
        history(&self.txn.open_table(SIGN_IN)?, terminal)
    }

    /// Its last settlement report.
    ///
    /// # Errors
    /// When the store can't be read or the row is damaged.
    pub fn report(&self, terminal: &str) -> Result<Option<Document>, StoreError> {
        let table = self.txn.open_table(SIGN_IN)?;
        let Some(guard) = table.get((terminal, REPORT))? else { return Ok(None) };
        let documents = DocumentsV1::decode(guard.value(), terminal)?;
        rows::document(&documents, None, &terminal, &self.txn.open_table(TEXTS)?)
    }
}

/// The transactions of one batch, kept up to date cheaply: a row changes only from `unknown` to its final word, so it is
/// enough to look at those again and at what came since.
#[derive(Debug, Clone, Default)]
pub struct OpenBatch {
    terminal: String,
    /// Six digits.
    batch: String,
    /// Transactions up to here were settled and don't count.
    after: u64,
    looked_to: u64,
    unknown: BTreeSet<TransactionId>,
    rows: BTreeMap<TransactionId, Counted>,
}

/// What a transaction adds.
#[derive(Debug, Clone, Copy)]
struct Counted {
    kind: model::Kind,
    card_kind: Option<model::CardKind>,
    amount: Fen,
}

impl OpenBatch {
    /// Of this terminal and batch, without the transactions up to `after`. Nothing is known before [`OpenBatch::refresh`].
    pub fn new(terminal: &str, batch: u32, after: u64) -> OpenBatch {
        OpenBatch { terminal: terminal.to_owned(), batch: format!("{batch:06}"), after, ..OpenBatch::default() }
    }

    /// True if it is that of these.
    pub fn is_of(&self, terminal: &str, batch: u32, after: u64) -> bool {
        self.terminal == terminal && self.batch == format!("{batch:06}") && self.after == after
    }

    /// Reads what came since. The first time it goes back from the newest, and stops after twenty thousand rows in a row
    /// that are not of the batch: then it lies further back than any batch goes.
    ///
    /// # Errors
    /// When the store can't be read or a row is damaged.
    pub fn refresh(&mut self, reader: &Reader) -> Result<(), StoreError> {
        let records = reader.records()?;
        for id in std::mem::take(&mut self.unknown) {
            if let Some(stored) = rows::stored(&records, id)? {
                self.note(&stored.transaction);
            }
        }
        let first = self.looked_to.max(self.after).saturating_add(1);
        let mut newest = self.looked_to;
        let mut strange = 0;
        for entry in records.range((first, rows::ROW)..)?.rev() {
            let (key, _) = entry?;
            let (id, part) = key.value();
            if part != rows::ROW {
                continue;
            }
            newest = newest.max(id);
            let Some(stored) = rows::stored(&records, TransactionId(id))? else { continue };
            strange = if self.note(&stored.transaction) { 0 } else { strange + 1 };
            if strange >= MOST_SCANNED {
                break;
            }
        }
        self.looked_to = newest;
        Ok(())
    }

    /// True if it is of this batch.
    fn note(&mut self, row: &Transaction) -> bool {
        let batch = row.batch.as_deref().map(|batch| format!("{batch:0>6}"));
        if row.terminal_id.as_deref() != Some(&self.terminal) || batch.as_deref() != Some(&self.batch) {
            return false;
        }
        match row.status {
            Status::Approved => {
                self.rows.insert(row.id, Counted { kind: row.kind, card_kind: row.card_kind, amount: row.amount });
            }
            Status::Unknown => drop(self.unknown.insert(row.id)),
            Status::Declined => {}
        }
        true
    }

    /// 批总计
    pub fn totals(&self) -> BatchTotals {
        let mut totals = BatchTotals::default();
        self.rows.values().for_each(|row| totals.add(row.kind, row.card_kind, row.amount));
        totals
    }

    /// How many approved transactions, and what they come to: debits less credits.
    pub fn open(&self) -> Total {
        let totals = self.totals();
        let debit = totals.debit.amount.get().saturating_add(totals.foreign_debit.amount.get());
        let credit = totals.credit.amount.get().saturating_add(totals.foreign_credit.amount.get());
        Total {
            count: u32::try_from(self.rows.len()).unwrap_or(u32::MAX),
            amount: Fen::new(debit.saturating_sub(credit)).unwrap_or(Fen::MAX),
        }
    }

    /// Those whose outcome nobody knows yet.
    pub fn unknown(&self) -> usize {
        self.unknown.len()
    }

    /// The approved ones, oldest first.
    pub fn ids(&self) -> Vec<TransactionId> {
        self.rows.keys().copied().collect()
    }

    /// The last transaction that was looked at, of whatever batch.
    pub fn looked_to(&self) -> u64 {
        self.looked_to
    }
}
