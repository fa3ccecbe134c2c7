//! One transaction: its fields, its print history with proof and cause, and beside it the receipt as it would print; where
//! both have no room side by side, one or the other.

mod facts;

use model::{Copy, Status, TransactionId};
use protocol::{
    Receipt, TransactionRow,
    request::{Format, ReceiptOf, Show},
};
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, read},
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    news::News,
    once::Once,
    open::{Choice, Open},
    printer::facts::{Line, draw},
    reprint,
    text::wrap,
    theme::Role,
};
use crate::wording::{codes, problem, text::Text};

/// A transaction on the whole screen.
#[derive(Debug)]
pub(crate) struct Detail {
    id: TransactionId,
    row: Option<TransactionRow>,
    copy: Copy,
    show: Once,
    receipt: Option<Result<Vec<String>, String>>,
    asked_receipt: Option<Tag>,
    /// The width the receipt was asked for.
    columns: usize,
    /// Lines of the receipt above the paper's upper edge.
    scrolled: usize,
    /// Lines of the fields above their upper edge.
    above: usize,
    /// There is room for the fields or the receipt, not for both.
    narrow: bool,
    /// There it is the receipt.
    slip: bool,
}

/// Columns of the paper: 58 mm beside the fields at 80 columns, 80 mm where there is room.
fn columns(desk: &Desk) -> usize {
    if desk.width >= 104 { 48 } else { 32 }
}

/// Whether the receipt has room beside the fields, which are what somebody looks for.
fn has_paper(desk: &Desk) -> bool {
    desk.width >= 76
}

fn lines_shown(desk: &Desk) -> usize {
    usize::from(desk.height.saturating_sub(6)).max(1)
}

/// Columns and lines of the fields.
fn room(desk: &Desk) -> (u16, usize) {
    let paper = u16::try_from(columns(desk)).unwrap_or(32) + PAPER_EDGES + 1;
    let wide = if has_paper(desk) { desk.width.saturating_sub(paper) } else { desk.width };
    (wide, usize::from(desk.height.saturating_sub(4)).max(2))
}

/// The paper's edges, with a blank each.
const PAPER_EDGES: u16 = 4;

impl Detail {
    /// Of a row that is known already; the rest is read meanwhile.
    pub(crate) fn of(row: TransactionRow, desk: &mut Desk) -> Detail {
        let mut screen = Detail::at(row.transaction.id, desk);
        screen.row = Some(row);
        screen
    }

    /// Of a transaction of which only the id is known.
    pub(crate) fn at(id: TransactionId, desk: &mut Desk) -> Detail {
        let mut screen = Detail {
            id,
            row: None,
            copy: Copy::Customer,
            show: Once::default(),
            receipt: None,
            asked_receipt: None,
            columns: columns(desk),
            scrolled: 0,
            above: 0,
            narrow: !has_paper(desk),
            slip: false,
        };
        screen.read(desk);
        screen.read_receipt(desk);
        screen
    }

    fn read(&mut self, desk: &mut Desk) {
        if desk.connected() && self.show.wish() {
            let tag = desk.ask("show", &Show { id: self.id });
            self.show.asked(tag);
        }
    }

    fn read_receipt(&mut self, desk: &mut Desk) {
        self.columns = columns(desk);
        if desk.connected() {
            let body =
                ReceiptOf { id: self.id, copy: Some(self.copy), width: Some(self.columns), format: Format::Text };
            self.asked_receipt = Some(desk.ask("receipt", &body));
        }
    }

    fn lines(&self) -> usize {
        self.receipt.as_ref().and_then(|receipt| receipt.as_ref().ok()).map_or(0, Vec::len)
    }

    /// How far the receipt can be scrolled, as far as it is in sight.
    fn most(&self, desk: &Desk) -> usize {
        if has_paper(desk) || self.slip { self.lines().saturating_sub(lines_shown(desk)) } else { 0 }
    }

