//! Codes for machines that the printer makes itself.

use super::{GS, holds_real_time};

/// GS ( k: a QR code of model 2, level M, made by the printer; `module` dots to a module. `None` where the bytes would hold
/// a real-time command or the text is longer than the symbol's largest.
pub fn qr(text: &str, module: u8) -> Option<Vec<u8>> {
    let [low, high] = u16::try_from(text.len() + 3).ok().filter(|p| *p <= 7092)?.to_le_bytes();
    let mut out = Vec::with_capacity(text.len() + 41);
    out.extend([GS, b'(', b'k', 4, 0, b'1', b'A', 50, 0]);
    out.extend([GS, b'(', b'k', 3, 0, b'1', b'C', module.clamp(1, 16)]);
    out.extend([GS, b'(', b'k', 3, 0, b'1', b'E', 49]);
    out.extend([GS, b'(', b'k', low, high, b'1', b'P', b'0']);
    out.extend(text.bytes());
    out.extend([GS, b'(', b'k', 3, 0, b'1', b'Q', b'0']);
    let clean = text.bytes().all(|b| b >= 0x20) && !holds_real_time(&out);
    clean.then_some(out)
}

/// GS h n: height of bar codes in dots; 0 is not allowed and becomes 1.
pub const fn bar_height(dots: u8) -> [u8; 3] {
    [GS, b'h', if dots == 0 { 1 } else { dots }]
}

/// GS w n: width of a module of bar codes in dots, 2 to 6; beyond them the nearest.
pub const fn bar_module(dots: u8) -> [u8; 3] {
    let dots = if dots < 2 { 2 } else { dots };
    [GS, b'w', if dots > 6 { 6 } else { dots }]
}

/// GS H n: where the readable text of bar codes stands: 0 nowhere, 1 above, 2 below, 3 both; others are 0.
pub const fn bar_text(place: u8) -> [u8; 3] {
    [GS, b'H', if place > 3 { 0 } else { place }]
}

/// GS k 73: a bar code in Code 128 of these data, which begin with `{A`, `{B` or `{C` and have `{{` for a brace. `None`
/// where they are empty, longer than 255 bytes or would hold a real-time command. Only at the start of a line; a code that is
/// wider than the paper is fed and not printed.
pub fn code128(data: &[u8]) -> Option<Vec<u8>> {
    let length = u8::try_from(data.len()).ok().filter(|length| *length >= 3)?;
    let mut out = vec![GS, b'k', 73, length];
    out.extend(data);
    (!holds_real_time(&out)).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_text_of_1037_bytes_has_a_length_that_looks_like_a_real_time_command() {
        assert!(qr(&"x".repeat(1036), 4).is_some());
        assert!(qr(&"x".repeat(1037), 4).is_none());
        assert!(qr("a\u{10}", 4).is_none());
    }

    #[test]
    fn bars_of_the_digits_1604_would_be_a_real_time_command() {
        assert!(code128(b"{C\x10\x03").is_some());
        assert!(code128(b"{C\x10\x04").is_none());
        assert!(code128(&[b'x'; 256]).is_none());
        assert!(code128(b"{B").is_none());
    }
}
