//! A message between terminal and host: MTI, bit map, fields. The simulator's own codec, made from the field table only;
//! it shares nothing with the one it tests. No frame, no TPDU, no meaning.

use std::collections::BTreeMap;

use super::field::{Form, Length, row};
use super::mac::MacProfile;

/// MTI and fields; packed fields as ASCII digits, others as their bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Message {
    mti: String,
    fields: BTreeMap<u8, Vec<u8>>,
}

/// What could be read, and why it went no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) message: Message,
    pub(crate) why: String,
}

impl Message {
    pub(crate) fn new(mti: &str) -> Self {
        Self { mti: mti.to_owned(), fields: BTreeMap::new() }
    }

    pub(crate) fn mti(&self) -> &str {
        &self.mti
    }

    pub(crate) fn set_mti(&mut self, mti: &str) {
        mti.clone_into(&mut self.mti);
    }

    pub(crate) fn with(mut self, field: u8, value: impl AsRef<[u8]>) -> Self {
        self.set(field, value);
        self
    }

    pub(crate) fn set(&mut self, field: u8, value: impl AsRef<[u8]>) {
        self.fields.insert(field, value.as_ref().to_vec());
    }

    pub(crate) fn remove(&mut self, field: u8) {
        self.fields.remove(&field);
    }

    pub(crate) fn has(&self, field: u8) -> bool {
        self.fields.contains_key(&field)
    }

    pub(crate) fn bytes(&self, field: u8) -> Option<&[u8]> {
        self.fields.get(&field).map(Vec::as_slice)
    }

    pub(crate) fn text(&self, field: u8) -> Option<&str> {
        std::str::from_utf8(self.bytes(field)?).ok()
    }

    /// A packed field as a number.
    pub(crate) fn number(&self, field: u8) -> Option<u64> {
        self.text(field)?.parse().ok()
    }

    /// Field 60.1, 交易类型码.
    pub(crate) fn trade(&self) -> &str {
        self.text(60).and_then(|text| text.get(0..2)).unwrap_or("")
    }

    /// Field 60.2, 批次号.
    pub(crate) fn batch(&self) -> Option<u32> {
        self.text(60)?.get(2..8)?.parse().ok()
    }

    /// Field 60.3, 网络管理信息码.
    pub(crate) fn network_code(&self) -> &str {
        self.text(60).and_then(|text| text.get(8..11)).unwrap_or("")
    }

    /// The MTI and 60.3, as logs show it: `0800/003`.
    pub(crate) fn name(&self) -> String {
        match self.network_code() {
            "" => self.mti.clone(),
            code => format!("{}/{code}", self.mti),
        }
    }

    /// The bytes from the MTI on. Total: what is too long for its field is cut, what is too short is filled.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = pack(&fill_digits(&self.mti, 4));
        let map = self.fields.keys().filter(|field| row(**field).is_some());
        let map = map.fold(0_u64, |map, field| map | 1 << (64 - u32::from(*field)));
        out.extend(map.to_be_bytes());
        for (number, value) in &self.fields {
            let Some(field) = row(*number) else { continue };
            let value = match field.length {
                Length::Fixed(length) => filled(field.form, value, length),
                Length::Ll(most) | Length::Lll(most) => value.iter().take(most).copied().collect(),
            };
            match field.length {
                Length::Fixed(_) => {}
                Length::Ll(_) => out.extend(pack(&format!("{:02}", value.len()))),
                Length::Lll(_) => out.extend(pack(&format!("{:04}", value.len()))),
            }
            match field.form {
                Form::Bytes => out.extend(value),
                Form::Digits | Form::Track => out.extend(pack(&String::from_utf8_lossy(&value))),
            }
        }
        out
    }

    /// Field 64 as it belongs to this message: over everything before it, bit 64 already set.
    pub(crate) fn authenticated(&self, profile: MacProfile, mak: &[u8]) -> String {
        let mut bytes = self.clone().with(64, [0; 8]).encode();
        bytes.truncate(bytes.len().saturating_sub(8));
        profile.over(mak, &bytes)
    }

    /// Reads bytes from the MTI on, to the last of them.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Broken> {
        let mut message = Self::default();
        let mut rest = bytes;
        match message.read(&mut rest) {
            Ok(()) if rest.is_empty() => Ok(message),
            Ok(()) => Err(Broken { message, why: format!("{} bytes after the last field", rest.len()) }),
            Err(why) => Err(Broken { message, why }),
        }
    }

    fn read(&mut self, rest: &mut &[u8]) -> Result<(), String> {
        self.mti = unpack(take(rest, 2).ok_or("no MTI")?, 4, false).ok_or("the MTI is not decimal")?;
        let map: [u8; 8] = take(rest, 8).and_then(|map| map.try_into().ok()).ok_or("no bit map")?;
        let map = u64::from_be_bytes(map);
        for number in (1..=64_u8).filter(|number| map >> (64 - u32::from(*number)) & 1 == 1) {
            let field = row(number).ok_or_else(|| format!("field {number} is not known"))?;
            let short = || format!("field {number} is cut off");
            let length = match field.length {
                Length::Fixed(length) => length,
                Length::Ll(most) | Length::Lll(most) => {
                    let width = if matches!(field.length, Length::Ll(_)) { 1 } else { 2 };
                    let digits = unpack(take(rest, width).ok_or_else(short)?, width * 2, false);
                    let length = digits.and_then(|digits| digits.parse().ok()).filter(|length| *length <= most);
                    length.ok_or_else(|| format!("field {number} has a bad length"))?
                }
            };
            let value = match field.form {
                Form::Bytes => take(rest, length).ok_or_else(short)?.to_vec(),
                Form::Digits | Form::Track => {
                    let packed = take(rest, length.div_ceil(2)).ok_or_else(short)?;
                    let digits = unpack(packed, length, field.form == Form::Track);
                    digits.ok_or_else(|| format!("field {number} is not decimal"))?.into_bytes()
                }
            };
            self.fields.insert(number, value);
        }
        Ok(())
    }
}

