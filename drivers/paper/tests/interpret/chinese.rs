//! Text: character sets by firmware, and what Chinese characters obey.

use paper::interpret::{Chinese, ChineseSize, Firmware, Utf8, ZJIANG_PAGES};

use crate::{clean, gbk, one, one_on};

#[test]
fn a_national_set_changes_a_few_signs() {
    assert_eq!(clean(b"\x1bR\x0f$5\n").text, "¥5");
    assert_eq!(clean(b"\x1bR\x02[\\]{|}~\x1bR\x00[\n").text, "ÄÖÜäöüß[");
    let polite = Firmware { national: 15, ..Firmware::GENERIC };
    assert_eq!(one_on(polite, b"$\x1bR\x00$\n\x1b@$\n").text, "¥$\n¥", "ESC @ brings the set of power-on back");
}

#[test]
fn a_code_page_number_is_what_this_printer_says_it_is() {
    let bytes = b"\x1c.\x1btH\xa5\n";
    let zjiang = one_on(Firmware { pages: ZJIANG_PAGES, ..Firmware::GENERIC }, bytes);
    assert_eq!((zjiang.text.as_str(), zjiang.problems.len()), ("Ą", 0), "72 is Windows 1250 there");
    let epson = one(bytes);
    assert_eq!(epson.text, "Ñ", "and nothing here: the page of power-on stays");
    assert!(epson.problems[0].message.contains("no such code page"), "{:?}", epson.problems);
    assert_eq!(one_on(Firmware { page: 17, ..Firmware::GENERIC }, b"\x1c.\x80\n").text, "А");
}

#[test]
fn every_page_of_every_printer_gives_text() {
    for firmware in Firmware::names().map(|name| Firmware::by_name(name).unwrap()) {
        for (number, _) in firmware.pages {
            let high: Vec<u8> = (0x80..=0xFF).collect();
            let sheet = one_on(firmware, &[b"\x1b=\x01\x1c.\x1bt".as_slice(), &[*number], &high, b"\n"].concat());
            assert!(!sheet.text.is_empty());
        }
    }
}

#[test]
fn a_four_byte_code_is_one_cell_or_junk_and_two_digits() {
    let bytes = b"\x81\x39\xee\x39|\n";
    let knows = one_on(Firmware { chinese: Chinese::Gb18030, ..Firmware::GENERIC }, bytes);
    assert_eq!((knows.text.as_str(), knows.problems.len()), ("㐀|", 0));
    assert_eq!(knows.lines[0].spans[0].width, 24 + 12, "one cell of 24 dots and one of 12");
    let lacks = one(bytes);
    assert_eq!(lacks.text, "\u{fffd}9\u{fffd}9|");
    assert!(lacks.problems[0].message.contains("this firmware knows two bytes"), "{:?}", lacks.problems);
}

#[test]
fn big5_text_is_right_on_big5_firmware_and_wrong_on_gbk() {
    let (bytes, _, _) = encoding_rs::BIG5.encode("收據合計");
    let bytes = [&bytes, b"\n".as_slice()].concat();
    assert_eq!(one_on(Firmware { chinese: Chinese::Big5, ..Firmware::GENERIC }, &bytes).text, "收據合計");
    assert_ne!(one(&bytes).text, "收據合計");
}

#[test]
fn utf8_by_switch_and_as_text_where_it_is_absent() {
    let bytes = [b"\x1c(C\x02\x000\x02".as_slice(), "合计 é €".as_bytes(), b"\x1c(C\x02\x000\x01 ", &gbk("元"), b"\n"];
    let sheet = clean(&bytes.concat());
    assert_eq!(sheet.text, "合计 é € 元");
    assert_eq!(sheet.lines[0].columns, 4 + 4 + 1 + 2, "Latin letters are narrow, also those of several bytes");
    let absent = one_on(Firmware { utf8: Utf8::Absent, ..Firmware::GENERIC }, &bytes.concat());
    assert!(absent.problems[0].message.contains("unknown command 1C 28 43"), "{:?}", absent.problems);
    assert!(absent.text.starts_with('0'), "its parameters are text: {}", absent.text);
    let always = Firmware { utf8: Utf8::AtPowerOn, ..Firmware::GENERIC };
    assert_eq!(one_on(always, "小计\n".as_bytes()).text, "小计");
}

