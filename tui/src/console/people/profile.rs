//! One operator, and what can be changed of it: name, role, PIN.

use model::Operator;
use ratatui::layout::Rect;

use super::super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    dialog::Lines,
    layer::{Layer, Name, Next},
    open::{Change, Open},
    theme::Role,
    value,
};
use crate::wording::{
    codes,
    people::{Say, say},
    text::Text,
};

/// The dialog.
#[derive(Debug)]
pub(crate) struct Profile {
    person: Box<Operator>,
    at: usize,
}

impl Profile {
    pub(crate) fn of(person: Box<Operator>) -> Profile {
        Profile { person, at: 0 }
    }

    /// What can be changed, in the order of its digits.
    fn changes(&self) -> [Change; 3] {
        let id = || self.person.id.clone();
        [
            Change::Name { id: id(), name: self.person.name.as_str().to_owned() },
            Change::Role { id: id(), role: self.person.role },
            Change::SetPin(id()),
        ]
    }

    fn chosen(&self) -> Next {
        let [.., pin] = self.changes();
        Next::Instead(Open::Person(self.changes().into_iter().nth(self.at).unwrap_or(pin)))
    }
}

impl Layer for Profile {
    fn name(&self) -> Name {
        Name::Profile
    }

    fn title(&self) -> Text<'static> {
        Text::EditPerson
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn can(&self, action: Action, _desk: &Desk) -> bool {
        match action {
            Action::Back | Action::Open => true,
            Action::Up => self.at > 0,
            Action::Down => self.at < 2,
            _ => false,
        }
    }

    fn act(&mut self, action: Action, _desk: &mut Desk) -> Next {
        match action {
            Action::Back => return Next::Pop,
            Action::Open => return self.chosen(),
            Action::Up => self.at = self.at.saturating_sub(1),
            Action::Down => self.at = (self.at + 1).min(2),
            _ => {}
        }
        Next::Stay
    }

    fn has_focus(&self) -> bool {
        true
    }

    fn on_char(&mut self, c: char, _desk: &mut Desk) -> Option<Next> {
        match c {
            '1'..='3' => self.at = c as usize - '1' as usize,
            '-' => self.at = self.at.saturating_sub(1),
            '+' => self.at = (self.at + 1).min(2),
            '.' => return Some(Next::Pop),
            _ => return Some(Next::Stay),
        }
        Some(if c.is_ascii_digit() { self.chosen() } else { Next::Stay })
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = desk.language;
        let mut lines = Lines::default();
        lines.tell(&format!("{}  {}", say(Say::Number, language), self.person.id), Role::Strong);
        lines.gap();
        let name = self.person.name.as_str();
        let role = codes::role(self.person.role, language);
        for (at, (label, what)) in
            [(Say::Name, name), (Say::RoleHead, role), (Say::Pin, "****")].into_iter().enumerate()
        {
            let (mark, chosen) = if at == self.at { (">", Role::Selected) } else { (" ", Role::Plain) };
            lines.tell(&format!("{mark} {}  {}{what}", at + 1, value::pad(say(label, language), 10)), chosen);
        }
        lines.draw(canvas, area, &self.title());
    }
}
