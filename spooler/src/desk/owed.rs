//! What became of a job, on its way into the store; kept here while the store does not take it.

use model::{Cause, Evidence, Grade, JobId, Moment, Origin};
use store::{Batch, StoreError};

use crate::queue::{again, failure};

/// What became of a claimed job.
#[derive(Debug, Clone)]
pub(super) struct Owed {
    pub(super) id: JobId,
    /// The number of the claim: of another one nothing is said.
    pub(super) epoch: u32,
    pub(super) what: What,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    /// `again`: it is printed again by the shop's policy; the first job that was cut short.
    End { ending: store::Ending, again: Option<JobId> },
    /// Nothing left us: back in line, with why the printer of that line cannot take it, if it cannot.
    Back { cause: Option<Cause>, blocks: bool },
}

impl Owed {
    /// Commits it.
    ///
    /// # Errors
    /// When the claim is over, or the store can't be written.
    pub(super) fn pay(&self, batch: &mut Batch<'_>, now: Moment) -> Result<(), StoreError> {
        let job = batch.of_claim(self.id, self.epoch)?;
        match &self.what {
            What::End { ending, again } => {
                batch.end(self.id, ending, now)?;
                if let Some(root) = again {
                    let remark = Evidence { at: now, grade: Grade::None, detail: again::remark(*root) };
                    batch.paper_again(self.id, remark, origin(), now)?;
                }
            }
            What::Back { cause, blocks } => {
                match cause.filter(|_| *blocks) {
                    Some(cause) => batch.block(self.id, cause)?,
                    None => batch.unblock(self.id)?,
                };
                if let Some(cause) = cause.filter(|_| failure::is_failure(*cause)) {
                    let why = format!("it came back before a byte of it left: {cause}");
                    let detail = failure::remark(failure::count(&job), &why);
                    batch.remark(self.id, Evidence { at: now, grade: Grade::None, detail })?;
                    if failure::is_last(&job) {
                        batch.hold(self.id)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Nobody asked for it: the daemon itself did.
fn origin() -> Origin {
    Origin { uid: rustix::process::getuid().as_raw(), tty: None, ssh: None }
}

/// True if the same may succeed later.
pub(super) fn may_pass(error: &StoreError) -> bool {
    matches!(error, StoreError::DiskFull | StoreError::Io(_) | StoreError::Closed(_) | StoreError::Undone(_))
}
