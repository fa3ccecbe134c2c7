//! Every built-in profile: where its values come from, and that a slip of each language is right on its paper.

use model::{Block, Copy, Document, Language, ReprintMark, SafeText, Size, Transaction};
use paper::{
    ChineseMode, Drawn, Encoding, GlyphSource, Profile, Rendered, Stationery, SymbolForm, compose,
    interpret::Bitmap,
    lay_out,
    layout::{Line, Row},
    render,
};

use crate::{
    shop::{card_sale, letterhead, printed, profile, same_yuan},
    walker,
};

fn files() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|ext| ext == "toml"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// Whether a line with a character that the encoding lacks is one picture: always where the printer knows no other, and
/// where it is tall.
fn whole(row: &Row, profile: &Profile) -> bool {
    profile.drawn == Drawn::RasterLine || row.size != Size::Normal
}

/// What the sheet must say, line by line: the layout's rows, less those that were printed as one picture.
fn expected(document: &Document, profile: &Profile, rendered: &Rendered) -> String {
    let drawn = |text: &str| rendered.drawn.iter().any(|(c, _)| text.contains(*c));
    let lines = lay_out(document, None, profile.columns, profile.encoding);
    let mut out = String::new();
    for line in lines {
        match line {
            Line::Row(row) if whole(&row, profile) && row.runs.iter().any(|run| drawn(&run.text)) => {}
            Line::Row(row) => out.extend(row.runs.into_iter().map(|run| run.text)),
            _ => {}
        }
    }
    same_yuan(&out).chars().filter(|c| !is_blank(*c)).collect()
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '-'
}

/// Whether the paper says it, a picture standing for the character that it draws.
fn says(paper: &str, expected: &str, rendered: &Rendered, profile: &Profile) -> bool {
    let whole_lines = profile.drawn == Drawn::RasterLine;
    let paper = same_yuan(paper);
    let seen: Vec<char> = paper.chars().filter(|c| !(is_blank(*c) || whole_lines && *c == '\u{FFFC}')).collect();
    let wanted: Vec<char> = expected.chars().collect();
    let is_drawn = |c: char| rendered.drawn.iter().any(|(known, _)| *known == c);
    seen.len() == wanted.len()
        && seen.iter().zip(&wanted).all(|(seen, wanted)| seen == wanted || *seen == '\u{FFFC}' && is_drawn(*wanted))
}

#[test]
fn every_file_is_a_built_in_profile_and_every_value_says_where_it_is_from() {
    let sources = ["capability database", "programming guide", "measured", "assumed"];
    let mut names: Vec<String> = files().into_iter().map(|(name, _)| name).collect();
    names.sort();
    let mut known: Vec<&str> = Profile::builtin_names().collect();
    known.sort_unstable();
    assert_eq!(names, known);
    assert!(names.len() >= 16);
    for (name, text) in files() {
        for line in text.lines().filter(|line| line.contains(" = ")) {
            let own = ["name = ", "unknown = "].iter().any(|key| line.starts_with(key));
            let source = line.split_once(" # ").map_or("", |(_, source)| source);
            assert!(own || sources.iter().any(|known| source.starts_with(known)), "{name}: {line}");
        }
    }
    let notice = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/profiles/NOTICE")).unwrap();
    assert!(notice.contains("CC BY 4.0") && notice.contains("escpos-printer-db"), "attribution is the licence's price");
}

#[test]
fn a_slip_of_each_language_reads_back_on_every_profile() {
    let sale = card_sale();
    let rare = Transaction { note: Some(SafeText::new("收货人 𬭊㛃犇 Müller 許 €5")), ..card_sale() };
    for name in Profile::builtin_names() {
        let profile = profile(name);
        for (sale, language) in
            [(&sale, Language::Zh), (&sale, Language::En), (&rare, Language::Zh), (&rare, Language::En)]
        {
            let document = compose(sale, &letterhead(), Copy::Merchant, language);
            let rendered = render(&document, None, &profile, &Stationery::default());
            let sheet = printed(&rendered.bytes, &profile);
            let expected = expected(&document, &profile, &rendered);
            assert!(says(&sheet.text, &expected, &rendered, &profile), "{name}:\n{}\n{expected}", sheet.text);
            let qr: &[String] = if profile.qr == SymbolForm::Native { &[sale.id.to_string()] } else { &[] };
            assert_eq!(sheet.qr, qr, "{name}");
            assert_eq!(walker::real_time(&rendered.bytes), [0; 0]);
        }
    }
}

