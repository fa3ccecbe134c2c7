//! The frame of the ECR link: STX, length as two BCD bytes, record, ETX, LRC; ACK and NAK alone. LRC is the XOR of
//! everything after STX up to and with ETX. What a record says is `record`'s.

pub(super) const ACK: u8 = 0x06;
pub(super) const NAK: u8 = 0x15;
const STX: u8 = 0x02;
const ETX: u8 = 0x03;

/// What came from the till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    Record(Vec<u8>),
    /// A frame with a wrong length, end or LRC.
    Bad,
    Ack,
    Nak,
}

/// A frame around a record of at most 9999 bytes.
pub(super) fn wrap(record: &[u8]) -> Vec<u8> {
    let digits = format!("{:04}", record.len().min(9999));
    let digits: Vec<u8> = digits.bytes().map(|digit| digit - b'0').collect();
    let length = digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit));
    let mut frame: Vec<u8> = std::iter::once(STX).chain(length).collect();
    frame.extend(record.iter().take(9999));
    frame.push(ETX);
    frame.push(lrc(frame.get(1..).unwrap_or_default()));
    frame
}

fn lrc(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}

/// Takes bytes as they come and finds the frames in them; noise between frames is passed over.
#[derive(Debug, Default)]
pub(super) struct Ear {
    waiting: Vec<u8>,
}

impl Ear {
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        self.waiting.extend_from_slice(bytes);
        let mut heard = Vec::new();
        while let Some((found, used)) = look(&self.waiting) {
            self.waiting.drain(..used.min(self.waiting.len()));
            heard.extend(found);
        }
        heard
    }
}

/// What stands first and how many bytes that is; `None` when more are needed.
fn look(bytes: &[u8]) -> Option<(Option<Heard>, usize)> {
    match *bytes.first()? {
        ACK => return Some((Some(Heard::Ack), 1)),
        NAK => return Some((Some(Heard::Nak), 1)),
        STX => {}
        _ => return Some((None, 1)),
    }
    let digits = bytes.get(1..3)?.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let Some(length) = digits
        .map(|digit| (digit <= 9).then_some(usize::from(digit)))
        .try_fold(0, |sum, digit| Some(sum * 10 + digit?))
    else {
        return Some((Some(Heard::Bad), 1));
    };
    let whole = 3 + length + 2;
    let frame = bytes.get(..whole)?;
    let (body, sum) = (frame.get(1..whole - 1)?, frame.last()?);
    if body.last() == Some(&ETX) && lrc(body) == *sum {
        Some((Some(Heard::Record(frame.get(3..3 + length)?.to_vec())), whole))
    } else {
        Some((Some(Heard::Bad), whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_found_however_its_bytes_come() {
        let frame = wrap(&[b'7'; 148]);
        assert_eq!((frame.get(..3), frame.len()), (Some(&[STX, 0x01, 0x48][..]), 153));
        let mut ear = Ear::default();
        let heard: Vec<Heard> =
            [b"noise".as_slice(), &frame, &[ACK]].concat().iter().flat_map(|byte| ear.feed(&[*byte])).collect();
        assert_eq!(heard, [Heard::Record(vec![b'7'; 148]), Heard::Ack]);
    }

    #[test]
    fn a_wrong_byte_is_bad_and_the_next_frame_good() {
        let mut bytes = wrap(b"05");
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        bytes.extend(wrap(b"06"));
        assert_eq!(Ear::default().feed(&bytes), [Heard::Bad, Heard::Record(b"06".to_vec())]);
        assert_eq!(Ear::default().feed(&[STX, 0xAA, 0xAA, NAK]), [Heard::Bad, Heard::Nak]);
    }
}
