//! The session with one printer: a state machine without I/O. Status is asked before a job, segments are sent with a
//! query behind each, proof is awaited, trouble in the middle is sat out, and each job ends exactly once.
//!
//! Here: what is known, and how it is weighed. How it is asked is in `poll`, how a printer is measured in `pairing`,
//! how a job is sent in `transfer`.

mod pairing;
mod poll;
mod transfer;

use std::{collections::VecDeque, time::Duration};

use model::{Cause, Proof};
use paper::command;

use self::{pairing::Pairing, poll::Poll, transfer::Transfer};
use crate::{
    Abilities, Action, Input, PrinterState,
    reply::{Replies, Reply},
    status::Status,
    tag::Tags,
};

/// What was heard this recently need not be asked again before a claim.
const FRESH: Duration = Duration::from_secs(1);
/// After this long without a reply to an ended job's sensor query the connection is made anew; no job goes out before.
const STALE: Duration = Duration::from_secs(10);
/// A printer that answers no question may still know automatic status, which comes as soon as it is switched on.
const LISTEN: Duration = Duration::from_millis(500);
/// For one that was mute on the last connection too: it prints again within a second of its return.
const LISTEN_AGAIN: Duration = Duration::from_millis(150);

/// Whether the printer speaks on this connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    /// Not asked to the end yet.
    Unasked,
    Heard,
    /// Asked, and never said a thing.
    Mute,
    /// Spoke before and does not answer now.
    Lost,
}

/// The session with one printer.
///
/// Time is a duration since any fixed start. The shell calls [`Session::on`] for everything that happens, runs the
/// actions in order, and calls it with [`Input::Wake`] when [`Session::deadline`] is reached. Everything handed over
/// in [`Action::Write`] ends at a border between commands, so real-time commands stand only there.
#[derive(Debug)]
pub struct Session {
    abilities: Abilities,
    tags: Tags,
    now: Duration,
    open: bool,
    stopping: bool,
    closing: bool,
    waiting: bool,
    offered: bool,
    replies: Replies,
    /// Bytes handed over and bytes in the kernel, since `Opened`: positions in the stream.
    handed: u64,
    written: u64,
    voice: Voice,
    status: Option<Status>,
    asb_asked: bool,
    asb_seen: bool,
    /// It has answered a DLE EOT on this connection; some printers know only automatic status.
    eot_seen: bool,
    heard_at: Duration,
    status_at: Duration,
    /// Why there is no connection.
    gone: Option<Cause>,
    poll: Poll,
    pairing: Option<Pairing>,
    proof: Proof,
    transfer: Option<Transfer>,
    /// Where sensor queries of ended jobs end in the stream that are still unanswered: the next replies are theirs.
    stale: VecDeque<u64>,
    stale_until: Duration,
    /// It answers no question so far: until then automatic status is waited for before it counts as mute.
    listen_until: Option<Duration>,
    /// It was mute on the last connection.
    was_mute: bool,
    reported: Option<PrinterState>,
}

impl Session {
    /// A session that is not connected. `remembered` is the result of an earlier pairing; `seed` should differ from
    /// start to start, so that tags do.
    pub fn new(abilities: Abilities, remembered: Option<Proof>, seed: u32) -> Self {
        let proof = if abilities.answers { remembered.unwrap_or(Proof::Unknown) } else { Proof::NoProof };
        Self {
            abilities,
            tags: Tags::new(seed),
            now: Duration::ZERO,
            open: false,
            stopping: false,
            closing: false,
            waiting: false,
            offered: false,
            replies: Replies::new(),
            handed: 0,
            written: 0,
            voice: Voice::Unasked,
            status: None,
            asb_asked: false,
            asb_seen: false,
            eot_seen: false,
            heard_at: Duration::ZERO,
            status_at: Duration::ZERO,
            gone: None,
            poll: Poll::default(),
            pairing: None,
            proof,
            transfer: None,
            stale: VecDeque::new(),
            stale_until: Duration::ZERO,
            listen_until: None,
            was_mute: false,
            reported: None,
        }
    }

