//! The manners of a connection in virtual time: when it is reset, dropped or left hanging. No sockets.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What a second client meets while the first is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Second {
    /// It is connected, and nothing is read until the first is gone (Epson UB-E02).
    #[default]
    Queue,
    /// Its connect is refused (Aures).
    Refuse,
    /// Its SYN is not answered: the kernel's queue of one is filled by a connection of our own.
    Ignore,
}

/// How the printer ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HangUp {
    /// FIN.
    Close,
    /// RST.
    Reset,
}

/// What is set, and the connection as the printer sees it.
#[derive(Debug, Clone, Default)]
pub(super) struct Session {
    /// What a second client meets.
    pub(super) second: Second,
    /// RST after this long without a byte from the host.
    pub(super) idle_reset: Option<Duration>,
    /// FIN this long after the host's.
    pub(super) close_after: Duration,
    /// No FIN at all.
    pub(super) never_closes: bool,
    /// RST after this many more bytes; once.
    pub(super) drop_after: Option<u64>,
    /// Nobody is let in for this long after a connection broke (Bixolon's network board).
    pub(super) holds_dead: Option<Duration>,
    /// Connections since the printer was made.
    pub(super) connections: u64,
    connected: bool,
    last_byte: Duration,
    finished: Option<Duration>,
    held_until: Option<Duration>,
}

impl Session {
    pub(super) fn connect(&mut self, now: Duration) {
        self.connections += 1;
        self.connected = true;
        self.last_byte = now;
        self.finished = None;
    }

    /// The connection is over, by whomever; `broken` when without a farewell.
    pub(super) fn end(&mut self, broken: bool, now: Duration) {
        if self.connected && broken {
            self.held_until = self.holds_dead.map(|held| now + held);
        }
        self.connected = false;
        self.finished = None;
    }

    /// The host sends no more.
    pub(super) fn finish(&mut self, now: Duration) {
        self.finished = Some(now);
    }

    /// A byte came; the connection may be one of those that break after so many.
    pub(super) fn count(&mut self, now: Duration) -> Option<HangUp> {
        self.last_byte = now;
        if !self.connected {
            return None;
        }
        let left = self.drop_after.as_mut()?;
        *left = left.saturating_sub(1);
        if *left > 0 {
            return None;
        }
        self.drop_after = None;
        self.end(false, now);
        Some(HangUp::Reset)
    }

    /// Whether a client is let in.
    pub(super) fn admits(&self, now: Duration) -> bool {
        self.held_until.is_none_or(|until| until <= now)
    }

    /// When `hang_up` or `admits` has news.
    pub(super) fn due(&self) -> Option<Duration> {
        let held = self.held_until;
        if !self.connected {
            return held;
        }
        let close = self.finished.filter(|_| !self.never_closes).map(|at| at + self.close_after);
        let idle = self.idle_reset.filter(|_| self.finished.is_none()).map(|idle| self.last_byte + idle);
        [held, close, idle].into_iter().flatten().min()
    }

    /// What the time has brought.
    pub(super) fn hang_up(&mut self, now: Duration) -> Option<HangUp> {
        if self.held_until.is_some_and(|until| until <= now) {
            self.held_until = None;
        }
        if !self.connected || self.due().is_none_or(|due| due > now) {
            return None;
        }
        let how = if self.finished.is_some() { HangUp::Close } else { HangUp::Reset };
        self.end(false, now);
        Some(how)
    }
}
