//! Proof of a job by the printer's counters (GS g 2): read before its first byte, and behind its last until they have
//! grown by what the sheet needs.

use std::time::Duration;

use model::Counters;

use super::{
    Session,
    inquiry::{Inquiry, Purpose},
    pairing::LINE_DOTS,
};
use crate::Action;

/// Two readings this far apart must agree before a job begins: what was printed before it has come to rest.
const REST: Duration = Duration::from_millis(200);
/// So many readings that differ are enough.
const READINGS: u8 = 20;
const AGAIN: Duration = Duration::from_millis(500);
/// Less paper than this can't be seen by a counter of lines.
pub(super) const SHORTEST_LINES: u64 = 3;

/// The counters of one job.
#[derive(Debug, Default)]
pub(super) struct Tally {
    last: Option<Counters>,
    before: Option<Counters>,
    /// The job may begin.
    pub(super) begun: bool,
    readings: u8,
    /// When to read next; `None`: at once.
    ask_at: Option<Duration>,
}

/// Lines that a sheet of this length surely needs: a fifth less than all, since clones count roughly.
pub(super) fn least_lines(length_dots: u32) -> u64 {
    ((length_dots as f32 / LINE_DOTS) * 0.8) as u64
}

impl Session {
    /// When counters are to be read for the job in hand.
    pub(super) fn tally_due(&self) -> Option<Duration> {
        let transfer = self.transfer.as_ref()?;
        let tally = transfer.tally.as_ref()?;
        let wanted = !tally.begun || transfer.all_left(self.written);
        let free = self.well() && !self.inquiry_open() && !self.poll.active() && !transfer.is_ordered_to_end();
        (wanted && free).then(|| tally.ask_at.unwrap_or(self.now))
    }

    pub(super) fn step_tally(&mut self, out: &mut Vec<Action>) {
        if self.due(self.tally_due()) {
            let begun = self.transfer.as_ref().and_then(|transfer| transfer.tally.as_ref()).is_some_and(|t| t.begun);
            let purpose = if begun { Purpose::TallyAfter } else { Purpose::TallyBefore };
            self.inquire(purpose, self.tally_questions());
            self.step_inquiry(out);
        }
    }

    pub(super) fn tallied_before(&mut self, inquiry: &Inquiry) {
        self.know_numbers(inquiry);
        let now = self.now;
        let Some(tally) = self.transfer.as_mut().and_then(|transfer| transfer.tally.as_mut()) else { return };
        let reading = inquiry.counters;
        tally.readings = tally.readings.saturating_add(1);
        if reading == Counters::default() || tally.readings > READINGS {
            // it does not count any more, or never rests: the job goes out, and nothing will prove it
            tally.begun = true;
        } else if tally.last == Some(reading) {
            (tally.before, tally.begun, tally.ask_at) = (Some(reading), true, None);
        } else {
            (tally.last, tally.ask_at) = (Some(reading), Some(now + REST));
        }
    }

    pub(super) fn tallied_after(&mut self, inquiry: &Inquiry, out: &mut Vec<Action>) {
        let (now, cuts_move) = (self.now, self.cuts_move);
        let Some(transfer) = &mut self.transfer else { return };
        let Some(tally) = &mut transfer.tally else { return };
        tally.ask_at = Some(now + AGAIN);
        let Some(before) = tally.before else { return };
        let grown = |after: Option<u64>, before: Option<u64>| after.zip(before).map(|(a, b)| a.saturating_sub(b));
        let lines = grown(inquiry.counters.lines, before.lines);
        let cuts = grown(inquiry.counters.cuts, before.cuts);
        self.cuts_move |= cuts.is_some_and(|cuts| cuts > 0);
        let enough = lines.map(|lines| lines >= least_lines(transfer.length_dots()));
        let cut = cuts.filter(|cuts| cuts_move || *cuts > 0).map(|cuts| cuts > 0);
        let proven = match (enough, cut) {
            (Some(enough), Some(cut)) => enough && cut,
            (None, Some(cut)) => cut,
            // whoever changed the roll fed paper by hand, too
            (Some(enough), None) => enough && !transfer.was_in_trouble(),
            (None, None) => false,
        };
        if proven {
            for segment in 0..transfer.segments() as usize {
                self.prove(segment, out);
            }
        }
    }
}
