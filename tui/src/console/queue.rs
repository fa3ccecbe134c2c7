//! The print queue: what waits at each printer, why, since when, what a person can do about it now; the slips that only
//! a person can tell about; how the newest jobs ended.

mod lines;
mod row;

use model::{Job, JobId};
use ratatui::layout::Rect;

use self::lines::{Line, jobs, lines, pages, payments};
use super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    hold::Hold,
    job::acts,
    layer::{Layer, Name, Next},
    list::{List, Step},
    message::{Answer, Tag},
    news::News,
    open::Open,
    text::wrap,
    theme::Role,
};
use crate::wording::text::Text;

/// The queue screen.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    list: List,
    /// The job a person moved the selection to; it stays there while others come and go.
    picked: Option<JobId>,
    hold: Hold,
}

/// Lines that fit between the bars, without the two below that say what to do.
fn room(desk: &Desk) -> usize {
    usize::from(desk.height).saturating_sub(7)
}

impl Queue {
    /// The whole queue.
    pub(crate) fn open(desk: &mut Desk) -> Queue {
        let screen = Queue::default();
        screen.learn(desk);
        screen
    }

    /// Which job is selected now.
    fn list(&self, jobs: &[&Job]) -> List {
        let mut list = self.list;
        let picked = self.picked.and_then(|id| jobs.iter().position(|job| job.id == id));
        list.selected = picked.unwrap_or(list.selected);
        list.clamp(jobs.len());
        list
    }

    fn selected<'a>(&self, desk: &'a Desk) -> Option<&'a Job> {
        let jobs = jobs(&lines(desk));
        jobs.get(self.list(&jobs).selected).copied()
    }

    /// The page that is shown, and whether another follows.
    fn page<'a>(&self, desk: &'a Desk) -> (Vec<Line<'a>>, bool) {
        let selected = self.selected(desk).map(|job| job.id);
        let mut pages = pages(&lines(desk), room(desk));
        let at = pages.iter().position(|page| jobs(page).iter().any(|job| Some(job.id) == selected));
        let at = at.unwrap_or(0);
        let more = at + 1 < pages.len();
        // there is one page at least
        (pages.swap_remove(at), more)
    }

    /// Reads the amounts of what is shown.
    fn learn(&self, desk: &mut Desk) {
        let shown = payments(&self.page(desk).0);
        desk.learn(&shown);
    }

    /// Moves by a page: to the first job of the next, or of the one before.
    fn turn(&self, forth: bool, desk: &Desk) -> usize {
        let selected = self.list(&jobs(&lines(desk))).selected;
        let mut starts = vec![0];
        for page in pages(&lines(desk), room(desk)) {
            starts.push(starts.last().copied().unwrap_or(0) + jobs(&page).len());
        }
        let last = starts.pop().unwrap_or(0).saturating_sub(1);
        if forth {
            starts.into_iter().find(|start| *start > selected).unwrap_or(last)
        } else {
            let here = starts.iter().rposition(|start| *start <= selected).unwrap_or(0);
            starts.get(here.saturating_sub(1)).copied().unwrap_or(0)
        }
    }
}

impl Layer for Queue {
    fn name(&self) -> Name {
        Name::Queue
    }

    fn title(&self) -> Text<'static> {
        Text::Queue
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Up | Action::Down | Action::PageUp | Action::PageDown | Action::First | Action::Last => {
                desk.jobs.as_ref().is_some_and(|jobs| jobs.len() > 1)
            }
            _ => self.selected(desk).is_some_and(|job| match action {
                Action::Open => true,
                _ => acts::ACTS.contains(&action) && self.hold.idle() && acts::possible(action, job, desk),
            }),
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        let step = match action {
            Action::Back => return Next::Pop,
            Action::Up => Some(Step::Up),
            Action::Down => Some(Step::Down),
            Action::First => Some(Step::First),
            Action::Last => Some(Step::Last),
            Action::PageUp | Action::PageDown => None,
            _ => return self.do_with_selected(action, desk),
        };
        {
            let jobs = jobs(&lines(desk));
            self.list = self.list(&jobs);
            match step {
                Some(step) => self.list.go(step, jobs.len(), usize::MAX),
                None => self.list.selected = self.turn(action == Action::PageDown, desk),
            }
            self.list.clamp(jobs.len());
            self.picked = jobs.get(self.list.selected).map(|job| job.id);
        }
        self.learn(desk);
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        self.hold.answered(tag, answer, desk).then_some(Next::Stay)
    }

    fn changed(&mut self, _news: &News, desk: &mut Desk) {
        self.learn(desk);
    }

    fn disconnected(&mut self) {
        self.hold.disconnected();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let selected = self.selected(desk);
        let first = area.y + 1;
        if desk.jobs.is_none() || (selected.is_none() && desk.printers().is_empty()) {
            let text = match (&desk.jobs, &desk.overview) {
                (Some(_), Some(_)) => Text::PrintersEmpty,
                _ if desk.connected() => Text::Loading,
                _ => Text::PrintersAway,
            };
            let text = canvas.say(&text);
            canvas.put(area.x + 1, first, area.width - 2, &text, Role::Plain);
            canvas.set_cursor(area.x + 1, first, false);
            return;
        }
        let (page, more) = self.page(desk);
        for (line, y) in page.into_iter().zip(first..area.bottom()) {
            let row = Rect::new(area.x, y, area.width, 1);
            row::draw(canvas, row, &line, desk);
            if let Line::Job { job, .. } = line
                && Some(job.id) == selected.map(|job| job.id)
            {
                canvas.put(area.x, y, 1, ">", Role::Plain);
                canvas.tint(row, Role::Selected);
                canvas.set_cursor(area.x, y, false);
            }
        }
        if more {
            let text = canvas.say(&Text::PageBelow);
            canvas.right(area.x, area.bottom().saturating_sub(3), area.width - 1, &text, Role::Label);
        }
        let waits = desk.jobs.iter().flatten().any(|job| !job.state.ended());
        let text = match selected {
            Some(job) if waits || !desk.questions().is_empty() => format!("{}  {}", job.id, acts::advice(job, desk)),
            _ => canvas.say(&Text::QueueEmpty),
        };
        let below = wrap(&text, area.width - 2);
        let first = area.bottom().saturating_sub(u16::try_from(below.len().min(2)).unwrap_or(2));
        for (text, y) in below.iter().zip(first..area.bottom()) {
            canvas.put(area.x + 1, y, area.width - 2, text, Role::Plain);
        }
    }
}

impl Queue {
    /// Opens it, asks for it at once, or opens the dialog that asks first.
    fn do_with_selected(&mut self, action: Action, desk: &mut Desk) -> Next {
        let Some((id, dialog)) = self.selected(desk).map(|job| (job.id, acts::dialog(action, job))) else {
            return Next::Stay;
        };
        // what comes and goes meanwhile must not move the selection away from it
        self.picked = Some(id);
        match action {
            Action::Open => return Next::Open(Open::Job(id)),
            Action::Hold | Action::Release => self.hold.ask(action, id, desk),
            _ => return dialog.map_or(Next::Stay, Next::Open),
        }
        Next::Stay
    }
}
