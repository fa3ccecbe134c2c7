//! The session with one printer: a state machine without I/O. Status is asked before a job, segments are sent with a
//! query behind each, proof is awaited, trouble in the middle is sat out, and each job ends exactly once.
//!
//! Here: what is known, and in which order it is acted on. What it amounts to is in `standing`; whether the printer speaks is in `hearing`, how it is asked in
//! `poll` and `inquiry`, who it is in `acquaintance`, how it is measured in `pairing` and `counting`, how a job is sent in
//! `transfer` and over in `ending`, what comes after that in `debt`, what a broken line leaves behind in `mend`, and what it leaves unanswered in `drain`.

mod acquaintance;
mod counting;
mod debt;
mod drain;
mod ending;
mod hearing;
mod inquiry;
mod mend;
mod pairing;
mod poll;
mod recovery;
mod standing;
mod tally;
mod transfer;
mod voice;

use std::{collections::VecDeque, time::Duration};

use model::{Cause, Conditions, Counters, Identity, Proof};

use self::{
    acquaintance::Silent,
    counting::Numbers,
    debt::{Debts, Stale},
    drain::Drain,
    inquiry::Inquiry,
    mend::{Mark, Marking, Mend, Need},
    pairing::Pairing,
    poll::Poll,
    recovery::Recovery,
    transfer::{Tail, Transfer},
    voice::Voice,
};
pub use self::{ending::LOST, mend::BrokenOff};
use crate::{
    Abilities, Action, Input, PrinterState, Remembered,
    reply::{Replies, Reply},
    status,
    tag::Tags,
};

/// After this long without a reply to an ended job's sensor query the connection is made anew; no job goes out before.
const STALE: Duration = Duration::from_secs(10);

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
    /// Counts the connections of this run.
    connection: u64,
    open: bool,
    stopping: bool,
    closing: bool,
    waiting: bool,
    offered: bool,
    replies: Replies,
    /// Bytes handed over and bytes in the kernel, since `Opened`: positions in the stream.
    handed: u64,
    written: u64,
    /// When the kernel last took bytes, or when there were some again for it to take.
    taken_at: Duration,
    voice: Voice,
    /// It was heard in this run: silence is not its nature.
    spoke: bool,
    conditions: Option<Conditions>,
    asb_asked: bool,
    asb_seen: bool,
    /// It has answered a DLE EOT on this connection; some printers know only automatic status.
    eot_seen: bool,
    heard_at: Duration,
    told_at: Duration,
    /// Questions in idleness that were not answered, one after another.
    silence: u8,
    /// Why there is no connection.
    gone: Option<Cause>,
    poll: Poll,
    /// A buffered question under way.
    inquiry: Option<Inquiry>,
    /// Until then an answer may come to a question that was given up: no other is asked.
    doubt_until: Duration,
    /// Who it is, as far as it was asked.
    identity: Option<Identity>,
    /// It was recognised on this connection, or need not be.
    acquainted: bool,
    /// Before then it is not asked again who it is.
    acquaint_at: Duration,
    /// So often it did not say who it is, although it did before.
    unanswered: u8,
    silent: Option<Silent>,
    numbers: Option<Numbers>,
    counters: Counters,
    counted_at: Option<Duration>,
    /// Its counter of cuts was seen to move.
    cuts_move: bool,
    pairing: Option<Pairing>,
    proof: Proof,
    transfer: Option<Transfer>,
    debts: Debts,
    drain: Drain,
    /// Sensor queries of ended jobs that are still unanswered: the next replies are theirs.
    stale: VecDeque<Stale>,
    stale_until: Duration,
    /// What of an ended job has still to leave.
    tail: Option<Tail>,
    need: Option<Need>,
    mend: Option<Mend>,
    /// What makes void a slip that broke off, until it has left.
    marking: Option<Marking>,
    broken_off: BrokenOff,
    recovery: Recovery,
    /// It answers no question so far: until then automatic status is waited for before it counts as mute.
    listen_until: Option<Duration>,
    /// It was mute on the last connection.
    was_mute: bool,
    reported: Option<PrinterState>,
}

