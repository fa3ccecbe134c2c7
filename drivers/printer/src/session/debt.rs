//! What ended jobs are still owed: tags and sensor bytes that may come after all. They prove the segments they stand
//! behind, and nothing else.

use std::{collections::VecDeque, time::Duration};

use model::Grade;

use super::{STALE, Session, transfer::Query};
use crate::{Action, Late};

/// So many jobs are remembered; the oldest is forgotten first.
const JOBS: usize = 16;

/// A sensor query that is still unanswered, and what it would prove.
#[derive(Debug)]
pub(super) struct Stale {
    /// Where it ends in the stream.
    pub(super) end: u64,
    /// Job and segment; `None`: it only checked whether the printer listens.
    pub(super) of: Option<(u64, usize)>,
}

#[derive(Debug)]
struct Owed {
    segment: usize,
    tag: [u8; 4],
    end: u64,
    connection: u64,
}

/// One job that ended without all of its proof.
#[derive(Debug)]
pub(super) struct Debt {
    job: u64,
    answered: Vec<bool>,
    reported: usize,
    grade: Grade,
    owed: Vec<Owed>,
}

impl Debt {
    pub(super) fn new(job: u64, grade: Grade, answered: Vec<bool>, queries: &VecDeque<Query>, connection: u64) -> Self {
        let owed =
            queries.iter().map(|query| Owed { segment: query.segment, tag: query.tag, end: query.end, connection });
        let reported = answered.iter().take_while(|answered| **answered).count();
        Self { job, reported, grade, owed: owed.collect(), answered }
    }

    fn prove(&mut self, segment: usize, out: &mut Vec<Action>) {
        if let Some(answered) = self.answered.get_mut(segment) {
            *answered = true;
        }
        let proven = self.answered.iter().take_while(|answered| **answered).count();
        if proven > self.reported {
            self.reported = proven;
            out.push(Action::Late(Late {
                job: self.job,
                proven: u32::try_from(proven).unwrap_or(u32::MAX),
                segments: u32::try_from(self.answered.len()).unwrap_or(u32::MAX),
                whole: proven == self.answered.len(),
                grade: self.grade,
            }));
        }
    }
}

/// The last jobs that are owed something.
#[derive(Debug, Default)]
pub(super) struct Debts(VecDeque<Debt>);

impl Debts {
    pub(super) fn add(&mut self, debt: Debt) {
        self.0.push_back(debt);
        if self.0.len() > JOBS {
            self.0.pop_front();
        }
    }

    /// Tags survive a connection, if they had left it: a printer keeps what it was sent. Others never come.
    pub(super) fn connection_lost(&mut self, connection: u64, written: u64) {
        for debt in &mut self.0 {
            debt.owed.retain(|owed| owed.connection != connection || owed.end <= written);
        }
    }

    /// A tag that is not awaited by the job in hand.
    pub(super) fn tag(&mut self, tag: [u8; 4], connection: u64, written: u64, out: &mut Vec<Action>) {
        for debt in &mut self.0 {
            let left = |owed: &Owed| owed.connection != connection || owed.end <= written;
            if debt.grade == Grade::ProcessId
                && let Some(at) = debt.owed.iter().position(|owed| owed.tag == tag && left(owed))
            {
                let owed = debt.owed.swap_remove(at);
                debt.prove(owed.segment, out);
                return;
            }
        }
    }

    fn sensor(&mut self, job: u64, segment: usize, out: &mut Vec<Action>) {
        if let Some(debt) = self.0.iter_mut().find(|debt| debt.job == job) {
            debt.prove(segment, out);
        }
    }
}

impl Session {
    /// A sensor byte that an ended job is owed, in strict order; false if none is.
    pub(super) fn stale_heard(&mut self, byte: u8, out: &mut Vec<Action>) -> bool {
        let Some(first) = self.stale.front() else { return false };
        if first.end > self.written {
            // it came before the query that it could answer was written: it answers nothing
            return true;
        }
        if let Some(stale) = self.stale.pop_front()
            && let Some((job, segment)) = stale.of
            // GS r 1, bits 2-3: it got there without paper
            && byte & 0x0C == 0
        {
            self.debts.sensor(job, segment, out);
        }
        self.stale_until = self.now + STALE;
        true
    }

    /// When replies that are owed are given up.
    pub(super) fn await_stale(&mut self, patience: Duration) {
        self.stale_until = self.now + patience;
    }
}
