//! The help page of a screen: every key of the action table that the screen below knows.

use ratatui::layout::Rect;

use super::{
    action::{Action, Entry, Place, TABLE},
    canvas::Canvas,
    desk::Desk,
    layer::{Layer, Name, Next},
    sign_in::between,
    text::wrap,
    theme::Role,
};
use crate::wording::text::Text;

/// A page over the screen it explains.
#[derive(Debug)]
pub(crate) struct Help {
    below: Text<'static>,
    here: Vec<Action>,
    /// Which page of the keys is shown, where they are more than a window has rows.
    page: usize,
}

/// Rows of keys on a page: between the headings and the sentences below.
fn room(desk: &Desk) -> usize {
    usize::from(desk.height.saturating_sub(10)).max(1)
}

impl Help {
    /// Of the screen with this title and these actions.
    pub(crate) fn of(below: Text<'static>, here: Vec<Action>) -> Help {
        Help { below, here, page: 0 }
    }
}

impl Help {
    fn here(&self) -> Vec<&'static Entry> {
        TABLE.iter().filter(|entry| entry.place == Place::Layer && self.here.contains(&entry.action)).collect()
    }

    fn everywhere(desk: &Desk) -> Vec<&'static Entry> {
        // what needs somebody who is logged on is no key of a shop without operators
        let of_operators = [Action::Lock, Action::GoPeople, Action::EndSupport, Action::OwnPin];
        let known = |entry: &&Entry| desk.seat.is_taken() || !of_operators.contains(&entry.action);
        TABLE.iter().filter(|entry| entry.place != Place::Layer).filter(known).collect()
    }

    fn last_page(&self, desk: &Desk) -> usize {
        (self.here().len().max(Help::everywhere(desk).len()).saturating_sub(1)) / room(desk)
    }
}

impl Layer for Help {
    fn name(&self) -> Name {
        Name::Help
    }

    fn title(&self) -> Text<'static> {
        Text::Help
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Down | Action::PageDown => self.page < self.last_page(desk),
            Action::Up | Action::PageUp => self.page > 0,
            _ => false,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Back => return Next::Pop,
            Action::Down | Action::PageDown => self.page = (self.page + 1).min(self.last_page(desk)),
            Action::Up | Action::PageUp => self.page = self.page.saturating_sub(1),
            _ => {}
        }
        Next::Stay
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let half = area.width / 2;
        let below = canvas.say(&self.below);
        let heading = format!("{}{}{below}", canvas.say(&Text::HelpHere), between(desk.language));
        canvas.put(area.x + 1, area.y + 1, half - 2, &heading, Role::Heading);
        let ascii = canvas.is_ascii();
        let (room, high) = (room(desk), area.height.saturating_sub(7));
        let page = self.page.min(self.last_page(desk));
        // where there are no glyphs for it there is no other language
        let there = |entry: &&'static Entry| !(ascii && entry.action == Action::OtherLanguage);
        let shown = |entries: Vec<&'static Entry>| entries.into_iter().filter(there).skip(page * room).take(room);
        rows(canvas, Rect::new(area.x, area.y + 2, half, high), shown(self.here()), desk);
        let heading = canvas.say(&Text::HelpEverywhere);
        canvas.put(area.x + half + 1, area.y + 1, half - 2, &heading, Role::Heading);
        rows(canvas, Rect::new(area.x + half, area.y + 2, half, high), shown(Help::everywhere(desk)), desk);
        if page < self.last_page(desk) {
            let more = canvas.say(&Text::PageBelow);
            canvas.right(area.x + half, area.y + 1, half - 1, &more, Role::Key);
        }
        let mut y = area.bottom().saturating_sub(5);
        let last = if canvas.is_ascii() { Text::HelpAscii } else { Text::HelpKeypad };
        for text in [Text::HelpSearch, Text::HelpField, last] {
            for line in wrap(&canvas.say(&text), area.width - 2) {
                if y < area.bottom() {
                    canvas.put(area.x + 1, y, area.width - 2, &line, Role::Plain);
                    y += 1;
                }
            }
        }
        canvas.set_cursor(area.x + 1, area.y + 1, false);
    }
}

fn rows<'a>(canvas: &mut Canvas<'_>, area: Rect, entries: impl Iterator<Item = &'a Entry>, desk: &Desk) {
    for (entry, y) in entries.zip(area.top()..area.bottom()) {
        let label = format!("{}{}", canvas.say(&entry.label), desk.mark(entry.action, canvas.language));
        canvas.put(area.x + 3, y, 13, &desk.keymap.names_of(entry, canvas.language), Role::Key);
        canvas.put(area.x + 17, y, area.width.saturating_sub(18), &label, Role::Plain);
    }
}