#[test]
fn a_printer_gets_the_mode_that_its_text_needs_and_no_other() {
    let document = |text: &str| {
        let text = SafeText::new(text);
        let blocks = vec![Block::Text { text, align: model::Align::Left, size: Size::Normal, bold: false }];
        Document { language: Language::En, blocks }
    };
    let kinds =
        |profile: &Profile| walker::commands(&render(&document("Café"), None, profile, &Stationery::default()).bytes);
    let (enter, leave, page) = ("[1C, 26]".to_owned(), "[1C, 2E]".to_owned(), "[1B, 74]".to_owned());
    let chinese = kinds(&profile("generic-80"));
    assert!(chinese.contains(&enter) && !chinese.contains(&leave) && !chinese.contains(&page));
    let latin = kinds(&profile("latin-80"));
    assert!(!latin.contains(&enter) && !latin.contains(&leave) && latin.contains(&page));
    // a printer with Chinese firmware that is to print a code page must leave its Chinese mode
    let switched = kinds(&Profile { chinese_mode: ChineseMode::AtPowerUp, ..profile("latin-80") });
    assert!(switched.contains(&leave) && switched.contains(&page));
    let bytes = render(&document("Café"), None, &profile("latin-80"), &Stationery::default()).bytes;
    assert!(bytes.windows(4).any(|four| four == [b'C', b'a', b'f', 0x82]));
}

#[test]
fn each_encoding_writes_its_own_bytes() {
    let bytes = |name: &str, encoding: Encoding, text: &str| {
        let blocks =
            vec![Block::Text { text: SafeText::new(text), align: model::Align::Left, size: Size::Normal, bold: false }];
        let profile = Profile { encoding, ..profile(name) };
        let document = Document { language: Language::Zh, blocks };
        render(&document, None, &profile, &Stationery::default()).bytes
    };
    let holds = |bytes: Vec<u8>, wanted: &[u8]| bytes.windows(wanted.len()).any(|some| some == wanted);
    let text = "謝謝惠顧 许功盖";
    assert!(holds(bytes("generic-80", Encoding::Gbk, text), &encoding_rs::GBK.encode(text).0));
    let traditional = "許功蓋 謝謝惠顧";
    assert!(holds(bytes("generic-80-big5", Encoding::Big5, traditional), &encoding_rs::BIG5.encode(traditional).0));
    let rare = "𠮷野家㐀";
    assert!(holds(bytes("generic-80-gb18030", Encoding::Gb18030, rare), &encoding_rs::GB18030.encode(rare).0));
    assert!(!holds(bytes("generic-80", Encoding::Gbk, rare), &encoding_rs::GB18030.encode("㐀").0));
}

#[test]
fn a_line_drawn_whole_has_the_same_dots_as_its_characters_drawn_one_by_one() {
    for (size, bold) in [(Size::Normal, false), (Size::Normal, true)] {
        let text = SafeText::new("红梅便利店");
        let blocks = vec![Block::Text { text, align: model::Align::Left, size, bold }];
        let document = Document { language: Language::Zh, blocks };
        let sheet = |drawn| {
            let profile = Profile { drawn, ..profile("latin-80") };
            let rendered = render(&document, None, &profile, &Stationery::default());
            assert!(rendered.drawn.iter().all(|(_, source)| *source == GlyphSource::Unifont));
            printed(&rendered.bytes, &profile)
        };
        let (line, single) = (sheet(Drawn::RasterLine), sheet(Drawn::ColumnImage));
        assert!(line.dots.ink() > 400);
        let top = |dots: &Bitmap| (0..48).find(|y| (0..576).any(|x| dots.is_black(x, *y))).unwrap();
        let (of_line, of_single) = (top(&line.dots), top(&single.dots));
        for y in 0..23 {
            for x in 0..576 {
                let (one, other) = (line.dots.is_black(x, of_line + y), single.dots.is_black(x, of_single + y));
                assert_eq!(one, other, "{size:?} {bold} {x} {y}");
            }
        }
    }
}

