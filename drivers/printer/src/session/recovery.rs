//! Bringing a printer back from an error that a command can clear (DLE ENQ): a few tries, then a person must act.

use std::time::Duration;

use model::Cause;
use paper::command;

use super::{Session, voice::Voice};
use crate::Action;

/// So long after the error appeared.
const TRIES: [Duration; 3] = [Duration::from_secs(3), Duration::from_secs(10), Duration::from_secs(30)];
/// An error that comes back sooner is still the same one.
const GONE: Duration = Duration::from_secs(60);

/// The tries at one error.
#[derive(Debug, Default)]
pub(super) struct Recovery {
    /// Since when it is there; `None`: it is not.
    since: Option<Duration>,
    seen_at: Duration,
    tried: usize,
}

impl Session {
    fn recoverable(&self) -> bool {
        let kind = matches!(self.told_cause(), Some(Cause::CutterError | Cause::RecoverableError));
        self.open && self.abilities.recover && self.voice == Voice::Heard && kind && !self.stopping && !self.closing
    }

    pub(super) fn recovery_due(&self) -> Option<Duration> {
        // real-time commands stand between commands, and nothing else may be on its way
        if !self.recoverable() || self.outstanding() || self.poll.active() {
            return None;
        }
        let since = self.recovery.since?;
        TRIES.get(self.recovery.tried).map(|after| since + *after)
    }

    pub(super) fn step_recovery(&mut self, out: &mut Vec<Action>) {
        if !self.recoverable() {
            self.recovery.since = None;
            return;
        }
        if self.recovery.since.is_none() {
            let tried = if self.now > self.recovery.seen_at + GONE { 0 } else { self.recovery.tried };
            self.recovery = Recovery { since: Some(self.now), seen_at: self.now, tried };
        }
        if self.due(self.recovery_due()) {
            self.recovery.tried += 1;
            // with a job in hand it goes on with the line that it stopped in; without one, nothing is worth keeping
            let n = if self.transfer.is_some() { 1 } else { 2 };
            self.write(&command::dle_enq(n), out);
        }
        self.recovery.seen_at = self.now;
    }
}
