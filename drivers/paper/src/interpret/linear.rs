//! The bars of Code 39, Code 93, Codabar and UPC-E as widths in modules, dark first. No drawing.

use super::code128::{digits, ean_digit, with_check_digit};

/// Code 39 (ISO/IEC 16388): a character and which of its nine bars and spaces are wide, first one in the highest bit.
const CODE39: [(u8, u16); 44] = [
    (b'0', 0x034),
    (b'1', 0x121),
    (b'2', 0x061),
    (b'3', 0x160),
    (b'4', 0x031),
    (b'5', 0x130),
    (b'6', 0x070),
    (b'7', 0x025),
    (b'8', 0x124),
    (b'9', 0x064),
    (b'A', 0x109),
    (b'B', 0x049),
    (b'C', 0x148),
    (b'D', 0x019),
    (b'E', 0x118),
    (b'F', 0x058),
    (b'G', 0x00D),
    (b'H', 0x10C),
    (b'I', 0x04C),
    (b'J', 0x01C),
    (b'K', 0x103),
    (b'L', 0x043),
    (b'M', 0x142),
    (b'N', 0x013),
    (b'O', 0x112),
    (b'P', 0x052),
    (b'Q', 0x007),
    (b'R', 0x106),
    (b'S', 0x046),
    (b'T', 0x016),
    (b'U', 0x181),
    (b'V', 0x0C1),
    (b'W', 0x1C0),
    (b'X', 0x091),
    (b'Y', 0x190),
    (b'Z', 0x0D0),
    (b'-', 0x085),
    (b'.', 0x184),
    (b' ', 0x0C4),
    (b'$', 0x0A8),
    (b'/', 0x0A2),
    (b'+', 0x08A),
    (b'%', 0x02A),
    (b'*', 0x094),
];

/// Codabar (EN 798): the same for its four bars and three spaces.
const CODABAR: [(u8, u16); 20] = [
    (b'0', 0x03),
    (b'1', 0x06),
    (b'2', 0x09),
    (b'3', 0x60),
    (b'4', 0x12),
    (b'5', 0x42),
    (b'6', 0x21),
    (b'7', 0x24),
    (b'8', 0x30),
    (b'9', 0x48),
    (b'-', 0x0C),
    (b'$', 0x18),
    (b':', 0x45),
    (b'/', 0x51),
    (b'.', 0x54),
    (b'+', 0x15),
    (b'A', 0x1A),
    (b'B', 0x29),
    (b'C', 0x0B),
    (b'D', 0x0E),
];

/// Code 93: nine modules each, dark ones set, for 0 to 9, A to Z, - . space $ / + %, the shifts ($) (%) (/) (+), and
/// start and stop.
const CODE93: [u16; 48] = [
    0x114, 0x148, 0x144, 0x142, 0x128, 0x124, 0x122, 0x150, 0x112, 0x10A, 0x1A8, 0x1A4, 0x1A2, 0x194, 0x192, 0x18A,
    0x168, 0x164, 0x162, 0x134, 0x11A, 0x158, 0x14C, 0x146, 0x12C, 0x116, 0x1B4, 0x1B2, 0x1AC, 0x1A6, 0x196, 0x19A,
    0x16C, 0x166, 0x136, 0x13A, 0x12E, 0x1D4, 0x1D2, 0x1CA, 0x16E, 0x176, 0x1AE, 0x126, 0x1DA, 0x1D6, 0x132, 0x15E,
];

/// Which of the six digits of UPC-E are even, by check digit; first digit in the highest bit.
const UPCE_PARITY: [u8; 10] =
    [0b11_1000, 0b11_0100, 0b11_0010, 0b11_0001, 0b10_1100, 0b10_0110, 0b10_0011, 0b10_1010, 0b10_1001, 0b10_0101];

/// The mark of a wide element in a two-width symbology; how many modules it takes depends on the module (GS w).
pub(super) const WIDE: u8 = 3;

