//! All words that slips are made of, in every language: one enum, one `match` per language, so that a missing sentence does
//! not compile. What is said where is decided in `compose`; the console's words are the console's.

use model::{CardKind, Copy, EntryMode, Kind, Language, Method};

/// Something a slip says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sentence {
    // titles
    SalesSlip,
    PaymentReceipt,
    RefundReceipt,
    CashReceipt,
    Copy(Copy),
    // labels
    Phone,
    MerchantId,
    TerminalId,
    Operator,
    Approver,
    Acquirer,
    Issuer,
    Card,
    CardKindLabel,
    KindLabel,
    MethodLabel,
    Voucher,
    Batch,
    Reference,
    Authorization,
    Order,
    Trade,
    Original,
    Time,
    ResponseCode,
    Result,
    Amount,
    Note,
    ItemName,
    ItemQuantity,
    ItemAmount,
    ItemsTotal,
    // values
    Kind(Kind),
    Method(Method),
    CardKind(CardKind),
    Declined,
    Unknown,
    // the end
    Signature,
    Acknowledgement,
}

impl Sentence {
    /// The words in a language.
    pub(crate) fn text(self, language: Language) -> &'static str {
        match language {
            Language::Zh => zh(self),
            Language::En => en(self),
        }
    }
}

/// The mark of a reprint. It ends with the number in both languages (INTERFACES §5).
pub(crate) fn duplicated(number: u32, language: Language) -> String {
    match language {
        Language::Zh => format!("重打印凭证/DUPLICATED 第{number}次"),
        Language::En => format!("重打印凭证/DUPLICATED No. {number}"),
    }
}

/// Which printer a slip was meant for, and which one prints it.
pub(crate) fn stands_in(meant_for: &str, printed_on: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{meant_for} 的小票，在 {printed_on} 打印"),
        Language::En => format!("for {meant_for}, printed on {printed_on}"),
    }
}

/// The letter behind a card number that says how it was read (UnionPay slips: S, I, C, M); the same in all languages.
pub(crate) fn entry_letter(mode: EntryMode) -> char {
    match mode {
        EntryMode::Swipe => 'S',
        EntryMode::Chip => 'I',
        EntryMode::Tap => 'C',
        EntryMode::Manual => 'M',
        EntryMode::Qr => 'Q',
    }
}

fn zh(sentence: Sentence) -> &'static str {
    match sentence {
        Sentence::SalesSlip => "签购单",
        Sentence::PaymentReceipt => "收款凭证",
        Sentence::RefundReceipt => "退款凭证",
        Sentence::CashReceipt => "小票",
        Sentence::Copy(Copy::Merchant) => "商户存根",
        Sentence::Copy(Copy::Customer) => "持卡人存根",
        Sentence::Phone => "电话",
        Sentence::MerchantId => "商户编号",
        Sentence::TerminalId => "终端编号",
        Sentence::Operator => "操作员",
        Sentence::Approver => "批准",
        Sentence::Acquirer => "收单机构",
        Sentence::Issuer => "发卡行",
        Sentence::Card => "卡号",
        Sentence::CardKindLabel => "卡类型",
        Sentence::KindLabel => "交易类型",
        Sentence::MethodLabel => "支付方式",
        Sentence::Voucher => "凭证号",
        Sentence::Batch => "批次号",
        Sentence::Reference => "参考号",
        Sentence::Authorization => "授权码",
        Sentence::Order => "商户订单号",
        Sentence::Trade => "交易单号",
        Sentence::Original => "原交易",
        Sentence::Time => "日期时间",
        Sentence::ResponseCode => "应答码",
        Sentence::Result => "交易结果",
        Sentence::Amount | Sentence::ItemAmount => "金额",
        Sentence::Note => "备注",
        Sentence::ItemName => "品名",
        Sentence::ItemQuantity => "数量",
        Sentence::ItemsTotal => "合计",
        Sentence::Kind(Kind::Sale) => "消费",
        Sentence::Kind(Kind::Void) => "消费撤销",
        Sentence::Kind(Kind::Refund) => "退货",
        Sentence::Kind(Kind::Preauth) => "预授权",
        Sentence::Kind(Kind::PreauthVoid) => "预授权撤销",
        Sentence::Kind(Kind::PreauthComplete) => "预授权完成",
        Sentence::Kind(Kind::PreauthCompleteVoid) => "预授权完成撤销",
        Sentence::Kind(Kind::Tip) => "小费",
        Sentence::Kind(Kind::OfflineSale) => "离线消费",
        Sentence::Method(Method::Card) => "银行卡",
        Sentence::Method(Method::Wechat) => "微信支付",
        Sentence::Method(Method::Alipay) => "支付宝",
        Sentence::Method(Method::UnionpayQr) => "银联二维码",
        Sentence::Method(Method::Ecny) => "数字人民币",
        Sentence::Method(Method::StoredValue) => "储值卡",
        Sentence::Method(Method::Cash) => "现金",
        Sentence::Method(Method::Other) => "其他",
        Sentence::CardKind(CardKind::Debit) => "借记卡",
        Sentence::CardKind(CardKind::Credit) => "贷记卡",
        Sentence::CardKind(CardKind::Prepaid) => "预付卡",
        Sentence::CardKind(CardKind::Foreign) => "外卡",
        Sentence::Declined => "交易失败",
        Sentence::Unknown => "结果未知",
        Sentence::Signature => "持卡人签名:",
        Sentence::Acknowledgement => "本人确认以上交易，同意将其记入本卡账户",
    }
}

