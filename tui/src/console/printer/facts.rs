//! What is known of a printer, line by line: how it is, what to do, its state part by part, proof, queue, counters.

use model::{Counters, JobState, Language, Waiting};
use protocol::{PrinterRow, PrinterState};
use ratatui::layout::Rect;

use super::super::{
    alert::behind,
    canvas::Canvas,
    desk::Desk,
    text::{width, wrap},
    theme::Role,
    value,
};
use crate::wording::{
    codes,
    printer::{Part, measured, worth},
    text::Text,
};

/// A line: pieces with the column where each begins.
pub(crate) type Line = Vec<(u16, String, Role)>;

/// Draws as many lines as fit, from the `skip`th on.
pub(crate) fn draw(canvas: &mut Canvas<'_>, area: Rect, lines: &[Line], skip: usize) {
    for (line, y) in lines.iter().skip(skip).zip(area.top()..area.bottom()) {
        for (x, text, role) in line {
            canvas.put(area.x + x, y, area.width.saturating_sub(*x), text, *role);
        }
    }
}

/// All lines, the first one being its state.
pub(crate) fn facts(row: &PrinterRow, columns: u16, desk: &Desk) -> Vec<Line> {
    let language = desk.language;
    let mut out = vec![head(row, desk)];
    for (mark, text, role) in advice(row, language) {
        for (nth, line) in wrap(&text, columns.saturating_sub(4)).into_iter().enumerate() {
            let mark = if nth == 0 { mark } else { " " };
            out.push(vec![(1, mark.to_owned(), role), (3, line, role)]);
        }
    }
    out.push(Vec::new());
    out.extend(parts(row, columns, language));
    out.push(Vec::new());
    let groups = groups(row, desk);
    let label = groups.iter().flatten().map(|(label, _)| width(label)).max().unwrap_or(8) + 2;
    for (name, text) in groups.into_iter().flat_map(|group| joined(group, columns.saturating_sub(label + 2))) {
        for (nth, line) in wrap(&text, columns.saturating_sub(label + 2)).into_iter().enumerate() {
            let name = if nth == 0 { name.clone() } else { String::new() };
            out.push(vec![(1, name, Role::Label), (1 + label, line, Role::Plain)]);
        }
    }
    out
}

fn head(row: &PrinterRow, desk: &Desk) -> Line {
    let language = desk.language;
    let (state, role) = value::printer_state(row, language);
    let (why, why_role) = value::printer_why(row, language);
    let since = row.since.map(|since| Text::SinceTime(&value::when(since, desk.now)).say(language).into_owned());
    let pieces = [
        (row.name.clone(), Role::Strong),
        (state.to_owned(), role),
        (why, why_role),
        (since.unwrap_or_default(), Role::Plain),
    ];
    let mut x = 1;
    let mut line = Vec::new();
    for (text, role) in pieces.into_iter().filter(|(text, _)| !text.is_empty()) {
        let wide = width(&text);
        line.push((x, text, role));
        x += wide + 2;
    }
    line
}

/// What a person can do now, with a mark that says the urgency without colour.
fn advice(row: &PrinterRow, language: Language) -> Vec<(&'static str, String, Role)> {
    let mut out = Vec::new();
    let waiting = row.waiting.total();
    if value::in_trouble(row) {
        let remedy = codes::remedy(row.cause.unwrap_or(model::Cause::Offline), language);
        out.push(("!", behind(remedy, waiting, language), Role::Trouble));
    }
    if row.paused {
        let waiting = if value::in_trouble(row) { 0 } else { waiting };
        out.push(("*", behind(&Text::DoWhilePaused.say(language), waiting, language), Role::Warning));
    }
    if row.near_end && !value::in_trouble(row) {
        out.push(("*", codes::remedy(model::Cause::PaperNearEnd, language).to_owned(), Role::Warning));
    }
    if out.is_empty() {
        let text = match row.state {
            _ if value::resuming(row) => Text::DoWhileUnknown,
            PrinterState::Unknown => Text::DoWhileUnknown,
            PrinterState::Pairing => Text::DoWhilePairing,
            _ => Text::DoWhileReady,
        };
        out.push((" ", text.say(language).into_owned(), Role::Plain));
    }
    out
}

/// Its state part by part, two in a line; unknown where it never said.
fn parts(row: &PrinterRow, columns: u16, language: Language) -> Vec<Line> {
    let told = row.conditions.as_ref();
    let heading = if told.is_some() { Text::SaysOfItself } else { Text::SaysNothing };
    let mut out = vec![vec![(1, heading.say(language).into_owned(), Role::Heading)]];
    let second = (columns / 2).clamp(32, 50);
    for pair in Part::ALL.chunks(2) {
        let mut line = Vec::new();
        for (part, x) in pair.iter().zip([3, second]) {
            let role = if told.is_some_and(|told| part.hinders(told)) { Role::Trouble } else { Role::Plain };
            line.push((x, part.label(language).to_owned(), Role::Label));
            line.push((x + 14, part.word(told, language).to_owned(), role));
        }
        out.push(line);
    }
    out
}

/// A label and its value.
type Pair = (String, String);

