//! A transaction event at the door: read key by key, cleaned, or refused with the key named (INTERFACES §4).
//!
//! Money is never lost to strictness: unknown keys are left out and named, long texts are cut and named. A refusal
//! names the key and the rule, never the value.

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::{
    card::MaskedCard,
    document::Copy,
    identifier::{self, Fault},
    mask,
    moment::Moment,
    money::{Currency, Fen},
    text::{LONGEST, SafeText},
    transaction::{CardKind, EntryMode, Item, Kind, Method, Quantity, Status},
};

/// A JSON value as it came, before any rule was applied. Objects keep doubled keys, so that they can be refused.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    Null,
    Bool,
    Whole(u64),
    Number(f64),
    Text(String),
    List(Vec<Raw>),
    Object(Vec<(String, Raw)>),
}

/// An event's keys as they came.
#[derive(Debug, Clone, PartialEq)]
pub struct RawEvent(Vec<(String, Raw)>);

/// Why an event was not taken: the key and the rule it breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {rule}")]
pub struct Refusal {
    pub key: String,
    pub rule: String,
}

/// A cleaned event: what will be kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub source: String,
    pub source_id: String,
    pub kind: Kind,
    pub amount: Fen,
    pub currency: Currency,
    pub time: Moment,
    pub status: Status,
    pub method: Method,
    pub card: Option<MaskedCard>,
    pub card_kind: Option<CardKind>,
    pub issuer: Option<SafeText>,
    pub entry_mode: Option<EntryMode>,
    pub order: Option<String>,
    pub trade: Option<String>,
    pub terminal_id: Option<String>,
    pub merchant_id: Option<String>,
    pub acquirer: Option<SafeText>,
    pub voucher: Option<String>,
    pub batch: Option<String>,
    pub reference: Option<String>,
    pub authorization: Option<String>,
    pub response_code: Option<String>,
    pub operator: Option<String>,
    pub original: Option<String>,
    pub items: Vec<Item>,
    pub note: Option<SafeText>,
    /// Copies to print at once; `None` leaves it to the config's `auto_print`.
    pub print: Option<Vec<Copy>>,
}

/// What was left out, cut or masked on the way in; keys by name, nested ones as `items[0].name`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cleaned {
    pub ignored: Vec<String>,
    pub shortened: Vec<String>,
    pub masked: Vec<String>,
}

impl RawEvent {
    /// Applies the rules.
    ///
    /// # Errors
    /// The first key that is missing or breaks its rule.
    pub fn clean(self) -> Result<(Event, Cleaned), Refusal> {
        let mut keys = Keys::new(self.0)?;
        let event = Event {
            source: keys.required("source", Keys::identifier)?,
            source_id: keys.required("source_id", Keys::identifier)?,
            kind: keys.required("kind", |k, key| k.word(key, Kind::from_word, Kind::ALL))?,
            amount: keys.required("amount", Keys::amount)?,
            currency: keys.currency()?.unwrap_or(Currency::CNY),
            time: keys.required("time", Keys::time)?,
            status: keys.required("status", |k, key| k.word(key, Status::from_word, Status::ALL))?,
            method: keys.required("method", |k, key| k.word(key, Method::from_word, Method::ALL))?,
            card: keys.card()?,
            card_kind: keys.word("card_kind", CardKind::from_word, CardKind::ALL)?,
            issuer: keys.free_text("issuer")?,
            entry_mode: keys.word("entry_mode", EntryMode::from_word, EntryMode::ALL)?,
            order: keys.masked_identifier("order")?,
            trade: keys.masked_identifier("trade")?,
            terminal_id: keys.identifier("terminal_id")?,
            merchant_id: keys.identifier("merchant_id")?,
            acquirer: keys.free_text("acquirer")?,
            voucher: keys.identifier("voucher")?,
            batch: keys.identifier("batch")?,
            reference: keys.identifier("reference")?,
            authorization: keys.identifier("authorization")?,
            response_code: keys.identifier("response_code")?,
            operator: keys.identifier("operator")?,
            original: keys.identifier("original")?,
            items: keys.items()?,
            note: keys.free_text("note")?,
            print: keys.print()?,
        };
        Ok((event, keys.finish()))
    }
}

/// The keys not yet taken, and what happened to those that were.
struct Keys {
    left: Vec<(String, Raw)>,
    cleaned: Cleaned,
}

fn refuse<T>(key: &str, rule: impl Into<String>) -> Result<T, Refusal> {
    // a key is foreign text too, and it goes into logs and answers
    let mut key = SafeText::new(key);
    key.shorten(64);
    Err(Refusal { key: key.as_str().to_owned(), rule: rule.into() })
}

impl Keys {
    fn new(left: Vec<(String, Raw)>) -> Result<Keys, Refusal> {
        if let Some(doubled) = doubled(&left) {
            return refuse(doubled, "is there twice");
        }
        Ok(Keys { left, cleaned: Cleaned::default() })
    }