#[test]
fn a_drawn_line_stands_where_a_printed_one_would() {
    let ink = |text: &str, align, profile: &Profile| {
        let text = SafeText::new(text);
        let blocks = vec![Block::Text { text, align, size: Size::Large, bold: false }];
        let rendered = render(&Document { language: Language::Zh, blocks }, None, profile, &Stationery::default());
        let dots = printed(&rendered.bytes, profile).dots;
        let black = |x: &u32| (0..dots.height().min(48)).any(|y| dots.is_black(*x, y));
        ((0..576).find(black).unwrap(), (0..576).rfind(black).unwrap())
    };
    for align in [model::Align::Left, model::Align::Center, model::Align::Right] {
        let (drawn, printed) =
            (ink("国国国", align, &profile("latin-80")), ink("国国国", align, &profile("generic-80")));
        assert!(drawn.0.abs_diff(printed.0) <= 24 && drawn.1.abs_diff(printed.1) <= 24, "{drawn:?} {printed:?}");
    }
}

#[test]
fn a_sign_of_one_column_keeps_to_it_in_a_drawn_line() {
    let dots = |text: &str| {
        let text = SafeText::new(text);
        let blocks = vec![Block::Text { text, align: model::Align::Left, size: Size::Normal, bold: false }];
        let profile = profile("latin-80");
        let document = Document { language: Language::Zh, blocks };
        printed(&render(&document, None, &profile, &Stationery::default()).bytes, &profile).dots
    };
    let (plain, yuan, blank) = (dots("额 1"), dots("额￥1"), dots("额\u{A0}1"));
    let ink = |dots: &Bitmap| (24..36).any(|x| (0..24).any(|y| dots.is_black(x, y)));
    assert!(ink(&yuan) && !ink(&plain));
    assert_eq!(blank, plain);
    for (x, y) in (36..48).flat_map(|x| (0..24).map(move |y| (x, y))) {
        assert_eq!(yuan.is_black(x, y), plain.is_black(x, y), "{x} {y}");
    }
}

#[test]
fn a_shops_density_and_speed_are_sent_once_and_only_where_the_printer_knows_them() {
    let document = compose(&card_sale(), &letterhead(), Copy::Customer, Language::Zh);
    let count = |profile: &Profile| {
        let rendered = render(&document, None, profile, &Stationery::default());
        walker::commands(&rendered.bytes).iter().filter(|kind| *kind == "[1D, 28]").count()
    };
    let plain = count(&profile("epson-tm-t88"));
    let set = Profile { print_density: Some(2), print_speed: Some(5), ..profile("epson-tm-t88") };
    assert!(count(&set) > plain);
    let unknown = Profile { print_density: Some(2), ..profile("zjiang-58") };
    assert_eq!(count(&unknown), count(&profile("zjiang-58")));
}

#[test]
fn a_chinese_slip_for_the_usual_printer_stays_small() {
    let document = compose(&card_sale(), &letterhead(), Copy::Merchant, Language::Zh);
    let rendered = render(&document, None, &profile("generic-80"), &Stationery::default());
    assert_eq!(rendered.drawn, []);
    assert_eq!(rendered.bytes.len(), BYTES_OF_THE_SAMPLE, "tell the reason for more in the commit");
    let mark = ReprintMark { number: 1, operator: None, approver: None };
    let marked = render(&document, Some(&mark), &profile("generic-80"), &Stationery::default());
    assert!(marked.bytes.len() - rendered.bytes.len() < 100);
}

/// A card slip with every key, three goods, five rules and a QR code on 48 columns.
const BYTES_OF_THE_SAMPLE: usize = 1044;
