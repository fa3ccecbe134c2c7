//! What slips say, on which copy, and how they look on paper.

use model::{Block, Copy, Document, Fen, Kind, Language, Method, ReprintMark, SafeText, Size, Status, Transaction};
use paper::{
    Drawn, GlyphSource, Letterhead, StandIn, Stationery, command, compose, render, render_stand_in, text_view,
};

use crate::{
    shop::{bare, card_sale, letterhead, printed, profile},
    walker,
};

fn slip(transaction: &Transaction, copy: Copy, language: Language) -> String {
    text_view(&compose(transaction, &letterhead(), copy, language), None, 48)
}

fn mark(number: u32) -> ReprintMark {
    ReprintMark { number, operator: Some(SafeText::new("02")), approver: Some(SafeText::new("09")) }
}

#[test]
fn a_chinese_card_slip_says_everything_the_transaction_has() {
    let sale = card_sale();
    let text = slip(&sale, Copy::Merchant, Language::Zh);
    for said in [
        "红梅便利店",
        "南京西路",
        "021-62880000",
        "签购单",
        "商户存根",
        "商户编号",
        "898110012345678",
        "终端编号",
        "12345678",
        "操作员",
        "收单机构",
        "银联商务",
        "发卡行",
        "中国工商银行",
        "**** 1234 /I",
        "借记卡",
        "消费",
        "银行卡",
        "凭证号",
        "000123",
        "批次号",
        "000007",
        "参考号",
        "112009050012",
        "授权码",
        "A1B2C3",
        "商户订单号",
        "20261120090500001",
        "交易单号",
        "4200001234202611201234567890",
        "2026-11-20 09:05:00",
        "￥128.80",
        "可口可乐330ml",
        "4.55",
        "108.90",
        "合计",
        "会员卡积分 128 分",
        "持卡人签名",
        "本人确认以上交易，同意将其记入本卡账户",
        "谢谢惠顾",
    ] {
        assert!(text.contains(said), "{said} is missing in\n{text}");
    }
    assert!(!text.contains("622202"), "only the last four digits are shown");
    assert!(text.contains(&format!("[QR: {}]", sale.id)));
    assert!(text.trim_end().ends_with(&sale.id.to_string()));
}

#[test]
fn an_english_slip_speaks_english() {
    let text = slip(&card_sale(), Copy::Customer, Language::En);
    for said in ["SALES SLIP", "CUSTOMER COPY", "MERCHANT NO.", "AUTH. NO.", "SALE", "BANK CARD", "AMOUNT", "TOTAL"] {
        assert!(text.contains(said), "{said} is missing in\n{text}");
    }
    assert!(!text.contains("SIGNATURE"), "the customer's copy is not signed");
}

#[test]
fn only_the_shops_copy_of_an_approved_card_transaction_is_signed() {
    let signed = |t: &Transaction, copy| slip(t, copy, Language::Zh).contains("持卡人签名");
    assert!(signed(&card_sale(), Copy::Merchant));
    assert!(!signed(&card_sale(), Copy::Customer));
    assert!(!signed(&bare(Kind::Sale, Method::Wechat), Copy::Merchant));
    assert!(!signed(&Transaction { status: Status::Declined, ..card_sale() }, Copy::Merchant));
}

