//! Where each of our commands ends: what a printer still waits for when the line broke in the middle of one.
//!
//! It knows what the other files of this folder make, and text; `interpret` knows what printers take, which is more, and is
//! not asked: who cuts a stream off must reckon with its own bytes.

use std::ops::RangeInclusive;

use super::{DC2, DLE, ESC, FS, GS};

/// How many bytes a printer may still wait for when the line broke, at most: that many NUL complete whatever command or
/// character was cut in two. 0 where it must have broken between two of them.
///
/// `bytes` is the stream as it was sent, from its start; `reached` says how many of them arrived, at least and at most.
/// Where a length itself was cut off, the true one counts; a printer that takes NUL in its place waits for less.
pub fn missing_after(bytes: &[u8], reached: RangeInclusive<usize>) -> usize {
    let (least, most) = (*reached.start(), *reached.end());
    extents(bytes)
        // cut after its first byte at the earliest, before its last at the latest
        .filter(|extent| extent.start < most && least < extent.end)
        .filter_map(|extent| {
            let cut = least.max(extent.start + 1);
            (cut <= most).then(|| extent.end.saturating_sub(cut))
        })
        .max()
        .unwrap_or(0)
}

/// The length of the longest command or character of this stream.
pub fn longest_command(bytes: &[u8]) -> usize {
    extents(bytes).map(|extent| extent.end - extent.start).max().unwrap_or(0)
}

/// From the first byte of a command or character to behind its last, which may lie beyond the end of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Extent {
    start: usize,
    end: usize,
    /// False for a byte that no command of ours begins with.
    known: bool,
}

fn extents(bytes: &[u8]) -> impl Iterator<Item = Extent> + '_ {
    let mut start = 0;
    // Chinese firmware is in this mode from the start
    let mut chinese = true;
    std::iter::from_fn(move || {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        match rest {
            [FS, b'&', ..] | [ESC, b'@', ..] => chinese = true,
            // a code page is chosen where there is no Chinese mode, or none any more
            [FS, b'.', ..] | [ESC, b't', ..] => chinese = false,
            _ => {}
        }
        let length = length(rest, chinese);
        let extent = Extent { start, end: start + length.unwrap_or(1), known: length.is_some() };
        start = extent.end;
        Some(extent)
    })
}

/// The length of the command or character at the start of these bytes; `None` where it is none of ours. Of one that is cut
/// off before its length is known, what is certain.
fn length(bytes: &[u8], chinese: bool) -> Option<usize> {
    Some(match bytes {
        [0 | 0x0A | 0x20..=0x7E, ..] => 1,
        [0x80..=0xFF, rest @ ..] => {
            if chinese {
                character(rest)
            } else {
                1
            }
        }
        [DLE, 0x14, 0x08, ..] => 10,
        [DLE, 0x14, ..] => 3,
        [DLE, 0x04 | 0x05, ..] => 3,
        [DC2, b'#', ..] => 3,
        [ESC, b'@' | b'i' | b'm', ..] | [FS, b'&' | b'.', ..] => 2,
        [ESC, b'a' | b'E' | b'R' | b't' | b'd' | b'J', ..] | [FS, b'!', ..] => 3,
        [GS, b'!' | b'a' | b'r' | b'I' | b'h' | b'w' | b'H', ..] => 3,
        [ESC, b'$' | b'B', ..] | [GS, b'P', ..] => 4,
        [ESC, b'p', ..] => 5,
        [GS, b'g', ..] => 6,
        [GS, b'V', 0x41 | 0x42, ..] => 4,
        [GS, b'V', ..] => 3,
        [ESC, b'*', _, rest @ ..] => 5 + 3 * word(rest),
        [GS, b'v', b'0', _, rest @ ..] => 8 + word(rest) * word(rest.get(2..).unwrap_or_default()),
        [GS | ESC, b'(', _, rest @ ..] => 5 + word(rest),
        [GS, b'k', _, count, ..] => 4 + usize::from(*count),
        [GS, b'k', ..] => 4,
        [ESC, b'*', ..] | [GS | ESC, b'(', ..] => 5,
        [GS, b'v', ..] => 8,
        [DLE | DC2 | ESC | FS | GS] => 2,
        _ => return None,
    })
}

/// Bytes of a character of GBK, Big5 or GB18030, of which these stand behind the first.
fn character(rest: &[u8]) -> usize {
    match rest {
        [b'0'..=b'9', 0x81..=0xFE, b'0'..=b'9', ..] => 4,
        [0x40..=0x7E | 0x80..=0xFE, ..] | [] => 2,
        _ => 1,
    }
}

