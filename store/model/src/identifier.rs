//! The grammar of identifiers: printable ASCII without blanks, each key with its own length (INTERFACES §4).
//! Identifiers are refused when they break it, never altered.

use crate::mask;

/// What an identifier may look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grammar {
    /// Exactly so many characters.
    Exactly(usize),
    /// One to so many characters.
    UpTo(usize),
    /// One to so many digits.
    Digits(usize),
}

impl Grammar {
    /// The sentence that tells what is allowed.
    pub fn rule(self) -> String {
        match self {
            Grammar::Exactly(n) => format!("must be exactly {n} printable ASCII characters without blanks"),
            Grammar::UpTo(n) => format!("must be 1 to {n} printable ASCII characters without blanks"),
            Grammar::Digits(n) => format!("must be 1 to {n} digits"),
        }
    }

    /// True if the text keeps the grammar.
    pub fn allows(self, text: &str) -> bool {
        let graphic = text.bytes().all(|b| b.is_ascii_graphic());
        match self {
            Grammar::Exactly(n) => graphic && text.len() == n,
            Grammar::UpTo(n) => graphic && (1..=n).contains(&text.len()),
            Grammar::Digits(n) => (1..=n).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()),
        }
    }
}

/// The grammar of each identifier key of an event.
pub fn grammar(key: &str) -> Option<Grammar> {
    Some(match key {
        "terminal_id" => Grammar::Exactly(8),
        "merchant_id" => Grammar::Exactly(15),
        "response_code" => Grammar::Exactly(2),
        "voucher" | "batch" => Grammar::Digits(6),
        "reference" => Grammar::UpTo(12),
        "authorization" => Grammar::UpTo(8),
        "operator" => Grammar::UpTo(16),
        "source" => Grammar::UpTo(32),
        "order" | "trade" | "source_id" | "original" => Grammar::UpTo(64),
        _ => return None,
    })
}

/// Why an identifier cannot be kept as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It breaks its grammar; the rule in a sentence.
    Grammar(String),
    /// It is a whole card number, or holds one within its track.
    CardNumber,
}

/// Checks an identifier against its key's grammar and against being a card number.
///
/// # Errors
/// The fault; the value itself is never repeated.
pub fn check(key: &str, text: &str) -> Result<(), Fault> {
    if let Some(grammar) = grammar(key)
        && !grammar.allows(text)
    {
        return Err(Fault::Grammar(grammar.rule()));
    }
    if mask::hides_card_number(text) || mask::holds_track(text) { Err(Fault::CardNumber) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_refused_not_repaired() {
        assert_eq!(check("voucher", "000123"), Ok(()));
        assert!(check("voucher", "12 3").is_err());
        assert!(check("voucher", "1234567").is_err());
        assert!(check("terminal_id", "1234567").is_err());
        assert!(check("reference", "参考").is_err());
        assert_eq!(check("source_id", "4111-1111-1111-1111"), Err(Fault::CardNumber));
        assert_eq!(check("original", ";4111111111111111=25121010000012345678?"), Err(Fault::CardNumber));
        assert!(check("order", "").is_err());
    }
}