    fn facts(&self, desk: &Desk) -> Vec<Line> {
        let (columns, room) = room(desk);
        self.row.as_ref().map(|row| facts::facts(row, columns, room, desk.language)).unwrap_or_default()
    }

    /// How far the fields can be scrolled: the last line says what else there is.
    fn most_above(&self, desk: &Desk) -> usize {
        let (lines, (_, room)) = (self.facts(desk).len(), room(desk));
        if lines > room && (has_paper(desk) || !self.slip) { lines - (room - 1) } else { 0 }
    }

    /// Lines that are scrolled away, of the fields and of the receipt.
    fn scrolled(&self, desk: &Desk) -> (usize, usize) {
        (self.above.min(self.most_above(desk)), self.scrolled.min(self.most(desk)))
    }
}

impl Layer for Detail {
    fn name(&self) -> Name {
        Name::Detail
    }

    fn title(&self) -> Text<'static> {
        Text::Detail
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::ReprintThis => self.row.as_ref().is_some_and(|row| row.transaction.status == Status::Approved),
            Action::Who => desk.connected(),
            Action::OtherCopy => matches!(self.receipt, Some(Ok(_))),
            Action::Down | Action::PageDown => self.scrolled(desk) != (self.most_above(desk), self.most(desk)),
            Action::Up | Action::PageUp => self.scrolled(desk) != (0, 0),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        let sees_fields = self.narrow && !self.slip;
        (action == Action::OtherCopy && sees_fields).then_some(Text::DoSeeSlip)
    }

    /// A narrow bar has room for what is asked for more often.
    fn hides(&self, action: Action) -> bool {
        action == Action::Who && self.narrow
    }

    fn why_not(&self, action: Action, _desk: &Desk) -> Option<Text<'static>> {
        let status = self.row.as_ref()?.transaction.status;
        if action == Action::ReprintThis { reprint::why_not(status) } else { None }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        let (page, page_above) = (lines_shown(desk), room(desk).1 - 1);
        match action {
            Action::Back => return Next::Pop,
            Action::Who => return Next::Open(Open::Audit(Choice::about(self.id.to_string()))),
            Action::ReprintThis => {
                if let Some(row) = &self.row {
                    return Next::Open(Open::Reprint { row: Box::new(row.clone()), copy: Some(self.copy) });
                }
            }
            Action::OtherCopy if self.narrow && !self.slip => self.slip = true,
            Action::OtherCopy => {
                // after both copies the fields are back
                self.slip &= self.copy == Copy::Customer;
                self.copy = if self.copy == Copy::Customer { Copy::Merchant } else { Copy::Customer };
                self.scrolled = 0;
                self.read_receipt(desk);
            }
            Action::Down | Action::PageDown => {
                let (above, scrolled) = self.scrolled(desk);
                self.above = (above + page_above).min(self.most_above(desk));
                self.scrolled = (scrolled + page).min(self.most(desk));
            }
            Action::Up | Action::PageUp => {
                let (above, scrolled) = self.scrolled(desk);
                self.above = above.saturating_sub(page_above);
                self.scrolled = scrolled.saturating_sub(page);
            }
            _ => {}
        }
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        if self.show.answered(tag) {
            match read::<TransactionRow>(answer) {
                Ok(row) => self.row = Some(row),
                Err(problem) => desk.complain(&problem),
            }
            if self.show.again() {
                self.read(desk);
            }
        } else if self.asked_receipt == Some(tag) {
            self.asked_receipt = None;
            self.receipt = Some(match read::<Receipt>(answer) {
                Ok(Receipt::Text { text }) => Ok(text.lines().map(safe).collect()),
                Ok(Receipt::Document(_)) => Err(Text::NoReceiptHere.say(desk.language).into_owned()),
                Err(problem) => Err(problem::sentence(&problem, desk.language)),
            });
        } else {
            return None;
        }
        Some(Next::Stay)
    }

    fn changed(&mut self, news: &News, desk: &mut Desk) {
        let ours = |id: &model::JobId| desk.job(*id).is_none_or(|job| job.transaction == Some(self.id));
        if news.all || news.transactions.contains(&self.id) || news.jobs.iter().any(ours) {
            self.read(desk);
        }
        self.narrow = !has_paper(desk);
        if (news.all && self.receipt.is_none()) || self.columns != columns(desk) {
            self.read_receipt(desk);
        }
    }

    fn disconnected(&mut self) {
        self.show = Once::default();
        self.asked_receipt = None;
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        canvas.set_cursor(area.x + 1, area.y + 1, false);
        let paper = u16::try_from(self.columns).unwrap_or(32) + PAPER_EDGES;
        if !has_paper(desk) && self.slip {
            let left = area.width.saturating_sub(paper) / 2;
            return self.view_paper(canvas, Rect::new(area.x + left, area.y, paper, area.height), desk);
        }
        let left = room(desk).0.min(area.width);
        self.view_fields(canvas, Rect::new(area.x, area.y + 1, left, area.height.saturating_sub(1)), desk);
        if has_paper(desk) {
            self.view_paper(canvas, Rect::new(area.x + left, area.y, paper, area.height), desk);
        }
    }
}