fn en(sentence: Sentence) -> &'static str {
    match sentence {
        Sentence::SalesSlip => "SALES SLIP",
        Sentence::PaymentReceipt => "PAYMENT RECEIPT",
        Sentence::RefundReceipt => "REFUND RECEIPT",
        Sentence::CashReceipt => "RECEIPT",
        Sentence::Copy(Copy::Merchant) => "MERCHANT COPY",
        Sentence::Copy(Copy::Customer) => "CUSTOMER COPY",
        Sentence::Phone => "TEL",
        Sentence::MerchantId => "MERCHANT NO.",
        Sentence::TerminalId => "TERMINAL NO.",
        Sentence::Operator => "OPERATOR",
        Sentence::Approver => "APPROVED BY",
        Sentence::Acquirer => "ACQUIRER",
        Sentence::Issuer => "ISSUER",
        Sentence::Card => "CARD NO.",
        Sentence::CardKindLabel => "CARD TYPE",
        Sentence::KindLabel => "TRANS. TYPE",
        Sentence::MethodLabel => "PAID BY",
        Sentence::Voucher => "VOUCHER NO.",
        Sentence::Batch => "BATCH NO.",
        Sentence::Reference => "REF. NO.",
        Sentence::Authorization => "AUTH. NO.",
        Sentence::Order => "ORDER NO.",
        Sentence::Trade => "TRADE NO.",
        Sentence::Original => "ORIGINAL",
        Sentence::Time => "DATE/TIME",
        Sentence::ResponseCode => "RESPONSE",
        Sentence::Result => "RESULT",
        Sentence::Amount | Sentence::ItemAmount => "AMOUNT",
        Sentence::Note => "NOTE",
        Sentence::ItemName => "ITEM",
        Sentence::ItemQuantity => "QTY",
        Sentence::ItemsTotal => "TOTAL",
        Sentence::Kind(Kind::Sale) => "SALE",
        Sentence::Kind(Kind::Void) => "VOID",
        Sentence::Kind(Kind::Refund) => "REFUND",
        Sentence::Kind(Kind::Preauth) => "PRE-AUTH",
        Sentence::Kind(Kind::PreauthVoid) => "PRE-AUTH VOID",
        Sentence::Kind(Kind::PreauthComplete) => "PRE-AUTH COMPLETE",
        Sentence::Kind(Kind::PreauthCompleteVoid) => "COMPLETION VOID",
        Sentence::Kind(Kind::Tip) => "TIP",
        Sentence::Kind(Kind::OfflineSale) => "OFFLINE SALE",
        Sentence::Method(Method::Card) => "BANK CARD",
        Sentence::Method(Method::Wechat) => "WECHAT PAY",
        Sentence::Method(Method::Alipay) => "ALIPAY",
        Sentence::Method(Method::UnionpayQr) => "UNIONPAY QR",
        Sentence::Method(Method::Ecny) => "E-CNY",
        Sentence::Method(Method::StoredValue) => "STORED VALUE",
        Sentence::Method(Method::Cash) => "CASH",
        Sentence::Method(Method::Other) => "OTHER",
        Sentence::CardKind(CardKind::Debit) => "DEBIT",
        Sentence::CardKind(CardKind::Credit) => "CREDIT",
        Sentence::CardKind(CardKind::Prepaid) => "PREPAID",
        Sentence::CardKind(CardKind::Foreign) => "FOREIGN",
        Sentence::Declined => "DECLINED",
        Sentence::Unknown => "RESULT UNKNOWN",
        Sentence::Signature => "CARDHOLDER SIGNATURE:",
        Sentence::Acknowledgement => {
            "I ACKNOWLEDGE THE ABOVE TRANSACTION AND AGREE TO HAVE IT CHARGED TO THIS CARD ACCOUNT"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_ends_with_its_number() {
        assert!(duplicated(3, Language::Zh).ends_with("第3次"));
        assert!(duplicated(12, Language::En).ends_with("No. 12"));
    }

    #[test]
    fn english_slips_of_english_data_are_ascii() {
        let kinds = Kind::ALL.iter().map(|k| Sentence::Kind(*k));
        for sentence in kinds.chain(Method::ALL.iter().map(|m| Sentence::Method(*m))) {
            assert!(sentence.text(Language::En).is_ascii());
            assert!(!sentence.text(Language::Zh).is_ascii());
        }
    }
}
