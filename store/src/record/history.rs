//! The jobs of one transaction in short, beside its row: what `prints`, *unprinted* and reprint numbers are read from.

use model::{Copy, JobId, JobKind, JobState};
use serde::{Deserialize, Serialize};

use super::{Record, damaged};
use crate::error::StoreError;

/// One job of a transaction; or a copy that was asked for when there was no room to queue it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobLine {
    /// [`JobLine::NO_JOB`]: asked for, and never queued.
    pub job: JobId,
    pub copy: Copy,
    pub state: JobState,
    pub number: u32,
}

impl JobLine {
    /// No job has this number.
    pub const NO_JOB: JobId = JobId(0);

    /// A copy that was asked for and left out: its next paper is its first one.
    pub(crate) fn left_out(copy: Copy) -> JobLine {
        JobLine { job: JobLine::NO_JOB, copy, state: JobState::NotPrinted, number: 0 }
    }
}

/// The jobs of a transaction, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct History {
    pub(crate) lines: Vec<JobLine>,
}

impl History {
    /// Jobs whose paper may have come out (INTERFACES §5, `prints`).
    pub(crate) fn prints(&self) -> u32 {
        u32::try_from(self.lines.iter().filter(|line| line.state.may_be_out()).count()).unwrap_or(u32::MAX)
    }

    /// True if a copy was asked for and its paper cannot have come out.
    pub(crate) fn unprinted(&self) -> bool {
        let out = |copy: Copy| self.lines.iter().any(|l| l.copy == copy && l.state.may_be_out());
        Copy::ALL.iter().any(|copy| self.lines.iter().any(|l| l.copy == *copy) && !out(*copy))
    }

    /// What the next paper of this copy is: first paper as long as none is out or under way, else a reprint with the
    /// next number ever issued (DESIGN §4.4).
    pub(crate) fn next_paper(&self, copy: Copy) -> (JobKind, u32) {
        let mut same = self.lines.iter().filter(|l| l.copy == copy);
        if same.clone().all(|l| matches!(l.state, JobState::Cancelled | JobState::NotPrinted)) {
            return (JobKind::Receipt, 0);
        }
        let last = same.by_ref().map(|l| l.number).max().unwrap_or(0);
        (JobKind::Reprint, last.saturating_add(1))
    }

    /// Notes a job's state, adding it when it is new.
    pub(crate) fn note(&mut self, line: JobLine) {
        match self.lines.iter_mut().find(|known| (known.job, known.copy) == (line.job, line.copy)) {
            Some(known) => *known = line,
            None => self.lines.push(line),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HistoryV1 {
    /// job, copy, state, reprint number
    lines: Vec<(u64, u8, u8, u32)>,
}

impl Record for HistoryV1 {
    const VERSION: u8 = 1;
    const TABLE: &'static str = "records-1";
}

impl From<&History> for HistoryV1 {
    fn from(history: &History) -> HistoryV1 {
        let line = |l: &JobLine| (l.job.0, l.copy.code(), l.state.code(), l.number);
        HistoryV1 { lines: history.lines.iter().map(line).collect() }
    }
}

impl HistoryV1 {
    pub(crate) fn into_history(self, key: impl std::fmt::Display) -> Result<History, StoreError> {
        let read = |(job, copy, state, number)| {
            Some(JobLine { job: JobId(job), copy: Copy::from_code(copy)?, state: JobState::from_code(state)?, number })
        };
        let lines: Option<Vec<JobLine>> = self.lines.into_iter().map(read).collect();
        lines.map(|lines| History { lines }).ok_or_else(|| damaged::<HistoryV1>(key, "copy or state"))
    }
}
