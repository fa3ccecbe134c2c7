//! The people of the shop: every operator, how each stands, and what a manager does with them.

pub(crate) mod end_support;
pub(crate) mod person;
pub(crate) mod profile;

use model::Operator;
use protocol::{Page, request::Nothing};
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, read},
    layer::{Layer, Name, Next},
    list::{List, Step},
    message::{Answer, Tag},
    news::News,
    once::Once,
    open::{Change, Open},
    theme::Role,
};
use crate::wording::{
    codes,
    people::{Say, say, standing},
    text::Text,
};

/// The people screen.
#[derive(Debug, Default)]
pub(crate) struct People {
    rows: Option<Vec<Operator>>,
    list: List,
    ask: Once,
}

// columns: number, name, role, state, wrong PINs
const NAME: u16 = 12;
const ROLE: u16 = 32;
const STATE: u16 = 44;
const TRIES: u16 = 66;

impl People {
    pub(crate) fn open(desk: &mut Desk) -> People {
        let mut screen = People::default();
        screen.read(desk);
        screen
    }

    fn read(&mut self, desk: &mut Desk) {
        if desk.connected() && self.ask.wish() {
            let tag = desk.ask("operators", &Nothing {});
            self.ask.asked(tag);
        }
    }

    fn rows(&self) -> &[Operator] {
        self.rows.as_deref().unwrap_or_default()
    }

    fn selected(&self) -> Option<&Operator> {
        self.rows().get(self.list.selected)
    }
}

impl Layer for People {
    fn name(&self) -> Name {
        Name::People
    }

    fn title(&self) -> Text<'static> {
        Text::People
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::AddPerson => desk.connected() && desk.seat.is_taken(),
            Action::Edit | Action::SetPin => desk.connected() && self.selected().is_some(),
            Action::Disable => desk.connected() && self.selected().is_some_and(|person| !person.disabled),
            Action::Unlock => {
                let stopped = |person: &Operator| person.disabled || person.locked_until.is_some();
                desk.connected() && self.selected().is_some_and(stopped)
            }
            Action::Up | Action::Down | Action::PageUp | Action::PageDown | Action::First | Action::Last => {
                self.rows().len() > 1
            }
            _ => false,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        let page = usize::from(desk.height.saturating_sub(6)).max(1);
        let id = self.selected().map(|person| person.id.clone()).unwrap_or_default();
        let open = |change| Next::Open(Open::Person(change));
        let step = match action {
            Action::Back => return Next::Pop,
            Action::AddPerson => {
                return open(Change::Add { taken: self.rows().iter().map(|person| person.id.clone()).collect() });
            }
            Action::Edit => match self.selected().cloned() {
                Some(person) => return Next::Open(Open::Profile(Box::new(person))),
                None => return Next::Stay,
            },
            Action::SetPin => return open(Change::SetPin(id)),
            Action::Disable => {
                let name = self.selected().map(|person| person.name.as_str().to_owned()).unwrap_or_default();
                return open(Change::Disable { id, name });
            }
            Action::Unlock => return open(Change::Unlock(id)),
            Action::Up => Step::Up,
            Action::Down => Step::Down,
            Action::PageUp => Step::PageUp,
            Action::PageDown => Step::PageDown,
            Action::First => Step::First,
            Action::Last => Step::Last,
            _ => return Next::Stay,
        };
        self.list.go(step, self.rows().len(), page);
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        if !self.ask.answered(tag) {
            return None;
        }
        match read::<Page<Operator>>(answer) {
            Ok(page) => {
                self.list.clamp(page.rows.len());
                self.rows = Some(page.rows);
            }
            Err(problem) => desk.complain(&problem),
        }
        if self.ask.again() {
            self.read(desk);
        }
        Some(Next::Stay)
    }

    fn changed(&mut self, news: &News, desk: &mut Desk) {
        // who was added, locked out or disabled is a commit without payments and jobs
        if news.all || news.others {
            self.read(desk);
        }
    }

    fn disconnected(&mut self) {
        self.ask = Once::default();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, _desk: &Desk) {
        let language = canvas.language;
        let (x, y) = (area.x + 3, area.y + 1);
        canvas.set_cursor(area.x + 1, y, false);
        let Some(rows) = &self.rows else {
            let text = canvas.say(&Text::Loading);
            canvas.put(area.x + 1, y, area.width - 2, &text, Role::Plain);
            return;
        };
        if rows.is_empty() {
            canvas.put(area.x + 1, y, area.width - 2, say(Say::NobodyThere, language), Role::Plain);
            return;
        }
        for (at, head) in
            [(0, Say::Number), (NAME, Say::Name), (ROLE, Say::RoleHead), (STATE, Say::State), (TRIES, Say::Tries)]
        {
            canvas.put(x + at, y, area.width.saturating_sub(at + 3), say(head, language), Role::Label);
        }
        let room = usize::from(area.height.saturating_sub(2)).max(1);
        let top = self.list.top(room);
        for ((at, person), y) in rows.iter().enumerate().skip(top).zip(y + 1..area.bottom()) {
            if at == self.list.selected {
                canvas.put(area.x + 1, y, 1, ">", Role::Key);
                canvas.set_cursor(area.x + 1, y, false);
            }
            let stopped = person.disabled || person.locked_until.is_some();
            let role = if stopped { Role::Warning } else { Role::Plain };
            canvas.put(x, y, NAME - 1, &person.id, if at == self.list.selected { Role::Strong } else { Role::Plain });
            canvas.put(x + NAME, y, ROLE - NAME - 1, &person.name, Role::Plain);
            canvas.put(x + ROLE, y, STATE - ROLE - 1, codes::role(person.role, language), Role::Plain);
            canvas.put(x + STATE, y, TRIES - STATE - 1, &standing(person, language), role);
            if person.wrong_tries > 0 {
                let tries = person.wrong_tries.to_string();
                canvas.put(x + TRIES, y, area.width.saturating_sub(TRIES + 4), &tries, Role::Warning);
            }
        }
    }
}
