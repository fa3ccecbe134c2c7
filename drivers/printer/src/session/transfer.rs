//! One job on its way: segment by segment, a query behind each, and what the answers prove. How it ends is in `ending`.

use std::{collections::VecDeque, time::Duration};

use model::{Cause, Grade, JobState, Proof};
use paper::command;

use super::{
    Session,
    tally::{SHORTEST_LINES, Tally, least_lines},
};
use crate::{Action, Ending, Ticket};

/// Two segments under way keep a printer busy; small ones may be more, up to this.
const AHEAD: usize = 4;
const AHEAD_BYTES: usize = 4096;
/// From the moment it says that it is well again (INTERFACES §5).
const LATE_PROOF: Duration = Duration::from_secs(10);
const SLACK: Duration = Duration::from_secs(10);
/// The slowest printer that we wait for.
const SLOWEST_MM_PER_S: f32 = 20.0;

/// A query behind a segment.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) segment: usize,
    pub(super) tag: [u8; 4],
    /// Where it ends in the stream. A reply from before it was written is not its reply.
    pub(super) end: u64,
    bytes: usize,
}

/// What of an ended job has still to leave us: if the line breaks before, this is what the printer lacks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tail {
    pub(super) end: u64,
    pub(super) missing: usize,
}

#[derive(Debug)]
pub(super) struct Transfer {
    pub(super) job: u64,
    pub(super) bytes: Vec<u8>,
    pub(super) ends: Vec<usize>,
    pub(super) proof: Proof,
    patience: Duration,
    length_dots: u32,
    /// Counters before and behind it, where they prove.
    pub(super) tally: Option<Tally>,
    /// The first segment that was not handed over.
    pub(super) next: usize,
    /// Where each segment that was handed over begins in the stream.
    starts: Vec<u64>,
    pub(super) queries: VecDeque<Query>,
    pub(super) answered: Vec<bool>,
    reported: u32,
    /// Position in the stream behind the last byte handed over (queries apart).
    end: u64,
    pub(super) progress_at: Duration,
    /// The printer is not well now.
    pub(super) ill: bool,
    /// The last trouble it had while the job was in hand.
    pub(super) trouble: Option<Cause>,
    /// A reply said that the paper was out when it got there.
    pub(super) refuted: bool,
    pub(super) stop_by: Option<Duration>,
    pub(super) cancel_by: Option<Duration>,
}

