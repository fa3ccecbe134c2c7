//! Chooses the printer that a job, or everything that waits for a printer, goes to; asks with count and target.

use model::Job;
use protocol::{
    Moved, PrinterRow,
    request::{JobMove, PrinterMove},
};
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, Notice},
    dialog::{Lines, Submission},
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    open::What,
    theme::Role,
    value,
};
use crate::wording::{
    queue::{self, Say, say},
    text::Text,
};

/// The dialog.
#[derive(Debug)]
pub(crate) struct Transfer {
    what: What,
    /// The name of the printer that is chosen.
    target: Option<String>,
    submission: Submission,
}

/// Jobs of a printer's queue that a move takes along.
pub(crate) fn movable(printer: &str, desk: &Desk) -> u32 {
    let told = desk.printer(printer).map(|row| row.waiting.total() - row.waiting.sending);
    // a printer that is not configured any more has no row
    let known = desk.jobs.iter().flatten().filter(|job| job.printer == printer && job.state.waits()).count();
    told.unwrap_or_else(|| u32::try_from(known).unwrap_or(u32::MAX))
}

impl Transfer {
    /// Begins with the first printer that can print.
    pub(crate) fn of(what: What, desk: &mut Desk) -> Transfer {
        if let What::Job(id) = what {
            let payment: Vec<_> = desk.job(id).and_then(|job| job.transaction).into_iter().collect();
            desk.learn(&payment);
        }
        let mut dialog = Transfer { what, target: None, submission: Submission::default() };
        let targets = dialog.targets(desk);
        let fit = targets.iter().find(|row| !value::in_trouble(row) && !row.paused).or(targets.first());
        dialog.target = fit.map(|row| row.name.clone());
        dialog
    }

    fn from<'a>(&'a self, desk: &'a Desk) -> Option<&'a str> {
        match &self.what {
            What::Job(id) => desk.job(*id).map(|job| job.printer.as_str()),
            What::Queue(name) => Some(name),
        }
    }

    fn targets<'a>(&self, desk: &'a Desk) -> Vec<&'a PrinterRow> {
        let from = self.from(desk);
        desk.printers().iter().filter(|row| Some(row.name.as_str()) != from).collect()
    }

    fn step(&mut self, by: usize, desk: &Desk) {
        let targets = self.targets(desk);
        let at = targets.iter().position(|row| Some(&row.name) == self.target.as_ref()).unwrap_or(0);
        self.target = targets.get((at + by) % targets.len().max(1)).map(|row| row.name.clone());
    }

    fn send(&mut self, desk: &mut Desk) {
        let Some(printer) = self.target.clone() else { return };
        self.submission.send(match &self.what {
            What::Job(id) => desk.ask("job_move", &JobMove { id: *id, printer }),
            What::Queue(name) => desk.ask("printer_move", &PrinterMove { id: name.clone(), printer }),
        });
    }
}

impl Layer for Transfer {
    fn name(&self) -> Name {
        Name::Transfer
    }

    fn title(&self) -> Text<'static> {
        match self.what {
            What::Job(_) => Text::MoveJob,
            What::Queue(_) => Text::MoveQueue,
        }
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn asks(&self, _desk: &Desk) -> bool {
        self.submission.open()
    }

    fn sends(&self) -> Option<&'static str> {
        Some(match self.what {
            What::Job(_) => "job_move",
            What::Queue(_) => "printer_move",
        })
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Print => {
                let waits = match &self.what {
                    What::Job(id) => desk.job(*id).is_some_and(|job| job.state.waits()),
                    What::Queue(name) => movable(name, desk) > 0,
                };
                waits && self.target.is_some() && self.submission.can(desk)
            }
            Action::Up | Action::Down | Action::OtherPrinter => self.submission.idle() && self.targets(desk).len() > 1,
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match action {
            Action::Print => Some(Text::DoMoveHere),
            Action::Back if self.submission.idle() => Some(Text::DoNotMove),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Back => return Next::Pop,
            Action::Print => self.send(desk),
            Action::Down | Action::OtherPrinter => self.step(1, desk),
            Action::Up => self.step(self.targets(desk).len().saturating_sub(1), desk),
            _ => {}
        }
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        let language = desk.language;
        let printer = self.target.clone().unwrap_or_default();
        let text = match self.what {
            What::Job(_) => {
                let Some(job) = self.submission.answered::<Job>(tag, answer)? else { return Some(Next::Stay) };
                let text = queue::was_moved(&job.id.to_string(), &job.printer, language);
                desk.keep_job(job);
                text
            }
            What::Queue(_) => {
                let Some(done) = self.submission.answered::<Moved>(tag, answer)? else { return Some(Next::Stay) };
                queue::were_moved(done.moved, &printer, language)
            }
        };
        desk.notice = Some(Notice::Said(text, Role::Good));
        Some(Next::Pop)
    }

    fn disconnected(&mut self) {
        self.submission.disconnected();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = canvas.language;
        let mut lines = Lines::default();
        match &self.what {
            What::Job(id) => {
                match desk.job(*id) {
                    Some(job) => lines.job(job, desk),
                    None => lines.tell(&canvas.say(&Text::Loading), Role::Plain),
                }
                lines.gap();
                lines.tell(say(Say::MoveTo, language), Role::Plain);
            }
            What::Queue(name) => {
                lines.tell(&queue::whole_queue(movable(name, desk), name, language), Role::Strong);
            }
        }
        let targets = self.targets(desk);
        if targets.is_empty() {
            lines.tell(say(Say::NoOtherPrinter, language), Role::Trouble);
        }
        for row in targets {
            let (state, role) = value::printer(row, language);
            let chosen = self.target.as_ref() == Some(&row.name);
            let (mark, role) = if chosen { (">", Role::Selected) } else { (" ", role) };
            let waits = canvas.say(&Text::Waits(row.waiting.total()));
            lines.tell(&format!("{mark} {}  {state}  {waits} ", row.name), role);
        }
        let chosen = self.target.as_ref().and_then(|name| desk.printer(name));
        if let Some(row) = chosen.filter(|row| value::in_trouble(row) || row.paused) {
            let (state, _) = value::printer(row, language);
            lines.tell(&canvas.say(&Text::WillWait { name: &row.name, cause: &state }), Role::Warning);
        }
        if let What::Queue(name) = &self.what
            && let Some(waiting) = desk.printer(name).map(|row| row.waiting)
        {
            lines.gap();
            if waiting.sending > 0 {
                lines.tell(say(Say::StaysWhatIsSent, language), Role::Plain);
            }
            if waiting.held + waiting.expired > 0 {
                lines.tell(say(Say::StaysHeld, language), Role::Plain);
            }
        }
        self.submission.tell(&mut lines, desk);
        lines.draw(canvas, area, &self.title());
    }
}
