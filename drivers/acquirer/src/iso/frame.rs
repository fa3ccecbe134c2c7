//! What a message travels in: `LEN(2) TPDU(5) HEADER(6)` and the message; LEN is big-endian binary and counts what follows
//! it.

use std::{fmt, str::FromStr};

use super::{
    bcd,
    message::{EncodeError, Message, MessageError},
};

/// LEN itself.
pub(crate) const LENGTH: usize = 2;
/// TPDU, header, message type and map: less is no frame.
pub(crate) const LEAST: usize = 5 + 6 + 2 + 8;
/// More than any answer of this family holds; a LEN beyond it is a foreign protocol's text.
pub(crate) const MOST: usize = 2048;

/// Digits that are not what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be exactly {0} digits")]
pub struct DigitsFault(pub usize);

/// 60, destination, source: how a concentrator finds the host.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tpdu([u8; 5]);

impl Tpdu {
    /// Destination and source exchanged, as hosts answer.
    #[must_use]
    pub fn swapped(self) -> Tpdu {
        let [id, a, b, c, d] = self.0;
        Tpdu([id, c, d, a, b])
    }
}

/// 报文头: application class 2, software version 2, terminal state 1, demand 1, software sub-version 6 digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Header([u8; 6]);

impl Header {
    /// 处理要求: what the host wants done next.
    pub fn demand(self) -> u8 {
        let [_, _, states, ..] = self.0;
        states & 0x0f
    }
}

macro_rules! digits {
    ($name:ident, $bytes:literal) => {
        impl FromStr for $name {
            type Err = DigitsFault;
            fn from_str(text: &str) -> Result<Self, DigitsFault> {
                let fault = DigitsFault($bytes * 2);
                if text.len() != $bytes * 2 {
                    return Err(fault);
                }
                bcd::pack(text.as_bytes()).and_then(|b| b.try_into().ok()).map($name).ok_or(fault)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}
digits!(Tpdu, 5);
digits!(Header, 6);

/// Bytes that are no frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("{have} bytes are too few for a frame")]
    CutShort { have: usize },
    #[error("the length says {said}, {have} bytes follow")]
    Length { said: usize, have: usize },
    #[error("begins with {id:02X} where a TPDU begins with 60")]
    Tpdu { id: u8 },
    #[error(transparent)]
    Message(#[from] MessageError),
}

/// A whole frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub tpdu: Tpdu,
    pub header: Header,
    pub message: Message,
}

impl Frame {
    /// The bytes on the wire, LEN first.
    ///
    /// # Errors
    /// When the message does not fit its table.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        let message = self.message.encode()?;
        // the table bounds a message far below 65,536
        let length = u16::try_from(message.len() + 11).unwrap_or(u16::MAX);
        let mut bytes = length.to_be_bytes().to_vec();
        bytes.extend(self.tpdu.0);
        bytes.extend(self.header.0);
        bytes.extend(message);
        Ok(bytes)
    }

    /// Reads a frame that fills these bytes, LEN first.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn decode(bytes: &[u8]) -> Result<Frame, FrameError> {
        let cut = FrameError::CutShort { have: bytes.len() };
        let (length, rest) = bytes.split_first_chunk::<LENGTH>().ok_or(cut.clone())?;
        let said = usize::from(u16::from_be_bytes(*length));
        if said != rest.len() {
            return Err(FrameError::Length { said, have: rest.len() });
        }
        let (tpdu, rest) = rest.split_first_chunk::<5>().ok_or(cut.clone())?;
        let (header, rest) = rest.split_first_chunk::<6>().ok_or(cut)?;
        match tpdu {
            [0x60, ..] => {}
            [id, ..] => return Err(FrameError::Tpdu { id: *id }),
        }
        Ok(Frame { tpdu: Tpdu(*tpdu), header: Header(*header), message: Message::decode(rest)? })
    }
}
