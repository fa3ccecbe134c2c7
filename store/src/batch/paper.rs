//! New jobs: the next paper of a receipt, and jobs without a transaction.

use model::{
    Caller, Copy, Document, Evidence, Job, JobId, JobKind, JobState, Moment, Origin, Outcome, SafeText, Status,
    TransactionId,
};

use super::{AuditEntry, Batch};
use crate::{
    error::StoreError,
    questions,
    record::{HistoryV1, JobLine, JobV1, Record as _},
    rows,
    tables::{JOBS, PAPERS, PARTIAL, QUEUE, RECORDS, UNPRINTED, time_key},
};

/// The next paper of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reprint {
    pub id: TransactionId,
    pub copy: Copy,
    pub printer: String,
    pub operator: Option<String>,
    pub approver: Option<String>,
    pub reason: Option<SafeText>,
}

/// A job without a transaction: a report, a test page, a drawer pulse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    pub kind: JobKind,
    pub printer: String,
    pub document: Option<Document>,
    pub operator: Option<String>,
    pub approver: Option<String>,
    pub reason: Option<SafeText>,
}

/// A receipt's new job as its audit row tells it: `J12 reprint 1 customer front 顾客遗失`. Which paper it was and why, too,
/// can't be bent afterwards.
fn as_noted(job: &Job) -> String {
    let mut words = vec![job.id.to_string(), job.kind.to_string(), job.reprint_number.to_string()];
    words.extend(job.copy.map(|copy| copy.to_string()));
    words.push(job.printer.clone());
    words.extend(job.reason.as_ref().map(|reason| reason.as_str().to_owned()));
    words.join(" ")
}

