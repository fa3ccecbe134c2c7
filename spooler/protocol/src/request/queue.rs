//! What a person can do with jobs that wait, are being sent, or ended in doubt (INTERFACES §5).

use model::{JobId, JobState};
use serde::{Deserialize, Serialize};

/// `job_hold`, `job_release` and `job_cancel`: one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobNamed {
    pub id: JobId,
}

/// `job_move`: a waiting job goes to another printer's queue, at the place of its number there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobMove {
    pub id: JobId,
    /// The name of the printer it goes to.
    pub printer: String,
}

/// What a person says who looked for the slip of a job that ended in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is there, whole.
    Printed,
    /// It is not there, or not whole. The command line's `not-printed` is understood, too.
    #[serde(alias = "not-printed")]
    NotPrinted,
}

impl Answer {
    /// What becomes of the job.
    pub fn state(self) -> JobState {
        match self {
            Answer::Printed => JobState::Confirmed,
            Answer::NotPrinted => JobState::NotPrinted,
        }
    }
}

/// `job_resolve`: a person's answer about a job that ended `unconfirmed` or `partial`. Once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobResolve {
    pub id: JobId,
    pub answer: Answer,
}

/// `printer_move`: everything that waits for one printer goes to another, held and expired jobs, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterMove {
    /// The name of the printer whose queue it is; it may be one that is no longer in the config.
    pub id: String,
    /// The name of the printer it goes to.
    pub printer: String,
}
