//! What a restart finds: jobs that were being sent when the daemon ended without saying so.
//!
//! How much of such a job left the machine is not known, and no later proof will come: the printer's answers were for
//! the process that is gone. So it ends in doubt and a person is asked (DESIGN §4.2, §4.3), never printed again by itself:
//!
//! - `unconfirmed` if it went out in one piece, or if all its segments were proven and only the end was not written:
//!   all of it may be out;
//! - `partial` if it has several segments: it may have stopped between any two of them.

use model::{Evidence, Grade, Job, JobKind, JobState, Moment};
use printer::Abilities;
use store::{Batch, Ending, StoreError};

use crate::{claim::Claim, config::Printer, house::House};

/// Ends every interrupted job; the jobs as they are then.
///
/// # Errors
/// When the store can't be read or written.
pub(crate) fn settle(batch: &mut Batch<'_>, now: Moment) -> Result<Vec<Job>, StoreError> {
    let interrupted = batch.interrupted()?;
    interrupted.iter().map(|job| batch.end(job.id, &ending(job, now), now)).collect()
}

/// What the printer may still lack of the command in whose midst its last job was interrupted; `None` if none was. The job
/// is rendered once more: which of its bytes arrived is not known, so the longest of its commands counts.
pub(crate) fn unfinished(house: &House, printer: &Printer, interrupted: &[Job]) -> Option<usize> {
    let here = |job: &&Job| job.printed_on.as_ref() == Some(&printer.name);
    // a pulse is too short to be cut in two, and to print that it is void would be a slip about nothing
    let job = interrupted.iter().filter(here).rfind(|job| job.kind != JobKind::Drawer && job.proven < job.segments)?;
    let claim = house.store.reader().ok().and_then(|reader| Claim::of(house, printer, &reader, job).ok());
    Some(match claim {
        Some(claim) => paper::missing_after(claim.bytes(), 0..=claim.bytes().len()),
        None => Abilities::from(&printer.profile).longest_command,
    })
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