/// The daemon's text is safe already; a stranger at the socket's other end would not be.
fn safe(line: &str) -> String {
    line.chars().filter(|c| !c.is_control()).collect()
}

impl Detail {
    /// As many lines as there is room for, and a line that says how many more there are.
    fn view_fields(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let lines = self.facts(desk);
        if lines.is_empty() {
            let text = canvas.say(&Text::Loading);
            canvas.put(area.x + 1, area.y, area.width, &text, Role::Plain);
            return;
        }
        let (above, most) = (self.scrolled(desk).0, self.most_above(desk));
        if most == 0 {
            return draw(canvas, area, &lines, 0);
        }
        let high = area.height.saturating_sub(1);
        draw(canvas, Rect::new(area.x, area.y, area.width, high), &lines, above);
        let mark = if above < most { Text::LinesBelow(most - above) } else { Text::LinesAbove };
        let mark = canvas.say(&mark);
        canvas.put(area.x + 1, area.y + high, area.width.saturating_sub(2), &mark, Role::Key);
    }

    /// The receipt as paper: edges, and a torn edge where it goes on.
    fn view_paper(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let (_, scrolled) = self.scrolled(desk);
        let inner = area.width - 2;
        let rule = format!("+{}+", "-".repeat(usize::from(inner)));
        let title = format!("[ {} ]", codes::copy(self.copy, canvas.language));
        canvas.put(area.x, area.y, area.width, &rule, Role::Edge);
        canvas.middle(area.x + 1, area.y, inner, &title, Role::Plain);
        let room = usize::from(area.height.saturating_sub(2));
        let (lines, goes_on): (Vec<String>, bool) = match &self.receipt {
            Some(Ok(lines)) => {
                (lines.iter().skip(scrolled).take(room).cloned().collect(), scrolled + room < lines.len())
            }
            Some(Err(text)) => (wrap(text, inner - 2), false),
            None => (vec![canvas.say(&Text::Loading)], false),
        };
        let mut y = area.y + 1;
        for line in &lines {
            canvas.put(area.x, y, 1, "|", Role::Edge);
            canvas.put(area.x + 2, y, inner - 2, line, Role::Plain);
            canvas.put(area.right() - 1, y, 1, "|", Role::Edge);
            y += 1;
        }
        if goes_on {
            let torn: String = "~ ".repeat(usize::from(area.width / 2));
            canvas.put(area.x, y, area.width, &torn, Role::Edge);
            let more = format!(" {} ", canvas.say(&Text::PaperMore));
            canvas.middle(area.x + 1, y, inner, &more, Role::Plain);
        } else {
            canvas.put(area.x, y, area.width, &rule, Role::Edge);
        }
    }
}
