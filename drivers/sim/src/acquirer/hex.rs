//! Hex digits and bytes. Nothing else.

/// Upper-case hex digits.
pub(crate) fn encode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The bytes of hex digits; `None` for an odd number of them or anything else.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let nibbles: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let nibbles = nibbles?;
    nibbles
        .len()
        .is_multiple_of(2)
        .then(|| nibbles.chunks(2).map(|pair| pair.iter().fold(0, |byte, nibble| (byte << 4) | nibble)).collect())
}

/// Exactly so many bytes.
pub(crate) fn array<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}
