//! The printers: one line each, and below what each of them needs from a person. With one printer only, everything
//! about it stands below at once.

use protocol::PrinterRow;
use ratatui::layout::Rect;

use super::{
    action::Action,
    alert::{Alert, alerts},
    canvas::Canvas,
    desk::{Desk, Link},
    home::{alert_row, column},
    layer::{Layer, Name, Next},
    list::{List, Step},
    message::{Answer, Tag},
    open::{Open, Work},
    pause::Pause,
    printer::facts::{self, facts},
    text::wrap,
    theme::Role,
    value,
};
use crate::wording::text::Text;

/// The printers screen.
#[derive(Debug, Default)]
pub(crate) struct Printers {
    list: List,
    /// The printer a person moved the selection to.
    picked: Option<String>,
    pause: Pause,
}

impl Printers {
    /// Which row is selected now.
    fn list(&self, desk: &Desk) -> List {
        let mut list = self.list;
        let at = |name: &String| desk.printers().iter().position(|printer| printer.name == *name);
        list.selected = self.picked.as_ref().and_then(at).unwrap_or(list.selected);
        list.clamp(desk.printers().len());
        list
    }

    fn selected<'a>(&self, desk: &'a Desk) -> Option<&'a PrinterRow> {
        desk.printers().get(self.list(desk).selected)
    }
}

/// What the printers need from a person, worst first.
fn needs(desk: &Desk) -> Vec<Alert> {
    let about = |alert: &Alert| matches!(alert, Alert::Printer { .. } | Alert::Paused { .. } | Alert::PaperLow(_));
    alerts(desk).into_iter().filter(about).collect()
}

/// Printers that fit above what they need; the list keeps at least half of the screen.
fn page(desk: &Desk) -> usize {
    let body = usize::from(desk.height).saturating_sub(5);
    let below = needs(desk).len().min(body / 2).saturating_add(2);
    body.saturating_sub(below).max(1)
}

impl Layer for Printers {
    fn name(&self) -> Name {
        Name::Printers
    }

