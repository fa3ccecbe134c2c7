//! What the printer says about itself (GS I) and counts (GS g 2). No status.

use std::collections::BTreeMap;

use super::manner::Manner;
use super::quirk::Quirk;

/// The answer to GS I `n`; nothing for numbers it doesn't know.
pub(super) fn identity(n: u8, name: &str, manner: &Manner) -> Vec<u8> {
    if manner.has(Quirk::NoIdentity) {
        return Vec::new();
    }
    if manner.has(Quirk::NonsenseIdentity) {
        // a model number that is a status byte elsewhere, and a name in GBK
        return if n < 65 { vec![0x02] } else { b"_\xB4\xF2\xD3\xA1\xBB\xFA V?.\0".to_vec() };
    }
    if manner.has(Quirk::EmptyIdentity) && n >= 65 {
        return block("");
    }
    let text = match n {
        1 | b'1' => return vec![0x20],
        // two-byte characters and a cutter
        2 | b'2' => return vec![0x03],
        3 | b'3' => return vec![0x01],
        65 => env!("CARGO_PKG_VERSION"),
        66 => "COUNTERFOIL",
        67 => name,
        68 => "SIM00000001",
        69 => "CHINA GB18030",
        _ => return Vec::new(),
    };
    block(text)
}

/// A block reply: `5F`, ASCII, `00`.
fn block(text: &str) -> Vec<u8> {
    let mut bytes = vec![0x5F];
    bytes.extend(text.bytes().filter(|byte| (0x20..=0x7E).contains(byte)).take(80));
    bytes.push(0);
    bytes
}

/// The maintenance counters; the resettable ones remember where they were set to zero.
#[derive(Debug, Default)]
pub(super) struct Counters {
    zero: BTreeMap<u16, u64>,
}

impl Counters {
    /// The answer to GS g 2 `n`. A line is 30 dots of feed.
    pub(super) fn answer(&self, n: u16, fed_dots: u64, cuts: u64) -> Vec<u8> {
        let Some(value) = total(n, fed_dots, cuts) else { return Vec::new() };
        block(&value.saturating_sub(self.zero.get(&n).copied().unwrap_or(0)).to_string())
    }

    /// GS g 0.
    pub(super) fn reset(&mut self, n: u16, fed_dots: u64, cuts: u64) {
        if let (20 | 21 | 50 | 70, Some(value)) = (n, total(n, fed_dots, cuts)) {
            self.zero.insert(n, value);
        }
    }
}

fn total(n: u16, fed_dots: u64, cuts: u64) -> Option<u64> {
    match n {
        20 | 148 => Some(fed_dots / 30),
        21 | 149 => Some(fed_dots),
        50 | 178 => Some(cuts),
        70 | 198 => Some(0),
        _ => None,
    }
}
