//! The audit trail: who did what, when, from where, and who allowed it. Newest first, in pages; the selected entry in full
//! below.

pub(crate) mod export;
pub(crate) mod filter;

use std::collections::BTreeMap;

use model::{
    AuditRow, Language, Outcome,
    audit::{Anchor, Verified},
};
use protocol::{Page, Verdict, request};
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, Notice, read},
    layer::{Layer, Name, Next},
    list::{List, Step},
    message::{Answer, Tag},
    news::News,
    once::Once,
    open::{Choice, Open, Since},
    text::wrap,
    theme::Role,
    value,
};
use crate::wording::{
    codes,
    people::{self, Say, say},
    text::Text,
};

/// Rows asked for at once.
const PAGE: usize = 100;
/// Where all of them are wanted, to count or to find one object.
const LARGE_PAGE: usize = 500;
/// So many of them are kept to be looked at; those behind them are only counted.
const MOST_KEPT: usize = 2_000;

/// The audit screen.
#[derive(Debug)]
pub(crate) struct Audit {
    choice: Choice,
    found: Found,
    /// The same read anew, until that is as far; what was found before stays in view.
    fresh: Option<Found>,
    /// Rows that are wanted without anybody asking for more.
    wanted: usize,
    /// Something happened while it was being read.
    stale: bool,
    /// A page was refused: it goes on when somebody says so.
    stopped: bool,
    list: List,
    ask: Once,
    /// The newest row of all, whatever is chosen: the code that vouches for everything up to it.
    anchor: Option<Anchor>,
    ask_anchor: Once,
    verifying: Option<Tag>,
}

/// What the trail was found to hold, as far as it was read.
#[derive(Debug, Default)]
struct Found {
    rows: Vec<AuditRow>,
    next: Option<String>,
    pages: usize,
    /// How often each did it: the operator, else the user of the machine.
    counts: BTreeMap<Result<String, u32>, usize>,
}

impl Found {
    /// Takes in a page.
    fn take(&mut self, page: Page<AuditRow>, choice: &Choice) {
        (self.pages, self.next) = (self.pages + 1, page.next);
        for row in page.rows {
            if choice.counts() && is_counted(&row, choice) {
                let who = row.actor.clone().ok_or(row.origin.uid);
                *self.counts.entry(who).or_default() += 1;
            }
            if !choice.to_the_end() || self.rows.len() < MOST_KEPT {
                self.rows.push(row);
            }
        }
    }
}

/// True if it is one of what is counted: what was done, and of papers only another one, for the first is owed.
fn is_counted(row: &AuditRow, choice: &Choice) -> bool {
    match choice.outcome {
        Some(Outcome::Refused | Outcome::Failed) => true,
        Some(Outcome::Done) | None if row.act == "reprint" => row.reprint_number().is_some_and(|number| number > 0),
        Some(Outcome::Done) | None => row.outcome == Outcome::Done,
    }
}

// columns: time, who, who allowed it, act, on what, outcome
const ACTOR: u16 = 15;
const APPROVER: u16 = 22;
const ACT: u16 = 31;
const OBJECT: u16 = 47;
/// Rows of the selected entry in full, and the rule above them.
const BELOW: u16 = 5;

impl Audit {
    /// With these entries chosen.
    pub(crate) fn of(choice: Choice, desk: &mut Desk) -> Audit {
        let mut screen = Audit {
            choice,
            found: Found::default(),
            fresh: None,
            wanted: PAGE,
            stale: false,
            stopped: false,
            list: List::default(),
            ask: Once::default(),
            anchor: None,
            ask_anchor: Once::default(),
            verifying: None,
        };
        screen.read(desk);
        screen
    }

    /// Reads from the newest on.
    fn read(&mut self, desk: &mut Desk) {
        if desk.connected() && self.ask.wish() {
            (self.stale, self.stopped, self.wanted) = (false, false, PAGE);
            self.fresh = (self.found.pages > 0).then(Found::default);
            self.page(None, desk);
        }
        if desk.connected() && self.ask_anchor.wish() {
            let tag = desk.ask("audit", &request::Audit { limit: Some(1), ..request::Audit::default() });
            self.ask_anchor.asked(tag);
        }
    }

    fn page(&mut self, after: Option<String>, desk: &mut Desk) {
        let body = request::Audit {
            since: self.choice.since.asked(desk.now),
            actor: self.choice.actor.clone(),
            act: self.choice.act.map(str::to_owned),
            object: self.choice.object.clone(),
            outcome: self.choice.outcome,
            limit: Some(if self.choice.to_the_end() { LARGE_PAGE } else { PAGE }),
            after,
        };
        let tag = desk.ask("audit", &body);
        self.ask.asked(tag);
    }

    fn on(&mut self, desk: &mut Desk) {
        if let Some(after) = self.reading().next.clone()
            && desk.connected()
            && self.ask.wish()
        {
            self.page(Some(after), desk);
        }
    }

    /// What is read into.
    fn reading(&self) -> &Found {
        self.fresh.as_ref().unwrap_or(&self.found)
    }

    /// True while more pages are wanted without anybody asking for them. A page may be empty and yet not the last one:
    /// one request looks at so many rows, whatever it finds.
    fn goes_on(&self) -> bool {
        let reading = self.reading();
        reading.next.is_some() && !self.stopped && (self.choice.to_the_end() || reading.rows.len() < self.wanted)
    }

    /// The entries that are shown.
    fn shown(&self) -> &[AuditRow] {
        &self.found.rows
    }

