//! Lists of jobs.

use std::collections::BTreeMap;

use model::{Job, JobId, JobKind, JobState, Moment, Waiting};
use redb::ReadableTable as _;

use crate::{
    cursor::{self, MOST_ROWS, MOST_SCANNED},
    error::StoreError,
    reader::Reader,
    record::{JobV1, Record as _},
    rows,
    tables::{JOBS, QUEUE},
};

/// Which jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    pub state: Option<JobState>,
    /// The queue it stands in, or the printer it was sent to.
    pub printer: Option<String>,
}

/// So many of the newest jobs are looked at for the last one that a printer was given.
const NEWEST: usize = 2_000;

/// A page of jobs, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPage {
    pub rows: Vec<Job>,
    pub next: Option<String>,
}

impl JobFilter {
    fn takes(&self, job: &Job) -> bool {
        let printer = |name: &String| job.printer == *name || job.printed_on.as_ref() == Some(name);
        self.state.is_none_or(|state| state == job.state) && self.printer.as_ref().is_none_or(printer)
    }
}

impl Reader {
    /// All kept jobs, newest first. `limit` is 1 … 500; looks at no more rows than a search does.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`]; or the store can't be read.
    pub fn jobs(&self, filter: &JobFilter, after: Option<&str>, limit: usize) -> Result<JobPage, StoreError> {
        let limit = limit.clamp(1, MOST_ROWS);
        let below = after.map_or(Ok(u64::MAX), cursor::read_number)?;
        let jobs = self.txn.open_table(JOBS)?;
        let mut rows = Vec::new();
        if filter.state.is_some_and(|state| !state.ended()) {
            // the open ones are few, and stand in their own table
            let mut ids = Vec::new();
            for entry in self.txn.open_table(QUEUE)?.iter()? {
                ids.push(entry?.0.value().1);
            }
            ids.retain(|id| *id < below);
            ids.sort_unstable_by(|a, b| b.cmp(a));
            for id in ids {
                if let Some(job) = rows::job(&jobs, JobId(id))?.filter(|job| filter.takes(job)) {
                    if rows.len() == limit {
                        return Ok(page(rows, None));
                    }
                    rows.push(job);
                }
            }
            return Ok(JobPage { rows, next: None });
        }
        let mut last = below;
        for (looked, entry) in jobs.range(..below)?.rev().enumerate() {
            if looked == MOST_SCANNED {
                return Ok(page(rows, Some(last)));
            }
            let (id, bytes) = entry?;
            let id = id.value();
            let job = JobV1::decode(bytes.value(), JobId(id))?.into_job(JobId(id))?;
            if filter.takes(&job) {
                if rows.len() == limit {
                    return Ok(page(rows, None));
                }
                rows.push(job);
            }
            last = id;
        }
        Ok(JobPage { rows, next: None })
    }

    /// The jobs in line for a printer, first first: queued, blocked, held and expired, at most 500.
    ///
    /// # Errors
    /// When the store can't be read or a row is damaged.
    pub fn waiting(&self, printer: &str) -> Result<Vec<Job>, StoreError> {
        let jobs = self.txn.open_table(JOBS)?;
        let queue = self.txn.open_table(QUEUE)?;
        let mut rows = Vec::new();
        for entry in queue.range((printer, 0)..=(printer, u64::MAX))? {
            let (key, state) = entry?;
            let id = key.value().1;
            if rows::state(state.value(), id)?.waits()
                && let Some(job) = rows::job(&jobs, JobId(id))?
            {
                rows.push(job);
                if rows.len() == MOST_ROWS {
                    break;
                }
            }
        }
        Ok(rows)
    }

