//! A terminal's transaction as an event of ours. The record doesn't say what kind it was: who asked for it knows, or its text
//! does; nothing is guessed.

use model::{Currency, Event, Fen, Kind, Method, Moment, SafeText, Status, identifier};

use super::record::RecordResponse;

/// Why a record is no transaction event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventFault {
    #[error("it has no voucher number, so it is no transaction")]
    NoVoucher,
    #[error("it has no amount")]
    NoAmount,
    #[error("it has no date and time")]
    NoTime,
    #[error("it has no terminal number")]
    NoTerminal,
    #[error("it does not say of what kind it was")]
    NoKind,
}

/// Makes an event of a record. `kind` is what was asked for; `None`: what its text says. `now` settles the year, which the
/// record lacks. `source_id` is made of terminal, batch and voucher, so that the same transaction told twice is one.
///
/// # Errors
/// What is missing.
pub fn event(record: &RecordResponse, kind: Option<Kind>, source: &str, now: Moment) -> Result<Event, EventFault> {
    let kept = |key: &str, value: &Option<String>| {
        // what breaks the grammar, or holds a card number, is left out: the transaction itself must not be lost
        value.as_ref().filter(|text| identifier::check(key, text).is_ok()).cloned()
    };
    let voucher = kept("voucher", &record.voucher).ok_or(EventFault::NoVoucher)?;
    let terminal = kept("terminal_id", &record.terminal_id).ok_or(EventFault::NoTerminal)?;
    if record.amount == Fen::ZERO {
        return Err(EventFault::NoAmount);
    }
    let time = record.clock.and_then(|clock| clock.near(now)).ok_or(EventFault::NoTime)?;
    let kind = kind.or_else(|| said(record)).ok_or(EventFault::NoKind)?;
    let batch = kept("batch", &record.batch);
    let source_id = format!("{terminal}-{:0>6}-{voucher:0>6}", batch.as_deref().unwrap_or("0"));
    let free = |text: &str| Some(SafeText::new(text.trim())).filter(|text| !text.is_empty());
    Ok(Event {
        source: source.to_owned(),
        source_id,
        kind,
        amount: record.amount,
        currency: Currency::CNY,
        time,
        status: match record.code.as_str() {
            "00" | "10" | "11" | "A2" | "A4" | "A5" | "A6" => Status::Approved,
            // the host's answer came too late or not at all: query first, never charge again
            "68" | "98" => Status::Unknown,
            _ => Status::Declined,
        },
        method: if record.card.is_some() { Method::Card } else { Method::Other },
        card: record.card,
        card_kind: None,
        issuer: record.bank.as_deref().and_then(free),
        entry_mode: None,
        order: None,
        trade: None,
        terminal_id: Some(terminal),
        merchant_id: kept("merchant_id", &record.merchant_id),
        acquirer: None,
        voucher: Some(voucher),
        batch,
        reference: kept("reference", &record.reference),
        authorization: kept("authorization", &record.authorization),
        response_code: kept("response_code", &Some(record.code.clone())),
        operator: None,
        original: None,
        items: Vec::new(),
        note: record.text.clone(),
        print: None,
    })
}

/// The kind that the terminal's text names; the longer names first.
fn said(record: &RecordResponse) -> Option<Kind> {
    let text = record.text.as_ref()?.as_str();
    [
        ("预授权完成撤销", Kind::PreauthCompleteVoid),
        ("预授权完成", Kind::PreauthComplete),
        ("预授权撤销", Kind::PreauthVoid),
        ("预授权", Kind::Preauth),
        ("消费撤销", Kind::Void),
        ("撤销", Kind::Void),
        ("退货", Kind::Refund),
        ("离线消费", Kind::OfflineSale),
        ("消费", Kind::Sale),
    ]
    .into_iter()
    .find(|(name, _)| text.contains(name))
    .map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use model::MaskedCard;

    use super::*;
    use crate::iso::HostClock;

    fn record() -> RecordResponse {
        RecordResponse {
            code: "00".to_owned(),
            bank: Some("0102".to_owned()),
            card: MaskedCard::new("6222021234567890123"),
            voucher: Some("000123".to_owned()),
            amount: Fen::new(8850).unwrap(),
            text: Some(SafeText::new("消费成功")),
            merchant_id: Some("898110012345678".to_owned()),
            terminal_id: Some("12345678".to_owned()),
            batch: Some("000002".to_owned()),
            clock: HostClock::read(b"235958", b"1231"),
            reference: Some("093015000001".to_owned()),
            authorization: None,
            settled: None,
            check: *b"042",
            totals: None,
        }
    }

    fn now() -> Moment {
        Moment::parse("2027-01-01T00:00:10+08:00").unwrap()
    }

    #[test]
    fn a_sale_at_new_year_keeps_its_year_its_masked_card_and_one_id() {
        let event = event(&record(), Some(Kind::Sale), "terminal", now()).unwrap();
        assert_eq!(event.source_id, "12345678-000002-000123");
        assert!(identifier::check("source_id", &event.source_id).is_ok());
        assert_eq!(event.time.to_string(), "2026-12-31T23:59:58.000+08:00");
        assert_eq!(event.card.unwrap().to_string(), "622202*********0123");
        assert_eq!((event.status, event.method), (Status::Approved, Method::Card));
    }

    #[test]
    fn the_kind_is_asked_for_or_said_never_guessed() {
        let told = |text: &str| {
            let record = RecordResponse { text: Some(SafeText::new(text)), ..record() };
            event(&record, None, "terminal", now()).map(|event| event.kind)
        };
        assert_eq!(told("消费成功"), Ok(Kind::Sale));
        assert_eq!(told("消费撤销成功"), Ok(Kind::Void));
        assert_eq!(told("预授权完成"), Ok(Kind::PreauthComplete));
        assert_eq!(told("交易成功"), Err(EventFault::NoKind));
    }

    #[test]
    fn what_is_no_transaction_makes_no_event_and_a_bad_field_loses_no_money() {
        let none = RecordResponse { voucher: None, ..record() };
        assert_eq!(event(&none, Some(Kind::Sale), "terminal", now()).err(), Some(EventFault::NoVoucher));
        let none = RecordResponse { amount: Fen::ZERO, ..record() };
        assert_eq!(event(&none, Some(Kind::Sale), "terminal", now()).err(), Some(EventFault::NoAmount));
        let odd = RecordResponse { reference: Some("参考".to_owned()), code: "68".to_owned(), ..record() };
        let event = event(&odd, Some(Kind::Sale), "terminal", now()).unwrap();
        assert_eq!((event.reference, event.status), (None, Status::Unknown));
    }
}
