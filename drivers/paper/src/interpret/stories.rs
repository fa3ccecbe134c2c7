//! The interpreter's tests: whole streams in, sheets out. Bytes are written by hand here, never by the encoder.

use proptest::prelude::*;

use super::*;

fn gbk(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding_rs::GBK.encode(text);
    assert!(!lost, "{text} is not in GBK");
    bytes.into_owned()
}

fn one(bytes: &[u8]) -> Sheet {
    let mut sheets = sheets(bytes, &Geometry::columns_48());
    assert_eq!(sheets.len(), 1, "{sheets:?}");
    sheets.remove(0)
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

#[test]
fn a_small_receipt_is_read_line_by_line() {
    let name = gbk("红梅便利店");
    let sheet = one(&joined(&[
        b"\x1b@\x1ba\x01\x1d!\x11",
        &name,
        b"\n\x1d!\x00\x1ba\x00Total\x1b$\xe0\x01",
        b"88.50\n\x1dVB\x00",
    ]));
    assert_eq!(sheet.problems, []);
    assert_eq!(sheet.cut, Some(CutKind::Partial));
    let lines: Vec<&str> = sheet.text.lines().collect();
    assert_eq!(lines[0].trim_start(), "红梅便利店");
    assert_eq!(lines[1], format!("Total{}88.50", " ".repeat(35)));
    assert_eq!((sheet.lines[0].height, sheet.lines[0].spans[0].left, sheet.lines[0].spans[0].width), (48, 168, 240));
    assert_eq!(sheet.lines[1].columns, 45);
    assert_eq!(sheet.length_dots, 48 + 30 + 96);
}

#[test]
fn a_wide_character_that_does_not_fit_wraps_whole() {
    let text = joined(&[&[b'x'; 47], &gbk("汉"), b"\n\n\n\n\n"]);
    let sheet = one(&text);
    assert_eq!(sheet.text, format!("{}\n汉", "x".repeat(47)));
}

#[test]
fn without_chinese_mode_high_bytes_are_of_the_code_page() {
    let sheet = one(b"\x1c.\x1bt\x10\xa3\xe9\n");
    assert_eq!(sheet.text, "£é");
    let sheet = one(b"\x1c.\x1b@\xa3\xa4\n");
    assert_eq!(sheet.text, "￥", "ESC @ brings the power-on mode of a Chinese firmware back");
}

#[test]
fn a_raster_is_burnt_dot_for_dot() {
    let sheet = one(b"\x1dv0\x00\x02\x00\x03\x00\x80\x01\x00\x00\xff\xff");
    assert_eq!(sheet.problems, []);
    assert_eq!(sheet.length_dots, 3);
    assert!(sheet.dots.is_black(0, 0) && sheet.dots.is_black(15, 0) && !sheet.dots.is_black(1, 0));
    assert_eq!(sheet.dots.ink(), 18);
}

#[test]
fn graphics_are_stored_and_then_printed_in_the_middle() {
    let sheet = one(b"\x1ba\x01\x1d(L\x0c\x000p0\x02\x011\x08\x00\x02\x00\xf0\x0f\x1d(L\x02\x0002");
    assert_eq!(sheet.problems, []);
    assert_eq!(sheet.dots.ink(), 16);
    assert!(sheet.dots.is_black(280, 0) && !sheet.dots.is_black(288, 0) && sheet.dots.is_black(288, 1));
}

#[test]
fn a_picture_in_the_line_is_an_object_in_the_text() {
    let column = [0xFF; 72];
    let sheet = one(&joined(&[b"a\x1b*\x21\x18\x00", &column, b"b\n"]));
    assert_eq!(sheet.text, "a\u{fffc}b");
    assert_eq!(sheet.lines[0].spans.iter().map(|span| span.width).sum::<u32>(), 12 + 24 + 12);
    assert!(sheet.dots.is_black(12, 0) && sheet.dots.is_black(35, 23));
}

#[test]
fn a_user_glyph_is_printed_by_its_two_byte_code() {
    let sheet = one(&joined(&[b"\x1c2\xfe\xa1", &[0xFF; 72], b"\xfe\xa1\n"]));
    assert_eq!(sheet.problems, []);
    assert_eq!((sheet.text.as_str(), sheet.dots.ink()), ("\u{fffc}", 24 * 24));
    let sheet = one(b"\xfe\xa1\n");
    assert!(sheet.problems[0].message.contains("FE A1 has no glyph"), "{:?}", sheet.problems);
}

#[test]
fn a_qr_code_keeps_its_text_and_real_modules() {
    let sheet =
        one(b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x04\x1d(k\x03\x001E1\x1d(k\x08\x001P0hello\x1d(k\x03\x001Q0");
    assert_eq!((sheet.qr.as_slice(), sheet.problems.as_slice()), (["hello".to_owned()].as_slice(), [].as_slice()));
    assert_eq!(sheet.length_dots, 21 * 4);
    assert!((0..28).all(|x| sheet.dots.is_black(x, 0)), "the finder pattern is seven modules wide");
}

#[test]
fn bar_codes_of_both_forms_are_drawn() {
    let sheet = one(b"\x1dH\x02\x1dh\x32\x1dk\x02590123412345\x00\x1dkI\x08{B123456");
    assert_eq!(sheet.problems, []);
    assert_eq!(sheet.barcodes, ["5901234123457", "123456"], "with the check digit that is on the paper");
    assert_eq!(sheet.length_dots, 2 * (50 + 24));
}

#[test]
fn two_cuts_make_two_sheets_and_the_open_end_a_third() {
    let sheets = sheets(b"one\n\x1dVA\x00two\n\x1dVB\x10three\n", &Geometry::columns_32());
    let seen: Vec<_> = sheets.iter().map(|sheet| (sheet.text.as_str(), sheet.cut)).collect();
    assert_eq!(seen, [("one", Some(CutKind::Full)), ("two", Some(CutKind::Partial)), ("three", None)]);
}

#[test]
fn a_cut_in_the_middle_of_a_line_is_ignored_and_named() {
    let sheet = one(b"abc\x1dVA\x00\n");
    assert_eq!(sheet.cut, None);
    assert!(sheet.problems[0].message.contains("cut in the middle of a line"));
}

#[test]
fn a_cut_without_feed_goes_through_the_last_lines() {
    let sheet = one(b"abc\n\x1dV\x00");
    assert!(sheet.problems[0].message.contains("no feed to the blade"));
    assert_eq!(one(b"abc\n\n\n\n\n\x1dV\x00").problems, []);
}

#[test]
fn an_unknown_command_is_a_problem_at_its_offset_and_the_rest_is_text() {
    let sheet = one(b"ab\x1b\x01cd\n");
    assert_eq!(sheet.text, "abcd");
    assert_eq!((sheet.problems[0].offset, sheet.problems.len()), (2, 1));
}

#[test]
fn an_out_of_range_length_turns_its_data_into_text() {
    let sheet = one(b"\x1dv0\x00\x00\x00\x01\x00xyz\n");
    assert_eq!(sheet.text, "xyz");
    assert!(sheet.problems[0].message.contains("out of range"));
}

#[test]
fn a_command_cut_off_by_the_end_is_named() {
    let sheet = one(b"ok\n\x1dv0\x00\x02\x00\x08\x00\x00");
    assert!(
        sheet.problems[0].message.contains("cut off: 9 bytes came, at least 24 are needed"),
        "{:?}",
        sheet.problems
    );
    let sheet = one(b"no line feed");
    assert!(sheet.problems[0].message.contains("print buffer"));
}

#[test]
fn real_time_sequences_between_commands_leave_no_trace_on_paper() {
    let sheet = one(b"a\x10\x04\x01b\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08c\n");
    assert_eq!((sheet.text.as_str(), sheet.problems.len()), ("abc", 0));
}

#[test]
fn inside_a_command_real_time_bytes_are_its_parameters() {
    let events = Parser::new().feed(b"\x1b3\x10\x04\x03");
    assert_eq!(events[0].event, Event::Style(Style::LineSpacing(Some(0x10))));
}

#[test]
fn queries_and_settings_come_in_order_with_their_offsets() {
    let events = Parser::new().feed(b"\x1da\xff\x1dr1\x1dI\x43\x1dg2\x00\x14\x00\x1d(H\x06\x0000ab01\x1bp\x00\x19\xfa");
    let seen: Vec<_> = events.into_iter().map(|located| (located.offset, located.event)).collect();
    assert_eq!(
        seen,
        [
            (0, Event::StatusBack(255)),
            (3, Event::Query(Query::PaperSensor)),
            (6, Event::Query(Query::Identity(67))),
            (9, Event::Query(Query::Counter(20))),
            (15, Event::Query(Query::ProcessId(*b"ab01"))),
            (26, Event::Pulse { second: false, on_ms: 50, off_ms: 500 }),
        ]
    );
}

#[test]
fn the_same_spacing_command_is_half_as_far_on_an_epson() {
    let clone = sheets(b"\x1bJ\x3c", &Geometry::columns_48());
    let epson = sheets(b"\x1bJ\x3c", &Geometry::columns_42());
    assert_eq!((clone[0].length_dots, epson[0].length_dots), (60, 30));
    let set = sheets(b"\x1dP\xb4\xb4\x1bJ\x3c", &Geometry::columns_42());
    assert_eq!(set[0].length_dots, 60);
}

#[test]
fn endless_paper_is_torn_off_by_itself() {
    let bytes = b"\x1bd\xff".repeat(5);
    let sheets = sheets(&bytes, &Geometry::columns_32());
    assert!(sheets.len() >= 2 && sheets.iter().all(|sheet| sheet.length_dots <= 16_000 + 8_200), "{}", sheets.len());
}

/// Bytes that are mostly commands, as a broken or hostile driver would send them.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        (prop_oneof![Just(0x1Bu8), Just(0x1C), Just(0x1D), Just(0x10)], prop::collection::vec(any::<u8>(), 1..10))
            .prop_map(|(prefix, mut rest)| {
                rest.insert(0, prefix);
                rest
            }),
        prop::sample::select(b"@!$*-23DEGJKMRVadt{p&.SW\\LBkvh(8HIrgafwq".to_vec())
            .prop_flat_map(|code| {
                (prop_oneof![Just(0x1Bu8), Just(0x1C), Just(0x1D)], Just(code), prop::collection::vec(0u8..70, 0..8))
            })
            .prop_map(|(prefix, code, rest)| [vec![prefix, code], rest].concat()),
        "[ -~]{0,20}\n".prop_map(String::into_bytes),
        Just(b"\x1dVB\x00".to_vec()),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_give_sheets_and_no_panic_and_no_endless_memory(bytes in stream()) {
        for geometry in [Geometry::columns_32(), Geometry::columns_42(), Geometry::columns_48()] {
            for sheet in sheets(&bytes, &geometry) {
                prop_assert!(sheet.dots.height() <= 30_000);
                prop_assert!(sheet.problems.len() <= 100);
                prop_assert!(sheet.lines.len() <= 5_300);
            }
        }
    }

    #[test]
    fn byte_by_byte_gives_the_same_sheets_as_all_at_once(bytes in stream()) {
        let geometry = Geometry::columns_48();
        let mut slow = Interpreter::new(&geometry);
        let mut pieces: Vec<Sheet> = bytes.iter().flat_map(|byte| slow.feed(std::slice::from_ref(byte))).collect();
        pieces.extend(slow.finish());
        prop_assert_eq!(pieces, sheets(&bytes, &geometry));
    }

    #[test]
    fn a_parser_holds_no_more_than_one_command(bytes in prop::collection::vec(any::<u8>(), 0..4000)) {
        let mut parser = Parser::new();
        let mut read = 0;
        for located in parser.feed(&bytes) {
            prop_assert!(located.offset >= read);
            read = located.offset;
        }
        prop_assert!(parser.offset() <= bytes.len() as u64);
    }
}
