//! Bar codes and two-dimensional symbols. Expected widths are those of the standards; that a scanner reads the bars was
//! tried with zxing-cpp on the PNGs of these very codes.

use paper::interpret::{Geometry, Sheet, sheets};

use crate::{clean, inked_columns, inked_rows, one};

/// A bar code with modules of two dots, 48 dots tall and without readable text.
fn bars(command: &[u8]) -> Sheet {
    clean(&[b"\x1dw\x02\x1dh\x30\x1dk".as_slice(), command].concat())
}

/// The widths of bars and spaces along the first row.
fn widths(sheet: &Sheet) -> Vec<u32> {
    let (first, last) = inked_columns(sheet);
    let mut widths = Vec::new();
    let mut colour = false;
    for x in first..=last {
        if sheet.dots.is_black(x, 0) == colour {
            *widths.last_mut().unwrap() += 1;
        } else {
            widths.push(1);
            colour = !colour;
        }
    }
    widths
}

#[test]
fn every_bar_code_has_the_bars_of_its_standard() {
    // what it says, and its width in modules (two-width codes: dots)
    let cases: [(&[u8], &str, u32); 17] = [
        (b"\x0001234567890\x00", "012345678905", 95 * 2),
        (b"A\x0b01234567890", "012345678905", 95 * 2),
        (b"\x01123456\x00", "01234565", 51 * 2),
        (b"B\x0b01234500006", "01234565", 51 * 2),
        (b"\x02590123412345\x00", "5901234123457", 95 * 2),
        (b"C\x0d5901234123457", "5901234123457", 95 * 2),
        (b"\x039638507\x00", "96385074", 67 * 2),
        (b"D\x079638507", "96385074", 67 * 2),
        // per character six thin of 2 dots and three thick of 5, and a gap of 2
        (b"\x04A-1\x00", "A-1", 5 * 27 + 4 * 2),
        (b"E\x05*A-1*", "A-1", 5 * 27 + 4 * 2),
        // start 4 thin, each pair six thin and four thick, stop 1 thick 2 thin
        (b"\x051234\x00", "1234", 8 + 2 * 32 + 9),
        (b"F\x041234", "1234", 8 + 2 * 32 + 9),
        // letters have three thick of seven, digits two; three gaps
        (b"\x06A12B\x00", "A12B", 2 * 23 + 2 * 20 + 3 * 2),
        (b"G\x04A12B", "A12B", 2 * 23 + 2 * 20 + 3 * 2),
        (b"H\x03A-1", "A-1", (7 * 9 + 1) * 2),
        (b"I\x0b{BNo{{1{C\x0c\x22", "No{11234", (9 * 11 + 13) * 2),
        (b"O\x03a\tB", "a\tB", (6 * 11 + 13) * 2),
    ];
    for (command, said, dots) in cases {
        let sheet = bars(command);
        let widths = widths(&sheet);
        assert_eq!(sheet.barcodes, [said]);
        assert_eq!(widths.iter().sum::<u32>(), dots, "{said}: {widths:?}");
        assert!(widths.iter().all(|width| matches!(width, 2 | 4 | 5 | 6 | 8)), "{said}: {widths:?}");
        assert_eq!(inked_rows(&sheet), (0, 47));
    }
    let gs1 = bars(b"J\x12(01)09501101530003");
    assert_eq!(gs1.barcodes, ["0109501101530003"], "the brackets are for the eye");
    assert_eq!(widths(&gs1).iter().sum::<u32>(), (1 + 1 + 16 + 1) * 11 * 2 + 13 * 2);
}

#[test]
fn both_forms_of_a_bar_code_are_the_same_bars() {
    let pairs: [(&[u8], &[u8]); 3] =
        [(b"\x02590123412345\x00", b"C\x0c590123412345"), (b"\x04AB\x00", b"E\x02AB"), (b"\x051234\x00", b"F\x041234")];
    for (a, b) in pairs {
        assert_eq!(bars(a).dots, bars(b).dots);
    }
}

