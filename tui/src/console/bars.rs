//! The notice line and the help bar, below the screen.

use model::{Cause, Job, JobKind, JobState, Language};
use ratatui::layout::Rect;

use super::{
    canvas::Canvas,
    desk::{Desk, Link, Notice},
    text::width,
    theme::Role,
    value,
};
use crate::wording::{codes, text::Text};

/// The line that follows a job or says what went wrong; empty when the connection is fine and nothing is to say.
pub(crate) fn notice(canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
    if let Some(kept) = &desk.kept {
        let text = canvas.say(&Text::KeptForSearch(&kept.text));
        canvas.put(area.x + 1, area.y, area.width.saturating_sub(2), &text, Role::Warning);
        return;
    }
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
        (None, _) if desk.silent_since().is_some() => {
            let since = desk.silent_since().map(value::clock).unwrap_or_default();
            // before the shop's zone is known any time would be a guess
            let text = if desk.overview.is_some() { Text::SilentSince(&since) } else { Text::SilentAtStart };
            (canvas.say(&text), Role::Trouble)
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
