//! One job on its way: segment by segment, a query behind each, until proof, silence or an order ends it.

use std::{collections::VecDeque, time::Duration};

use model::{Cause, Grade, JobState, Proof};
use paper::command;

use super::{STALE, Session};
use crate::{Action, Ending, Ticket};

/// Two segments under way keep a printer busy; small ones may be more, up to this.
const AHEAD: usize = 4;
const AHEAD_BYTES: usize = 4096;
/// From the moment it says that it is well again (INTERFACES §5).
const LATE_PROOF: Duration = Duration::from_secs(10);
const SLACK: Duration = Duration::from_secs(10);
/// The slowest printer that we wait for.
const SLOWEST_MM_PER_S: f32 = 20.0;
/// A job on order ends within 2 s: leave the shell something of it.
const STOP: Duration = Duration::from_millis(1_900);
const CANCEL: Duration = Duration::from_millis(1_500);

/// A query behind a segment.
#[derive(Debug)]
struct Query {
    segment: usize,
    tag: [u8; 4],
    /// Where it ends in the stream. A reply from before it was written is not its reply.
    end: u64,
    bytes: usize,
}

#[derive(Debug)]
pub(super) struct Transfer {
    job: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    proof: Proof,
    patience: Duration,
    /// The first segment that was not handed over.
    next: usize,
    queries: VecDeque<Query>,
    answered: Vec<bool>,
    reported: u32,
    /// Positions in the stream: of its first byte, and behind the last one handed over (queries apart).
    begin: u64,
    end: u64,
    progress_at: Duration,
    /// The printer is not well now.
    ill: bool,
    /// The last trouble it had while the job was in hand.
    trouble: Option<Cause>,
    /// A reply said that the paper was out when it got there.
    refuted: bool,
    stop_by: Option<Duration>,
    cancel_by: Option<Duration>,
}

impl Transfer {
    fn new(ticket: Ticket, proof: Proof, dots_per_mm: f32, begin: u64, now: Duration) -> Self {
        let length = ticket.bytes.len();
        let mut ends: Vec<usize> = ticket.segment_ends.into_iter().filter(|end| *end > 0 && *end < length).collect();
        ends.push(length);
        ends.sort_unstable();
        ends.dedup();
        let millimetres = ticket.length_dots as f32 / dots_per_mm.max(1.0);
        Self {
            job: ticket.job,
            answered: vec![false; ends.len()],
            bytes: ticket.bytes,
            ends,
            proof,
            patience: SLACK + Duration::from_secs_f32((millimetres / SLOWEST_MM_PER_S).min(3_600.0)),
            next: 0,
            queries: VecDeque::new(),
            reported: 0,
            begin,
            end: begin,
            progress_at: now,
            ill: false,
            trouble: None,
            refuted: false,
            stop_by: None,
            cancel_by: None,
        }
    }

    pub(super) fn job(&self) -> u64 {
        self.job
    }

