//! What a person knows a payment by: amount, method, card, time. Kept for the payments whose jobs are on the screen.

use std::collections::BTreeMap;

use model::{Currency, Fen, Kind, Language, MaskedCard, Method, Moment, Transaction, TransactionId};

use super::{message::Tag, value};
use crate::wording::codes;

/// More than this are thinned out to what is shown.
const MANY: usize = 200;

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sale {
    kind: Kind,
    method: Method,
    amount: Fen,
    currency: Currency,
    card: Option<MaskedCard>,
    paid: Moment,
}

impl Sale {
    fn of(sale: &Transaction) -> Sale {
        Sale {
            kind: sale.kind,
            method: sale.method,
            amount: sale.amount,
            currency: sale.currency,
            card: sale.card,
            paid: value::paid(sale),
        }
    }

    /// `¥88.50`, `-¥128.00` for a refund.
    pub(crate) fn money(&self) -> String {
        value::worth(self.kind, self.amount, self.currency)
    }

    /// `¥88.50  **** 1234`, or its method where there is no card.
    pub(crate) fn named(&self, language: Language) -> String {
        let card = self.card.map(|card| card.shown());
        format!("{}  {}", self.money(), card.unwrap_or_else(|| codes::method(self.method, language).to_owned()))
    }

    /// `消费  ¥88.50`.
    pub(crate) fn headline(&self, language: Language) -> String {
        format!("{}  {}", codes::kind(self.kind, language), self.money())
    }

    /// `11-20 13:51  银行卡  **** 1234`.
    pub(crate) fn about(&self, now: Option<Moment>, language: Language) -> String {
        let mut words = vec![value::when(self.paid, now), codes::method(self.method, language).to_owned()];
        words.extend(self.card.map(|card| card.shown()));
        words.join("  ")
    }
}

/// Those that were read, and those that are being read.
#[derive(Debug, Default)]
pub(crate) struct Sales {
    /// `None`: the daemon does not know it, and is not asked again.
    known: BTreeMap<TransactionId, Option<Sale>>,
    asked: BTreeMap<Tag, TransactionId>,
}

impl Sales {
    pub(crate) fn get(&self, id: TransactionId) -> Option<&Sale> {
        self.known.get(&id)?.as_ref()
    }

    pub(crate) fn keep(&mut self, sale: &Transaction) {
        self.known.insert(sale.id, Some(Sale::of(sale)));
    }

    /// Forgets the others once there are many.
    pub(crate) fn keep_only(&mut self, shown: &[TransactionId]) {
        if self.known.len() > MANY {
            self.known.retain(|id, _| shown.contains(id));
        }
    }

    /// True if it is to be asked for.
    pub(crate) fn wishes(&self, id: TransactionId) -> bool {
        !self.known.contains_key(&id) && self.asked.values().all(|asked| *asked != id)
    }

    pub(crate) fn asked(&mut self, tag: Tag, id: TransactionId) {
        self.asked.insert(tag, id);
    }

    pub(crate) fn is_mine(&self, tag: Tag) -> bool {
        self.asked.contains_key(&tag)
    }

    pub(crate) fn answered(&mut self, tag: Tag, sale: Option<&Transaction>) {
        if let Some(id) = self.asked.remove(&tag) {
            self.known.insert(id, sale.map(Sale::of));
        }
    }

    /// No answer comes any more.
    pub(crate) fn disconnected(&mut self) {
        self.asked.clear();
    }
}
