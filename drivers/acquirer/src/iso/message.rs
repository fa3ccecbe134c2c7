//! A message: type, map, fields. Encoding refuses what does not fit; decoding is total over any bytes and names the field
//! it stopped at.

use std::{collections::BTreeMap, fmt};

use super::{
    bcd,
    field::{Extent, Field, Kind, field_of},
    mti::Mti,
};

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldFault {
    #[error("is cut short: {wanted} bytes said, {have} there")]
    CutShort { wanted: usize, have: usize },
    #[error("has a length that is no number")]
    BadLength,
    #[error("says {said}, at most {most} are allowed")]
    TooLong { said: usize, most: usize },
    #[error("must be {must} long and is {is}")]
    WrongLength { must: usize, is: usize },
    #[error("holds something that is no digit")]
    NotDigits,
    #[error("is never sent from here")]
    NeverSent,
    #[error("is not in the table")]
    Unknown,
}

/// A message that cannot be encoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("encoding {mti}: field {field} {fault}")]
pub struct EncodeError {
    pub mti: Mti,
    pub field: u8,
    pub fault: FieldFault,
}

/// Bytes that are no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    #[error("{have} bytes are too few for a message type and a map")]
    CutShort { have: usize },
    #[error("message type {0:04X} is no number")]
    Type(u16),
    #[error("{0}: a second map is announced, which this family does not have")]
    SecondMap(Mti),
    #[error("{mti}: field {field} {fault}")]
    Field { mti: Mti, field: u8, fault: FieldFault },
    #[error("{mti}: {extra} bytes after the last field")]
    Trailing { mti: Mti, extra: usize },
}

/// Type and fields. A field's content is ASCII digits for packed ones, the bytes themselves for the rest.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    mti: Mti,
    fields: BTreeMap<u8, Vec<u8>>,
}

impl Message {
    pub fn new(mti: Mti) -> Message {
        Message { mti, fields: BTreeMap::new() }
    }

    pub fn mti(&self) -> Mti {
        self.mti
    }

    /// Sets a field: ASCII digits for packed fields, the bytes themselves for the rest. Checked by [`Message::encode`].
    #[must_use]
    pub fn with(mut self, field: u8, content: impl Into<Vec<u8>>) -> Message {
        self.fields.insert(field, content.into());
        self
    }

    /// A field's content.
    pub fn get(&self, field: u8) -> Option<&[u8]> {
        self.fields.get(&field).map(Vec::as_slice)
    }

    /// A field's content where it is ASCII.
    pub fn text(&self, field: u8) -> Option<&str> {
        self.get(field).filter(|bytes| bytes.is_ascii()).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// The numbers of its fields, in order.
    pub fn numbers(&self) -> impl Iterator<Item = u8> {
        self.fields.keys().copied()
    }

    /// MTI, map, fields.
    ///
    /// # Errors
    /// The first field that does not fit the table.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        let mut map = 0u64;
        let mut body = Vec::new();
        for (&number, content) in &self.fields {
            let wrong = |fault| EncodeError { mti: self.mti, field: number, fault };
            let field = field_of(self.mti, number).ok_or_else(|| wrong(FieldFault::Unknown))?;
            put(&field, content, &mut body).map_err(wrong)?;
            map |= bit(number);
        }
        let mut bytes = self.mti.packed().to_be_bytes().to_vec();
        bytes.extend(map.to_be_bytes());
        bytes.extend(body);
        Ok(bytes)
    }

    /// Reads a message that fills these bytes. Fields that we never keep are read over.
    ///
    /// # Errors
    /// What is wrong, and with which field.
    pub fn decode(bytes: &[u8]) -> Result<Message, MessageError> {
        let Some((head, mut rest)) = bytes.split_at_checked(10) else {
            return Err(MessageError::CutShort { have: bytes.len() });
        };
        let (packed, map) = match head {
            [a, b, map @ ..] => {
                (u16::from_be_bytes([*a, *b]), map.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte)))
            }
            _ => return Err(MessageError::CutShort { have: bytes.len() }),
        };
        let mti = Mti::new(packed).ok_or(MessageError::Type(packed))?;
        if map & bit(1) != 0 {
            return Err(MessageError::SecondMap(mti));
        }
        let mut fields = BTreeMap::new();
        for number in (2..=64).filter(|number| map & bit(*number) != 0) {
            let wrong = |fault| MessageError::Field { mti, field: number, fault };
            let field = field_of(mti, number).ok_or_else(|| wrong(FieldFault::Unknown))?;
            let content = take(&field, &mut rest).map_err(wrong)?;
            if field.kept {
                fields.insert(number, content);
            }
        }
        if !rest.is_empty() {
            return Err(MessageError::Trailing { mti, extra: rest.len() });
        }
        Ok(Message { mti, fields })
    }
}

/// Type and field numbers only: contents may be keys.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({}, {:?})", self.mti, self.fields.keys().collect::<Vec<_>>())
    }
}

const fn bit(number: u8) -> u64 {
    1 << (64 - number)
}

fn put(field: &Field, content: &[u8], body: &mut Vec<u8>) -> Result<(), FieldFault> {
    if !field.kept {
        return Err(FieldFault::NeverSent);
    }
    let length_bytes = match field.extent {
        Extent::Fixed(must) if content.len() != must => {
            return Err(FieldFault::WrongLength { must, is: content.len() });
        }
        Extent::Ll(most) | Extent::Lll(most) if content.len() > most => {
            return Err(FieldFault::TooLong { said: content.len(), most });
        }
        Extent::Fixed(_) => 0,
        Extent::Ll(_) => 1,
        Extent::Lll(_) => 2,
    };
    if length_bytes > 0 {
        body.extend(bcd::packed_number(content.len(), length_bytes).ok_or(FieldFault::BadLength)?);
    }
    match field.kind {
        Kind::Digits => body.extend(bcd::pack(content).ok_or(FieldFault::NotDigits)?),
        Kind::Text | Kind::Bytes => body.extend(content),
    }
    Ok(())
}

fn take(field: &Field, rest: &mut &[u8]) -> Result<Vec<u8>, FieldFault> {
    let length = match field.extent {
        Extent::Fixed(length) => length,
        Extent::Ll(most) => announced(rest, 1, most)?,
        Extent::Lll(most) => announced(rest, 2, most)?,
    };
    let bytes = split(rest, if field.kind == Kind::Digits { length.div_ceil(2) } else { length })?;
    match field.kind {
        // a track holds its separator as a nibble D; what is dropped need not be digits
        Kind::Digits if field.kept => bcd::unpack(bytes, length).ok_or(FieldFault::NotDigits),
        _ if !field.kept => Ok(Vec::new()),
        _ => Ok(bytes.to_vec()),
    }
}

fn announced(rest: &mut &[u8], bytes: usize, most: usize) -> Result<usize, FieldFault> {
    let said = bcd::number(split(rest, bytes)?).ok_or(FieldFault::BadLength)?;
    if said > most { Err(FieldFault::TooLong { said, most }) } else { Ok(said) }
}

fn split<'a>(rest: &mut &'a [u8], wanted: usize) -> Result<&'a [u8], FieldFault> {
    let (taken, left) = rest.split_at_checked(wanted).ok_or(FieldFault::CutShort { wanted, have: rest.len() })?;
    *rest = left;
    Ok(taken)
}