    fn title(&self) -> Text<'static> {
        Text::Printers
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        let Some(printer) = self.selected(desk) else { return action == Action::Back };
        match action {
            Action::Back | Action::Open => true,
            Action::TestPage | Action::Drawer => desk.connected(),
            Action::Pause | Action::Resume => self.pause.can(action, printer, desk),
            Action::Up | Action::Down | Action::PageUp | Action::PageDown | Action::First | Action::Last => {
                desk.printers().len() > 1
            }
            _ => false,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        if action == Action::Back {
            return Next::Pop;
        }
        let Some(name) = self.selected(desk).map(|printer| printer.name.clone()) else { return Next::Stay };
        let step = match action {
            Action::Open => return Next::Open(Open::Printer(name)),
            Action::TestPage => return Next::Open(Open::Errand { work: Work::TestPage, printer: name }),
            Action::Drawer => return Next::Open(Open::Errand { work: Work::Drawer, printer: name }),
            Action::Pause | Action::Resume => {
                // what comes and goes meanwhile must not move the selection away from it
                self.picked = Some(name.clone());
                self.pause.ask(action, &name, desk);
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
        self.list = self.list(desk);
        self.list.go(step, desk.printers().len(), page(desk));
        self.picked = None;
        self.picked = self.selected(desk).map(|printer| printer.name.clone());
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        self.pause.answered(tag, answer, desk).then_some(Next::Stay)
    }

    fn disconnected(&mut self) {
        self.pause.disconnected();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        if desk.printers().is_empty() {
            return empty(canvas, area, desk);
        }
        let list = self.list(desk);
        let at = Columns::of(area);
        let mut y = area.y + 1;
        heads(canvas, &at, y);
        let top = list.top(page(desk));
        for (nth, printer) in desk.printers().iter().enumerate().skip(top).take(page(desk)) {
            y += 1;
            row(canvas, &at, y, printer, desk);
            if nth == list.selected {
                canvas.put(area.x, y, 1, ">", Role::Plain);
                canvas.tint(Rect::new(area.x, y, area.width, 1), Role::Selected);
                canvas.set_cursor(area.x, y, false);
            }
        }
        y += 2;
        if y >= area.bottom() {
            return;
        }
        let below = Rect::new(area.x, y, area.width, area.bottom() - y);
        if let [only] = desk.printers() {
            // its state stands in the list already
            facts::draw(canvas, below, facts(only, area.width, desk).get(1..).unwrap_or_default(), 0);
        } else {
            what_to_do(canvas, below, desk);
        }
    }
}

/// What each printer needs from a person.
fn what_to_do(canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
    let needs = needs(desk);
    if needs.is_empty() {
        return;
    }
    let heading = canvas.say(&Text::WhatToDo);
    canvas.put(area.x + 1, area.y, area.width - 2, &heading, Role::Heading);
    let shown: Vec<(usize, &Alert)> = needs.iter().enumerate().collect();
    let column = column(&shown, canvas.language, area.width);
    for (alert, y) in needs.iter().zip(area.y + 1..area.bottom()) {
        alert_row(canvas, Rect::new(area.x, y, area.width, 1), alert, false, column);
    }
}

/// No printer to show: why, and what to do.
fn empty(canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
    canvas.set_cursor(area.x + 1, area.y + 1, false);
    let first = match (&desk.overview, &desk.link) {
        (Some(_), _) => Text::PrintersEmpty,
        (None, Link::Away(_)) => Text::PrintersAway,
        (None, _) => Text::Loading,
    };
    let text = canvas.say(&first);
    canvas.put(area.x + 1, area.y + 1, area.width - 2, &text, Role::Strong);
    let mut y = area.y + 3;
    let mut tell = |text: &str, role: Role| {
        for line in wrap(text, area.width.saturating_sub(2)) {
            if y < area.bottom() {
                canvas.put(area.x + 1, y, area.width - 2, &line, role);
                y += 1;
            }
        }
    };
    match (&desk.overview, &desk.link) {
        (Some(_), _) => {
            tell(&Text::PrintersEmptyHow.say(desk.language), Role::Plain);
            tell("", Role::Plain);
            tell(&Text::PrintersEmptyBlock.say(desk.language), Role::Key);
        }
        (None, Link::Away(away)) => tell(&away.next(desk.language), Role::Plain),
        (None, _) => {}
    }
}

/// Where the columns of a window of this width begin, and how wide they are; `None` for those without room.
struct Columns {
    name: (u16, u16),
    state: (u16, u16),
    why: (u16, u16),
    since: Option<(u16, u16)>,
    queue: (u16, u16),
    last: Option<(u16, u16)>,
}

/// `11-20 14:05`, or a date with its year.
const WHEN: u16 = 11;
/// The longest state, 「还没联系上」 or `not heard of yet`.
const STATE: u16 = 16;

impl Columns {
    fn of(area: Rect) -> Columns {
        let more = area.width.saturating_sub(80);
        let (name, why) = (10 + more.min(14), 19 + more.saturating_sub(14).min(12));
        let mut x = area.x + 1;
        let mut next = |wide: u16| {
            let at = (x, wide);
            x += wide + 1;
            at
        };
        let (name, state, why) = (next(name), next(STATE), next(why));
        let since = (area.width >= 66).then(|| next(WHEN));
        let queue = next(4);
        let last = (area.width >= 78).then(|| next(WHEN));
        Columns { name, state, why, since, queue, last }
    }
}

fn heads(canvas: &mut Canvas<'_>, at: &Columns, y: u16) {
    let columns = [
        (Some(at.name), Text::HeadPrinter),
        (Some(at.state), Text::HeadState),
        (Some(at.why), Text::HeadWhy),
        (at.since, Text::HeadFrom),
        (Some(at.queue), Text::HeadQueue),
        (at.last, Text::HeadLastGood),
    ];
    for (column, text) in columns {
        if let Some((x, wide)) = column {
            let text = canvas.say(&text);
            canvas.put(x, y, wide, &text, Role::Heading);
        }
    }
}

fn row(canvas: &mut Canvas<'_>, at: &Columns, y: u16, printer: &PrinterRow, desk: &Desk) {
    let (state, role) = value::printer_state(printer, canvas.language);
    let (why, why_role) = value::printer_why(printer, canvas.language);
    canvas.put(at.name.0, y, at.name.1, &printer.name, Role::Strong);
    canvas.put(at.state.0, y, at.state.1, state, role);
    canvas.put(at.why.0, y, at.why.1, &why, why_role);
    if let (Some((x, wide)), Some(since)) = (at.since, printer.since) {
        canvas.put(x, y, wide, &value::when(since, desk.now), Role::Plain);
    }
    if printer.waiting.total() > 0 {
        canvas.right(at.queue.0, y, at.queue.1, &printer.waiting.total().to_string(), Role::Plain);
    }
    if let Some((x, wide)) = at.last {
        let none = || canvas.say(&Text::NothingYet);
        let text = printer.last_good_print.map_or_else(none, |last| value::when(last, desk.now));
        canvas.put(x, y, wide, &text, Role::Plain);
    }
}
