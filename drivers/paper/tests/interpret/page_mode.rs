//! Page mode: areas, directions, and what ends it.

use paper::interpret::{Firmware, Geometry, Setup, Turn, sheets};

use crate::{clean, inked_columns, inked_rows, one, one_on};

/// ESC L and an area.
fn page(x: u16, y: u16, width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"\x1bL\x1bW".to_vec();
    for number in [x, y, width, height] {
        bytes.extend(number.to_le_bytes());
    }
    bytes
}

#[test]
fn a_page_is_printed_as_a_whole_and_left() {
    let sheet = clean(&[&page(0, 0, 576, 200), b"one\ntwo\n\x0cthree\n".as_slice()].concat());
    assert_eq!(sheet.text, "one\ntwo\nthree");
    let tops: Vec<u32> = sheet.lines.iter().map(|line| line.top).collect();
    assert_eq!((tops, sheet.length_dots), (vec![0, 30, 200], 230), "the page is as long as its area");
    let one_line = clean(b"one\n");
    assert!(
        (0..one_line.dots.height()).all(|y| sheet.dots.row(y) == one_line.dots.row(y)),
        "upright text is the same in both modes"
    );
}

#[test]
fn text_runs_in_four_directions() {
    let written = |direction: u8| {
        let mut bytes = page(100, 40, 300, 200);
        bytes.extend([0x1B, b'T', direction]);
        bytes.extend(b"LLLL\x0c");
        let sheet = clean(&bytes);
        (inked_columns(&sheet), inked_rows(&sheet), sheet.lines[0].spans[0].turn)
    };
    let (columns, rows, turn) = written(0);
    assert!(columns.0 >= 100 && columns.1 < 148 && rows.0 >= 40 && rows.1 < 64 && turn == Turn::Upright);
    let (columns, rows, turn) = written(1);
    assert!(columns.0 >= 100 && columns.1 < 124 && rows.0 >= 192 && rows.1 < 240 && turn == Turn::CounterClockwise);
    let (columns, rows, turn) = written(2);
    assert!(columns.0 >= 352 && columns.1 < 400 && rows.0 >= 216 && rows.1 < 240 && turn == Turn::UpsideDown);
    let (columns, rows, turn) = written(3);
    assert!(columns.0 >= 376 && columns.1 < 400 && rows.0 >= 40 && rows.1 < 88 && turn == Turn::Clockwise);
}

#[test]
fn turned_text_is_the_same_dots_turned() {
    let upright = clean(&[&page(0, 0, 100, 100), b"Rg\x0c".as_slice()].concat());
    let up = clean(&[&page(0, 0, 100, 100), b"\x1bT\x01Rg\x0c".as_slice()].concat());
    let back = clean(&[&page(0, 0, 100, 100), b"\x1bT\x02Rg\x0c".as_slice()].concat());
    let down = clean(&[&page(0, 0, 100, 100), b"\x1bT\x03Rg\x0c".as_slice()].concat());
    for y in 0..100 {
        for x in 0..100 {
            let black = upright.dots.is_black(x, y);
            assert_eq!(black, up.dots.is_black(y, 99 - x));
            assert_eq!(black, back.dots.is_black(99 - x, 99 - y));
            assert_eq!(black, down.dots.is_black(99 - y, x));
        }
    }
}

#[test]
fn gs_dollar_names_the_lower_edge_of_the_line() {
    let sheet = clean(&[&page(0, 0, 576, 300), b"\x1d$\x64\x00\x1b$\x30\x00a\x1d\\\x32\x00b\x0c".as_slice()].concat());
    let places: Vec<(u32, u32)> = sheet.lines.iter().map(|line| (line.top, line.spans[0].left)).collect();
    assert_eq!(places, [(76, 48), (126, 60)], "going down keeps the place along the line");
    let sideways = Setup { geometry: Geometry::columns_42(), firmware: Firmware::GENERIC };
    let bytes = [&page(0, 0, 512, 600), b"\x1bT\x01\x1d$\x64\x00a\x0c".as_slice()].concat();
    let turned = &sheets(&bytes, sideways)[0];
    let left = turned.lines[0].spans[0].left;
    assert_eq!(left, 76, "text that runs up counts across in the horizontal unit of 180 per inch");
}

