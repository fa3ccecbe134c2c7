//! Packed digits, two to a byte. Odd counts stand left and are filled with `0` on the right (field 60: 11 digits, 6 bytes).

/// Packs ASCII digits; `None` if there is anything else.
pub(crate) fn pack(digits: &[u8]) -> Option<Vec<u8>> {
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            [high] => Some(digit(*high)? << 4),
            _ => None,
        })
        .collect()
}

fn digit(ascii: u8) -> Option<u8> {
    ascii.is_ascii_digit().then(|| ascii - b'0')
}

/// The first `count` digits as ASCII. The filling nibble of an odd count is not looked at: hosts send `0` and `F`. `None` if
/// a nibble is no digit or there are too few.
pub(crate) fn unpack(bytes: &[u8], count: usize) -> Option<Vec<u8>> {
    let mut digits = Vec::with_capacity(count);
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    for nibble in nibbles.take(count) {
        if nibble > 9 {
            return None;
        }
        digits.push(b'0' + nibble);
    }
    (digits.len() == count).then_some(digits)
}

/// A number of packed digits, as lengths are.
pub(crate) fn number(bytes: &[u8]) -> Option<usize> {
    bytes.iter().try_fold(0usize, |sum, byte| {
        let (high, low) = (byte >> 4, byte & 0x0f);
        (high <= 9 && low <= 9).then(|| sum.saturating_mul(100) + usize::from(high) * 10 + usize::from(low))
    })
}

/// A number in `bytes` bytes of packed digits; `None` if it does not fit.
pub(crate) fn packed_number(value: usize, bytes: usize) -> Option<Vec<u8>> {
    let text = format!("{value:0width$}", width = bytes * 2);
    (text.len() == bytes * 2).then(|| pack(text.as_bytes())).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_count_is_filled_on_the_right() {
        assert_eq!(pack(b"021"), Some(vec![0x02, 0x10]));
        assert_eq!(unpack(&[0x02, 0x10], 3), Some(b"021".to_vec()));
        assert_eq!(unpack(&[0x02, 0x1f], 3), Some(b"021".to_vec()), "hosts fill with F too");
        assert_eq!(unpack(&[0x02, 0xa0], 3), None);
        assert_eq!(unpack(&[0x02], 3), None);
        assert_eq!(pack(b"0x"), None);
    }

    #[test]
    fn lengths_are_packed_numbers() {
        assert_eq!(number(&[0x01, 0x16]), Some(116));
        assert_eq!(number(&[0x01, 0x1a]), None);
        assert_eq!(packed_number(62, 2), Some(vec![0x00, 0x62]));
        assert_eq!(packed_number(100, 1), None);
    }
}
