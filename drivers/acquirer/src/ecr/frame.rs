//! `STX, 2-byte BCD length, record, ETX, LRC`; LRC is the XOR of everything after STX through ETX. Acknowledged by ACK, not
//! understood by NAK.

use crate::iso::bcd;

pub(super) const STX: u8 = 0x02;
pub(super) const ETX: u8 = 0x03;
pub(super) const ACK: u8 = 0x06;
pub(super) const NAK: u8 = 0x15;
/// A record is 148 bytes and some spare; a length beyond this is noise.
pub(super) const LONGEST: usize = 1024;

/// Frames a record; `None` if it is longer than 1024 bytes.
pub fn framed(record: &[u8]) -> Option<Vec<u8>> {
    if record.len() > LONGEST {
        return None;
    }
    let mut frame = vec![STX];
    frame.extend(bcd::packed_number(record.len(), 2)?);
    frame.extend(record);
    frame.push(ETX);
    frame.push(lrc(frame.get(1..).unwrap_or_default()));
    Some(frame)
}

/// XOR of these bytes.
pub(super) fn lrc(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameFault {
    #[error("its length is no number")]
    Length,
    #[error("its length says {0}, which no record has")]
    TooLong(usize),
    #[error("what came was no frame")]
    Noise,
    #[error("it stopped in the middle")]
    CutShort,
    #[error("no ETX where its length says it ends")]
    NoEnd,
    #[error("its LRC is {is:02X}, its bytes make {made:02X}")]
    Lrc { is: u8, made: u8 },
}

/// What the bytes at the start of a buffer are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// More bytes are needed.
    Nothing,
    Ack,
    Nak,
    Record(Vec<u8>),
    Broken(FrameFault),
    /// A byte that begins nothing.
    Noise,
}

/// Reads what stands first in the buffer and takes it out.
pub(super) fn hear(buffer: &mut Vec<u8>) -> Heard {
    let (heard, taken) = match buffer.as_slice() {
        [] => (Heard::Nothing, 0),
        [ACK, ..] => (Heard::Ack, 1),
        [NAK, ..] => (Heard::Nak, 1),
        [STX, high, low, rest @ ..] => match bcd::number(&[*high, *low]) {
            // only the STX goes: a real frame may begin within what followed it
            None => (Heard::Broken(FrameFault::Length), 1),
            Some(length) if length > LONGEST => (Heard::Broken(FrameFault::TooLong(length)), 1),
            Some(length) => match rest.get(length..) {
                Some([ETX, is, ..]) => {
                    let made = lrc(buffer.get(1..length + 4).unwrap_or_default());
                    if made == *is {
                        (Heard::Record(rest.get(..length).unwrap_or_default().to_vec()), length + 5)
                    } else {
                        (Heard::Broken(FrameFault::Lrc { is: *is, made }), length + 5)
                    }
                }
                Some([end, ..]) if *end != ETX => (Heard::Broken(FrameFault::NoEnd), 1),
                _ => (Heard::Nothing, 0),
            },
        },
        [STX, ..] => (Heard::Nothing, 0),
        _ => (Heard::Noise, 1),
    };
    buffer.drain(..taken.min(buffer.len()));
    heard
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_frame_is_counted_in_packed_digits_and_closed_by_its_xor() {
        assert_eq!(framed(b"12").unwrap(), [0x02, 0x00, 0x02, b'1', b'2', 0x03, 0x02 ^ b'1' ^ b'2' ^ 0x03]);
        assert_eq!(framed(&[b'0'; 148]).unwrap().get(1..3), Some([0x01, 0x48].as_slice()));
        assert_eq!(framed(&[0; 1025]), None);
    }

    #[test]
    fn a_broken_frame_says_what_is_broken() {
        let mut wrong = framed(b"12").unwrap();
        *wrong.last_mut().unwrap() ^= 1;
        assert!(matches!(hear(&mut wrong), Heard::Broken(FrameFault::Lrc { .. })));
        assert!(wrong.is_empty(), "the whole frame is gone, its bytes are not taken for another");
        assert_eq!(hear(&mut vec![0x02, 0x0a, 0x02]), Heard::Broken(FrameFault::Length));
        assert_eq!(hear(&mut vec![0x02, 0x20, 0x00]), Heard::Broken(FrameFault::TooLong(2000)));
        assert_eq!(hear(&mut vec![0x02, 0x00, 0x01, b'1', b'2']), Heard::Broken(FrameFault::NoEnd));
    }

    proptest! {
        #[test]
        fn a_frame_is_heard_whole_however_it_comes(record in prop::collection::vec(any::<u8>(), 0..300), cut in 0usize..400) {
            let frame = framed(&record).unwrap();
            let (first, second) = frame.split_at(cut.min(frame.len() - 1));
            let mut buffer = first.to_vec();
            prop_assert_eq!(hear(&mut buffer), Heard::Nothing);
            buffer.extend(second);
            prop_assert_eq!(hear(&mut buffer), Heard::Record(record));
            prop_assert!(buffer.is_empty());
        }

        #[test]
        fn any_bytes_are_used_up_or_waited_for(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut buffer = bytes;
            while hear(&mut buffer) != Heard::Nothing {}
            prop_assert!(buffer.is_empty() || buffer[0] == STX);
        }
    }
}
