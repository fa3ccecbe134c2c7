//! Who the printer is (GS I 65 to 69): asked once, and looked at again on each connection before what is remembered of it
//! is believed. Another one that stands there now is paired anew; but silence is no name, and what it proved before is not
//! forgotten over it in haste.

use std::time::Duration;

use model::{Identity, Proof};

use super::{
    Session,
    inquiry::{Inquiry, Purpose, Question},
    voice::Voice,
};
use crate::Action;

const FIRMWARE: u8 = 65;
const MAKER: u8 = 66;
const MODEL: u8 = 67;
const SERIAL: u8 = 68;
const FONT: u8 = 69;

/// One that told who it is and does not now is asked so often again before it is measured.
const TIMES: u8 = 3;
const AGAIN: Duration = Duration::from_secs(2);
/// One that proved before and answers nothing now is measured again this often.
const MEASURE_AGAIN: Duration = Duration::from_secs(10);
/// Well, and silent to all that was asked, for so long in all: it is another one, which proves nothing.
const SILENT: Duration = Duration::from_secs(60);

/// One that is well, told who it is before, and does not answer that now.
#[derive(Debug)]
pub(super) struct Silent {
    /// What is remembered.
    proof: Proof,
    identity: Option<Identity>,
    /// How long it was well and silent, up to `since`.
    so_long: Duration,
    since: Option<Duration>,
    /// It was measured, and silent to that, too.
    measured: bool,
}

impl Silent {
    fn pause(&mut self, now: Duration) {
        self.so_long += self.since.take().map_or(Duration::ZERO, |since| now.saturating_sub(since));
    }
}

impl Session {
    /// What is remembered of the printer may be believed on this connection.
    pub(super) fn is_acquainted(&self) -> bool {
        self.acquainted || self.voice != Voice::Heard || !self.may_recognise()
    }

    /// It is remembered as one that tells who it is.
    pub(super) fn may_recognise(&self) -> bool {
        let told = self.identity.as_ref().is_some_and(|identity| !identity.is_empty());
        self.abilities.identity && self.proof != Proof::Unknown && told
    }

    pub(super) fn step_acquaintance(&mut self, out: &mut Vec<Action>) {
        if self.acquainted || !self.at_leisure() || self.now < self.acquaint_at {
            return;
        }
        // not paired yet: whoever was asked on an earlier connection may have been another
        let strange = self.proof == Proof::Unknown;
        // never asked: it costs up to half a second, so not while somebody waits for paper
        let unasked = self.proof != Proof::Unknown && self.identity.is_none() && !self.waiting;
        if self.may_recognise() {
            let questions = self.identity.as_ref().map(telling).unwrap_or_default();
            self.inquire(Purpose::Recognise, questions);
        } else if self.abilities.identity && (strange || unasked) {
            self.inquire(Purpose::Introduce, [MODEL, FIRMWARE, SERIAL, MAKER, FONT].map(Question::Identity));
        } else if !self.abilities.identity || self.identity.is_some() {
            self.acquainted = true;
        }
        self.step_inquiry(out);
    }

    /// Measured only when it is known who is measured.
    pub(super) fn may_be_measured(&self) -> bool {
        self.acquainted || !self.abilities.identity
    }

    pub(super) fn introduced(&mut self, inquiry: &Inquiry, out: &mut Vec<Action>) {
        self.acquainted = true;
        if self.silent.is_some() && inquiry.answered.is_empty() {
            // told only when nothing else is found
            self.identity = Some(inquiry.identity.clone());
            return;
        }
        self.unanswered = 0;
        if let Some(silent) = self.silent.take()
            && silent.identity.as_ref().is_some_and(|known| is_same(known, inquiry))
        {
            (self.proof, self.identity) = (silent.proof, silent.identity);
            return;
        }
        if self.identity.as_ref() != Some(&inquiry.identity) {
            self.identity = Some(inquiry.identity.clone());
            out.push(Action::Identified(inquiry.identity.clone()));
        }
    }

