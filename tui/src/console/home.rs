//! Home: what needs somebody now, the latest transaction, today's totals, the printers.

mod sheet;

use model::{Language, Status};
use protocol::TransactionRow;
use ratatui::layout::Rect;

use self::sheet::{Columns, Sheet};
use super::{
    action::Action,
    alert::{Alert, alerts},
    canvas::Canvas,
    desk::Desk,
    layer::{Layer, Name, Next},
    list::{List, Step},
    open::Open,
    reprint,
    text::width,
    theme::Role,
    value,
};
use crate::wording::{codes, text::Text};

/// The first screen.
#[derive(Debug, Default)]
pub(crate) struct Home {
    list: List,
    /// What a person moved the selection to; it stays there while rows come and go.
    picked: Option<Picked>,
}

#[derive(Debug, Clone, PartialEq)]
enum Picked {
    Alert(Alert),
    Latest,
}

impl Home {
    /// Alerts, then the latest transaction.
    fn len(desk: &Desk) -> usize {
        alerts(desk).len() + usize::from(Self::on_latest_row(desk))
    }

    fn on_latest_row(desk: &Desk) -> bool {
        latest_row(desk).is_some()
    }

    /// Which row is selected now.
    fn list(&self, desk: &Desk) -> List {
        let alerts = alerts(desk);
        let mut list = self.list;
        match &self.picked {
            // what was mended is gone: the first row is what needs somebody most
            Some(Picked::Alert(picked)) => {
                list.selected = alerts.iter().position(|alert| alert.same(picked)).unwrap_or(0);
            }
            Some(Picked::Latest) => list.selected = alerts.len(),
            None => {}
        }
        list.clamp(Home::len(desk));
        list
    }

    /// The alert that is selected; `None` on the latest transaction.
    fn alert(&self, desk: &Desk) -> Option<Alert> {
        alerts(desk).into_iter().nth(self.list(desk).selected)
    }
}

impl Layer for Home {
    fn name(&self) -> Name {
        Name::Home
    }

    fn title(&self) -> Text<'static> {
        Text::Home
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Up | Action::Down | Action::First | Action::Last => Home::len(desk) > 1,
            Action::Open => match self.alert(desk) {
                Some(alert) => alert.target().is_some(),
                None => Home::on_latest_row(desk),
            },
            Action::ReprintThis => self.alert(desk).is_none() && latest_row(desk).is_some_and(is_approved),
            _ => false,
        }
    }

    fn why_not(&self, action: Action, desk: &Desk) -> Option<Text<'static>> {
        let latest = latest_row(desk).filter(|_| action == Action::ReprintThis && self.alert(desk).is_none())?;
        reprint::why_not(latest.transaction.status)
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        self.list = self.list(desk);
        let step = match action {
            Action::Up => Step::Up,
            Action::Down => Step::Down,
            Action::First => Step::First,
            Action::Last => Step::Last,
            Action::Open => {
                if let Some(alert) = self.alert(desk) {
                    return alert.target().map_or(Next::Stay, Next::Open);
                }
                let row = latest_row(desk).cloned();
                return row.map_or(Next::Stay, |row| Next::Open(Open::Detail(Box::new(row))));
            }
            Action::ReprintThis => {
                let row = latest_row(desk).cloned();
                return row.map_or(Next::Stay, |row| Next::Open(Open::Reprint { row: Box::new(row), copy: None }));
            }
            _ => return Next::Stay,
        };
        self.list.go(step, Home::len(desk), usize::MAX);
        self.picked = Some(alerts(desk).into_iter().nth(self.list.selected).map_or(Picked::Latest, Picked::Alert));
        Next::Stay
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let alerts = alerts(desk);
        let list = self.list(desk);
        let mut y = area.y + 1;
        // the totals keep eight rows, the latest transaction three
        let room = usize::from(area.height.saturating_sub(14)).max(3);
        if alerts.is_empty() {
            let (text, role) = match &desk.overview {
                Some(_) => (Text::AllWell, Role::Good),
                None => (Text::LinkConnecting, Role::Plain),
            };
            let text = canvas.say(&text);
            canvas.put(area.x + 1, y, area.width - 2, &text, role);
            canvas.set_cursor(area.x + 1, y, false);
            y += 1;
        } else {
            let text = canvas.say(&Text::ToDo);
            canvas.put(area.x + 1, y, area.width - 2, &text, Role::Heading);
            y += 1;
            let first = list.selected.min(alerts.len() - 1) / room * room;
            let shown: Vec<(usize, &Alert)> = alerts.iter().enumerate().skip(first).take(room).collect();
            let column = column(&shown, canvas.language, area.width);
            // rows that no alert needs are for advice that is too long for its own
            let mut spare = room.saturating_sub(shown.len());
            for (at, alert) in &shown {
                let high = if spare > 0 || matches!(alert, Alert::Away(_)) { 2 } else { 1 };
                let area = Rect::new(area.x, y, area.width, high);
                let used = alert_row(canvas, area, alert, *at == list.selected, column);
                spare = spare.saturating_sub(usize::from(used - 1));
                y += used;
            }
            if let Some(more) = alerts.len().checked_sub(first + room).filter(|more| *more > 0) {
                let text = canvas.say(&Text::MoreAlerts(more));
                canvas.put(area.x + 4, y, area.width - 4, &text, Role::Plain);
                y += 1;
            }
        }
        if desk.overview.is_none() && !desk.connected() {
            return;
        }
        y += 1;
        latest(canvas, Rect::new(area.x, y, area.width, 2), desk, list.selected >= alerts.len());
        y += 3;
        if y >= area.bottom() {
            return;
        }
        // the totals stay whole; on a narrow window the bar above has to do for the printers
        let sheet = Sheet::of(desk, canvas.language);
        let wide = sheet.columns.total().max(Columns::default().total());
        if area.width < wide + PRINTERS {
            return sheet.draw(canvas, Rect::new(area.x, y, area.width, area.bottom() - y), desk);
        }
        let left = (area.width * 3 / 5).max(wide);
        sheet.draw(canvas, Rect::new(area.x, y, left, area.bottom() - y), desk);
        printers(canvas, Rect::new(area.x + left, y, area.width - left, area.bottom() - y), desk);
    }
}

