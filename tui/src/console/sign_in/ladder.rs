//! What was checked for a sign-in, step by step: a mark, a word, how long, what was measured. What was not measured is
//! said to be so, and is never good.

use model::{Language, Step, StepName};
use protocol::Finding;
use ratatui::layout::Rect;

use super::super::{canvas::Canvas, theme::Role};
use crate::wording::acquirer;

/// A rung as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rung {
    /// What was looked at: a step's name, or a printer.
    name: Result<StepName, String>,
    ok: Option<bool>,
    ms: u64,
    detail: String,
}

impl From<&Step> for Rung {
    fn from(step: &Step) -> Rung {
        Rung { name: Ok(step.name), ok: step.ok, ms: step.ms, detail: step.detail.clone() }
    }
}

impl From<&Finding> for Rung {
    fn from(finding: &Finding) -> Rung {
        let name = StepName::from_word(&finding.finding).ok_or_else(|| finding.finding.clone());
        Rung { name, ok: finding.ok, ms: finding.ms, detail: finding.detail.clone() }
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

/// Draws as many as fit; where they don't, the first that is bad is among them.
pub(crate) fn draw(canvas: &mut Canvas<'_>, area: Rect, rungs: &[Rung]) {
    let language = canvas.language;
    let room = usize::from(area.height).max(1);
    let bad = rungs.iter().position(|rung| rung.ok == Some(false)).unwrap_or(0);
    let first = (bad + 1).saturating_sub(room);
    for (rung, y) in rungs.iter().skip(first).zip(area.top()..area.bottom()) {
        let (mark, word, role) = rung.verdict(language);
        canvas.put(area.x, y, 1, mark, role);
        canvas.put(area.x + 2, y, 18, &rung.name(language), Role::Plain);
        canvas.put(area.x + 21, y, 12, word, role);
        if rung.ok.is_some() {
            canvas.right(area.x + 29, y, 8, &format!("{} ms", rung.ms), Role::Label);
        }
        let detail = model::SafeText::new(&rung.detail);
        canvas.put(area.x + 39, y, area.width.saturating_sub(39), &detail, Role::Plain);
    }
}
