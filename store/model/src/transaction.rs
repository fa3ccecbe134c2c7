//! A transaction as it is kept: the event's keys, cleaned, and what the store adds.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    card::MaskedCard,
    id::{Change, TransactionId},
    moment::Moment,
    money::{Currency, Fen},
    text::SafeText,
    word::words,
};

words! {
    /// What kind of transaction it is.
    Kind {
        /// 消费
        Sale = 1 "sale",
        /// 消费撤销
        Void = 2 "void",
        /// 退货
        Refund = 3 "refund",
        /// 预授权
        Preauth = 4 "preauth",
        /// 预授权撤销
        PreauthVoid = 5 "preauth_void",
        /// 预授权完成
        PreauthComplete = 6 "preauth_complete",
        /// 预授权完成撤销
        PreauthCompleteVoid = 7 "preauth_complete_void",
        /// 小费
        Tip = 8 "tip",
        /// 离线消费
        OfflineSale = 9 "offline_sale",
    }
}

words! {
    /// What became of it.
    Status {
        /// 成功
        Approved = 1 "approved",
        /// 失败
        Declined = 2 "declined",
        /// 结果未知: query first, never charge again
        Unknown = 3 "unknown",
    }
}

words! {
    /// How it was paid.
    Method {
        /// 银行卡
        Card = 1 "card",
        /// 微信支付
        Wechat = 2 "wechat",
        /// 支付宝
        Alipay = 3 "alipay",
        /// 银联二维码
        UnionpayQr = 4 "unionpay_qr",
        /// 数字人民币
        Ecny = 5 "ecny",
        /// 储值卡
        StoredValue = 6 "stored_value",
        /// 现金
        Cash = 7 "cash",
        /// 其他
        Other = 8 "other",
    }
}

words! {
    /// What kind of card.
    CardKind {
        /// 借记卡
        Debit = 1 "debit",
        /// 贷记卡
        Credit = 2 "credit",
        /// 预付卡
        Prepaid = 3 "prepaid",
        /// 外卡
        Foreign = 4 "foreign",
    }
}

words! {
    /// How the card or code was read.
    EntryMode {
        /// 刷卡
        Swipe = 1 "swipe",
        /// 插卡
        Chip = 2 "chip",
        /// 挥卡
        Tap = 3 "tap",
        /// 手输
        Manual = 4 "manual",
        /// 扫码
        Qr = 5 "qr",
    }
}

/// A quantity in thousandths: `3` is 3000, `0.455` (kilograms) is 455.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quantity(pub u64);

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, part) = (self.0 / 1000, self.0 % 1000);
        if part == 0 {
            return f.pad(&whole.to_string());
        }
        let text = format!("{whole}.{part:03}");
        f.pad(text.trim_end_matches('0'))
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(1000) {
            s.serialize_u64(self.0 / 1000)
        } else {
            s.serialize_f64(self.0 as f64 / 1000.0)
        }
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(d)?;
        Quantity::from_number(value).ok_or_else(|| serde::de::Error::custom("quantity out of range"))
    }
}

impl Quantity {
    /// From a JSON number of at most three decimals, 0 … 1,000,000,000.
    pub fn from_number(value: f64) -> Option<Quantity> {
        let thousandths = value * 1000.0;
        let whole = thousandths.round();
        ((0.0..=1e12).contains(&whole) && (whole - thousandths).abs() < 1e-6 * whole.max(1.0))
            .then_some(Quantity(whole as u64))
    }
}

/// One line of goods; `amount` is that of the whole line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub name: SafeText,
    pub quantity: Quantity,
    pub amount: Fen,
}

/// A transaction as stored and shown. Keys that the event did not have are left out of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    pub id: TransactionId,
    pub recorded_at: Moment,
    /// The commit that last changed it.
    pub change: Change,
    pub source: String,
    pub source_id: String,
    pub kind: Kind,
    pub amount: Fen,
    pub currency: Currency,
    pub time: Moment,
    pub status: Status,
    pub method: Method,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<MaskedCard>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_kind: Option<CardKind>,
    /// 发卡行
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<SafeText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_mode: Option<EntryMode>,
    /// 商户订单号
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// 交易单号
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_id: Option<String>,
    /// 收单机构
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acquirer: Option<SafeText>,
    /// 凭证号
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voucher: Option<String>,
    /// 批次号
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// 参考号
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// 授权码
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// For void and refund: the `source_id` or `reference` of the original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<SafeText>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_exact_thousandths() {
        assert_eq!(Quantity::from_number(3.0), Some(Quantity(3000)));
        assert_eq!(Quantity::from_number(0.455), Some(Quantity(455)));
        assert_eq!(Quantity::from_number(1.0005), None);
        assert_eq!(Quantity::from_number(-1.0), None);
        assert_eq!(Quantity::from_number(f64::NAN), None);
        assert_eq!(Quantity(1500).to_string(), "1.5");
        assert_eq!(Quantity(12_000).to_string(), "12");
    }
}
