//! What a typical Chinese slip of twelve items costs: to word, to lay out, to render.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use model::{
    Change, Copy, Currency, Fen, Item, Kind, Language, MaskedCard, Method, Moment, Quantity, SafeText, Status,
    Transaction, TransactionId,
};
use paper::{Encoding, Letterhead, Profile, Stationery, compose, lay_out, render, text_view};

fn slip() -> Transaction {
    let goods = ["可口可乐330ml", "农夫山泉550ml", "海天金标生抽", "散装东北大米", "康师傅红烧牛肉面", "伊利纯牛奶"];
    Transaction {
        id: TransactionId(0x01A1_2B3C_4D5E_0000),
        recorded_at: Moment::new(1_795_000_000_000, 480),
        change: Change(1),
        source: "pos".to_owned(),
        source_id: "1001".to_owned(),
        kind: Kind::Sale,
        amount: Fen::new(12_880).unwrap_or_default(),
        currency: Currency::CNY,
        time: Moment::new(1_795_000_000_000, 480),
        status: Status::Approved,
        method: Method::Card,
        card: MaskedCard::new("622202******1234"),
        card_kind: None,
        issuer: Some(SafeText::new("中国工商银行")),
        entry_mode: None,
        order: Some("20261120090500001".to_owned()),
        trade: None,
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
        items: (0..12)
            .zip(goods.iter().cycle())
            .map(|(n, name)| Item {
                name: SafeText::new(name),
                quantity: Quantity(1000 * (n % 3 + 1)),
                amount: Fen::new(350 + n * 110).unwrap_or_default(),
            })
            .collect(),
        note: Some(SafeText::new("会员卡积分 128 分")),
    }
}

fn benches(c: &mut Criterion) {
    let letterhead = Letterhead {
        name: SafeText::new("红梅便利店"),
        address: Some(SafeText::new("上海市静安区南京西路 1266 号")),
        phone: Some(SafeText::new("021-62880000")),
        remark: Some(SafeText::new("谢谢惠顾，欢迎再次光临！")),
    };
    let slip = slip();
    let Some(profile) = Profile::builtin("generic-80") else { return };
    let document = compose(&slip, &letterhead, Copy::Merchant, Language::Zh);
    c.bench_function("compose", |b| {
        b.iter(|| compose(black_box(&slip), &letterhead, Copy::Merchant, Language::Zh));
    });
    c.bench_function("lay_out", |b| b.iter(|| lay_out(black_box(&document), None, 48, Encoding::Gbk)));
    c.bench_function("render", |b| b.iter(|| render(black_box(&document), None, &profile, &Stationery::default())));
    c.bench_function("text_view", |b| b.iter(|| text_view(black_box(&document), None, 48)));
    let rare = Transaction { note: Some(SafeText::new("𬭊㛃犇 €")), ..slip };
    let rare = compose(&rare, &letterhead, Copy::Merchant, Language::Zh);
    c.bench_function("render with drawn characters", |b| {
        b.iter(|| render(black_box(&rare), None, &profile, &Stationery::default()))
    });
}

criterion_group!(paper, benches);
criterion_main!(paper);
