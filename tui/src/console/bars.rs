//! The status bar above, the notice line and the help bar below.

use model::{Cause, Job, JobKind, JobState, Language};
use protocol::{PrinterRow, PrinterState};
use ratatui::layout::Rect;

use super::{
    alert::alerts,
    canvas::Canvas,
    desk::{Desk, Link, Notice},
    text::width,
    theme::Role,
    value,
};
use crate::wording::{codes, text::Text};

/// Shop, screen, printers, waiting jobs, alerts, link, clock.
pub(crate) fn status(canvas: &mut Canvas<'_>, area: Rect, title: &Text<'_>, desk: &Desk) {
    let overview = desk.overview.as_ref();
    let shop = overview.map_or_else(|| canvas.say(&Text::NoShop), |o| o.shop.clone());
    let printers = overview.map(|o| o.printers.as_slice()).unwrap_or_default();
    let waiting: u32 = printers.iter().map(|p| p.waiting.total()).sum();
    let alerts = alerts(desk).len();
    let mut right: Vec<(String, Role)> = Vec::new();
    if overview.is_some() {
        right.extend(counted(printers).into_iter().map(|(text, role)| (canvas.say(&text), role)));
    }
    if waiting > 0 {
        right.push((canvas.say(&Text::WaitingJobs(waiting)), Role::Status));
    }
    let stopped: u32 = printers.iter().map(|p| p.waiting.held + p.waiting.expired).sum();
    if stopped > 0 {
        right.push((canvas.say(&Text::HeldJobs(stopped)), Role::Status));
    }
    let questions = overview.map_or(0, |o| o.questions.count);
    if questions > 0 {
        right.push((canvas.say(&Text::QuestionCount(questions)), Role::StatusTrouble));
    }
    if alerts > 0 {
        right.push((canvas.say(&Text::AlertCount(alerts)), Role::StatusTrouble));
    }
    let title = canvas.say(title);
    let taken = |right: &[(String, Role)]| right.iter().map(|(text, _)| width(text) + 2).sum::<u16>();
    // where not even the screen's name has room, what Home's alerts say goes without saying
    let operator = desk.seat.operator();
    let wide = operator.as_deref().map_or(0, |operator| width(operator) + 2);
    let name_and_clock = width(&title) + 10 + width(&shop).min(5) + wide;
    while right.len() > 2 && taken(&right) + name_and_clock > area.width {
        right.remove(1);
    }
    // on a narrow window a connection that is fine goes without saying
    let wanted = width(&title) + width(&shop).min(16) + 5 + width(&canvas.say(&Text::LinkUp)) + 9 + wide;
    let full = taken(&right) + wanted;
    right.extend(match desk.link {
        Link::Up(_) if full > area.width => None,
        Link::Up(_) => Some((canvas.say(&Text::LinkUp), Role::Status)),
        Link::Connecting => Some((canvas.say(&Text::LinkConnecting), Role::Status)),
        Link::Away(_) => Some((canvas.say(&Text::LinkAway), Role::StatusTrouble)),
    });
    right.extend(operator.map(|operator| (operator, Role::Status)));
    right.extend(desk.now.map(|now| (value::clock(now), Role::Status)));
    canvas.tint(area, Role::Status);
    let mut x = area.right().saturating_sub(taken(&right).saturating_sub(1));
    let room = x.saturating_sub(area.x + 2);
    // the screen's name stays whole, a long shop name is cut
    let shop_room = room.saturating_sub(width(&title) + 2);
    let used = canvas.put(area.x + 1, area.y, shop_room, &shop, Role::Status);
    let after = area.x + 1 + used + 2;
    canvas.put(after, area.y, x.saturating_sub(after + 1), &title, Role::Status);
    for (text, role) in right {
        x += canvas.put(x, area.y, area.right().saturating_sub(x), &text, role) + 2;
    }
}

/// How many printers are well: a paused one is no trouble, but it is not ready either.
fn counted(printers: &[PrinterRow]) -> Vec<(Text<'static>, Role)> {
    let n = printers.len();
    let bad = printers.iter().filter(|p| value::in_trouble(p)).count();
    let paused = printers.iter().filter(|p| p.paused && !value::in_trouble(p)).count();
    let ready = |p: &&PrinterRow| matches!(p.state, PrinterState::Ready | PrinterState::Printing) && !p.paused;
    let good = printers.iter().filter(ready).count();
    match (n, bad, paused) {
        (0, ..) => vec![(Text::NoPrinters, Role::StatusTrouble)],
        (_, 0, 0) if good == n => vec![(Text::PrintersFine { n }, Role::Status)],
        (_, 0, 0) => vec![(Text::PrintersSome { good, n }, Role::Status)],
        (_, 0, paused) => vec![(Text::PrintersPaused { paused, n }, Role::Status)],
        (_, bad, 0) => vec![(Text::PrintersTrouble { bad, n }, Role::StatusTrouble)],
        (_, bad, paused) => {
            vec![(Text::PrintersTrouble { bad, n }, Role::StatusTrouble), (Text::AlsoPaused(paused), Role::Status)]
        }
    }
}

