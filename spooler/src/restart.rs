//! What a restart finds: jobs that were being sent when the daemon ended without saying so.
//!
//! How much of such a job left the machine is not known, and no later proof will come: the printer's answers were for
//! the process that is gone. So it ends in doubt and a person is asked (DESIGN §4.2, §4.3), never printed again by itself:
//!
//! - `unconfirmed` if it went out in one piece, or if all its segments were proven and only the end was not written:
//!   all of it may be out;
//! - `partial` if it has several segments: it may have stopped between any two of them.

use model::{Evidence, Grade, Job, JobKind, JobState, Moment};
use printer::{Abilities, LOST};
use store::{Batch, Ending, JobFilter, Reader, StoreError};

use crate::{claim::Claim, config::Printer, house::House};

const RESTART: &str = "restart while sending";
/// On the job behind which it is said on paper that it is void or to be looked at.
const REPAIRED: &str = "repaired: what follows on the paper is cut off from it";
/// So many of a printer's newest jobs are looked at.
const NEWEST: usize = 200;

/// Ends every interrupted job; the jobs as they are then.
///
/// # Errors
/// When the store can't be read or written.
pub(crate) fn settle(batch: &mut Batch<'_>, now: Moment) -> Result<Vec<Job>, StoreError> {
    let interrupted = batch.interrupted()?;
    interrupted.iter().map(|job| batch.end(job.id, &ending(job, now), now)).collect()
}

/// What an earlier run left behind on a printer.
pub(crate) struct Left {
    /// What the printer may still lack of the command in whose midst its last job was broken off, or the line under it;
    /// `None` if it was not, or is repaired. The job is rendered once more: which of its bytes arrived is not known, so the longest of its
    /// commands counts.
    pub(crate) unfinished: Option<usize>,
    /// It may still answer questions that stood behind that job.
    pub(crate) owed: bool,
}

/// Read from the jobs themselves, so that it is found again however often the daemon ends before the repair is done.
///
/// # Errors
/// When the store can't be read.
pub(crate) fn left(house: &House, printer: &Printer) -> Result<Left, StoreError> {
    let reader = house.store.reader()?;
    let last = last(&reader, &printer.name)?;
    let Some(job) = last.filter(|job| job.proven < job.segments && !said(job, |detail| detail == REPAIRED)) else {
        return Ok(Left { unfinished: None, owed: false });
    };
    // a pulse is too short to be cut in two, and to print that it is void would be a slip about nothing
    let broken = job.kind != JobKind::Drawer
        && (job.state == JobState::Partial || said(&job, |detail| detail == RESTART || detail.starts_with(LOST)));
    let unfinished = broken.then(|| match Claim::of(house, printer, &reader, &job) {
        Ok(claim) => paper::missing_after(claim.bytes(), 0..=claim.bytes().len()),
        Err(_) => Abilities::from(&printer.profile).longest_command,
    });
    Ok(Left { unfinished, owed: true })
}

/// Notes on the job that a printer had last that nothing is left of it to be repaired.
///
/// # Errors
/// When the store can't be read or written.
pub(crate) fn repaired(house: &House, printer: &str) -> Result<(), StoreError> {
    let last = last(&house.store.reader()?, printer)?;
    let Some(job) = last.filter(|job| !said(job, |detail| detail == REPAIRED)) else { return Ok(()) };
    let remark = Evidence { at: house.now(), grade: Grade::None, detail: REPAIRED.to_owned() };
    house.writer.commit(move |batch| batch.prove(job.id, 0, Some(remark)).map(drop))
}

/// The job that a printer had last, of those that are over. It has one after the other, so it is the one that ended last.
fn last(reader: &Reader, printer: &str) -> Result<Option<Job>, StoreError> {
    let filter = JobFilter { printer: Some(printer.to_owned()), ..JobFilter::default() };
    let mut jobs = reader.jobs(&filter, None, NEWEST)?.rows;
    // a cancelled one never came there
    jobs.retain(|job| {
        job.printed_on.as_deref() == Some(printer) && job.state.ended() && job.state != JobState::Cancelled
    });
    Ok(jobs.into_iter().max_by_key(|job| (job.finished_at, job.id)))
}

fn said(job: &Job, what: impl Fn(&str) -> bool) -> bool {
    job.evidence.iter().any(|evidence| what(&evidence.detail))
}

fn ending(job: &Job, now: Moment) -> Ending {
    let whole = job.segments <= 1 || job.proven >= job.segments;
    Ending {
        state: if whole { JobState::Unconfirmed } else { JobState::Partial },
        cause: job.cause,
        evidence: vec![Evidence { at: now, grade: Grade::None, detail: RESTART.to_owned() }],
        proven: None,
    }
}