#[test]
fn the_code_system_is_the_firmwares_own_affair() {
    let (traditional, _, _) = encoding_rs::BIG5.encode("計");
    let bytes = [b"\x1cC\x01".as_slice(), &traditional, b"\x1cC\x00", &gbk("计"), b"\n"].concat();
    let both = Firmware { code_systems: &[(0, Chinese::Gbk), (1, Chinese::Big5)], ..Firmware::GENERIC };
    assert_eq!(one_on(both, &bytes).text, "計计");
    assert_ne!(one(&bytes).text, "計计", "on most GB models it changes nothing");
}

#[test]
fn a_latin_printer_has_no_chinese_mode() {
    let latin = Firmware::by_name("latin").unwrap();
    assert_eq!(one_on(latin, b"\x1c&\xb0\xa1\n").text, "░í");
}

#[test]
fn half_a_character_before_a_command_is_junk() {
    let sheet = one(b"\xb0\x1bE\x01a\n");
    assert_eq!(sheet.text, "\u{fffd}a");
    assert!(sheet.problems[0].message.contains("half of a code"), "{:?}", sheet.problems);
}

#[test]
fn print_mode_enlarges_chinese_only_where_the_firmware_does() {
    let bytes = [b"\x1b!\x30".as_slice(), &gbk("汉"), b"\x1b!\x00\x1d!\x11", &gbk("汉"), b"\n"].concat();
    let wide = |size| {
        let sheet = one_on(Firmware { chinese_size: size, ..Firmware::GENERIC }, &bytes);
        sheet.lines[0].spans.iter().map(|span| span.width).collect::<Vec<_>>()
    };
    assert_eq!(wide(ChineseSize::All), [96]);
    assert_eq!(wide(ChineseSize::GroupAndChinese), [24, 48]);
    assert_eq!(wide(ChineseSize::ChineseOnly), [48]);
}

#[test]
fn fs_bang_doubles_chinese_only() {
    let sheet =
        clean(&[b"\x1c!\x0ca".as_slice(), &gbk("汉"), b"\x1c!\x00\x1cW\x01", &gbk("字"), b"\x1cW\x00b\n"].concat());
    let widths: Vec<_> = sheet.lines[0].spans.iter().map(|span| (span.width, span.tall)).collect();
    assert_eq!(widths, [(12, 1), (96, 2), (12, 1)]);
}

#[test]
fn a_small_chinese_font_where_there_is_one() {
    let bytes = [b"\x1c!\x01".as_slice(), &gbk("汉"), b"\n"].concat();
    let small = one_on(Firmware { small_chinese: true, ..Firmware::GENERIC }, &bytes);
    assert_eq!((small.lines[0].spans[0].width, small.lines[0].height), (16, 16));
    assert_eq!(clean(&bytes).lines[0].spans[0].width, 24);
    let by_block = [b"\x1c(A\x02\x000\x01".as_slice(), &gbk("汉"), b"\n"].concat();
    let small = one_on(Firmware { small_chinese: true, ..Firmware::GENERIC }, &by_block);
    assert_eq!(small.lines[0].height, 16);
}

#[test]
fn a_user_glyph_can_be_taken_back() {
    let sheet = one(&[b"\x1c2\xfe\xa1".as_slice(), &[0xFF; 72], b"\x1c?\xfe\xa1\xfe\xa1\n"].concat());
    assert!(sheet.problems[0].message.contains("has no glyph"), "{:?}", sheet.problems);
}

#[test]
fn firmware_has_names() {
    assert!(Firmware::names().all(|name| Firmware::by_name(name).is_some()));
    assert_eq!(Firmware::by_name("generic"), Some(Firmware::GENERIC));
    assert_eq!(Firmware::by_name("none such"), None);
}
