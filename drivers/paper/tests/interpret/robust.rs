//! What no bytes can do: panic, take memory without end, or be read differently in other portions.

use paper::interpret::{Event, Firmware, Geometry, Interpreter, Parser, Setup, Sheet, sheets};
use proptest::prelude::*;

use crate::cases::cases;
use crate::{one, printer};

#[test]
fn a_length_of_four_gigabytes_takes_no_memory() {
    let sheet = one(b"\x1d8L\xff\xff\xff\xff0p0text\n");
    assert!(sheet.problems[0].message.contains("longer than the graphics memory"), "{:?}", sheet.problems);
    assert_eq!(sheet.text, "0p0text");
    let mut parser = Parser::new();
    parser.feed(b"\x1d8L\x00\x00\x10\x00");
    assert!(parser.truncated().unwrap().contains("1048583"), "a megabyte is waited for: {:?}", parser.truncated());
}

#[test]
fn a_truncated_picture_swallows_the_next_receipt() {
    let receipt = b"\x1b@Total 8.00\n\x1dVB\x00";
    let cut_off = b"\x1dv0\x00\x48\x00\x10\x00".as_slice();
    let sheet = one(&[cut_off, receipt].concat());
    assert_eq!((sheet.text.as_str(), sheet.dots.ink()), ("", 0));
    assert!(sheet.problems[0].message.contains("cut off"));
    let padded = one(&[cut_off, &[0; 0x48 * 0x10], receipt].concat());
    assert_eq!(padded.text, "Total 8.00", "NULs complete it");
    let too_many = one(&[cut_off, &[0; 9000], receipt].concat());
    assert_eq!((too_many.text.as_str(), too_many.problems.len()), ("Total 8.00", 0), "and print nothing beyond");
}

#[test]
fn power_loss_ends_a_truncated_command_and_keeps_what_is_stored() {
    let mut parser = Parser::new();
    parser.feed(b"\x1d(L\x0c\x000C0ab\x01\x08\x00\x01\x001\xf0\x1dh\x01\x1dv0\x00\x48\x00");
    parser.power_cycle();
    assert!(parser.at_boundary());
    let events = parser.feed(b"\x1d(L\x06\x000Eab\x01\x01");
    assert!(matches!(events[0].event, Event::Raster { .. }), "{events:?}");
}

#[test]
fn a_page_printed_again_and_again_is_torn_into_sheets() {
    let bytes = [b"\x1bL".as_slice(), &b"x\n".repeat(400), &b"\x1b\x0c".repeat(60)].concat();
    let found = sheets(&bytes, &Geometry::columns_32());
    assert!(found.len() > 1 && found.iter().all(|sheet| sheet.dots.height() <= 30_000 && sheet.lines.len() <= 5_300));
}

#[test]
fn no_motion_unit_makes_one_feed_longer_than_a_metre() {
    let most = 1016 * 203 * 10 / 254;
    for feed in [b"\x1bJ\xff".as_slice(), b"\x1bd\xff", b"\x1b3\xff\n", b"\x1dVB\xff"] {
        let bytes = [b"\x1dP\x01\x01".as_slice(), feed].concat();
        let length = sheets(&bytes, &Geometry::columns_48())[0].length_dots;
        assert!((most..=most + 96).contains(&length) || feed[1] == b'd', "{feed:02X?}: {length}");
        assert!(length <= most + 96);
    }
}

/// Bytes that are mostly commands, as a broken or hostile driver would send them.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let whole: Vec<Vec<u8>> = cases().into_iter().map(|case| case.bytes).collect();
    let piece = prop_oneof![
        4 => prop::sample::select(whole),
        2 => "[ -~]{0,20}\n".prop_map(String::into_bytes),
        1 => "[一-龥€é㐀]{0,9}".prop_map(|text| encoding_rs::GB18030.encode(&text).0.into_owned()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
        1 => (prop::sample::select(vec![0x1Bu8, 0x1C, 0x1D, 0x10, 0x12]), prop::collection::vec(any::<u8>(), 1..10))
            .prop_map(|(prefix, rest)| [vec![prefix], rest].concat()),
        1 => (prop::sample::select(vec![b"\x1dv0", b"\x1d8L", b"\x1d(L", b"\x1cq\x01", b"\x1d(k"]), prop::collection::vec(any::<u8>(), 2..40))
            .prop_map(|(prefix, rest)| [prefix.to_vec(), rest].concat()),
    ];
    // a piece may lose its end
    let cut = (piece, prop::option::weighted(0.1, any::<prop::sample::Index>())).prop_map(|(mut piece, end)| {
        if let Some(end) = end.filter(|_| !piece.is_empty()) {
            piece.truncate(end.index(piece.len()));
        }
        piece
    });
    prop::collection::vec(cut, 0..60).prop_map(|pieces| pieces.concat())
}

fn any_printer() -> impl Strategy<Value = Setup> {
    let firmware = prop::sample::select(Firmware::names().collect::<Vec<_>>());
    (firmware, prop::sample::select(vec![32, 42, 48])).prop_map(|(firmware, columns)| Setup {
        geometry: Geometry::for_columns(columns).unwrap(),
        firmware: Firmware::by_name(firmware).unwrap(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_give_bounded_sheets_on_any_printer(bytes in stream(), setup in any_printer()) {
        for sheet in sheets(&bytes, setup) {
            prop_assert!(sheet.dots.height() <= 30_000);
            prop_assert!(sheet.length_dots <= 40_000);
            prop_assert!(sheet.problems.len() <= 100);
            prop_assert!(sheet.lines.len() <= 5_700);
            prop_assert!(sheet.tones.len() <= sheet.length_dots as usize + 1);
            prop_assert!(sheet.tones.windows(2).all(|pair| pair[0].from < pair[1].from));
        }
    }

    #[test]
    fn portions_make_no_difference(
        bytes in stream(), setup in any_printer(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let whole = sheets(&bytes, setup);
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).chain([bytes.len()]).collect();
        ends.sort_unstable();
        let mut interpreter = Interpreter::new(setup);
        let (mut found, mut start) = (Vec::new(), 0);
        for end in ends {
            found.extend(interpreter.feed(&bytes[start..end]));
            start = end;
        }
        found.extend(interpreter.finish());
        prop_assert!(found == whole, "read differently in portions");
        let mut single = Interpreter::new(setup);
        let mut found: Vec<Sheet> = bytes.iter().flat_map(|byte| single.feed(std::slice::from_ref(byte))).collect();
        found.extend(single.finish());
        prop_assert!(found == whole, "read differently byte by byte");
    }

    #[test]
    fn a_real_time_sequence_between_commands_changes_no_sheet(index in any::<prop::sample::Index>()) {
        let all = cases();
        let case = &all[index.index(all.len())];
        let with = [b"a\n".as_slice(), b"\x10\x04\x01\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", &case.bytes, b"\x10\x04\x02b\n"];
        let without = [b"a\n".as_slice(), &case.bytes, b"b\n"];
        let texts = |bytes: &[u8]| -> Vec<(String, u32)> {
            sheets(bytes, printer(Firmware::GENERIC)).into_iter().map(|sheet| (sheet.text, sheet.length_dots)).collect()
        };
        prop_assert_eq!(texts(&with.concat()), texts(&without.concat()), "{}", case.name);
    }
}
