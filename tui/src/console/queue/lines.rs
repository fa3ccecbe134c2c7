//! The queue as lines in pages: slips to look at, then what waits per printer, then how the newest jobs ended.
//!
//! Pages, since scrolling by a line would repaint the whole list over a thin line; each begins with the heading of what
//! it goes on with.

use model::{Job, TransactionId};
use protocol::PrinterRow;

use super::super::desk::Desk;

/// One line.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Line<'a> {
    Gap,
    /// Above slips that a person is asked about.
    Doubt,
    /// Above what waits for a printer.
    Printer(&'a PrinterRow),
    /// Above what waits for a printer that is not in the config any more.
    Gone(&'a str),
    /// Above jobs that ended.
    Ended,
    /// `before`: jobs that print before it at its printer.
    Job {
        job: &'a Job,
        before: usize,
    },
}

impl Line<'_> {
    fn heads(&self) -> bool {
        !matches!(self, Line::Gap | Line::Job { .. })
    }
}

/// All lines, in the order in which they are shown.
pub(crate) fn lines(desk: &Desk) -> Vec<Line<'_>> {
    let mut out = Vec::new();
    let alone = |job| Line::Job { job, before: 0 };
    let asked: Vec<&Job> = desk.questions().iter().filter_map(|id| desk.job(*id)).collect();
    if !asked.is_empty() {
        out.push(Line::Doubt);
        out.extend(asked.iter().map(|job| alone(job)));
        out.push(Line::Gap);
    }
    let waiting: Vec<&Job> = desk.jobs.iter().flatten().filter(|job| !job.state.ended()).rev().collect();
    for printer in desk.printers() {
        out.push(Line::Printer(printer));
        push(&mut out, &waiting, &printer.name);
    }
    let mut gone: Vec<&str> = waiting.iter().map(|job| job.printer.as_str()).collect();
    gone.retain(|name| desk.printer(name).is_none());
    gone.sort_unstable();
    gone.dedup();
    for name in gone {
        out.push(Line::Gone(name));
        push(&mut out, &waiting, name);
    }
    let ended = |job: &&Job| job.state.ended() && !asked.iter().any(|asked| asked.id == job.id);
    let ended: Vec<&Job> = desk.jobs.iter().flatten().filter(ended).collect();
    if !ended.is_empty() {
        out.extend([Line::Gap, Line::Ended]);
        out.extend(ended.into_iter().map(alone));
    }
    out
}

/// The jobs of a printer, oldest first as they will print; what a person stopped holds up nobody.
fn push<'a>(out: &mut Vec<Line<'a>>, waiting: &[&'a Job], printer: &str) {
    use model::JobState::{Expired, Held};
    let mut before = 0;
    for job in waiting.iter().filter(|job| job.printer == printer) {
        out.push(Line::Job { job, before });
        before += usize::from(!matches!(job.state, Held | Expired));
    }
}

/// The lines in pages of so many.
pub(crate) fn pages<'a>(lines: &[Line<'a>], room: usize) -> Vec<Vec<Line<'a>>> {
    let room = room.max(2);
    let mut out: Vec<Vec<Line<'a>>> = vec![Vec::new()];
    let mut heading = None;
    for line in lines {
        // a heading does not stand alone at a page's end
        let needs = if line.heads() { 2 } else { 1 };
        if out.last().is_some_and(|page| page.len() + needs > room) {
            out.push(if line.heads() { Vec::new() } else { heading.into_iter().collect() });
        }
        if line.heads() {
            heading = Some(*line);
        }
        if let Some(page) = out.last_mut()
            && !(page.is_empty() && matches!(line, Line::Gap))
        {
            page.push(*line);
        }
    }
    out
}

/// The jobs of some lines.
pub(crate) fn jobs<'a>(lines: &[Line<'a>]) -> Vec<&'a Job> {
    let job = |line: &Line<'a>| if let Line::Job { job, .. } = line { Some(*job) } else { None };
    lines.iter().filter_map(job).collect()
}

/// The payments of some lines.
pub(crate) fn payments(lines: &[Line<'_>]) -> Vec<TransactionId> {
    jobs(lines).into_iter().filter_map(|job| job.transaction).collect()
}
