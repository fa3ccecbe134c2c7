//! Day totals: rows that were counted in the commit of each transaction.

use jiff::civil::Date;
use model::{Currency, Kind, Method, Status};

use crate::{error::StoreError, reader::Reader, record::day_number, tables::TOTALS};

/// So many rows at most are answered.
const MOST: usize = 20_000;

/// How many transactions of one sort a business day had, and what they add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayTotal {
    pub day: Date,
    pub kind: Kind,
    pub method: Method,
    pub status: Status,
    pub count: u64,
    /// Minor units; sums may exceed what one amount can be.
    pub amount: u64,
    pub currency: Currency,
}

fn date(number: i32) -> Option<Date> {
    let part = |n: i32| i8::try_from(n).ok();
    Date::new(i16::try_from(number / 10_000).ok()?, part(number / 100 % 100)?, part(number % 100)?).ok()
}

impl Reader {
    /// The totals of the business days from … to, both included, in the order of days.
    ///
    /// # Errors
    /// When the store can't be read or a row is damaged.
    pub fn day_totals(&self, from: Date, to: Date) -> Result<Vec<DayTotal>, StoreError> {
        let table = self.txn.open_table(TOTALS)?;
        let first = (day_number(from), 0, 0, 0, &[0; 3]);
        let last = (day_number(to), u8::MAX, u8::MAX, u8::MAX, &[u8::MAX; 3]);
        if first > last {
            return Ok(Vec::new());
        }
        let mut rows = Vec::new();
        for entry in table.range(first..=last)?.take(MOST) {
            let (key, value) = entry?;
            let (day, kind, method, status, currency) = key.value();
            let (count, amount) = value.value();
            let read = || {
                Some(DayTotal {
                    day: date(day)?,
                    kind: Kind::from_code(kind)?,
                    method: Method::from_code(method)?,
                    status: Status::from_code(status)?,
                    count,
                    amount,
                    currency: Currency::new(std::str::from_utf8(currency).ok()?)?,
                })
            };
            let damaged = || StoreError::Damaged {
                table: "totals-1",
                key: format!("{day} {kind} {method} {status}"),
                what: "day, code or currency".to_owned(),
            };
            rows.push(read().ok_or_else(damaged)?);
        }
        Ok(rows)
    }
}
