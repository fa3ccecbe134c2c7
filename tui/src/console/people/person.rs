//! What a manager does with one operator: a new one (number, PIN, PIN again), another PIN, out, and in again.

use model::{Operator, operator::is_pin};
use protocol::{
    Pin,
    request::{OperatorNamed, OperatorsAdd, OperatorsSetPin},
};
use ratatui::layout::Rect;

use super::super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, Notice},
    dialog::{Lines, Submission},
    field::Field,
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    text::width,
    theme::Role,
};
use crate::wording::{
    people::{Say, say},
    text::Text,
};

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Add,
    SetPin(String),
    Disable(String),
    Unlock(String),
}

/// The dialog.
#[derive(Debug)]
pub(crate) struct Person {
    change: Change,
    /// Labels and fields in their order.
    fields: Vec<(Say, Field)>,
    at: usize,
    wrong: Option<Say>,
    submission: Submission,
}

impl Person {
    pub(crate) fn of(change: Change) -> Person {
        let fields = match change {
            Change::Add => {
                vec![(Say::Number, Field::default()), (Say::Pin, Field::secret()), (Say::PinAgain, Field::secret())]
            }
            Change::SetPin(_) => vec![(Say::NewPin, Field::secret()), (Say::PinAgain, Field::secret())],
            Change::Disable(_) | Change::Unlock(_) => Vec::new(),
        };
        Person { change, fields, at: 0, wrong: None, submission: Submission::default() }
    }

    /// The two PINs, taken out of their fields; `None` if they are no PIN or differ.
    fn pin(&mut self) -> Option<Pin> {
        let mut pins: Vec<Pin> =
            self.fields.iter_mut().rev().take(2).rev().map(|(_, field)| field.take_pin()).collect();
        let (again, pin) = (pins.pop()?, pins.pop()?);
        self.wrong = if !is_pin(pin.expose()) {
            Some(Say::BadPin)
        } else if pin != again {
            Some(Say::PinsDiffer)
        } else {
            return Some(pin);
        };
        self.at = self.fields.len().saturating_sub(2);
        None
    }

    fn enter(&mut self, desk: &mut Desk) {
        self.wrong = None;
        let empty = self.fields.get(self.at).is_some_and(|(_, field)| field.value().trim().is_empty());
        if empty {
            return;
        }
        if self.at + 1 < self.fields.len() {
            self.at += 1;
            return;
        }
        let tag = match self.change.clone() {
            Change::Add => {
                let id = self.fields.first().map(|(_, field)| field.value().trim().to_owned()).unwrap_or_default();
                let Some(new_pin) = self.pin() else { return };
                desk.ask("operators_add", &OperatorsAdd { id, role: model::Role::Cashier, name: None, new_pin })
            }
            Change::SetPin(id) => {
                let Some(new_pin) = self.pin() else { return };
                desk.ask("operators_set_pin", &OperatorsSetPin { id, new_pin })
            }
            Change::Disable(id) => desk.ask("operators_disable", &OperatorNamed { id }),
            Change::Unlock(id) => desk.ask("operators_unlock", &OperatorNamed { id }),
        };
        self.submission.send(tag);
    }
}

impl Layer for Person {
    fn name(&self) -> Name {
        Name::Person
    }

    fn title(&self) -> Text<'static> {
        match self.change {
            Change::Add => Text::AddPerson,
            Change::SetPin(_) => Text::SetPin,
            Change::Disable(_) => Text::DisablePerson,
            Change::Unlock(_) => Text::UnlockPerson,
        }
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn sends(&self) -> Option<&'static str> {
        Some(match self.change {
            Change::Add => "operators_add",
            Change::SetPin(_) => "operators_set_pin",
            Change::Disable(_) => "operators_disable",
            Change::Unlock(_) => "operators_unlock",
        })
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Open => self.submission.can(desk),
            Action::Up => self.at > 0 && self.submission.idle(),
            Action::Down => self.at + 1 < self.fields.len() && self.submission.idle(),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match (action, &self.change) {
            (Action::Back, _) if self.submission.idle() => Some(Text::DoNothing),
            (Action::Open, _) if self.at + 1 < self.fields.len() => Some(Text::DoNext),
            (Action::Open, Change::Add) => Some(Text::DoAddPerson),
            (Action::Open, Change::SetPin(_)) => Some(Text::DoSetPin),
            (Action::Open, Change::Disable(_)) => Some(Text::DoDisable),
            (Action::Open, Change::Unlock(_)) => Some(Text::DoUnlock),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Back => return Next::Pop,
            Action::Open => self.enter(desk),
            Action::Up => self.at = self.at.saturating_sub(1),
            Action::Down => self.at += 1,
            _ => {}
        }
        Next::Stay
    }

    fn has_focus(&self) -> bool {
        !self.fields.is_empty()
    }

    fn field(&mut self) -> Option<&mut Field> {
        let idle = self.submission.idle();
        self.fields.get_mut(self.at).filter(|_| idle).map(|(_, field)| field)
    }

    fn typed(&mut self, _desk: &mut Desk) {
        self.wrong = None;
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        let done = self.submission.answered::<Operator>(tag, answer)?;
        let Some(person) = done else {
            self.at = 0;
            return Some(Next::Stay);
        };
        let text = Text::PersonDone { id: &person.id }.say(desk.language).into_owned();
        desk.notice = Some(Notice::Said(text, Role::Good));
        Some(Next::PopChanged)
    }

    fn disconnected(&mut self) {
        self.submission.disconnected();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = canvas.language;
        let mut above = Lines::default();
        let will = match &self.change {
            Change::Add => Say::NewIsCashier,
            Change::SetPin(_) => Say::PinWill,
            Change::Disable(_) => Say::DisableWill,
            Change::Unlock(_) => Say::UnlockWill,
        };
        if let Change::SetPin(id) | Change::Disable(id) | Change::Unlock(id) = &self.change {
            above.tell(&format!("{}  {id}", say(Say::Number, language)), Role::Strong);
        }
        above.tell(say(will, language), Role::Plain);
        let mut below = Lines::default();
        if let Some(wrong) = self.wrong {
            below.gap();
            below.tell(say(wrong, language), Role::Trouble);
        } else {
            self.submission.tell(&mut below, desk);
        }
        let rows = u16::try_from(self.fields.len()).unwrap_or(0);
        let at = above.around(rows, &below, canvas, area, &self.title());
        let column = self.fields.iter().map(|(label, _)| width(say(*label, language))).max().unwrap_or(0) + 2;
        canvas.set_cursor(at.x, at.y, false);
        for ((n, (label, field)), y) in self.fields.iter().enumerate().zip(at.y..) {
            canvas.put(at.x, y, column, say(*label, language), Role::Label);
            field.view(canvas, at.x + column, y, 18, n == self.at && self.submission.idle());
        }
    }
}