/// Labels and values; those of a group stand in one line where they fit.
fn groups(row: &PrinterRow, desk: &Desk) -> Vec<Vec<Pair>> {
    let language = desk.language;
    let say = |text: Text<'_>| text.say(language).into_owned();
    let proof = worth(row.proof, language);
    let proof = match row.proof_since {
        Some(since) => say(Text::ProofSince { proof, since: &value::when(since, desk.now) }),
        None => proof.to_owned(),
    };
    let mut out = vec![vec![(say(Text::LabelProof), proof)]];
    out.extend(row.proof_detail.clone().map(|detail| vec![(say(Text::LabelMeasured), measured(&detail, language))]));
    let last = row.last_good_print.map_or_else(|| say(Text::NothingYet), |last| value::when(last, desk.now));
    out.push(vec![(say(Text::LabelLastGood), last)]);
    let job = row.job.map(|job| (say(Text::LabelJob), job.to_string()));
    out.push([(say(Text::LabelQueue), queue(&row.waiting, language))].into_iter().chain(job).collect());
    let who = row.identity.clone().unwrap_or_default();
    let model: Vec<String> = [who.maker, who.model].into_iter().flatten().collect();
    let model = if model.is_empty() { say(Text::NotTold) } else { model.join(" ") };
    out.push(vec![(say(Text::LabelModel), model)]);
    let more = [(Text::LabelFirmware, who.firmware), (Text::LabelSerial, who.serial), (Text::LabelFont, who.font)];
    out.push(more.into_iter().filter_map(|(label, text)| Some((say(label), text?))).collect());
    out.push(counted(row.counters.as_ref(), language));
    let profile = say(Text::ProfileOf { profile: &row.profile, columns: row.columns });
    out.push(vec![(say(Text::LabelConnection), row.connection.clone()), (say(Text::LabelProfile), profile)]);
    out
}

/// Puts what follows into the line before it where it fits.
fn joined(group: Vec<Pair>, columns: u16) -> Vec<Pair> {
    let mut out: Vec<Pair> = Vec::new();
    for (name, text) in group {
        match out.last_mut() {
            Some((_, line)) if width(line) + width(&name) + width(&text) + 3 <= columns => {
                *line = format!("{line}  {name} {text}");
            }
            _ => out.push((name, text)),
        }
    }
    out
}

/// Jobs that have not ended, by state.
fn queue(waiting: &Waiting, language: Language) -> String {
    let counts = [
        (JobState::Sending, waiting.sending),
        (JobState::Blocked, waiting.blocked),
        (JobState::Queued, waiting.queued),
        (JobState::Held, waiting.held),
        (JobState::Expired, waiting.expired),
    ];
    let some = counts.iter().filter(|(_, count)| *count > 0);
    let words: Vec<String> = some.map(|(s, count)| format!("{} {count}", codes::job_state(*s, language))).collect();
    if words.is_empty() { Text::QueueNone.say(language).into_owned() } else { words.join("  ") }
}

/// What it has counted in all its life, as far as it counts.
fn counted(counters: Option<&Counters>, language: Language) -> Vec<Pair> {
    let say = |text: Text<'_>| text.say(language).into_owned();
    let counters = counters.copied().unwrap_or_default();
    let pairs = [
        (Text::LabelFed, counters.lines.map(|lines| fed(lines, language))),
        (Text::LabelCuts, counters.cuts.map(|cuts| say(Text::Cuts(&value::grouped(cuts))))),
        (Text::LabelHours, counters.hours.map(|hours| say(Text::Hours(&value::grouped(hours))))),
    ];
    let told: Vec<Pair> = pairs.into_iter().filter_map(|(label, text)| Some((say(label), text?))).collect();
    if told.is_empty() { vec![(say(Text::LabelFed), say(Text::NotTold))] } else { told }
}

/// Paper in kilometres, or in metres while it is less than one: a line is 30 dots of 0.125 mm (GS g 2, at 203 dpi).
fn fed(lines: u64, language: Language) -> String {
    let micrometres = u128::from(lines) * 3_750;
    let count = value::grouped(lines);
    let text = match micrometres {
        0..1_000_000_000 => {
            let far = value::grouped(u64::try_from(micrometres / 1_000_000).unwrap_or(u64::MAX));
            Text::FedMetres { far: &far, lines: &count }.say(language)
        }
        _ => {
            let hundredths = u64::try_from(micrometres / 10_000_000).unwrap_or(u64::MAX);
            let far = format!("{}.{:02}", value::grouped(hundredths / 100), hundredths % 100);
            Text::FedKilometres { far: &far, lines: &count }.say(language)
        }
    };
    text.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_paper_at_203_dots_an_inch() {
        assert_eq!(fed(0, Language::En), "0 m (0 lines)");
        assert_eq!(fed(266_666, Language::En), "999 m (266,666 lines)");
        assert_eq!(fed(266_667, Language::Zh), "1.00 公里（266,667 行）");
        assert_eq!(fed(13_333_334, Language::En), "50.00 km (13,333,334 lines)");
        assert_eq!(fed(u64::MAX, Language::En).split(' ').nth(1), Some("km"));
    }

    #[test]
    fn what_was_not_told_is_not_shown_as_nothing() {
        let some = Counters { lines: None, cuts: Some(5210), hours: None };
        assert_eq!(counted(Some(&some), Language::En), [("cuts".to_owned(), "5,210".to_owned())]);
        assert_eq!(counted(None, Language::En), [("paper fed".to_owned(), "never told".to_owned())]);
    }
}
