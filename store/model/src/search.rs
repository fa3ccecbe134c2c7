//! The search box: words combined with AND, read into a query (INTERFACES §5). How a query is answered is the
//! store's business.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};

use crate::{
    moment::Moment,
    money::Fen,
    transaction::{Kind, Method, Status},
    word::words,
};

words! {
    /// Why a hit is one.
    FoundBy {
        Id = 1 "id",
        LastFour = 2 "last_four",
        Voucher = 3 "voucher",
        Reference = 4 "reference",
        Authorization = 5 "authorization",
        Order = 6 "order",
        Trade = 7 "trade",
        Amount = 8 "amount",
        /// only filters were given
        Filter = 9 "filter",
        /// 商品: the name of an item
        Product = 10 "product",
    }
}

impl FoundBy {
    /// The reason that says more: that it passed the filters is the least.
    pub fn better(self, other: FoundBy) -> FoundBy {
        match (self, other) {
            (FoundBy::Filter, reason) | (reason, FoundBy::Filter) => reason,
            (one, another) => one.min(another),
        }
    }
}

/// One word of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// Digits or letters that may be a last four, voucher, reference, authorization, order, trade, id; and the amount
    /// they would be, in yuan, if they can be one.
    Number {
        text: String,
        amount: Option<Fen>,
    },
    /// `88.5`: exactly this amount.
    Amount(Fen),
    /// `>100`, `<50`, `50..100`: from … to, both included.
    Amounts {
        from: Fen,
        to: Fen,
    },
    /// `wx`, `card`, `qr`: one of these.
    Method(&'static [Method]),
    Kind(&'static [Kind]),
    Status(Status),
    /// a copy was asked for and its paper cannot have come out
    Unprinted,
    Operator(String),
    /// `可乐`, `kkkl`, `cola`: an item's name has it, or its pinyin initials have ([`crate::pinyin`]). Of ASCII letters it
    /// may as well be a text that [`Term::Number`] looks up.
    Product(String),
    /// Event times from (included) to (excluded), in milliseconds since 1970.
    Between {
        from_ms: i64,
        to_ms: i64,
    },
}

/// The most words of a search: each costs time on every row that is looked at.
pub const MOST_WORDS: usize = 32;

/// A search: every term must fit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    pub terms: Vec<Term>,
}

/// What the words of time mean here and now: the shop's zone, when its business day starts, and the time.
#[derive(Debug, Clone)]
pub struct Calendar {
    pub zone: TimeZone,
    pub day_starts: Time,
    pub now: Timestamp,
}

impl Calendar {
    /// The business day an instant belongs to.
    pub fn business_day(&self, instant: Timestamp) -> Date {
        let local = self.zone.to_datetime(instant);
        let date = local.date();
        if local.time() < self.day_starts { date.yesterday().unwrap_or(date) } else { date }
    }

    /// The business day of now.
    pub fn today(&self) -> Date {
        self.business_day(self.now)
    }

    /// An instant in the shop's zone.
    pub fn moment(&self, instant: Timestamp) -> Moment {
        let offset = self.zone.to_offset(instant);
        Moment::new(instant.as_millisecond(), i16::try_from(offset.seconds() / 60).unwrap_or(0))
    }

    /// Start (included) of a business day and of the one after the last (excluded), in milliseconds since 1970.
    pub fn span_ms(&self, first: Date, last: Date) -> (i64, i64) {
        let start = |date: Date| {
            date.to_datetime(self.day_starts)
                .to_zoned(self.zone.clone())
                .map_or(i64::MAX, |zoned| zoned.timestamp().as_millisecond())
        };
        (start(first), start(last.tomorrow().unwrap_or(last)))
    }

    /// `today`, `yest`, `2026-11-20`, or `11-20`: the latest such day that is not after `not_after`.
    fn day(&self, text: &str, not_after: Date) -> Option<Date> {
        let today = self.today();
        match text {
            "today" | "今天" => return Some(today),
            "yest" | "yesterday" | "昨天" => return today.yesterday().ok(),
            _ => {}
        }
        let parts: Vec<&str> = text.split('-').collect();
        let number = |text: &str, most: usize| {
            (!text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit()))
                .then(|| text.parse::<i16>().ok())?
        };
        match parts.as_slice() {
            [year, month, day] if year.len() == 4 => {
                Date::new(number(year, 4)?, i8::try_from(number(month, 2)?).ok()?, i8::try_from(number(day, 2)?).ok()?)
                    .ok()
            }
            [month, day] => {
                let (month, day) = (i8::try_from(number(month, 2)?).ok()?, i8::try_from(number(day, 2)?).ok()?);
                (0..9).find_map(|back| {
                    let year = not_after.year().checked_sub(back)?;
                    Date::new(year, month, day).ok().filter(|date| *date <= not_after)
                })
            }
            _ => None,
        }
    }

    fn days(&self, first: &str, last: &str) -> Option<Term> {
        let today = self.today();
        let last = if last.is_empty() { today } else { self.day(last, today)? };
        let first = if first.is_empty() { last.checked_sub(3650.days()).ok()? } else { self.day(first, last)? };
        let (from_ms, to_ms) = self.span_ms(first.min(last), last.max(first));
        Some(Term::Between { from_ms, to_ms })
    }
}

