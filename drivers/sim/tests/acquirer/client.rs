//! A terminal made by hand for these tests: frames as hex, and a reader of answers that knows only the fields they have.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use sim::acquirer::{Args, Running};

/// How long nothing must come before it counts as silence.
const SILENCE: Duration = Duration::from_millis(300);
const TERMINAL: &str = "3132333435363738";
const MERCHANT: &str = "383938313130303132333435363738";

pub(crate) fn host() -> Running {
    Running::start(&arguments()).unwrap()
}

pub(crate) fn arguments() -> Args {
    Args::new(SocketAddr::from(([127, 0, 0, 1], 0)))
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|letter| letter.to_digit(16)).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect()
}

/// A frame of the fact sheet's merchant: MTI, bit map and fields as hex.
pub(crate) fn frame(message: &str) -> Vec<u8> {
    let body = hex(&format!("6000030000 603100311000 {message}"));
    [&u16::try_from(body.len()).unwrap().to_be_bytes()[..], &body].concat()
}

pub(crate) fn sign_in(network_code: &str) -> Vec<u8> {
    frame(&format!("0800 0020000000C00012 000001 {TERMINAL} {MERCHANT} 0011 00000001{network_code}0 0003 303120"))
}

pub(crate) fn sign_off(batch: &str) -> Vec<u8> {
    frame(&format!("0820 0020000000C00010 000009 {TERMINAL} {MERCHANT} 0011 00{batch}0020"))
}

pub(crate) fn echo(batch: &str) -> Vec<u8> {
    frame(&format!("0820 0000000000C00010 {TERMINAL} {MERCHANT} 0011 00{batch}3010"))
}

/// Three sales of 1234.00 in all, one refund of 50.00.
pub(crate) const TOTALS: &str = "00000012340000300000000500000100000000000000000000000000000000";

pub(crate) fn settle(batch: &str) -> Vec<u8> {
    frame(&format!(
        "0500 0020000000C18012 000008 {TERMINAL} {MERCHANT} 0062 {TOTALS} 313536 0011 00{batch}2010 0003 303120"
    ))
}

pub(crate) fn upload(batch: &str, network_code: &str) -> Vec<u8> {
    frame(&format!("0320 0020000000C10010 000010 {TERMINAL} {MERCHANT} 0002 00 0011 00{batch}{network_code}0"))
}

/// What a connection brought.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Bytes, then the end.
    Closed(Vec<u8>),
    /// Bytes, then nothing.
    Silence(Vec<u8>),
    Reset,
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).unwrap()
}

/// Sends it on a connection of its own and listens until nothing more comes.
pub(crate) fn listen(address: SocketAddr, bytes: &[u8]) -> Heard {
    let mut stream = connect(address);
    let _ = stream.write_all(bytes);
    stream.set_read_timeout(Some(SILENCE)).unwrap();
    let mut heard = Vec::new();
    let mut space = [0; 4096];
    loop {
        match stream.read(&mut space) {
            Ok(0) => return Heard::Closed(heard),
            Ok(count) => heard.extend_from_slice(&space[..count]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Heard::Reset,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Heard::Silence(heard),
            Err(error) => panic!("{error}"),
        }
    }
}

/// One whole frame with its LEN.
pub(crate) fn read_frame(stream: &mut impl Read) -> Vec<u8> {
    let mut length = [0; 2];
    stream.read_exact(&mut length).unwrap();
    let mut body = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut body).unwrap();
    [&length[..], &body].concat()
}

/// Sends it and reads the one frame that comes back.
pub(crate) fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(address);
    stream.write_all(bytes).unwrap();
    read_frame(&mut stream)
}

pub(crate) fn ask(host: &Running, bytes: &[u8]) -> Answer {
    Answer::read(&exchange(host.address(), bytes)).unwrap()
}

pub(crate) fn code(host: &Running, bytes: &[u8]) -> String {
    ask(host, bytes).text(39)
}

/// An answer taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) tpdu: Vec<u8>,
    pub(crate) header: Vec<u8>,
    pub(crate) mti: String,
    /// Packed fields as hex, others as they are.
    pub(crate) fields: BTreeMap<u8, Vec<u8>>,
}

impl Answer {
    /// `None` when it is no frame of the family.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let rest = &mut bytes.get(2..)?;
        if usize::from(u16::from_be_bytes([bytes[0], bytes[1]])) != rest.len() {
            return None;
        }
        let (tpdu, header) = (take(rest, 5)?, take(rest, 6)?);
        let mti = packed(&take(rest, 2)?);
        let map = u64::from_be_bytes(take(rest, 8)?.try_into().ok()?);
        let mut fields = BTreeMap::new();
        for number in (1..=64).filter(|number| map >> (64 - u32::from(*number)) & 1 == 1) {
            let value = match number {
                3 | 11 | 12 => packed(&take(rest, 3)?).into_bytes(),
                4 => packed(&take(rest, 6)?).into_bytes(),
                13 | 15 => packed(&take(rest, 2)?).into_bytes(),
                32 => long(rest, 1)?,
                48 | 60 => long(rest, 2)?,
                37 => take(rest, 12)?,
                39 => take(rest, 2)?,
                41 => take(rest, 8)?,
                42 => take(rest, 15)?,
                49 => take(rest, 3)?,
                62 | 63 => {
                    let length: usize = packed(&take(rest, 2)?).parse().ok()?;
                    take(rest, length)?
                }
                _ => return None,
            };
            fields.insert(number, value);
        }
        rest.is_empty().then_some(Self { tpdu, header, mti, fields })
    }

    pub(crate) fn text(&self, field: u8) -> String {
        self.fields.get(&field).map_or_else(String::new, |value| String::from_utf8_lossy(value).into_owned())
    }

    pub(crate) fn batch(&self) -> String {
        self.text(60).get(2..8).unwrap().to_owned()
    }

    pub(crate) fn has(&self, field: u8) -> bool {
        self.fields.contains_key(&field)
    }
}

fn take(rest: &mut &[u8], count: usize) -> Option<Vec<u8>> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    Some(head.to_vec())
}

fn packed(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn long(rest: &mut &[u8], width: usize) -> Option<Vec<u8>> {
    let length: usize = packed(&take(rest, width)?).parse().ok()?;
    let mut digits = packed(&take(rest, length.div_ceil(2))?);
    digits.truncate(length);
    Some(digits.into_bytes())
}
