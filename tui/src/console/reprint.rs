//! The reprint dialog: what will be printed, which copy, where, whether it is first paper or a marked reprint.

use model::{Copy, Job, JobState, Status, TransactionId};
use protocol::{ApprovalFor, PrinterState, Problem, TransactionRow, Verdict, request};
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, Notice, Sent, read},
    dialog::frame,
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    news::News,
    once::Once,
    text::wrap,
    theme::Role,
    value,
};
use crate::wording::{
    codes,
    people::{self, Say, say},
    problem,
    text::Text,
};

/// Why there is nothing to print of a transaction that stands so.
pub(crate) fn why_not(status: Status) -> Option<Text<'static>> {
    match status {
        Status::Approved => None,
        Status::Unknown => Some(Text::NoSlipUnknown),
        Status::Declined => Some(Text::NoSlipDeclined),
    }
}

/// Asks before paper comes out.
#[derive(Debug)]
pub(crate) struct Reprint {
    /// `None` while the newest transaction is not known yet.
    id: Option<TransactionId>,
    row: Option<TransactionRow>,
    copy: Copy,
    /// An index into the overview's printers; `None` lets the daemon choose.
    printer: Option<usize>,
    /// An index into the shop's reasons.
    reason: Option<usize>,
    show: Once,
    sent: Option<Tag>,
    /// Enter came before the transaction was known.
    print_when_known: bool,
    /// The connection broke between request and answer: nobody knows whether it was accepted.
    lost: bool,
    refused: Option<Box<Problem>>,
}

impl Reprint {
    /// Of this transaction.
    pub(crate) fn of(row: &TransactionRow, desk: &mut Desk) -> Reprint {
        Reprint::with_copy(row, Copy::Customer, desk)
    }

    /// Of this transaction, this copy being chosen already.
    pub(crate) fn with_copy(row: &TransactionRow, copy: Copy, desk: &mut Desk) -> Reprint {
        let mut dialog = Reprint::empty();
        dialog.copy = copy;
        dialog.begin(row.clone(), desk);
        dialog
    }

    /// Of a transaction of which only the id is known.
    pub(crate) fn at(id: TransactionId, copy: Copy, desk: &mut Desk) -> Reprint {
        let mut dialog = Reprint::empty();
        (dialog.id, dialog.copy) = (Some(id), copy);
        dialog.read(desk);
        dialog
    }

    /// Of the newest transaction that has a receipt.
    pub(crate) fn last(desk: &mut Desk) -> Reprint {
        let mut dialog = Reprint::empty();
        if let Some(row) = desk.last_printable().cloned() {
            dialog.begin(row, desk);
        }
        dialog
    }

    fn empty() -> Reprint {
        Reprint {
            id: None,
            row: None,
            copy: Copy::Customer,
            printer: None,
            reason: None,
            show: Once::default(),
            sent: None,
            print_when_known: false,
            lost: false,
            refused: None,
        }
    }

    fn begin(&mut self, row: TransactionRow, desk: &mut Desk) {
        self.id = Some(row.transaction.id);
        self.row = Some(row);
        self.read(desk);
    }

    fn read(&mut self, desk: &mut Desk) {
        if let Some(id) = self.id
            && desk.connected()
            && self.show.wish()
        {
            let tag = desk.ask("show", &request::Show { id });
            self.show.asked(tag);
        }
    }

    fn print(&mut self, desk: &mut Desk) {
        // whether it is first paper or another one is seen before it is sent
        let Some(id) = self.id.filter(|_| self.number().is_some()) else {
            self.print_when_known = true;
            return;
        };
        desk.sent.retain(|sent| (sent.id, sent.copy) != (id, self.copy));
        let printers = desk.overview.as_ref().map(|overview| overview.printers.as_slice()).unwrap_or_default();
        let printer = self.printer.and_then(|at| printers.get(at)).map(|printer| printer.name.clone());
        let reason = self.reason.and_then(|at| desk.seat.reasons().get(at).cloned());
        let (id, copy) = (Some(id), Some(self.copy));
        let body = request::Reprint { id, copy, printer, reason, ..request::Reprint::default() };
        self.print_when_known = false;
        self.refused = None;
        self.sent = desk.connected().then(|| desk.ask("reprint", &body));
    }

