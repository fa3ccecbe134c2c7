//! The stored transaction.

use jiff::civil::Date;
use model::{
    CardKind, Change, Currency, EntryMode, Fen, Item, Kind, MaskedCard, Method, Quantity, SafeText, Status,
    Transaction, TransactionId,
};
use serde::{Deserialize, Serialize};

use super::{MomentV1, Record, at, damaged, moment};
use crate::error::StoreError;

/// A transaction and what only the store needs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredTransaction {
    pub(crate) transaction: Transaction,
    /// The business day it was counted in, as yyyymmdd; told by the caller at recording.
    pub(crate) day: i32,
}

/// A business day as it stands in keys.
pub(crate) fn day_number(day: Date) -> i32 {
    i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day())
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TransactionV1 {
    recorded_at: MomentV1,
    change: u64,
    day: i32,
    source: String,
    source_id: String,
    kind: u8,
    amount: u64,
    currency: [u8; 3],
    time: MomentV1,
    status: u8,
    method: u8,
    card: Option<String>,
    card_kind: Option<u8>,
    issuer: Option<String>,
    entry_mode: Option<u8>,
    order: Option<String>,
    trade: Option<String>,
    terminal_id: Option<String>,
    merchant_id: Option<String>,
    acquirer: Option<String>,
    voucher: Option<String>,
    batch: Option<String>,
    reference: Option<String>,
    authorization: Option<String>,
    response_code: Option<String>,
    operator: Option<String>,
    original: Option<String>,
    /// name, quantity in thousandths, amount
    items: Vec<(String, u64, u64)>,
    note: Option<String>,
}

impl Record for TransactionV1 {
    const VERSION: u8 = 1;
    const TABLE: &'static str = "records-1";
}

/// What a search compares, borrowed from the bytes of a [`TransactionV1`]: most rows that are looked at don't fit, and
/// need not be built. The same fields in the same order; those that nothing is compared with are passed over.
#[derive(Debug, Deserialize)]
pub(crate) struct ComparedV1<'a> {
    _recorded_at: MomentV1,
    _change: u64,
    _day: i32,
    _source: &'a [u8],
    _source_id: &'a [u8],
    _kind: u8,
    _amount: u64,
    _currency: [u8; 3],
    _time: MomentV1,
    _status: u8,
    _method: u8,
    _card: Option<&'a [u8]>,
    _card_kind: Option<u8>,
    _issuer: Option<&'a [u8]>,
    _entry_mode: Option<u8>,
    pub(crate) order: Option<&'a str>,
    pub(crate) trade: Option<&'a str>,
    _terminal_id: Option<&'a [u8]>,
    _merchant_id: Option<&'a [u8]>,
    _acquirer: Option<&'a [u8]>,
    _voucher: Option<&'a [u8]>,
    _batch: Option<&'a [u8]>,
    pub(crate) reference: Option<&'a str>,
    pub(crate) authorization: Option<&'a str>,
    _response_code: Option<&'a [u8]>,
    _operator: Option<&'a [u8]>,
    _original: Option<&'a [u8]>,
    /// name, quantity in thousandths, amount
    #[serde(borrow)]
    pub(crate) items: Vec<(&'a str, u64, u64)>,
}

impl<'a> ComparedV1<'a> {
    /// `None` if these bytes are not a [`TransactionV1`]: reading the row will say what is wrong.
    pub(crate) fn of(bytes: &'a [u8]) -> Option<ComparedV1<'a>> {
        let (version, rest) = bytes.split_first()?;
        if *version != TransactionV1::VERSION {
            return None;
        }
        postcard::take_from_bytes(rest).ok().map(|(compared, _)| compared)
    }
}

fn text(text: &SafeText) -> String {
    text.as_str().to_owned()
}

impl From<&StoredTransaction> for TransactionV1 {
    fn from(stored: &StoredTransaction) -> TransactionV1 {
        let t = stored.transaction.clone();
        let mut currency = [b'X'; 3];
        for (to, from) in currency.iter_mut().zip(t.currency.as_str().bytes()) {
            *to = from;
        }
        TransactionV1 {
            recorded_at: moment(t.recorded_at),
            change: t.change.0,
            day: stored.day,
            source: t.source,
            source_id: t.source_id,
            kind: t.kind.code(),
            amount: t.amount.get(),
            currency,
            time: moment(t.time),
            status: t.status.code(),
            method: t.method.code(),
            card: t.card.map(|c| c.to_string()),
            card_kind: t.card_kind.map(CardKind::code),
            issuer: t.issuer.as_ref().map(text),
            entry_mode: t.entry_mode.map(EntryMode::code),
            order: t.order,
            trade: t.trade,
            terminal_id: t.terminal_id,
            merchant_id: t.merchant_id,
            acquirer: t.acquirer.as_ref().map(text),
            voucher: t.voucher,
            batch: t.batch,
            reference: t.reference,
            authorization: t.authorization,
            response_code: t.response_code,
            operator: t.operator,
            original: t.original,
            items: t.items.iter().map(|i| (text(&i.name), i.quantity.0, i.amount.get())).collect(),
            note: t.note.as_ref().map(text),
        }
    }
}

impl TransactionV1 {
    /// The transaction with this id.
    pub(crate) fn into_stored(self, id: TransactionId) -> Result<StoredTransaction, StoreError> {
        let bad = |what: &str| damaged::<TransactionV1>(id, what);
        let safe = |text: Option<String>| text.map(|t| SafeText::new(&t));
        let fen = |amount: u64| Fen::new(amount).ok_or_else(|| bad("amount out of range"));
        let currency = std::str::from_utf8(&self.currency).ok().and_then(Currency::new);
        let card = match self.card {
            Some(card) => Some(MaskedCard::new(&card).ok_or_else(|| bad("card"))?),
            None => None,
        };
        let card_kind = match self.card_kind {
            Some(code) => Some(CardKind::from_code(code).ok_or_else(|| bad("card_kind"))?),
            None => None,
        };
        let entry_mode = match self.entry_mode {
            Some(code) => Some(EntryMode::from_code(code).ok_or_else(|| bad("entry_mode"))?),
            None => None,
        };
        let mut items = Vec::with_capacity(self.items.len());
        for (name, quantity, amount) in self.items {
            items.push(Item { name: SafeText::new(&name), quantity: Quantity(quantity), amount: fen(amount)? });
        }
        let transaction = Transaction {
            id,
            recorded_at: at(self.recorded_at),
            change: Change(self.change),
            source: self.source,
            source_id: self.source_id,
            kind: Kind::from_code(self.kind).ok_or_else(|| bad("kind"))?,
            amount: fen(self.amount)?,
            currency: currency.ok_or_else(|| bad("currency"))?,
            time: at(self.time),
            status: Status::from_code(self.status).ok_or_else(|| bad("status"))?,
            method: Method::from_code(self.method).ok_or_else(|| bad("method"))?,
            card,
            card_kind,
            issuer: safe(self.issuer),
            entry_mode,
            order: self.order,
            trade: self.trade,
            terminal_id: self.terminal_id,
            merchant_id: self.merchant_id,
            acquirer: safe(self.acquirer),
            voucher: self.voucher,
            batch: self.batch,
            reference: self.reference,
            authorization: self.authorization,
            response_code: self.response_code,
            operator: self.operator,
            original: self.original,
            items,
            note: safe(self.note),
        };
        Ok(StoredTransaction { transaction, day: self.day })
    }
}
