//! What is done with one operator: a new one (number, PIN, PIN again), another name, role or PIN, out, and in again; and
//! what everybody may do with his own: another PIN.

use model::{Operator, operator::is_pin};
use protocol::{
    Pin,
    request::{OperatorNamed, OperatorsAdd, OperatorsSet, OperatorsSetPin},
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
    open::Change,
    text::width,
    theme::Role,
};
use crate::wording::{
    codes,
    people::{Say, say},
    text::Text,
};

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
            Change::Add { ref taken } => {
                let mut number = Field::with(&next_number(taken));
                number.select_all();
                vec![(Say::Number, number), (Say::Pin, Field::secret()), (Say::PinAgain, Field::secret())]
            }
            Change::Name { ref name, .. } => {
                let mut field = Field::with(name);
                field.select_all();
                vec![(Say::Name, field)]
            }
            Change::SetPin(_) => vec![(Say::NewPin, Field::secret()), (Say::PinAgain, Field::secret())],
            Change::OwnPin(_) => {
                vec![(Say::OldPin, Field::secret()), (Say::NewPin, Field::secret()), (Say::PinAgain, Field::secret())]
            }
            Change::Role { .. } | Change::Disable { .. } | Change::Unlock(_) => Vec::new(),
        };
        Person { change, fields, at: 0, wrong: None, submission: Submission::default() }
    }

    /// The number of whom it is about.
    fn whose(&self) -> Option<&str> {
        match &self.change {
            Change::Add { .. } => None,
            Change::Name { id, .. } | Change::Role { id, .. } | Change::Disable { id, .. } => Some(id),
            Change::SetPin(id) | Change::OwnPin(id) | Change::Unlock(id) => Some(id),
        }
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

    /// The field or the role that is chosen, and the last one there is.
    fn place(&self) -> (usize, usize) {
        match &self.change {
            Change::Role { role, .. } => {
                (model::Role::ALL.iter().position(|one| one == role).unwrap_or(0), model::Role::ALL.len() - 1)
            }
            _ => (self.at, self.fields.len().saturating_sub(1)),
        }
    }

    fn go(&mut self, to: usize) {
        match &mut self.change {
            Change::Role { role, .. } => *role = model::Role::ALL.get(to).copied().unwrap_or(*role),
            _ => self.at = to,
        }
    }

    fn enter(&mut self, desk: &mut Desk) {
        self.wrong = None;
        let empty = self.fields.get(self.at).is_some_and(|(_, field)| field.value().trim().is_empty());
        if empty {
            return;
        }
        // before two PINs were typed for nothing
        if let (Change::Add { taken }, 0, Some((_, field))) = (&self.change, self.at, self.fields.first())
            && taken.iter().any(|id| id == field.value().trim())
        {
            self.wrong = Some(Say::NumberTaken);
            return;
        }
        if self.at + 1 < self.fields.len() {
            self.at += 1;
            return;
        }
        let tag = match self.change.clone() {
            Change::Add { .. } => {
                let id = self.fields.first().map(|(_, field)| field.value().trim().to_owned()).unwrap_or_default();
                let Some(new_pin) = self.pin() else { return };
                desk.ask("operators_add", &OperatorsAdd { id, role: model::Role::Cashier, name: None, new_pin })
            }
            Change::SetPin(id) => {
                let Some(new_pin) = self.pin() else { return };
                desk.ask("operators_set_pin", &OperatorsSetPin { id, pin: None, new_pin })
            }
            Change::OwnPin(id) => {
                let Some(new_pin) = self.pin() else { return };
                let pin = self.fields.first_mut().map(|(_, field)| field.take_pin());
                desk.ask("operators_set_pin", &OperatorsSetPin { id, pin, new_pin })
            }
            Change::Name { id, .. } => {
                let name = self.fields.first().map(|(_, field)| field.value().trim().to_owned());
                desk.ask("operators_set", &OperatorsSet { id, name, role: None })
            }
            Change::Role { id, role } => desk.ask("operators_set", &OperatorsSet { id, name: None, role: Some(role) }),
            Change::Disable { id, .. } => desk.ask("operators_disable", &OperatorNamed { id }),
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
            Change::Add { .. } => Text::AddPerson,
            Change::Name { .. } => Text::PersonName,
            Change::Role { .. } => Text::PersonRole,
            Change::SetPin(_) => Text::SetPin,
            Change::OwnPin(_) => Text::OwnPin,
            Change::Disable { .. } => Text::DisablePerson,
            Change::Unlock(_) => Text::UnlockPerson,
        }
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn asks(&self, _desk: &Desk) -> bool {
        true
    }

    fn sends(&self) -> Option<&'static str> {
        Some(match self.change {
            // whoever is logged on may: the table speaks of others' PINs
            Change::OwnPin(_) => return None,
            Change::Name { .. } | Change::Role { .. } => "operators_set",
            Change::Add { .. } => "operators_add",
            Change::SetPin(_) => "operators_set_pin",
            Change::Disable { .. } => "operators_disable",
            Change::Unlock(_) => "operators_unlock",
        })
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Open => self.submission.can(desk),
            Action::Up => self.place().0 > 0 && self.submission.idle(),
            Action::Down => self.place().0 < self.place().1 && self.submission.idle(),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match (action, &self.change) {
            (Action::Back, _) if self.submission.idle() => Some(Text::DoNothing),
            (Action::Open, _) if self.at + 1 < self.fields.len() => Some(Text::DoNext),
            (Action::Open, Change::Add { .. }) => Some(Text::DoAddPerson),
            (Action::Open, Change::Name { .. } | Change::Role { .. }) => Some(Text::DoSave),
            (Action::Open, Change::SetPin(_) | Change::OwnPin(_)) => Some(Text::DoSetPin),
            (Action::Open, Change::Disable { .. }) => Some(Text::DoDisable),
            (Action::Open, Change::Unlock(_)) => Some(Text::DoUnlock),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Back => return Next::Pop,
            Action::Open => self.enter(desk),
            Action::Up => self.go(self.place().0.saturating_sub(1)),
            Action::Down => self.go(self.place().0 + 1),
            _ => {}
        }
        Next::Stay
    }

    fn has_focus(&self) -> bool {
        !self.fields.is_empty() || matches!(self.change, Change::Role { .. })
    }

    fn on_char(&mut self, c: char, _desk: &mut Desk) -> Option<Next> {
        if !matches!(self.change, Change::Role { .. }) {
            return None;
        }
        match c {
            '1'..='9' if self.submission.idle() => self.go(c as usize - '1' as usize),
            '.' => return Some(Next::Pop),
            _ => {}
        }
        Some(Next::Stay)
    }

    fn forget(&mut self) {
        self.fields.iter_mut().for_each(|(_, field)| field.forget());
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
            Change::Add { .. } => Say::NewIsCashier,
            Change::Name { .. } => Say::NameWill,
            Change::Role { .. } => Say::RoleWill,
            Change::SetPin(_) => Say::PinWill,
            Change::OwnPin(_) => Say::OwnPinWill,
            Change::Disable { .. } => Say::DisableWill,
            Change::Unlock(_) => Say::UnlockWill,
        };
        if let Some(id) = self.whose() {
            let name = match &self.change {
                Change::Disable { name, .. } if name != id => format!("  {name}"),
                _ => String::new(),
            };
            above.tell(&format!("{}  {id}{name}", say(Say::Number, language)), Role::Strong);
        }
        above.tell(say(will, language), Role::Plain);
        if let Change::Role { role, .. } = &self.change {
            above.gap();
            for (digit, one) in (1..).zip(model::Role::ALL) {
                let (mark, chosen) = if one == role { (">", Role::Selected) } else { (" ", Role::Plain) };
                above.tell(&format!("{mark} {digit}  {}", codes::role(*one, language)), chosen);
            }
        }
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

/// The first free number of a shop that counts 01, 02 …
fn next_number(taken: &[String]) -> String {
    (1..100).map(|number| format!("{number:02}")).find(|number| !taken.contains(number)).unwrap_or_default()
}
