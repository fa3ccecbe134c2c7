//! Answers that a printer may still owe to an earlier connection or run, and waiting until it has none left. It keeps what
//! it was sent, so they come on a new connection, too; a sensor byte or a number does not say whose question it answers,
//! and would be taken for the proof of another job. A tag does, so a printer that returns tags is not waited for.

use std::time::Duration;

use model::Proof;

use super::{
    Session,
    mend::{Mark, Need},
    voice::Voice,
};

/// Well and quiet for so long, it owes nothing more. At 20 mm/s, the slowest that we wait for, it feeds 100 mm meanwhile: the
/// longest segment of ours has less, and behind each stands a question. One that was switched off and on has
/// forgotten all of it and loses these seconds in vain, once; that is the price of a grade without names.
const QUIET: Duration = Duration::from_secs(5);

/// What may still be owed from before this connection.
#[derive(Debug, Default)]
pub(super) struct Drain {
    owing: bool,
    /// Well and quiet since.
    quiet: Option<Duration>,
}

impl Drain {
    pub(super) fn owes(&mut self) {
        self.owing = true;
    }

    /// It answered something that was asked behind all the rest.
    pub(super) fn settled(&mut self) {
        *self = Self::default();
    }
}

impl Session {
    /// Nothing buffered is sent, and nothing that comes proves anything.
    pub(super) fn is_draining(&self) -> bool {
        let nameless = matches!(self.effective_proof(), Proof::InOrderReply | Proof::Counter | Proof::Unknown);
        self.drain.owing && nameless && self.abilities.answers
    }

    pub(super) fn drain_due(&self) -> Option<Duration> {
        self.drain.quiet.filter(|_| self.is_draining()).map(|since| since + QUIET)
    }

    /// A reply to something buffered came: more may follow.
    pub(super) fn drain_heard(&mut self) {
        self.drain.quiet = self.drain.quiet.map(|_| self.now);
    }

    pub(super) fn step_drain(&mut self) {
        // out of paper it is quiet, too, and goes on where it stopped
        if !self.is_draining() || self.voice != Voice::Heard || !self.well() {
            self.drain.quiet = None;
            return;
        }
        let since = *self.drain.quiet.get_or_insert(self.now);
        if self.now >= since + QUIET {
            self.drain.settled();
        }
    }

    /// The line is about to be gone: what was asked on it and not answered stays owed.
    pub(super) fn leave_owing(&mut self) {
        let job = self.transfer.as_ref().is_some_and(|transfer| !transfer.nothing_left(self.written));
        let asked = self.pairing.is_some() || self.inquiry_open() || self.now < self.doubt_until || self.is_checking();
        if job || asked || !self.stale.is_empty() {
            self.drain.owes();
        }
    }

    /// One that returns tags is asked for one before it is asked who it is: an answer to an earlier question about that
    /// comes before it.
    pub(super) fn check_names(&mut self) {
        let asks = self.abilities.answers && self.proof == Proof::ProcessId && self.may_recognise();
        if self.drain.owing && asks && self.need.is_none() {
            self.need = Some(Need::new(0, Mark::Nothing, false));
        }
    }
}