#[test]
fn a_key_that_is_absent_leaves_no_line() {
    let bare = bare(Kind::Sale, Method::Cash);
    let document = compose(&bare, &Letterhead::default(), Copy::Customer, Language::Zh);
    let labels: Vec<String> = document
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Pair { label, .. } => Some(label.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(labels, ["交易类型", "支付方式", "日期时间", "金额"]);
    assert!(text_view(&document, None, 32).contains("小票"));
}

#[test]
fn money_that_goes_back_has_a_minus_sign() {
    for kind in [Kind::Refund, Kind::Void] {
        assert!(slip(&bare(kind, Method::Alipay), Copy::Customer, Language::Zh).contains("-￥128.80"));
    }
    assert!(!slip(&bare(Kind::Tip, Method::Card), Copy::Customer, Language::Zh).contains("-￥"));
    assert!(slip(&bare(Kind::Refund, Method::Alipay), Copy::Customer, Language::Zh).contains("退款凭证"));
}

#[test]
fn a_declined_or_unknown_sale_can_not_pass_for_a_good_one() {
    for (status, said) in [(Status::Declined, "交易失败"), (Status::Unknown, "结果未知")] {
        assert!(slip(&Transaction { status, ..card_sale() }, Copy::Merchant, Language::Zh).contains(said));
    }
    assert!(!slip(&card_sale(), Copy::Merchant, Language::Zh).contains("交易结果"));
}

#[test]
fn the_paper_carries_the_same_text_as_the_view_and_a_qr_code_of_the_id() {
    let sale = card_sale();
    for name in ["generic-58", "generic-80", "epson-tm-t88"] {
        let profile = profile(name);
        for language in [Language::Zh, Language::En] {
            let document = compose(&sale, &letterhead(), Copy::Merchant, language);
            let sheet = printed(&render(&document, None, &profile, &Stationery::default()).bytes, &profile);
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let view = text_view(&document, None, profile.columns);
            let view: String = view.lines().filter(|line| !line.contains("[QR:")).collect();
            assert_eq!(bare(&sheet.text), bare(&view), "{name}");
            assert_eq!(sheet.qr, [sale.id.to_string()]);
        }
    }
}

#[test]
fn a_reprint_says_so_at_both_ends_and_the_mark_ends_with_its_number() {
    let document = compose(&card_sale(), &letterhead(), Copy::Customer, Language::Zh);
    let profile = profile("generic-58");
    let plain = render(&document, None, &profile, &Stationery::default());
    let marked = render(&document, Some(&mark(3)), &profile, &Stationery::default());
    let sheet = printed(&marked.bytes, &profile);
    let lines: Vec<&str> = sheet.text.lines().map(str::trim).collect();
    assert_eq!(lines[0], "重打印凭证/DUPLICATED 第3次");
    assert_eq!(lines[1], "操作员: 02  批准: 09");
    assert_eq!(lines.iter().rfind(|line| !line.is_empty()), Some(&"重打印凭证/DUPLICATED 第3次"));
    assert!(sheet.lines[0].spans.iter().any(|span| span.bold));
    assert!(marked.bytes.len() - plain.bytes.len() < 150, "the mark is short");

    let english = Document { language: Language::En, ..document };
    assert!(text_view(&english, Some(&mark(12)), 32).lines().next().unwrap().ends_with("DUPLICATED No. 12"));
}

#[test]
fn a_slip_on_a_standby_printer_says_for_which_one_it_was_meant() {
    let document = compose(&card_sale(), &letterhead(), Copy::Customer, Language::Zh);
    let profile = profile("generic-58");
    let names = StandIn { meant_for: SafeText::new("front"), printed_on: SafeText::new("back") };
    let first_lines = |document: &Document| {
        let bytes = render_stand_in(document, Some(&mark(3)), &names, &profile, &Stationery::default()).bytes;
        let text = printed(&bytes, &profile).text;
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).take(2).collect::<Vec<_>>()
    };
    assert_eq!(first_lines(&document), ["front 的小票，在 back 打印", "重打印凭证/DUPLICATED 第3次"]);
    let english = Document { language: Language::En, ..document };
    assert_eq!(first_lines(&english)[0], "for front, printed on back");
}

#[test]
fn the_amount_and_the_shops_name_are_large() {
    let document = compose(&card_sale(), &letterhead(), Copy::Merchant, Language::Zh);
    let profile = profile("generic-80");
    let sheet = printed(&render(&document, None, &profile, &Stationery::default()).bytes, &profile);
    for large in ["红梅便利店", "￥128.80"] {
        let line = sheet.lines.iter().find(|line| line.text.contains(large)).unwrap();
        assert!(
            line.spans.iter().filter(|s| !s.text.trim().is_empty()).all(|s| s.wide == 2 && s.tall == 2),
            "{line:?}"
        );
    }
    let centred = sheet.lines.iter().find(|line| line.text.contains("红梅便利店")).unwrap();
    let span = centred.spans.iter().find(|s| s.text.contains('红')).unwrap();
    let (left, right) = (span.left, 576 - span.left - span.width);
    assert!(left.abs_diff(right) <= 24, "{left} dots on the left, {right} on the right");
}

#[test]
fn a_rare_surname_is_drawn_in_its_place() {
    let sale = Transaction { note: Some(SafeText::new("收货人 𬭊㛃犇 先生")), ..card_sale() };
    let document = compose(&sale, &letterhead(), Copy::Customer, Language::Zh);
    let profile = profile("generic-58");
    let rendered = render(&document, None, &profile, &Stationery::default());
    assert_eq!(rendered.drawn, [('𬭊', GlyphSource::CodePoint), ('㛃', GlyphSource::Unifont)]);
    let sheet = printed(&rendered.bytes, &profile);
    assert!(sheet.text.contains("备注: 收货人 \u{fffc}\u{fffc}犇 先生"), "{}", sheet.text);
}

