//! One print job: what it is about, why it is where it is, what proves its paper, what can be done with it now.

pub(crate) mod acts;
pub(crate) mod facts;

use model::{Job, JobId};
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    hold::Hold,
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    news::News,
    open::Open,
    printer::facts::draw,
    theme::Role,
};
use crate::wording::text::Text;

/// A job on the whole screen.
#[derive(Debug)]
pub(crate) struct JobPage {
    id: JobId,
    /// As it was known last: the desk forgets ended jobs, this page does not.
    job: Option<Job>,
    hold: Hold,
    /// Lines above the upper edge.
    scrolled: usize,
}

/// Lines of it that fit.
fn room(desk: &Desk) -> usize {
    usize::from(desk.height.saturating_sub(4)).max(1)
}

impl JobPage {
    /// Of this id.
    pub(crate) fn of(id: JobId, desk: &mut Desk) -> JobPage {
        let mut page = JobPage { id, job: None, hold: Hold::default(), scrolled: 0 };
        if desk.job(id).is_none() {
            desk.read_job(id);
        }
        page.look(desk);
        page
    }

    fn look(&mut self, desk: &mut Desk) {
        if let Some(job) = desk.job(self.id) {
            self.job = Some(job.clone());
        }
        let payment: Vec<_> = self.job.as_ref().and_then(|job| job.transaction).into_iter().collect();
        desk.learn(&payment);
    }

    /// How far it can be scrolled.
    fn most(&self, desk: &Desk) -> usize {
        let lines = self.job.as_ref().map_or(0, |job| facts::facts(job, desk.width, desk).len());
        lines.saturating_sub(room(desk))
    }

    fn scrolled(&self, desk: &Desk) -> usize {
        self.scrolled.min(self.most(desk))
    }
}

impl Layer for JobPage {
    fn name(&self) -> Name {
        Name::Job
    }

    fn title(&self) -> Text<'static> {
        Text::Job
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        let Some(job) = &self.job else { return action == Action::Back };
        match action {
            Action::Back => true,
            Action::Open => job.transaction.is_some(),
            Action::Down | Action::PageDown => self.scrolled(desk) < self.most(desk),
            Action::Up | Action::PageUp => self.scrolled(desk) > 0,
            _ => acts::ACTS.contains(&action) && self.hold.idle() && acts::possible(action, job, desk),
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        (action == Action::Open).then_some(Text::DoTransaction)
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        let Some(job) = &self.job else { return Next::Pop };
        match action {
            Action::Back => return Next::Pop,
            Action::Open => return job.transaction.map_or(Next::Stay, |id| Next::Open(Open::DetailOf(id))),
            Action::Hold | Action::Release => self.hold.ask(action, self.id, desk),
            Action::Down | Action::PageDown => self.scrolled = (self.scrolled(desk) + room(desk)).min(self.most(desk)),
            Action::Up | Action::PageUp => self.scrolled = self.scrolled(desk).saturating_sub(room(desk)),
            _ => return acts::dialog(action, job).map_or(Next::Stay, Next::Open),
        }
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        if !self.hold.answered(tag, answer, desk) {
            return None;
        }
        self.look(desk);
        Some(Next::Stay)
    }

    fn changed(&mut self, _news: &News, desk: &mut Desk) {
        self.look(desk);
    }

    fn disconnected(&mut self) {
        self.hold.disconnected();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let inner = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(1));
        canvas.set_cursor(inner.x + 1, inner.y, false);
        let Some(job) = &self.job else {
            let text = canvas.say(&Text::Loading);
            canvas.put(inner.x + 1, inner.y, inner.width - 2, &format!("{}  {text}", self.id), Role::Plain);
            return;
        };
        draw(canvas, inner, &facts::facts(job, area.width, desk), self.scrolled(desk));
        if self.scrolled(desk) < self.most(desk) {
            let text = canvas.say(&Text::PageBelow);
            canvas.right(inner.x, inner.bottom() - 1, inner.width - 1, &format!("  {text}"), Role::Label);
        }
    }
}
