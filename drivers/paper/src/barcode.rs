//! A bar code in Code 128 (ISO/IEC 15417): which symbols its text needs, how wide they can be printed, its data for printers
//! that make it and its dots for those that can't. Written here and not taken from a crate: the bars are a table of 106
//! numbers, and what is left is to know when two digits share a symbol, which the printer's own form needs to be told too.

use crate::{command, picture::Picture};

/// The narrowest module that a laser reads from thermal paper, in dots.
const SMALLEST: usize = 2;

/// The widest worth its paper.
const LARGEST: usize = 3;

/// Light modules that must stand on each side.
const QUIET: usize = 10;

const START_B: u8 = 104;
const START_C: u8 = 105;
const TO_B: u8 = 100;
const TO_C: u8 = 99;

/// The bars of symbols 0 to 105, eleven modules from left to right, 1 is black.
const BARS: [u16; 106] = [
    0x6CC, 0x66C, 0x666, 0x498, 0x48C, 0x44C, 0x4C8, 0x4C4, 0x464, 0x648, 0x644, 0x624, 0x59C, 0x4DC, 0x4CE, 0x5CC,
    0x4EC, 0x4E6, 0x672, 0x65C, 0x64E, 0x6E4, 0x674, 0x76E, 0x74C, 0x72C, 0x726, 0x764, 0x734, 0x732, 0x6D8, 0x6C6,
    0x636, 0x518, 0x458, 0x446, 0x588, 0x468, 0x462, 0x688, 0x628, 0x622, 0x5B8, 0x58E, 0x46E, 0x5D8, 0x5C6, 0x476,
    0x776, 0x68E, 0x62E, 0x6E8, 0x6E2, 0x6EE, 0x758, 0x746, 0x716, 0x768, 0x762, 0x71A, 0x77A, 0x642, 0x78A, 0x530,
    0x50C, 0x4B0, 0x486, 0x42C, 0x426, 0x590, 0x584, 0x4D0, 0x4C2, 0x434, 0x432, 0x612, 0x650, 0x7BA, 0x614, 0x47A,
    0x53C, 0x4BC, 0x49E, 0x5E4, 0x4F4, 0x4F2, 0x7A4, 0x794, 0x792, 0x6DE, 0x6F6, 0x7B6, 0x578, 0x51E, 0x45E, 0x5E8,
    0x5E2, 0x7A8, 0x7A2, 0x5DE, 0x5EE, 0x75E, 0x7AE, 0x684, 0x690, 0x69C,
];

/// The bars at the end, thirteen modules.
const STOP: u16 = 0b1_1000_1110_1011;

/// A bar code that fits a width.
#[derive(Debug)]
pub(crate) struct BarCode {
    /// Start, data and changes of set; without check symbol and stop.
    symbols: Vec<u8>,
    /// Dots of a module, 2 or 3.
    module: usize,
}

impl BarCode {
    /// The code of a text of printable ASCII at the largest size that fits, quiet zones included; `None` if it can't be.
    pub(crate) fn fitting(text: &str, dots_per_line: usize) -> Option<BarCode> {
        let symbols = symbols(text)?;
        let module = (dots_per_line / (modules(symbols.len()) + 2 * QUIET)).min(LARGEST);
        (module >= SMALLEST).then_some(BarCode { symbols, module })
    }

    /// The commands with which a printer makes it, `height` dots high; `None` where its data would hold a real-time command.
    /// The readable text is not its business.
    pub(crate) fn native(&self, height: u8) -> Option<Vec<u8>> {
        let mut data = Vec::with_capacity(self.symbols.len() + 4);
        let mut pairs = false;
        for symbol in &self.symbols {
            match (pairs, *symbol) {
                (_, START_B) | (true, TO_B) => {
                    data.extend(b"{B");
                    pairs = false;
                }
                (_, START_C) | (false, TO_C) => {
                    data.extend(b"{C");
                    pairs = true;
                }
                (true, pair) => data.push(pair),
                (false, letter) => match letter + b' ' {
                    b'{' => data.extend(b"{{"),
                    letter => data.push(letter),
                },
            }
        }
        let mut out = command::bar_height(height).to_vec();
        out.extend(command::bar_module(u8::try_from(self.module).unwrap_or(u8::MAX)));
        out.extend(command::bar_text(0));
        out.extend(command::code128(&data)?);
        Some(out)
    }

