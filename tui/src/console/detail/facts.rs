//! What is known of a transaction, line by line: what it is and how it stands, its fields, its print history. Nothing is
//! cut: long values take more lines, and where not all lines have room the print history comes before the last fields.

use model::{Grade, Job, JobState, Language, Status};
use protocol::TransactionRow;

use super::super::{
    printer::facts::Line,
    text::{width, wrap},
    theme::Role,
    value,
};
use crate::wording::{codes, people, queue, text::Text};

/// So many lines of the print history stand before the fields that have no room.
const HISTORY: usize = 8;

/// Every field there is: the values of all transactions stand in one column.
const LABELS: [Text<'static>; 20] = [
    Text::LabelTime,
    Text::LabelMethod,
    Text::LabelCard,
    Text::LabelIssuer,
    Text::LabelVoucher,
    Text::LabelReference,
    Text::LabelAuthorization,
    Text::LabelOrder,
    Text::LabelTrade,
    Text::LabelOperator,
    Text::LabelOriginal,
    Text::LabelResponse,
    Text::LabelNote,
    Text::LabelItems,
    Text::LabelBatch,
    Text::LabelTerminal,
    Text::LabelMerchant,
    Text::LabelAcquirer,
    Text::LabelId,
    Text::LabelSource,
];

/// All lines for so many columns; `room` is how many are seen at once.
pub(super) fn facts(row: &TransactionRow, columns: u16, room: usize, language: Language) -> Vec<Line> {
    let mut out = head(row, columns, language);
    let fields = fields(row, columns, language);
    let mut history = vec![vec![(1, Text::PrintHistory.say(language).into_owned(), Role::Heading)]];
    history.extend(print_history(row, columns, language));
    let all = out.len() + fields.iter().map(Vec::len).sum::<usize>() + 1 + history.len();
    // one line says that there are more
    let before = match all <= room {
        true => all,
        false => room.saturating_sub(out.len() + 1 + history.len().min(HISTORY + 1) + 1),
    };
    let mut used = 0;
    let first = fields.iter().take_while(|lines| {
        used += lines.len();
        used <= before
    });
    let split = first.count();
    let (first, rest) = fields.split_at(split);
    out.extend(first.iter().flatten().cloned());
    out.push(Vec::new());
    out.extend(history);
    if !rest.is_empty() {
        out.push(Vec::new());
        out.extend(rest.iter().flatten().cloned());
    }
    out
}

/// What it is, how it stands, and what to do while nobody knows how it ended.
fn head(row: &TransactionRow, columns: u16, language: Language) -> Vec<Line> {
    let sale = &row.transaction;
    let kind = codes::kind(sale.kind, language).to_owned();
    let amount = value::worth(sale.kind, sale.amount, sale.currency);
    let amount_at = 1 + width(&kind) + 2;
    let status_at = amount_at + width(&amount) + 2;
    let role = if sale.status == Status::Approved { Role::Good } else { Role::Trouble };
    let status = codes::status(sale.status, language).to_owned();
    let mut out = vec![vec![(1, kind, Role::Strong), (amount_at, amount, Role::Strong), (status_at, status, role)]];
    if sale.status == Status::Unknown {
        let advice = wrap(&Text::UnknownAdvice.say(language), columns.saturating_sub(2));
        out.extend(advice.into_iter().map(|line| vec![(1, line, Role::Trouble)]));
    }
    out
}

/// Each field with the lines it takes, the most asked for first.
fn fields(row: &TransactionRow, columns: u16, language: Language) -> Vec<Vec<Line>> {
    let indent = LABELS.iter().map(|label| width(&label.say(language))).max().unwrap_or(8) + 2;
    let field = |(label, text): (Text<'static>, String)| {
        let lines = wrap(&text, columns.saturating_sub(indent + 2));
        let name = |nth| if nth == 0 { label.say(language).into_owned() } else { String::new() };
        let line = |(nth, line)| vec![(1, name(nth), Role::Label), (1 + indent, line, Role::Plain)];
        lines.into_iter().enumerate().map(line).collect()
    };
    pairs(row, language).into_iter().map(field).collect()
}

