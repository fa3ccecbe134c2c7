//! Asking a printer how it is: DLE EOT 1–4 in a burst, or one by one for a printer that does not know all four.

use std::{collections::VecDeque, time::Duration};

use paper::command;

use super::{
    Session,
    voice::{LISTEN_AGAIN, Voice},
};
use crate::Action;

const PATIENCE: Duration = Duration::from_secs(1);
/// While it prints, a simple printer answers only when it gets to it.
const PATIENCE_PRINTING: Duration = Duration::from_secs(5);
/// In idleness nobody waits, and a connection that looks dead is closed.
const PATIENCE_IDLE: Duration = Duration::from_secs(2);
/// Until the first answer on a connection; then it is known that more will come.
const PATIENCE_FIRST: Duration = Duration::from_millis(500);
const PATIENCE_ONE: Duration = Duration::from_millis(500);
const INTERVAL: Duration = Duration::from_secs(1);
/// With automatic status the printer speaks up itself; silence this long is looked into.
const INTERVAL_ASB: Duration = Duration::from_secs(2);
/// Without it a printer in idleness is asked this often, if it answers quickly: what is wrong is known within 2 s.
const INTERVAL_PROMPT: Duration = Duration::from_secs(2);
const INTERVAL_IDLE: Duration = Duration::from_secs(10);
/// A printer that answers within this time is not hurt by being asked.
const PROMPT: Duration = Duration::from_millis(200);

/// The questions under way.
#[derive(Debug, Default)]
pub(super) struct Poll {
    /// The questions this printer answers, once found out; until then all four.
    known: Option<[bool; 4]>,
    /// Asked and unanswered, in order. Kept after the deadline: a held-up printer answers later.
    awaited: VecDeque<usize>,
    /// Still to be asked, in the one-by-one mode.
    to_ask: VecDeque<usize>,
    one_by_one: bool,
    answers: [Option<u8>; 4],
    deadline: Option<Duration>,
    asked_at: Option<Duration>,
    /// The last answers came quickly.
    prompt: bool,
}

impl Poll {
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// A new connection: nothing is under way, and what the printer understands is still known.
    pub(super) fn begin_anew(&mut self) {
        *self = Self { known: self.known, ..Self::default() };
    }

    /// When the printer was last asked on this connection.
    pub(super) fn asked_at(&self) -> Option<Duration> {
        self.asked_at
    }

    /// True while answers may still come in time.
    pub(super) fn active(&self) -> bool {
        self.deadline.is_some()
    }

    /// Takes an answer; returns all of them once the last one is in. Answers nobody waits for are dropped.
    pub(super) fn answered(&mut self, byte: u8, now: Duration) -> Option<[Option<u8>; 4]> {
        let question = self.awaited.pop_front()?;
        if let Some(answer) = self.answers.get_mut(question) {
            *answer = Some(byte);
        }
        if !self.awaited.is_empty() {
            // it does answer, slowly
            self.deadline = self.deadline.map(|deadline| deadline.max(now + PATIENCE));
            return None;
        }
        self.prompt = self.asked_at.is_some_and(|asked| now <= asked + PROMPT);
        if self.to_ask.is_empty() { self.finish() } else { self.now_due(now) }
    }

    fn now_due(&mut self, now: Duration) -> Option<[Option<u8>; 4]> {
        // the next single question goes out on the same turn
        self.deadline = Some(now);
        None
    }

    fn finish(&mut self) -> Option<[Option<u8>; 4]> {
        self.deadline = None;
        if self.one_by_one {
            self.one_by_one = false;
            let known = self.answers.map(|answer| answer.is_some());
            // nothing at all answered teaches nothing: then it is silent, not ignorant
            self.known = known.contains(&true).then_some(known);
        }
        self.answers.iter().any(Option::is_some).then_some(self.answers)
    }
}

impl Session {
    /// When the printer is to be asked again.
    pub(super) fn poll_due(&self) -> Option<Duration> {
        if !self.open
            || !self.abilities.answers
            || self.stopping
            || self.closing
            || self.poll.active()
            || self.pairing.is_some()
            || self.is_mending()
            || self.outstanding()
            || self.listen_due().is_some()
        {
            return None;
        }
        if self.voice == Voice::Heard && self.only_asb() {
            return None;
        }
        // nothing is sent behind a question that a block will answer; only one that waits for paper is not waited for
        let free_at = match self.inquiry_left() {
            None if self.inquiry_open() => return None,
            None => Duration::ZERO,
            Some(left) if self.transfer.is_some() => left + INTERVAL,
            Some(_) => return None,
        };
        self.poll_wanted().map(|at| at.max(free_at))
    }

