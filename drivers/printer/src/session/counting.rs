//! What the printer has counted (GS g 2): which counters it has, and reading them now and then in idleness.

use std::time::Duration;

use model::Proof;

use super::{
    Session,
    inquiry::{Inquiry, Purpose, Question},
};
use crate::Action;

const INTERVAL: Duration = Duration::from_secs(600);

/// The counters that it answers: lines, cuts, hours; empty if it counts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Numbers(Vec<Question>);

impl Session {
    /// When the counters are to be read, in idleness.
    pub(super) fn count_due(&self) -> Option<Duration> {
        let counts = match &self.numbers {
            Some(Numbers(numbers)) => !numbers.is_empty(),
            // whoever tells who he is speaks in blocks; others were asked at their pairing or are left alone
            None => self.identity.as_ref().is_some_and(|identity| !identity.is_empty()),
        };
        let may = self.abilities.counters && counts && self.proof != Proof::Unknown && !self.waiting;
        if !may || !self.is_acquainted() || !self.at_leisure() || !self.stale.is_empty() {
            return None;
        }
        Some(self.counted_at.map_or(self.now, |at| at + INTERVAL))
    }

    pub(super) fn step_counting(&mut self, out: &mut Vec<Action>) {
        if self.due(self.count_due()) {
            self.inquire(Purpose::Count, self.count_questions());
            self.step_inquiry(out);
        }
    }

    /// The counters it has; as long as that is not known, those of all its life, to be replaced where it has only the
    /// resettable ones.
    pub(super) fn count_questions(&self) -> Vec<Question> {
        match &self.numbers {
            Some(Numbers(numbers)) => numbers.clone(),
            None => [148, 178, 198].map(Question::Counter).to_vec(),
        }
    }

    /// Those that move with paper; a job is not kept waiting for the others.
    pub(super) fn tally_questions(&self) -> Vec<Question> {
        let mut questions = self.count_questions();
        questions.retain(|question| !matches!(question, Question::Counter(70 | 198)));
        questions
    }

    pub(super) fn know_numbers(&mut self, inquiry: &Inquiry) {
        if self.numbers.is_none() {
            self.numbers = Some(Numbers(inquiry.answered.clone()));
        }
    }

    pub(super) fn counted(&mut self, inquiry: &Inquiry, out: &mut Vec<Action>) {
        self.know_numbers(inquiry);
        self.counted_at = Some(self.now);
        if inquiry.answered.is_empty() {
            // it did before, or not at all: no more on this run
            self.numbers = Some(Numbers::default());
        } else if self.counters != inquiry.counters {
            self.counters = inquiry.counters;
            out.push(Action::Counted(inquiry.counters));
        }
    }

    pub(super) fn ask_counters_before_feed(&mut self, out: &mut Vec<Action>) {
        self.inquire(Purpose::CountBeforeFeed, self.count_questions());
        self.step_inquiry(out);
    }

    pub(super) fn ask_counters_after_feed(&mut self, out: &mut Vec<Action>) {
        self.inquire(Purpose::CountAfterFeed, self.count_questions());
        self.step_inquiry(out);
    }
}
