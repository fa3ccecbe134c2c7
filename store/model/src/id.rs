//! Names of things in the store: transactions, jobs, and the number of a commit.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Crockford's base 32: no I, L, O, U, so that an id read aloud or typed from paper survives.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A transaction's id: 48 bits of milliseconds since 1970 and 16 bits that tell equals apart, so ids grow in the
/// order of recording and are never given twice, not even by a store restored from a backup. Written as 13
/// characters; the QR code on every slip carries exactly this text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransactionId(pub u64);

impl TransactionId {
    /// The next id at this time, above the last one given.
    pub fn next(last: TransactionId, now_unix_ms: i64) -> TransactionId {
        let floor = u64::try_from(now_unix_ms).unwrap_or(0) << 16;
        TransactionId(floor.max(last.0.saturating_add(1)))
    }

    /// True if the text is an id exactly as written, and can be nothing else that must be hidden: a card number has no
    /// letter, and for the next five hundred years an id begins with 0, which no issuer does.
    pub fn is_written(text: &str) -> bool {
        text.starts_with('0')
            && text.bytes().any(|byte| byte.is_ascii_uppercase())
            && !text.bytes().any(|byte| byte.is_ascii_lowercase())
            && TransactionId::parse(text).is_some()
    }

    /// Reads the written form, in either case.
    pub fn parse(text: &str) -> Option<TransactionId> {
        if text.len() != 13 {
            return None;
        }
        let mut value: u128 = 0;
        for byte in text.bytes() {
            let digit = ALPHABET.iter().position(|a| *a == byte.to_ascii_uppercase())?;
            value = value * 32 + digit as u128;
        }
        u64::try_from(value).ok().map(TransactionId)
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = (0..13)
            .rev()
            .map(|place| ALPHABET.get(((self.0 >> (place * 5)) & 31) as usize).map_or('0', |b| char::from(*b)))
            .collect();
        f.pad(&text)
    }
}

impl fmt::Debug for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransactionId({self})")
    }
}

/// A print job's number, written `J` and the number; given in the order of acceptance.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u64);

impl JobId {
    /// Reads `J42` or `42`.
    pub fn parse(text: &str) -> Option<JobId> {
        let digits = text.strip_prefix(['J', 'j']).unwrap_or(text);
        (digits.len() <= 19 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok().map(JobId))?
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("J{}", self.0))
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JobId({self})")
    }
}

macro_rules! by_text {
    ($name:ident, $what:literal) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                $name::parse(&text).ok_or_else(|| serde::de::Error::custom(concat!("not ", $what)))
            }
        }
    };
}
by_text!(TransactionId, "a transaction's id");
by_text!(JobId, "a job's id");

/// The number of a commit. Consoles subscribe from one and are told everything after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Change(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_even_when_the_clock_runs_back() {
        let first = TransactionId::next(TransactionId(0), 1_795_000_000_000);
        let second = TransactionId::next(first, 1_794_000_000_000);
        assert!(second > first);
        assert_eq!(TransactionId::parse(&first.to_string()), Some(first));
        assert_eq!(TransactionId::parse(&first.to_string().to_lowercase()), Some(first));
        assert_eq!(TransactionId(u64::MAX).to_string(), "FZZZZZZZZZZZZ");
    }

    #[test]
    fn an_id_that_reads_like_a_cards_code_is_not_masked_and_everything_like_it_is() {
        for id in ["038FPFRCVC000", "038FPG1CVC000", "03CVV12345678", "038FCVN999000"] {
            assert_eq!(crate::SafeText::new(id).as_str(), id);
        }
        for other in ["438FPFRCVC000", "38FPFRCVC000", "038FPFRCVC000 ", "038fpfrcvc000", "0CVC 123"] {
            assert!(crate::SafeText::new(other).contains("***"), "{other}");
        }
        assert!(crate::SafeText::new("4222222222222").contains('*'), "thirteen digits are a card");
    }

    #[test]
    fn nonsense_is_no_id() {
        for bad in ["", "ZZZZZZZZZZZZZ", "01JD6Y8K3M00", "01JD6Y8K3M0I0", "中文中文中文中文"] {
            assert_eq!(TransactionId::parse(bad), None, "{bad}");
        }
        assert_eq!(JobId::parse("J42"), Some(JobId(42)));
        assert_eq!(JobId::parse("J"), None);
        assert_eq!(JobId::parse("J-1"), None);
    }
}
