//! The one question about a slip that should have been proven and was not: is it in front of you, whole?
//!
//! It never comes by itself over what somebody does: an alert on Home leads here, and a key on the queue.

use model::{Job, JobId, JobKind, JobState, TransactionId};
use protocol::request::{self, JobResolve};
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, Notice},
    dialog::{Lines, Submission},
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    news::News,
    open::{Open, Work},
    theme::Role,
    value,
};
use crate::wording::{
    codes,
    queue::{Say, in_place_of, on_paper, say},
    text::Text,
    verbs,
};

/// The dialog.
#[derive(Debug)]
pub(crate) struct Question {
    id: JobId,
    submission: Submission,
}

impl Question {
    /// About this job, which is read if the desk has it not.
    pub(crate) fn about(id: JobId, desk: &mut Desk) -> Question {
        if desk.job(id).is_none() {
            desk.read_job(id);
        }
        let dialog = Question { id, submission: Submission::default() };
        dialog.learn(desk);
        dialog
    }

    fn learn(&self, desk: &mut Desk) {
        let payment: Vec<TransactionId> = desk.job(self.id).and_then(|job| job.transaction).into_iter().collect();
        desk.learn(&payment);
    }

    fn ask(&mut self, answer: request::Answer, desk: &mut Desk) {
        self.submission.send(desk.ask("job_resolve", &JobResolve { id: self.id, answer }));
    }
}

/// True while only a person can tell.
pub(crate) fn doubtful(job: &Job) -> bool {
    matches!(job.state, JobState::Unconfirmed | JobState::Partial)
}

/// What gives the paper that did not come.
fn again(job: &Job) -> Option<Open> {
    match (job.kind, job.transaction, job.copy) {
        (JobKind::Receipt | JobKind::Reprint, Some(id), Some(copy)) => Some(Open::ReprintOf { id, copy }),
        (JobKind::TestPage, ..) => Some(Open::Errand { work: Work::TestPage, printer: job.printer.clone() }),
        _ => None,
    }
}

impl Layer for Question {
    fn name(&self) -> Name {
        Name::Question
    }

    fn title(&self) -> Text<'static> {
        Text::Question
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn asks(&self, desk: &Desk) -> bool {
        self.submission.open() && desk.job(self.id).is_none_or(doubtful)
    }

    fn sends(&self) -> Option<&'static str> {
        Some("job_resolve")
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Yes | Action::No => self.submission.can(desk) && desk.job(self.id).is_some_and(doubtful),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        (action == Action::Back && self.submission.idle()).then_some(Text::DoLater)
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Back => return Next::Pop,
            Action::Yes => self.ask(request::Answer::Printed, desk),
            Action::No => self.ask(request::Answer::NotPrinted, desk),
            _ => {}
        }
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        let Some(job) = self.submission.answered::<Job>(tag, answer)? else { return Some(Next::Stay) };
        let next = if job.state == JobState::NotPrinted { again(&job) } else { None };
        desk.notice = Some(Notice::Job(job.id));
        desk.keep_job(job);
        desk.read_overview();
        Some(next.map_or(Next::Pop, Next::Instead))
    }

    fn changed(&mut self, _news: &News, desk: &mut Desk) {
        self.learn(desk);
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
                let there = job.printed_on.as_deref().unwrap_or(&job.printer);
                let place =
                    if there == job.printer { there.to_owned() } else { in_place_of(there, &job.printer, language) };
                let when = value::when(job.finished_at.unwrap_or(job.queued_at), desk.now);
                lines.tell(&format!("{}  {place}  {when}", canvas.say(&Text::WhichPrinter)), Role::Plain);
                lines.gap();
                ask(&mut lines, job, desk);
            }
        }
        self.submission.tell(&mut lines, desk);
        lines.draw(canvas, area, &self.title());
    }
}

fn ask(lines: &mut Lines, job: &Job, desk: &Desk) {
    let language = desk.language;
    if !doubtful(job) {
        let state = codes::job_state_of(job.kind, job.state, language);
        return lines.tell(&format!("{}  {state}", say(Say::Answered, language)), Role::Good);
    }
    let mut why = vec![say(Say::Unproven, language).to_owned()];
    why.extend(job.cause.map(|cause| codes::cause(cause, language).to_owned()));
    why.extend(on_paper(job, language));
    lines.tell(&why.join(verbs::stop(language)), Role::Plain);
    lines.gap();
    let pulse = job.kind == JobKind::Drawer;
    let (question, yes, no) = match pulse {
        true => (Say::AskPulse, Say::YesPulse, Say::NoPulse),
        false => (Say::Ask, Say::Yes, Say::No),
    };
    lines.tell(say(question, language), Role::Strong);
    for (action, text) in [(Action::Yes, yes), (Action::No, no)] {
        lines.tell(&format!("  {}  {}", desk.keymap.names(action, language), say(text, language)), Role::Key);
    }
    if again(job).is_some() {
        lines.gap();
        lines.tell(say(Say::NoThenPrint, language), Role::Plain);
    }
}
