//! What was checked for a sign-in, step by step: a mark, a word, how long, what was measured. What was not measured is
//! said to be so, and is never good. While it is climbed the rung that is being looked at is marked.

use model::{Language, Measured, Step, StepName, Via};
use protocol::Finding;
use ratatui::layout::Rect;

use super::super::{canvas::Canvas, theme::Role};
use crate::wording::{
    acquirer, measured,
    sign_in::{Say, say},
};

/// A rung as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rung {
    /// What was looked at: a step's name, or a printer.
    name: Result<StepName, String>,
    ok: Option<bool>,
    ms: u64,
    detail: String,
    measured: Option<Measured>,
}

impl From<&Step> for Rung {
    fn from(step: &Step) -> Rung {
        let (detail, measured) = (step.detail.clone(), step.measured.clone());
        Rung { name: Ok(step.name), ok: step.ok, ms: step.ms, detail, measured }
    }
}

impl From<&Finding> for Rung {
    fn from(finding: &Finding) -> Rung {
        let name = StepName::from_word(&finding.finding).ok_or_else(|| finding.finding.clone());
        let (detail, measured) = (finding.detail.clone(), finding.measured.clone());
        Rung { name, ok: finding.ok, ms: finding.ms, detail, measured }
    }
}

impl Rung {
    fn name(&self, language: Language) -> String {
        match &self.name {
            Ok(step) => acquirer::step(*step, language).to_owned(),
            Err(name) => name.clone(),
        }
    }

    fn verdict(&self, language: Language) -> (&'static str, &'static str, Role) {
        let word = acquirer::measured(self.ok, language);
        match self.ok {
            Some(true) => ("+", word, Role::Good),
            Some(false) => ("!", word, Role::Trouble),
            None => ("?", word, Role::Warning),
        }
    }
}

/// The steps of an answer. A request may be made of several (a sign-out between two sign-ins), and of what went well the last
/// one counts; that bytes left and came is no news where an answer was read.
pub(crate) fn of_steps(steps: &[Step]) -> Vec<Rung> {
    let read =
        |place: usize| steps.iter().skip(place).any(|step| matches!(step.name, StepName::Check | StepName::Code));
    let kept = steps.iter().enumerate().filter(|(place, step)| {
        let again = steps.iter().skip(place + 1).any(|later| later.name == step.name);
        let bytes = matches!(step.name, StepName::Send | StepName::Answer) && read(*place);
        step.ok == Some(false) || !(again || bytes)
    });
    kept.map(|(_, step)| Rung::from(step)).collect()
}

/// The rungs in the order in which the daemon climbs them: by the payment terminal, its line comes first.
const TERMINAL: [StepName; 2] = [StepName::EcrLink, StepName::TerminalBusy];
const NETWORK: [StepName; 6] =
    [StepName::Link, StepName::Address, StepName::Gateway, StepName::Dns, StepName::Tcp, StepName::Tls];
const HOST: [StepName; 5] =
    [StepName::Echo, StepName::Identity, StepName::Keys, StepName::Batch, StepName::DuplicateTerminal];

/// The rung that is being looked at now: the one behind the last that has ended. `None`: what failed is found, or all ended.
pub(crate) fn running(told: &[Rung], via: Option<Via>) -> Option<StepName> {
    let first = if via == Some(Via::Terminal) { TERMINAL.as_slice() } else { &[] };
    let mut order = first.iter().chain(&NETWORK).chain(&HOST);
    match told.last() {
        None => order.next().copied(),
        Some(rung) if rung.ok == Some(false) => None,
        Some(rung) => {
            let last = rung.name.as_ref().ok()?;
            order.find(|name| *name == last)?;
            order.next().copied()
        }
    }
}

/// Which rungs are in sight where so many rows are: those that somebody scrolled to, else the first that is bad is among them, or
/// the one that is being looked at.
pub(crate) fn in_sight(rungs: &[Rung], running: bool, room: usize, scrolled: Option<usize>) -> std::ops::Range<usize> {
    let room = room.max(1);
    let bad = rungs.iter().position(|rung| rung.ok == Some(false)).unwrap_or(0);
    let (seen, all) = if running { (rungs.len(), rungs.len() + 1) } else { (bad, rungs.len()) };
    let first = scrolled.filter(|_| !running).unwrap_or_else(|| (seen + 1).saturating_sub(room));
    let first = first.min(all.saturating_sub(room));
    first..(first + room).min(rungs.len())
}

