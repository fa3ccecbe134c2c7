//! When the next bytes may go onto a serial line without the kernel's help: with no flow control at all ([`Pace`]), or
//! behind a modem line that only we can look at ([`Handshake`]). No I/O and no clock: time is passed in.

mod buffer;
mod clock;
mod handshake;
mod plan;

use std::time::Duration;

use paper::Profile;

pub(crate) use self::{buffer::Pace, clock::Clock, handshake::Handshake};

/// What a printer can take in; `None`: not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Intake {
    /// Receive buffer, in bytes.
    pub buffer: Option<u32>,
    /// Speed of the paper, in mm/s.
    pub speed: Option<u32>,
    /// Dots per inch down the paper.
    pub dpi: Option<u32>,
}

impl From<&Profile> for Intake {
    fn from(profile: &Profile) -> Self {
        Self { buffer: profile.rx_buffer, speed: profile.speed, dpi: Some(profile.dpi) }
    }
}

/// Whether bytes may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// So many of them, now. Never none.
    Go(usize),
    /// Ask again then.
    Wait(Duration),
}
