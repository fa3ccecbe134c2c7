//! The printer's time: what comes in at a moment, and all that happens by itself until then, each thing when it is due.
//! What each of them does is the others' business.

use std::time::Duration;

use super::super::change::Change;
use super::super::script::Step;
use super::super::state::Outputs;
use super::PrinterCore;

/// How often `asb-periodic` repeats itself.
const PERIOD: Duration = Duration::from_secs(2);

impl PrinterCore {
    /// When `tick` is due; `None` while nothing happens by itself.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        let periodic = (self.repeats_status()).then(|| self.asb_at + PERIOD);
        let motion = self.motion.map(|motion| motion.end());
        let cooled = self.cooling.then(|| self.heat.cooled_at());
        [motion, self.incoming.due(), self.mouth.due(), cooled, periodic, self.session.due(), self.script.due()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Bytes came in. Real-time commands act when their byte arrives, the rest when its turn comes.
    pub fn on_received(&mut self, bytes: &[u8], now: Duration) -> Outputs {
        self.work(now);
        for byte in bytes {
            if !self.is_powered() || self.half_open || self.out.hang_up.is_some() {
                break;
            }
            if self.incoming.is_limited() {
                self.incoming.push(*byte, now);
            } else {
                self.take(*byte);
                self.work(now);
            }
        }
        self.work(now);
        std::mem::take(&mut self.out)
    }

    /// A host has connected, or opened the pty.
    pub fn on_connected(&mut self, now: Duration) -> Outputs {
        self.work(now);
        self.session.connect(now);
        std::mem::take(&mut self.out)
    }

    /// The host has said that it sends no more.
    pub fn on_finished(&mut self, now: Duration) -> Outputs {
        self.work(now);
        self.session.finish(now);
        self.work(now);
        std::mem::take(&mut self.out)
    }

    /// The connection broke.
    pub fn on_broken(&mut self, now: Duration) -> Outputs {
        self.work(now);
        self.session.end(true, now);
        self.mouth.clear();
        self.work(now);
        std::mem::take(&mut self.out)
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Duration) -> Outputs {
        self.work(now);
        std::mem::take(&mut self.out)
    }

    /// A hand changes the printer. Quirks that contradict each other change nothing.
    pub fn set(&mut self, change: &Change, now: Duration) -> Outputs {
        self.work(now);
        self.change(change);
        self.work(now);
        std::mem::take(&mut self.out)
    }

    /// Something is to happen by itself, later.
    pub fn plan(&mut self, step: Step, now: Duration) -> Outputs {
        self.work(now);
        self.script.add(step, &self.marks);
        self.strike();
        self.work(now);
        std::mem::take(&mut self.out)
    }

    /// Everything that can happen up to `now`, each thing at its own time.
    fn work(&mut self, now: Duration) {
        loop {
            self.act();
            match self.deadline() {
                Some(due) if due <= now => {
                    self.pass_to(due);
                    self.happen();
                }
                _ => break,
            }
        }
        self.pass_to(now);
    }

    fn pass_to(&mut self, now: Duration) {
        self.clock = self.clock.max(now);
        self.marks.now = self.clock;
    }

    /// What the present moment brings by itself.
    fn happen(&mut self) {
        let now = self.clock;
        if let Some(motion) = self.motion
            && motion.end() <= now
        {
            self.arrive(motion);
        }
        if let Some(byte) = self.incoming.pop(now) {
            self.take(byte);
        }
        self.mouth.release(now, &mut self.out.replies);
        if self.cooling && self.heat.cooled_at() <= now {
            self.cool_down();
        }
        if self.repeats_status() && self.asb_at + PERIOD <= now {
            self.say_status();
        }
        if let Some(how) = self.session.hang_up(now) {
            self.hang_up(how);
        }
        self.strike();
    }

    /// The script's steps whose moment has come.
    pub(super) fn strike(&mut self) {
        while let Some(change) = self.script.next(&self.marks) {
            self.change(&change);
        }
    }
}
