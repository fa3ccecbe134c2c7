//! How the lines of the queue look.

use model::{Job, JobKind};
use protocol::PrinterRow;
use ratatui::layout::Rect;

use super::{
    super::{canvas::Canvas, desk::Desk, job::facts::role, text::width, theme::Role, value},
    lines::Line,
};
use crate::wording::{codes, queue, text::Text};

/// Draws a line.
pub(crate) fn draw(canvas: &mut Canvas<'_>, area: Rect, line: &Line<'_>, desk: &Desk) {
    match line {
        Line::Gap => {}
        Line::Doubt => heading(canvas, area, &Text::QueueDoubt),
        Line::Gone(name) => heading(canvas, area, &Text::QueueGone(name)),
        Line::Ended => heading(canvas, area, &Text::QueueEnded),
        Line::Printer(printer) => printer_line(canvas, area, printer, desk),
        Line::Job { job, before } => job_line(canvas, area, job, *before, desk),
    }
}

fn heading(canvas: &mut Canvas<'_>, area: Rect, text: &Text<'_>) {
    let text = canvas.say(text);
    canvas.put(area.x + 1, area.y, area.width - 2, &text, Role::Heading);
}

/// Name, state, since when, how many, and what to do about it.
fn printer_line(canvas: &mut Canvas<'_>, area: Rect, printer: &PrinterRow, desk: &Desk) {
    let language = canvas.language;
    let (state, role) = value::printer(printer, language);
    let trouble = value::in_trouble(printer);
    let mut pieces = vec![(state, role)];
    if let Some(since) = printer.since.filter(|_| trouble || printer.paused) {
        pieces.push((canvas.say(&Text::SinceTime(&value::clock_or_day(since, desk.now))), Role::Plain));
    }
    let waits = printer.waiting.total();
    let count = if waits > 0 { Text::Waits(waits) } else { Text::QueueHere };
    pieces.push((canvas.say(&count), Role::Plain));
    if let Some(cause) = printer.cause.filter(|_| trouble) {
        pieces.push((codes::remedy(cause, language).to_owned(), Role::Plain));
    }
    let mut x = area.x + 1 + canvas.put(area.x + 1, area.y, 16, &printer.name, Role::Strong).max(6) + 2;
    for (text, role) in pieces {
        x += canvas.put(x, area.y, area.right().saturating_sub(x + 1), &text, role) + 2;
    }
}

// columns: job 1, amount to the right of 8..19, which paper 21, how it stands 45, when at the right edge
const AMOUNT: (u16, u16) = (8, 12);
const PAPER: u16 = 21;
const STATE: u16 = 45;
const WHEN: u16 = 5;

fn job_line(canvas: &mut Canvas<'_>, area: Rect, job: &Job, before: usize, desk: &Desk) {
    let language = canvas.language;
    canvas.put(area.x + 1, area.y, 7, &job.id.to_string(), Role::Plain);
    let mut paper = PAPER;
    if let Some(sale) = job.transaction.and_then(|id| desk.sale(id)) {
        let money = sale.money();
        // an amount is never cut: a wide one takes the blanks before it, and columns of what follows
        let columns = AMOUNT.1.max(width(&money));
        canvas.right(area.x + AMOUNT.0, area.y, columns, &money, Role::Plain);
        paper = PAPER.max(AMOUNT.0 + columns + 1);
    }
    // a narrow window has no room for which paper it is; what stands in its way is needed more
    let state = if area.width < 78 { paper } else { STATE };
    if state > paper {
        canvas.put(area.x + paper, area.y, STATE - paper - 1, &value::job(job, language), Role::Plain);
    }
    let mut text = queue::why(job, before, language);
    if let Some(there) = job.printed_on.as_ref().filter(|_| job.state.ended()) {
        text = match *there == job.printer || job.kind == JobKind::Drawer {
            true => format!("{text}  {there}"),
            false => format!("{text}  {}", queue::in_place_of(there, &job.printer, language)),
        };
    }
    let at = job.finished_at.unwrap_or(job.queued_at);
    let right = area.right().saturating_sub(WHEN + 1);
    canvas.put(area.x + state, area.y, right.saturating_sub(area.x + state + 1), &text, role(job));
    canvas.put(right, area.y, WHEN, &value::clock_or_day(at, desk.now), Role::Plain);
}
