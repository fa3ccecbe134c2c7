//! An open way to a printer, whatever it is made of, and the causes behind its errors.
//!
//! Nothing here blocks, but for closing, which waits a short while for bytes under way. What the bytes mean is not known
//! here.

use std::{
    io::{self, ErrorKind},
    os::fd::BorrowedFd,
    time::Instant,
};

use model::Cause;
use rustix::event::PollFlags;

use crate::{Connection, file::FileLink, serial::SerialLink, tcp::TcpLink, usb::UsbLink};

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

/// An open way to a printer.
#[derive(Debug)]
pub(crate) enum Link {
    Tcp(TcpLink),
    Serial(SerialLink),
    Usb(UsbLink),
    File(FileLink),
}

impl Link {
    /// What to poll.
    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Link::Tcp(tcp) => tcp.fd(),
            Link::Serial(line) => line.fd(),
            Link::Usb(usb) => usb.fd(),
            Link::File(file) => file.fd(),
        }
    }

    /// What to poll it for; `writing`: bytes wait to be written.
    pub(crate) fn interest(&self, writing: bool) -> PollFlags {
        let (listens, kernel_holds) = match self {
            Link::Tcp(_) => (true, true),
            Link::Serial(line) => (true, line.due().is_none()),
            Link::Usb(usb) => (usb.speaks(), true),
            // always readable, and never a word in it
            Link::File(_) => (false, true),
        };
        let read = if listens { PollFlags::IN } else { PollFlags::empty() };
        let write = if writing && kernel_holds { PollFlags::OUT } else { PollFlags::empty() };
        read | write
    }

    /// When it wants to be looked at again, whatever polling says.
    pub(crate) fn due(&self, writing: bool) -> Option<Instant> {
        match self {
            Link::Serial(line) => line.due().filter(|_| writing),
            Link::Usb(usb) => usb.due(),
            Link::Tcp(_) | Link::File(_) => None,
        }
    }

    /// Ends it in order; what was written still arrives, if the printer takes it soon.
    pub(crate) fn close(&mut self) {
        match self {
            Link::Tcp(tcp) => tcp.close(),
            Link::Serial(line) => line.drain(),
            Link::Usb(usb) => usb.drain(),
            Link::File(_) => {}
        }
    }

    /// Reads what is there. `Ok(0)`: the printer closed.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Link::Tcp(tcp) => tcp.read(buffer),
            Link::Serial(line) => line.read(buffer),
            Link::Usb(usb) => usb.read(buffer),
            Link::File(_) => Err(ErrorKind::WouldBlock.into()),
        }
    }

    /// Writes what is taken at once. `Ok(0)` is a failure.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Link::Tcp(tcp) => tcp.write(bytes),
            Link::Serial(line) => line.write(bytes),
            Link::Usb(usb) => usb.write(bytes),
            Link::File(file) => file.write(bytes),
        }
    }

    /// Makes sure that a finished job is really there, where the way has such a thing.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        match self {
            Link::Tcp(_) | Link::Serial(_) | Link::Usb(_) => Ok(()),
            Link::File(file) => file.sync(),
        }
    }

    /// How patient to be with a printer that takes nothing: `told`: it said why; `in_job`: a job is in hand.
    pub(crate) fn bear(&mut self, told: bool, in_job: bool) {
        if let Link::Tcp(tcp) = self {
            tcp.bear(told, in_job);
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