#[test]
fn an_area_moves_and_clips_what_is_drawn() {
    let sheet = clean(&[&page(200, 50, 60, 100), b"abcdefg\x0c".as_slice()].concat());
    assert_eq!(sheet.text.split_whitespace().collect::<String>(), "abcdefg", "lines wrap at the end of the area");
    assert_eq!((sheet.lines[1].top, sheet.lines[1].spans[0].left), (80, 200));
    let low = one(&[&page(0, 0, 576, 40), b"a\nb\nc\nd\x0c".as_slice()].concat());
    assert!(low.problems[0].message.contains("outside its area"), "{:?}", low.problems);
    assert!(inked_rows(&low).1 < 40);
    let wrong = one(b"\x1bL\x1bW\x00\x00\x00\x00\x00\x00\x00\x00\x1bS");
    assert!(wrong.problems[0].message.contains("ESC W out of range"));
}

#[test]
fn symbols_and_pictures_go_onto_the_page() {
    let raster = b"\x1d$\x30\x00\x1dv0\x00\x01\x00\x02\x00\xff\xff";
    let sheet = clean(
        &[&page(0, 0, 576, 100), raster.as_slice(), b"\x1d$\x60\x00\x1b$\x00\x00\x1dh\x20\x1dkC\x0c590123412345\x0c"]
            .concat(),
    );
    assert!(sheet.dots.is_black(0, 46) && sheet.dots.is_black(7, 47) && !sheet.dots.is_black(0, 48));
    assert_eq!((sheet.barcodes, sheet.length_dots), (vec!["5901234123457".to_owned()], 100));
    assert!((64..96).all(|y| sheet.dots.is_black(0, y)));
}

#[test]
fn escape_form_feed_prints_the_page_and_keeps_it() {
    let sheet = clean(&[&page(0, 0, 576, 60), b"copy\n\x1b\x0c\x1b\x0c\x1bSend\n".as_slice()].concat());
    assert_eq!(sheet.text, "copy\ncopy\nend");
    assert_eq!(sheet.length_dots, 60 + 60 + 30);
}

#[test]
fn cancelled_and_left_pages_leave_no_ink() {
    let cancelled = clean(&[&page(0, 0, 576, 60), b"gone\n\x18kept\n\x0c".as_slice()].concat());
    assert_eq!(cancelled.text, "kept");
    let left = clean(&[&page(0, 0, 576, 60), b"gone\n\x1bSkept\n".as_slice()].concat());
    assert_eq!((left.text.as_str(), left.length_dots), ("kept", 30));
    assert_eq!(clean(&[&page(0, 0, 576, 60), b"gone\n\x1b@kept\n".as_slice()].concat()).text, "kept");
    assert_eq!(clean(b"a\x0cb\x18c\n").text, "abc", "outside page mode FF and CAN are nothing");
}

#[test]
fn a_page_that_is_never_printed_is_named() {
    let sheet = one(&[&page(0, 0, 576, 60), b"lost\n".as_slice()].concat());
    assert_eq!(sheet.text, "");
    assert!(sheet.problems[0].message.contains("left unprinted"));
    assert!(one(b"\x1bL\x1dVA\x00\x0c").problems[0].message.contains("cut in page mode"));
}

#[test]
fn without_page_mode_its_commands_are_text() {
    let sheet = one_on(Firmware { page_rows: None, ..Firmware::GENERIC }, b"\x1bLabc\n\x0cdef\n");
    assert_eq!(sheet.text, "abc\ndef");
    assert!(sheet.problems[0].message.contains("unknown command 1B 4C"));
    assert!(one(b"\x1d$\x00\x00a\n").problems[0].message.contains("outside page mode"));
}