fn two_widths(pattern: u16, elements: u32) -> impl Iterator<Item = u8> {
    (0..elements).rev().map(move |bit| if pattern >> bit & 1 == 1 { WIDE } else { 1 })
}

/// Code 39 with its start and stop around it (not doubled if they came with the data).
pub(super) fn code39(data: &[u8]) -> Option<Vec<u8>> {
    let data = data.strip_prefix(b"*").unwrap_or(data);
    let data = data.strip_suffix(b"*").unwrap_or(data);
    let mut widths = Vec::new();
    for byte in b"*".iter().chain(data).chain(b"*") {
        let (_, pattern) = CODE39.iter().find(|(known, _)| known == byte)?;
        if !widths.is_empty() {
            widths.push(1);
        }
        widths.extend(two_widths(*pattern, 9));
    }
    Some(widths)
}

/// Codabar from its start letter to its stop letter.
pub(super) fn codabar(data: &[u8]) -> Option<Vec<u8>> {
    let mut widths = Vec::new();
    for byte in data {
        let (_, pattern) = CODABAR.iter().find(|(known, _)| *known == byte.to_ascii_uppercase())?;
        if !widths.is_empty() {
            widths.push(1);
        }
        widths.extend(two_widths(*pattern, 7));
    }
    Some(widths)
}

/// Code 93 for all of ASCII, with its two check characters.
pub(super) fn code93(data: &[u8]) -> Option<Vec<u8>> {
    let mut values: Vec<usize> = Vec::new();
    for byte in data {
        let (shift, plain) = code93_shift(*byte)?;
        values.extend(shift);
        values.push(code93_value(plain)?);
    }
    for most in [20, 15] {
        let weights = (1..=most).cycle();
        let sum: usize = values.iter().rev().zip(weights).map(|(value, weight)| value * weight).sum();
        values.push(sum % 47);
    }
    let mut widths = Vec::new();
    for value in std::iter::once(47).chain(values).chain([47]) {
        widths.extend(runs(*CODE93.get(value)?));
    }
    widths.push(1);
    Some(widths)
}

/// A shift character, if one is needed, and the character behind it.
fn code93_shift(byte: u8) -> Option<(Option<usize>, u8)> {
    const DOLLAR: usize = 43;
    const PERCENT: usize = 44;
    const SLASH: usize = 45;
    const PLUS: usize = 46;
    Some(match byte {
        0 => (Some(PERCENT), b'U'),
        1..=26 => (Some(DOLLAR), byte + 64),
        27..=31 => (Some(PERCENT), byte - 27 + b'A'),
        b' ' | b'$' | b'%' | b'+' | b'-' | b'.' | b'/' | b'0'..=b'9' | b'A'..=b'Z' => (None, byte),
        b'!'..=b',' => (Some(SLASH), byte - b'!' + b'A'),
        b':' => (Some(SLASH), b'Z'),
        b';'..=b'?' => (Some(PERCENT), byte - b';' + b'F'),
        b'@' => (Some(PERCENT), b'V'),
        b'['..=b'_' => (Some(PERCENT), byte - b'[' + b'K'),
        b'`' => (Some(PERCENT), b'W'),
        b'a'..=b'z' => (Some(PLUS), byte - 32),
        b'{'..=127 => (Some(PERCENT), byte - b'{' + b'P'),
        _ => return None,
    })
}

fn code93_value(byte: u8) -> Option<usize> {
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%".iter().position(|known| *known == byte)
}

/// The widths of the bars and spaces of nine modules that begin dark and end light.
fn runs(pattern: u16) -> Vec<u8> {
    let mut widths: Vec<u8> = Vec::new();
    let mut last = None;
    for bit in (0..9).rev() {
        let dark = pattern >> bit & 1;
        match widths.last_mut() {
            Some(width) if last == Some(dark) => *width += 1,
            _ => widths.push(1),
        }
        last = Some(dark);
    }
    widths
}