impl Session {
    /// A session that is not connected. `remembered` is the result of an earlier pairing; `seed` should differ from
    /// start to start, so that tags do.
    pub fn new(abilities: Abilities, remembered: Option<Remembered>, seed: u32) -> Self {
        let (proof, identity) = match remembered {
            _ if !abilities.answers => (Proof::NoProof, None),
            Some(remembered) => (remembered.proof, remembered.identity),
            None => (Proof::Unknown, None),
        };
        Self {
            abilities,
            tags: Tags::new(seed),
            now: Duration::ZERO,
            connection: 0,
            open: false,
            stopping: false,
            closing: false,
            waiting: false,
            offered: false,
            replies: Replies::new(),
            handed: 0,
            written: 0,
            taken_at: Duration::ZERO,
            voice: Voice::Unasked,
            spoke: false,
            conditions: None,
            asb_asked: false,
            asb_seen: false,
            eot_seen: false,
            heard_at: Duration::ZERO,
            told_at: Duration::ZERO,
            silence: 0,
            gone: None,
            poll: Poll::default(),
            inquiry: None,
            doubt_until: Duration::ZERO,
            identity,
            acquainted: false,
            acquaint_at: Duration::ZERO,
            unanswered: 0,
            silent: None,
            numbers: None,
            counters: Counters::default(),
            counted_at: None,
            cuts_move: false,
            pairing: None,
            proof,
            transfer: None,
            debts: Debts::default(),
            drain: Drain::default(),
            stale: VecDeque::new(),
            stale_until: Duration::ZERO,
            tail: None,
            need: None,
            mend: None,
            marking: None,
            broken_off: BrokenOff::default(),
            recovery: Recovery::default(),
            listen_until: None,
            was_mute: false,
            reported: None,
        }
    }

    /// With the lines behind slips that broke off, and with what an earlier run left behind: `unfinished` is the most bytes
    /// that the command may lack in whose midst it ended. How far that slip came nobody knows.
    #[must_use]
    pub fn repairing(mut self, broken_off: BrokenOff, unfinished: Option<usize>) -> Self {
        self.broken_off = broken_off;
        if let Some(missing) = unfinished {
            self.need_mending(missing, Mark::Doubtful);
            self.drain.owes();
        }
        self
    }

    /// `owed`: answers to questions of an earlier run may still come.
    #[must_use]
    pub fn owed(mut self, owed: bool) -> Self {
        if owed {
            self.drain.owes();
        }
        self
    }

