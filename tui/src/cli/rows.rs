//! Rows of the daemon in the user's words: a transaction, a job, a printer; and the colour of each state.

use model::{Cause, Evidence, FoundBy, Grade, Job, JobState, Language, Moment, Status, Transaction};
use protocol::{PrinterRow, PrinterState, TransactionRow};
use serde_json::value::RawValue;

use super::table::{Cell, Tone};
use crate::wording::{
    codes,
    verbs::{self, Text},
};

/// A label and its value.
pub(super) fn field(label: Text, value: impl AsRef<str>, language: Language) -> Vec<Cell> {
    vec![Cell::new(verbs::text(label, language)).toned(Tone::Faint), Cell::new(value)]
}

/// A transaction in a list; nothing if a newer daemon says it in words we don't know.
pub(super) fn transaction(raw: &RawValue, year: i16, language: Language) -> Option<Vec<Cell>> {
    let row: TransactionRow = serde_json::from_str(raw.get()).ok()?;
    let t = &row.transaction;
    let prints = match row.unprinted {
        true => Cell::new(verbs::text(Text::Unprinted, language)).toned(Tone::Doubtful),
        false => Cell::new(verbs::papers(row.prints, language)),
    };
    // that a filter let it through needs no saying: the words of the search do
    let found_by = row.found_by.filter(|by| *by != FoundBy::Filter);
    Some(vec![
        Cell::new(t.id.to_string()).toned(Tone::Faint),
        Cell::new(short(paid(t), year)),
        Cell::new(codes::kind(t.kind, language)),
        Cell::new(codes::method(t.method, language)),
        Cell::right(format!("{}{}", t.currency.sign(), t.amount)),
        Cell::new(codes::status(t.status, language)).toned(status_tone(t.status)),
        Cell::new(t.voucher.as_deref().unwrap_or_default()),
        Cell::new(t.card.map(|card| card.last_four().to_owned()).unwrap_or_default()),
        prints,
        Cell::new(found_by.map(|by| codes::found_by(by, language)).unwrap_or_default()).toned(Tone::Faint),
    ])
}

/// A job in a list.
pub(super) fn job(raw: &RawValue, year: i16, language: Language) -> Option<Vec<Cell>> {
    let job: Job = serde_json::from_str(raw.get()).ok()?;
    Some(job_cells(&job, year, language))
}

fn job_cells(job: &Job, year: i16, language: Language) -> Vec<Cell> {
    vec![
        Cell::new(job.id.to_string()),
        Cell::new(short(job.queued_at, year)),
        Cell::new(codes::job_kind(job.kind, language)),
        Cell::new(verbs::reprint(job.reprint_number, language)),
        Cell::new(job.copy.map(|copy| codes::copy(copy, language)).unwrap_or_default()),
        Cell::new(job.printed_on.as_deref().unwrap_or(&job.printer)),
        Cell::new(codes::job_state_of(job.kind, job.state, language)).toned(job_tone(job.state)),
        Cell::new(job.cause.map(|cause| codes::cause(cause, language)).unwrap_or_default()),
        Cell::new(job.transaction.map(|id| id.to_string()).unwrap_or_default()).toned(Tone::Faint),
    ]
}

