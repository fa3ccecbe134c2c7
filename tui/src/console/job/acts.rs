//! What can be done with a job now, and what that opens: the same from the queue and from the job's own page.

use model::{Cause, Job, JobKind, JobState};

use super::super::{
    action::Action,
    desk::Desk,
    open::{Open, What},
    question::doubtful,
    transfer::movable,
    value,
};
use crate::wording::queue;

/// Everything that can be done with a job.
pub(crate) const ACTS: [Action; 7] = [
    Action::Answer,
    Action::Release,
    Action::Hold,
    Action::Move,
    Action::MoveQueue,
    Action::Cancel,
    Action::ReprintThis,
];

/// True if there is a printer that its queue can go to.
fn elsewhere(job: &Job, desk: &Desk) -> bool {
    desk.printers().iter().any(|printer| printer.name != job.printer)
}

/// What a person can do about it now, in a sentence.
pub(crate) fn advice(job: &Job, desk: &Desk) -> String {
    let stuck = desk.printer(&job.printer).and_then(|row| match row.cause {
        _ if value::in_trouble(row) => Some(row.cause.unwrap_or(Cause::Offline)),
        _ if row.paused => Some(Cause::Paused),
        _ => None,
    });
    queue::advice(job, stuck, elsewhere(job, desk), desk.language)
}

/// True if it is possible now. A drawer pulse is never repeated: it is not released and not sent elsewhere.
pub(crate) fn possible(action: Action, job: &Job, desk: &Desk) -> bool {
    let paper = job.kind != JobKind::Drawer;
    desk.connected()
        && match action {
            Action::Hold => paper && matches!(job.state, JobState::Queued | JobState::Blocked),
            Action::Release => paper && matches!(job.state, JobState::Held | JobState::Expired),
            Action::Cancel => !job.state.ended(),
            Action::Move => paper && job.state.waits() && elsewhere(job, desk),
            Action::MoveQueue => !job.state.ended() && movable(&job.printer, desk) > 0 && elsewhere(job, desk),
            Action::Answer => doubtful(job),
            Action::ReprintThis => job.state.ended() && job.transaction.is_some() && job.copy.is_some(),
            _ => false,
        }
}

/// The dialog of an action; none for those that are asked for at once.
pub(crate) fn dialog(action: Action, job: &Job) -> Option<Open> {
    match action {
        Action::Cancel => Some(Open::Cancel(job.id)),
        Action::Move => Some(Open::Transfer(What::Job(job.id))),
        Action::MoveQueue => Some(Open::Transfer(What::Queue(job.printer.clone()))),
        Action::Answer => Some(Open::Question(job.id)),
        Action::ReprintThis => job.transaction.zip(job.copy).map(|(id, copy)| Open::ReprintOf { id, copy }),
        _ => None,
    }
}