    fn poll_wanted(&self) -> Option<Duration> {
        let Some(asked) = self.poll.asked_at else { return Some(Duration::ZERO) };
        if let Some(ill) = self.transfer_ill() {
            return Some(if ill || !self.asb_seen {
                asked + INTERVAL
            } else {
                self.heard_at.max(asked) + INTERVAL_ASB
            })
            .filter(|_| self.voice != Voice::Mute || ill);
        }
        if self.is_draining() {
            // paper that ends meanwhile must be known
            return Some(asked + INTERVAL);
        }
        match (self.waiting, self.well()) {
            // it said nothing when asked, and may never: asking on could only hurt a simple printer
            (_, true) if self.voice == Voice::Mute => None,
            (true, true) if !self.offered && !self.fresh() => Some(self.now),
            (true, false) => Some(asked + INTERVAL),
            // it did not answer just now: is anybody there?
            _ if self.silence > 0 => Some(self.now),
            _ if self.poll.prompt && !self.asb_seen => Some(self.heard_at.max(asked) + INTERVAL_PROMPT),
            _ => Some(self.heard_at.max(asked) + INTERVAL_IDLE),
        }
    }

    /// Asks the known questions, all at once.
    pub(super) fn ask(&mut self, out: &mut Vec<Action>) {
        let known = self.poll.known.unwrap_or([true; 4]);
        let questions: VecDeque<usize> =
            known.iter().enumerate().filter_map(|(question, asked)| asked.then_some(question)).collect();
        let bytes: Vec<u8> = questions.iter().flat_map(|question| command::dle_eot(number(*question))).collect();
        self.poll.awaited = questions;
        self.poll.to_ask.clear();
        self.poll.one_by_one = false;
        self.poll.answers = [None; 4];
        self.poll.asked_at = Some(self.now);
        let patience = match self.voice {
            _ if self.transfer.is_some() => PATIENCE_PRINTING,
            // what it was sent before may still be printed
            Voice::Heard | Voice::Lost if self.is_draining() => PATIENCE_PRINTING,
            Voice::Unasked if self.was_mute => LISTEN_AGAIN,
            Voice::Unasked => PATIENCE_FIRST,
            _ if self.waiting => PATIENCE,
            Voice::Heard | Voice::Mute | Voice::Lost => PATIENCE_IDLE,
        };
        self.poll.deadline = Some(self.now + patience);
        self.write(&bytes, out);
    }

    /// In the one-by-one mode, asks the next question when the last one was answered.
    pub(super) fn ask_next_question(&mut self, out: &mut Vec<Action>) {
        if !self.poll.one_by_one || !self.poll.active() || !self.poll.awaited.is_empty() {
            return;
        }
        if let Some(question) = self.poll.to_ask.pop_front() {
            self.poll.awaited.push_back(question);
            self.poll.asked_at = Some(self.now);
            self.poll.deadline = Some(self.now + PATIENCE_ONE);
            self.write(&command::dle_eot(number(question)), out);
        }
    }

    /// Draws the conclusion when answers did not come in time.
    pub(super) fn expire_poll(&mut self) {
        if !self.due(self.poll.deadline) || self.poll.awaited.is_empty() {
            return;
        }
        let answered = self.poll.answers.iter().any(Option::is_some);
        if self.poll.one_by_one {
            self.poll.awaited.clear();
            if !self.poll.to_ask.is_empty() {
                return;
            }
            match self.poll.finish() {
                Some(answers) => self.told_by_answers(answers),
                None => self.unheard(),
            }
        } else if answered {
            // which of the four it answered is not known: ask them singly
            self.poll.awaited.clear();
            self.poll.answers = [None; 4];
            self.poll.one_by_one = true;
            self.poll.to_ask = (0..4).collect();
        } else {
            self.poll.deadline = None;
            // another printer may stand there now, and know other questions
            self.poll.known = None;
            self.unheard();
        }
    }
}

/// The n of DLE EOT n.
fn number(question: usize) -> u8 {
    match question {
        0 => 1,
        1 => 2,
        2 => 3,
        _ => 4,
    }
}