    /// Takes a key's value; `null` counts as absent.
    fn take(&mut self, key: &str) -> Option<Raw> {
        let at = self.left.iter().position(|(name, _)| name == key)?;
        Some(self.left.swap_remove(at).1).filter(|raw| *raw != Raw::Null)
    }

    fn required<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Keys, &str) -> Result<Option<T>, Refusal>,
    ) -> Result<T, Refusal> {
        match read(self, key)? {
            Some(value) => Ok(value),
            None => refuse(key, "is required"),
        }
    }

    fn text(&mut self, key: &str) -> Result<Option<String>, Refusal> {
        match self.take(key) {
            None => Ok(None),
            Some(Raw::Text(text)) => Ok(Some(text)),
            Some(_) => refuse(key, "must be text"),
        }
    }

    fn identifier(&mut self, key: &str) -> Result<Option<String>, Refusal> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match identifier::check(key, &text) {
            Ok(()) => Ok(Some(text)),
            Err(Fault::Grammar(rule)) => refuse(key, rule),
            Err(Fault::CardNumber) => refuse(key, "is or holds a card number, which must not be stored"),
        }
    }

    /// `order` and `trade`: a card number there is masked and named instead of refused.
    fn masked_identifier(&mut self, key: &str) -> Result<Option<String>, Refusal> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match identifier::check(key, &text) {
            Ok(()) => Ok(Some(text)),
            Err(Fault::Grammar(rule)) => refuse(key, rule),
            Err(Fault::CardNumber) => {
                self.cleaned.masked.push(key.to_owned());
                if mask::holds_track(&text) {
                    return Ok(Some(mask::masked(&text)));
                }
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                Ok(Some(mask::masked(&digits)))
            }
        }
    }

    fn free_text(&mut self, key: &str) -> Result<Option<SafeText>, Refusal> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        Ok(self.shortened(key, &text))
    }

    /// Cleans and cuts; blank text counts as absent.
    fn shortened(&mut self, key: &str, text: &str) -> Option<SafeText> {
        let mut safe = SafeText::new(text.trim());
        if safe.shorten(LONGEST) {
            self.cleaned.shortened.push(key.to_owned());
        }
        (!safe.is_empty()).then_some(safe)
    }

    fn word<T: Copied>(
        &mut self,
        key: &str,
        read: impl Fn(&str) -> Option<T>,
        all: &[T],
    ) -> Result<Option<T>, Refusal> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match read(&text) {
            Some(value) => Ok(Some(value)),
            None => {
                let words: Vec<String> = all.iter().map(ToString::to_string).collect();
                refuse(key, format!("must be one of: {}", words.join(" ")))
            }
        }
    }

    fn amount(&mut self, key: &str) -> Result<Option<Fen>, Refusal> {
        let raw = self.take(key);
        amount(key, raw)
    }

    fn currency(&mut self) -> Result<Option<Currency>, Refusal> {
        let Some(text) = self.text("currency")? else { return Ok(None) };
        match Currency::new(&text) {
            Some(currency) => Ok(Some(currency)),
            None => refuse("currency", "must be three capital letters of ISO 4217"),
        }
    }

    fn time(&mut self, key: &str) -> Result<Option<Moment>, Refusal> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match Moment::parse(&text) {
            Some(moment) => Ok(Some(moment)),
            None => refuse(key, "must be RFC 3339 with an offset, as 2026-11-20T09:05:00+08:00"),
        }
    }

    fn card(&mut self) -> Result<Option<MaskedCard>, Refusal> {
        let Some(text) = self.text("card")? else { return Ok(None) };
        match MaskedCard::new(&text) {
            Some(card) => Ok(Some(card)),
            None => refuse("card", "must be a card number, full or masked, that shows its last four digits"),
        }
    }

    fn items(&mut self) -> Result<Vec<Item>, Refusal> {
        let list = match self.take("items") {
            None => return Ok(Vec::new()),
            Some(Raw::List(list)) => list,
            Some(_) => return refuse("items", "must be a list"),
        };
        list.into_iter().enumerate().map(|(place, raw)| self.item(place, raw)).collect()
    }

    fn item(&mut self, place: usize, raw: Raw) -> Result<Item, Refusal> {
        let path = |key: &str| format!("items[{place}].{key}");
        let Raw::Object(keys) = raw else { return refuse(&format!("items[{place}]"), "must be an object") };
        if let Some(doubled) = doubled(&keys) {
            return refuse(&path(doubled), "is there twice");
        }
        let (mut name, mut quantity, mut amount_raw) = (None, Quantity(1000), None);
        for (key, value) in keys {
            match (key.as_str(), value) {
                ("name", Raw::Text(text)) => name = self.shortened(&path("name"), &text),
                ("name", _) => return refuse(&path("name"), "must be text"),
                ("quantity", value) => {
                    let number = match value {
                        Raw::Whole(n) => n as f64,
                        Raw::Number(n) => n,
                        _ => return refuse(&path("quantity"), "must be a number"),
                    };
                    quantity = match Quantity::from_number(number) {
                        Some(quantity) => quantity,
                        None => return refuse(&path("quantity"), "must be 0 or more with at most three decimals"),
                    };
                }
                ("amount", value) => amount_raw = Some(value),
                (key, _) => self.cleaned.ignored.push(shown(&path(key))),
            }
        }
        let Some(name) = name else { return refuse(&path("name"), "is required") };
        let Some(amount) = amount(&path("amount"), amount_raw)? else { return refuse(&path("amount"), "is required") };
        Ok(Item { name, quantity, amount })
    }

    fn print(&mut self) -> Result<Option<Vec<Copy>>, Refusal> {
        let list = match self.take("print") {
            None => return Ok(None),
            Some(Raw::List(list)) => list,
            Some(_) => return refuse("print", "must be a list of copies"),
        };
        let mut copies = Vec::new();
        for raw in list {
            let copy = match &raw {
                Raw::Text(word) => Copy::from_word(word),
                _ => None,
            };
            match copy {
                Some(copy) if copies.contains(&copy) => {}
                Some(copy) => copies.push(copy),
                None => return refuse("print", "must name copies: merchant customer"),
            }
        }
        Ok(Some(copies))
    }

    fn finish(mut self) -> Cleaned {
        self.cleaned.ignored.extend(self.left.iter().map(|(key, _)| shown(key)));
        self.cleaned.ignored.sort();
        self.cleaned
    }
}