    /// Per printer, how many jobs are in each open state.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn waiting_counts(&self) -> Result<BTreeMap<String, Waiting>, StoreError> {
        let mut counts: BTreeMap<String, Waiting> = BTreeMap::new();
        for entry in self.txn.open_table(QUEUE)?.iter()? {
            let (key, state) = entry?;
            let (printer, job) = key.value();
            let counts = counts.entry(printer.to_owned()).or_default();
            match rows::state(state.value(), job)? {
                JobState::Queued => counts.queued += 1,
                JobState::Blocked => counts.blocked += 1,
                JobState::Held => counts.held += 1,
                JobState::Expired => counts.expired += 1,
                JobState::Sending => counts.sending += 1,
                _ => {}
            }
        }
        Ok(counts)
    }

    /// The first job in line for a printer, queued or blocked; one whose row is damaged is passed over.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn peek(&self, printer: &str) -> Result<Option<Job>, StoreError> {
        self.first_where(printer, |_| true)
    }

    /// The first job in line for a printer that is wanted; damaged rows are passed over.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn first_where(&self, printer: &str, wanted: impl FnMut(&Job) -> bool) -> Result<Option<Job>, StoreError> {
        rows::first_where(&self.txn.open_table(QUEUE)?, &self.txn.open_table(JOBS)?, printer, wanted)
    }

    /// Every job in line, queued or blocked, of all printers; damaged rows are passed over.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn in_line(&self) -> Result<Vec<Job>, StoreError> {
        rows::in_line(&self.txn.open_table(QUEUE)?, &self.txn.open_table(JOBS)?)
    }

    /// The job of a transaction that a printer was last given, as far as it is among the newest; what the queue goes on
    /// from after a restart. Damaged rows are passed over.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn last_slip(&self, printer: &str) -> Result<Option<Job>, StoreError> {
        let mut last: Option<Job> = None;
        for entry in self.txn.open_table(JOBS)?.iter()?.rev().take(NEWEST) {
            let (id, bytes) = entry?;
            let id = JobId(id.value());
            let Ok(job) = JobV1::decode(bytes.value(), id).and_then(|row| row.into_job(id)) else { continue };
            let here = job.transaction.is_some() && job.printed_on.as_deref() == Some(printer) && !job.state.waits();
            // one that is being sent is the last of all
            let later = |last: &Job| {
                (job.finished_at.is_none(), job.finished_at) > (last.finished_at.is_none(), last.finished_at)
            };
            if here && last.as_ref().is_none_or(later) {
                last = Some(job);
            }
        }
        Ok(last)
    }

    /// When paper last came out of each of these printers for sure. Looks at the newest jobs, no more of them than a
    /// search does; a printer whose last proof is older has none.
    ///
    /// # Errors
    /// When the store can't be read or a row is damaged.
    pub fn last_good_prints(&self, printers: &[&str]) -> Result<BTreeMap<String, Moment>, StoreError> {
        let mut found = BTreeMap::new();
        for entry in self.txn.open_table(JOBS)?.iter()?.rev().take(MOST_SCANNED) {
            if found.len() == printers.len() {
                break;
            }
            let (id, bytes) = entry?;
            let id = JobId(id.value());
            let job = JobV1::decode(bytes.value(), id)?.into_job(id)?;
            // a pulse brings no paper
            if job.state == JobState::Confirmed && job.kind != JobKind::Drawer {
                let on = job.printed_on.unwrap_or(job.printer);
                if let Some(at) = job.finished_at.filter(|_| printers.contains(&on.as_str())) {
                    found.entry(on).and_modify(|last: &mut Moment| *last = (*last).max(at)).or_insert(at);
                }
            }
        }
        Ok(found)
    }

    /// The jobs that are being sent; at the daemon's start, those that a crash interrupted.
    ///
    /// # Errors
    /// When the store can't be read or a row is damaged.
    pub fn interrupted(&self) -> Result<Vec<Job>, StoreError> {
        let jobs = self.txn.open_table(JOBS)?;
        let ids = rows::sending(&self.txn.open_table(QUEUE)?)?;
        ids.into_iter().filter_map(|id| rows::job(&jobs, id).transpose()).collect()
    }
}

fn page(rows: Vec<Job>, looked_to: Option<u64>) -> JobPage {
    let last = looked_to.or_else(|| rows.last().map(|job| job.id.0));
    JobPage { next: last.map(cursor::write_number), rows }
}
