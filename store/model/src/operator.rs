//! An operator 操作员: who stands at the till, by number, name and role. What a role may do is the daemon's table.

use serde::{Deserialize, Serialize};

use crate::{caller::Role, moment::Moment, text::SafeText};

/// An operator as everyone may see one: never with anything of the PIN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// As shops number them: 01, 02 …; the grammar of an event's `operator`.
    pub id: String,
    pub name: SafeText,
    pub role: Role,
    /// Keeps its rows and its name, and can log on no more.
    pub disabled: bool,
    /// No log-on before this moment, after too many wrong PINs.
    pub locked_until: Option<Moment>,
    /// Wrong PINs since the last right one.
    #[serde(default)]
    pub wrong_tries: u32,
    pub created_at: Option<Moment>,
    /// When its PIN was last set, or it was last disabled or unlocked.
    pub changed_at: Option<Moment>,
}

/// The longest id, as an event's `operator` (INTERFACES §4).
pub const LONGEST_ID: usize = 16;

/// The longest name, in characters: it stands on slips.
pub const LONGEST_NAME: usize = 40;

/// Wrong PINs that are free.
pub const FREE_TRIES: u32 = 4;

/// How long the n-th wrong PIN in a row locks, in seconds: from the fifth on, 30 s and each time twice as long
/// (INTERFACES §1). 0: not at all. A month at most, so that a number stays a number.
pub fn lock_seconds(wrong_tries: u32) -> u64 {
    match wrong_tries.checked_sub(FREE_TRIES + 1) {
        None => 0,
        Some(doublings) => (30 << doublings.min(16)).min(30 * 86_400),
    }
}

/// True for a PIN as one may be set: 4 to 12 ASCII digits.
pub fn is_pin(text: &str) -> bool {
    (4..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_wrong_pin_locks_for_half_a_minute_and_each_further_one_twice_as_long() {
        assert_eq!([0, 1, 4, 5, 6, 7, 8].map(lock_seconds), [0, 0, 0, 30, 60, 120, 240]);
        assert!(lock_seconds(u32::MAX) <= 30 * 86_400 && lock_seconds(20) >= lock_seconds(19));
    }

    #[test]
    fn a_pin_is_four_to_twelve_ascii_digits() {
        for good in ["0000", "123456789012"] {
            assert!(is_pin(good), "{good}");
        }
        for bad in ["", "123", "1234567890123", "12a4", "１２３４", "1234\n", " 1234"] {
            assert!(!is_pin(bad), "{bad:?}");
        }
    }
}
