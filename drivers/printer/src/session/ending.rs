//! How a job ends: by proof, by silence, by an order, or with its connection; exactly once, and never better than what is
//! known.

use std::time::Duration;

use model::{Cause, JobState, Proof};
use paper::command;

use super::{
    STALE, Session,
    debt::{Debt, Stale},
    mend::Mark,
    transfer::Transfer,
};
use crate::{Action, Ending};

/// How the detail of a job begins that ended because its line broke.
pub const LOST: &str = "the connection was lost";
/// A job on order ends within 2 s: leave the shell something of it.
const STOP: Duration = Duration::from_millis(1_900);
const CANCEL: Duration = Duration::from_millis(1_500);
/// GS ( H is the longest.
const LONGEST_QUESTION: usize = 11;

impl Session {
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

    pub(super) fn step_transfer(&mut self, out: &mut Vec<Action>) {
        let (well, cause, outstanding, written, now) =
            (self.well(), self.cause(), self.outstanding(), self.written, self.now);
        let Some(transfer) = &mut self.transfer else { return };
        if !well {
            transfer.ill = true;
            // `offline` names nothing, and is what the four answers say when a hand closes the cover between them
            if cause != Some(Cause::Offline) || transfer.trouble.is_none() {
                transfer.trouble = cause.or(transfer.trouble);
            }
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
            self.step_tally(out);
            self.expire_transfer(out);
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
        let due = self.due(self.transfer_due());
        let Some(transfer) = &self.transfer else { return };
        if transfer.ill || !due {
            return;
        }
        if transfer.nothing_left(self.written) && !transfer.handed_all() && transfer.next == 0 {
            let job = transfer.job;
            self.forget(&JobState::Queued);
            out.push(Action::Returned { job, cause: Some(Cause::Stalled) });
            return;
        }
        // a printer may have thrown its own cut away with the rest of its buffer
        let cut = !transfer.handed_all();
        let silent = format!("{} of {} segments proven, then silence", transfer.proven(), transfer.segments());
        if transfer.trouble.is_none() && transfer.all_left(self.written) {
            let ending = transfer.ending(JobState::Unconfirmed, None, silent);
            self.end(ending, out);
        } else {
            self.end_short(&silent, out);
        }
        self.doubt(cut);
        // it was well and silent for long enough: with work at hand, waiting on would be in vain
        self.await_stale(if self.waiting { Duration::ZERO } else { STALE });
    }

    /// Ends a job as `partial`; a slip that stays incomplete is cut off, so that it can't pass for a whole one.
    fn end_short(&mut self, detail: &str, out: &mut Vec<Action>) {
        let Some(transfer) = &self.transfer else { return };
        let cause = transfer.trouble.or_else(|| (!transfer.all_left(self.written)).then_some(Cause::Stalled));
        let ending = transfer.ending(JobState::Partial, cause, detail.to_owned());
        self.end_part(true, ending, out);
    }

    /// Ends a job of which a part may be on paper, and cuts that off. Until the cut has left, it is owed: to the next
    /// connection, and to the next run of the daemon.
    fn end_part(&mut self, cut: bool, ending: Ending, out: &mut Vec<Action>) {
        // behind whole segments, so at a border, even when the printer has still to take them; a slip that was handed over
        // whole has a cut of its own
        let begun = self.transfer.as_ref().is_some_and(|transfer| transfer.next > 0 && !transfer.handed_all());
        let bytes = if cut && begun { command::cut(self.abilities.cut) } else { Vec::new() };
        self.owe_cut(bytes, out);
        self.end(ending, out);
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
                self.tail = None;
                self.handed = self.written;
                self.close(None, out);
            }
        } else {
            let detail = format!("cancelled with {} of {} segments proven", transfer.proven(), transfer.segments());
            let ending = transfer.ending(JobState::Partial, transfer.trouble, detail);
            self.end_part(true, ending, out);
        }
    }

    fn step_stop(&mut self, outstanding: bool, out: &mut Vec<Action>) {
        let late = self.due(self.transfer.as_ref().and_then(Transfer::ordered_by));
        let Some(transfer) = &self.transfer else { return };
        let counting = transfer.tally.is_some() && self.inquiry_open();
        if !late && (outstanding || !transfer.queries.is_empty() || counting) {
            return;
        }
        let proven = format!("{} of {} segments proven", transfer.proven(), transfer.segments());
        if transfer.nothing_left(self.written) {
            let (job, cause) = (transfer.job, transfer.trouble);
            self.forget(&JobState::Queued);
            out.push(Action::Returned { job, cause });
        } else if transfer.all_left(self.written) && transfer.trouble.is_none() {
            let ending = transfer.ending(JobState::Unconfirmed, None, format!("stopped with {proven}"));
            self.end(ending, out);
        } else {
            let ending = transfer.ending(JobState::Partial, transfer.trouble, format!("stopped with {proven}"));
            self.end_part(!outstanding, ending, out);
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
                self.forget(&JobState::Queued);
                out.push(Action::Returned { job, cause: Some(cause) });
            }
            return;
        }
        let whole = transfer.all_left(self.written) && transfer.trouble.is_none() && transfer.cancel_by.is_none();
        let state = if whole { JobState::Unconfirmed } else { JobState::Partial };
        let missing = transfer.missing(self.written);
        let ending = transfer.ending(state, Some(cause), format!("{LOST} with {proven}"));
        // the kernel had taken all of it, so the slip may well be whole: it is not called void
        self.need_mending(missing, if whole { Mark::Doubtful } else { Mark::Void });
        self.end(ending, out);
    }

    /// The connection is gone with bytes of an ended job that had not left.
    pub(super) fn lose_tail(&mut self) {
        if self.transfer.is_some() {
            return;
        }
        let written = self.written;
        if let Some(tail) = self.tail.take_if(|tail| written < tail.end) {
            self.need_mending(tail.missing, Mark::Void);
        } else if self.written > 0 && self.outstanding() {
            // a question of ours, cut in two
            self.need_mending(
                LONGEST_QUESTION.min(usize::try_from(self.handed - self.written).unwrap_or(0)),
                Mark::Nothing,
            );
        }
    }

    fn end(&mut self, ending: Ending, out: &mut Vec<Action>) {
        self.forget(&ending.state);
        out.push(Action::Ended(ending));
    }

    /// The job is over; what it is still owed is not forgotten.
    fn forget(&mut self, state: &JobState) {
        self.offered = false;
        let Some(transfer) = self.transfer.take() else { return };
        if transfer.tally.is_some() {
            self.drop_inquiry();
        }
        self.tail = transfer.tail(self.written);
        if matches!(state, JobState::Unconfirmed | JobState::Partial) && !transfer.queries.is_empty() {
            let grade = transfer.proof.grade();
            let answered = transfer.answered.clone();
            self.debts.add(Debt::new(transfer.job, grade, answered, &transfer.queries, self.connection));
        }
        if transfer.proof == Proof::InOrderReply {
            let owed = transfer.queries.iter();
            self.stale.extend(owed.map(|query| Stale { end: query.end, of: Some((transfer.job, query.segment)) }));
            self.await_stale(STALE);
        }
    }
}
