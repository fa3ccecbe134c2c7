//! How a basket is paid: the keys that each way of paying brings along.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::dice::Dice;

/// Issuer prefixes with the issuer's name as it stands on slips.
const ISSUERS: &[(&str, &str, &str)] = &[
    ("622202", "中国工商银行", "debit"),
    ("622848", "中国农业银行", "debit"),
    ("621660", "中国银行", "debit"),
    ("621700", "中国建设银行", "debit"),
    ("622588", "招商银行", "credit"),
    ("622155", "平安银行", "credit"),
    ("625956", "上海浦东发展银行", "credit"),
    ("436742", "中国建设银行", "foreign"),
];

/// Ways of paying, as often as they are seen.
const WAYS: &[(u64, &str)] =
    &[(46, "wechat"), (28, "alipay"), (11, "card"), (5, "unionpay_qr"), (8, "cash"), (1, "ecny"), (1, "stored_value")];

/// The keys of one payment.
pub(super) fn keys(dice: &mut Dice, date: Date, amount: u64) -> Map<String, Value> {
    let way = if amount > 20_000 && dice.percent(50) { "card" } else { dice.weighted(WAYS, "wechat") };
    let mut keys = Map::new();
    keys.insert("method".into(), json!(way));
    let day = format!("{:04}{:02}{:02}", date.year(), date.month(), date.day());
    match way {
        "card" => {
            let (prefix, issuer, kind) = dice.one_of(ISSUERS, ("622202", "中国工商银行", "debit"));
            keys.insert("card".into(), json!(format!("{prefix}******{}", dice.digits(4))));
            keys.insert("card_kind".into(), json!(kind));
            keys.insert("issuer".into(), json!(issuer));
            keys.insert("entry_mode".into(), json!(dice.weighted(&[(60, "tap"), (30, "chip"), (10, "swipe")], "tap")));
            keys.insert("authorization".into(), json!(dice.digits(6)));
        }
        "wechat" => {
            keys.insert("trade".into(), json!(format!("42000{}{day}{}", dice.digits(5), dice.digits(10))));
        }
        "alipay" => {
            keys.insert("trade".into(), json!(format!("{day}2200{}", dice.digits(16))));
        }
        "unionpay_qr" | "ecny" => {
            keys.insert("trade".into(), json!(format!("{}{}", &day.get(2..).unwrap_or(&day), dice.digits(16))));
        }
        _ => {}
    }
    if matches!(way, "wechat" | "alipay" | "unionpay_qr" | "ecny") {
        keys.insert("entry_mode".into(), json!("qr"));
    }
    keys
}
