//! Stopping a job that waits, and letting it go on. Asked for at once, since one key undoes the other until it prints.

use model::{Job, JobId};
use protocol::request::JobNamed;

use super::{
    action::Action,
    desk::{Desk, Notice, read},
    message::{Answer, Tag},
    theme::Role,
};
use crate::wording::queue;

/// The request that is under way, if one is: a second press must not ask twice.
#[derive(Debug, Default)]
pub(crate) struct Hold {
    asked: Option<(Tag, Action)>,
}

impl Hold {
    /// True if nothing is under way.
    pub(crate) fn idle(&self) -> bool {
        self.asked.is_none()
    }

    /// Asks for `Hold` or `Release`.
    pub(crate) fn ask(&mut self, action: Action, id: JobId, desk: &mut Desk) {
        let verb = if action == Action::Hold { "job_hold" } else { "job_release" };
        self.asked = Some((desk.ask(verb, &JobNamed { id }), action));
    }

    /// True if the answer was to this.
    pub(crate) fn answered(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> bool {
        let Some((_, action)) = self.asked.take_if(|(asked, _)| *asked == tag) else { return false };
        match read::<Job>(answer) {
            Ok(job) => {
                desk.notice = Some(match action {
                    Action::Hold => Notice::Said(queue::was_held(&job.id.to_string(), desk.language), Role::Plain),
                    _ => Notice::Job(job.id),
                });
                desk.keep_job(job);
            }
            Err(problem) => desk.complain(&problem),
        }
        true
    }

    /// What came of it is told by the next list.
    pub(crate) fn disconnected(&mut self) {
        self.asked = None;
    }
}
