//! Everything that a search finds, page by page until its end or until somebody stops it: what totals and exports read.

use model::Moment;
use protocol::{Page, Problem, TransactionRow, request::Transactions};

use super::{
    desk::{Desk, read},
    message::{Answer, Tag},
};

/// The most rows of one request (INTERFACES §5).
const PAGE: usize = 500;

/// How it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stand {
    Running,
    Done,
    /// By a person, or because the connection broke.
    Stopped,
    Failed(Box<Problem>),
}

/// One run over a search.
#[derive(Debug)]
pub(crate) struct Sweep {
    words: String,
    tag: Option<Tag>,
    pub(crate) stand: Stand,
    pub(crate) rows: u64,
    pub(crate) pages: u64,
    /// The time of the oldest row that was looked at.
    pub(crate) reached: Option<Moment>,
}

impl Sweep {
    /// Begins with the newest.
    pub(crate) fn start(words: &str, desk: &mut Desk) -> Sweep {
        let words = words.trim().to_owned();
        let mut sweep = Sweep { words, tag: None, stand: Stand::Running, rows: 0, pages: 0, reached: None };
        sweep.ask(None, desk);
        sweep
    }

    pub(crate) fn words(&self) -> &str {
        &self.words
    }

    pub(crate) fn running(&self) -> bool {
        self.stand == Stand::Running
    }

    fn ask(&mut self, after: Option<String>, desk: &mut Desk) {
        if !desk.connected() {
            self.stand = Stand::Stopped;
            return;
        }
        let search = (!self.words.is_empty()).then(|| self.words.clone());
        self.tag = Some(desk.ask("transactions", &Transactions { search, limit: Some(PAGE), after }));
    }

    /// The next rows, if this was their answer; the page after them is asked for already.
    pub(crate) fn answered(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Vec<TransactionRow>> {
        self.tag.take_if(|asked| *asked == tag)?;
        if !self.running() {
            return Some(Vec::new());
        }
        match read::<Page<TransactionRow>>(answer) {
            Ok(page) => {
                self.pages += 1;
                self.rows += page.rows.len() as u64;
                let last = page.rows.last().map(|row| super::value::paid(&row.transaction));
                self.reached = page.searched_to.or(last).or(self.reached);
                match page.next {
                    Some(after) => self.ask(Some(after), desk),
                    None => self.stand = Stand::Done,
                }
                Some(page.rows)
            }
            Err(problem) => {
                self.stand = Stand::Failed(problem);
                Some(Vec::new())
            }
        }
    }

    pub(crate) fn stop(&mut self) {
        if self.running() {
            self.stand = Stand::Stopped;
        }
    }

    /// True at pages 1, 2, 4, 8 … and from then on now and then: over a thin line not every page is worth a frame.
    pub(crate) fn worth_showing(&self) -> bool {
        !self.running() || self.pages.is_power_of_two() || self.pages.is_multiple_of(32)
    }
}
