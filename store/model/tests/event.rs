//! The event parser against the table of INTERFACES §4, with good, odd and hostile events.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use model::{Copy, Event, RawEvent, Refusal};
use proptest::prelude::*;
use serde_json::{Value, json};

fn sale() -> Value {
    json!({"source": "pos", "source_id": "a-1", "kind": "sale", "amount": 8850, "time": "2026-11-20T09:05:00+08:00",
           "status": "approved", "method": "card", "card": "4111111111111111", "voucher": "000123"})
}

fn with(key: &str, value: Value) -> Value {
    let mut event = sale();
    event[key] = value;
    event
}

fn clean(event: &Value) -> Result<(Event, model::Cleaned), Refusal> {
    serde_json::from_str::<RawEvent>(&event.to_string()).unwrap().clean()
}

#[test]
fn a_whole_event_is_kept_with_its_card_masked() {
    let (event, cleaned) = clean(&sale()).unwrap();
    assert_eq!(event.card.unwrap().to_string(), "411111******1111");
    assert_eq!(event.amount.get(), 8850);
    assert_eq!(event.currency.as_str(), "CNY");
    assert_eq!(event.print, None);
    assert_eq!(cleaned, model::Cleaned::default());
}

#[test]
fn a_missing_or_broken_key_is_named_and_its_value_never_repeated() {
    for (key, value) in [
        ("amount", json!(-1)),
        ("amount", json!(1.5)),
        ("amount", json!("100")),
        ("amount", json!(1_000_000_000_000_u64)),
        ("amount", json!(u64::MAX)),
        ("kind", json!("SALE")),
        ("status", json!("ok")),
        ("method", json!(null)),
        ("time", json!("2026-11-20 09:05")),
        ("currency", json!("cny")),
        ("card", json!("secret-card")),
        ("voucher", json!("12a")),
        ("voucher", json!(123)),
        ("terminal_id", json!("123")),
        ("reference", json!("4111111111111111")),
        ("source_id", json!("4111-1111-1111-1111")),
        ("source_id", json!(";4111111111111111=25121010000012345678?")),
        ("original", json!("4111111111111111D2512101")),
        ("time", json!("0000-01-01T00:00:00Z")),
        ("items", json!("apple")),
        ("print", json!(["shop"])),
        ("print", json!("customer")),
        ("source", json!("")),
    ] {
        let refusal = clean(&with(key, value.clone())).unwrap_err();
        assert_eq!(refusal.key, key, "{value}");
        let shown = value.to_string().trim_matches('"').to_owned();
        assert!(shown.len() < 4 || !refusal.to_string().contains(&shown), "{refusal}");
    }
    for key in ["source", "source_id", "kind", "amount", "time", "status", "method"] {
        let mut event = sale();
        event.as_object_mut().unwrap().remove(key);
        assert_eq!(clean(&event).unwrap_err(), Refusal { key: key.into(), rule: "is required".into() });
    }
}

#[test]
fn unknown_keys_are_left_out_and_named_even_inside_items() {
    let mut event = with("tip", json!(100));
    event["items"] = json!([{"name": "可乐", "quantity": 2, "amount": 700, "sku": "1"}]);
    event["nested"] = json!({"a": [1, {"b": 2}]});
    let (kept, cleaned) = clean(&event).unwrap();
    assert_eq!(cleaned.ignored, ["items[0].sku", "nested", "tip"]);
    assert_eq!(kept.items[0].quantity.to_string(), "2");
}

#[test]
fn long_texts_are_cut_and_named() {
    let mut event = with("note", json!("长".repeat(10_000)));
    event["items"] = json!([{"name": "a".repeat(501), "amount": 1}]);
    let (kept, cleaned) = clean(&event).unwrap();
    assert_eq!(kept.note.unwrap().chars().count(), 500);
    assert_eq!(kept.items[0].name.len(), 500);
    assert_eq!(cleaned.shortened, ["items[0].name", "note"]);
}

#[test]
fn a_track_in_order_or_trade_is_masked_and_its_remainder_is_gone() {
    for key in ["order", "trade"] {
        let (kept, cleaned) = clean(&with(key, json!(";4111111111111111=25121010000012345678?"))).unwrap();
        assert_eq!(if key == "order" { kept.order } else { kept.trade }.unwrap(), ";411111******1111");
        assert_eq!(cleaned.masked, [key]);
    }
}

#[test]
fn only_order_and_trade_may_turn_out_to_be_a_card_and_are_masked_then() {
    let mut event = with("order", json!("4111111111111111"));
    event["trade"] = json!("4200001234202611201234567890");
    let (kept, cleaned) = clean(&event).unwrap();
    assert_eq!(kept.order.as_deref(), Some("411111******1111"));
    assert_eq!(kept.trade.as_deref(), Some("4200001234202611201234567890"));
    assert_eq!(cleaned.masked, ["order"]);
}

#[test]
fn free_text_carries_no_card_track_code_or_command() {
    let (kept, _) =
        clean(&with("note", json!("卡4111111111111111 CVV2 123 \u{1b}p\u{0} ;4111111111111111=2512101?"))).unwrap();
    assert_eq!(kept.note.unwrap().as_str(), "卡411111******1111 CVV2 *** p ;411111******1111");
}

#[test]
fn doubled_keys_are_refused() {
    let raw = r#"{"source":"a","source":"b"}"#;
    assert_eq!(serde_json::from_str::<RawEvent>(raw).unwrap().clean().unwrap_err().key, "source");
    let mut event = sale().to_string();
    event.truncate(event.len() - 1);
    event.push_str(r#","items":[{"name":"x","amount":1,"amount":2}]}"#);
    assert_eq!(serde_json::from_str::<RawEvent>(&event).unwrap().clean().unwrap_err().key, "items[0].amount");
}

#[test]
fn copies_to_print_at_once_override_the_shop() {
    assert_eq!(clean(&with("print", json!([]))).unwrap().0.print, Some(vec![]));
    let both = clean(&with("print", json!(["merchant", "customer", "merchant"]))).unwrap().0.print;
    assert_eq!(both, Some(vec![Copy::Merchant, Copy::Customer]));
}

proptest! {
    #[test]
    fn any_bytes_are_an_event_or_a_refusal_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(raw) = serde_json::from_slice::<RawEvent>(&bytes) {
            let _ = raw.clean();
        }
    }

    #[test]
    fn any_text_in_any_field_is_kept_clean_or_refused(key in 0usize..8, text in any::<String>()) {
        let key = ["note", "issuer", "acquirer", "order", "card", "voucher", "time", "kind"][key];
        if let Ok((event, _)) = clean(&with(key, json!(text))) {
            for text in [event.note, event.issuer, event.acquirer].into_iter().flatten() {
                prop_assert!(text.chars().all(|c| !c.is_control()));
                prop_assert!(text.chars().count() <= 500);
            }
            prop_assert!(event.order.is_none_or(|order| order.bytes().all(|b| b.is_ascii_graphic())));
        }
    }
}