impl Query {
    /// Reads a search. Every text of at most [`MOST_WORDS`] words is one: a word that means nothing else is a product's
    /// name if it could be one, else a number to look up. Words beyond that are not read.
    pub fn parse(text: &str, calendar: &Calendar) -> Query {
        let terms =
            text.split_whitespace().take(MOST_WORDS).map(|word| term(&word.to_lowercase(), word, calendar)).collect();
        Query { terms }
    }
}

fn term(lower: &str, word: &str, calendar: &Calendar) -> Term {
    use Method::{Alipay, Card, Cash, Ecny, StoredValue, UnionpayQr, Wechat};
    match lower {
        "wx" | "wechat" | "微信" => return Term::Method(&[Wechat]),
        "ali" | "alipay" | "支付宝" => return Term::Method(&[Alipay]),
        "card" | "银行卡" | "刷卡" => return Term::Method(&[Card]),
        "qr" | "扫码" => return Term::Method(&[Wechat, Alipay, UnionpayQr]),
        "cash" | "现金" => return Term::Method(&[Cash]),
        "ecny" | "数币" => return Term::Method(&[Ecny]),
        "stored" | "储值" => return Term::Method(&[StoredValue]),
        "refund" | "退货" | "退款" => return Term::Kind(&[Kind::Refund]),
        "void" | "撤销" => return Term::Kind(&[Kind::Void, Kind::PreauthVoid, Kind::PreauthCompleteVoid]),
        "sale" | "消费" => return Term::Kind(&[Kind::Sale]),
        "approved" | "成功" => return Term::Status(Status::Approved),
        "unknown" | "未知" | "结果未知" => return Term::Status(Status::Unknown),
        "declined" | "失败" => return Term::Status(Status::Declined),
        "unprinted" | "未打印" | "未打出" | "没打出" => return Term::Unprinted,
        _ => {}
    }
    if let Some(operator) = lower.strip_prefix("op:").and_then(|_| word.get(3..)) {
        return Term::Operator(operator.to_owned());
    }
    if let Some(amount) = lower.strip_prefix(['>', '＞']).and_then(Fen::from_major) {
        return Term::Amounts { from: Fen::new(amount.get().saturating_add(1)).unwrap_or(Fen::MAX), to: Fen::MAX };
    }
    if let Some(amount) = lower.strip_prefix(['<', '＜']).and_then(Fen::from_major) {
        return match amount.get().checked_sub(1).and_then(Fen::new) {
            Some(to) => Term::Amounts { from: Fen::ZERO, to },
            // nothing is below zero: a span that holds nothing
            None => Term::Amounts { from: Fen::MAX, to: Fen::ZERO },
        };
    }
    if let Some((first, last)) = lower.split_once("..") {
        if let (Some(from), Some(to)) = (Fen::from_major(first), Fen::from_major(last)) {
            return Term::Amounts { from, to };
        }
        if let Some(days) = calendar.days(first, last).filter(|_| !(first.is_empty() && last.is_empty())) {
            return days;
        }
    }
    if let Some(day) = calendar.day(lower, calendar.today()) {
        let (from_ms, to_ms) = calendar.span_ms(day, day);
        return Term::Between { from_ms, to_ms };
    }
    match Fen::from_major(lower) {
        Some(amount) if lower.contains('.') => Term::Amount(amount),
        None if is_name(word) => Term::Product(word.to_owned()),
        amount => Term::Number { text: word.to_owned(), amount },
    }
}

