//! The anchor code: number and first digits of a row's hash, short enough to be printed on the day-end report and read
//! out on the telephone. Whoever has one can prove later that the trail up to there is still the same.

use std::{fmt, str::FromStr};

/// Hex digits of the hash that a printed code names.
const SHOWN: usize = 12;
/// As few are taken, as papers of earlier days bear them. Who can seal rows anew finds one for so few in an afternoon.
const FEWEST: usize = 8;
/// Hex digits of a whole hash.
const WHOLE: usize = 64;

/// A row's number and how its hash begins. Shown as `1204-9f3a-07bc-5d21`; read with or without the later dashes,
/// with 8 digits and more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    seq: u64,
    /// 8 to 64 hex digits, lower case.
    digits: String,
}

impl Anchor {
    /// Of a row with this number and hash.
    pub fn of(seq: u64, hash: &str) -> Anchor {
        Anchor { seq, digits: hash.chars().take(SHOWN).collect() }
    }

    /// The number of its row.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// True if a row's hash is the one that was written down.
    pub fn fits(&self, hash: &str) -> bool {
        hash.starts_with(&self.digits)
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.seq)?;
        for (at, digit) in self.digits.chars().enumerate() {
            if at % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// What was typed is no anchor code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an anchor code is a number and 8 or more hex digits: 1204-9f3a07bc5d21")]
pub struct NoAnchor;

impl FromStr for Anchor {
    type Err = NoAnchor;

    fn from_str(text: &str) -> Result<Anchor, NoAnchor> {
        let (seq, digits) = text.trim().split_once('-').ok_or(NoAnchor)?;
        let number = (1..=19).contains(&seq.len()) && seq.bytes().all(|b| b.is_ascii_digit());
        let seq = seq.parse().ok().filter(|seq| number && *seq > 0).ok_or(NoAnchor)?;
        let digits = digits.replace(['-', ' '], "").to_ascii_lowercase();
        let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
        let good = hex && (FEWEST..=WHOLE).contains(&digits.len());
        good.then_some(Anchor { seq, digits }).ok_or(NoAnchor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_as_it_was_shown_and_as_people_write_it() {
        let anchor = Anchor::of(1204, "9f3a07bc11112222");
        assert_eq!(anchor.to_string(), "1204-9f3a-07bc-1111");
        for written in ["1204-9f3a-07bc-1111", "1204-9F3A07BC1111", " 1204-9f3a 07bc 1111\n"] {
            assert_eq!(written.parse(), Ok(anchor.clone()), "{written}");
        }
        assert!(anchor.fits("9f3a07bc11112222") && !anchor.fits("9f3a07bc11122222") && !anchor.fits("9f3a"));
        let shorter: Anchor = "1204-9f3a-07bc".parse().unwrap();
        assert!(shorter.fits("9f3a07bc1111") && shorter.fits("9f3a07bc2111") && !shorter.fits("9f3a07bd1111"));
        let longer: Anchor = "1204-9f3a07bc1111-22".parse().unwrap();
        assert!(longer.fits("9f3a07bc11112222") && !longer.fits("9f3a07bc11113222"));
    }

    #[test]
    fn whatever_else_is_typed_is_none() {
        for text in ["", "-", "1204", "0-9f3a07bc", "1204-9f3a07b", "1204-9f3a07bg", "+4-9f3a07bc", "x-9f3a07bc"] {
            assert_eq!(text.parse::<Anchor>(), Err(NoAnchor), "{text}");
        }
        assert_eq!(format!("1-{}", "a".repeat(65)).parse::<Anchor>(), Err(NoAnchor));
    }
}