    /// Takes what happened and returns what to do, in order.
    pub fn on(&mut self, input: Input<'_>, now: Duration) -> Vec<Action> {
        self.now = now.max(self.now);
        let mut out = Vec::new();
        match input {
            Input::Opened => self.opened(),
            Input::Received(bytes) if self.open => {
                for reply in self.replies.feed(bytes) {
                    self.heard(&reply, &mut out);
                }
            }
            Input::Written(bytes) if self.open => {
                self.note_written();
                self.written = self.written.saturating_add(bytes as u64).min(self.handed);
            }
            Input::Closed(cause) => self.closed(cause, &mut out),
            Input::Waiting(waiting) => {
                self.waiting = waiting;
                self.offered = false;
            }
            Input::Send(ticket) => self.accept(ticket, &mut out),
            Input::Cancel => self.cancel(),
            Input::Stop => self.stop(),
            Input::Wake | Input::Received(_) | Input::Written(_) => {}
        }
        self.advance(&mut out);
        out
    }

    /// When [`Input::Wake`] is due; `None`: only something from outside can change anything.
    pub fn deadline(&self) -> Option<Duration> {
        if !self.open {
            return None;
        }
        [
            self.poll.deadline(),
            self.poll_due(),
            self.pairing.as_ref().map(Pairing::deadline),
            self.transfer_deadline(),
            self.listen_due(),
            self.stale_due(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// True if a job may be claimed and handed in now: well, paired, nothing in hand, and asked a moment ago.
    pub fn ready(&self) -> bool {
        self.can_take() && self.fresh()
    }

    /// The job in hand.
    pub fn job(&self) -> Option<u64> {
        self.transfer.as_ref().map(Transfer::job)
    }

    /// What is known of the printer.
    pub fn state(&self) -> PrinterState {
        let proof = self.effective_proof();
        PrinterState {
            connected: self.open,
            ready: self.open && self.well() && self.pairing.is_none() && proof != Proof::Unknown,
            cause: self.cause(),
            near_end: self.status.is_some_and(|status| status.near_end()),
            proof,
        }
    }

    fn opened(&mut self) {
        self.open = true;
        self.closing = false;
        self.offered = false;
        self.replies = Replies::new();
        self.handed = 0;
        self.written = 0;
        self.status = None;
        self.was_mute = self.voice == Voice::Mute && self.effective_proof() == Proof::NoProof;
        self.voice = if self.abilities.answers { Voice::Unasked } else { Voice::Mute };
        // one that knew only automatic status the last time is not left waiting for answers to questions
        self.listen_until = (self.asb_seen && !self.eot_seen).then_some(self.now + LISTEN);
        self.asb_asked = false;
        self.asb_seen = false;
        self.eot_seen = false;
        self.gone = None;
        self.poll.begin_anew();
        self.stale.clear();
    }

    fn closed(&mut self, cause: Option<Cause>, out: &mut Vec<Action>) {
        if self.open {
            self.lose_transfer(cause.unwrap_or(Cause::ConnectionLost), out);
        }
        self.open = false;
        self.gone = cause;
        self.pairing = None;
        self.status = None;
        self.offered = false;
        self.closing &= self.stopping;
    }

    fn stop(&mut self) {
        self.stopping = true;
        self.stop_transfer();
    }

    fn heard(&mut self, reply: &Reply, out: &mut Vec<Action>) {
        match reply {
            Reply::RealTime(byte) => {
                self.eot_seen = true;
                // it does answer, slowly
                if self.listen_until.is_some() {
                    self.listen_until = Some(self.now + LISTEN);
                }
                if let Some(status) = self.poll.answered(*byte, self.now) {
                    self.told(status);
                }
            }
            Reply::Asb(quad) => {
                self.asb_seen = true;
                self.told(Status::from_asb(*quad));
            }
            Reply::Single(byte) => {
                if !self.pairing_heard(reply, out) {
                    self.prove_in_order(*byte, out);
                }
            }
            Reply::ProcessId(tag) => {
                if !self.pairing_heard(reply, out) {
                    self.prove_by_tag(*tag, out);
                }
            }
            Reply::Block { .. } => {}
        }
        self.heard_at = self.now;
        // the first answers of a burst say nothing yet: a voice without a status must not count as well
        if self.voice != Voice::Unasked && (self.status.is_some() || !matches!(reply, Reply::RealTime(_))) {
            self.voice = Voice::Heard;
        }
    }

    fn told(&mut self, status: Status) {
        self.status = Some(status);
        self.status_at = self.now;
        self.voice = Voice::Heard;
    }

    /// Does everything that the known facts allow now.
    fn advance(&mut self, out: &mut Vec<Action>) {
        if self.open {
            self.expire_poll();
            self.expire_listening();
            self.ask_next_question(out);
            self.enable_asb(out);
            self.step_pairing(out);
            self.step_transfer(out);
            if self.due(self.poll_due()) {
                self.ask(out);
            }
            if self.due(self.stale_due()) {
                // what it still owes, or has forgotten with its buffer, could be taken for the proof of another job
                self.stale.clear();
                self.close(out);
            }
        }
        let state = self.state();
        if self.reported != Some(state) {
            self.reported = Some(state);
            out.push(Action::Report(state));
        }
        if self.stopping {
            if self.transfer.is_none() {
                self.close(out);
            }
        } else if self.waiting && !self.offered && self.ready() {
            self.offered = true;
            out.push(Action::Ready);
        }
    }

    fn stale_due(&self) -> Option<Duration> {
        if self.transfer.is_some() || self.stale.is_empty() {
            return None;
        }
        Some(self.stale_until)
    }

    fn listen_due(&self) -> Option<Duration> {
        self.listen_until.filter(|_| self.voice == Voice::Unasked)
    }

    fn expire_listening(&mut self) {
        if self.due(self.listen_due()) {
            self.listen_until = None;
            if self.poll.asked() {
                self.voice = Voice::Mute;
            }
        }
    }

    fn enable_asb(&mut self, out: &mut Vec<Action>) {
        // only behind the answers to the first questions: nothing else may be sent before they are in
        let asked = (self.voice != Voice::Unasked || self.listen_until.is_some()) && !self.poll.active();
        if self.abilities.answers && self.abilities.asb && !self.asb_asked && asked && !self.stopping {
            self.asb_asked = true;
            self.write(&command::asb(0xFF), out);
        }
    }

    fn write(&mut self, bytes: &[u8], out: &mut Vec<Action>) {
        if bytes.is_empty() {
            return;
        }
        self.handed = self.handed.saturating_add(bytes.len() as u64);
        out.push(Action::Write(bytes.to_vec()));
    }

    fn outstanding(&self) -> bool {
        self.written < self.handed
    }

    fn due(&self, at: Option<Duration>) -> bool {
        at.is_some_and(|at| self.now >= at)
    }

    /// The proof that counts now. A printer that was never measured and says nothing on this connection proves
    /// nothing; that is no measurement, so it isn't remembered: it may only have been held up.
    fn effective_proof(&self) -> Proof {
        match self.proof {
            Proof::Unknown if self.voice == Voice::Mute => Proof::NoProof,
            proof => proof,
        }
    }

    fn cause(&self) -> Option<Cause> {
        if !self.open {
            return self.gone;
        }
        let told = self.status.and_then(|status| status.cause());
        match self.voice {
            Voice::Unasked | Voice::Heard => told,
            Voice::Lost => told.or(Some(Cause::Stalled)),
            // it has proven before, so silence is not its nature
            Voice::Mute if self.effective_proof() != Proof::NoProof => Some(Cause::Stalled),
            Voice::Mute if self.outstanding() && self.transfer.is_none() && self.abilities.answers => {
                Some(Cause::Stalled)
            }
            Voice::Mute => None,
        }
    }

    fn well(&self) -> bool {
        self.voice != Voice::Unasked && self.cause().is_none()
    }

    /// Asked and not answered, yet it reports by itself: asking on is no use.
    fn only_asb(&self) -> bool {
        self.asb_seen && !self.eot_seen && !self.poll.active()
    }

    fn can_take(&self) -> bool {
        self.open
            && !self.stopping
            && !self.closing
            && self.well()
            && self.transfer.is_none()
            && self.stale.is_empty()
            && self.pairing.is_none()
            && self.effective_proof() != Proof::Unknown
            && !self.outstanding()
            && !self.poll.active()
    }

    fn fresh(&self) -> bool {
        match self.voice {
            Voice::Mute => true,
            Voice::Heard if self.only_asb() => true,
            _ => {
                let at = if self.asb_seen { self.heard_at } else { self.status_at };
                self.status.is_some() && self.now < at + FRESH
            }
        }
    }
}
