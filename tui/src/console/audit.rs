//! The audit trail: who did what, when, from where, and who allowed it. Newest first, in pages; the selected entry in full
//! below.

pub(crate) mod filter;

use std::collections::BTreeMap;

use model::AuditRow;
use protocol::{Page, request};
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, Once, read},
    layer::{Layer, Name, Next},
    list::{List, Step},
    message::{Answer, Tag},
    news::News,
    open::Open,
    text::wrap,
    theme::Role,
    value,
};
use crate::wording::{
    codes,
    people::{self, Say, say},
    text::Text,
};
use filter::{Choice, Since};

/// Rows asked for at once.
const PAGE: usize = 100;
/// Pages that are read on their own to count or to look for one object.
const MOST_PAGES: usize = 20;

/// The audit screen.
#[derive(Debug)]
pub(crate) struct Audit {
    choice: Choice,
    rows: Vec<AuditRow>,
    next: Option<String>,
    pages: usize,
    read: bool,
    list: List,
    ask: Once,
}

// columns: time, who, who allowed it, act, on what, outcome
const ACTOR: u16 = 15;
const APPROVER: u16 = 22;
const ACT: u16 = 30;
const OBJECT: u16 = 46;
/// Rows of the selected entry in full, and the rule above them.
const BELOW: u16 = 5;

impl Audit {
    /// With these entries chosen.
    pub(crate) fn of(choice: Choice, desk: &mut Desk) -> Audit {
        let mut screen = Audit {
            choice,
            rows: Vec::new(),
            next: None,
            pages: 0,
            read: false,
            list: List::default(),
            ask: Once::default(),
        };
        screen.read(desk);
        screen
    }

    /// Reads from the newest on.
    fn read(&mut self, desk: &mut Desk) {
        if desk.connected() && self.ask.wish() {
            (self.pages, self.next) = (0, None);
            self.page(None, desk);
        }
    }

    fn page(&mut self, after: Option<String>, desk: &mut Desk) {
        let body = request::Audit {
            since: self.choice.since.asked(desk.now),
            actor: self.choice.actor.clone(),
            act: self.choice.act.map(str::to_owned),
            limit: Some(PAGE),
            after,
        };
        let tag = desk.ask("audit", &body);
        self.ask.asked(tag);
    }

    fn on(&mut self, desk: &mut Desk) {
        if let Some(after) = self.next.clone()
            && desk.connected()
            && self.ask.wish()
        {
            self.page(Some(after), desk);
        }
    }

    /// True while more pages are wanted without anybody asking for them.
    fn goes_on(&self) -> bool {
        let counting = self.choice.counts() || self.choice.object.is_some();
        counting && self.next.is_some() && self.pages < MOST_PAGES
    }

    /// The entries that are shown.
    fn shown(&self) -> Vec<&AuditRow> {
        let about = |row: &&AuditRow| match (&self.choice.object, &row.object) {
            (None, _) => true,
            (Some(wanted), Some(object)) => object.split(' ').any(|id| id == wanted),
            (Some(_), None) => false,
        };
        self.rows.iter().filter(about).collect()
    }

    /// How often each person did it, most first.
    fn counts(&self) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.outcome == model::Outcome::Done) {
            *counts.entry(row.actor.as_deref().unwrap_or("-")).or_default() += 1;
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().map(|(who, n)| (who.to_owned(), n)).collect();
        counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        counts
    }

    fn room(desk: &Desk) -> usize {
        usize::from(desk.height.saturating_sub(3 + 3 + BELOW)).max(1)
    }
}

impl Layer for Audit {
    fn name(&self) -> Name {
        Name::Audit
    }

