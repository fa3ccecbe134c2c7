//! The stored print job.

use model::{
    Cause, Change, Copy, Evidence, Grade, Job, JobId, JobKind, JobState, SafeText, TransactionId, job::Rendering,
};
use serde::{Deserialize, Serialize};

use super::{MomentV1, Record, at, damaged, moment};
use crate::error::StoreError;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct JobV1 {
    kind: u8,
    transaction: Option<u64>,
    copy: Option<u8>,
    reprint_number: u32,
    printer: String,
    printed_on: Option<String>,
    state: u8,
    cause: Option<u8>,
    /// when, grade, detail
    evidence: Vec<(MomentV1, u8, String)>,
    queued_at: MomentV1,
    finished_at: Option<MomentV1>,
    attempts: u32,
    bytes: Option<u64>,
    change: u64,
    segments: u32,
    proven: u32,
    /// version, SHA-256 in hex, segment ends
    rendered: Option<(u32, String, Vec<u32>)>,
    operator: Option<String>,
    approver: Option<String>,
    reason: Option<String>,
}

impl Record for JobV1 {
    const VERSION: u8 = 1;
    const TABLE: &'static str = "jobs-1";
}

impl From<&Job> for JobV1 {
    fn from(job: &Job) -> JobV1 {
        let job = job.clone();
        JobV1 {
            kind: job.kind.code(),
            transaction: job.transaction.map(|id| id.0),
            copy: job.copy.map(Copy::code),
            reprint_number: job.reprint_number,
            printer: job.printer,
            printed_on: job.printed_on,
            state: job.state.code(),
            cause: job.cause.map(Cause::code),
            evidence: job.evidence.into_iter().map(|e| (moment(e.at), e.grade.code(), e.detail)).collect(),
            queued_at: moment(job.queued_at),
            finished_at: job.finished_at.map(moment),
            attempts: job.attempts,
            bytes: job.bytes,
            change: job.change.0,
            segments: job.segments,
            proven: job.proven,
            rendered: job.rendered.map(|r| (r.version, r.sha256, r.segment_ends)),
            operator: job.operator,
            approver: job.approver,
            reason: job.reason.map(|r| r.as_str().to_owned()),
        }
    }
}

impl JobV1 {
    /// The job with this id.
    pub(crate) fn into_job(self, id: JobId) -> Result<Job, StoreError> {
        let bad = |what: &str| damaged::<JobV1>(id, what);
        let copy = match self.copy {
            Some(code) => Some(Copy::from_code(code).ok_or_else(|| bad("copy"))?),
            None => None,
        };
        let cause = match self.cause {
            Some(code) => Some(Cause::from_code(code).ok_or_else(|| bad("cause"))?),
            None => None,
        };
        let mut evidence = Vec::with_capacity(self.evidence.len());
        for (when, grade, detail) in self.evidence {
            let grade = Grade::from_code(grade).ok_or_else(|| bad("grade"))?;
            evidence.push(Evidence { at: at(when), grade, detail });
        }
        Ok(Job {
            id,
            kind: JobKind::from_code(self.kind).ok_or_else(|| bad("kind"))?,
            transaction: self.transaction.map(TransactionId),
            copy,
            reprint_number: self.reprint_number,
            printer: self.printer,
            printed_on: self.printed_on,
            state: JobState::from_code(self.state).ok_or_else(|| bad("state"))?,
            cause,
            evidence,
            queued_at: at(self.queued_at),
            finished_at: self.finished_at.map(at),
            attempts: self.attempts,
            bytes: self.bytes,
            change: Change(self.change),
            segments: self.segments,
            proven: self.proven,
            rendered: self.rendered.map(|(version, sha256, segment_ends)| Rendering { version, sha256, segment_ends }),
            operator: self.operator,
            approver: self.approver,
            reason: self.reason.map(|r| SafeText::new(&r)),
        })
    }
}