    /// Takes what happened and returns what to do, in order.
    pub fn on(&mut self, input: Input<'_>, now: Duration) -> Vec<Action> {
        self.now = now.max(self.now);
        let mut out = Vec::new();
        match input {
            Input::Opened => self.opened(&mut out),
            Input::Received(bytes) if self.open => {
                for reply in self.replies.feed(bytes) {
                    self.heard(&reply, &mut out);
                }
            }
            Input::Written(bytes) if self.open => {
                self.note_written();
                self.taken_at = self.now;
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
            self.inquiry_deadline(),
            self.mend_deadline(),
            self.pairing.as_ref().and_then(Pairing::deadline),
            self.count_due(),
            self.recovery_due(),
            self.transfer_deadline(),
            self.listen_due(),
            self.drain_due(),
            self.acquaint_due(),
            self.stale_due(),
            self.held_up_due(),
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

    fn opened(&mut self, out: &mut Vec<Action>) {
        self.connection += 1;
        self.open = true;
        self.closing = false;
        self.offered = false;
        self.replies = Replies::new();
        self.handed = 0;
        self.written = 0;
        self.open_ears();
        self.gone = None;
        self.poll.begin_anew();
        self.acquainted = false;
        self.stale.clear();
        self.check_names();
        self.begin_mending(out);
    }

    fn closed(&mut self, cause: Option<Cause>, out: &mut Vec<Action>) {
        if self.open {
            self.leave_owing();
            self.lose_marking();
            self.lose_tail();
            self.lose_transfer(cause.unwrap_or(Cause::ConnectionLost), out);
            self.tail = None;
            self.debts.connection_lost(self.connection, self.written);
        }
        self.open = false;
        self.gone = cause;
        self.pause_silence();
        self.pairing = None;
        self.inquiry = None;
        self.mend = None;
        self.conditions = None;
        self.offered = false;
        self.closing &= self.stopping;
    }

    fn stop(&mut self) {
        self.stopping = true;
        self.stop_transfer();
    }

    fn heard(&mut self, reply: &Reply, out: &mut Vec<Action>) {
        if matches!(reply, Reply::Single(_) | Reply::ProcessId(_) | Reply::Block { .. }) {
            self.drain_heard();
            self.not_silent();
        }
        match reply {
            Reply::RealTime(byte) => self.heard_real_time(*byte),
            Reply::Asb(quad) => {
                self.asb_seen = true;
                self.told(status::automatic(*quad));
            }
            Reply::AsbLong([_, second, ..]) => {
                self.asb_seen = true;
                self.told(status::automatic_long(*second, self.conditions));
            }
            // it answers something of before; not even to whom is known
            Reply::Single(_) if self.is_draining() => {}
            Reply::Single(byte) => {
                if !self.mend_heard(reply, out) && !self.stale_heard(*byte, out) && !self.pairing_heard(reply, out) {
                    self.prove_in_order(*byte, out);
                }
            }
            Reply::ProcessId(tag) => {
                if !self.mend_heard(reply, out)
                    && !self.pairing_heard(reply, out)
                    && !self.prove_marking(*tag, out)
                    && !self.prove_by_tag(*tag, out)
                {
                    self.debts.tag(*tag, self.connection, self.written, out);
                }
            }
            Reply::Block { header: 0x5F, body } => self.inquiry_heard(body),
            Reply::Block { .. } => {
                self.mend_heard(reply, out);
            }
        }
        self.note_voice(reply);
    }

    /// Does everything that the known facts allow now. The order is one of need: nothing is asked before it is known how
    /// the printer is, nothing buffered is sent before what broke off is repaired, nothing is measured of a stranger.
    fn advance(&mut self, out: &mut Vec<Action>) {
        if self.open {
            self.expire_poll();
            self.expire_listening();
            self.ask_next_question(out);
            self.note_marking(out);
            self.step_drain();
            self.step_mend(out);
            self.enable_asb(out);
            self.step_inquiry(out);
            self.step_silence();
            self.step_acquaintance(out);
            self.step_pairing(out);
            self.step_counting(out);
            self.step_recovery(out);
            self.step_transfer(out);
            if self.due(self.poll_due()) {
                self.ask(out);
            }
            if self.due(self.stale_due()) {
                // what it still owes, or has forgotten with its buffer, could be taken for the proof of another job
                self.stale.clear();
                self.drain.owes();
                self.close(None, out);
            }
            if self.is_half_open() {
                self.close(Some(Cause::Unreachable), out);
            }
        }
        let state = self.state();
        if self.reported != Some(state) {
            self.reported = Some(state);
            out.push(Action::Report(state));
        }
        if self.stopping {
            if self.transfer.is_none() {
                self.close(None, out);
            }
        } else if self.waiting && !self.offered && self.ready() {
            self.offered = true;
            out.push(Action::Ready);
        }
    }

    fn write(&mut self, bytes: &[u8], out: &mut Vec<Action>) {
        if bytes.is_empty() {
            return;
        }
        if !self.outstanding() {
            self.taken_at = self.now;
        }
        self.handed = self.handed.saturating_add(bytes.len() as u64);
        out.push(Action::Write(bytes.to_vec()));
    }

    fn close(&mut self, cause: Option<Cause>, out: &mut Vec<Action>) {
        if !self.closing {
            self.closing = true;
            out.push(Action::Close(cause));
        }
    }

    fn outstanding(&self) -> bool {
        self.written < self.handed
    }

    fn due(&self, at: Option<Duration>) -> bool {
        at.is_some_and(|at| self.now >= at)
    }

    fn stale_due(&self) -> Option<Duration> {
        if self.transfer.is_some() || self.stale.is_empty() || self.closing {
            return None;
        }
        Some(self.stale_until)
    }
}
