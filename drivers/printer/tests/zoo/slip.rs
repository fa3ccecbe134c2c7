//! Two slips as a shop prints them, for the printer that a profile describes, and what is read on them.

use std::sync::Mutex;

use model::{
    CardKind, Change, Copy, Currency, EntryMode, Fen, Item, Kind, Language, MaskedCard, Method, Moment, Quantity,
    SafeText, Status, Transaction, TransactionId,
};
use paper::{
    ChineseMode, Letterhead, Profile, Stationery,
    interpret::{Chinese, Firmware, Geometry, Setup, sheets},
};
use printer::Ticket;

/// The profile of a shop that looked nothing up.
pub(crate) fn generic() -> Profile {
    Profile::builtin("generic-80").unwrap()
}

fn sale(number: u64) -> Transaction {
    let item = |name: &str, quantity: f64, amount: u64| Item {
        name: SafeText::new(name),
        quantity: Quantity::from_number(quantity).unwrap(),
        amount: Fen::new(amount).unwrap(),
    };
    let mut items = vec![
        item("可口可乐330ml", 2.0, 700),
        item("海天金标生抽酱油1.9L家庭装（特惠）送料酒一瓶", 1.0, 1290),
        // no GBK printer has these two: they are drawn
        item("㐀氏大米 𬭊牌", 4.55, 10_810 + number),
    ];
    // so long that not all of it is under way before its first lines are proven
    items.extend((1..=40).map(|kind| item(&format!("散装糖果 {kind:02} 号"), 1.0, kind)));
    Transaction {
        id: TransactionId::next(TransactionId(0), 1_795_136_700_000 + i64::try_from(number).unwrap()),
        recorded_at: Moment::parse("2026-11-20T09:05:01+08:00").unwrap(),
        change: Change(1),
        source: "pos".to_owned(),
        source_id: number.to_string(),
        kind: Kind::Sale,
        amount: Fen::new(12_800 + number).unwrap(),
        currency: Currency::CNY,
        time: Moment::parse("2026-11-20T09:05:00+08:00").unwrap(),
        status: Status::Approved,
        method: Method::Card,
        card: MaskedCard::new("6222021234567891234"),
        card_kind: Some(CardKind::Debit),
        issuer: Some(SafeText::new("中国工商银行")),
        entry_mode: Some(EntryMode::Chip),
        order: Some(format!("2026112009050{number:04}")),
        trade: None,
        terminal_id: Some("12345678".to_owned()),
        merchant_id: Some("898110012345678".to_owned()),
        acquirer: Some(SafeText::new("银联商务")),
        voucher: Some(format!("{number:06}")),
        batch: Some("000007".to_owned()),
        reference: Some(format!("1120{number:08}")),
        authorization: Some("A1B2C3".to_owned()),
        response_code: Some("00".to_owned()),
        operator: Some("01".to_owned()),
        original: None,
        items,
        note: Some(SafeText::new("会员卡积分 128 分")),
    }
}

static SLIPS: Mutex<Vec<(u64, Profile, Ticket)>> = Mutex::new(Vec::new());

/// Slip 1 or 2, claimed as the job of that number. Rendered once for each profile.
pub(crate) fn slip(number: u64, profile: &Profile) -> Ticket {
    let mut slips = SLIPS.lock().unwrap();
    if let Some((_, _, slip)) = slips.iter().find(|(of, with, _)| *of == number && with == profile) {
        return slip.clone();
    }
    let slip = rendered(number, profile);
    slips.push((number, profile.clone(), slip.clone()));
    slip
}

fn rendered(number: u64, profile: &Profile) -> Ticket {
    let letterhead = Letterhead {
        name: SafeText::new("红梅便利店"),
        address: Some(SafeText::new("上海市静安区南京西路 1266 号")),
        phone: None,
        remark: Some(SafeText::new("谢谢惠顾，欢迎再次光临！")),
    };
    let document = paper::compose(&sale(number), &letterhead, Copy::Customer, Language::Zh);
    let rendered = paper::render(&document, None, profile, &Stationery::default());
    Ticket {
        job: number,
        segment_ends: rendered.segment_ends.iter().map(|end| *end as usize).collect(),
        length_dots: rendered.length_dots,
        bytes: rendered.bytes,
    }
}

/// What a healthy printer makes of these bytes, as read by eye.
pub(crate) fn text(bytes: &[u8], profile: &Profile) -> String {
    let mut geometry = Geometry::columns_48();
    geometry.cjk_at_power_on = profile.chinese_mode == ChineseMode::AtPowerUp;
    let firmware = Firmware { chinese: Chinese::Gb18030, ..Firmware::GENERIC };
    sheets(bytes, Setup { geometry, firmware }).into_iter().map(|sheet| sheet.text + "\n").collect()
}