    /// The number this paper will have: 0 for first paper (DESIGN §4.4). The daemon decides; this is what it will say
    /// unless somebody else prints first.
    fn number(&self) -> Option<u32> {
        let history = self.row.as_ref()?.print_history.as_ref()?;
        let ours: Vec<&Job> = history.iter().filter(|job| job.copy == Some(self.copy)).collect();
        let out = |job: &&&Job| !matches!(job.state, JobState::NotPrinted | JobState::Cancelled);
        let issued = ours.iter().map(|job| job.reprint_number).max().unwrap_or(0);
        Some(if ours.iter().any(|job| out(&job)) { issued + 1 } else { 0 })
    }

    /// The newest job of this copy that has not come out yet and still will.
    fn waiting(&self) -> Option<&Job> {
        let history = self.row.as_ref()?.print_history.as_ref()?;
        history.iter().filter(|job| job.copy == Some(self.copy) && !job.state.ended()).max_by_key(|job| job.id)
    }

    /// Why the shop's policy wants a second person for this copy, as far as the daemon told.
    fn approval(&self, desk: &Desk) -> Option<ApprovalFor> {
        let told = self.row.as_ref().and_then(|row| row.reprint_needs_approval.as_ref());
        let told = told.and_then(|copies| copies.get(&self.copy).copied().flatten());
        told.or_else(|| (desk.may("reprint") == Verdict::NeedsApproval).then_some(ApprovalFor::Role))
    }

    /// True if this is another paper, and the shop wants a reason that was not chosen yet.
    fn wants_reason(&self, desk: &Desk) -> bool {
        self.reason.is_none() && self.number().is_some_and(|number| number > 0) && !desk.seat.reasons().is_empty()
    }

    /// The same paper, asked for at a dialog that was left before the answer came.
    fn sent_before(&self, desk: &Desk) -> Option<Sent> {
        desk.sent.iter().find(|sent| Some(sent.id) == self.id && sent.copy == self.copy).copied()
    }

    fn printable(&self) -> bool {
        self.row.as_ref().is_none_or(|row| row.transaction.status == Status::Approved)
    }

    /// True if there is no transaction to print.
    fn nothing(&self, desk: &Desk) -> bool {
        self.id.is_none() && desk.latest.is_some()
    }
}

impl Layer for Reprint {
    fn name(&self) -> Name {
        Name::Reprint
    }

    fn title(&self) -> Text<'static> {
        Text::PrintSlip
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn asks(&self, desk: &Desk) -> bool {
        self.printable() && !self.nothing(desk) && !self.lost && self.refused.is_none()
    }

