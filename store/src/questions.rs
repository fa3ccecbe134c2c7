//! Open questions: jobs of which proof was expected and missing, and that only a person can settle now (DESIGN §3.4).
//!
//! A list of its own in `partial-1`, so that a job that ends well costs nothing and counting needs no rows.

use model::{Cause, Job, JobId, JobKind, JobState, Moment};

use crate::{
    error::StoreError,
    reader::Reader,
    tables::{PARTIAL, QUESTION, time_key},
};

/// The place of a job in the list; `None` if nobody is to be asked about it: it proved itself or never could have, or it
/// was a drawer's pulse or a test page, which nobody looks for later.
pub(crate) fn key(job: &Job) -> Option<(u8, u64, u64)> {
    let slip = !matches!(job.kind, JobKind::Drawer | JobKind::TestPage);
    let doubtful = matches!(job.state, JobState::Unconfirmed | JobState::Partial);
    let expected = job.cause != Some(Cause::NoStatus);
    let ended = job.finished_at.filter(|_| slip && doubtful && expected)?;
    Some((QUESTION, time_key(ended.unix_ms()), job.id.0))
}

impl Reader {
    /// How many slips a person is to be asked about that ended at that moment or later, and the newest of them.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn questions(&self, since: Moment, most: usize) -> Result<(u64, Vec<JobId>), StoreError> {
        let partial = self.txn.open_table(PARTIAL)?;
        let (mut count, mut newest) = (0, Vec::new());
        let range = (QUESTION, time_key(since.unix_ms()), 0)..=(QUESTION, u64::MAX, u64::MAX);
        for entry in partial.range(range)?.rev() {
            let id = JobId(entry?.0.value().2);
            count += 1;
            if newest.len() < most {
                newest.push(id);
            }
        }
        Ok((count, newest))
    }
}
