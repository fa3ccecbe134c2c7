//! The card as it may be kept: first six and last four digits. The type has no room for more (DESIGN §4.6).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A card number reduced to its issuer prefix (up to six digits) and last four.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaskedCard {
    first: [u8; 6],
    first_len: u8,
    last: [u8; 4],
    hidden: u8,
}

impl MaskedCard {
    /// Takes a full number (12–19 digits, with spaces or dashes) or one that is masked already (`622202******1234`,
    /// `**** 1234`, `1234`) and keeps at most first six and last four. `None` when it is neither.
    pub fn new(text: &str) -> Option<MaskedCard> {
        let mut seen: Vec<Option<u8>> = Vec::with_capacity(19);
        for c in text.chars() {
            match c {
                '0'..='9' => seen.push(Some(c as u8)),
                '０'..='９' => seen.push(u8::try_from(c as u32 - '０' as u32).ok().map(|d| b'0' + d)),
                '*' | 'x' | 'X' | '•' | '＊' | '#' => seen.push(None),
                ' ' | '-' => {}
                _ => return None,
            }
            if seen.len() > 24 {
                return None;
            }
        }
        let tail = seen.len().checked_sub(4)?;
        let mut last = [0; 4];
        for (to, from) in last.iter_mut().zip(&seen[tail..]) {
            *to = (*from)?;
        }
        let head = &seen[..tail];
        let full = head.iter().all(Option::is_some);
        if full && !head.is_empty() && !(12..=19).contains(&seen.len()) {
            return None;
        }
        let mut first = [b'0'; 6];
        let mut first_len = 0;
        for (to, from) in first.iter_mut().zip(head) {
            match from {
                Some(digit) => *to = *digit,
                None => break,
            }
            first_len += 1;
        }
        let hidden = u8::try_from(head.len()).ok()?.saturating_sub(first_len);
        Some(MaskedCard { first, first_len, last, hidden })
    }

    /// The last four digits, the only ones that screens and paper show.
    pub fn last_four(&self) -> &str {
        std::str::from_utf8(&self.last).unwrap_or("****")
    }

    /// The issuer prefix as far as it is known: up to six digits.
    pub fn first_six(&self) -> &str {
        std::str::from_utf8(self.first.get(..usize::from(self.first_len)).unwrap_or_default()).unwrap_or("")
    }

    /// What screens and paper show: `**** 1234`.
    pub fn shown(&self) -> String {
        format!("**** {}", self.last_four())
    }
}

/// The stored form: first six, one star for each hidden digit, last four.
impl fmt::Display for MaskedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.first_six(), "*".repeat(usize::from(self.hidden)), self.last_four())
    }
}

impl fmt::Debug for MaskedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MaskedCard({self})")
    }
}

impl Serialize for MaskedCard {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MaskedCard {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        MaskedCard::new(&text).ok_or_else(|| serde::de::Error::custom("not a card number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_number_keeps_first_six_and_last_four() {
        let card = MaskedCard::new("6222 0212 3456 7890 123").unwrap();
        assert_eq!(card.to_string(), "622202*********0123");
        assert_eq!(card.shown(), "**** 0123");
        assert_eq!(MaskedCard::new(&card.to_string()), Some(card));
    }

    #[test]
    fn a_masked_number_never_shows_more_than_ten_digits() {
        assert_eq!(MaskedCard::new("62220212****0123").unwrap().to_string(), "622202******0123");
        assert_eq!(MaskedCard::new("****1234").unwrap().to_string(), "****1234");
        assert_eq!(MaskedCard::new("1234").unwrap().to_string(), "1234");
        assert_eq!(MaskedCard::new("622202**12340123").unwrap().last_four(), "0123");
    }

    #[test]
    fn what_is_no_card_is_refused() {
        for bad in ["", "123", "12345", "62220212345", "62220212345678901234567", "6222****12*4", "abc1234"] {
            assert_eq!(MaskedCard::new(bad), None, "{bad}");
        }
    }
}
