//! Does a row fit a term? The one place that knows what each word of a search means.

use model::{FoundBy, Transaction, TransactionId, pinyin, search::Term};

use crate::{
    packed::{Packed, operator_hash},
    record::ComparedV1,
};

/// True unless the packed record already rules the term out.
pub(crate) fn may_fit(packed: Packed, time_ms: i64, term: &Term) -> bool {
    match term {
        Term::Number { .. } | Term::Unprinted | Term::Product(_) => true,
        Term::Amount(amount) => packed.within(*amount, *amount),
        Term::Amounts { from, to } => packed.within(*from, *to),
        Term::Method(methods) => packed.is_method(methods),
        Term::Kind(kinds) => packed.is_kind(kinds),
        Term::Status(status) => packed.is_status(*status),
        Term::Operator(operator) => packed.operator == operator_hash(Some(operator)),
        Term::Between { from_ms, to_ms } => (*from_ms..*to_ms).contains(&time_ms),
    }
}

/// True unless what is compared of a row already rules a product's name out; of other terms it decides nothing.
pub(crate) fn may_name(compared: &ComparedV1<'_>, term: &Term) -> bool {
    let Term::Product(word) = term else { return true };
    let texts = || Texts {
        reference: compared.reference,
        authorization: compared.authorization,
        order: compared.order,
        trade: compared.trade,
    };
    names(compared.items.iter().map(|(name, ..)| *name), word) || word.is_ascii() && texts().found(word).is_some()
}

/// Why the row fits, or `None` if it doesn't.
pub(crate) fn fits(t: &Transaction, unprinted: &dyn Fn() -> bool, term: &Term) -> Option<FoundBy> {
    let filter = |fits: bool| fits.then_some(FoundBy::Filter);
    match term {
        Term::Number { text, amount } => {
            number(t, text).or_else(|| (*amount == Some(t.amount)).then_some(FoundBy::Amount))
        }
        Term::Amount(amount) => (t.amount == *amount).then_some(FoundBy::Amount),
        Term::Operator(operator) => {
            filter(t.operator.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(operator)))
        }
        Term::Unprinted => filter(unprinted()),
        Term::Product(word) => {
            let named = || names(t.items.iter().map(|item| item.name.as_str()), word).then_some(FoundBy::Product);
            word.is_ascii().then(|| number(t, word)).flatten().or_else(named)
        }
        other => filter(may_fit(Packed::of(t), t.time.unix_ms(), other)),
    }
}

fn names<'a>(mut names: impl Iterator<Item = &'a str>, word: &str) -> bool {
    names.any(|name| pinyin::find(name, word).is_some())
}

/// The best reason a text is found in a row, apart from the amount.
fn number(t: &Transaction, text: &str) -> Option<FoundBy> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if TransactionId::parse(text) == Some(t.id) {
        Some(FoundBy::Id)
    } else if t.card.is_some_and(|card| card.last_four() == text) {
        Some(FoundBy::LastFour)
    } else if (1..=6).contains(&text.len())
        && digits(text)
        && t.voucher.as_deref().is_some_and(|v| v.trim_start_matches('0') == text.trim_start_matches('0'))
    {
        Some(FoundBy::Voucher)
    } else {
        let texts = Texts {
            reference: t.reference.as_deref(),
            authorization: t.authorization.as_deref(),
            order: t.order.as_deref(),
            trade: t.trade.as_deref(),
        };
        texts.found(text)
    }
}

/// The identifiers of a row that letters can be.
struct Texts<'a> {
    reference: Option<&'a str>,
    authorization: Option<&'a str>,
    order: Option<&'a str>,
    trade: Option<&'a str>,
}

impl Texts<'_> {
    fn found(&self, text: &str) -> Option<FoundBy> {
        let same = |value: Option<&str>| value.is_some_and(|value| value.eq_ignore_ascii_case(text));
        // four characters and more also as a tail
        let ends = |value: Option<&str>| {
            value.is_some_and(|value| {
                let tail = value.len().checked_sub(text.len()).and_then(|start| value.get(start..));
                tail.is_some_and(|tail| {
                    (text.len() >= 4 || tail.len() == value.len()) && tail.eq_ignore_ascii_case(text)
                })
            })
        };
        if same(self.reference) {
            Some(FoundBy::Reference)
        } else if same(self.authorization) {
            Some(FoundBy::Authorization)
        } else if ends(self.order) {
            Some(FoundBy::Order)
        } else if ends(self.trade) {
            Some(FoundBy::Trade)
        } else {
            None
        }
    }
}