/// Draws those that are in sight, and behind them the one that is being looked at.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    area: Rect,
    rungs: &[Rung],
    running: Option<StepName>,
    scrolled: Option<usize>,
) {
    let language = canvas.language;
    let sight = in_sight(rungs, running.is_some(), usize::from(area.height), scrolled);
    let mut rows = area.top()..area.bottom();
    for (rung, y) in rungs.iter().skip(sight.start).take(sight.len()).zip(rows.by_ref()) {
        let (mark, word, role) = rung.verdict(language);
        canvas.put(area.x, y, 1, mark, role);
        canvas.put(area.x + 2, y, 18, &rung.name(language), Role::Plain);
        canvas.put(area.x + 21, y, 12, word, role);
        if rung.ok.is_some() {
            canvas.right(area.x + 29, y, 8, &format!("{} ms", rung.ms), Role::Label);
        }
        let detail = measured::detail(rung.measured.as_ref(), &rung.detail, language);
        canvas.put(area.x + 39, y, area.width.saturating_sub(39), &model::SafeText::new(&detail), Role::Plain);
    }
    if let (Some(name), Some(y)) = (running, rows.next()) {
        canvas.put(area.x, y, 1, ">", Role::Strong);
        canvas.put(area.x + 2, y, 18, acquirer::step(name, language), Role::Strong);
        canvas.put(area.x + 21, y, 12, say(Say::Running, language), Role::Strong);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(names: &[(StepName, Option<bool>)]) -> Vec<Rung> {
        let rung = |(name, ok): &(StepName, Option<bool>)| Rung {
            name: Ok(*name),
            ok: *ok,
            ms: 0,
            detail: String::new(),
            measured: None,
        };
        names.iter().map(rung).collect()
    }

    #[test]
    fn where_not_all_fit_the_bad_one_is_in_sight_until_somebody_scrolls() {
        let rungs = told(&[(StepName::Link, Some(true)); 9].map(|mut rung| {
            rung.0 = StepName::Dns;
            rung
        }));
        assert_eq!(in_sight(&rungs, false, 4, None), 0..4);
        assert_eq!(in_sight(&rungs, false, 20, None), 0..9);
        let mut bad = rungs.clone();
        bad[6].ok = Some(false);
        assert_eq!(in_sight(&bad, false, 4, None), 3..7);
        assert_eq!(in_sight(&bad, false, 4, Some(0)), 0..4);
        assert_eq!(in_sight(&bad, false, 4, Some(99)), 5..9, "no further than to the end");
        assert_eq!(in_sight(&rungs, true, 4, Some(0)), 6..9, "what is looked at now stands below");
    }

    #[test]
    fn of_a_request_in_several_parts_what_went_well_is_told_once_and_nothing_bad_is_left_out() {
        let step = |name, ok| Step { name, ok, ms: 0, detail: String::new(), measured: None };
        let one = |batch| {
            [StepName::Dns, StepName::Tcp, StepName::Send, StepName::Answer, StepName::Check, StepName::Code]
                .map(|name| step(name, Some(true)))
                .into_iter()
                .chain([step(StepName::Batch, Some(batch))])
        };
        let names = |steps: &[Step]| of_steps(steps).iter().map(|rung| rung.name.clone().unwrap()).collect::<Vec<_>>();
        let twice: Vec<Step> = one(true).chain(one(true)).collect();
        use StepName::{Answer, Batch, Check, Code, Dns, Send, Tcp};
        assert_eq!(names(&twice), [Dns, Tcp, Check, Code, Batch]);
        let failed: Vec<Step> = one(false).chain(one(true)).collect();
        assert_eq!(names(&failed), [Batch, Dns, Tcp, Check, Code, Batch]);
        let silent = [step(Dns, Some(true)), step(Send, Some(true)), step(Answer, Some(false))];
        assert_eq!(names(&silent), [Dns, Send, Answer], "the bytes that left count where no answer came");
    }

    #[test]
    fn the_rung_behind_the_last_one_is_being_looked_at_until_something_failed() {
        assert_eq!(running(&[], Some(Via::Host)), Some(StepName::Link));
        assert_eq!(running(&[], Some(Via::Terminal)), Some(StepName::EcrLink));
        let (good, none) = (Some(true), None);
        assert_eq!(running(&told(&[(StepName::Link, good), (StepName::Gateway, none)]), None), Some(StepName::Dns));
        assert_eq!(running(&told(&[(StepName::Tls, none)]), Some(Via::Host)), Some(StepName::Echo));
        assert_eq!(running(&told(&[(StepName::Tcp, Some(false))]), Some(Via::Host)), None);
        assert_eq!(running(&told(&[(StepName::DuplicateTerminal, none)]), Some(Via::Host)), None);
        assert_eq!(running(&told(&[(StepName::Clock, good)]), Some(Via::Host)), None);
    }
}
