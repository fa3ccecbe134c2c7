//! An open way to a printer, whatever it is made of, and the causes behind its errors.
//!
//! Nothing here blocks, but for looking up a host's name. What the bytes mean is not known here.

use std::{
    io::{self, ErrorKind},
    os::fd::BorrowedFd,
};

use model::Cause;

use crate::{
    Connection,
    file::FileLink,
    tcp::{TcpLink, TcpOpening},
};

/// Why a printer could not be reached, or was lost.
#[derive(Debug, thiserror::Error)]
#[error("{doing} {address}: {source}")]
pub struct LinkError {
    /// What was being done: `connecting to`, `opening`, `writing to` …
    pub doing: &'static str,
    /// The printer's address.
    pub address: String,
    #[source]
    pub source: io::Error,
}

impl LinkError {
    pub(crate) fn new(doing: &'static str, address: &Connection, source: io::Error) -> Self {
        Self { doing, address: address.to_string(), source }
    }

    /// The cause that a person is told.
    pub fn cause(&self) -> Cause {
        cause(&self.source)
    }
}

/// The cause behind an error of the system.
pub(crate) fn cause(error: &io::Error) -> Cause {
    match error.kind() {
        ErrorKind::ConnectionRefused => Cause::ConnectionRefused,
        ErrorKind::PermissionDenied => Cause::PermissionDenied,
        ErrorKind::NotFound => Cause::NoDevice,
        ErrorKind::ResourceBusy => Cause::Busy,
        ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::AddrNotAvailable
        | ErrorKind::TimedOut => Cause::Unreachable,
        _ => match error.raw_os_error().map(rustix::io::Errno::from_raw_os_error) {
            Some(rustix::io::Errno::NODEV | rustix::io::Errno::NXIO) => Cause::NoDevice,
            _ => Cause::ConnectionLost,
        },
    }
}

/// A way that is being opened.
#[derive(Debug)]
pub(crate) enum Opening {
    Open(Link),
    /// Writable when it stands or failed; then [`TcpOpening::finish`].
    Connecting(TcpOpening),
}

/// An open way to a printer.
#[derive(Debug)]
pub(crate) enum Link {
    Tcp(TcpLink),
    File(FileLink),
}

impl Link {
    pub(crate) fn open(connection: &Connection) -> Result<Opening, LinkError> {
        match connection {
            Connection::Tcp { host, port } => TcpOpening::start(host, *port)
                .map(Opening::Connecting)
                .map_err(|source| LinkError::new("connecting to", connection, source)),
            Connection::File { path } => FileLink::open(path)
                .map(|file| Opening::Open(Link::File(file)))
                .map_err(|source| LinkError::new("opening", connection, source)),
            Connection::Undriven { .. } => {
                let none = io::Error::new(ErrorKind::NotFound, "this version does not drive such lines yet");
                Err(LinkError::new("opening", connection, none))
            }
        }
    }

    /// What to poll.
    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Link::Tcp(tcp) => tcp.fd(),
            Link::File(file) => file.fd(),
        }
    }

    /// False for a file: always readable, and never a word in it.
    pub(crate) fn speaks(&self) -> bool {
        matches!(self, Link::Tcp(_))
    }

    /// Ends it in order; what was written still arrives.
    pub(crate) fn close(&mut self) {
        if let Link::Tcp(tcp) = self {
            tcp.close();
        }
    }

    /// Reads what is there. `Ok(0)`: the printer closed.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Link::Tcp(tcp) => tcp.read(buffer),
            Link::File(_) => Err(ErrorKind::WouldBlock.into()),
        }
    }

    /// Writes what is taken at once.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Link::Tcp(tcp) => tcp.write(bytes),
            Link::File(file) => file.write(bytes),
        }
    }

    /// Makes sure that a finished job is really there, where the way has such a thing.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        match self {
            Link::Tcp(_) => Ok(()),
            Link::File(file) => file.sync(),
        }
    }

    /// Whether silence of the printer is to be borne: it said why it takes nothing.
    pub(crate) fn be_patient(&mut self, patient: bool) {
        if let Link::Tcp(tcp) = self {
            tcp.be_patient(patient);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_become_causes() {
        use rustix::io::Errno;
        let cases = [
            (Errno::CONNREFUSED, Cause::ConnectionRefused),
            (Errno::HOSTUNREACH, Cause::Unreachable),
            (Errno::NETUNREACH, Cause::Unreachable),
            (Errno::TIMEDOUT, Cause::Unreachable),
            (Errno::ACCESS, Cause::PermissionDenied),
            (Errno::PERM, Cause::PermissionDenied),
            (Errno::NOENT, Cause::NoDevice),
            (Errno::NODEV, Cause::NoDevice),
            (Errno::CONNRESET, Cause::ConnectionLost),
            (Errno::PIPE, Cause::ConnectionLost),
            (Errno::BUSY, Cause::Busy),
        ];
        for (errno, expected) in cases {
            assert_eq!(cause(&io::Error::from(errno)), expected, "{errno}");
        }
    }
}