/// What a word set's values can do; only there to keep `word` readable.
trait Copied: Clone + std::marker::Copy + std::fmt::Display {}
impl<T: Clone + std::marker::Copy + std::fmt::Display> Copied for T {}

fn amount(key: &str, raw: Option<Raw>) -> Result<Option<Fen>, Refusal> {
    match raw {
        None => Ok(None),
        Some(Raw::Whole(n)) => match Fen::new(n) {
            Some(amount) => Ok(Some(amount)),
            None => refuse(key, "must be at most 999999999999"),
        },
        Some(Raw::Number(n)) if n < 0.0 => refuse(key, "must not be negative: a refund is a kind, not a sign"),
        Some(_) => refuse(key, "must be a whole number of minor units (fen)"),
    }
}

fn shown(key: &str) -> String {
    let mut key = SafeText::new(key);
    key.shorten(64);
    key.as_str().to_owned()
}

fn doubled(keys: &[(String, Raw)]) -> Option<&str> {
    let mut names: Vec<&str> = keys.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).find_map(|pair| match pair {
        [a, b] if a == b => Some(*a),
        _ => None,
    })
}

impl<'de> Deserialize<'de> for RawEvent {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = RawEvent;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an event as one JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawEvent, A::Error> {
                let mut keys = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    // what nobody reads is not built: a hostile value costs its bytes and nothing more
                    let value = if KNOWN.contains(&key.as_str()) {
                        map.next_value()?
                    } else {
                        map.next_value::<IgnoredAny>()?;
                        Raw::Bool
                    };
                    keys.push((key, value));
                }
                Ok(RawEvent(keys))
            }
        }
        d.deserialize_map(Object)
    }
}

/// Every key of an event.
const KNOWN: &[&str] = &[
    "source",
    "source_id",
    "kind",
    "amount",
    "currency",
    "time",
    "status",
    "method",
    "card",
    "card_kind",
    "issuer",
    "entry_mode",
    "order",
    "trade",
    "terminal_id",
    "merchant_id",
    "acquirer",
    "voucher",
    "batch",
    "reference",
    "authorization",
    "response_code",
    "operator",
    "original",
    "items",
    "note",
    "print",
];

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Raw;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a JSON value")
            }
            fn visit_unit<E>(self) -> Result<Raw, E> {
                Ok(Raw::Null)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
                Ok(Raw::Bool)
            }
            fn visit_u64<E>(self, n: u64) -> Result<Raw, E> {
                Ok(Raw::Whole(n))
            }
            fn visit_i64<E>(self, n: i64) -> Result<Raw, E> {
                Ok(u64::try_from(n).map_or(Raw::Number(n as f64), Raw::Whole))
            }
            fn visit_f64<E>(self, n: f64) -> Result<Raw, E> {
                Ok(Raw::Number(n))
            }
            fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
                Ok(Raw::Text(text.to_owned()))
            }
            fn visit_string<E>(self, text: String) -> Result<Raw, E> {
                Ok(Raw::Text(text))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
                let mut list = Vec::new();
                while let Some(raw) = seq.next_element()? {
                    if list.len() >= 10_000 {
                        return Err(A::Error::custom("a list of over 10000 entries"));
                    }
                    list.push(raw);
                }
                Ok(Raw::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
                let mut keys = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    keys.push(entry);
                }
                Ok(Raw::Object(keys))
            }
        }
        d.deserialize_any(Any)
    }
}