    fn title(&self) -> Text<'static> {
        Text::Audit
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Filter => true,
            Action::Week => self.choice != Choice::reprints_of_a_week(),
            Action::SearchOn => self.next.is_some() && desk.connected(),
            Action::Up | Action::Down | Action::PageUp | Action::PageDown | Action::First | Action::Last => {
                self.shown().len() > 1
            }
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        (action == Action::SearchOn).then_some(Text::DoOlder)
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        let step = match action {
            Action::Back => return Next::Pop,
            Action::Filter => {
                let mut people: Vec<String> = self.rows.iter().filter_map(|row| row.actor.clone()).collect();
                people.sort_unstable();
                people.dedup();
                return Next::Open(Open::AuditFilter { choice: self.choice.clone(), people });
            }
            Action::Week => return Next::Instead(Open::Audit(Choice::reprints_of_a_week())),
            Action::SearchOn => {
                self.on(desk);
                return Next::Stay;
            }
            Action::Up => Step::Up,
            Action::Down => Step::Down,
            Action::PageUp => Step::PageUp,
            Action::PageDown => Step::PageDown,
            Action::First => Step::First,
            Action::Last => Step::Last,
            _ => return Next::Stay,
        };
        self.list.go(step, self.shown().len(), Audit::room(desk));
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        if !self.ask.answered(tag) {
            return None;
        }
        match read::<Page<AuditRow>>(answer) {
            Ok(page) => {
                if self.pages == 0 {
                    self.rows.clear();
                }
                self.read = true;
                self.pages += 1;
                self.rows.extend(page.rows);
                self.next = page.next;
            }
            Err(problem) => desk.complain(&problem),
        }
        self.list.clamp(self.shown().len());
        if self.ask.again() {
            self.read(desk);
        } else if self.goes_on() {
            self.on(desk);
        }
        Some(Next::Stay)
    }

    fn changed(&mut self, news: &News, desk: &mut Desk) {
        // whoever reads at the top sees what comes; elsewhere the rows stay where they are
        let something = news.others || !news.jobs.is_empty() || !news.transactions.is_empty();
        if news.all || (something && self.list.selected == 0) {
            self.read(desk);
        }
    }

    fn disconnected(&mut self) {
        self.ask = Once::default();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = canvas.language;
        let rows = self.shown();
        canvas.set_cursor(area.x + 1, area.y + 2, false);
        let chosen = self.choice.say(language);
        canvas.put(area.x + 1, area.y + 1, area.width - 2, &chosen, Role::Heading);
        let mut y = area.y + 2;
        let counts = if self.choice.counts() { self.counts() } else { Vec::new() };
        if !counts.is_empty() {
            let text = people::per_person(&counts, language);
            canvas.put(area.x + 1, y, area.width - 2, &text, Role::Strong);
        } else {
            for (at, head) in
                [(2, Say::Time), (ACTOR, Say::Actor), (APPROVER, Say::Approver), (ACT, Say::Act), (OBJECT, Say::Object)]
            {
                canvas.put(area.x + at, y, area.width.saturating_sub(at + 1), say(head, language), Role::Label);
            }
        }
        y += 1;
        if rows.is_empty() {
            let text = if self.read { say(Say::NoRows, language).to_owned() } else { canvas.say(&Text::Loading) };
            canvas.put(area.x + 1, y, area.width - 2, &text, Role::Plain);
            return;
        }
        let room = Audit::room(desk);
        let top = self.list.top(room);
        for ((at, row), y) in rows.iter().enumerate().skip(top).take(room).zip(y..area.bottom()) {
            let selected = at == self.list.selected;
            if selected {
                canvas.put(area.x, y, 1, ">", Role::Key);
                canvas.set_cursor(area.x, y, false);
            }
            let outcome = (row.outcome != model::Outcome::Done).then(|| codes::outcome(row.outcome, language));
            let end = area.width.saturating_sub(if outcome.is_some() { 10 } else { 1 });
            let plain = if selected { Role::Strong } else { Role::Plain };
            for (at, until, text, role) in [
                (2, ACTOR, value::when(row.at, desk.now), plain),
                (ACTOR, APPROVER, row.actor.clone().unwrap_or_else(|| "-".to_owned()), Role::Strong),
                (APPROVER, ACT, row.approver.clone().unwrap_or_default(), Role::Plain),
                (ACT, OBJECT, codes::act(&row.act, language).to_owned(), plain),
                (OBJECT, end, row.object.clone().unwrap_or_default(), Role::Plain),
            ] {
                canvas.put(area.x + at, y, until.saturating_sub(at + 1), &text, role);
            }
            if let Some(outcome) = outcome {
                canvas.right(area.x, y, area.width - 1, outcome, Role::Warning);
            }
        }
        if let Some(row) = rows.get(self.list.selected) {
            let high = BELOW.min(area.height);
            in_full(canvas, Rect::new(area.x, area.bottom() - high, area.width, high), row);
        }
        if self.next.is_some() && !self.goes_on() {
            canvas.right(area.x, area.y + 1, area.width - 1, say(Say::MoreBelow, language), Role::Label);
        }
    }
}

/// Everything that one entry says.
fn in_full(canvas: &mut Canvas<'_>, area: Rect, row: &AuditRow) {
    let language = canvas.language;
    let rule = "-".repeat(usize::from(area.width.saturating_sub(2)));
    canvas.put(area.x + 1, area.y, area.width - 2, &rule, Role::Edge);
    let mut first = format!("#{}  {}  ", row.seq, value::exact(row.at));
    first += &format!("{}  {}", codes::act(&row.act, language), codes::outcome(row.outcome, language));
    let mut lines = vec![first];
    let mut who = vec![format!("{} {}", say(Say::Actor, language), row.actor.as_deref().unwrap_or("-"))];
    who.extend(row.approver.as_ref().map(|approver| format!("{} {approver}", say(Say::Approver, language))));
    who.push(format!("{} {}", say(Say::Where, language), people::origin(&row.origin, language)));
    lines.push(who.join("  "));
    let mut what: Vec<String> = Vec::new();
    what.extend(row.object.as_ref().map(|object| format!("{} {object}", say(Say::Object, language))));
    what.extend(people::change(row, language).map(|change| format!("{} {change}", say(Say::Changed, language))));
    lines.extend(wrap(&what.join("  "), area.width - 2));
    for (line, y) in lines.iter().zip(area.y + 1..area.bottom()) {
        canvas.put(area.x + 1, y, area.width - 2, line, Role::Plain);
    }
}

impl Since {
    /// As the daemon understands it.
    fn asked(self, now: Option<model::Moment>) -> Option<String> {
        let back = match self {
            Since::Always => return None,
            Since::Today => return Some("today".to_owned()),
            Since::Yesterday => return Some("yest".to_owned()),
            Since::Week => 6,
            Since::Month => 29,
        };
        let first = now?.wall().date().checked_sub(jiff::Span::new().days(back)).ok()?;
        Some(first.to_string())
    }
}