    fn segments(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    fn proven(&self) -> u32 {
        u32::try_from(self.answered.iter().take_while(|answered| **answered).count()).unwrap_or(u32::MAX)
    }

    fn handed_all(&self) -> bool {
        self.next >= self.ends.len()
    }

    fn all_left(&self, written: u64) -> bool {
        self.handed_all() && written >= self.end
    }

    fn nothing_left(&self, written: u64) -> bool {
        written <= self.begin
    }

    fn ordered_to_end(&self) -> bool {
        self.ordered_by().is_some()
    }

    fn segment(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(index).and_then(|end| self.bytes.get(start..*end)).unwrap_or_default()
    }

    /// True if the next segment may go: enough under way to keep the printer busy, little enough to stop at a border.
    fn may_send(&self, outstanding: bool) -> bool {
        if self.ill || self.handed_all() || self.ordered_to_end() {
            return false;
        }
        if self.proof == Proof::NoProof {
            return !outstanding;
        }
        let bytes: usize = self.queries.iter().map(|query| query.bytes).sum();
        let next = self.segment(self.next).len();
        self.queries.len() < 2 || (self.queries.len() < AHEAD && bytes + next <= AHEAD_BYTES)
    }

    /// An order to end comes before every other patience.
    fn deadline(&self) -> Option<Duration> {
        let limit = if self.trouble.is_some() { LATE_PROOF } else { self.patience };
        let silence = (!self.ill).then(|| self.progress_at + limit);
        self.ordered_by().or(silence)
    }

    fn ordered_by(&self) -> Option<Duration> {
        [self.stop_by, self.cancel_by].into_iter().flatten().min()
    }

    fn ending(&self, state: JobState, cause: Option<Cause>, detail: String) -> Ending {
        let grade = if state == JobState::Confirmed { self.proof.grade() } else { Grade::None };
        Ending { job: self.job, state, cause, grade, segments: self.segments(), proven: self.proven(), detail }
    }
}

impl Session {
    pub(super) fn accept(&mut self, ticket: Ticket, out: &mut Vec<Action>) {
        self.offered = false;
        if !self.can_take() {
            let cause = self.cause();
            out.push(Action::Returned { job: ticket.job, cause });
            return;
        }
        let proof = self.effective_proof();
        let transfer = Transfer::new(ticket, proof, self.abilities.dots_per_mm, self.handed, self.now);
        if transfer.bytes.is_empty() {
            let ending = transfer.ending(JobState::NotPrinted, None, "there is nothing to send".to_owned());
            out.push(Action::Ended(ending));
            return;
        }
        self.transfer = Some(transfer);
    }

    /// Whether the printer is ill in the midst of a job; `None` without a job.
    pub(super) fn transfer_ill(&self) -> Option<bool> {
        self.transfer.as_ref().map(|transfer| transfer.ill)
    }

    pub(super) fn transfer_deadline(&self) -> Option<Duration> {
        self.transfer.as_ref().and_then(Transfer::deadline)
    }

    pub(super) fn cancel(&mut self) {
        let by = self.now + CANCEL;
        if let Some(transfer) = &mut self.transfer {
            transfer.cancel_by.get_or_insert(by);
        }
    }

    pub(super) fn stop_transfer(&mut self) {
        let by = self.now + STOP;
        if let Some(transfer) = &mut self.transfer {
            transfer.stop_by.get_or_insert(by);
        }
    }

    /// Bytes left. Those of the job are progress, questions behind it are not.
    pub(super) fn note_written(&mut self) {
        if let Some(transfer) = &mut self.transfer
            && self.written < transfer.end
        {
            transfer.progress_at = self.now;
        }
    }

    /// A tag came back: it proves the segment before it, if that query is ours and was written.
    pub(super) fn prove_by_tag(&mut self, tag: [u8; 4], out: &mut Vec<Action>) {
        let Some(transfer) = &mut self.transfer else { return };
        if transfer.proof != Proof::ProcessId {
            return;
        }
        let written = self.written;
        if let Some(at) = transfer.queries.iter().position(|query| query.tag == tag && query.end <= written)
            && let Some(query) = transfer.queries.remove(at)
        {
            self.prove(query.segment, out);
        }
    }

    /// A sensor byte came: it proves the oldest unanswered query, in strict order.
    pub(super) fn prove_in_order(&mut self, byte: u8, out: &mut Vec<Action>) {
        if let Some(end) = self.stale.front() {
            if *end <= self.written {
                self.stale.pop_front();
                self.stale_until = self.now + STALE;
            }
            return;
        }
        let Some(transfer) = &mut self.transfer else { return };
        if transfer.proof != Proof::InOrderReply
            || transfer.queries.front().is_none_or(|query| query.end > self.written)
        {
            return;
        }
        let Some(query) = transfer.queries.pop_front() else { return };
        // GS r 1, bits 2-3: it got here without paper
        if byte & 0x0C != 0 {
            transfer.refuted = true;
            transfer.trouble = Some(Cause::PaperOut);
        } else {
            self.prove(query.segment, out);
        }
    }

