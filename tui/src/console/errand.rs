//! What a printer is sent for without a receipt: a test page, or the drawer's pulse. Asks first, naming the printer.

use model::Job;
use protocol::{
    Problem,
    request::{DrawerOpen, PrinterTest},
};
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, Notice, read},
    dialog::frame,
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    open::Work,
    text::wrap,
    theme::Role,
    value,
};
use crate::wording::{problem, text::Text};

/// Asks before it is done.
#[derive(Debug)]
pub(crate) struct Errand {
    work: Work,
    printer: String,
    sent: Option<Tag>,
    /// The connection broke between request and answer: nobody knows whether it was accepted.
    lost: bool,
    refused: Option<Box<Problem>>,
}

impl Errand {
    /// Of this work at this printer.
    pub(crate) fn of(work: Work, printer: String) -> Errand {
        Errand { work, printer, sent: None, lost: false, refused: None }
    }

    fn send(&mut self, desk: &mut Desk) {
        self.refused = None;
        let printer = self.printer.clone();
        self.sent = Some(match self.work {
            Work::TestPage => desk.ask("printer_test", &PrinterTest { id: printer, wait: None }),
            Work::Drawer => desk.ask("drawer_open", &DrawerOpen { printer: Some(printer), wait: None }),
        });
    }

    fn lines(&self, canvas: &Canvas<'_>, desk: &Desk) -> Vec<(String, Role)> {
        let language = canvas.language;
        let label = canvas.say(&Text::WhichPrinter);
        let printer = desk.printer(&self.printer);
        let (state, role) = printer.map_or((String::new(), Role::Plain), |row| value::printer(row, language));
        let mut lines = vec![(format!("{label}  {}  {state}", self.printer), role)];
        let mut tell = |text: &str, role: Role| lines.extend(wrap(text, 52).into_iter().map(|line| (line, role)));
        tell("", Role::Plain);
        let waits = printer.is_some_and(|row| value::in_trouble(row) || row.paused);
        match self.work {
            Work::TestPage => {
                tell(&canvas.say(&Text::TestPageWill), Role::Plain);
                if waits {
                    tell(&canvas.say(&Text::WillWait { name: &self.printer, cause: &state }), Role::Warning);
                }
            }
            Work::Drawer => {
                tell(&canvas.say(&Text::DrawerWill(&self.printer)), Role::Plain);
                tell(&canvas.say(&Text::DrawerOnce), Role::Plain);
                if waits {
                    tell(&canvas.say(&Text::DrawerBlocked { name: &self.printer, cause: &state }), Role::Warning);
                }
            }
        }
        if self.lost {
            tell("", Role::Plain);
            tell(&canvas.say(&Text::LostWhileSending), Role::Trouble);
        } else if self.sent.is_some() {
            tell("", Role::Plain);
            tell(&canvas.say(&Text::Sending), Role::Plain);
        } else if let Some(refusal) = &self.refused {
            tell("", Role::Plain);
            tell(&problem::sentence(refusal, language), Role::Trouble);
            tell(&problem::next_step(refusal, language), Role::Plain);
        } else if !desk.connected() {
            tell("", Role::Plain);
            tell(&canvas.say(&Text::LinkAway), Role::Trouble);
        }
        lines
    }
}

impl Layer for Errand {
    fn name(&self) -> Name {
        Name::Errand
    }

    fn title(&self) -> Text<'static> {
        match self.work {
            Work::TestPage => Text::TestPage,
            Work::Drawer => Text::OpenDrawer,
        }
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn asks(&self, _desk: &Desk) -> bool {
        !self.lost && self.refused.is_none()
    }

    fn sends(&self) -> Option<&'static str> {
        Some(match self.work {
            Work::TestPage => "printer_test",
            Work::Drawer => "drawer_open",
        })
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Print => self.sent.is_none() && !self.lost && desk.connected(),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match (action, self.work) {
            (Action::Print, Work::Drawer) => Some(Text::DoDrawer),
            (Action::Back, _) if self.sent.is_some() || self.lost => None,
            (Action::Back, Work::Drawer) => Some(Text::DoNotOpen),
            (Action::Back, Work::TestPage) => Some(Text::DoCancel),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Back => return Next::Pop,
            Action::Print => self.send(desk),
            _ => {}
        }
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        if self.sent != Some(tag) {
            return None;
        }
        self.sent = None;
        match read::<Job>(answer) {
            Ok(job) => {
                desk.notice = Some(Notice::Job(job.id));
                desk.keep_job(job);
                Some(Next::Pop)
            }
            Err(problem) => {
                self.refused = Some(problem);
                Some(Next::Stay)
            }
        }
    }

    fn disconnected(&mut self) {
        self.lost |= self.sent.take().is_some();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let lines = self.lines(canvas, desk);
        let wide = 58.min(area.width);
        let high = (u16::try_from(lines.len()).unwrap_or(12) + 4).min(area.height);
        let (x, y) = (area.x + (area.width - wide) / 2, area.y + (area.height - high) / 2);
        frame(canvas, Rect::new(x, y, wide, high), &self.title());
        for ((text, role), row) in lines.iter().zip(y + 2..y + high - 1) {
            canvas.put(x + 3, row, wide - 6, text, *role);
        }
        canvas.set_cursor(x + 3, y + 2, false);
    }
}
