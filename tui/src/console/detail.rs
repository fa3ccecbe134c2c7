//! One transaction: its fields, its print history with proof and cause, and beside it the receipt as it would print.

use model::{Copy, Grade, Job, JobState, Status, TransactionId};
use protocol::{
    Receipt, TransactionRow,
    request::{Format, ReceiptOf, Show},
};
use ratatui::layout::Rect;

use super::{
    action::Action,
    audit::filter::Choice,
    canvas::Canvas,
    desk::{Desk, Once, read},
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    news::News,
    open::Open,
    text::{width, wrap},
    theme::Role,
    value,
};
use crate::wording::{codes, people, problem, text::Text};

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
            Action::OtherCopy => has_paper(desk) && matches!(self.receipt, Some(Ok(_))),
            Action::Down | Action::PageDown => has_paper(desk) && self.scrolled + lines_shown(desk) < self.lines(),
            Action::Up | Action::PageUp => has_paper(desk) && self.scrolled > 0,
            _ => false,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        let page = lines_shown(desk);
        match action {
            Action::Back => return Next::Pop,
            Action::Who => return Next::Open(Open::Audit(Choice::about(self.id.to_string()))),
            Action::ReprintThis => {
                if let Some(row) = &self.row {
                    return Next::Open(Open::Reprint { row: Box::new(row.clone()), copy: Some(self.copy) });
                }
            }
            Action::OtherCopy => {
                self.copy = if self.copy == Copy::Customer { Copy::Merchant } else { Copy::Customer };
                self.scrolled = 0;
                self.read_receipt(desk);
            }
            Action::Down | Action::PageDown => {
                self.scrolled = (self.scrolled + page).min(self.lines().saturating_sub(page));
            }
            Action::Up | Action::PageUp => self.scrolled = self.scrolled.saturating_sub(page),
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
        if (news.all && self.receipt.is_none()) || self.columns != columns(desk) {
            self.read_receipt(desk);
        }
    }

    fn disconnected(&mut self) {
        self.show = Once::default();
        self.asked_receipt = None;
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let paper = u16::try_from(self.columns).unwrap_or(32) + 4;
        let left = if has_paper(desk) { area.width.saturating_sub(paper + 1) } else { area.width };
        if let Some(row) = &self.row {
            fields(canvas, Rect::new(area.x, area.y, left, area.height), row);
        } else {
            let text = canvas.say(&Text::Loading);
            canvas.put(area.x + 1, area.y + 1, left, &text, Role::Plain);
        }
        if has_paper(desk) {
            self.view_paper(canvas, Rect::new(area.x + left, area.y, paper, area.height));
        }
        canvas.set_cursor(area.x + 1, area.y + 1, false);
    }
}

/// The daemon's text is safe already; a stranger at the socket's other end would not be.
fn safe(line: &str) -> String {
    line.chars().filter(|c| !c.is_control()).collect()
}

