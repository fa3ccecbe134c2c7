//! Recording an event: once per (source, source_id), with its documents and jobs, in one commit (DESIGN §3.1).

use jiff::civil::Date;
use model::{Caller, Copy, Document, Event, JobId, JobKind, Moment, Status, Transaction, TransactionId};
use redb::ReadableTable;

use super::{
    Batch,
    audit::{RecordedBy, Settled},
};
use crate::{
    error::StoreError,
    index,
    packed::Packed,
    record::{JobLine, Record as _, StoredTransaction, TransactionV1, day_number},
    rows,
    tables::{BY_TIME, INDEX, PARTIAL, RECORDS, SOURCES, TOTALS, UNKNOWN, UNPRINTED, time_key},
};

/// A copy to print at once, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintRequest {
    pub copy: Copy,
    pub printer: String,
}

/// An event to record.
#[derive(Clone, Copy)]
pub struct Recording<'a> {
    pub event: &'a Event,
    pub caller: &'a Caller,
    pub now: Moment,
    /// The business day of the event's time.
    pub day: Date,
    /// Printed if the transaction is approved.
    pub print: &'a [PrintRequest],
    /// Words the slip of a copy. Must not use the store.
    pub compose: &'a dyn Fn(&Transaction, Copy) -> Document,
    /// Copies to compose and keep; those in `print` are composed in any case.
    pub copies: &'a [Copy],
}

impl std::fmt::Debug for Recording<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recording({} {})", self.event.source, self.event.source_id)
    }
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub id: TransactionId,
    /// It was known with the same content; nothing was changed.
    pub duplicate: bool,
    /// Jobs queued for it.
    pub jobs: Vec<JobId>,
    /// Copies were to be printed at once and were not queued.
    pub left_out: bool,
}

