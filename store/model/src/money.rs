//! Money as a whole number of the currency's minor unit. No floating point comes near an amount.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// An amount in minor units (fen, 分): 0 … 999,999,999,999 (INTERFACES, head).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
#[serde(transparent)]
pub struct Fen(u64);

impl Fen {
    /// The largest amount a slip and an event can carry (twelve digits, as field 4 of ISO 8583).
    pub const MAX: Fen = Fen(999_999_999_999);
    /// Nothing.
    pub const ZERO: Fen = Fen(0);

    /// An amount, if it is within 0 … [`Fen::MAX`].
    pub const fn new(minor_units: u64) -> Option<Fen> {
        if minor_units <= Fen::MAX.0 { Some(Fen(minor_units)) } else { None }
    }

    /// The number of minor units.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Reads `88.5`, `1280`, `0.01` as major units (yuan), at most two decimals.
    pub fn from_major(text: &str) -> Option<Fen> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty()
            || !digits(whole)
            || !digits(part)
            || part.len() > 2
            || (text.contains('.') && part.is_empty())
        {
            return None;
        }
        let minor: u64 = format!("{part:0<2}").parse().ok()?;
        Fen::new(whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(minor)?)
    }
}

/// Major units with two decimals and no separators: `1280.00`.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:02}", self.0 / 100, self.0 % 100))
    }
}

impl<'de> Deserialize<'de> for Fen {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Fen::new(u64::deserialize(d)?).ok_or_else(|| serde::de::Error::custom("amount is over 999999999999"))
    }
}

/// Three capital letters of ISO 4217; `CNY` unless an event says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Renminbi, 人民币.
    pub const CNY: Currency = Currency(*b"CNY");

    /// A currency, if the text is three capital letters.
    pub fn new(text: &str) -> Option<Currency> {
        let bytes: [u8; 3] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Currency(bytes))
    }

    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The sign that stands before an amount on screen and paper; full-width `￥` because GBK has no U+00A5.
    pub fn sign(&self) -> &str {
        match &self.0 {
            b"CNY" => "￥",
            b"USD" => "$",
            _ => self.as_str(),
        }
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Currency::new(&text).ok_or_else(|| serde::de::Error::custom("currency is not three capital letters"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_read_without_floating_point() {
        assert_eq!(Fen::from_major("88.5"), Fen::new(8850));
        assert_eq!(Fen::from_major("1280"), Fen::new(128_000));
        assert_eq!(Fen::from_major("0.01"), Fen::new(1));
        for bad in ["", ".", ".5", "5.", "1.234", "-1", "1e3", "99999999999999999999", "10000000000"] {
            assert_eq!(Fen::from_major(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_amount_over_twelve_digits_is_no_amount() {
        assert!(Fen::new(999_999_999_999).is_some());
        assert!(Fen::new(1_000_000_000_000).is_none());
        assert_eq!(Fen::MAX.to_string(), "9999999999.99");
    }
}
