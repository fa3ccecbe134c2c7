//! Finding out how a printer proves that paper came out. Done once, when it says that it is ready.

use std::time::Duration;

use model::Proof;
use paper::command;

use super::{Session, Voice};
use crate::{Action, reply::Reply};

const PATIENCE: Duration = Duration::from_secs(1);
/// 100 mm at 20 mm/s, and the same again.
const PATIENCE_FEED: Duration = Duration::from_secs(10);
/// 100 mm at 350 mm/s, faster than any printer, take 285 ms.
const SOONEST: Duration = Duration::from_millis(250);
/// 100 mm in units of 1/203 inch (GS P).
const FEED: u32 = 800;
const UNITS_PER_INCH: u8 = 203;

#[derive(Debug)]
enum Step {
    /// GS ( H with nothing to print.
    Tag([u8; 4]),
    /// GS r 1: is it answered at all.
    Sensor,
    /// 100 mm of feed, then GS r 1: is it answered in order.
    Feed { end: u64, left: Option<Duration> },
}

/// A measurement under way.
#[derive(Debug)]
pub(super) struct Pairing {
    step: Step,
    deadline: Duration,
    /// The deadline was put off because an answer was coming in, byte by byte.
    extended: bool,
}

impl Pairing {
    pub(super) fn deadline(&self) -> Duration {
        self.deadline
    }
}

impl Session {
    pub(super) fn step_pairing(&mut self, out: &mut Vec<Action>) {
        if self.stopping || !self.well() || self.voice != Voice::Heard {
            // trouble: measured again from the beginning once it is well
            self.pairing = None;
            return;
        }
        let (handed, written) = (self.handed, self.written);
        let Some(pairing) = &mut self.pairing else {
            if self.proof == Proof::Unknown && self.transfer.is_none() && !self.poll.active() {
                self.begin_pairing(out);
            }
            return;
        };
        if let Step::Feed { end, left: left @ None } = &mut pairing.step
            && written >= (*end).min(handed)
        {
            *left = Some(self.now);
            pairing.deadline = self.now + PATIENCE_FEED;
        }
        if self.now < pairing.deadline {
            return;
        }
        if !pairing.extended && self.replies.within_block() {
            pairing.extended = true;
            pairing.deadline = self.now + PATIENCE;
            return;
        }
        match pairing.step {
            Step::Tag(_) if self.abilities.may_ask_gs_r => self.ask_sensor(out),
            Step::Tag(_) => self.paired(Proof::NoProof, "GS ( H was not answered, and GS r may not be asked", out),
            Step::Sensor => self.paired(Proof::NoProof, "neither GS ( H nor GS r was answered", out),
            Step::Feed { .. } => {
                self.paired(Proof::NoProof, "GS r was answered at once, but not behind 100 mm of feed", out);
            }
        }
    }

    fn begin_pairing(&mut self, out: &mut Vec<Action>) {
        if self.abilities.may_ask_process_id {
            let tag = self.tags.take();
            self.pairing = Some(Pairing { step: Step::Tag(tag), deadline: self.now + PATIENCE, extended: false });
            self.write(&command::process_id(tag), out);
        } else if self.abilities.may_ask_gs_r {
            self.ask_sensor(out);
        } else {
            self.paired(Proof::NoProof, "its profile allows neither GS ( H nor GS r", out);
        }
    }

    fn ask_sensor(&mut self, out: &mut Vec<Action>) {
        self.pairing = Some(Pairing { step: Step::Sensor, deadline: self.now + PATIENCE, extended: false });
        self.write(&command::paper_sensor(), out);
    }

    fn measure(&mut self, out: &mut Vec<Action>) {
        let mut bytes = command::motion_units(UNITS_PER_INCH, UNITS_PER_INCH).to_vec();
        bytes.extend(command::feed_dots(FEED));
        bytes.extend(command::paper_sensor());
        let end = self.handed.saturating_add(bytes.len() as u64);
        // the slip that comes next does not begin with 100 mm of nothing
        bytes.extend(command::cut(self.abilities.cut));
        // give the motion units back; ESC @ may end automatic status, so ask for it again
        bytes.extend(command::initialise());
        if self.abilities.asb {
            bytes.extend(command::asb(0xFF));
        }
        self.pairing =
            Some(Pairing { step: Step::Feed { end, left: None }, deadline: self.now + PATIENCE_FEED, extended: false });
        self.write(&bytes, out);
    }

    /// Takes a reply that belongs to the measurement; false if none is under way or it is not meant.
    pub(super) fn pairing_heard(&mut self, reply: &Reply, out: &mut Vec<Action>) -> bool {
        let Some(pairing) = &self.pairing else { return false };
        match (&pairing.step, reply) {
            (Step::Tag(asked), Reply::ProcessId(tag)) if asked == tag => {
                self.paired(Proof::ProcessId, "GS ( H returned the tag", out);
            }
            (Step::Sensor, Reply::Single(_)) => self.measure(out),
            (Step::Feed { left, .. }, Reply::Single(_)) => {
                let took = left.map_or(Duration::ZERO, |left| self.now.saturating_sub(left));
                let detail = format!("GS r was answered {} ms after 100 mm of feed were sent", took.as_millis());
                let proof = if took < SOONEST { Proof::NoProof } else { Proof::InOrderReply };
                self.paired(proof, &detail, out);
            }
            _ => {}
        }
        true
    }

    fn paired(&mut self, proof: Proof, detail: &str, out: &mut Vec<Action>) {
        self.pairing = None;
        self.proof = proof;
        out.push(Action::Paired(proof, detail.to_owned()));
    }
}