    /// How often each did it, most first.
    fn counts(&self, language: Language) -> Vec<(String, usize)> {
        let named = |who: &Result<String, u32>| match who {
            Ok(operator) => operator.clone(),
            Err(uid) => people::nobody(*uid, language).to_owned(),
        };
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (who, count) in &self.found.counts {
            *counts.entry(named(who)).or_default() += count;
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
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
            Action::SearchOn => self.found.next.is_some() && !self.goes_on() && desk.connected(),
            Action::VerifyTrail => self.verifying.is_none() && desk.connected(),
            // each page of it would need the second person anew
            Action::ExportTrail => desk.connected() && desk.may("audit_export") == Verdict::Allowed,
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
                let mut people: Vec<String> = self.found.rows.iter().filter_map(|row| row.actor.clone()).collect();
                people.sort_unstable();
                people.dedup();
                return Next::Open(Open::AuditFilter { choice: self.choice.clone(), people });
            }
            Action::Week => return Next::Instead(Open::Audit(Choice::reprints_of_a_week())),
            Action::SearchOn => {
                (self.stopped, self.wanted) = (false, self.found.rows.len() + PAGE);
                self.on(desk);
                return Next::Stay;
            }
            Action::VerifyTrail => {
                self.verifying = Some(desk.ask("audit_verify", &request::AuditVerify::default()));
                desk.notice = Some(Notice::Said(say(Say::Verifying, desk.language).to_owned(), Role::Plain));
                return Next::Stay;
            }
            Action::ExportTrail => return Next::Open(Open::TrailExport),
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
        if self.ask_anchor.answered(tag) {
            if let Ok(page) = read::<Page<AuditRow>>(answer) {
                self.anchor = page.rows.first().map(|row| Anchor::of(row.seq, &row.hash));
            }
            return Some(Next::Stay);
        }
        if self.verifying.take_if(|asked| *asked == tag).is_some() {
            match read::<Verified>(answer) {
                Ok(found) => {
                    let role = if found.ok { Role::Good } else { Role::Trouble };
                    desk.notice = Some(Notice::Said(people::verified(&found, desk.language), role));
                }
                Err(problem) => desk.complain(&problem),
            }
            return Some(Next::Stay);
        }
        if !self.ask.answered(tag) {
            return None;
        }
        match read::<Page<AuditRow>>(answer) {
            Ok(page) => {
                let reading = self.fresh.as_mut().unwrap_or(&mut self.found);
                reading.take(page, &self.choice);
                if self.goes_on() {
                    self.on(desk);
                } else if let Some(fresh) = self.fresh.take() {
                    self.found = fresh;
                }
            }
            Err(problem) => {
                (self.fresh, self.stopped) = (None, true);
                desk.complain(&problem);
            }
        }
        self.list.clamp(self.shown().len());
        if !self.goes_on() && (self.ask.again() || self.stale) {
            self.read(desk);
        }
        Some(Next::Stay)
    }

    fn changed(&mut self, news: &News, desk: &mut Desk) {
        // whoever reads at the top sees what comes; elsewhere the rows stay where they are
        let something = news.others || !news.jobs.is_empty() || !news.transactions.is_empty();
        let long = self.choice.to_the_end() && self.found.pages > 1;
        if news.all || (something && self.list.selected == 0 && !long) {
            // what is being read is read to its end first
            self.stale = true;
            if news.all || !self.goes_on() {
                self.read(desk);
            }
        }
    }

    fn disconnected(&mut self) {
        (self.ask, self.ask_anchor, self.verifying) = (Once::default(), Once::default(), None);
        self.fresh = None;
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = canvas.language;
        let rows = self.shown();
        canvas.set_cursor(area.x + 1, area.y + 2, false);
        let chosen = self.choice.say(language);
        canvas.put(area.x + 1, area.y + 1, area.width - 2, &chosen, Role::Heading);
        let mut y = area.y + 2;
        let counts = if self.choice.counts() { self.counts(language) } else { Vec::new() };
        if !counts.is_empty() {
            let text = people::per_person(&counts, self.choice.act == Some("reprint"), language);
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
            // that there are none is known at the end only
            let text = match (self.found.pages, &self.found.next) {
                (0, _) => canvas.say(&Text::Loading),
                (_, Some(_)) => say(Say::StillLooking, language).to_owned(),
                (_, None) => say(Say::NoRows, language).to_owned(),
            };
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
                (
                    ACTOR,
                    APPROVER,
                    row.actor.clone().unwrap_or_else(|| if row.origin.uid == 0 { "root" } else { "-" }.to_owned()),
                    Role::Strong,
                ),
                (APPROVER, ACT, row.approver.clone().unwrap_or_default(), Role::Plain),
                (ACT, OBJECT, codes::act(&row.act, language).to_owned(), plain),
                (OBJECT, end, people::object(row, language).unwrap_or_default(), Role::Plain),
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
            if let Some(anchor) = &self.anchor {
                let text = format!(" {} {anchor} ", say(Say::AnchorHead, language));
                canvas.right(area.x, area.bottom() - high, area.width - 2, &text, Role::Label);
            }
        }
        if self.found.next.is_some() {
            let text = say(if self.goes_on() { Say::StillLooking } else { Say::MoreBelow }, language);
            canvas.right(area.x, area.y + 1, area.width - 1, text, Role::Label);
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
    let mut who = vec![format!(
        "{} {}",
        say(Say::Actor, language),
        row.actor.as_deref().unwrap_or_else(|| people::nobody(row.origin.uid, language))
    )];
    who.extend(row.approver.as_ref().map(|approver| format!("{} {approver}", say(Say::Approver, language))));
    who.push(format!("{} {}", say(Say::Where, language), people::origin(&row.origin, language)));
    lines.push(who.join("  "));
    let mut what: Vec<String> = Vec::new();
    what.extend(people::object(row, language).map(|object| format!("{} {object}", say(Say::Object, language))));
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