fn pairs(row: &TransactionRow, language: Language) -> Vec<(Text<'static>, String)> {
    let sale = &row.transaction;
    let card = sale.card.map(|card| {
        let kind = sale.card_kind.map(|kind| format!(" {}", codes::card_kind(kind, language))).unwrap_or_default();
        format!("{}{kind}", card.shown())
    });
    let mode = sale.entry_mode.map(|mode| format!(" {}", codes::entry_mode(mode, language))).unwrap_or_default();
    let items = sale.items.len();
    let values = [
        Some(value::exact(value::paid(sale))),
        Some(format!("{}{mode}", codes::method(sale.method, language))),
        card,
        sale.issuer.as_ref().map(ToString::to_string),
        sale.voucher.clone(),
        sale.reference.clone(),
        sale.authorization.clone(),
        sale.order.clone(),
        sale.trade.clone(),
        sale.operator.clone(),
        sale.original.clone(),
        sale.response_code.clone(),
        sale.note.as_ref().map(ToString::to_string),
        (items > 0).then(|| Text::ItemCount(items).say(language).into_owned()),
        sale.batch.clone(),
        sale.terminal_id.clone(),
        sale.merchant_id.clone(),
        sale.acquirer.as_ref().map(ToString::to_string),
        Some(sale.id.to_string()),
        Some(format!("{} {}", sale.source, sale.source_id)),
    ];
    let known = LABELS.into_iter().zip(values);
    known.filter_map(|(label, text)| Some((label, text.filter(|text| !text.is_empty())?))).collect()
}

/// The print history, newest first: what and how it ended, what proves it or why not, who asked for it.
fn print_history(row: &TransactionRow, columns: u16, language: Language) -> Vec<Line> {
    let jobs = row.print_history.as_deref().unwrap_or_default();
    if jobs.is_empty() {
        let text = if row.print_history.is_some() { Text::NeverPrinted } else { Text::Loading };
        return vec![vec![(1, text.say(language).into_owned(), Role::Plain)]];
    }
    let mut jobs: Vec<&Job> = jobs.iter().collect();
    jobs.sort_unstable_by_key(|job| std::cmp::Reverse(job.id));
    jobs.iter().flat_map(|job| attempt(job, columns.saturating_sub(2), language)).collect()
}

fn attempt(job: &Job, columns: u16, language: Language) -> Vec<Line> {
    let at = value::when(job.finished_at.unwrap_or(job.queued_at), None);
    let what = value::job(job, language);
    let state = queue::state(job, language);
    let line = format!("{at} {what}  {state}");
    let role = match job.state {
        JobState::Confirmed => Role::Good,
        JobState::Partial | JobState::NotPrinted | JobState::Blocked => Role::Warning,
        _ => Role::Plain,
    };
    let mut why = vec![format!("{} {}", job.id, job.printed_on.as_ref().unwrap_or(&job.printer))];
    if let Some(proof) = job.evidence.iter().rev().find(|e| e.grade != Grade::None) {
        why.push(Text::EvidenceLine(codes::grade(proof.grade, language)).say(language).into_owned());
    }
    if let Some(cause) = job.cause {
        why.push(codes::cause(cause, language).to_owned());
    }
    // who, approved by whom, and why: what an owner asks about a reprint
    let mut who: Vec<String> = people::asked_by(job, language).into_iter().collect();
    who.extend(job.reason.as_ref().map(ToString::to_string));
    let first = if width(&line) <= columns { line } else { format!("{} {what} {state}", value::clock(job.queued_at)) };
    let mut lines: Vec<Line> = wrap(&first, columns).into_iter().map(|line| vec![(1, line, role)]).collect();
    for words in [why, who].iter().filter(|words| !words.is_empty()) {
        let wrapped = wrap(&words.join("  "), columns.saturating_sub(2));
        lines.extend(wrapped.into_iter().map(|line| vec![(3, line, Role::Plain)]));
    }
    lines
}
