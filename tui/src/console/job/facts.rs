//! What is known of a job, line by line: its state in words and what to do, the payment, where and when, the evidence.

use model::{Grade, Job, JobState};

use super::{
    super::{
        desk::Desk,
        printer::facts::Line,
        text::{width, wrap},
        theme::Role,
        value,
    },
    acts,
};
use crate::wording::{
    codes, people,
    queue::{self, Label, label},
    remark,
    text::Text,
};

/// How a job's state is shown: what needs a person stands out.
pub(crate) fn role(job: &Job) -> Role {
    match job.state {
        JobState::Confirmed => Role::Good,
        JobState::Blocked | JobState::Held | JobState::Expired | JobState::Partial | JobState::NotPrinted => {
            Role::Warning
        }
        JobState::Sending if job.cause.is_some() => Role::Warning,
        JobState::Unconfirmed if job.cause != Some(model::Cause::NoStatus) => Role::Warning,
        _ => Role::Plain,
    }
}

/// All lines, the first one being what it is and how it stands.
pub(crate) fn facts(job: &Job, columns: u16, desk: &Desk) -> Vec<Line> {
    let language = desk.language;
    let name = format!("{}  {}", job.id, value::job(job, language));
    let state_at = 1 + width(&name) + 2;
    let mut out = vec![vec![(1, name, Role::Strong), (state_at, queue::why(job, 0, language), role(job))]];
    let advice = acts::advice(job, desk);
    let mark = if role(job) == Role::Warning { "*" } else { " " };
    for (nth, line) in wrap(&advice, columns.saturating_sub(4)).into_iter().enumerate() {
        let mark = if nth == 0 { mark } else { " " };
        out.push(vec![(1, mark.to_owned(), role(job)), (3, line, Role::Plain)]);
    }
    out.push(Vec::new());
    let pairs = pairs(job, desk);
    let indent = pairs.iter().map(|(name, _)| width(label(*name, language))).max().unwrap_or(8) + 2;
    for (name, text) in pairs {
        for (nth, line) in wrap(&text, columns.saturating_sub(indent + 2)).into_iter().enumerate() {
            let name = if nth == 0 { label(name, language).to_owned() } else { String::new() };
            out.push(vec![(1, name, Role::Label), (1 + indent, line, Role::Plain)]);
        }
    }
    out.push(Vec::new());
    out.push(vec![(1, label(Label::Evidence, language).to_owned(), Role::Heading)]);
    out.extend(evidence(job, columns, desk));
    out
}

fn pairs(job: &Job, desk: &Desk) -> Vec<(Label, String)> {
    let language = desk.language;
    let mut out: Vec<(Label, String)> = Vec::new();
    let mut add = |label: Label, text: Option<String>| out.extend(text.map(|text| (label, text)));
    let sale = job.transaction.map(|id| match desk.sale(id) {
        Some(sale) => format!("{}  {}", sale.headline(language), sale.about(desk.now, language)),
        None => format!("{id}  {}", Text::Loading.say(language)),
    });
    add(Label::Payment, sale);
    let printer = desk.printer(&job.printer).map(|row| value::printer(row, language).0).unwrap_or_default();
    add(Label::Queue, Some(format!("{}  {printer}", job.printer).trim_end().to_owned()));
    let there = job.printed_on.as_ref().map(|there| match *there == job.printer {
        true => there.clone(),
        false => queue::in_place_of(there, &job.printer, language),
    });
    add(Label::PrintedOn, there);
    add(Label::Why, job.cause.map(|cause| codes::cause(cause, language).to_owned()));
    add(Label::SoFar, queue::on_paper(job, language));
    add(Label::QueuedAt, Some(value::exact(job.queued_at)));
    add(Label::EndedAt, job.finished_at.map(value::exact));
    add(Label::Tries, Some(queue::tries(job, language)));
    add(Label::AskedBy, people::asked_by(job, language));
    add(Label::Reason, job.reason.as_ref().map(ToString::to_string));
    out
}

/// When, what kind of proof or a remark, and what it says.
fn evidence(job: &Job, columns: u16, desk: &Desk) -> Vec<Line> {
    let language = desk.language;
    if job.evidence.is_empty() {
        return vec![vec![(3, queue::no_evidence(language).to_owned(), Role::Plain)]];
    }
    let grade = |grade: Grade| remark::grade(grade, language);
    let wide = job.evidence.iter().map(|piece| width(grade(piece.grade))).max().unwrap_or(8);
    let said_at = 24 + wide + 2;
    let mut out = Vec::new();
    for piece in &job.evidence {
        let role = if piece.grade == Grade::None { Role::Plain } else { Role::Good };
        let said = wrap(&remark::remark(&piece.detail, language), columns.saturating_sub(said_at + 1));
        for (nth, line) in said.into_iter().enumerate() {
            let mut pieces = vec![(said_at, line, Role::Plain)];
            if nth == 0 {
                pieces.push((3, value::exact(piece.at), Role::Plain));
                pieces.push((24, grade(piece.grade).to_owned(), role));
            }
            out.push(pieces);
        }
    }
    out
}
