//! One printer: everything it said of itself, what its proof is worth, what it has counted, and what can be done now.

pub(crate) mod facts;

use protocol::PrinterRow;
use ratatui::layout::Rect;

use self::facts::facts;
use super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    open::{Open, Work},
    pause::Pause,
    theme::Role,
};
use crate::wording::text::Text;

/// A printer on the whole screen.
#[derive(Debug)]
pub(crate) struct Printer {
    /// Its name; what is known of it is the overview's.
    id: String,
    pause: Pause,
    /// Lines above the upper edge, where a small window has not room for all.
    scrolled: usize,
}

/// Lines of it that fit.
fn room(desk: &Desk) -> usize {
    usize::from(desk.height.saturating_sub(4)).max(1)
}

impl Printer {
    /// Of this name.
    pub(crate) fn of(name: String) -> Printer {
        Printer { id: name, pause: Pause::default(), scrolled: 0 }
    }

    fn row<'a>(&self, desk: &'a Desk) -> Option<&'a PrinterRow> {
        desk.printer(&self.id)
    }

    /// How far it can be scrolled.
    fn most(&self, desk: &Desk) -> usize {
        let lines = self.row(desk).map_or(0, |row| facts(row, desk.width, desk).len());
        lines.saturating_sub(room(desk))
    }

    fn scrolled(&self, desk: &Desk) -> usize {
        self.scrolled.min(self.most(desk))
    }
}

impl Layer for Printer {
    fn name(&self) -> Name {
        Name::Printer
    }

    fn title(&self) -> Text<'static> {
        Text::Printer
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        let Some(row) = self.row(desk) else { return action == Action::Back };
        match action {
            Action::Back => true,
            Action::TestPage | Action::Drawer => desk.connected(),
            Action::Pause | Action::Resume => self.pause.can(action, row, desk),
            Action::Down | Action::PageDown => self.scrolled(desk) < self.most(desk),
            Action::Up | Action::PageUp => self.scrolled(desk) > 0,
            _ => false,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        let printer = self.id.clone();
        match action {
            Action::Back => return Next::Pop,
            Action::TestPage => return Next::Open(Open::Errand { work: Work::TestPage, printer }),
            Action::Drawer => return Next::Open(Open::Errand { work: Work::Drawer, printer }),
            Action::Pause | Action::Resume => self.pause.ask(action, &printer, desk),
            Action::Down | Action::PageDown => self.scrolled = (self.scrolled(desk) + room(desk)).min(self.most(desk)),
            Action::Up | Action::PageUp => self.scrolled = self.scrolled(desk).saturating_sub(room(desk)),
            _ => {}
        }
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        self.pause.answered(tag, answer, desk).then_some(Next::Stay)
    }

    fn disconnected(&mut self) {
        self.pause.disconnected();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let inner = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(1));
        canvas.set_cursor(inner.x + 1, inner.y, false);
        let Some(row) = self.row(desk) else {
            let text = canvas.say(&if desk.overview.is_some() { Text::NothingYet } else { Text::Loading });
            canvas.put(inner.x + 1, inner.y, inner.width - 2, &format!("{}  {text}", self.id), Role::Plain);
            return;
        };
        facts::draw(canvas, inner, &facts(row, area.width, desk), self.scrolled(desk));
        if self.scrolled(desk) < self.most(desk) {
            let text = canvas.say(&Text::PageBelow);
            canvas.right(inner.x, inner.bottom() - 1, inner.width - 1, &format!("  {text}"), Role::Label);
        }
    }
}