#[test]
fn a_large_line_with_a_drawn_character_keeps_its_size() {
    let text = SafeText::new("㛃记小吃");
    let blocks = vec![Block::Text { text, align: model::Align::Left, size: Size::Large, bold: false }];
    let profile = profile("generic-80");
    let sheet = printed(
        &render(&Document { language: Language::Zh, blocks }, None, &profile, &Stationery::default()).bytes,
        &profile,
    );
    // four characters of 48 by 48 dots, less the blank edges of their pictures
    let black = |x: u32, y: u32| sheet.dots.is_black(x, y);
    let height = (0..60).filter(|y| (0..576).any(|x| black(x, *y))).count();
    let right = (0..576).rfind(|x| (0..60).any(|y| black(*x, y)));
    assert!((40..=48).contains(&height), "{height}");
    assert!(right.is_some_and(|right| (180..192).contains(&right)), "{right:?}");
}

#[test]
fn segments_end_between_lines_and_the_cut_is_in_the_last() {
    for name in paper::Profile::builtin_names() {
        let document = compose(&card_sale(), &letterhead(), Copy::Merchant, Language::Zh);
        let rendered = render(&document, Some(&mark(1)), &profile(name), &Stationery::default());
        // pictures are long: a line of them has as many bytes as a page of text
        let most = if profile(name).drawn == Drawn::RasterLine { 24 } else { 7 };
        assert!((3..=most).contains(&rendered.segment_ends.len()), "{name} {:?}", rendered.segment_ends);
        assert!(rendered.segment_ends.is_sorted_by(|a, b| a < b));
        assert_eq!(*rendered.segment_ends.last().unwrap() as usize, rendered.bytes.len());
        assert!(rendered.bytes.ends_with(&command::cut(profile(name).cut)));
        for end in &rendered.segment_ends {
            assert!(walker::is_line_start(&rendered.bytes, *end as usize), "{end}");
        }
    }
}

#[test]
fn the_estimate_of_the_papers_length_is_not_too_short() {
    for name in paper::Profile::builtin_names() {
        let profile = profile(name);
        let document = compose(&card_sale(), &letterhead(), Copy::Merchant, Language::Zh);
        let rendered = render(&document, None, &profile, &Stationery::default());
        let fed = printed(&rendered.bytes, &profile).length_dots;
        assert!(
            rendered.length_dots >= fed && rendered.length_dots < fed * 3 / 2,
            "{name}: estimated {}, fed {fed}",
            rendered.length_dots
        );
    }
}

#[test]
fn a_printer_without_qr_command_gets_the_same_code_as_dots() {
    let mut profile = profile("generic-58");
    profile.qr = paper::SymbolForm::Raster;
    let document = compose(&card_sale(), &letterhead(), Copy::Customer, Language::Zh);
    let sheet = printed(&render(&document, None, &profile, &Stationery::default()).bytes, &profile);
    assert_eq!(sheet.qr, [""; 0]);
    assert!(
        walker::commands(&render(&document, None, &profile, &Stationery::default()).bytes)
            .iter()
            .any(|c| c == "[1D, 76]")
    );
}

#[test]
fn the_largest_amount_fits_the_narrowest_paper() {
    let sale = Transaction { amount: Fen::MAX, kind: Kind::Refund, ..card_sale() };
    let document = compose(&sale, &letterhead(), Copy::Merchant, Language::En);
    assert!(text_view(&document, None, 24).contains("-￥9999999999.99"));
    let profile = profile("generic-58");
    let sheet = printed(&render(&document, None, &profile, &Stationery::default()).bytes, &profile);
    assert!(sheet.text.contains("-￥9999999999.99"), "{}", sheet.text);
}

#[test]
fn a_slip_costs_few_bytes_beyond_its_text() {
    let document = compose(&card_sale(), &letterhead(), Copy::Merchant, Language::Zh);
    let profile = profile("generic-80");
    let rendered = render(&document, None, &profile, &Stationery::default());
    let text: usize = crate::shop::texts(&document)
        .iter()
        .map(|text| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>())
        .sum();
    let rules = document.blocks.iter().filter(|block| **block == Block::Rule).count() * profile.columns;
    let overhead = rendered.bytes.len() - text - rules;
    assert!(overhead < 300, "{overhead} bytes of commands, gaps and line feeds");
}
