//! The way to the host: a TCP port or a serial line. The shell only sees "the host".

use std::net::SocketAddr;
use std::os::fd::BorrowedFd;
use std::path::Path;

use super::args::At;
use super::line::Line;
use super::port::Port;
use super::session::Second;
use super::traffic::Received;
use super::wire::Flow;

/// One of the ways.
#[derive(Debug)]
pub(super) enum Link {
    Port(Port),
    Line(Line),
}

impl Link {
    pub(super) fn open(at: &At, second: Second) -> anyhow::Result<Self> {
        Ok(match at {
            At::Tcp(address) => Self::Port(Port::open(*address, second)?),
            At::Pty(path) => Self::Line(Line::open(path)?),
        })
    }

    /// What `listening …` says.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Port(port) => port.address().to_string(),
            Self::Line(line) => line.path().display().to_string(),
        }
    }

    pub(super) fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Port(port) => Some(port.address()),
            Self::Line(_) => None,
        }
    }

    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::Port(_) => None,
            Self::Line(line) => Some(line.path()),
        }
    }

    /// Readable when somebody comes.
    pub(super) fn door(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::Port(port) => port.listener(),
            Self::Line(line) => line.watch(),
        }
    }

    /// The host's bytes.
    pub(super) fn host(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::Port(port) => port.client(),
            Self::Line(line) => line.printer(),
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        match self {
            Self::Port(port) => port.is_connected(),
            Self::Line(line) => line.is_connected(),
        }
    }

    pub(super) fn is_open_for_reading(&self) -> bool {
        match self {
            Self::Port(port) => port.is_open_for_reading(),
            Self::Line(_) => true,
        }
    }

    pub(super) fn has_out(&self) -> bool {
        match self {
            Self::Port(port) => port.has_out(),
            Self::Line(line) => line.has_out(),
        }
    }

    /// Somebody may be at the door; true when there is a new connection.
    pub(super) fn answer_door(&mut self) -> bool {
        match self {
            Self::Port(port) => port.accept(),
            Self::Line(line) => line.look(),
        }
    }

    pub(super) fn set_second(&mut self, second: Second) -> anyhow::Result<()> {
        match self {
            Self::Port(port) => port.set_second(second),
            Self::Line(_) => anyhow::bail!("a serial line has no second client"),
        }
    }

    /// Whether the host stops sending when this kind of flow control tells it to.
    pub(super) fn obeys(&self, flow: Flow) -> bool {
        match self {
            Self::Port(_) => true,
            Self::Line(line) => line.obeys(flow),
        }
    }

    /// The baud rate at the host's side of a serial line.
    pub(super) fn baud(&self) -> Option<u32> {
        match self {
            Self::Port(_) => None,
            Self::Line(line) => line.baud(),
        }
    }

    pub(super) fn read(&mut self, most: usize, into: &mut Vec<u8>) -> Received {
        match self {
            Self::Port(port) => port.read(most, into),
            Self::Line(line) => line.read(most, into),
        }
    }

    pub(super) fn send(&mut self, bytes: &[u8]) {
        match self {
            Self::Port(port) => port.send(bytes),
            Self::Line(line) => line.send(bytes),
        }
    }

    /// Writes what can be written now; false when the connection broke.
    pub(super) fn flush(&mut self) -> bool {
        match self {
            Self::Port(port) => port.flush(),
            Self::Line(line) => {
                line.flush();
                true
            }
        }
    }

    pub(super) fn hang_up(&mut self, reset: bool) {
        match self {
            Self::Port(port) => port.hang_up(reset),
            Self::Line(line) => line.lose(),
        }
    }

    pub(super) fn power_off(&mut self) {
        match self {
            Self::Port(port) => port.power_off(),
            Self::Line(line) => line.power_off(),
        }
    }

    pub(super) fn power_on(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Port(port) => port.power_on(),
            Self::Line(line) => line.power_on(),
        }
    }
}
