//! Cuts rendered bytes into commands, with lengths from the public command descriptions and nothing else.

/// The commands of a stream in order, named by their first bytes; text and line feeds are not commands. Anything that
/// slips have no use for is a panic.
pub(crate) fn commands(bytes: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let length = match rest {
            [0x0A, ..] => 1,
            [0x20..=0x7E, ..] => 1,
            [0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE, ..] => 2,
            [0x1B, b'@', ..] | [0x1C, b'&', ..] => 2,
            [0x1B, b'a' | b'E' | b'R' | b'd' | b'J', ..] | [0x1D, b'a' | b'!', ..] | [0x1C, b'!', ..] => 3,
            [0x1B, b'$', ..] | [0x1D, b'P', ..] | [0x1D, b'V', 0x41 | 0x42, ..] => 4,
            [0x1B, b'*', 32 | 33, low, high, ..] => 5 + 3 * (usize::from(*low) + 256 * usize::from(*high)),
            [0x1D, b'(', b'k', low, high, ..] => 5 + usize::from(*low) + 256 * usize::from(*high),
            [0x1D, b'v', b'0', _, xl, xh, yl, yh, ..] => {
                let (x, y) = (usize::from(*xl) + 256 * usize::from(*xh), usize::from(*yl) + 256 * usize::from(*yh));
                8 + x * y
            }
            _ => panic!("no command at {at}: {:02X?}", &rest[..rest.len().min(8)]),
        };
        assert!(length <= rest.len(), "the command at {at} is cut off");
        if rest[0] < 0x20 && rest[0] != 0x0A {
            out.push(format!("{:02X?}", &rest[..2]));
        }
        at += length;
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
    // after LF, after a feed, after a cut, or after a printed symbol
    let before = &bytes[..end];
    before.ends_with(b"\n")
        || before.ends_with(&[0x1D, b'(', b'k', 3, 0, b'1', b'Q', b'0'])
        || before.ends_with(&[0x1D, b'V', 0x42, 0])
        || (end >= 3 && before[end - 3..end - 1] == [0x1B, b'd'])
}