    fn sends(&self) -> Option<&'static str> {
        Some("reprint")
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        let idle = self.sent.is_none() && !self.lost && self.printable() && !self.nothing(desk);
        match action {
            Action::Back => true,
            Action::Print => {
                let before = self.sent_before(desk).is_some_and(|sent| sent.tag.is_some());
                idle && !before && !self.wants_reason(desk) && desk.connected()
            }
            Action::OtherReason => idle && !desk.seat.reasons().is_empty(),
            Action::OtherCopy | Action::CopyCustomer | Action::CopyMerchant | Action::Up | Action::Down => idle,
            Action::OtherPrinter => idle && desk.overview.as_ref().is_some_and(|o| o.printers.len() > 1),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        let asks = self.id.is_some() && self.printable() && self.sent.is_none() && !self.lost;
        (action == Action::Back && asks).then_some(Text::DoCancel)
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Back => {
                if let (Some(tag), Some(id)) = (self.sent, self.id) {
                    desk.sent.push(Sent { id, copy: self.copy, tag: Some(tag) });
                    let text = Text::SentUnanswered.say(desk.language).into_owned();
                    desk.notice = Some(Notice::Said(text, Role::Warning));
                }
                return Next::Pop;
            }
            Action::Print => self.print(desk),
            Action::CopyCustomer | Action::Up => self.copy = Copy::Customer,
            Action::CopyMerchant | Action::Down => self.copy = Copy::Merchant,
            Action::OtherCopy if self.copy == Copy::Customer => self.copy = Copy::Merchant,
            Action::OtherCopy => self.copy = Copy::Customer,
            Action::OtherReason => {
                let count = desk.seat.reasons().len();
                self.reason = Some(self.reason.map_or(0, |at| if at + 1 < count { at + 1 } else { 0 }));
            }
            Action::OtherPrinter => {
                let count = desk.overview.as_ref().map_or(0, |overview| overview.printers.len());
                self.printer = match self.printer {
                    None => Some(0),
                    Some(at) if at + 1 < count => Some(at + 1),
                    Some(_) => None,
                };
            }
            _ => {}
        }
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        if self.sent == Some(tag) {
            self.sent = None;
            match read::<Job>(answer) {
                Ok(job) => {
                    desk.notice = Some(Notice::Job(job.id));
                    desk.keep_job(job);
                    return Some(Next::Pop);
                }
                Err(problem) => self.refused = Some(problem),
            }
        } else if self.show.answered(tag) {
            match read::<TransactionRow>(answer) {
                Ok(row) => {
                    self.row = Some(row);
                    if std::mem::take(&mut self.print_when_known) && self.can(Action::Print, desk) {
                        self.print(desk);
                    }
                }
                Err(problem) => {
                    self.print_when_known = false;
                    self.refused = Some(problem);
                }
            }
            if self.show.again() {
                self.read(desk);
            }
        } else {
            return None;
        }
        Some(Next::Stay)
    }

    fn changed(&mut self, news: &News, desk: &mut Desk) {
        if self.id.is_none()
            && let Some(row) = desk.last_printable().cloned()
        {
            self.begin(row, desk);
        } else if !news.jobs.is_empty() || news.all {
            self.read(desk);
        }
    }

    fn disconnected(&mut self) {
        self.lost |= self.sent.take().is_some();
        self.show = Once::default();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let lines = self.lines(canvas, desk);
        let wide = 58.min(area.width);
        let high = (u16::try_from(lines.len()).unwrap_or(12) + 4).min(area.height);
        let (x, y) = (area.x + (area.width - wide) / 2, area.y + (area.height - high) / 2);
        frame(canvas, Rect::new(x, y, wide, high), &self.title());
        for ((text, role), row) in lines.iter().zip(y + 2..y + high - 1) {
            canvas.put(x + 3, row, wide - 6, text, *role);
            if *role == Role::Selected {
                canvas.set_cursor(x + 3, row, false);
            }
        }
    }
}