    fn prove(&mut self, segment: usize, out: &mut Vec<Action>) {
        let Some(transfer) = &mut self.transfer else { return };
        if let Some(answered) = transfer.answered.get_mut(segment) {
            *answered = true;
        }
        transfer.progress_at = self.now;
        let proven = transfer.proven();
        if proven > transfer.reported {
            transfer.reported = proven;
            out.push(Action::Proven { job: transfer.job, segments: proven });
        }
    }

    pub(super) fn step_transfer(&mut self, out: &mut Vec<Action>) {
        let (well, cause, outstanding, written, now) =
            (self.well(), self.cause(), self.outstanding(), self.written, self.now);
        let Some(transfer) = &mut self.transfer else { return };
        if !well {
            transfer.ill = true;
            transfer.trouble = cause.or(transfer.trouble);
        } else if transfer.ill {
            transfer.ill = false;
            transfer.progress_at = now;
        }
        if transfer.answered.iter().all(|answered| *answered) {
            let detail = format!("all {} segments proven", transfer.segments());
            let ending = transfer.ending(JobState::Confirmed, None, detail);
            self.end(ending, out);
        } else if transfer.proof == Proof::NoProof && transfer.all_left(written) {
            self.end_without_proof(out);
        } else if transfer.cancel_by.is_some() {
            self.step_cancel(outstanding, out);
        } else if transfer.stop_by.is_some() {
            self.step_stop(outstanding, out);
        } else if transfer.refuted && !transfer.ill {
            self.end_short("the printer reached a query without paper", out);
        } else {
            self.send_segments(out);
            self.expire_transfer(out);
        }
    }

    fn send_segments(&mut self, out: &mut Vec<Action>) {
        while let Some(transfer) = &mut self.transfer
            && transfer.may_send(self.written < self.handed)
        {
            let segment = transfer.next;
            let mut bytes = transfer.segment(segment).to_vec();
            let own = bytes.len();
            transfer.next += 1;
            transfer.progress_at = self.now;
            transfer.end = self.handed.saturating_add(own as u64);
            let tag = self.tags.take();
            match transfer.proof {
                Proof::ProcessId => bytes.extend(command::process_id(tag)),
                Proof::InOrderReply => bytes.extend(command::paper_sensor()),
                Proof::Unknown | Proof::NoProof => {}
            }
            if bytes.len() > own {
                let end = self.handed.saturating_add(bytes.len() as u64);
                transfer.queries.push_back(Query { segment, tag, end, bytes: own });
            }
            self.write(&bytes, out);
        }
    }

    fn end_without_proof(&mut self, out: &mut Vec<Action>) {
        let Some(transfer) = &self.transfer else { return };
        let cause = transfer.trouble.or(Some(Cause::NoStatus));
        let detail = "all bytes left; this printer proves nothing".to_owned();
        let ending = transfer.ending(JobState::Unconfirmed, cause, detail);
        self.end(ending, out);
    }

    /// Ends a job of which proof was expected and did not come in time.
    fn expire_transfer(&mut self, out: &mut Vec<Action>) {
        let due = self.due(self.transfer_deadline());
        let Some(transfer) = &self.transfer else { return };
        if transfer.ill || !due {
            return;
        }
        let silent = format!("{} of {} segments proven, then silence", transfer.proven(), transfer.segments());
        if transfer.trouble.is_none() && transfer.all_left(self.written) {
            let ending = transfer.ending(JobState::Unconfirmed, None, silent);
            self.end(ending, out);
        } else {
            self.end_short(&silent, out);
        }
        // it was well and silent for long enough: waiting on would be in vain
        self.stale_until = self.now;
    }

    /// Ends a job as `partial`; a slip that stays incomplete is cut off, so that it can't pass for a whole one.
    fn end_short(&mut self, detail: &str, out: &mut Vec<Action>) {
        let Some(transfer) = &self.transfer else { return };
        let cause = transfer.trouble.or_else(|| (!transfer.all_left(self.written)).then_some(Cause::Stalled));
        let ending = transfer.ending(JobState::Partial, cause, detail.to_owned());
        self.cut_off(out);
        self.end(ending, out);
    }