/// The line that follows a job or says what went wrong; empty when the connection is fine and nothing is to say.
pub(crate) fn notice(canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
    let (text, role) = match (&desk.notice, &desk.link) {
        (Some(Notice::Said(text, role)), _) => (text.clone(), *role),
        (Some(Notice::Job(id)), _) => match desk.job(*id) {
            Some(job) => job_line(job, area.width.saturating_sub(2), canvas.language),
            None => (canvas.say(&Text::JobAccepted(&id.to_string())), Role::Plain),
        },
        (None, Link::Away(away)) => {
            let mut text = away.what(canvas.language);
            if desk.overview.is_some() {
                let between = if canvas.language == Language::Zh { "；" } else { "; " };
                text = format!("{text}{between}{}", canvas.say(&Text::AwayStale));
            }
            (text, Role::Trouble)
        }
        (None, _) if desk.slow => (canvas.say(&Text::WaitingForAnswer), Role::Plain),
        (None, _) => return,
    };
    canvas.put(area.x + 1, area.y, area.width.saturating_sub(2), &text, role);
}

/// A job's fate in one line; where that is too long, what to do matters more than which copy it is.
fn job_line(job: &Job, columns: u16, language: Language) -> (String, Role) {
    let (text, role) = job_fate(job, format!("{} {}", job.id, value::job(job, language)), language);
    if width(&text) <= columns { (text, role) } else { job_fate(job, job.id.to_string(), language) }
}

fn job_fate(job: &Job, name: String, language: Language) -> (String, Role) {
    let cause = job.cause.map_or_else(|| Text::NoCause.say(language), |cause| codes::cause(cause, language).into());
    let proof = job.evidence.iter().rev().find(|e| e.grade != model::Grade::None);
    let proof = proof.map_or("", |proof| codes::grade(proof.grade, language));
    if job.kind == JobKind::Drawer
        && let Some((text, role)) = pulse_fate(job, &name, &cause, proof)
    {
        return (text.say(language).into_owned(), role);
    }
    let (text, role) = match job.state {
        JobState::Queued => (Text::JobQueued(&name), Role::Plain),
        JobState::Sending if job.cause.is_none() => (Text::JobSending(&name), Role::Plain),
        JobState::Blocked | JobState::Sending => {
            let remedy = job.cause.map_or("", |cause| codes::remedy(cause, language));
            (Text::JobBlocked { job: &name, cause: &cause, remedy }, Role::Warning)
        }
        JobState::Held | JobState::Expired => (Text::JobHeld(&name), Role::Warning),
        JobState::Confirmed => (Text::JobConfirmed { job: &name, proof }, Role::Good),
        JobState::Unconfirmed if job.cause == Some(Cause::NoStatus) => (Text::JobMute(&name), Role::Plain),
        JobState::Unconfirmed => (Text::JobUnconfirmed(&name), Role::Warning),
        JobState::Partial => (Text::JobPartial(&name), Role::Warning),
        JobState::NotPrinted => (Text::JobNotPrinted { job: &name, cause: &cause }, Role::Trouble),
        JobState::Cancelled => (Text::JobCancelled(&name), Role::Plain),
    };
    (text.say(language).into_owned(), role)
}

/// What became of a drawer pulse, where the words for paper don't fit.
fn pulse_fate<'a>(job: &Job, name: &'a str, cause: &'a str, proof: &'a str) -> Option<(Text<'a>, Role)> {
    Some(match job.state {
        JobState::Sending if job.cause.is_none() => (Text::PulseSending(name), Role::Plain),
        JobState::Queued | JobState::Blocked | JobState::Held | JobState::Sending => return None,
        JobState::Expired => (Text::PulseExpired(name), Role::Warning),
        JobState::Confirmed => (Text::PulseConfirmed { job: name, proof }, Role::Good),
        JobState::Unconfirmed if job.cause == Some(Cause::NoStatus) => (Text::PulseMute(name), Role::Plain),
        JobState::Unconfirmed | JobState::Partial => (Text::PulseUnconfirmed(name), Role::Warning),
        JobState::NotPrinted => (Text::PulseNot { job: name, cause }, Role::Trouble),
        JobState::Cancelled => (Text::PulseCancelled(name), Role::Plain),
    })
}

/// Keys and labels of what is possible now, as many as fit; the last one, help, always does.
pub(crate) fn help(canvas: &mut Canvas<'_>, area: Rect, words: &[(String, String)]) {
    let columns = |(key, label): &(String, String)| width(key) + 1 + width(label) + 3;
    let last = words.last().map_or(0, &columns);
    let mut x = area.x + 1;
    for (at, word) in words.iter().enumerate() {
        let is_last = at + 1 == words.len();
        let reserve = if is_last { 0 } else { last };
        if x + columns(word).saturating_sub(3) + reserve > area.right() {
            continue;
        }
        x += canvas.put(x, area.y, area.right() - x, &word.0, Role::Key) + 1;
        x += canvas.put(x, area.y, area.right().saturating_sub(x), &word.1, Role::Plain) + 3;
    }
}
