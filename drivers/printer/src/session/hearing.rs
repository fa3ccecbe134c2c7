//! Whether the printer speaks on this connection, and by which means: answers, automatic status, or not at all.

use std::time::Duration;

use model::Conditions;
use paper::command;

use super::{
    Session,
    voice::{LISTEN_AGAIN, Voice},
};
use crate::{Action, reply::Reply, status};

/// What was heard this recently need not be asked again before a claim.
const FRESH: Duration = Duration::from_secs(1);
/// A printer that answers no question may still know automatic status, which comes as soon as it is switched on.
const LISTEN: Duration = Duration::from_millis(500);
/// With bytes under way, a printer that takes none for this long and does not say why is stalled. No line of print, no cut
/// and no feed that we send takes so long.
const HELD_UP: Duration = Duration::from_secs(8);
/// So many questions unanswered in idleness: the connection is dead.
const PROBES: u8 = 2;

impl Session {
    pub(super) fn open_ears(&mut self) {
        self.conditions = None;
        self.was_mute = self.voice == Voice::Mute && self.effective_proof() == model::Proof::NoProof;
        self.voice = if self.abilities.answers { Voice::Unasked } else { Voice::Mute };
        // one that knew only automatic status the last time is not left waiting for answers to questions
        self.listen_until = (self.asb_seen && !self.eot_seen).then_some(self.now + LISTEN);
        self.asb_asked = false;
        self.asb_seen = false;
        self.eot_seen = false;
        self.silence = 0;
    }

    pub(super) fn heard_real_time(&mut self, byte: u8) {
        self.eot_seen = true;
        // it does answer, slowly
        if self.listen_until.is_some() {
            self.listen_until = Some(self.now + LISTEN);
        }
        if let Some(answers) = self.poll.answered(byte, self.now) {
            self.told_by_answers(answers);
        }
    }

    pub(super) fn told_by_answers(&mut self, answers: [Option<u8>; 4]) {
        // what it did not answer it may have said by itself
        let before = self.conditions.filter(|_| self.asb_seen);
        self.told(status::real_time(answers, before));
    }

    pub(super) fn told(&mut self, conditions: Conditions) {
        self.conditions = Some(conditions);
        self.told_at = self.now;
        self.voice = Voice::Heard;
        self.spoke = true;
    }

    pub(super) fn note_voice(&mut self, reply: &Reply) {
        self.heard_at = self.now;
        self.silence = 0;
        // the first answers of a burst say nothing yet: a voice without a status must not count as well
        if self.voice != Voice::Unasked && (self.conditions.is_some() || !matches!(reply, Reply::RealTime(_))) {
            self.voice = Voice::Heard;
            self.spoke = true;
        }
    }

    /// Draws the conclusion from questions that were not answered.
    pub(super) fn unheard(&mut self) {
        // printing, and it spoke meanwhile (proof, automatic status): then it only has no time for questions
        let spoke = self.poll.asked_at().is_some_and(|asked| self.heard_at > asked);
        if self.voice == Voice::Unasked && self.abilities.asb && !self.asb_asked {
            self.listen_until = Some(self.now + if self.was_mute { LISTEN_AGAIN } else { LISTEN });
            return;
        }
        // one that said what is wrong may take no bytes until that is mended: its silence is explained
        if self.eot_seen && !spoke && self.transfer.is_none() && self.told_cause().is_none() {
            self.silence = self.silence.saturating_add(1);
        }
        self.voice = match self.voice {
            Voice::Unasked | Voice::Mute => self.silent(),
            Voice::Heard if spoke => Voice::Heard,
            Voice::Heard | Voice::Lost => Voice::Lost,
        };
    }

    /// What silence on a new connection means: one that spoke in this run is held up, and takes no job until it speaks.
    fn silent(&self) -> Voice {
        if self.spoke { Voice::Lost } else { Voice::Mute }
    }

    /// It answered on this connection and does not any more, and nothing explains it: a peer that was switched off sends
    /// no FIN.
    pub(super) fn is_half_open(&self) -> bool {
        self.silence >= PROBES
    }

    pub(super) fn listen_due(&self) -> Option<Duration> {
        self.listen_until.filter(|_| self.voice == Voice::Unasked)
    }

    pub(super) fn expire_listening(&mut self) {
        if self.due(self.listen_due()) {
            self.listen_until = None;
            if self.poll.asked_at().is_some() {
                self.voice = self.silent();
            }
        }
    }

    pub(super) fn enable_asb(&mut self, out: &mut Vec<Action>) {
        // only behind the answers to the first questions: nothing else may be sent before they are in
        let asked = (self.voice != Voice::Unasked || self.listen_until.is_some()) && !self.poll.active();
        if self.abilities.answers
            && self.abilities.asb
            && !self.asb_asked
            && asked
            && !self.stopping
            && self.need.is_none()
            // one that answers questions is not sent anything while it owes; another could not be heard without
            && !(self.is_draining() && self.eot_seen)
        {
            self.ask_for_asb(out);
        }
    }

    /// Also behind each ESC @, which may end automatic status.
    pub(super) fn ask_for_asb(&mut self, out: &mut Vec<Action>) {
        if self.abilities.asb {
            self.asb_asked = true;
            self.write(&command::asb(0xFF), out);
        }
    }

    /// Asked and not answered, yet it reports by itself: asking on is no use.
    pub(super) fn only_asb(&self) -> bool {
        self.asb_seen && !self.eot_seen && !self.poll.active()
    }

    pub(super) fn fresh(&self) -> bool {
        match self.voice {
            Voice::Mute => true,
            Voice::Heard if self.only_asb() => true,
            _ => {
                let at = if self.asb_seen { self.heard_at } else { self.told_at };
                self.conditions.is_some() && self.now < at + FRESH
            }
        }
    }

    /// It takes no bytes: asking it how it is would be in vain.
    pub(super) fn is_held_up(&self) -> bool {
        self.abilities.answers && self.outstanding() && self.now >= self.taken_at + HELD_UP
    }

    pub(super) fn held_up_due(&self) -> Option<Duration> {
        (self.abilities.answers && self.outstanding() && !self.is_held_up()).then(|| self.taken_at + HELD_UP)
    }
}
