//! The totals of a batch (批总计) and field 48 of a settlement that carries them: 62 digits. Nothing else.

use serde::{Deserialize, Serialize};

/// How many and how much, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// Trades.
    pub count: u32,
    /// Fen.
    pub amount: u64,
}

impl Sum {
    pub(crate) fn add(&mut self, amount: u64) {
        self.count += 1;
        self.amount = self.amount.saturating_add(amount);
    }

    pub(crate) fn take_away(&mut self, amount: u64) {
        self.count = self.count.saturating_sub(1);
        self.amount = self.amount.saturating_sub(amount);
    }
}

/// Debit (sales, completions) and credit (refunds, voids) of a batch, domestic cards and foreign ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Totals {
    pub debit: Sum,
    pub credit: Sum,
    pub foreign_debit: Sum,
    pub foreign_credit: Sum,
}

/// What a settlement says of one side: 1, 2, 3; 0 in a request.
pub(crate) const BALANCED: u8 = 1;
pub(crate) const UNBALANCED: u8 = 2;
pub(crate) const ERROR: u8 = 3;

impl Totals {
    /// Field 48: 12 digits of amount, 3 of count, debit then credit, result; domestic, then foreign.
    pub(crate) fn digits(&self, domestic: u8, foreign: u8) -> String {
        let sum = |sum: Sum| format!("{:012}{:03}", sum.amount % 1_000_000_000_000, sum.count % 1000);
        let side = |debit, credit, result: u8| format!("{}{}{}", sum(debit), sum(credit), result % 10);
        side(self.debit, self.credit, domestic) + &side(self.foreign_debit, self.foreign_credit, foreign)
    }

    /// Field 48 read, with its two results.
    pub(crate) fn read(digits: &str) -> Option<(Self, u8, u8)> {
        if digits.len() != 62 {
            return None;
        }
        let sum = |at: usize| {
            let amount = digits.get(at..at + 12)?.parse().ok()?;
            Some(Sum { amount, count: digits.get(at + 12..at + 15)?.parse().ok()? })
        };
        let totals = Self { debit: sum(0)?, credit: sum(15)?, foreign_debit: sum(31)?, foreign_credit: sum(46)? };
        Some((totals, digits.get(30..31)?.parse().ok()?, digits.get(61..62)?.parse().ok()?))
    }

    /// The sum a trade counts in; `None` for one that doesn't count.
    pub(crate) fn sum_of(&mut self, trade: &str, foreign: bool) -> Option<&mut Sum> {
        Some(match (trade, foreign) {
            ("22" | "20" | "24", false) => &mut self.debit,
            ("22" | "20" | "24", true) => &mut self.foreign_debit,
            ("25" | "23" | "21", false) => &mut self.credit,
            ("25" | "23" | "21", true) => &mut self.foreign_credit,
            _ => return None,
        })
    }

    /// Whether domestic and foreign agree.
    pub(crate) fn agrees(&self, other: &Self) -> (bool, bool) {
        (
            self.debit == other.debit && self.credit == other.credit,
            self.foreign_debit == other.foreign_debit && self.foreign_credit == other.foreign_credit,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_48_of_the_fact_sheet() {
        let totals = Totals {
            debit: Sum { count: 3, amount: 123_400 },
            credit: Sum { count: 1, amount: 5000 },
            ..Totals::default()
        };
        let digits = "00000012340000300000000500000100000000000000000000000000000000";
        assert_eq!(totals.digits(0, 0), digits);
        assert_eq!(Totals::read(digits), Some((totals, 0, 0)));
        assert_eq!(Totals::read("12"), None);
        assert_eq!(Totals::read(&"x".repeat(62)), None);
    }
}