/// A job on a line of its own.
pub(super) fn job_line(job: &Job, language: Language) -> String {
    let parts = [
        job.id.to_string(),
        codes::job_kind(job.kind, language).to_owned(),
        verbs::reprint(job.reprint_number, language),
        job.copy.map(|copy| codes::copy(copy, language).to_owned()).unwrap_or_default(),
        job.printed_on.clone().unwrap_or_else(|| job.printer.clone()),
        codes::job_state_of(job.kind, job.state, language).to_owned(),
        job.cause.map(|cause| codes::cause(cause, language).to_owned()).unwrap_or_default(),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
}

/// A piece of evidence.
pub(super) fn evidence(piece: &Evidence, language: Language) -> String {
    // what a machine noted is English; a proof's grade says it in the reader's words, a remark says it nowhere else
    let worded = !matches!(piece.grade, Grade::None | Grade::Person);
    let detail = if language == Language::Zh && worded { "" } else { piece.detail.as_str() };
    format!("{}  {}  {detail}", clock(piece.at), codes::grade(piece.grade, language)).trim_end().to_owned()
}

/// A printer in the list.
pub(super) fn printer(raw: &RawValue, year: i16, language: Language) -> Option<Vec<Cell>> {
    let row: PrinterRow = serde_json::from_str(raw.get()).ok()?;
    Some(printer_cells(&row, year, language))
}

/// Its name, its state in words and why, since when, what waits, what it can prove, where it is.
pub(super) fn printer_cells(row: &PrinterRow, year: i16, language: Language) -> Vec<Cell> {
    // let go on, but what it said last is still that it is paused
    let resuming = !row.paused && row.cause == Some(Cause::Paused);
    let cause = row.cause.filter(|cause| *cause != Cause::Paused).map(|cause| codes::cause(cause, language));
    let low = row.near_end.then(|| verbs::text(Text::NearEnd, language)).filter(|low| Some(*low) != cause);
    let trouble: Vec<&str> = [cause, low].into_iter().flatten().collect();
    let blocked = row.state == PrinterState::Blocked && row.cause != Some(Cause::Paused);
    let tone = match row.state {
        _ if blocked => Tone::Bad,
        PrinterState::Unknown => Tone::Doubtful,
        _ if row.paused || resuming || row.near_end => Tone::Doubtful,
        _ => Tone::Good,
    };
    let word = match row.state {
        _ if row.paused => codes::cause(Cause::Paused, language),
        _ if resuming => codes::resuming(language),
        state => codes::printer_state(state, language),
    };
    vec![
        Cell::new(&row.name),
        Cell::new(word).toned(tone),
        Cell::new(trouble.join(" ")).toned(tone),
        Cell::new(row.since.map(|since| short(since, year)).unwrap_or_default()),
        Cell::new(verbs::waiting(row.waiting.total(), language)),
        Cell::new(codes::proof(row.proof, language)),
        Cell::new(&row.connection).toned(Tone::Faint),
    ]
}

/// The colour of what became of a payment.
pub(super) fn status_tone(status: Status) -> Tone {
    match status {
        Status::Approved => Tone::Plain,
        Status::Declined => Tone::Bad,
        Status::Unknown => Tone::Doubtful,
    }
}

/// The colour of a job: unproven is grey, not alarming (DESIGN §3).
pub(super) fn job_tone(state: JobState) -> Tone {
    match state {
        JobState::Confirmed => Tone::Good,
        JobState::Queued | JobState::Sending => Tone::Plain,
        JobState::Blocked | JobState::Held | JobState::Expired | JobState::Partial => Tone::Doubtful,
        JobState::Unconfirmed | JobState::Cancelled => Tone::Faint,
        JobState::NotPrinted => Tone::Bad,
    }
}

/// When it was paid, by the shop's clock: an event may come with any offset, its recording has the shop's.
pub(super) fn paid(t: &Transaction) -> Moment {
    Moment::new(t.time.unix_ms(), t.recorded_at.offset_minutes())
}

/// A moment in a list, short enough for eighty columns: `11-20 09:05`, or the date with its year when that is not
/// the current one.
fn short(moment: Moment, year: i16) -> String {
    let w = moment.wall();
    if w.year() == year {
        format!("{:02}-{:02} {:02}:{:02}", w.month(), w.day(), w.hour(), w.minute())
    } else {
        format!("{:04}-{:02}-{:02}", w.year(), w.month(), w.day())
    }
}

/// The year it is now.
pub(super) fn this_year() -> i16 {
    jiff::Zoned::now().year()
}

/// A moment in full: `2026-11-20 09:05:00`.
pub(super) fn clock(moment: Moment) -> String {
    let w = moment.wall();
    format!("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", w.year(), w.month(), w.day(), w.hour(), w.minute(), w.second())
}
