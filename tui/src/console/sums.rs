//! What came in and what went back: how kinds of transactions count, for today's totals and those of a filter.

use model::Kind;

/// Count and amount in minor units of what came in, and of what went back: wider than one amount, so that no sum of a
/// day or of a search sticks at the largest one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) sales: (u64, u128),
    pub(crate) refunds: (u64, u128),
}

impl Sums {
    /// Adds approved transactions of a kind; a pre-authorization moves no money.
    pub(crate) fn add(&mut self, kind: Kind, count: u64, amount: u128) {
        let sum = match kind {
            Kind::Sale | Kind::PreauthComplete | Kind::Tip | Kind::OfflineSale => &mut self.sales,
            Kind::Void | Kind::Refund | Kind::PreauthCompleteVoid => &mut self.refunds,
            Kind::Preauth | Kind::PreauthVoid => return,
        };
        sum.0 += count;
        sum.1 = sum.1.saturating_add(amount);
    }

    /// Adds what was summed elsewhere.
    pub(crate) fn join(&mut self, other: &Sums) {
        let join = |mine: &mut (u64, u128), theirs: (u64, u128)| {
            *mine = (mine.0 + theirs.0, mine.1.saturating_add(theirs.1));
        };
        join(&mut self.sales, other.sales);
        join(&mut self.refunds, other.refunds);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sales.0 + self.refunds.0 == 0
    }
}

/// A bar of at most so many columns, as long as a part is of the most: every terminal has this character, and it says nothing that the figure
/// beside it does not say.
pub(crate) fn bar(part: u128, most: u128, longest: u16) -> String {
    let longest = u128::from(longest);
    let long = part.saturating_mul(longest).checked_div(most).unwrap_or(0).min(longest);
    let long = if part > 0 { long.max(1).min(longest) } else { 0 };
    "#".repeat(usize::try_from(long).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_part_is_seen_and_nothing_has_no_bar() {
        assert_eq!(bar(0, 10, 16), "");
        assert_eq!(bar(1, u128::from(u64::MAX), 16), "#");
        assert_eq!(bar(u128::from(u64::MAX), u128::from(u64::MAX), 16).len(), 16);
        assert_eq!(bar(5, 10, 16).len(), 8);
        assert_eq!((bar(0, 0, 16), bar(10, 10, 0)), (String::new(), String::new()));
    }
}
