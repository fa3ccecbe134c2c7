//! The print queue: which jobs wait, why, since when; and how the newest ones ended.

use model::{Cause, Job, JobId, JobState};
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    layer::{Layer, Name, Next, Open},
    list::{List, Step},
    theme::Role,
    value,
};
use crate::wording::{codes, text::Text};

/// The queue screen.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    list: List,
    /// The job a person moved the selection to; it stays there while others come and go.
    picked: Option<JobId>,
}

/// Jobs that have not ended, oldest first as they will print; then the ended ones, newest first.
fn jobs(desk: &Desk) -> (Vec<&Job>, Vec<&Job>) {
    let (ended, mut waiting): (Vec<&Job>, Vec<&Job>) = desk.jobs.iter().flatten().partition(|job| job.state.ended());
    waiting.reverse();
    (waiting, ended)
}

impl Queue {
    /// Which row is selected now.
    fn list(&self, desk: &Desk) -> List {
        let (waiting, ended) = jobs(desk);
        let mut list = self.list;
        let picked = self.picked.and_then(|id| waiting.iter().chain(&ended).position(|job| job.id == id));
        list.selected = picked.unwrap_or(list.selected);
        list.clamp(waiting.len() + ended.len());
        list
    }

    fn selected<'a>(&self, desk: &'a Desk) -> Option<&'a Job> {
        let (waiting, ended) = jobs(desk);
        waiting.into_iter().chain(ended).nth(self.list(desk).selected)
    }
}

fn len(desk: &Desk) -> usize {
    desk.jobs.as_ref().map_or(0, Vec::len)
}

/// Rows of jobs that fit beside printers and headings.
fn page(desk: &Desk) -> usize {
    let printers = desk.overview.as_ref().map_or(0, |overview| overview.printers.len());
    usize::from(desk.height).saturating_sub(9 + printers).max(1)
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
            Action::Open => self.selected(desk).is_some_and(|job| job.transaction.is_some()),
            Action::Up | Action::Down | Action::PageUp | Action::PageDown | Action::First | Action::Last => {
                len(desk) > 1
            }
            _ => false,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        let step = match action {
            Action::Back => return Next::Pop,
            Action::Open => {
                let id = self.selected(desk).and_then(|job| job.transaction);
                return id.map_or(Next::Stay, |id| Next::Open(Open::DetailOf(id)));
            }
            Action::Up => Step::Up,
            Action::Down => Step::Down,
            Action::PageUp => Step::PageUp,
            Action::PageDown => Step::PageDown,
            Action::First => Step::First,
            Action::Last => Step::Last,
            _ => return Next::Stay,
        };
        self.list = self.list(desk);
        self.list.go(step, len(desk), page(desk));
        self.picked = None;
        self.picked = self.selected(desk).map(|job| job.id);
        Next::Stay
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let mut y = area.y + 1;
        for printer in desk.overview.iter().flat_map(|overview| &overview.printers) {
            let (text, role) = value::printer(printer, canvas.language);
            let mut x = area.x + 1 + canvas.put(area.x + 1, y, 16, &printer.name, Role::Strong).max(6) + 2;
            x += canvas.put(x, y, area.right().saturating_sub(x), &text, role) + 2;
            let waits = canvas.say(&Text::Waits(printer.waiting.total()));
            x += canvas.put(x, y, area.right().saturating_sub(x), &waits, Role::Plain) + 2;
            if let Some(since) = printer.since.filter(|_| role == Role::Trouble) {
                let since = value::when(since, desk.now);
                let text = canvas.say(&Text::SinceTime(&since));
                x += canvas.put(x, y, area.right().saturating_sub(x), &text, Role::Plain) + 2;
            }
            let proof = codes::proof(printer.proof, canvas.language);
            canvas.put(x, y, area.right().saturating_sub(x), proof, Role::Plain);
            y += 1;
        }
        y += 1;
        let (waiting, ended) = jobs(desk);
        let list = self.list(desk);
        let top = list.top(page(desk));
        let shown = waiting.len() + ended.len();
        heads(canvas, area.x, y, &if waiting.is_empty() { Text::QueueEmpty } else { Text::QueueWaiting });
        y += 1;
        for (at, job) in waiting.iter().chain(&ended).enumerate().take(shown).skip(top).take(page(desk)) {
            if at == waiting.len() || (at == top && at > waiting.len()) {
                let text = canvas.say(&Text::QueueEnded);
                let gap = u16::from(at == waiting.len() && at != top || waiting.is_empty());
                canvas.put(area.x + 1, y + gap, area.width - 2, &text, Role::Heading);
                y += 1 + gap;
            }
            if y >= area.bottom() {
                break;
            }
            row(canvas, area, y, job, desk);
            if at == list.selected {
                canvas.put(area.x, y, 1, ">", Role::Plain);
                canvas.tint(Rect::new(area.x, y, area.width, 1), Role::Selected);
                canvas.set_cursor(area.x, y, false);
            }
            y += 1;
        }
    }
}

// columns: job, what, state, why, since
const AT: [u16; 5] = [1, 8, 32, 46, 62];

fn heads(canvas: &mut Canvas<'_>, x: u16, y: u16, first: &Text<'_>) {
    let first = canvas.say(first);
    canvas.put(x + 1, y, 30, &first, Role::Heading);
    for (at, text) in AT.iter().skip(2).zip([Text::HeadState, Text::HeadWhy, Text::HeadSince]) {
        let text = canvas.say(&text);
        canvas.put(x + at, y, 14, &text, Role::Heading);
    }
}

fn row(canvas: &mut Canvas<'_>, area: Rect, y: u16, job: &Job, desk: &Desk) {
    let language = canvas.language;
    let role = match job.state {
        JobState::Blocked | JobState::Held | JobState::Expired | JobState::Partial | JobState::NotPrinted => {
            Role::Warning
        }
        _ => Role::Plain,
    };
    let at = job.finished_at.unwrap_or(job.queued_at);
    // a printer that can prove nothing is no trouble: its cause is said in the grey words of its state
    let why = job.cause.map(|cause| codes::cause(cause, language)).unwrap_or_default();
    let why_role = if job.cause == Some(Cause::NoStatus) { Role::Plain } else { role };
    let [number, what, state, cause, since] = AT.map(|at| area.x + at);
    canvas.put(number, y, 6, &job.id.to_string(), Role::Plain);
    canvas.put(what, y, 23, &value::job(job, language), Role::Plain);
    canvas.put(state, y, 13, codes::job_state_of(job.kind, job.state, language), role);
    canvas.put(cause, y, 15, why, why_role);
    let text = format!("{} {}", value::when(at, desk.now), job.printed_on.as_ref().unwrap_or(&job.printer));
    canvas.put(since, y, area.right().saturating_sub(since), &text, Role::Plain);
}
