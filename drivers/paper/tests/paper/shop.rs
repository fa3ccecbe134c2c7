//! The shop and the sales that the tests talk about.

use model::{
    Block, CardKind, Change, Currency, Document, EntryMode, Fen, Item, Kind, MaskedCard, Method, Moment, Quantity,
    SafeText, Status, Transaction, TransactionId,
};
use paper::{
    ChineseMode, CjkSize, CutForm, Encoding, Letterhead, Profile,
    interpret::{Chinese, ChineseSize, Firmware, Geometry, Setup, Sheet, Utf8, sheets},
};

pub(crate) fn letterhead() -> Letterhead {
    Letterhead {
        name: SafeText::new("红梅便利店"),
        address: Some(SafeText::new("上海市静安区南京西路 1266 号")),
        phone: Some(SafeText::new("021-62880000")),
        remark: Some(SafeText::new("谢谢惠顾，欢迎再次光临！")),
    }
}

fn item(name: &str, quantity: f64, amount: u64) -> Item {
    Item {
        name: SafeText::new(name),
        quantity: Quantity::from_number(quantity).unwrap(),
        amount: Fen::new(amount).unwrap(),
    }
}

/// A card sale with every key that a sale can have.
pub(crate) fn card_sale() -> Transaction {
    Transaction {
        id: TransactionId::next(TransactionId(0), 1_795_136_700_000),
        recorded_at: Moment::parse("2026-11-20T09:05:01+08:00").unwrap(),
        change: Change(1),
        source: "pos".to_owned(),
        source_id: "1001".to_owned(),
        kind: Kind::Sale,
        amount: Fen::new(12_880).unwrap(),
        currency: Currency::CNY,
        time: Moment::parse("2026-11-20T09:05:00+08:00").unwrap(),
        status: Status::Approved,
        method: Method::Card,
        card: MaskedCard::new("6222021234567891234"),
        card_kind: Some(CardKind::Debit),
        issuer: Some(SafeText::new("中国工商银行")),
        entry_mode: Some(EntryMode::Chip),
        order: Some("20261120090500001".to_owned()),
        trade: Some("4200001234202611201234567890".to_owned()),
        terminal_id: Some("12345678".to_owned()),
        merchant_id: Some("898110012345678".to_owned()),
        acquirer: Some(SafeText::new("银联商务")),
        voucher: Some("000123".to_owned()),
        batch: Some("000007".to_owned()),
        reference: Some("112009050012".to_owned()),
        authorization: Some("A1B2C3".to_owned()),
        response_code: Some("00".to_owned()),
        operator: Some("01".to_owned()),
        original: None,
        items: vec![
            item("可口可乐330ml", 2.0, 700),
            item("海天金标生抽酱油1.9L家庭装（特惠）送料酒一瓶", 1.0, 1290),
            item("散装东北大米", 4.55, 10_890),
        ],
        note: Some(SafeText::new("会员卡积分 128 分")),
    }
}

/// A transaction that has only the required keys.
pub(crate) fn bare(kind: Kind, method: Method) -> Transaction {
    Transaction {
        kind,
        method,
        card: None,
        card_kind: None,
        issuer: None,
        entry_mode: None,
        order: None,
        trade: None,
        terminal_id: None,
        merchant_id: None,
        acquirer: None,
        voucher: None,
        batch: None,
        reference: None,
        authorization: None,
        response_code: None,
        operator: None,
        original: None,
        items: Vec::new(),
        note: None,
        ..card_sale()
    }
}

pub(crate) fn profile(name: &str) -> Profile {
    Profile::builtin(name).unwrap()
}

/// The paper that a profile is for, in a printer that must be told its motion units.
pub(crate) fn geometry(profile: &Profile) -> Geometry {
    Geometry {
        dots: profile.dots_per_line,
        columns: u32::try_from(profile.columns).unwrap(),
        dpi: profile.dpi,
        units_x: profile.dpi,
        units_y: 2 * profile.dpi,
        cjk_at_power_on: profile.chinese_mode == ChineseMode::AtPowerUp,
        ..if profile.dpi == 180 { Geometry::columns_42() } else { Geometry::columns_48() }
    }
}

/// The printer that a profile is for: it knows only the profile's encoding.
pub(crate) fn setup(profile: &Profile) -> Setup {
    let chinese = match profile.encoding {
        Encoding::Gbk => Chinese::Gbk,
        Encoding::Gb2312 => Chinese::Gb2312,
        Encoding::Gb18030 => Chinese::Gb18030,
        Encoding::Big5 => Chinese::Big5,
        _ => Chinese::None,
    };
    let chinese_size = match profile.cjk_size {
        CjkSize::WithLatin => ChineseSize::GroupAndChinese,
        CjkSize::Separate => ChineseSize::ChineseOnly,
    };
    let firmware = Firmware { chinese, chinese_size, utf8: Utf8::Absent, ..Firmware::GENERIC };
    Setup { geometry: geometry(profile), firmware }
}

/// The one sheet that these bytes make.
pub(crate) fn printed(bytes: &[u8], profile: &Profile) -> Sheet {
    let mut all = sheets(bytes, setup(profile));
    assert_eq!(all.len(), 1, "one slip is one sheet");
    let sheet = all.remove(0);
    assert_eq!(sheet.problems, [], "{}", profile.name);
    assert_eq!(sheet.cut.is_some(), profile.cut != CutForm::None);
    sheet
}

/// Full-width and half-width sign of the yuan are the same sign: which one is printed depends on the encoding.
pub(crate) fn same_yuan(text: &str) -> String {
    text.replace('¥', "￥")
}

/// All foreign text of a document in the order it is printed.
pub(crate) fn texts(document: &Document) -> Vec<String> {
    document
        .blocks
        .iter()
        .flat_map(|block| match block {
            Block::Text { text, .. } => vec![text.to_string()],
            Block::Pair { label, value, .. } => vec![label.to_string(), value.to_string()],
            Block::Items { rows } => rows
                .iter()
                .flat_map(|row| [row.name.to_string(), row.quantity.to_string(), row.amount.to_string()])
                .collect(),
            Block::Signature { label } => vec![label.to_string()],
            Block::Rule | Block::Blank { .. } | Block::Qr { .. } => Vec::new(),
        })
        .collect()
}