impl Reprint {
    fn lines(&self, canvas: &Canvas<'_>, desk: &Desk) -> Vec<(String, Role)> {
        let language = canvas.language;
        let Some(row) = &self.row else {
            let nothing = desk.latest.is_some() && desk.last_printable().is_none();
            return vec![(canvas.say(if nothing { &Text::NothingToPrint } else { &Text::Loading }), Role::Plain)];
        };
        let sale = &row.transaction;
        let kind = codes::kind(sale.kind, language);
        let mut lines =
            vec![(format!("{kind}  {}", value::worth(sale.kind, sale.amount, sale.currency)), Role::Strong)];
        let mut about = vec![value::when(value::paid(sale), desk.now), codes::method(sale.method, language).to_owned()];
        about.extend(sale.card.map(|card| card.shown()));
        about.extend(sale.voucher.as_ref().map(|v| format!("{} {v}", canvas.say(&Text::LabelVoucher))));
        lines.push((about.join("  "), Role::Plain));
        lines.push((String::new(), Role::Plain));
        if !self.printable() {
            lines.push((canvas.say(&why_not(sale.status).unwrap_or(Text::NotApproved)), Role::Trouble));
            return lines;
        }
        for (digit, copy) in [("1", Copy::Customer), ("2", Copy::Merchant)] {
            let (mark, role) = if copy == self.copy { (">", Role::Selected) } else { (" ", Role::Plain) };
            lines.push((format!("{mark} {digit}  {} ", value::pad(codes::copy(copy, language), 14)), role));
        }
        lines.push((String::new(), Role::Plain));
        lines.extend(self.printer_lines(canvas, desk));
        let reasons = desk.seat.reasons();
        if !reasons.is_empty() {
            let chosen = self.reason.and_then(|at| reasons.get(at).cloned());
            let role = if self.wants_reason(desk) { Role::Warning } else { Role::Plain };
            let what = chosen.unwrap_or_else(|| say(Say::NoReasonYet, language).to_owned());
            lines.push((format!("{label}  {what}", label = say(Say::ReasonHead, language)), role));
        }
        let text = match self.number() {
            None => Text::Loading,
            Some(0) => Text::WillBeFirst,
            Some(number) => Text::WillBeReprint(number),
        };
        let role = if self.number().is_some_and(|number| number > 0) { Role::Warning } else { Role::Plain };
        lines.push((canvas.say(&text), role));
        if let Some(why) = self.approval(desk) {
            lines.push((people::needs_approval(why, language), Role::Warning));
        }
        if let Some(job) = self.waiting() {
            let printer = job.printed_on.as_ref().unwrap_or(&job.printer);
            let why =
                job.cause.map_or_else(|| codes::job_state(job.state, language), |cause| codes::cause(cause, language));
            let text = canvas.say(&Text::EarlierWaits { job: &job.id.to_string(), printer, why });
            lines.extend(wrap(&text, 52).into_iter().map(|line| (line, Role::Warning)));
        }
        let mut tell = |text: &str, role: Role| {
            lines.push((String::new(), Role::Plain));
            lines.extend(wrap(text, 52).into_iter().map(|line| (line, role)));
        };
        if self.sent_before(desk).is_some() {
            tell(&canvas.say(&Text::SentBefore), Role::Trouble);
        } else if self.lost {
            tell(&canvas.say(&Text::LostWhileSending), Role::Trouble);
        } else if self.sent.is_some() {
            tell(&canvas.say(&Text::Sending), Role::Plain);
        } else if let Some(refusal) = &self.refused {
            tell(&problem::sentence(refusal, language), Role::Trouble);
            tell(&problem::next_step(refusal, language), Role::Plain);
        } else if !desk.connected() {
            tell(&canvas.say(&Text::LinkAway), Role::Trouble);
        }
        lines
    }

    fn printer_lines(&self, canvas: &Canvas<'_>, desk: &Desk) -> Vec<(String, Role)> {
        let label = canvas.say(&Text::WhichPrinter);
        let printers = desk.overview.as_ref().map(|overview| overview.printers.as_slice()).unwrap_or_default();
        let only = if printers.len() == 1 { printers.first() } else { None };
        let Some(printer) = self.printer.and_then(|at| printers.get(at)).or(only) else {
            return vec![(format!("{label}  {}", canvas.say(&Text::UsualPrinter)), Role::Plain)];
        };
        let (state, role) = super::value::printer(printer, canvas.language);
        let mut lines = vec![(format!("{label}  {}  {state}", printer.name), role)];
        if printer.state == PrinterState::Blocked
            && let Some(cause) = printer.cause
        {
            let cause = codes::cause(cause, canvas.language);
            lines.push((canvas.say(&Text::WillWait { name: &printer.name, cause }), Role::Warning));
        }
        lines
    }
}