    fn cut_off(&mut self, out: &mut Vec<Action>) {
        // behind whole segments, so at a border, even when the printer has still to take them
        if self.transfer.as_ref().is_some_and(|transfer| transfer.next > 0 && !transfer.handed_all()) {
            self.write(&command::cut(self.abilities.cut), out);
        }
    }

    fn step_cancel(&mut self, outstanding: bool, out: &mut Vec<Action>) {
        let late = self.due(self.transfer.as_ref().and_then(Transfer::ordered_by));
        let Some(transfer) = &self.transfer else { return };
        if outstanding && !late {
            return;
        }
        if transfer.nothing_left(self.written) {
            let ending = transfer.ending(JobState::Cancelled, None, "cancelled before a byte left".to_owned());
            let handed = transfer.next > 0;
            self.end(ending, out);
            if handed {
                // what the printer never took must not come out later
                out.push(Action::Discard);
                self.handed = self.written;
                self.close(out);
            }
        } else {
            let detail = format!("cancelled with {} of {} segments proven", transfer.proven(), transfer.segments());
            let ending = transfer.ending(JobState::Partial, transfer.trouble, detail);
            self.cut_off(out);
            self.end(ending, out);
        }
    }

    fn step_stop(&mut self, outstanding: bool, out: &mut Vec<Action>) {
        let late = self.due(self.transfer.as_ref().and_then(Transfer::ordered_by));
        let Some(transfer) = &self.transfer else { return };
        if !late && (outstanding || !transfer.queries.is_empty()) {
            return;
        }
        let proven = format!("{} of {} segments proven", transfer.proven(), transfer.segments());
        if transfer.nothing_left(self.written) {
            let (job, cause) = (transfer.job, transfer.trouble);
            self.forget();
            out.push(Action::Returned { job, cause });
        } else if transfer.all_left(self.written) && transfer.trouble.is_none() {
            let ending = transfer.ending(JobState::Unconfirmed, None, format!("stopped with {proven}"));
            self.end(ending, out);
        } else {
            let ending = transfer.ending(JobState::Partial, transfer.trouble, format!("stopped with {proven}"));
            if !outstanding {
                self.cut_off(out);
            }
            self.end(ending, out);
        }
    }

    /// The connection is gone: without it no proof can come, and the tags are void.
    pub(super) fn lose_transfer(&mut self, cause: Cause, out: &mut Vec<Action>) {
        let Some(transfer) = &self.transfer else { return };
        let proven = format!("{} of {} segments proven", transfer.proven(), transfer.segments());
        if transfer.nothing_left(self.written) {
            let job = transfer.job;
            let cancelled = transfer.cancel_by.is_some();
            if cancelled {
                let ending = transfer.ending(JobState::Cancelled, None, "cancelled before a byte left".to_owned());
                self.end(ending, out);
            } else {
                self.forget();
                out.push(Action::Returned { job, cause: Some(cause) });
            }
            return;
        }
        let whole = transfer.all_left(self.written) && transfer.trouble.is_none() && transfer.cancel_by.is_none();
        let state = if whole { JobState::Unconfirmed } else { JobState::Partial };
        let ending = transfer.ending(state, Some(cause), format!("the connection was lost with {proven}"));
        self.end(ending, out);
    }

    fn end(&mut self, ending: Ending, out: &mut Vec<Action>) {
        self.forget();
        out.push(Action::Ended(ending));
    }

    fn forget(&mut self) {
        if let Some(transfer) = self.transfer.take()
            && transfer.proof == Proof::InOrderReply
        {
            self.stale.extend(transfer.queries.iter().map(|query| query.end));
            self.stale_until = self.now + STALE;
        }
        self.offered = false;
    }

    pub(super) fn close(&mut self, out: &mut Vec<Action>) {
        if !self.closing {
            self.closing = true;
            out.push(Action::Close);
        }
    }
}