fn fill_digits(digits: &str, length: usize) -> String {
    format!("{digits:0>length$}")
}

fn filled(form: Form, value: &[u8], length: usize) -> Vec<u8> {
    match form {
        Form::Bytes => value.iter().copied().chain(std::iter::repeat(b' ')).take(length).collect(),
        Form::Digits | Form::Track => {
            let missing = length.saturating_sub(value.len());
            let excess = value.len().saturating_sub(length);
            std::iter::repeat_n(b'0', missing).chain(value.iter().skip(excess).copied()).collect()
        }
    }
}

/// Two digits a byte, an odd last one at the left.
fn pack(digits: &str) -> Vec<u8> {
    let nibbles: Vec<u8> = digits
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0))
        .collect();
    nibbles.chunks(2).map(|pair| pair.first().unwrap_or(&0) << 4 | pair.get(1).unwrap_or(&0)).collect()
}

/// The first `length` digits; `None` when one is above 9, or above D in a track.
fn unpack(bytes: &[u8], length: usize, track: bool) -> Option<String> {
    let most = if track { 13 } else { 9 };
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).take(length);
    nibbles
        .map(|nibble| {
            (nibble <= most).then(|| char::from_digit(u32::from(nibble), 16)).flatten().map(|d| d.to_ascii_uppercase())
        })
        .collect()
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    Some(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acquirer::hex;

    const SIGN_IN: &str =
        "08000020000000C00012000001313233343536373838393831313030313233343536373800110000000100300003303120";

    #[test]
    fn a_sign_in_is_read_and_written_byte_for_byte() {
        let bytes = hex::decode(SIGN_IN).unwrap();
        let message = Message::decode(&bytes).unwrap();
        assert_eq!(message.name(), "0800/003");
        assert_eq!((message.text(11), message.batch(), message.text(63)), (Some("000001"), Some(1), Some("01 ")));
        assert_eq!(message.encode(), bytes);
    }

    #[test]
    fn what_is_cut_off_or_too_much_is_named_and_the_readable_part_kept() {
        let bytes = hex::decode(SIGN_IN).unwrap();
        for cut in 0..bytes.len() {
            assert!(Message::decode(&bytes[..cut]).is_err(), "{cut}");
        }
        let broken = Message::decode(&bytes[..bytes.len() - 1]).unwrap_err();
        assert_eq!((broken.message.text(41), broken.why.as_str()), (Some("12345678"), "field 63 is cut off"));
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(Message::decode(&longer).unwrap_err().why, "1 bytes after the last field");
    }

    #[test]
    fn odd_counts_of_digits_are_padded_right() {
        let message = Message::new("0200").with(22, "021").with(60, "22000001000").with(2, "622588012345678901");
        let bytes = message.encode();
        assert!(bytes.ends_with(&[0x02, 0x10, 0x00, 0x11, 0x22, 0x00, 0x00, 0x01, 0x00, 0x00]));
        assert_eq!(Message::decode(&bytes), Ok(message));
    }

    #[test]
    fn any_bytes_are_read_without_harm_and_what_is_read_is_written_the_same() {
        let good = hex::decode(SIGN_IN).unwrap();
        let mut dice = 0x2545_F491_4F6C_DD1D_u64;
        let mut throw = move |below: usize| {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            usize::try_from(dice % below as u64).unwrap()
        };
        let mut read = 0;
        for _ in 0..20_000 {
            let mut bytes = good.clone();
            for _ in 0..=throw(4) {
                let at = throw(bytes.len());
                bytes[at] ^= 1 << throw(8);
            }
            if let Ok(message) = Message::decode(&bytes) {
                read += 1;
                assert_eq!(Message::decode(&message.encode()), Ok(message));
            }
        }
        assert!(read > 1000, "{read} of them are messages");
    }
}
