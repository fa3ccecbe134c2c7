//! A TCP stream whose reads and writes end at a moment, however many there are: a host that drips gains no time.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// The stream, and until when it may be used.
#[derive(Debug)]
pub(super) struct Timed {
    stream: TcpStream,
    until: Instant,
    first: Option<u8>,
}

impl Timed {
    pub(super) fn new(stream: TcpStream, until: Instant) -> Timed {
        Timed { stream, until, first: None }
    }

    pub(super) fn set_until(&mut self, until: Instant) {
        self.until = until;
    }

    /// The first byte that ever came.
    pub(super) fn first_byte(&self) -> Option<u8> {
        self.first
    }

    /// True if the peer closes within this time, before anything was sent. A peer that speaks first is none that closed.
    pub(super) fn closes_within(&self, time: Duration) -> bool {
        let limit = Timespec::try_from(time).ok();
        let mut fds = [PollFd::new(&self.stream, PollFlags::IN | PollFlags::RDHUP)];
        if !poll(&mut fds, limit.as_ref()).is_ok_and(|ready| ready > 0) {
            return false;
        }
        let mut byte = [0; 1];
        if self.stream.set_nonblocking(true).is_err() {
            return false;
        }
        let peeked = self.stream.peek(&mut byte);
        // a stream that stays non-blocking would look like one that timed out; the next read tells
        let _ = self.stream.set_nonblocking(false);
        match peeked {
            Ok(count) => count == 0,
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        }
    }

    /// After the peer's FIN: true if a reset follows within the grace, which says that bytes of ours were never read.
    pub(super) fn resets_within(&self, grace: Duration) -> bool {
        let limit = Timespec::try_from(grace).ok();
        // no event asked for: only errors and hang-ups wake it
        let mut fds = [PollFd::new(&self.stream, PollFlags::empty())];
        poll(&mut fds, limit.as_ref()).is_ok_and(|ready| ready > 0)
    }

    fn left(&self) -> io::Result<Duration> {
        match self.until.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(left),
            _ => Err(ErrorKind::TimedOut.into()),
        }
    }
}

fn settle(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::WouldBlock { ErrorKind::TimedOut.into() } else { error }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.stream.set_read_timeout(Some(self.left()?))?;
            match self.stream.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(settle(error)),
                Ok(count) => {
                    if self.first.is_none() {
                        self.first = buffer.get(..count).and_then(|read| read.first()).copied();
                    }
                    return Ok(count);
                }
            }
        }
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream.write(bytes).map_err(settle)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