/// Two ASCII letters and more without anything else, or some letter beyond ASCII: identifiers have none (INTERFACES §4).
fn is_name(word: &str) -> bool {
    let latin = word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    latin || word.chars().any(|c| !c.is_ascii() && c.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn calendar() -> Calendar {
        Calendar {
            zone: TimeZone::fixed(jiff::tz::Offset::constant(8)),
            day_starts: Time::midnight(),
            now: "2026-11-20T12:00:00+08:00".parse().unwrap(),
        }
    }

    fn days(first: &str, last: &str) -> Term {
        let ms = |text: &str| format!("{text}T00:00:00+08:00").parse::<Timestamp>().unwrap().as_millisecond();
        Term::Between { from_ms: ms(first), to_ms: ms(last) + 86_400_000 }
    }

    #[test]
    fn each_word_of_the_list_is_understood() {
        for (word, want) in [
            ("88.5", Term::Amount(Fen::new(8850).unwrap())),
            ("未打出", Term::Unprinted),
            (">100", Term::Amounts { from: Fen::new(10_001).unwrap(), to: Fen::MAX }),
            ("wx", Term::Method(&[Method::Wechat])),
            ("ali", Term::Method(&[Method::Alipay])),
            ("card", Term::Method(&[Method::Card])),
            ("qr", Term::Method(&[Method::Wechat, Method::Alipay, Method::UnionpayQr])),
            ("refund", Term::Kind(&[Kind::Refund])),
            ("unknown", Term::Status(Status::Unknown)),
            ("结果未知", Term::Status(Status::Unknown)),
            ("成功", Term::Status(Status::Approved)),
            ("消费", Term::Kind(&[Kind::Sale])),
            ("unprinted", Term::Unprinted),
            ("today", days("2026-11-20", "2026-11-20")),
            ("yest", days("2026-11-19", "2026-11-19")),
            ("11-20", days("2026-11-20", "2026-11-20")),
            ("11-21", days("2025-11-21", "2025-11-21")),
            ("02-29", days("2024-02-29", "2024-02-29")),
            ("2026-11-02", days("2026-11-02", "2026-11-02")),
            ("11-01..11-20", days("2026-11-01", "2026-11-20")),
            ("12-30..01-02", days("2025-12-30", "2026-01-02")),
            ("op:02", Term::Operator("02".into())),
            ("op:李", Term::Operator("李".into())),
            ("declined", Term::Status(Status::Declined)),
            ("退货", Term::Kind(&[Kind::Refund])),
            ("现金", Term::Method(&[Method::Cash])),
            ("今天", days("2026-11-20", "2026-11-20")),
            ("1234", Term::Number { text: "1234".into(), amount: Fen::new(123_400) }),
            ("W2026112001", Term::Number { text: "W2026112001".into(), amount: None }),
            ("038FS3JT20000", Term::Number { text: "038FS3JT20000".into(), amount: None }),
            ("330ml", Term::Number { text: "330ml".into(), amount: None }),
            ("１２３４", Term::Number { text: "１２３４".into(), amount: None }),
            ("a-b", Term::Number { text: "a-b".into(), amount: None }),
            ("k", Term::Number { text: "k".into(), amount: None }),
        ] {
            assert_eq!(Query::parse(word, &calendar()).terms, [want], "{word}");
        }
        for word in ["kkkl", "KL", "hn", "cola", "wxx", "toda", "可乐", "可乐330ml", "可", "éclair", "ｃｏｌａ"]
        {
            assert_eq!(Query::parse(word, &calendar()).terms, [Term::Product(word.into())], "{word}");
        }
        assert_eq!(Query::parse(" wx  today refund ", &calendar()).terms.len(), 3);
    }

    #[test]
    fn the_business_day_may_start_before_dawn() {
        let calendar = Calendar { day_starts: Time::constant(5, 0, 0, 0), ..calendar() };
        let early = "2026-11-20T03:00:00+08:00".parse().unwrap();
        assert_eq!(calendar.business_day(early).to_string(), "2026-11-19");
    }

    #[test]
    fn a_looked_up_text_says_more_than_a_name_and_a_name_more_than_a_filter() {
        let best = |reasons: &[FoundBy]| reasons.iter().fold(FoundBy::Filter, |best, reason| best.better(*reason));
        assert_eq!(best(&[FoundBy::Filter]), FoundBy::Filter);
        assert_eq!(best(&[FoundBy::Product, FoundBy::Filter]), FoundBy::Product);
        assert_eq!(best(&[FoundBy::Product, FoundBy::Amount, FoundBy::LastFour]), FoundBy::LastFour);
    }

    proptest! {
        #[test]
        fn any_text_is_a_search(text in any::<String>()) {
            let _ = Query::parse(&text, &calendar());
        }
    }
}
