//! Writes a slip of every method, kind, copy and language for every built-in profile into a folder: `NAME.bin`, what the
//! printer gets, `NAME.txt`, what must stand on the paper, and `slips.tsv`, which names them. For decoders that are not
//! ours and for people's eyes: `cargo run -p counterfoil-paper --example slips -- DIR`.

use std::{error::Error, fmt::Write as _, fs, path::PathBuf};

use model::{
    CardKind, Change, Copy, Currency, EntryMode, Fen, Item, Kind, Language, MaskedCard, Method, Moment, Quantity,
    ReprintMark, SafeText, Status, Transaction, TransactionId,
};
use paper::{Letterhead, Profile, Stationery, compose, render, text_view};

fn item(name: &str, quantity: f64, amount: u64) -> Option<Item> {
    Some(Item { name: SafeText::new(name), quantity: Quantity::from_number(quantity)?, amount: Fen::new(amount)? })
}

/// A sale with every key that its method can have.
fn sale(kind: Kind, method: Method, language: Language) -> Option<Transaction> {
    let card = method == Method::Card;
    let names = match language {
        Language::Zh => ["可口可乐330ml", "海天金标生抽酱油1.9L家庭装（特惠）送料酒一瓶", "散装东北大米"],
        Language::En => {
            ["Cola 330 ml", "Soy sauce, first brew, family bottle 1.9 l with a free cooking wine", "Rice, loose"]
        }
    };
    let word = |zh: &str, en: &str| SafeText::new(if language == Language::Zh { zh } else { en });
    Some(Transaction {
        id: TransactionId::next(TransactionId(0), 1_795_136_700_000),
        recorded_at: Moment::parse("2026-11-20T09:05:01+08:00")?,
        change: Change(1),
        source: "pos".to_owned(),
        source_id: "1001".to_owned(),
        kind,
        amount: Fen::new(12_880)?,
        currency: Currency::CNY,
        time: Moment::parse("2026-11-20T09:05:00+08:00")?,
        status: Status::Approved,
        method,
        card: if card { MaskedCard::new("6222021234567891234") } else { None },
        card_kind: card.then_some(CardKind::Debit),
        issuer: card.then(|| word("中国工商银行", "ICBC")),
        entry_mode: Some(if card { EntryMode::Chip } else { EntryMode::Qr }),
        order: Some("20261120090500001".to_owned()),
        trade: (!card).then(|| "4200001234202611201234567890".to_owned()),
        terminal_id: Some("12345678".to_owned()),
        merchant_id: Some("898110012345678".to_owned()),
        acquirer: Some(word("银联商务", "UnionPay Merchant Services")),
        voucher: Some("000123".to_owned()),
        batch: Some("000007".to_owned()),
        reference: Some("112009050012".to_owned()),
        authorization: card.then(|| "A1B2C3".to_owned()),
        response_code: Some("00".to_owned()),
        operator: Some("01".to_owned()),
        original: matches!(kind, Kind::Void | Kind::Refund).then(|| "112009050001".to_owned()),
        items: vec![item(names[0], 2.0, 700)?, item(names[1], 1.0, 1290)?, item(names[2], 4.55, 10_890)?],
        note: Some(match kind {
            // a surname that GBK lacks, and one beyond the basic plane
            Kind::Sale => word("收货人：㛃𬭊，会员积分 128 分", "For Ms 㛃𬭊, 128 points"),
            _ => word("会员积分 128 分", "128 points"),
        }),
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    fs::create_dir_all(&folder)?;
    let letterhead = Letterhead {
        name: SafeText::new("红梅便利店"),
        address: Some(SafeText::new("上海市静安区南京西路 1266 号")),
        phone: Some(SafeText::new("021-62880000")),
        remark: Some(SafeText::new("谢谢惠顾，欢迎再次光临！")),
    };
    let mark = ReprintMark { number: 2, operator: Some(SafeText::new("01")), approver: None };
    let mut list = String::from("name\tprofile\tencoding\tcolumns\tdots\tbytes\tdrawn\n");
    for profile_name in Profile::builtin_names() {
        let profile = Profile::builtin(profile_name).ok_or("a built-in profile does not parse")?;
        for (&method, &kind) in Method::ALL.iter().flat_map(|method| Kind::ALL.iter().map(move |kind| (method, kind))) {
            for (&copy, &language) in Copy::ALL.iter().flat_map(|c| Language::ALL.iter().map(move |l| (c, l))) {
                let transaction = sale(kind, method, language).ok_or("the sample sale is no sale")?;
                let document = compose(&transaction, &letterhead, copy, language);
                // each second copy is a reprint
                let mark = (copy == Copy::Merchant).then_some(&mark);
                let rendered = render(&document, mark, &profile, &Stationery::default());
                let name = format!("{profile_name}.{method}.{kind}.{copy}.{language}");
                fs::write(folder.join(format!("{name}.bin")), &rendered.bytes)?;
                let text = text_view(&document, mark, profile.columns);
                fs::write(folder.join(format!("{name}.txt")), text)?;
                writeln!(
                    list,
                    "{name}\t{profile_name}\t{:?}\t{}\t{}\t{}\t{}",
                    profile.encoding,
                    profile.columns,
                    profile.dots_per_line,
                    rendered.bytes.len(),
                    rendered.drawn.len()
                )?;
            }
        }
    }
    fs::write(folder.join("slips.tsv"), list)?;
    Ok(())
}
