//! Cuts rendered bytes into commands, with lengths from the public command descriptions and nothing else.

/// The commands of a stream in order, named by their first bytes; text and line feeds are not commands. Anything that
/// slips have no use for is a panic.
pub(crate) fn commands(bytes: &[u8]) -> Vec<String> {
    let starts = borders(bytes);
    let first = starts.iter().filter_map(|at| bytes.get(*at..)).filter(|rest| rest.len() > 1);
    first.filter(|rest| rest[0] < 0x20 && rest[0] != 0x0A).map(|rest| format!("{:02X?}", &rest[..2])).collect()
}

/// Where each command and character of a stream begins, and its end.
pub(crate) fn borders(bytes: &[u8]) -> Vec<usize> {
    let mut out = vec![0];
    let mut at = 0;
    let mut chinese = true;
    while at < bytes.len() {
        let rest = &bytes[at..];
        match rest {
            [0x1B, b'@', ..] | [0x1C, b'&', ..] => chinese = true,
            // a code page is chosen only where single bytes are wanted
            [0x1C, b'.', ..] | [0x1B, b't', ..] => chinese = false,
            _ => {}
        }
        let length = match rest {
            [0x0A | 0x20..=0x7E, ..] => 1,
            [0x80..=0xFF, ..] if !chinese => 1,
            [0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE, ..] => 2,
            [0x81..=0xFE, 0x30..=0x39, 0x81..=0xFE, 0x30..=0x39, ..] => 4,
            [0x1B, b'@' | b'i' | b'm', ..] | [0x1C, b'&' | b'.', ..] => 2,
            [0x1B, b'a' | b'E' | b'R' | b'd' | b'J' | b't', ..] | [0x1C, b'!', ..] | [0x12, b'#', ..] => 3,
            [0x1D, b'a' | b'!' | b'h' | b'w' | b'H', ..] | [0x1D, b'V', 0 | 1, ..] => 3,
            [0x1B, b'$', ..] | [0x1D, b'P', ..] | [0x1D, b'V', 0x41 | 0x42, ..] => 4,
            [0x1B, b'p', ..] => 5,
            [0x1B, b'*', 32 | 33, low, high, ..] => 5 + 3 * (usize::from(*low) + 256 * usize::from(*high)),
            [0x1D, b'(', b'k' | b'K', low, high, ..] => 5 + usize::from(*low) + 256 * usize::from(*high),
            [0x1D, b'k', 73, count, ..] => 4 + usize::from(*count),
            [0x1D, b'v', b'0', _, xl, xh, yl, yh, ..] => {
                let (x, y) = (usize::from(*xl) + 256 * usize::from(*xh), usize::from(*yl) + 256 * usize::from(*yh));
                8 + x * y
            }
            _ => panic!("no command at {at}: {:02X?}", &rest[..rest.len().min(8)]),
        };
        assert!(length <= rest.len(), "the command at {at} is cut off");
        at += length;
        out.push(at);
    }
    out
}

/// Offsets of real-time sequences, which a printer obeys wherever they stand.
pub(crate) fn real_time(bytes: &[u8]) -> Vec<usize> {
    bytes
        .windows(2)
        .enumerate()
        .filter(|(_, two)| matches!(two, [0x10, 0x04 | 0x05 | 0x14]))
        .map(|(at, _)| at)
        .collect()
}

/// Offsets at which a command or a character begins, and the end.
pub(crate) fn is_line_start(bytes: &[u8], end: usize) -> bool {
    // after LF, after a feed, after a cut, or after a printed symbol or picture
    let before = &bytes[..end];
    let last = borders(before).into_iter().rev().nth(1).unwrap_or(0);
    before.ends_with(b"\n")
        || matches!(&before[last..], [0x1D, b'v', ..])
        || before.ends_with(&[0x1D, b'(', b'k', 3, 0, b'1', b'Q', b'0'])
        || matches!(before, [.., 0x1D, b'V', 0x41 | 0x42, 0])
        || matches!(before, [.., 0x1B, b'd' | b'J', _])
}