impl Transfer {
    fn new(ticket: Ticket, proof: Proof, dots_per_mm: f32, now: Duration) -> Self {
        let length = ticket.bytes.len();
        let mut ends: Vec<usize> = ticket.segment_ends.into_iter().filter(|end| *end > 0 && *end < length).collect();
        ends.push(length);
        ends.sort_unstable();
        ends.dedup();
        let millimetres = ticket.length_dots as f32 / dots_per_mm.max(1.0);
        // a drawer's pulse moves no paper, so no counter sees it
        let countable = least_lines(ticket.length_dots) >= SHORTEST_LINES;
        let proof = if proof == Proof::Counter && !countable { Proof::NoProof } else { proof };
        Self {
            job: ticket.job,
            answered: vec![false; ends.len()],
            bytes: ticket.bytes,
            ends,
            proof,
            patience: SLACK + Duration::from_secs_f32((millimetres / SLOWEST_MM_PER_S).min(3_600.0)),
            length_dots: ticket.length_dots,
            tally: (proof == Proof::Counter).then(Tally::default),
            next: 0,
            starts: Vec::new(),
            queries: VecDeque::new(),
            reported: 0,
            end: 0,
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

    pub(super) fn length_dots(&self) -> u32 {
        self.length_dots
    }

    pub(super) fn was_in_trouble(&self) -> bool {
        self.trouble.is_some()
    }

    pub(super) fn segments(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn proven(&self) -> u32 {
        u32::try_from(self.answered.iter().take_while(|answered| **answered).count()).unwrap_or(u32::MAX)
    }

    pub(super) fn handed_all(&self) -> bool {
        self.next >= self.ends.len()
    }

    pub(super) fn all_left(&self, written: u64) -> bool {
        self.handed_all() && written >= self.end
    }

    pub(super) fn nothing_left(&self, written: u64) -> bool {
        self.starts.first().is_none_or(|begin| written <= *begin)
    }

    pub(super) fn is_ordered_to_end(&self) -> bool {
        self.ordered_by().is_some()
    }

    fn start(&self, index: usize) -> usize {
        index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0)
    }

    fn segment(&self, index: usize) -> &[u8] {
        self.ends.get(index).and_then(|end| self.bytes.get(self.start(index)..*end)).unwrap_or_default()
    }

    /// The most bytes that the printer may wait for if the line breaks when so much of the stream had left: it may have
    /// taken anything from what is proven to what left.
    pub(super) fn missing(&self, written: u64) -> usize {
        let least = self.start(self.proven() as usize);
        let begun = self.starts.iter().enumerate().rev().find(|(_, start)| **start < written);
        let most = begun.map_or(0, |(index, start)| {
            let left = usize::try_from(written - start).unwrap_or(usize::MAX);
            self.start(index) + left.min(self.segment(index).len())
        });
        let query = match self.proof {
            Proof::ProcessId => command::process_id([b'1'; 4]).len() - 1,
            Proof::InOrderReply => command::paper_sensor().len() - 1,
            Proof::Unknown | Proof::NoProof | Proof::Counter => 0,
        };
        paper::missing_after(&self.bytes, least..=most.max(least)).max(query)
    }

    pub(super) fn tail(&self, written: u64) -> Option<Tail> {
        (written < self.end).then(|| Tail { end: self.end, missing: self.missing(self.end) })
    }

    /// True if the next segment may go: enough under way to keep the printer busy, little enough to stop at a border.
    fn may_send(&self, outstanding: bool) -> bool {
        let waits = self.tally.as_ref().is_some_and(|tally| !tally.begun);
        if self.ill || self.handed_all() || self.is_ordered_to_end() || waits {
            return false;
        }
        if matches!(self.proof, Proof::NoProof | Proof::Counter) {
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

    pub(super) fn ordered_by(&self) -> Option<Duration> {
        [self.stop_by, self.cancel_by].into_iter().flatten().min()
    }

    pub(super) fn ending(&self, state: JobState, cause: Option<Cause>, detail: String) -> Ending {
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
        let transfer = Transfer::new(ticket, self.effective_proof(), self.abilities.dots_per_mm, self.now);
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

    /// When the job's patience, or an order's, is at its end.
    pub(super) fn transfer_due(&self) -> Option<Duration> {
        self.transfer.as_ref().and_then(Transfer::deadline)
    }

    pub(super) fn transfer_deadline(&self) -> Option<Duration> {
        [self.transfer_due(), self.tally_due()].into_iter().flatten().min()
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
    pub(super) fn prove_by_tag(&mut self, tag: [u8; 4], out: &mut Vec<Action>) -> bool {
        let written = self.written;
        if let Some(transfer) = &mut self.transfer
            && transfer.proof == Proof::ProcessId
            && let Some(at) = transfer.queries.iter().position(|query| query.tag == tag && query.end <= written)
            && let Some(query) = transfer.queries.remove(at)
        {
            self.prove(query.segment, out);
            return true;
        }
        false
    }

    /// A sensor byte came: it proves the oldest unanswered query, in strict order.
    pub(super) fn prove_in_order(&mut self, byte: u8, out: &mut Vec<Action>) {
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

    pub(super) fn prove(&mut self, segment: usize, out: &mut Vec<Action>) {
        let Some(transfer) = &mut self.transfer else { return };
        if let Some(answered) = transfer.answered.get_mut(segment) {
            *answered = true;
        }
        self.pass_marking();
        let Some(transfer) = &mut self.transfer else { return };
        transfer.progress_at = self.now;
        let proven = transfer.proven();
        if proven > transfer.reported {
            transfer.reported = proven;
            out.push(Action::Proven { job: transfer.job, segments: proven });
        }
    }

    pub(super) fn send_segments(&mut self, out: &mut Vec<Action>) {
        while let Some(transfer) = &mut self.transfer
            && transfer.may_send(self.written < self.handed)
        {
            let segment = transfer.next;
            let mut bytes = transfer.segment(segment).to_vec();
            let own = bytes.len();
            transfer.next += 1;
            transfer.progress_at = self.now;
            transfer.starts.push(self.handed);
            transfer.end = self.handed.saturating_add(own as u64);
            let tag = self.tags.take();
            match transfer.proof {
                Proof::ProcessId => bytes.extend(command::process_id(tag)),
                Proof::InOrderReply => bytes.extend(command::paper_sensor()),
                Proof::Unknown | Proof::NoProof | Proof::Counter => {}
            }
            if bytes.len() > own {
                let end = self.handed.saturating_add(bytes.len() as u64);
                transfer.queries.push_back(Query { segment, tag, end, bytes: own });
            }
            self.write(&bytes, out);
        }
    }
}