    pub(super) fn recognised(&mut self, inquiry: &Inquiry) {
        if self.identity.as_ref().is_some_and(|known| is_same(known, inquiry)) {
            self.acquainted = true;
            (self.unanswered, self.silent) = (0, None);
            return;
        }
        let known = self.identity.take();
        if !inquiry.answered.is_empty() {
            // it said who it is: what another one proved is of no use
            self.silent = None;
        } else if self.unanswered < TIMES {
            self.unanswered += 1;
            self.acquaint_at = self.now + AGAIN;
            self.identity = known;
            return;
        } else if self.proof != Proof::NoProof && self.silent.is_none() {
            let (proof, so_long, since) = (self.proof, Duration::ZERO, Some(self.now));
            self.silent = Some(Silent { proof, identity: known, so_long, since, measured: false });
        }
        // another model, firmware or printer: nothing that was measured holds
        self.proof = Proof::Unknown;
        self.numbers = None;
        self.counted_at = None;
        self.cuts_move = false;
    }

    /// When it is asked again who it is.
    pub(super) fn acquaint_due(&self) -> Option<Duration> {
        Some(self.acquaint_at).filter(|at| !self.acquainted && self.now < *at)
    }

    /// It answered something.
    pub(super) fn not_silent(&mut self) {
        let now = self.now;
        if let Some(silent) = &mut self.silent {
            (silent.so_long, silent.since) = (Duration::ZERO, silent.since.map(|_| now));
        }
    }

    pub(super) fn step_silence(&mut self) {
        if self.voice != Voice::Heard || !self.well() {
            self.pause_silence();
        } else if let Some(silent) = &mut self.silent {
            silent.since.get_or_insert(self.now);
        }
    }

    /// Silence says nothing while it is not well.
    pub(super) fn pause_silence(&mut self) {
        let now = self.now;
        if let Some(silent) = &mut self.silent {
            silent.pause(now);
        }
    }

    /// What is remembered of one that is silent now.
    pub(super) fn kept_proof(&self) -> Option<Proof> {
        self.silent.as_ref().filter(|silent| silent.measured).map(|silent| silent.proof)
    }

    /// It was measured. True if that says nothing, because it proved before and answered nothing at all now.
    pub(super) fn keep_proof(&mut self, found: Proof, answered: bool, out: &mut Vec<Action>) -> bool {
        let now = self.now;
        let Some(silent) = &mut self.silent else { return false };
        silent.pause(now);
        if found == Proof::NoProof && !answered && silent.so_long < SILENT {
            silent.measured = true;
            (self.proof, self.identity) = (silent.proof, silent.identity.clone());
            self.acquainted = false;
            self.acquaint_at = now + MEASURE_AGAIN;
            return true;
        }
        self.silent = None;
        out.push(Action::Identified(self.identity.clone().unwrap_or_default()));
        false
    }
}

/// True if all that was asked was answered as is known.
fn is_same(known: &Identity, inquiry: &Inquiry) -> bool {
    telling(known).iter().all(|question| {
        let skipped = inquiry.cut_short && !inquiry.answered.contains(question);
        skipped || part(known, *question) == part(&inquiry.identity, *question)
    })
}

/// The questions by which it is recognised: those that change with model, firmware and printer, as far as it answered them.
fn telling(known: &Identity) -> Vec<Question> {
    let asked = |numbers: &[u8]| -> Vec<Question> {
        let questions = numbers.iter().map(|n| Question::Identity(*n));
        questions.filter(|question| part(known, *question).is_some()).collect()
    };
    let own = asked(&[MODEL, FIRMWARE, SERIAL]);
    if own.is_empty() { asked(&[MAKER, FONT]) } else { own }
}

fn part(identity: &Identity, question: Question) -> Option<&str> {
    match question {
        Question::Identity(FIRMWARE) => identity.firmware.as_deref(),
        Question::Identity(MAKER) => identity.maker.as_deref(),
        Question::Identity(MODEL) => identity.model.as_deref(),
        Question::Identity(SERIAL) => identity.serial.as_deref(),
        Question::Identity(FONT) => identity.font.as_deref(),
        Question::Identity(_) | Question::Counter(_) => None,
    }
}
