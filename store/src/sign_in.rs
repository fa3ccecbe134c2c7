//! Reading what is kept of the sign-in, and the transactions of a batch.

use std::collections::{BTreeMap, BTreeSet};

use model::{BatchTotals, Document, Fen, Status, Total, Transaction, TransactionId};
use redb::ReadableTable;

use crate::{
    cursor::MOST_SCANNED,
    error::StoreError,
    reader::Reader,
    record::{DocumentsV1, Record as _, SettledBatches, SignInHistory, SignInHistoryV2, SignInRow, SignInV2},
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
        Some(guard) => SignInV2::read(guard.value(), terminal)?.into_row(terminal),
        None => Ok(SignInRow::default()),
    }
}

pub(crate) fn history(
    table: &impl ReadableTable<Key, &'static [u8]>,
    terminal: &str,
) -> Result<SignInHistory, StoreError> {
    match table.get((terminal, HISTORY))? {
        Some(guard) => SignInHistoryV2::read(guard.value(), terminal)?.into_history(terminal),
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

/// The transactions of one batch that are in no settlement, kept up to date cheaply: a row changes only from `unknown` to its
/// final word, so it is enough to look at those again and at what came since. Beside them stand the late ones: those of a
/// batch that was settled before they were approved or recorded.
#[derive(Debug, Clone, Default)]
pub struct OpenBatch {
    terminal: String,
    batch: u32,
    settled: SettledBatches,
    /// Transactions of the batch up to here were settled and don't count.
    after: u64,
    /// Of these numbers too, though they are older than that.
    pending: BTreeSet<u64>,
    looked_to: u64,
    unknown: BTreeSet<TransactionId>,
    rows: BTreeMap<TransactionId, Counted>,
    late: BTreeMap<TransactionId, Counted>,
}

/// What a transaction adds.
#[derive(Debug, Clone, Copy)]
struct Counted {
    kind: model::Kind,
    card_kind: Option<model::CardKind>,
    amount: Fen,
}

/// Where a transaction belongs.
enum Place {
    Open,
    Late,
    /// It is ours, and names no batch.
    NoBatch,
    Elsewhere,
}

impl OpenBatch {
    /// Of this terminal and batch, without what is settled. Nothing is known before [`OpenBatch::refresh`].
    pub fn new(terminal: &str, batch: u32, settled: &SettledBatches) -> OpenBatch {
        OpenBatch {
            terminal: terminal.to_owned(),
            batch,
            settled: settled.clone(),
            after: settled.after(batch),
            pending: settled.pending().iter().copied().collect(),
            looked_to: settled.after(batch),
            unknown: settled.pending().iter().copied().map(TransactionId).collect(),
            ..OpenBatch::default()
        }
    }

    /// True if it is that of these.
    pub fn is_of(&self, terminal: &str, batch: u32, settled: &SettledBatches) -> bool {
        self.terminal == terminal && self.batch == batch && self.settled == *settled
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
        let first = self.looked_to.saturating_add(1);
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

    fn place(&self, row: &Transaction) -> Place {
        if row.terminal_id.as_deref() != Some(&self.terminal) {
            return Place::Elsewhere;
        }
        let pending = self.pending.contains(&row.id.0);
        let Some(batch) = row.batch.as_deref().and_then(|batch| batch.parse::<u32>().ok()) else {
            return if pending && row.status == Status::Approved { Place::Late } else { Place::NoBatch };
        };
        let after_last =
            |(last, up_to): (u32, u64)| last == batch && row.id.0 > up_to && row.status == Status::Approved;
        if batch == self.batch {
            if pending || row.id.0 > self.after { Place::Open } else { Place::Elsewhere }
        } else if pending || self.settled.last().is_some_and(after_last) {
            Place::Late
        } else {
            Place::Elsewhere
        }
    }

    /// True if it is of this batch, or late.
    fn note(&mut self, row: &Transaction) -> bool {
        let place = self.place(row);
        let counted = Counted { kind: row.kind, card_kind: row.card_kind, amount: row.amount };
        match (row.status, &place) {
            (_, Place::Elsewhere) | (Status::Declined, _) | (Status::Approved, Place::NoBatch) => {}
            (Status::Approved, Place::Open) => drop(self.rows.insert(row.id, counted)),
            (Status::Approved, Place::Late) => drop(self.late.insert(row.id, counted)),
            // without a batch it may get one with its final word
            (Status::Unknown, _) => drop(self.unknown.insert(row.id)),
        }
        matches!(place, Place::Open | Place::Late)
    }

    /// 批总计
    pub fn totals(&self) -> BatchTotals {
        totals(&self.rows)
    }

    /// How many approved transactions, and what they come to: debits less credits.
    pub fn open(&self) -> Total {
        sum(&self.rows)
    }

    /// The same of the late ones, which are in no settlement and not of this batch.
    pub fn late(&self) -> Total {
        sum(&self.late)
    }

    /// Those whose outcome nobody knows yet.
    pub fn unknown(&self) -> usize {
        self.unknown.len()
    }

    /// Which they are.
    pub fn unknown_ids(&self) -> Vec<u64> {
        self.unknown.iter().map(|id| id.0).collect()
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

fn totals(rows: &BTreeMap<TransactionId, Counted>) -> BatchTotals {
    let mut totals = BatchTotals::default();
    rows.values().for_each(|row| totals.add(row.kind, row.card_kind, row.amount));
    totals
}

fn sum(rows: &BTreeMap<TransactionId, Counted>) -> Total {
    let totals = totals(rows);
    let debit = totals.debit.amount.get().saturating_add(totals.foreign_debit.amount.get());
    let credit = totals.credit.amount.get().saturating_add(totals.foreign_credit.amount.get());
    Total {
        count: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        amount: Fen::new(debit.saturating_sub(credit)).unwrap_or(Fen::MAX),
    }
}
