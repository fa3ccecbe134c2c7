//! Finding out how a printer proves that paper came out. Done once, when it says that it is ready.
//!
//! Every answer is set against the same question with nothing to print: what a slow line or a slow firmware costs is no
//! sign of paper.

use std::time::Duration;

use model::{Counters, Proof};
use paper::command;

use super::{Session, inquiry::Inquiry, voice::Voice};
use crate::{Action, reply::Reply};

const PATIENCE: Duration = Duration::from_secs(1);
/// 100 mm at 20 mm/s, and the same again.
const PATIENCE_FEED: Duration = Duration::from_secs(10);
/// 100 mm at 350 mm/s, faster than any printer, take 285 ms.
const SOONEST: Duration = Duration::from_millis(250);
/// 24 mm take 68 ms.
const SOONEST_TAG: Duration = Duration::from_millis(60);
/// 100 mm and 24 mm in units of 1/203 inch (GS P).
const FEED: u32 = 800;
const FEED_TAG: u32 = 192;
const UNITS_PER_INCH: u8 = 203;
/// A tag stands for the printing before it, so there must be some: a feed alone may count as done when it is understood.
const INK: &[u8] = b"GS ( H?";
/// Counters are read again this often until they have moved.
const AGAIN: Duration = Duration::from_millis(300);
/// A line of a counter, in dots.
pub(super) const LINE_DOTS: f32 = 30.0;

#[derive(Debug)]
enum Step {
    /// GS ( H with nothing to print.
    Tag { tag: [u8; 4] },
    /// GS ( H behind 24 mm of feed and a line of print.
    TagFeed { tag: [u8; 4] },
    /// GS r 1: is it answered at all.
    Sensor,
    /// GS g 2 before the feed.
    CountBefore { sensor: bool },
    /// 100 mm of feed, then GS r 1: is it answered in order.
    Feed,
    /// The same feed, then GS g 2: has it counted.
    CountAfter,
}

/// A measurement under way.
#[derive(Debug)]
pub(super) struct Pairing {
    step: Step,
    /// Where the question ends in the stream, and when it had left.
    end: u64,
    left: Option<Duration>,
    deadline: Option<Duration>,
    patience: Duration,
    /// The deadline was put off because an answer was coming in, byte by byte.
    extended: bool,
    /// How long the same question took without paper.
    bare: Duration,
    before: Counters,
    /// It answered something.
    answered: bool,
    /// What was found on the way, for the record.
    found: String,
}

impl Pairing {
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    fn found(&mut self, what: &str) {
        if !self.found.is_empty() {
            self.found.push_str("; ");
        }
        self.found.push_str(what);
    }
}

impl Session {
    pub(super) fn step_pairing(&mut self, out: &mut Vec<Action>) {
        if self.stopping || !self.well() || self.voice != Voice::Heard || self.need.is_some() {
            // trouble: measured again from the beginning once it is well
            if self.pairing.take().is_some() {
                self.drop_inquiry();
            }
            return;
        }
        if self.pairing.is_none() && self.proof == Proof::Unknown && self.at_leisure() && self.may_be_measured() {
            self.begin_pairing(out);
        }
        let (written, now) = (self.written, self.now);
        let Some(pairing) = &mut self.pairing else { return };
        if pairing.left.is_none() && written >= pairing.end {
            pairing.left = Some(now);
            // counters are asked for by themselves
            pairing.deadline = Some(now + pairing.patience).filter(|_| !matches!(pairing.step, Step::CountAfter));
        }
        if pairing.deadline.is_none_or(|deadline| now < deadline) {
            return;
        }
        if !pairing.extended && self.replies.within_block() {
            pairing.extended = true;
            pairing.deadline = Some(now + PATIENCE);
            return;
        }
        pairing.deadline = None;
        match pairing.step {
            Step::Tag { .. } => self.without_tag("GS ( H was not answered", out),
            Step::TagFeed { .. } => self.without_tag("GS ( H was answered at once, but not behind 24 mm of paper", out),
            Step::Sensor => self.count_before(false, "GS r was not answered", out),
            Step::Feed => self.count_after("GS r was answered at once, but not behind 100 mm of feed", out),
            Step::CountAfter => self.ask_counters_after_feed(out),
            Step::CountBefore { .. } => {}
        }
    }

    fn begin_pairing(&mut self, out: &mut Vec<Action>) {
        self.pairing = Some(Pairing {
            step: Step::Sensor,
            end: self.handed,
            left: None,
            deadline: None,
            patience: PATIENCE,
            extended: false,
            bare: Duration::ZERO,
            before: Counters::default(),
            answered: false,
            found: String::new(),
        });
        if self.abilities.may_ask_process_id {
            let tag = self.tags.take();
            self.put(Step::Tag { tag }, PATIENCE, &command::process_id(tag), &[], out);
        } else {
            self.without_tag("its profile does not allow GS ( H", out);
        }
    }

