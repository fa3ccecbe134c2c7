//! Asks before a job is cancelled, with its amount, its printer, and what that means for its paper.

use model::{Job, JobId, JobKind, JobState};
use protocol::request::JobNamed;
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, Notice},
    dialog::{Lines, Submission},
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    theme::Role,
    value,
};
use crate::wording::{
    queue::{Say, say},
    text::Text,
};

/// The dialog.
#[derive(Debug)]
pub(crate) struct Cancel {
    id: JobId,
    submission: Submission,
}

impl Cancel {
    /// Of this job, which is in the desk's list.
    pub(crate) fn of(id: JobId, desk: &mut Desk) -> Cancel {
        let payment: Vec<_> = desk.job(id).and_then(|job| job.transaction).into_iter().collect();
        desk.learn(&payment);
        Cancel { id, submission: Submission::default() }
    }
}

impl Layer for Cancel {
    fn name(&self) -> Name {
        Name::Cancel
    }

    fn title(&self) -> Text<'static> {
        Text::CancelJob
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn asks(&self, desk: &Desk) -> bool {
        self.submission.open() && desk.job(self.id).is_none_or(|job| !job.state.ended())
    }

    fn sends(&self) -> Option<&'static str> {
        Some("job_cancel")
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Print => self.submission.can(desk) && desk.job(self.id).is_some_and(|job| !job.state.ended()),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match action {
            Action::Print => Some(Text::DoCancelJob),
            Action::Back if self.submission.idle() => Some(Text::DoKeepJob),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Back => return Next::Pop,
            Action::Print => self.submission.send(desk.ask("job_cancel", &JobNamed { id: self.id })),
            _ => {}
        }
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        let Some(job) = self.submission.answered::<Job>(tag, answer)? else { return Some(Next::Stay) };
        desk.notice = Some(Notice::Job(job.id));
        desk.keep_job(job);
        Some(Next::Pop)
    }

    fn disconnected(&mut self) {
        self.submission.disconnected();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = canvas.language;
        let mut lines = Lines::default();
        match desk.job(self.id) {
            None => lines.tell(&canvas.say(&Text::Loading), Role::Plain),
            Some(job) => {
                lines.job(job, desk);
                let printer = job.printed_on.as_ref().unwrap_or(&job.printer);
                let state = desk.printer(printer).map(|row| value::printer(row, language));
                let (state, role) = state.unwrap_or((String::new(), Role::Plain));
                lines.tell(&format!("{}  {printer}  {state}", canvas.say(&Text::WhichPrinter)), role);
                lines.gap();
                let text = match (job.kind, job.state) {
                    (_, state) if state.ended() => Say::CannotCancel,
                    (JobKind::Drawer, _) => Say::CancelPulse,
                    (_, JobState::Sending) => Say::CancelSending,
                    _ => Say::CancelWaiting,
                };
                let role = if text == Say::CancelSending { Role::Warning } else { Role::Plain };
                lines.tell(say(text, language), role);
            }
        }
        self.submission.tell(&mut lines, desk);
        lines.draw(canvas, area, &self.title());
    }
}
