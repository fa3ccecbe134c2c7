//! What was promised: each answer with the commit that holds it and the place in the medium's log at which it was given;
//! and what the store must hold after a number of commits, from the answers alone.

use std::collections::BTreeMap;

use model::{Document, Job, JobId, Outcome, Transaction, TransactionId};
use store::{OperatorRow, PrinterState, SignInHistory, SignInRow};

/// A piece of an answer.
#[derive(Debug, Clone)]
pub enum Fact {
    /// It was recorded by this uid, and is in the audit row of that uid's commit.
    Recorded(u32, TransactionId),
    /// The row as it stands now.
    Transaction(Transaction),
    Job(Job),
    /// The document of a job without transaction.
    Paper(JobId, Document),
    Printer(String, PrinterState),
    Operator(OperatorRow),
    /// Of one terminal number: all that is kept.
    SignIn(Box<(SignInRow, SignInHistory, Document)>),
    /// An audit row: act, object, outcome.
    Audit(String, Option<String>, Outcome),
}

/// An answer that said yes.
#[derive(Debug)]
pub struct Answer {
    /// The steps of the medium that were done when it was given.
    pub place: usize,
    pub change: u64,
    pub facts: Vec<Fact>,
}

/// All answers, and where each commit was told of.
#[derive(Debug, Default)]
pub struct Ledger {
    pub answers: Vec<Answer>,
    /// Change number and place, in order.
    pub commits: Vec<(u64, usize)>,
}

impl Ledger {
    /// The changes that a cut at this place may leave: the last one somebody was told of, and the last one begun.
    pub fn bounds(&self, place: usize) -> (u64, u64) {
        let told = self.answers.iter().filter(|a| a.place <= place && !a.facts.is_empty()).map(|a| a.change).max();
        let done = self.commits.iter().filter(|(_, at)| *at <= place).map(|(change, _)| *change).max().unwrap_or(0);
        (told.unwrap_or(0), (done + 1).min(self.last()))
    }

    pub fn last(&self) -> u64 {
        self.commits.last().map_or(0, |(change, _)| *change)
    }

    /// What the store holds after this many changes.
    pub fn expected(&self, change: u64) -> Expected {
        let mut expected = Expected { change, ..Expected::default() };
        for commit in 1..=change {
            expected.add(self.answers.iter().filter(|a| a.change == commit).flat_map(|a| &a.facts));
        }
        expected
    }
}

/// The content of a store.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    pub change: u64,
    pub transactions: BTreeMap<TransactionId, Transaction>,
    pub jobs: BTreeMap<JobId, Job>,
    pub papers: BTreeMap<JobId, Document>,
    pub printers: BTreeMap<String, PrinterState>,
    pub operators: BTreeMap<String, OperatorRow>,
    pub sign_in: Option<Box<(SignInRow, SignInHistory, Document)>>,
    /// Act, object and outcome of each row.
    pub audit: Vec<(String, Option<String>, Outcome)>,
    /// The latest queue time given out, in milliseconds since 1970.
    pub queued_ms: i64,
}

impl Expected {
    /// Adds the facts of one commit.
    pub fn add<'f>(&mut self, facts: impl Iterator<Item = &'f Fact>) {
        let mut recorded: Vec<(u32, Vec<String>)> = Vec::new();
        for fact in facts {
            match fact.clone() {
                Fact::Recorded(uid, id) => match recorded.iter_mut().find(|(known, _)| *known == uid) {
                    Some((_, ids)) => ids.push(id.to_string()),
                    None => recorded.push((uid, vec![id.to_string()])),
                },
                Fact::Transaction(row) => drop(self.transactions.insert(row.id, row)),
                Fact::Job(job) => {
                    self.queued_ms = self.queued_ms.max(job.queued_at.unix_ms());
                    self.jobs.insert(job.id, job);
                }
                Fact::Paper(job, document) => drop(self.papers.insert(job, document)),
                Fact::Printer(name, state) => drop(self.printers.insert(name, state)),
                Fact::Operator(row) => drop(self.operators.insert(row.operator.id.clone(), row)),
                Fact::SignIn(kept) => self.sign_in = Some(kept),
                Fact::Audit(act, object, outcome) => self.audit.push((act, object, outcome)),
            }
        }
        // one row per caller for all that was recorded, at the end of the commit
        for (_, ids) in recorded {
            self.audit.push(("record".to_owned(), Some(ids.join(" ")), Outcome::Done));
        }
    }
}
