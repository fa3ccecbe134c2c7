//! Over an open stream: one frame out, one frame back.

use std::{
    io::{self, ErrorKind, Read, Write},
    time::{Duration, Instant},
};

use rustls::{ClientConnection, StreamOwned};

use super::{
    fault::{Ending, LinkFault},
    reader::Timed,
    tls,
};
use crate::iso::frame::{LEAST, LENGTH, MOST};

/// Bytes behind a whole frame are waited for this long: a peer that sends more than it says is no host of ours.
const MORE: Duration = Duration::from_millis(100);
/// After a FIN a reset is waited for at least and at most so long; between them twice the time that connecting took.
const RESET_LEAST: Duration = Duration::from_millis(20);
const RESET_MOST: Duration = Duration::from_millis(500);

/// An open way to a host.
#[derive(Debug)]
pub(super) enum Wire {
    Plain(Timed),
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
}

impl Wire {
    fn timed(&mut self) -> &mut Timed {
        match self {
            Wire::Plain(stream) => stream,
            Wire::Tls(stream) => &mut stream.sock,
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(stream) => stream.read(buffer),
            Wire::Tls(stream) => stream.read(buffer),
        }
    }

    /// Sends a frame whole, until then.
    pub(super) fn send(&mut self, frame: &[u8], until: Instant) -> Result<(), LinkFault> {
        let dropped = |detail: String| LinkFault::Dropped { sent: false, detail };
        self.timed().set_until(until);
        let sent = match self {
            Wire::Plain(stream) => stream.write_all(frame),
            Wire::Tls(stream) => stream.write_all(frame).and_then(|()| stream.flush()),
        };
        sent.map_err(|error| match error.kind() {
            ErrorKind::TimedOut => LinkFault::SendTimedOut,
            _ => dropped(error.to_string()),
        })
    }

    /// Reads one frame whole, until then. `connect` is how long connecting took.
    pub(super) fn receive(&mut self, until: Instant, connect: Duration) -> Result<Vec<u8>, LinkFault> {
        self.timed().set_until(until);
        let begun = Instant::now();
        let mut last = begun;
        let mut got = Vec::new();
        let mut buffer = [0u8; 1024];
        let wanted = loop {
            if let Some(length) = got.first_chunk::<LENGTH>() {
                if let Some(fault) = self.stranger(*length) {
                    return Err(fault);
                }
                let said = usize::from(u16::from_be_bytes(*length));
                if !(LEAST..=MOST).contains(&said) {
                    return Err(LinkFault::Length { said });
                }
                if got.len() >= LENGTH + said {
                    break LENGTH + said;
                }
            }
            match self.read(&mut buffer) {
                Ok(0) => return Err(self.closed(&got, connect)),
                Ok(count) => {
                    got.extend(buffer.iter().take(count));
                    last = Instant::now();
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(&error, &got, connect, begun, last)),
            }
        };
        if got.len() == wanted {
            self.timed().set_until(until.min(Instant::now() + MORE));
            if let Ok(count) = self.read(&mut buffer) {
                got.extend(buffer.iter().take(count));
            }
        }
        if got.len() > wanted {
            return Err(LinkFault::Trailing { extra: got.len() - wanted });
        }
        Ok(got)
    }

    /// Who answers in another protocol; no frame of ours is that long.
    fn stranger(&self, first: [u8; LENGTH]) -> Option<LinkFault> {
        match (self, &first) {
            // a TLS alert or handshake record
            (Wire::Plain(_), [0x15 | 0x16, 0x03]) => Some(LinkFault::SpeaksTls),
            (_, b"HT" | b"<h" | b"<H" | b"<!") => Some(LinkFault::SpeaksHttp),
            _ => None,
        }
    }

    fn closed(&mut self, got: &[u8], connect: Duration) -> LinkFault {
        if !got.is_empty() {
            return cut_short(got, Ending::Closed);
        }
        let grace = (connect * 2).clamp(RESET_LEAST, RESET_MOST);
        if self.timed().resets_within(grace) {
            LinkFault::Dropped { sent: true, detail: "closed with our bytes unread".to_owned() }
        } else {
            LinkFault::ClosedUnanswered
        }
    }

    fn failed(&mut self, error: &io::Error, got: &[u8], connect: Duration, begun: Instant, last: Instant) -> LinkFault {
        if let Some(broken) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return tls::named(broken, None);
        }
        match error.kind() {
            ErrorKind::TimedOut if got.is_empty() => LinkFault::Silent,
            ErrorKind::TimedOut => {
                let still = last.elapsed() * 2 <= begun.elapsed();
                cut_short(got, if still { Ending::StillComing } else { Ending::Stalled })
            }
            // TLS without a farewell
            ErrorKind::UnexpectedEof => self.closed(got, connect),
            _ if got.is_empty() => LinkFault::Dropped { sent: true, detail: error.to_string() },
            _ => cut_short(got, Ending::Closed),
        }
    }

    /// Says farewell where TLS has one; the socket closes by being dropped.
    pub(super) fn close(mut self) {
        self.timed().set_until(Instant::now() + RESET_LEAST);
        if let Wire::Tls(stream) = &mut self {
            stream.conn.send_close_notify();
            // nobody waits for it
            let _ = stream.flush();
        }
    }
}

fn cut_short(got: &[u8], ending: Ending) -> LinkFault {
    let said = got.first_chunk::<LENGTH>().map_or(LEAST, |length| usize::from(u16::from_be_bytes(*length)));
    LinkFault::CutShort { have: got.len(), said: LENGTH + said, ending }
}