#[test]
fn data_that_break_the_rules_print_no_bars() {
    for command in [
        b"C\x0c59012341234x".as_slice(),
        b"C\x0d5901234123450",
        b"E\x02ab",
        b"F\x03123",
        b"G\x0212",
        b"I\x02ab",
        b"I\x05{Dabc",
        b"B\x0801234567",
    ] {
        let sheet = one(&[b"\x1dk".as_slice(), command, b"x\n"].concat());
        assert_eq!(sheet.barcodes, [""; 0], "{command:?}");
        assert!(!sheet.problems.is_empty());
        assert!(sheet.text.ends_with('x'), "its data is no text: {}", sheet.text);
    }
}

#[test]
fn readable_text_stands_where_it_is_wanted() {
    let with = |setting: &[u8]| clean(&[b"\x1dw\x02\x1dh\x30".as_slice(), setting, b"\x1dkC\x0c590123412345"].concat());
    let (none, above, below, both) = (with(b""), with(b"\x1dH\x01"), with(b"\x1dH\x02"), with(b"\x1dH3"));
    let heights: Vec<u32> = [&none, &above, &below, &both].map(|sheet| sheet.length_dots).into();
    assert_eq!(heights, [48, 72, 72, 96]);
    assert!((0..48).all(|y| above.dots.is_black(0, 24 + y)), "the first bar is below its text");
    assert!((0..48).all(|y| below.dots.is_black(0, y)));
    assert_eq!(with(b"\x1dH\x02\x1df\x01").length_dots, 48 + 17, "font B");
}

#[test]
fn a_bar_code_wider_than_the_paper_is_only_fed() {
    let wide = one(b"\x1dw\x06\x1dh\x30\x1dkI\x10{B12345678901234");
    assert_eq!((wide.dots.ink(), wide.length_dots), (0, 48));
    assert!(wide.problems[0].message.contains("wider than the area"));
    assert_eq!(clean(b"\x1dw\x02\x1dh\x30\x1dkI\x10{B12345678901234").length_dots, 48);
}

#[test]
fn a_bar_code_in_the_middle_of_a_line_is_text() {
    let sheet = one(b"No: \x1dkC\x0c590123412345\n");
    assert_eq!(sheet.text, "No: 590123412345");
    assert!(sheet.problems[0].message.contains("middle of a line"));
}

#[test]
fn data_bar_and_pdf417_are_frames_with_their_text() {
    let sheet = clean(b"\x1dkK\x0d0950110153000\x1d(k\x03\x000A\x03\x1d(k\x03\x000C\x02\x1d(k\x03\x000D\x03\x1d(k\x08\x000P0hello\x1d(k\x03\x000Q0");
    assert_eq!(sheet.barcodes, ["0950110153000"]);
    assert_eq!(sheet.pdf417, ["hello"]);
    let frame = clean(b"\x1d(k\x03\x000A\x03\x1d(k\x03\x000C\x02\x1d(k\x08\x000P0hello\x1d(k\x03\x000Q0");
    assert_eq!(inked_columns(&frame), (0, (17 * 3 + 69) * 2 - 1));
}

#[test]
fn a_qr_code_is_as_large_as_its_version_and_keeps_to_the_paper() {
    let qr = |module: u8, length: usize| {
        let size = u8::try_from(length + 3).unwrap();
        let head = [0x1D, b'(', b'k', 3, 0, b'1', b'C', module, 0x1D, b'(', b'k', size, 0, b'1', b'P', b'0'];
        [&head, vec![b'x'; length].as_slice(), b"\x1d(k\x03\x001Q0"].concat()
    };
    assert_eq!(clean(&qr(4, 10)).length_dots, 21 * 4);
    assert_eq!(clean(&qr(8, 60)).length_dots, 33 * 8);
    let large = sheets(&qr(16, 200), &Geometry::columns_32());
    assert!(large[0].problems[0].message.contains("wider than the area"));
}
