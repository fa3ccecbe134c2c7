//! Rows of the audit chain, sealed in the commit of the act itself.

use model::{AuditRow, Caller, Moment, Origin, Outcome, Status, TransactionId, audit::GENESIS};
use redb::ReadableTable;

use super::Batch;
use crate::{
    error::StoreError,
    record::{AuditV2, Record as _},
    rows,
    tables::AUDIT,
};

/// What an audit row says; number, time and hash are given by the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Operator id.
    pub actor: Option<String>,
    pub approver: Option<String>,
    pub origin: Origin,
    /// The socket's verb.
    pub act: String,
    /// The id acted on; several are separated by blanks.
    pub object: Option<String>,
    pub outcome: Outcome,
    /// How it was and how it is, where something changed.
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Batch<'_> {
    /// Adds a row to the chain.
    ///
    /// # Errors
    /// When the store can't be read or written.
    pub fn audit(&mut self, entry: AuditEntry, now: Moment) -> Result<AuditRow, StoreError> {
        let mut table = self.txn.open_table(AUDIT)?;
        let (last, before) = match self.head.take() {
            Some(head) => head,
            None => match table.last()? {
                Some((seq, row)) => {
                    let seq = seq.value();
                    (seq, rows::audit_row(row.value(), seq)?.hash)
                }
                None => (0, GENESIS.to_owned()),
            },
        };
        let mut row = AuditRow {
            seq: last.saturating_add(1),
            at: now,
            actor: entry.actor,
            approver: entry.approver,
            origin: entry.origin,
            act: entry.act,
            object: entry.object,
            outcome: entry.outcome,
            mono_ms: self.mono_ms,
            before: entry.before,
            after: entry.after,
            hash: String::new(),
        };
        row.seal(&before);
        let bytes = AuditV2::from_row(&row)?.encode()?;
        self.writes += 1;
        table.insert(row.seq, bytes.as_slice())?;
        self.head = Some((row.seq, row.hash.clone()));
        Ok(row)
    }

    /// The row for everything a caller recorded in this commit. `record` has no actor: the uid decides.
    pub(super) fn audit_recorded(&mut self, recorded: RecordedBy) -> Result<(), StoreError> {
        let RecordedBy { caller, at, ids, settled } = recorded;
        let object: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let side = |status: fn(&Settled) -> Status| {
            let texts: Vec<String> = settled.iter().map(|one| format!("{} {}", one.id, status(one))).collect();
            (!texts.is_empty()).then(|| texts.join(", "))
        };
        let (before, after) = (side(|one| one.before), side(|one| one.after));
        let entry = AuditEntry {
            actor: None,
            approver: None,
            origin: caller.origin,
            act: "record".to_owned(),
            object: Some(object.join(" ")),
            outcome: Outcome::Done,
            before,
            after,
        };
        self.audit(entry, at).map(drop)
    }
}

/// What one caller recorded in a commit.
#[derive(Debug)]
pub(super) struct RecordedBy {
    pub(super) caller: Caller,
    pub(super) at: Moment,
    pub(super) ids: Vec<TransactionId>,
    /// Those whose outcome was unknown before.
    pub(super) settled: Vec<Settled>,
}

/// An outcome that became known.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) id: TransactionId,
    pub(super) before: Status,
    pub(super) after: Status,
}