/// Two bytes, the lower first; what is missing is 0.
fn word(bytes: &[u8]) -> usize {
    let at = |place: usize| bytes.get(place).copied().map_or(0, usize::from);
    at(0) | at(1) << 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::command::*;

    /// One of each command, with its parameters at random.
    fn any_command() -> impl Strategy<Value = Vec<u8>> {
        let bytes = || prop::collection::vec(any::<u8>(), 0..120);
        prop_oneof![
            Just(initialise().to_vec()),
            any::<u8>().prop_map(|n| dle_eot(n).to_vec()),
            any::<u8>().prop_map(|n| dle_enq(n).to_vec()),
            Just(clear_buffers().to_vec()),
            any::<u8>().prop_map(|n| asb(n).to_vec()),
            any::<[u8; 4]>().prop_map(|tag| process_id(tag).to_vec()),
            Just(paper_sensor().to_vec()),
            any::<u8>().prop_map(|n| identity(n).to_vec()),
            any::<u16>().prop_map(|n| counter(n).to_vec()),
            (any::<bool>(), any::<u16>(), any::<u16>()).prop_map(|(pin, on, off)| drawer_pulse(pin, on, off).to_vec()),
            (any::<u8>(), any::<u8>()).prop_map(|(x, y)| motion_units(x, y).to_vec()),
            (1_u32..256).prop_map(feed_dots),
            any::<u8>().prop_map(|n| feed_lines(n).to_vec()),
            prop::sample::select(vec![
                CutForm::FeedCutPartial,
                CutForm::FeedCutFull,
                CutForm::CutPartial,
                CutForm::CutFull,
                CutForm::EscI,
                CutForm::EscM,
            ])
            .prop_map(cut),
            Just(national_set_usa().to_vec()),
            Just(chinese_mode().to_vec()),
            (0_u8..3).prop_map(|n| align(n).to_vec()),
            any::<bool>().prop_map(|on| bold(on).to_vec()),
            (any::<bool>(), any::<bool>()).prop_map(|(wide, high)| size(wide, high).to_vec()),
            (any::<bool>(), any::<bool>()).prop_map(|(wide, high)| chinese_size(wide, high).to_vec()),
            any::<u16>().prop_map(|n| position(n).to_vec()),
            (bytes(), any::<bool>()).prop_map(|(dots, wide)| column_image(&dots, wide)),
            (bytes(), 1_u8..20).prop_map(|(dots, stride)| raster(&dots, stride)),
            any::<i8>().prop_map(|n| density(DensityForm::GsK, n)),
            any::<i8>().prop_map(|n| density(DensityForm::Dc2, n)),
            any::<u8>().prop_map(|n| speed(n).to_vec()),
            any::<u8>().prop_map(|n| buzz(BuzzerForm::EscA, n)),
            any::<u8>().prop_map(|n| buzz(BuzzerForm::EscATone, n)),
            any::<u8>().prop_map(|n| buzz(BuzzerForm::EscB, n)),
            any::<u8>().prop_map(|n| bar_height(n).to_vec()),
            any::<u8>().prop_map(|n| bar_module(n).to_vec()),
            any::<u8>().prop_map(|n| bar_text(n).to_vec()),
            "[ -z]{1,40}".prop_filter_map("real-time", |text| code128(format!("{{B{text}").as_bytes())),
            Just(b"A".to_vec()),
            Just(vec![LINE_FEED]),
            Just(vec![0xD6, 0xD0]),
            Just(vec![0x81, 0x39, 0xEE, 0x39]),
        ]
    }

    proptest! {
        #[test]
        fn at_a_border_nothing_is_missing_and_inside_a_command_the_exact_rest(
            commands in prop::collection::vec(any_command(), 1..20), within in any::<prop::sample::Index>(),
        ) {
            let stream = commands.concat();
            prop_assert!(extents(&stream).all(|extent| extent.known));
            let mut end = 0;
            for command in &commands {
                let start = end;
                end += command.len();
                prop_assert_eq!(missing_after(&stream, end..=end), 0);
                let cut = start + within.index(command.len());
                if cut > start {
                    prop_assert_eq!(missing_after(&stream, cut..=cut), end - cut, "{:02X?} at {}", command, cut - start);
                }
            }
            let longest = commands.iter().map(Vec::len).max().unwrap_or(0);
            prop_assert_eq!(longest_command(&stream), longest);
            prop_assert_eq!(missing_after(&stream, 0..=stream.len()), longest - 1);
        }

        #[test]
        fn the_worst_of_a_range_is_the_worst_of_its_places(
            commands in prop::collection::vec(any_command(), 1..8), a in any::<prop::sample::Index>(),
            b in any::<prop::sample::Index>(),
        ) {
            let stream = commands.concat();
            let (a, b) = (a.index(stream.len() + 1), b.index(stream.len() + 1));
            let (least, most) = (a.min(b), a.max(b));
            let worst = (least..=most).map(|at| missing_after(&stream, at..=at)).max();
            prop_assert_eq!(Some(missing_after(&stream, least..=most)), worst);
        }

        #[test]
        fn any_bytes_whatever_can_be_asked_about(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            missing_after(&bytes, 0..=bytes.len());
            longest_command(&bytes);
        }
    }

    #[test]
    fn outside_chinese_mode_every_letter_is_one_byte() {
        assert_eq!(missing_after(&[0x1C, b'.', 0x8E, 0x45], 3..=3), 0);
        assert_eq!(missing_after(&[0x1B, b't', 2, 0x8E, 0x45], 4..=4), 0);
        assert_eq!(missing_after(&[0x1C, b'&', 0x8E, 0x45], 3..=3), 1);
    }

    #[test]
    fn a_qr_code_is_five_commands() {
        let code = qr("12345", 4).unwrap();
        assert_eq!(longest_command(&code), 13);
        assert_eq!(missing_after(&code, 0..=code.len()), 12);
    }
}
