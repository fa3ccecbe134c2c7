//! What modes, positions, motion and settings do to the dots.

use paper::interpret::{CutKind, Firmware, Geometry, Turn, sheets};

use crate::{clean, gbk, inked_columns, inked_rows, one, one_on};

#[test]
fn underline_is_one_or_two_dots_and_not_under_inverse_text() {
    let rows = |bytes: &[u8]| {
        let sheet = clean(bytes);
        (0..sheet.dots.height()).filter(|y| (0..24).all(|x| sheet.dots.is_black(x, *y))).count()
    };
    assert_eq!([rows(b"\x1b-\x01--\n"), rows(b"\x1b-\x02--\n"), rows(b"\x1b-\x00..\n")], [1, 2, 0]);
    let chinese = gbk("一");
    assert_eq!(rows(&[b"\x1c-\x02".as_slice(), &chinese, b"\n"].concat()), 2);
    let plain = clean(b"\x1dB\x01ab\n");
    assert_eq!(clean(b"\x1dB\x01\x1b-\x02ab\n").dots, plain.dots);
}

#[test]
fn inverse_is_white_on_black() {
    let (plain, inverse) = (clean(b"ab\n"), clean(b"\x1dB\x01ab\n"));
    assert_eq!(plain.dots.ink() + inverse.dots.ink(), 24 * 24);
    assert!(inverse.lines[0].spans[0].inverse);
}

#[test]
fn bold_is_one_dot_wider() {
    let (plain, bold) = (clean(b"l\n"), clean(b"\x1bE\x01l\n"));
    assert!(bold.dots.ink() > plain.dots.ink());
    assert_eq!(clean(b"\x1bG\x01l\n").dots, bold.dots);
}

#[test]
fn font_b_is_nine_by_seventeen() {
    let sheet = clean(b"\x1bM\x01abcd\n");
    assert_eq!((sheet.lines[0].spans[0].width, sheet.lines[0].height), (36, 17));
    assert_eq!(clean(b"\x1b!\x01abcd\n").dots, sheet.dots);
}

#[test]
fn sizes_go_up_to_eight() {
    let sheet = clean(b"\x1d!\x77M\n");
    assert_eq!((sheet.lines[0].spans[0].width, sheet.lines[0].height), (96, 192));
    let normal = clean(b"M\n");
    assert_eq!(clean(b"\x1d!\x11M\n").dots.ink(), normal.dots.ink() * 4, "unifont is scaled from the same dots");
}

#[test]
fn spacing_stands_right_of_letters_and_about_chinese() {
    let lefts = |bytes: &[u8]| clean(bytes).lines[0].spans.iter().map(|span| span.left).collect::<Vec<_>>();
    assert_eq!(lefts(b"\x1b \x14ab\n"), [0, 32]);
    assert_eq!(lefts(b"\x1b \x14\x1d!\x10ab\n"), [0, 64], "the spacing grows with the letters");
    assert_eq!(lefts(&[b"\x1cS\x0a\x05".as_slice(), &gbk("汉字"), b"\n"].concat()), [10, 49]);
}

#[test]
fn rotated_text_lies_on_its_side() {
    let (upright, rotated) = (clean(b"L\n"), clean(b"\x1bV\x01L\n"));
    assert_eq!(rotated.lines[0].spans[0].turn, Turn::Clockwise);
    assert_eq!((rotated.lines[0].spans[0].width, rotated.lines[0].height), (24, 12));
    for y in 0..24 {
        for x in 0..12 {
            assert_eq!(upright.dots.is_black(x, y), rotated.dots.is_black(23 - y, x), "{x} {y}");
        }
    }
    assert_eq!(clean(b"\x1bV\x01ab\x1bV\x00c\n").text, "abc");
}

#[test]
fn upside_down_lines_start_at_the_other_end() {
    let (upright, turned) = (clean(b"abL\n"), clean(b"\x1b{\x01abL\n"));
    assert_eq!(turned.text, "abL", "read with the paper turned");
    for y in 0..24 {
        for x in 0..576 {
            assert_eq!(upright.dots.is_black(x, y), turned.dots.is_black(575 - x, 23 - y), "{x} {y}");
        }
    }
    assert_eq!((turned.lines[0].spans[0].left, turned.lines[0].spans[0].turn), (576 - 36, Turn::UpsideDown));
    let right = clean(b"\x1b{\x01\x1ba\x02ab\n");
    assert_eq!(right.lines[0].spans[0].left, 0, "its right is our left");
}

