//! The search index: which entries a transaction has, and which ranges a looked-up text means.
//!
//! One key is 22 bytes: epoch (3, the upper part of the event time, about 50 days), tag (1), word (6), the rest of the
//! event time (4), transaction id (8). New entries all fall into the latest epoch's few pages, which keeps the writing
//! per sale small; and within an epoch the entries of a word stand in the order of time.
//! A word is an abbreviation: every entry is checked against the row.

use std::ops::Range;

use model::{Fen, Transaction};

use crate::{packed::hash, tables::time_key};

pub(crate) type Key = [u8; 22];
pub(crate) type Word = [u8; 6];

/// What a word stands for; the stored number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    LastFour = 1,
    Voucher = 2,
    Reference = 3,
    Authorization = 4,
    Order = 5,
    Trade = 6,
    Amount = 7,
}

/// A run of words under one tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) tag: Tag,
    pub(crate) first: Word,
    pub(crate) last: Word,
}

impl Span {
    /// True if all its entries have one word, so that they stand in the order of time.
    pub(crate) fn one_word(&self) -> bool {
        self.first == self.last
    }

    /// Its keys within an epoch; of one word only those before the time and id.
    pub(crate) fn keys(&self, within: u32, below: (u64, u64)) -> Range<Key> {
        let start = key(within, self.tag, self.first, 0, 0);
        let end = match self.one_word() && epoch(below.0) == within {
            true => key(within, self.tag, self.last, rest(below.0), below.1),
            false => key(within, self.tag, self.last, u32::MAX, u64::MAX),
        };
        start..end
    }
}

/// The epoch of a time key.
pub(crate) fn epoch(time: u64) -> u32 {
    u32::try_from(time >> 32).unwrap_or(u32::MAX).min(0x00FF_FFFF)
}

/// The part of a time key below the epoch.
fn rest(time: u64) -> u32 {
    u32::try_from(time & u64::from(u32::MAX)).unwrap_or(0)
}

/// All keys of an epoch and those before it.
pub(crate) fn up_to(epoch: u32) -> Key {
    key_bytes(epoch, 0xFF, [0xFF; 6], u32::MAX, u64::MAX)
}

/// The first key of an epoch.
pub(crate) fn start_of(epoch: u32) -> Key {
    key_bytes(epoch, 0, [0; 6], 0, 0)
}

fn key(epoch: u32, tag: Tag, word: Word, rest: u32, id: u64) -> Key {
    key_bytes(epoch, tag as u8, word, rest, id)
}

fn key_bytes(epoch: u32, tag: u8, word: Word, rest: u32, id: u64) -> Key {
    let mut key = [0; 22];
    let bytes = epoch.to_be_bytes().into_iter().skip(1).chain([tag]).chain(word);
    for (to, from) in key.iter_mut().zip(bytes.chain(rest.to_be_bytes()).chain(id.to_be_bytes())) {
        *to = from;
    }
    key
}

/// Epoch, event time as in keys, and transaction id of an entry.
pub(crate) fn read(key: &Key) -> (u32, u64, u64) {
    let [e0, e1, e2, _, _, _, _, _, _, _, t0, t1, t2, t3, id @ ..] = *key;
    let epoch = u32::from_be_bytes([0, e0, e1, e2]);
    let time = u64::from(epoch) << 32 | u64::from(u32::from_be_bytes([t0, t1, t2, t3]));
    (epoch, time, u64::from_be_bytes(id))
}

/// Every entry of a transaction.
pub(crate) fn entries(t: &Transaction) -> Vec<Key> {
    let time = time_key(t.time.unix_ms());
    let mut keys = Vec::with_capacity(7);
    let mut put = |tag: Tag, word: Word| keys.push(key(epoch(time), tag, word, rest(time), t.id.0));
    if let Some(card) = &t.card {
        put(Tag::LastFour, padded(card.last_four().bytes()));
    }
    if let Some(voucher) = t.voucher.as_deref().and_then(number) {
        put(Tag::Voucher, voucher);
    }
    if let Some(reference) = &t.reference {
        put(Tag::Reference, hashed(reference));
    }
    if let Some(authorization) = &t.authorization {
        put(Tag::Authorization, hashed(authorization));
    }
    if let Some(order) = &t.order {
        put(Tag::Order, tail(order));
    }
    if let Some(trade) = &t.trade {
        put(Tag::Trade, tail(trade));
    }
    put(Tag::Amount, amount(t.amount));
    keys
}

/// What to look through for a text that may be any of them, and the amount it would be.
pub(crate) fn spans(text: &str, as_amount: Option<Fen>) -> Vec<Span> {
    let mut spans = Vec::with_capacity(7);
    let one = |tag, word| Span { tag, first: word, last: word };
    if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        spans.push(one(Tag::LastFour, padded(text.bytes())));
    }
    if let Some(voucher) = number(text) {
        spans.push(one(Tag::Voucher, voucher));
    }
    spans.push(one(Tag::Reference, hashed(text)));
    spans.push(one(Tag::Authorization, hashed(text)));
    for tag in [Tag::Order, Tag::Trade] {
        let word = tail(text);
        let last = match text.len() {
            // a tail: whatever may stand before it
            4 | 5 => std::array::from_fn(|place| if place < text.len() { word[place] } else { 0xFF }),
            _ => word,
        };
        spans.push(Span { tag, first: word, last });
    }
    if let Some(fen) = as_amount {
        spans.push(amount_span(fen));
    }
    spans
}

pub(crate) fn amount_span(fen: Fen) -> Span {
    Span { tag: Tag::Amount, first: amount(fen), last: amount(fen) }
}

fn padded(bytes: impl Iterator<Item = u8>) -> Word {
    let mut word = [0; 6];
    for (to, from) in word.iter_mut().zip(bytes) {
        *to = from;
    }
    word
}

/// 1 to 6 digits as a number, so that leading zeros don't matter.
fn number(text: &str) -> Option<Word> {
    let digits = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse::<u32>().ok()).flatten().map(|n| padded(n.to_be_bytes().into_iter()))
}

fn hashed(text: &str) -> Word {
    padded(hash(text.to_ascii_lowercase().as_bytes()).to_be_bytes().into_iter())
}

/// The last six characters from the end, so that a shorter tail is a prefix.
fn tail(text: &str) -> Word {
    padded(text.bytes().rev().map(|b| b.to_ascii_lowercase()))
}

fn amount(fen: Fen) -> Word {
    let [_, _, a, b, c, d, e, f] = fen.get().to_be_bytes();
    [a, b, c, d, e, f]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_gives_back_time_and_id() {
        let time = time_key(1_795_000_000_123);
        let made = key(epoch(time), Tag::Trade, *b"abcdef", rest(time), 42);
        assert_eq!(read(&made), (epoch(time), time, 42));
        assert!(made >= start_of(epoch(time)) && made <= up_to(epoch(time)));
    }

    #[test]
    fn the_end_of_time_is_after_every_epoch() {
        let last = epoch(time_key(model::Moment::new(i64::MAX, 0).unix_ms()));
        assert!(epoch(time_key(i64::MAX)) > last && epoch(u64::MAX) > last);
    }

    #[test]
    fn a_short_tail_spans_every_word_that_begins_with_it() {
        let span = spans("0001", None).into_iter().find(|s| s.tag == Tag::Order).unwrap();
        for order in ["0001", "W2026112000001", "x0001", "9990001"] {
            assert!((span.first..=span.last).contains(&tail(order)), "{order}");
        }
        assert!(!(span.first..=span.last).contains(&tail("W20261120002")));
    }
}
