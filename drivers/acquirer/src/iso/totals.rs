//! Field 48 of a settlement: twice 31 digits, first domestic then foreign cards. Each: debit amount 12 and count 3, credit
//! amount 12 and count 3, result 1.

use model::{BatchTotals, Fen, Total};

/// Why totals cannot be said or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TotalsError {
    #[error("{0} transactions on one side: the field has room for 999")]
    Count(u32),
    #[error("{0} digits where 62 are needed")]
    Length(usize),
    #[error("something among the digits of the totals is no digit")]
    NotDigits,
}

/// How a host's books stand beside ours; the result digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reconciled {
    /// 0: it says nothing.
    NotSaid,
    /// 1: 对账平
    Balanced,
    /// 2: 对账不平
    Unbalanced,
    /// 3: 出错, and every other digit.
    Error,
}

/// A host's totals; on an unbalanced answer they are its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TotalsReply {
    pub totals: BatchTotals,
    pub domestic: Reconciled,
    pub foreign: Reconciled,
}

impl TotalsReply {
    /// Both halves: an error weighs most, then unbalanced. A half without money about which nothing is said counts as
    /// balanced if the other half is.
    pub fn result(&self) -> Reconciled {
        let foreign_empty =
            [self.totals.foreign_debit, self.totals.foreign_credit].iter().all(|t| *t == Total::default());
        let domestic_empty = [self.totals.debit, self.totals.credit].iter().all(|t| *t == Total::default());
        match (self.domestic, self.foreign) {
            (Reconciled::Error, _) | (_, Reconciled::Error) => Reconciled::Error,
            (Reconciled::Unbalanced, _) | (_, Reconciled::Unbalanced) => Reconciled::Unbalanced,
            (Reconciled::Balanced, Reconciled::Balanced) => Reconciled::Balanced,
            (Reconciled::Balanced, Reconciled::NotSaid) if foreign_empty => Reconciled::Balanced,
            (Reconciled::NotSaid, Reconciled::Balanced) if domestic_empty => Reconciled::Balanced,
            _ => Reconciled::NotSaid,
        }
    }
}

/// Our totals as 62 digits, the result digits 0.
pub(crate) fn digits(totals: &BatchTotals) -> Result<String, TotalsError> {
    let mut text = String::with_capacity(62);
    for [debit, credit] in [[totals.debit, totals.credit], [totals.foreign_debit, totals.foreign_credit]] {
        for total in [debit, credit] {
            if total.count > 999 {
                return Err(TotalsError::Count(total.count));
            }
            text.push_str(&format!("{:012}{:03}", total.amount.get(), total.count));
        }
        text.push('0');
    }
    Ok(text)
}

/// Reads the 62 digits of an answer.
pub(crate) fn read(digits: &[u8]) -> Result<TotalsReply, TotalsError> {
    let length = digits.len();
    if length != 62 {
        return Err(TotalsError::Length(length));
    }
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(TotalsError::NotDigits);
    }
    let number = |from: usize, count: usize| {
        digits.iter().skip(from).take(count).fold(0u64, |sum, digit| sum * 10 + u64::from(digit - b'0'))
    };
    let total = |from: usize| Total {
        amount: Fen::new(number(from, 12)).unwrap_or(Fen::MAX),
        count: u32::try_from(number(from + 12, 3)).unwrap_or(u32::MAX),
    };
    let result = |at: usize| match number(at, 1) {
        0 => Reconciled::NotSaid,
        1 => Reconciled::Balanced,
        2 => Reconciled::Unbalanced,
        _ => Reconciled::Error,
    };
    Ok(TotalsReply {
        totals: BatchTotals { debit: total(0), credit: total(15), foreign_debit: total(31), foreign_credit: total(46) },
        domestic: result(30),
        foreign: result(61),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(count: u32, amount: u64) -> Total {
        Total { count, amount: Fen::new(amount).unwrap() }
    }

    #[test]
    fn totals_take_62_digits_and_come_back() {
        let totals = BatchTotals {
            debit: total(3, 123_400),
            credit: total(1, 5_000),
            foreign_debit: total(0, 0),
            foreign_credit: total(999, 999_999_999_999),
        };
        let text = digits(&totals).unwrap();
        assert_eq!(text, concat!("0000001234000030000000050000010", "0000000000000009999999999999990"));
        let reply = read(text.as_bytes()).unwrap();
        assert_eq!((reply.totals, reply.result()), (totals, Reconciled::NotSaid));
    }

    #[test]
    fn a_thousand_transactions_do_not_fit() {
        let totals = BatchTotals { debit: total(1_000, 1), ..BatchTotals::default() };
        assert_eq!(digits(&totals), Err(TotalsError::Count(1_000)));
        assert_eq!(read(b"123"), Err(TotalsError::Length(3)));
        assert_eq!(read(&[b'x'; 62]), Err(TotalsError::NotDigits));
    }

    #[test]
    fn one_unbalanced_half_makes_the_whole_unbalanced() {
        let with = |domestic: char, foreign: char| {
            let half = "0".repeat(30);
            read(format!("{half}{domestic}{half}{foreign}").as_bytes()).unwrap().result()
        };
        assert_eq!(with('1', '1'), Reconciled::Balanced);
        assert_eq!(with('1', '0'), Reconciled::Balanced);
        assert_eq!(with('1', '2'), Reconciled::Unbalanced);
        assert_eq!(with('2', '1'), Reconciled::Unbalanced);
        assert_eq!(with('3', '1'), Reconciled::Error);
        assert_eq!(with('0', '0'), Reconciled::NotSaid);
    }
}