#[test]
fn user_characters_replace_letters_while_they_are_on() {
    let define = [b"\x1b&\x03AA\x0c".as_slice(), &[0xFF; 36]].concat();
    let sheet = clean(&[&define, b"A\x1b%\x01AB\x1b?AA\x1b%\x00A\n".as_slice()].concat());
    assert_eq!(sheet.text, "A\u{fffc}BAA");
    assert!((12..24).all(|x| (0..24).all(|y| sheet.dots.is_black(x, y))));
    assert_eq!(clean(&[&define, b"\x1b@\x1b%\x01A\n".as_slice()].concat()).text, "A", "ESC @ forgets them");
}

#[test]
fn tabs_keep_their_place_when_letters_grow() {
    let sheet = clean(b"\x1bD\x0a\x14\x00\x09a\x1d!\x11\x09b\n");
    let lefts: Vec<u32> = sheet.lines[0].spans.iter().map(|span| span.left).collect();
    assert_eq!(lefts, [120, 240]);
    assert_eq!(clean(b"\x09x\n").lines[0].spans[0].left, 96, "every eight columns by itself");
}

#[test]
fn a_step_back_overprints() {
    let sheet = clean(b"0\x1b\\\xf4\xff/\n");
    assert_eq!(sheet.lines[0].spans[0].width, 12);
    assert!(sheet.dots.ink() > clean(b"0\n").dots.ink());
    assert!(one(b"\x1b\\\xff\xffx\n").problems[0].message.contains("left of the margin"));
}

#[test]
fn margin_and_width_bound_the_lines() {
    let sheet = clean(b"\x1dL\x60\x00\x1dW\x78\x00abcdefghijklm\n");
    assert_eq!(sheet.text, "        abcdefghij\n        klm");
    assert_eq!(inked_columns(&sheet).0 / 12, 8);
    assert!(one(b"x\x1dL\x60\x00y\n").problems[0].message.contains("only valid at the start of a line"));
}

#[test]
fn line_spacing_is_set_and_restored() {
    assert_eq!(clean(b"\x1b3\x50a\nb\n\x1b2c\n").length_dots, 80 + 80 + 30);
    assert_eq!(clean(b"a\x1bd\x03").length_dots, 90);
    assert_eq!(clean(b"\x1b3\x00a\n\x1b2").length_dots, 24, "at least as tall as the letters");
}

#[test]
fn paper_goes_back_and_is_printed_over() {
    let sheet = clean(b"\x1b3\x18|\n\x1bK\x18-\n");
    assert_eq!((sheet.length_dots, sheet.lines[1].top), (24, 0));
    assert!(sheet.dots.ink() > clean(b"|\n").dots.ink());
    assert_eq!(clean(b"a\n\x1be\x01b\n").lines[1].top, 0);
    assert!(one(b"a\n\x1bK\x40").problems[0].message.contains("out of range"));
}

#[test]
fn old_cuts_leave_a_point_and_cut_where_the_paper_stands() {
    for cut in [b"\x1bi", b"\x1bm"] {
        let sheet = clean(&[b"a\n\x1bd\x05".as_slice(), cut].concat());
        assert_eq!((sheet.cut, sheet.length_dots), (Some(CutKind::Partial), 180));
    }
}