impl Batch<'_> {
    /// Queues the next paper of a receipt: first paper as long as none can have come out or is under way, else a
    /// reprint with the next number (DESIGN §4.4). Leaves an audit row.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NotApproved`], [`StoreError::NoDocument`].
    pub fn reprint(&mut self, reprint: &Reprint, caller: &Caller, now: Moment) -> Result<Job, StoreError> {
        let Reprint { id, copy, .. } = *reprint;
        let (history, row, documents) = {
            let records = self.txn.open_table(RECORDS)?;
            let row = rows::stored(&records, id)?;
            let row = row.ok_or_else(|| StoreError::not_found(format_args!("transaction {id}")))?.transaction;
            (rows::history(&records, id)?, row, rows::documents(&records, id)?)
        };
        if row.status != Status::Approved {
            return Err(StoreError::NotApproved { id });
        }
        if !documents.is_some_and(|documents| documents.copies().contains(&copy)) {
            return Err(StoreError::NoDocument { id, copy });
        }
        let (kind, number) = history.next_paper(copy);
        let job = Job {
            transaction: Some(id),
            copy: Some(copy),
            reprint_number: number,
            operator: reprint.operator.clone(),
            approver: reprint.approver.clone(),
            reason: reprint.reason.clone(),
            ..self.new_job(kind, &reprint.printer, now)
        };
        let job = self.put_job(None, job)?;
        let entry = AuditEntry {
            actor: reprint.operator.clone(),
            approver: reprint.approver.clone(),
            origin: caller.origin.clone(),
            act: "reprint".to_owned(),
            object: Some(id.to_string()),
            outcome: Outcome::Done,
            before: None,
            after: Some(as_noted(&job)),
        };
        self.audit(entry, now)?;
        Ok(job)
    }

    /// Queues the next paper of a slip that was cut short by the paper's end, by the policy that the shop set in advance
    /// (`after_paper`, DESIGN §4.2): marked and numbered, in the same queue, with its remark. `None` if `cut_short` is no
    /// slip, or if another paper of that copy waits already: one is enough. Leaves an audit row without an actor.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; or the store can't be written.
    pub fn paper_again(
        &mut self,
        cut_short: JobId,
        remark: Evidence,
        origin: Origin,
        now: Moment,
    ) -> Result<Option<Job>, StoreError> {
        let cut = self.expect_job(cut_short)?;
        let (Some(id), Some(copy)) = (cut.transaction, cut.copy) else { return Ok(None) };
        let history = rows::history(&self.txn.open_table(RECORDS)?, id)?;
        if history.lines.iter().any(|line| line.copy == copy && line.state.waits()) {
            return Ok(None);
        }
        let (kind, number) = history.next_paper(copy);
        let job = Job {
            transaction: Some(id),
            copy: Some(copy),
            reprint_number: number,
            evidence: vec![remark],
            ..self.new_job(kind, &cut.printer, now)
        };
        let job = self.put_job(None, job)?;
        let entry = AuditEntry {
            actor: None,
            approver: None,
            origin,
            act: "reprint".to_owned(),
            object: Some(id.to_string()),
            outcome: Outcome::Done,
            before: None,
            after: Some(as_noted(&job)),
        };
        self.audit(entry, now)?;
        Ok(Some(job))
    }

    /// Queues a job without a transaction. The audit row is the caller's.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn queue(&mut self, new: NewJob, now: Moment) -> Result<Job, StoreError> {
        let job = Job {
            operator: new.operator,
            approver: new.approver,
            reason: new.reason,
            ..self.new_job(new.kind, &new.printer, now)
        };
        if let Some(document) = &new.document {
            let bytes = self.packed(&[(None, document)])?;
            self.writes += 1;
            self.txn.open_table(PAPERS)?.insert(job.id.0, bytes.as_slice())?;
        }
        self.put_job(None, job)
    }

    /// A queued job with the next number; not written yet.
    pub(super) fn new_job(&mut self, kind: JobKind, printer: &str, now: Moment) -> Job {
        self.counters.job = self.counters.job.saturating_add(1);
        Job {
            id: JobId(self.counters.job),
            kind,
            transaction: None,
            copy: None,
            reprint_number: 0,
            printer: printer.to_owned(),
            printed_on: None,
            state: JobState::Queued,
            cause: None,
            evidence: Vec::new(),
            queued_at: self.queue_time(now),
            finished_at: None,
            attempts: 0,
            bytes: None,
            change: self.change(),
            segments: 0,
            proven: 0,
            rendered: None,
            operator: None,
            approver: None,
            reason: None,
        }
    }

    /// Now, but never before the last one given out (INTERFACES §5).
    pub(super) fn queue_time(&mut self, now: Moment) -> Moment {
        let last = i64::try_from(self.counters.queued_ms).unwrap_or(i64::MAX);
        let at = Moment::new(now.unix_ms().max(last), now.offset_minutes());
        self.counters.queued_ms = u64::try_from(at.unix_ms()).unwrap_or(0);
        at
    }

    /// Writes a job, its place in line, and what it means for its transaction.
    pub(super) fn put_job(&mut self, before: Option<&Job>, mut job: Job) -> Result<Job, StoreError> {
        job.change = self.change();
        let bytes = JobV1::from(&job).encode()?;
        self.writes += 1;
        self.jobs.insert(job.id);
        self.printers.insert(job.printer.clone());
        self.txn.open_table(JOBS)?.insert(job.id.0, bytes.as_slice())?;
        {
            let mut queue = self.txn.open_table(QUEUE)?;
            if let Some(before) = before
                && (before.printer != job.printer || job.state.ended())
            {
                queue.remove((before.printer.as_str(), job.id.0))?;
                self.printers.insert(before.printer.clone());
            }
            if !job.state.ended() {
                queue.insert((job.printer.as_str(), job.id.0), job.state.code())?;
            }
        }
        if let (Some(id), Some(copy)) = (job.transaction, job.copy)
            && before.is_none_or(|before| before.state != job.state)
        {
            let line = JobLine { job: job.id, copy, state: job.state, number: job.reprint_number };
            self.note_in_history(id, line)?;
        }
        self.note_question(before, &job)?;
        Ok(job)
    }

    /// Keeps the list of open questions; a job that ends well is not in it and costs nothing here.
    fn note_question(&self, before: Option<&Job>, job: &Job) -> Result<(), StoreError> {
        let (old, new) = (before.and_then(questions::key), questions::key(job));
        if old == new {
            return Ok(());
        }
        let mut partial = self.txn.open_table(PARTIAL)?;
        if let Some(old) = old {
            partial.remove(old)?;
        }
        if let Some(new) = new {
            partial.insert(new, ())?;
        }
        Ok(())
    }

    /// Notes a job of a transaction, and what it means for whether the transaction is unprinted.
    pub(super) fn note_in_history(&mut self, id: TransactionId, line: JobLine) -> Result<(), StoreError> {
        let mut records = self.txn.open_table(RECORDS)?;
        let mut history = rows::history(&records, id)?;
        let was_unprinted = history.unprinted();
        history.note(line);
        let bytes = HistoryV1::from(&history).encode()?;
        records.insert((id.0, rows::HISTORY), bytes.as_slice())?;
        self.transactions.insert(id);
        if history.unprinted() != was_unprinted {
            let time = time_key(rows::indexed(&records, id)?.time.unix_ms());
            let mut partial = self.txn.open_table(PARTIAL)?;
            if was_unprinted {
                partial.remove((UNPRINTED, time, id.0))?;
            } else {
                partial.insert((UNPRINTED, time, id.0), ())?;
            }
        }
        Ok(())
    }
}
