//! The demo's own sales of today, beside the sample days: printed ones, one that waits for paper, one of unknown
//! outcome; and those that the check records.

use jiff::Timestamp;
use model::Moment;
use serde_json::{Value, json};

/// China has one offset and no summer time; the demo's shop stands there.
const OFFSET_MINUTES: i16 = 480;

/// So many minutes ago, but not before today's midnight in the shop.
fn ago(minutes: i64) -> String {
    let now = Timestamp::now().as_millisecond();
    let offset_ms = i64::from(OFFSET_MINUTES) * 60_000;
    let midnight = (now + offset_ms).div_euclid(86_400_000) * 86_400_000 - offset_ms;
    Moment::new((now - minutes * 60_000).max(midnight), OFFSET_MINUTES).to_string()
}

/// The batch of today: the sample days have one each, by their day of the year, and the host begins with this one, so that a
/// settlement has something to compare.
pub(super) fn batch() -> String {
    let offset = jiff::tz::Offset::constant(8);
    format!("{:06}", offset.to_datetime(Timestamp::now()).date().day_of_year())
}

fn sale(number: u32, minutes_ago: i64, method: &str, amount: u64) -> Value {
    let mut event = json!({
        "source": "pos-2",
        "source_id": format!("demo-{number:04}"),
        "kind": "sale",
        "currency": "CNY",
        "amount": amount,
        "time": ago(minutes_ago),
        "status": "approved",
        "method": method,
        "operator": "01",
        "order": format!("HMDEMO{number:04}"),
        "terminal_id": "12345678",
        "merchant_id": "898110012345678",
        "acquirer": "示例收单",
        "voucher": format!("9{number:05}"),
        "batch": batch(),
        "reference": format!("88{number:010}"),
        "response_code": "00",
    });
    if method == "card" {
        event["card"] = json!(format!("622202******{:04}", 6_000 + number));
        event["card_kind"] = json!("debit");
        event["issuer"] = json!("中国工商银行");
        event["entry_mode"] = json!("tap");
        event["authorization"] = json!(format!("{:06}", 300_000 + number));
    } else {
        event["trade"] = json!(format!("4200002026{number:014}"));
        event["entry_mode"] = json!("qr");
    }
    event
}

fn goods(mut event: Value, items: &[(&str, f64, u64)]) -> Value {
    event["items"] = items
        .iter()
        .map(|(name, quantity, amount)| json!({"name": name, "quantity": quantity, "amount": amount}))
        .collect();
    event
}

fn printed(mut event: Value) -> Value {
    event["print"] = json!(["customer"]);
    event
}

/// Sales whose slips come out while the sample days are loaded, and the payment that nobody knows the outcome of.
pub(super) fn first() -> Vec<Value> {
    let mut lost = goods(sale(3, 17, "wechat", 4_650), &[("盒饭 双拼", 2.0, 3_600), ("酸梅汤", 3.0, 1_050)]);
    lost["status"] = json!("unknown");
    if let Some(keys) = lost.as_object_mut() {
        keys.remove("reference");
        keys.remove("response_code");
    }
    vec![
        printed(goods(sale(1, 26, "card", 12_800), &[("红富士苹果", 2.5, 3_000), ("金龙鱼花生油 5L", 1.0, 9_800)])),
        printed(goods(sale(2, 21, "alipay", 1_850), &[("农夫山泉 550ml", 3.0, 600), ("桶装泡面", 2.5, 1_250)])),
        lost,
    ]
}

/// The sale whose slip waits for paper at the back printer.
pub(super) fn waiting() -> Value {
    goods(sale(4, 12, "card", 26_600), &[("剑南春 500ml", 1.0, 26_600)])
}

/// The newest sale: printed, so that printing the last one again is a reprint.
pub(super) fn last() -> Value {
    printed(goods(sale(5, 0, "wechat", 3_280), &[("鲜牛奶 1L", 2.0, 2_580), ("全麦面包", 1.0, 700)]))
}

/// What the check records and prints. 𬭊 and 㛃 are names that GBK does not have.
pub(super) fn checked() -> Vec<Value> {
    let mut rare = printed(goods(sale(103, 0, "card", 88_850), &[("𬭊记酱牛肉", 0.455, 8_850), ("礼盒", 2.0, 80_000)]));
    rare["note"] = json!("顾客 㛃女士 自提");
    vec![
        printed(goods(sale(101, 0, "card", 15_990), &[("六堡茶 250g", 1.0, 12_990), ("茶点", 2.0, 3_000)])),
        printed(goods(sale(102, 0, "wechat", 640), &[("煎饼果子", 1.0, 640)])),
        rare,
    ]
}
