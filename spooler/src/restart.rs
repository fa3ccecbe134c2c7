//! What a restart finds: jobs that were being sent when the daemon ended without saying so.
//!
//! How much of such a job left the machine is not known, and no later proof will come: the printer's answers were for
//! the process that is gone. So it ends in doubt and a person is asked (DESIGN §4.2, §4.3), never printed again by itself:
//!
//! - `unconfirmed` if it went out in one piece, or if all its segments were proven and only the end was not written:
//!   all of it may be out;
//! - `partial` if it has several segments: it may have stopped between any two of them.

use model::{Evidence, Grade, Job, JobState, Moment};
use store::{Batch, Ending, StoreError};

/// Ends every interrupted job; the jobs as they are then.
///
/// # Errors
/// When the store can't be read or written.
pub(crate) fn settle(batch: &mut Batch<'_>, now: Moment) -> Result<Vec<Job>, StoreError> {
    let interrupted = batch.interrupted()?;
    interrupted.iter().map(|job| batch.end(job.id, &ending(job, now), now)).collect()
}

fn ending(job: &Job, now: Moment) -> Ending {
    let whole = job.segments <= 1 || job.proven >= job.segments;
    Ending {
        state: if whole { JobState::Unconfirmed } else { JobState::Partial },
        cause: job.cause,
        evidence: vec![Evidence { at: now, grade: Grade::None, detail: "restart while sending".to_owned() }],
        proven: None,
    }
}
