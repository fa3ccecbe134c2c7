//! The terminal's way to the host: one connection, one request, one answer; or nobody, and every answer is 00.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::acquirer::frame::{FRAME_MOST, Frame};
use crate::acquirer::message::Message;
use crate::acquirer::totals::{BALANCED, Totals};

/// Why the host gave no answer, as the terminal shows it. The codes are this terminal's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    Unreachable,
    Silent,
    Unreadable,
    Mismatched,
}

impl Trouble {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "N1",
            Self::Silent => "N2",
            Self::Unreadable => "N3",
            Self::Mismatched => "N4",
        }
    }
}

/// Where the host is and how it is addressed.
#[derive(Debug, Clone)]
pub(super) struct HostLine {
    pub(super) host: Option<SocketAddr>,
    pub(super) tpdu: [u8; 5],
    pub(super) header: [u8; 6],
    pub(super) timeout: Duration,
    pub(super) references: u64,
}

impl HostLine {
    /// Asks the host; the answer with the 处理要求 of its header.
    pub(super) fn ask(&mut self, request: &Message) -> Result<(Message, u8), Trouble> {
        let Some(host) = self.host else { return Ok((self.answer_alone(request), 0)) };
        let frame = Frame { tpdu: self.tpdu, header: self.header, body: request.encode() };
        let mut stream = TcpStream::connect_timeout(&host, self.timeout).map_err(|_| Trouble::Unreachable)?;
        let prepared = stream.set_read_timeout(Some(self.timeout));
        prepared.and_then(|()| stream.write_all(&frame.encode())).map_err(|_| Trouble::Unreachable)?;
        let mut length = [0; 2];
        stream.read_exact(&mut length).map_err(|_| Trouble::Silent)?;
        let length = usize::from(u16::from_be_bytes(length));
        if length > FRAME_MOST {
            return Err(Trouble::Unreadable);
        }
        let mut bytes = vec![0; length];
        stream.read_exact(&mut bytes).map_err(|_| Trouble::Unreadable)?;
        let answer = Frame::decode(&bytes).ok_or(Trouble::Unreadable)?;
        let message = Message::decode(&answer.body).map_err(|_| Trouble::Unreadable)?;
        let mti = request.mti().parse::<u16>().unwrap_or(0) + 10;
        let same = |field| request.bytes(field) == message.bytes(field);
        if message.mti() != format!("{mti:04}") || !same(11) || !same(41) || !same(42) {
            return Err(Trouble::Mismatched);
        }
        if !message.has(39) && !message.has(48) {
            return Err(Trouble::Mismatched);
        }
        Ok((message, answer.demand()))
    }

    /// As if the host had said 00.
    fn answer_alone(&mut self, request: &Message) -> Message {
        let mti = request.mti().parse::<u16>().unwrap_or(0) + 10;
        let mut answer = Message::new(&format!("{mti:04}"));
        for field in [3, 4, 11, 41, 42, 60] {
            if let Some(value) = request.bytes(field) {
                answer.set(field, value);
            }
        }
        let now = jiff::Zoned::now();
        self.references += 1;
        answer.set(12, now.strftime("%H%M%S").to_string());
        answer.set(13, now.strftime("%m%d").to_string());
        answer.set(15, now.strftime("%m%d").to_string());
        answer.set(37, format!("0000000{:05}", self.references % 100_000));
        if let Some((totals, ..)) = request.text(48).and_then(Totals::read) {
            answer.set(48, totals.digits(BALANCED, BALANCED));
        } else {
            answer.set(39, "00");
        }
        if request.mti() == "0200" {
            answer.set(38, request.text(11).unwrap_or("000000"));
        }
        answer
    }
}