    /// Sends what is to be measured, up to the question at the end of `bytes`, and `behind` it what cleans up.
    fn put(&mut self, step: Step, patience: Duration, bytes: &[u8], behind: &[u8], out: &mut Vec<Action>) {
        let end = self.handed.saturating_add(bytes.len() as u64);
        if let Some(pairing) = &mut self.pairing {
            (pairing.step, pairing.end, pairing.patience) = (step, end, patience);
            // until it has left, nothing is late
            (pairing.left, pairing.deadline, pairing.extended) = (None, None, false);
        }
        self.write(&[bytes, behind].concat(), out);
    }

    /// What stands behind a measuring feed: cut off, so that the slip that comes next does not begin with it; motion units
    /// given back; automatic status, which ESC @ may end, asked for again.
    fn clean_up(&self) -> Vec<u8> {
        let mut bytes = command::cut(self.abilities.cut).to_vec();
        bytes.extend(command::initialise());
        if self.abilities.asb {
            bytes.extend(command::asb(0xFF));
        }
        bytes
    }

    fn feed(&self, units: u32) -> Vec<u8> {
        // an unknown question may have left letters in the line
        let unknown = self.abilities.identity || self.abilities.counters;
        let mut bytes = if unknown { command::initialise().to_vec() } else { Vec::new() };
        bytes.extend(command::motion_units(UNITS_PER_INCH, UNITS_PER_INCH));
        bytes.extend(command::feed_dots(units));
        bytes
    }

    fn measure_tag(&mut self, bare: Duration, out: &mut Vec<Action>) {
        let tag = self.tags.take();
        let mut bytes = self.feed(FEED_TAG);
        bytes.extend(INK);
        bytes.push(command::LINE_FEED);
        bytes.extend(command::process_id(tag));
        if let Some(pairing) = &mut self.pairing {
            pairing.bare = bare;
        }
        let behind = self.clean_up();
        self.put(Step::TagFeed { tag }, PATIENCE_FEED, &bytes, &behind, out);
    }

    fn without_tag(&mut self, why: &str, out: &mut Vec<Action>) {
        if let Some(pairing) = &mut self.pairing {
            pairing.found(why);
        }
        if self.abilities.may_ask_gs_r {
            self.put(Step::Sensor, PATIENCE, &command::paper_sensor(), &[], out);
        } else {
            self.count_before(false, "its profile does not allow GS r", out);
        }
    }

    /// Before the feed the counters are read; where there are none, GS r must do alone.
    fn count_before(&mut self, sensor: bool, found: &str, out: &mut Vec<Action>) {
        if let Some(pairing) = &mut self.pairing {
            if !found.is_empty() {
                pairing.found(found);
            }
            (pairing.step, pairing.left, pairing.deadline) = (Step::CountBefore { sensor }, Some(self.now), None);
        }
        if self.abilities.counters {
            self.ask_counters_before_feed(out);
        } else if sensor {
            self.measure(true, out);
        } else {
            self.paired(Proof::NoProof, "", out);
        }
    }

    pub(super) fn counted_before_feed(&mut self, inquiry: &Inquiry, out: &mut Vec<Action>) {
        self.know_numbers(inquiry);
        let Some(pairing) = &mut self.pairing else { return };
        let Step::CountBefore { sensor } = pairing.step else { return };
        pairing.before = inquiry.counters;
        pairing.answered |= !inquiry.answered.is_empty();
        if let (false, Some((_, took))) = (sensor, inquiry.first) {
            pairing.bare = took;
        }
        if sensor || inquiry.counters.lines.is_some() {
            self.measure(sensor, out);
        } else {
            pairing.found("GS g 2 was not answered");
            self.paired(Proof::NoProof, "", out);
        }
    }

    fn measure(&mut self, sensor: bool, out: &mut Vec<Action>) {
        let mut bytes = self.feed(FEED);
        if sensor {
            bytes.extend(command::paper_sensor());
        }
        let behind = self.clean_up();
        let step = if sensor { Step::Feed } else { Step::CountAfter };
        self.put(step, PATIENCE_FEED, &bytes, &behind, out);
        if !sensor {
            self.ask_counters_after_feed(out);
        }
    }

