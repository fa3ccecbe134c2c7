//! What is to happen by itself, and when: at a byte, a dot, a moment, a sheet, a cut. It watches marks and changes nothing.

use serde::Deserialize;
use std::time::Duration;

use super::change::Change;

/// A moment in the printer's life. Counted from when the line was given (`after`) or from the start (`at`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// So many bytes have been received, lost ones too.
    Bytes(u64),
    /// So many bytes have been taken out of the receive buffer.
    Consumed(u64),
    /// So many dots of paper have moved.
    Dots(u64),
    /// So many milliseconds have passed.
    Ms(u64),
    /// So many sheets have fallen.
    Sheets(u64),
    /// The cut of this number is about to be made.
    Cut(u64),
}

/// A change that waits for its moment, and those that wait for it in turn.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Counted from when this was given, or from when the step before it struck.
    pub after: Option<When>,
    /// Counted from when the printer was made.
    pub at: Option<When>,
    /// What a hand does then.
    pub set: Change,
    /// What is given when it has struck.
    #[serde(default)]
    pub then: Vec<Step>,
}

/// How far the printer has got.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks {
    pub(super) bytes: u64,
    pub(super) consumed: u64,
    pub(super) dots: u64,
    pub(super) now: Duration,
    pub(super) sheets: u64,
    pub(super) cuts: u64,
}

impl Marks {
    /// The absolute moment that lies `when` after this one.
    fn plus(&self, when: When) -> When {
        match when {
            When::Bytes(n) => When::Bytes(self.bytes.saturating_add(n)),
            When::Consumed(n) => When::Consumed(self.consumed.saturating_add(n)),
            When::Dots(n) => When::Dots(self.dots.saturating_add(n)),
            When::Ms(n) => When::Ms(u64::try_from(self.now.as_millis()).unwrap_or(u64::MAX).saturating_add(n)),
            When::Sheets(n) => When::Sheets(self.sheets.saturating_add(n)),
            When::Cut(n) => When::Cut(self.cuts.saturating_add(n)),
        }
    }

    fn have_passed(&self, when: When) -> bool {
        match when {
            When::Bytes(n) => n <= self.bytes,
            When::Consumed(n) => n <= self.consumed,
            When::Dots(n) => n <= self.dots,
            When::Ms(n) => Duration::from_millis(n) <= self.now,
            When::Sheets(n) => n <= self.sheets,
            When::Cut(n) => n <= self.cuts,
        }
    }
}

/// The steps that wait.
#[derive(Debug, Default)]
pub(super) struct Script {
    waiting: Vec<(When, Step)>,
}

impl Step {
    /// Whether it and all that follow have exactly one moment.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.after.is_some() == self.at.is_some() {
            return Err("a step has either \"after\" or \"at\"".to_owned());
        }
        self.then.iter().try_for_each(Self::check)
    }
}

impl Script {
    pub(super) fn add(&mut self, step: Step, marks: &Marks) {
        let when = step.after.map(|after| marks.plus(after)).or(step.at);
        if let Some(when) = when {
            self.waiting.push((when, step));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// The next step whose moment has come; the steps after it wait from now on.
    pub(super) fn next(&mut self, marks: &Marks) -> Option<Change> {
        let index = self.waiting.iter().position(|(when, _)| marks.have_passed(*when))?;
        let (_, step) = self.waiting.remove(index);
        for then in step.then {
            self.add(then, marks);
        }
        Some(step.set)
    }

    /// When the clock brings the next step.
    pub(super) fn due(&self) -> Option<Duration> {
        let times = self.waiting.iter().filter_map(|(when, _)| match when {
            When::Ms(ms) => Some(Duration::from_millis(*ms)),
            _ => None,
        });
        times.min()
    }

    /// Dots until the next step that waits for paper.
    pub(super) fn dots_left(&self, moved: u64) -> Option<u64> {
        let dots = self.waiting.iter().filter_map(|(when, _)| match when {
            When::Dots(dots) => dots.checked_sub(moved).filter(|left| *left > 0),
            _ => None,
        });
        dots.min()
    }
}