/// The column at which the advice of these alerts begins; a long sentence goes its own way.
pub(crate) fn column(shown: &[(usize, &Alert)], language: Language, columns: u16) -> u16 {
    let what = shown.iter().map(|(_, alert)| width(&alert.what(language)));
    4 + what.filter(|wide| *wide <= columns / 5 * 2).max().unwrap_or(0).max(24) + 2
}

/// One row, or two where the advice would be cut; returns how many.
pub(crate) fn alert_row(canvas: &mut Canvas<'_>, area: Rect, alert: &Alert, selected: bool, column: u16) -> u16 {
    let language = canvas.language;
    let (what, next) = (alert.what(language), alert.next(language));
    if selected {
        canvas.put(area.x + 1, area.y, 1, ">", Role::Key);
        canvas.set_cursor(area.x + 1, area.y, false);
    }
    canvas.put(area.x + 2, area.y, 1, alert.mark(), alert.role());
    let used = canvas.put(area.x + 4, area.y, area.width - 5, &what, alert.role());
    let column = (area.x + column).max(area.x + 4 + used + 2);
    let room = area.right().saturating_sub(column);
    if width(&next) > room && area.height > 1 {
        canvas.put(area.x + 6, area.y + 1, area.width - 7, &next, Role::Plain);
        return 2;
    }
    canvas.put(column, area.y, room, &next, Role::Plain);
    1
}

fn latest(canvas: &mut Canvas<'_>, area: Rect, desk: &Desk, selected: bool) {
    let language = canvas.language;
    let heading = canvas.say(&Text::LastSale);
    canvas.put(area.x + 1, area.y, area.width - 2, &heading, Role::Heading);
    let y = area.y + 1;
    let Some(row) = latest_row(desk) else {
        let text = if desk.latest.is_some() { Text::NoSaleYet } else { Text::Loading };
        let text = canvas.say(&text);
        canvas.put(area.x + 4, y, area.width - 5, &text, Role::Plain);
        return;
    };
    let sale = &row.transaction;
    if selected {
        canvas.put(area.x + 1, y, 1, ">", Role::Key);
        canvas.set_cursor(area.x + 1, y, false);
    }
    let mut parts = vec![
        (value::when(value::paid(sale), desk.now), Role::Plain),
        (codes::kind(sale.kind, language).to_owned(), Role::Plain),
        (value::worth(sale.kind, sale.amount, sale.currency), Role::Strong),
        (codes::method(sale.method, language).to_owned(), Role::Plain),
    ];
    if let Some(card) = sale.card {
        parts.push((card.shown(), Role::Plain));
    }
    let status = if sale.status == Status::Approved { Role::Plain } else { Role::Trouble };
    parts.push((codes::status(sale.status, language).to_owned(), status));
    let (paper, role) = super::value::paper(row, language);
    if !paper.is_empty() {
        parts.push((format!("{} {paper}", canvas.say(&Text::HeadPrinted)), role));
    }
    let room = area.width.saturating_sub(5);
    let wide = |gap: u16| parts.iter().map(|(text, _)| width(text) + gap).sum::<u16>().saturating_sub(gap);
    let gap = if wide(2) <= room { 2 } else { 1 };
    let mut x = area.x + 4;
    for (text, role) in parts {
        x += canvas.put(x, y, area.right().saturating_sub(x + 1), &text, role) + gap;
    }
}

fn latest_row(desk: &Desk) -> Option<&TransactionRow> {
    desk.latest.as_ref()?.first()
}

fn is_approved(row: &TransactionRow) -> bool {
    row.transaction.status == Status::Approved
}

/// Columns in which a printer and its state can be read.
const PRINTERS: u16 = 26;

fn printers(canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
    let heading = canvas.say(&Text::Printers);
    canvas.put(area.x + 1, area.y, area.width - 2, &heading, Role::Heading);
    let Some(overview) = &desk.overview else { return };
    for (printer, y) in overview.printers.iter().zip(area.y + 1..area.bottom()) {
        let (state, role) = value::printer(printer, canvas.language);
        let used = canvas.put(area.x + 2, y, 10, &printer.name, Role::Plain).max(5);
        let x = area.x + 2 + used + 2;
        let end = x + canvas.put(x, y, area.right().saturating_sub(x + 1), &state, role);
        if printer.waiting.total() > 0 {
            let waits = canvas.say(&Text::Waits(printer.waiting.total()));
            canvas.put(end + 2, y, area.right().saturating_sub(end + 2), &waits, Role::Plain);
        }
    }
}