    /// Its dots, `height` rows, without the quiet zones.
    pub(crate) fn picture(&self, height: usize) -> Picture {
        let mut picture = Picture::new(modules(self.symbols.len()) * self.module, height);
        let sum = self.symbols.iter().map(|symbol| usize::from(*symbol));
        let sum = sum.enumerate().map(|(place, value)| value * place.max(1)).sum::<usize>();
        let check = u8::try_from(sum % 103).unwrap_or_default();
        let bars = self.symbols.iter().chain([&check]).filter_map(|symbol| BARS.get(usize::from(*symbol)));
        let bits = bars.flat_map(|bars| (0..11).rev().map(move |bit| bars >> bit & 1));
        for (place, bit) in bits.chain((0..13).rev().map(|bit| STOP >> bit & 1)).enumerate() {
            if bit == 1 {
                picture.fill(place * self.module, 0, self.module, height);
            }
        }
        picture
    }
}

/// Modules of a code of so many symbols: the check symbol and the stop are added.
fn modules(symbols: usize) -> usize {
    11 * (symbols + 1) + 13
}

/// Start, data and changes between set B (letters) and set C (pairs of digits), which is worth its changes from four digits
/// on at an end of the text and from six in its middle. `None` for an empty text and for anything but printable ASCII.
fn symbols(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() + 2);
    let mut pairs = false;
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let at_end = out.is_empty() || digits == rest.len();
        match (rest, tail) {
            ([tens, ones, tail @ ..], _) if pairs && digits >= 2 => {
                out.push((tens - b'0') * 10 + (ones - b'0'));
                rest = tail;
            }
            // an odd digit stands before the pairs
            _ if !pairs && digits % 2 == 0 && digits >= if at_end { 4 } else { 6 } => {
                out.push(if out.is_empty() { START_C } else { TO_C });
                pairs = true;
            }
            _ if pairs => {
                out.push(TO_B);
                pairs = false;
            }
            _ if (b' '..=b'~').contains(first) => {
                if out.is_empty() {
                    out.push(START_B);
                }
                out.push(first - b' ');
                rest = tail;
            }
            _ => return None,
        }
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::interpret::{Geometry, sheets};

    /// What stands on the paper when these bytes are printed at its left edge.
    fn printed(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
        let sheet = sheets(bytes, &Geometry::columns_48()).remove(0);
        assert_eq!(sheet.problems, []);
        let row = |y| (0..576).map(|x| if sheet.dots.is_black(x, y) { '#' } else { '.' }).collect();
        (sheet.barcodes.clone(), (0..sheet.dots.height()).map(row).collect())
    }

    #[test]
    fn digits_share_symbols_where_that_is_shorter() {
        assert_eq!(symbols("123456").unwrap(), [START_C, 12, 34, 56]);
        assert_eq!(symbols("12").unwrap(), [START_B, 17, 18]);
        assert_eq!(symbols("A123456").unwrap(), [START_B, 33, TO_C, 12, 34, 56]);
        assert_eq!(symbols("1234A").unwrap(), [START_C, 12, 34, TO_B, 33]);
        assert_eq!(symbols("AB1234CD").unwrap().len(), 9);
        assert!(symbols("").is_none() && symbols("中").is_none() && symbols("a\n").is_none());
    }

    #[test]
    fn a_code_that_is_too_wide_is_none() {
        assert_eq!(BarCode::fitting("TEST 1234567890", 384).unwrap().module, 2);
        assert_eq!(BarCode::fitting("TEST 1234567890", 576).unwrap().module, 3);
        assert!(BarCode::fitting(&"X".repeat(30), 384).is_none());
    }

    #[test]
    fn digits_that_spell_a_real_time_command_are_sent_as_dots() {
        assert!(BarCode::fitting("1603", 384).unwrap().native(40).is_some());
        assert!(BarCode::fitting("1604", 384).unwrap().native(40).is_none());
    }

    proptest! {
        #[test]
        fn our_bars_are_the_printers_bars(text in "[ -~]{0,3}[0-9]{0,8}[ -~]{0,3}") {
            if let Some(code) = BarCode::fitting(&text, 576)
                && let Some(native) = code.native(4)
            {
                let picture = code.picture(4);
                let dots = command::raster(picture.bands(4).next().unwrap(), u8::try_from(picture.stride()).unwrap());
                let (data, theirs) = printed(&native);
                prop_assert_eq!(data.len(), 1);
                let (_, ours) = printed(&dots);
                prop_assert_eq!(&ours[..4], &theirs[..4]);
            }
        }
    }
}