#[test]
fn a_pulse_is_counted_on_its_sheet() {
    let found = sheets(b"a\n\x1bp\x00\x19\xfa\x1dVB\x00b\n", &Geometry::columns_48());
    assert_eq!(found.iter().map(|sheet| sheet.pulses).collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn a_printer_that_is_not_selected_prints_nothing() {
    assert_eq!(clean(b"a\x1b=\x02bcd\n\x1dVB\x00\x1b=\x01e\n").text, "ae");
}

#[test]
fn a_self_test_prints_and_resets() {
    let sheet = clean(b"\x1ba\x01\x1d(A\x02\x00\x00\x02x\n");
    assert_eq!(sheet.text, "** self test **\nx");
}

#[test]
fn heat_is_kept_by_rows_and_reset() {
    let sheet = clean(b"a\n\x1d(K\x02\x001\xfab\n\x1d(K\x02\x001\x06c\n\x1d|\x04d\n\x1d(K\x02\x001\x01\x1b@e\n");
    let heat: Vec<u16> = (0..5).map(|line| sheet.density(line * 30 + 29)).collect();
    assert_eq!(heat, [100, 70, 130, 100, 100]);
    assert_eq!(sheet.tones.len(), 3, "only where it changes");
    let two = sheets(b"\x1d(K\x02\x001\xfaa\n\x1dVB\x00b\n", &Geometry::columns_48());
    assert_eq!(two.iter().map(|sheet| sheet.density(0)).collect::<Vec<_>>(), [70, 70], "a cut changes nothing");
}

#[test]
fn heat_commands_of_panel_printers_are_text_elsewhere() {
    let bytes = b"\x12#\x54a\x1b7!P!b\n\x12T\n";
    let panel = one_on(Firmware { heat_commands: true, ..Firmware::GENERIC }, bytes);
    assert_eq!((panel.text.as_str(), panel.density(0)), ("ab\n** self test **", 100));
    let other = one(bytes);
    assert_eq!(other.text, "#Ta!P!b\nT");
}

#[test]
fn downloaded_and_stored_pictures_are_printed() {
    let column = [0x80, 0, 0, 0, 0, 0, 0, 0];
    let sheet = clean(&[b"\x1d*\x01\x01".as_slice(), &column, b"\x1d/\x00\x1d/\x03"].concat());
    assert_eq!((sheet.dots.ink(), sheet.length_dots), (1 + 4, 8 + 16));
    let sheet = clean(&[b"\x1cq\x01\x01\x00\x01\x00".as_slice(), &column, b"\x1b@\x1cp\x01\x00"].concat());
    assert_eq!(sheet.dots.ink(), 1, "ESC @ leaves what is stored");
    let define = b"\x1d(L\x0d\x000C0ab\x01\x08\x00\x02\x001\xff\x80".as_slice();
    let sheet = clean(&[define, b"\x1d(L\x06\x000Eab\x02\x02"].concat());
    assert_eq!((sheet.dots.ink(), sheet.length_dots), (9 * 4, 4));
    let gone = one(&[define, b"\x1d(L\x04\x000Bab\x1d(L\x06\x000Eab\x01\x01"].concat());
    assert!(gone.problems[0].message.contains("no picture is stored"), "{:?}", gone.problems);
    let download = b"\x1d(L\x0c\x000S0ab\x01\x08\x00\x01\x001\xff".as_slice();
    assert_eq!(clean(&[download, b"\x1d(L\x06\x000Uab\x01\x01"].concat()).dots.ink(), 8);
    let cleared = one(&[download, b"\x1d(L\x05\x000QCLR\x1d(L\x06\x000Uab\x01\x01"].concat());
    assert_eq!(cleared.dots.ink(), 0);
}

#[test]
fn a_picture_stands_upside_down_with_its_lines() {
    let sheet = clean(b"\x1b{\x01\x1dv0\x00\x01\x00\x02\x00\x80\x00");
    assert!(sheet.dots.is_black(575, 1), "its first dot is the last");
    assert_eq!((sheet.dots.ink(), inked_rows(&sheet)), (1, (1, 1)));
}

#[test]
fn a_picture_in_a_line_is_as_tall_as_its_mode_says() {
    for (mode, bytes) in [(0, 1), (1, 1), (32, 3), (33, 3)] {
        let sheet =
            clean(&[&[0x1B, b'*', mode, 2, 0], [0x80, 0, 0, 0x80, 0, 0].get(..2 * bytes).unwrap(), b"\n"].concat());
        assert_eq!((sheet.lines[0].height, inked_rows(&sheet).0), (24, 0), "mode {mode}: its blank foot counts");
        assert_eq!(sheet.lines[0].spans[0].width, if mode & 1 == 0 { 4 } else { 2 });
    }
}
