//! Who the printer is (GS I 65 to 69): asked once, and looked at again on each connection before what is remembered of it
//! is believed. Another one that stands there now is paired anew.

use model::{Identity, Proof};

use super::{
    Session,
    hearing::Voice,
    inquiry::{Inquiry, Purpose, Question},
};
use crate::Action;

const FIRMWARE: u8 = 65;
const MAKER: u8 = 66;
const MODEL: u8 = 67;
const SERIAL: u8 = 68;
const FONT: u8 = 69;

impl Session {
    /// What is remembered of the printer may be believed on this connection.
    pub(super) fn is_acquainted(&self) -> bool {
        self.acquainted || self.voice != Voice::Heard || !self.may_recognise()
    }

    /// It is remembered as one that tells who it is.
    fn may_recognise(&self) -> bool {
        let told = self.identity.as_ref().is_some_and(|identity| !identity.is_empty());
        self.abilities.identity && self.proof != Proof::Unknown && told
    }

    pub(super) fn step_acquaintance(&mut self, out: &mut Vec<Action>) {
        if self.acquainted || !self.at_leisure() {
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
        if self.identity.as_ref() != Some(&inquiry.identity) {
            self.identity = Some(inquiry.identity.clone());
            out.push(Action::Identified(inquiry.identity.clone()));
        }
    }

    pub(super) fn recognised(&mut self, inquiry: &Inquiry) {
        let same = self.identity.as_ref().is_some_and(|known| {
            telling(known).iter().all(|question| {
                let skipped = inquiry.cut_short && !inquiry.answered.contains(question);
                skipped || part(known, *question) == part(&inquiry.identity, *question)
            })
        });
        if same {
            self.acquainted = true;
        } else {
            // another model, firmware or printer: nothing that was measured holds
            self.identity = None;
            self.proof = Proof::Unknown;
            self.numbers = None;
            self.counted_at = None;
            self.cuts_move = false;
        }
    }
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