/// UPC-E: its widths and its eight digits, from 6, 7 (0 before), 8 (and check digit) or the 11 or 12 of UPC-A.
pub(super) fn upc_e(data: &[u8]) -> Option<(Vec<u8>, String)> {
    let six: [u8; 6] = match data.len() {
        6 => data.try_into().ok()?,
        7 | 8 if data.first() == Some(&b'0') => data.get(1..7)?.try_into().ok()?,
        11 | 12 if data.first() == Some(&b'0') => shorten(data.get(1..11)?)?,
        _ => return None,
    };
    let [a, b, c, d, e, f] = six;
    let full: [u8; 11] = match f {
        b'0'..=b'2' => [b'0', a, b, f, b'0', b'0', b'0', b'0', c, d, e],
        b'3' => [b'0', a, b, c, b'0', b'0', b'0', b'0', b'0', d, e],
        b'4' => [b'0', a, b, c, d, b'0', b'0', b'0', b'0', b'0', e],
        _ => [b'0', a, b, c, d, e, b'0', b'0', b'0', b'0', f],
    };
    let check = *with_check_digit(&full, 11)?.last()?;
    if matches!(data, [_, _, _, _, _, _, _, given] if *given != check + b'0') {
        return None;
    }
    let parity = UPCE_PARITY.get(usize::from(check))?;
    let mut widths = vec![1, 1, 1];
    for (index, digit) in six.iter().enumerate() {
        let mut bars: Vec<u8> = digits(ean_digit(digit.wrapping_sub(b'0'))?).collect();
        if parity >> (5 - index) & 1 == 1 {
            bars.reverse();
        }
        widths.extend(bars);
    }
    widths.extend([1; 6]);
    Some((widths, format!("0{}{check}", String::from_utf8_lossy(&six))))
}

/// Maker (5) and article (5) of UPC-A in six digits, where zeros allow it.
fn shorten(ten: &[u8]) -> Option<[u8; 6]> {
    match *ten {
        [a, b, c @ b'0'..=b'2', b'0', b'0', b'0', b'0', d, e, f] => Some([a, b, d, e, f, c]),
        [a, b, c, b'0', b'0', b'0', b'0', b'0', d, e] => Some([a, b, c, d, e, b'3']),
        [a, b, c, d, b'0', b'0', b'0', b'0', b'0', e] => Some([a, b, c, d, e, b'4']),
        [a, b, c, d, e, b'0', b'0', b'0', b'0', f @ b'5'..=b'9'] => Some([a, b, c, d, e, f]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_have_the_properties_of_their_standards() {
        assert!(CODE39.iter().take(39).all(|(_, pattern)| pattern.count_ones() == 3), "three of nine are wide");
        assert!(CODE93.iter().all(|pattern| runs(*pattern).len() == 6 && pattern >> 8 == 1 && pattern & 1 == 0));
        assert!(CODABAR.iter().all(|(_, pattern)| matches!(pattern.count_ones(), 2 | 3)));
        let unique: std::collections::BTreeSet<u16> = CODE93.into_iter().collect();
        assert_eq!(unique.len(), 48);
    }

    #[test]
    fn a_upc_e_is_51_modules_and_the_same_from_its_long_form() {
        let (widths, readable) = upc_e(b"123456").unwrap();
        assert_eq!(widths.iter().map(|w| u32::from(*w)).sum::<u32>(), 51);
        assert_eq!(readable, "01234565");
        assert_eq!(upc_e(b"01234500006").unwrap().0, widths);
        assert!(upc_e(b"01234567").is_none(), "a wrong check digit");
    }

    #[test]
    fn code_39_adds_its_stars_once() {
        assert_eq!(code39(b"AB"), code39(b"*AB*"));
        assert!(code39(b"ab").is_none());
        assert_eq!(code93(b"a").unwrap().len(), (1 + 2 + 2 + 1) * 6 + 1);
    }
}