impl Batch<'_> {
    /// Records an event, or finds that it was recorded (INTERFACES §4, "Again").
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is known with other content, except that an unknown outcome may become final:
    /// then the row is changed in place.
    pub fn record(&mut self, r: &Recording<'_>) -> Result<Recorded, StoreError> {
        self.keep(r, true)
    }

    /// Records an event as [`Batch::record`] does, without queueing what is to be printed at once: for a moment when
    /// there is no room for more to print. The transaction is *unprinted* then, and the next paper its first one.
    ///
    /// # Errors
    /// As [`Batch::record`].
    pub fn record_unprinted(&mut self, r: &Recording<'_>) -> Result<Recorded, StoreError> {
        self.keep(r, false)
    }

    fn keep(&mut self, r: &Recording<'_>, queue: bool) -> Result<Recorded, StoreError> {
        let known = rows::by_source(
            &self.txn.open_table(SOURCES)?,
            &self.txn.open_table(RECORDS)?,
            &r.event.source,
            &r.event.source_id,
        )?;
        let (before, id, recorded_at) = match known {
            None => {
                let last = TransactionId(self.counters.transaction);
                (None, TransactionId::next(last, r.now.unix_ms()), r.now)
            }
            Some(known) => {
                let old = &known.transaction;
                let mut again = transaction(r.event, old.id, old.recorded_at);
                again.change = old.change;
                if again == *old {
                    return Ok(Recorded { id: old.id, duplicate: true, jobs: Vec::new(), left_out: false });
                }
                // the final word may say more than the first: an authorization, a changed amount
                let settles = old.status == Status::Unknown && again.status != Status::Unknown;
                if !settles {
                    return Err(StoreError::Conflict { id: old.id });
                }
                let (id, recorded_at) = (old.id, old.recorded_at);
                (Some(known), id, recorded_at)
            }
        };
        let mut row = transaction(r.event, id, recorded_at);
        row.change = self.change();
        let approved = row.status == Status::Approved;
        let mut documents: Vec<(Copy, Document)> = Vec::new();
        if approved {
            for copy in r.copies.iter().copied().chain(r.print.iter().map(|p| p.copy)) {
                if !documents.iter().any(|(known, _)| *known == copy) {
                    documents.push((copy, (r.compose)(&row, copy)));
                }
            }
        }
        let row = StoredTransaction { transaction: row, day: day_number(r.day) };
        // everything is decided; from here on it is written
        self.put_transaction(before.as_ref(), &row)?;
        if !documents.is_empty() {
            self.put_documents(id, &documents)?;
        }
        let mut jobs = Vec::new();
        let left_out = approved && !queue && !r.print.is_empty();
        if left_out {
            for print in r.print {
                self.note_in_history(id, JobLine::left_out(print.copy))?;
            }
        } else if approved {
            for print in r.print {
                let job = self.new_job(JobKind::Receipt, &print.printer, r.now);
                let job = model::Job { transaction: Some(id), copy: Some(print.copy), ..job };
                jobs.push(job.id);
                self.put_job(None, job)?;
            }
        }
        let after = row.transaction.status;
        let settled = before.map(|before| Settled { id, before: before.transaction.status, after });
        self.note_recorded(r.caller, r.now, id, settled);
        Ok(Recorded { id, duplicate: false, jobs, left_out })
    }

    fn note_recorded(&mut self, caller: &Caller, at: Moment, id: TransactionId, settled: Option<Settled>) {
        match self.recorded.iter_mut().find(|known| known.caller == *caller) {
            Some(known) => {
                known.at = at;
                if !known.ids.contains(&id) {
                    known.ids.push(id);
                }
                known.settled.extend(settled);
            }
            None => {
                let settled = settled.into_iter().collect();
                self.recorded.push(RecordedBy { caller: caller.clone(), at, ids: vec![id], settled });
            }
        }
    }

    /// Writes a row, its index entries, its place in the partial lists, and its day's totals.
    fn put_transaction(
        &mut self,
        before: Option<&StoredTransaction>,
        after: &StoredTransaction,
    ) -> Result<(), StoreError> {
        let row = &after.transaction;
        let bytes = TransactionV1::from(after).encode()?;
        self.writes += 1;
        self.transactions.insert(row.id);
        self.txn.open_table(RECORDS)?.insert((row.id.0, rows::ROW), bytes.as_slice())?;
        let place = (time_key(row.time.unix_ms()), row.id.0);
        {
            let mut by_time = self.txn.open_table(BY_TIME)?;
            let mut index = self.txn.open_table(INDEX)?;
            let mut partial = self.txn.open_table(PARTIAL)?;
            match before.map(|b| &b.transaction) {
                Some(old) => {
                    let old_place = (time_key(old.time.unix_ms()), old.id.0);
                    let unprinted = partial.remove((UNPRINTED, old_place.0, old_place.1))?.is_some();
                    if unprinted {
                        partial.insert((UNPRINTED, place.0, place.1), ())?;
                    }
                    if old.status == Status::Unknown {
                        partial.remove((UNKNOWN, old_place.0, old_place.1))?;
                    }
                    by_time.remove(old_place)?;
                    for key in index::entries(old) {
                        index.remove(&key)?;
                    }
                }
                None => {
                    let hash = rows::source_hash(&row.source, &row.source_id);
                    self.txn.open_table(SOURCES)?.insert((hash, row.id.0), ())?;
                    self.counters.transaction = self.counters.transaction.max(row.id.0);
                }
            }
            by_time.insert(place, &Packed::of(row).bytes())?;
            for key in index::entries(row) {
                index.insert(&key, ())?;
            }
            if row.status == Status::Unknown {
                partial.insert((UNKNOWN, place.0, place.1), ())?;
            }
        }
        if let Some(before) = before {
            self.count(before, false)?;
        }
        self.count(after, true)
    }

    fn count(&mut self, stored: &StoredTransaction, add: bool) -> Result<(), StoreError> {
        let t = &stored.transaction;
        let mut currency = [b'X'; 3];
        for (to, from) in currency.iter_mut().zip(t.currency.as_str().bytes()) {
            *to = from;
        }
        let key = (stored.day, t.kind.code(), t.method.code(), t.status.code(), &currency);
        let mut totals = self.txn.open_table(TOTALS)?;
        let (count, amount) = totals.get(key)?.map_or((0, 0), |guard| guard.value());
        let new = if add {
            (count.saturating_add(1), amount.saturating_add(t.amount.get()))
        } else {
            (count.saturating_sub(1), amount.saturating_sub(t.amount.get()))
        };
        if new.0 == 0 {
            totals.remove(key)?;
        } else {
            totals.insert(key, new)?;
        }
        Ok(())
    }
}

/// The transaction that an event makes.
fn transaction(event: &Event, id: TransactionId, recorded_at: Moment) -> Transaction {
    // every key by name: a new key of the event can't be forgotten here
    let Event {
        source,
        source_id,
        kind,
        amount,
        currency,
        time,
        status,
        method,
        card,
        card_kind,
        issuer,
        entry_mode,
        order,
        trade,
        terminal_id,
        merchant_id,
        acquirer,
        voucher,
        batch,
        reference,
        authorization,
        response_code,
        operator,
        original,
        items,
        note,
        print: _,
    } = event.clone();
    Transaction {
        id,
        recorded_at,
        change: model::Change(0),
        source,
        source_id,
        kind,
        amount,
        currency,
        time,
        status,
        method,
        card,
        card_kind,
        issuer,
        entry_mode,
        order,
        trade,
        terminal_id,
        merchant_id,
        acquirer,
        voucher,
        batch,
        reference,
        authorization,
        response_code,
        operator,
        original,
        items,
        note,
    }
}