impl Detail {
    /// The receipt as paper: edges, and a torn edge where it goes on.
    fn view_paper(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let inner = area.width - 2;
        let rule = format!("+{}+", "-".repeat(usize::from(inner)));
        let title = format!("[ {} ]", codes::copy(self.copy, canvas.language));
        canvas.put(area.x, area.y, area.width, &rule, Role::Edge);
        canvas.middle(area.x + 1, area.y, inner, &title, Role::Plain);
        let room = usize::from(area.height.saturating_sub(2));
        let (lines, goes_on): (Vec<String>, bool) = match &self.receipt {
            Some(Ok(lines)) => {
                (lines.iter().skip(self.scrolled).take(room).cloned().collect(), self.scrolled + room < lines.len())
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

fn fields(canvas: &mut Canvas<'_>, area: Rect, row: &TransactionRow) {
    let language = canvas.language;
    let sale = &row.transaction;
    let bottom = area.bottom();
    let mut y = area.y + 1;
    let mut x = area.x + 1;
    x += canvas.put(x, y, area.width, codes::kind(sale.kind, language), Role::Strong) + 2;
    x += canvas.put(x, y, area.right().saturating_sub(x), &value::money(sale.amount, sale.currency), Role::Strong) + 2;
    let role = if sale.status == Status::Approved { Role::Good } else { Role::Trouble };
    canvas.put(x, y, area.right().saturating_sub(x), codes::status(sale.status, language), role);
    y += 1;
    if sale.status == Status::Unknown {
        let text = canvas.say(&Text::UnknownAdvice);
        for line in wrap(&text, area.width - 2) {
            canvas.put(area.x + 1, y, area.width - 1, &line, Role::Trouble);
            y += 1;
        }
    }
    let history = history(canvas, row, area.width - 2);
    let pairs = pairs(canvas, row);
    let label = pairs.iter().map(|(label, _)| width(label)).max().unwrap_or(8) + 2;
    // the history keeps its lines; the least important fields make room for it
    let room = bottom.saturating_sub(y + 2 + u16::try_from(history.len()).unwrap_or(6).min(8));
    let last = y + room;
    for (name, text) in pairs {
        if y >= last {
            break;
        }
        canvas.put(area.x + 1, y, label, &name, Role::Label);
        let columns = area.width.saturating_sub(label + 2);
        canvas.put(area.x + 1 + label, y, columns, &text, Role::Plain);
        y += 1;
    }
    y += 1;
    let heading = canvas.say(&Text::PrintHistory);
    canvas.put(area.x + 1, y, area.width - 2, &heading, Role::Heading);
    for ((text, role), y) in history.iter().zip(y + 1..bottom) {
        canvas.put(area.x + 1, y, area.width - 2, text, *role);
    }
}

/// Labels and values, the most asked for first.
fn pairs(canvas: &Canvas<'_>, row: &TransactionRow) -> Vec<(String, String)> {
    let language = canvas.language;
    let sale = &row.transaction;
    let mut out: Vec<(String, String)> = Vec::new();
    let mut add = |label: Text<'static>, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            out.push((label.say(language).into_owned(), text));
        }
    };
    let card = sale.card.map(|card| {
        let kind = sale.card_kind.map(|kind| format!(" {}", codes::card_kind(kind, language))).unwrap_or_default();
        format!("{}{kind}", card.shown())
    });
    let mode = sale.entry_mode.map(|mode| format!(" {}", codes::entry_mode(mode, language))).unwrap_or_default();
    add(Text::LabelTime, Some(value::exact(value::paid(sale))));
    add(Text::LabelMethod, Some(format!("{}{mode}", codes::method(sale.method, language))));
    add(Text::LabelCard, card);
    add(Text::LabelIssuer, sale.issuer.as_ref().map(ToString::to_string));
    add(Text::LabelVoucher, sale.voucher.clone());
    add(Text::LabelReference, sale.reference.clone());
    add(Text::LabelAuthorization, sale.authorization.clone());
    add(Text::LabelOrder, sale.order.clone());
    add(Text::LabelTrade, sale.trade.clone());
    add(Text::LabelOperator, sale.operator.clone());
    add(Text::LabelOriginal, sale.original.clone());
    add(Text::LabelResponse, sale.response_code.clone());
    add(Text::LabelNote, sale.note.as_ref().map(ToString::to_string));
    let items = sale.items.len();
    add(Text::LabelItems, (items > 0).then(|| Text::ItemCount(items).say(language).into_owned()));
    add(Text::LabelBatch, sale.batch.clone());
    add(Text::LabelTerminal, sale.terminal_id.clone());
    add(Text::LabelMerchant, sale.merchant_id.clone());
    add(Text::LabelAcquirer, sale.acquirer.as_ref().map(ToString::to_string));
    add(Text::LabelId, Some(sale.id.to_string()));
    add(Text::LabelSource, Some(format!("{} {}", sale.source, sale.source_id)));
    out
}

/// The print history, newest first, two lines for a job: what and how it ended, and what proves it or why not.
fn history(canvas: &Canvas<'_>, row: &TransactionRow, columns: u16) -> Vec<(String, Role)> {
    let jobs = row.print_history.as_deref().unwrap_or_default();
    if jobs.is_empty() {
        let text = if row.print_history.is_some() { Text::NeverPrinted } else { Text::Loading };
        return vec![(canvas.say(&text), Role::Plain)];
    }
    let mut jobs: Vec<&Job> = jobs.iter().collect();
    jobs.sort_unstable_by_key(|job| std::cmp::Reverse(job.id));
    jobs.iter().flat_map(|job| history_of(canvas, job, columns)).collect()
}

fn history_of(canvas: &Canvas<'_>, job: &Job, columns: u16) -> Vec<(String, Role)> {
    let language = canvas.language;
    let at = value::when(job.finished_at.unwrap_or(job.queued_at), None);
    let what = value::job(job, language);
    let state = codes::job_state(job.state, language);
    let line = format!("{at} {what}  {state}");
    let role = match job.state {
        JobState::Confirmed => Role::Good,
        JobState::Partial | JobState::NotPrinted | JobState::Blocked => Role::Warning,
        _ => Role::Plain,
    };
    let mut why = vec![format!("{} {}", job.id, job.printed_on.as_ref().unwrap_or(&job.printer))];
    if let Some(proof) = job.evidence.iter().rev().find(|e| e.grade != Grade::None) {
        why.push(canvas.say(&Text::EvidenceLine(codes::grade(proof.grade, language))));
    }
    if let Some(cause) = job.cause {
        why.push(codes::cause(cause, language).to_owned());
    }
    // who, allowed by whom, and why: what an owner asks about a reprint
    let mut who: Vec<String> = people::asked_by(job, language).into_iter().collect();
    who.extend(job.reason.as_ref().map(ToString::to_string));
    let first = if width(&line) <= columns { line } else { format!("{} {what} {state}", value::clock(job.queued_at)) };
    let mut lines = vec![(first, role), (format!("  {}", why.join("  ")), Role::Plain)];
    if !who.is_empty() {
        lines.extend(wrap(&who.join("  "), columns.saturating_sub(2)).iter().map(|l| (format!("  {l}"), Role::Plain)));
    }
    lines
}