    /// GS r did not prove; the same feed may have moved the counters.
    fn count_after(&mut self, why: &str, out: &mut Vec<Action>) {
        let Some(pairing) = &mut self.pairing else { return };
        pairing.found(why);
        if pairing.before.lines.is_none() {
            self.paired(Proof::NoProof, "", out);
        } else {
            (pairing.step, pairing.deadline) = (Step::CountAfter, None);
            self.ask_counters_after_feed(out);
        }
    }

    pub(super) fn counted_after_feed(&mut self, inquiry: &Inquiry, out: &mut Vec<Action>) {
        let (now, dots_per_mm) = (self.now, self.abilities.dots_per_mm);
        let Some(pairing) = &mut self.pairing else { return };
        let (Some(before), Some(after)) = (pairing.before.lines, inquiry.counters.lines) else {
            return self.paired(Proof::NoProof, "GS g 2 was not answered behind the feed", out);
        };
        // 100 mm; the cut behind them may feed some more, and it cuts
        let expected = 100.0 * dots_per_mm / LINE_DOTS;
        let (least, most) = ((expected * 0.7) as u64, (expected * 1.6) as u64 + 4);
        let grown = after.saturating_sub(before);
        let left = pairing.left.unwrap_or(now);
        let (seen, _) = inquiry.first.unwrap_or((now, Duration::ZERO));
        let took = seen.saturating_sub(left);
        if grown > most {
            let detail = format!("GS g 2 counted {grown} lines for 100 mm of feed");
            self.paired(Proof::NoProof, &detail, out);
        } else if grown >= least {
            let early = took < pairing.bare + SOONEST;
            let cut = inquiry.counters.cuts.zip(pairing.before.cuts).is_some_and(|(after, before)| after > before);
            self.cuts_move |= cut;
            let detail = format!("GS g 2 counted {grown} lines {} ms after 100 mm of feed were sent", took.as_millis());
            self.paired(if early { Proof::NoProof } else { Proof::Counter }, &detail, out);
        } else if now < left + PATIENCE_FEED {
            pairing.deadline = Some(now + AGAIN);
        } else {
            let detail = format!("GS g 2 counted {grown} lines within 10 s of 100 mm of feed");
            self.paired(Proof::NoProof, &detail, out);
        }
    }

    /// Takes a reply that belongs to the measurement; false if none is under way or it is not meant.
    pub(super) fn pairing_heard(&mut self, reply: &Reply, out: &mut Vec<Action>) -> bool {
        let (now, written) = (self.now, self.written);
        let Some(pairing) = &mut self.pairing else { return false };
        let left = pairing.left.or((written >= pairing.end).then_some(now));
        let took = left.map_or(Duration::ZERO, |left| now.saturating_sub(left));
        pairing.answered |= match (&pairing.step, reply) {
            (Step::Tag { tag: asked } | Step::TagFeed { tag: asked }, Reply::ProcessId(tag)) => asked == tag,
            (Step::Sensor | Step::Feed, Reply::Single(_)) => true,
            _ => false,
        };
        match (&pairing.step, reply) {
            (Step::Tag { tag: asked }, Reply::ProcessId(tag)) if asked == tag => {
                if self.abilities.measure_process_id {
                    self.measure_tag(took, out);
                } else {
                    self.paired(Proof::ProcessId, "GS ( H returned the tag", out);
                }
            }
            (Step::TagFeed { tag: asked }, Reply::ProcessId(tag)) if asked == tag => {
                let found = format!("GS ( H returned the tag {} ms after 24 mm of paper were sent", took.as_millis());
                if left.is_none() || took < pairing.bare + SOONEST_TAG {
                    self.without_tag(&found, out);
                } else {
                    self.paired(Proof::ProcessId, &found, out);
                }
            }
            (Step::Sensor, Reply::Single(_)) => {
                pairing.bare = took;
                self.count_before(true, "", out);
            }
            (Step::Feed, Reply::Single(_)) => {
                let found = format!("GS r was answered {} ms after 100 mm of feed were sent", took.as_millis());
                if left.is_none() || took < pairing.bare + SOONEST {
                    self.count_after(&found, out);
                } else {
                    self.paired(Proof::InOrderReply, &found, out);
                }
            }
            // a sensor byte that comes too late for its step is nobody's proof
            (_, Reply::Single(_)) => {}
            _ => return false,
        }
        true
    }

    fn paired(&mut self, proof: Proof, detail: &str, out: &mut Vec<Action>) {
        let Some(mut pairing) = self.pairing.take() else { return };
        if !detail.is_empty() {
            pairing.found(detail);
        }
        if self.keep_proof(proof, pairing.answered, out) {
            return;
        }
        self.proof = proof;
        out.push(Action::Paired(proof, pairing.found));
    }
}
