//! The bars of Code 128, EAN and ITF as widths in modules, dark first. No drawing.

/// Code 128 symbols 0 to 106 (ISO/IEC 15417, table of symbol characters): widths of bars and spaces in turn.
const CODE128: &str = "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 \
122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 \
212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 \
313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 \
121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 \
121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 \
113141 114131 311141 411131 211412 211214 211232 2331112";

/// EAN left-hand odd parity digits; the even ones are these reversed (ISO/IEC 15420).
const EAN: [&str; 10] = ["3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112"];
/// Which of the six left digits of EAN-13 are even, by first digit; first digit of the six in the highest bit.
const EAN_PARITY: [u8; 10] =
    [0, 0b00_1011, 0b00_1101, 0b00_1110, 0b01_0011, 0b01_1001, 0b01_1100, 0b01_0101, 0b01_0110, 0b01_1010];
/// ITF digits (ISO/IEC 16390), 1 narrow, 3 wide.
const ITF: [&str; 10] = ["11331", "31113", "13113", "33111", "11313", "31311", "13311", "11133", "31131", "13131"];

/// One thing of Code 128 data with `{` escapes.
enum Piece {
    /// `{A` `{B` `{C`.
    Set(u8),
    /// FNC1 to FNC4: 1 to 4.
    Function(u8),
    /// `{S`: the next character is of the other of sets A and B.
    Shift,
    Byte(u8),
}

fn pieces(data: &[u8]) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = data;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'{' {
            pieces.push(Piece::Byte(*first));
            continue;
        }
        let (escape, tail) = rest.split_first()?;
        rest = tail;
        pieces.push(match escape {
            b'A'..=b'C' => Piece::Set(*escape),
            b'1'..=b'4' => Piece::Function(escape - b'0'),
            b'S' => Piece::Shift,
            b'{' => Piece::Byte(b'{'),
            _ => return None,
        });
    }
    Some(pieces)
}

/// What a scanner reads from Code 128 data: set C gives two digits a byte, function characters nothing.
pub(super) fn text(data: &[u8]) -> Option<String> {
    let (mut text, mut set) = (String::new(), 0);
    for piece in pieces(data)? {
        match piece {
            Piece::Set(new) => set = new,
            Piece::Byte(pair) if set == b'C' => text.push_str(&format!("{pair:02}")),
            Piece::Byte(byte) => text.push(char::from(byte)),
            Piece::Function(_) | Piece::Shift => {}
        }
    }
    Some(text)
}

/// Plain bytes with the escapes that print them: set B, and set A where there are control characters.
pub(super) fn escaped(data: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut set) = (Vec::new(), 0);
    for byte in data {
        let needed = match byte {
            0..=31 => b'A',
            96..=127 => b'B',
            _ if set == 0 => b'B',
            _ => set,
        };
        if !byte.is_ascii() {
            return None;
        }
        if needed != set {
            out.extend([b'{', needed]);
            set = needed;
        }
        out.extend(std::iter::repeat_n(*byte, if *byte == b'{' { 2 } else { 1 }));
    }
    Some(out)
}

/// The widths of a Code 128 symbol for data with `{A` `{B` `{C` escapes; `None` if the data break its rules.
pub(super) fn code128(data: &[u8]) -> Option<Vec<u8>> {
    let symbols: Vec<&str> = CODE128.split(' ').collect();
    let (mut set, mut shifted) = (0, false);
    let mut values: Vec<usize> = Vec::new();
    for piece in pieces(data)? {
        match piece {
            Piece::Set(new) if new == set => {}
            Piece::Set(new) => {
                let (start, switch) = match new {
                    b'A' => (103, 101),
                    b'B' => (104, 100),
                    _ => (105, 99),
                };
                values.push(if values.is_empty() { start } else { switch });
                set = new;
            }
            Piece::Function(1) if set != 0 => values.push(102),
            Piece::Function(2) if matches!(set, b'A' | b'B') => values.push(97),
            Piece::Function(3) if matches!(set, b'A' | b'B') => values.push(96),
            Piece::Function(4) if matches!(set, b'A' | b'B') => values.push(if set == b'A' { 101 } else { 100 }),
            Piece::Function(_) => return None,
            Piece::Shift if matches!(set, b'A' | b'B') && !shifted => {
                values.push(98);
                shifted = true;
            }
            Piece::Shift => return None,
            Piece::Byte(byte) => {
                let now = if std::mem::take(&mut shifted) { if set == b'A' { b'B' } else { b'A' } } else { set };
                values.push(match (now, byte) {
                    (b'C', 0..=99) => usize::from(byte),
                    (b'A', 0..=31) => usize::from(byte) + 64,
                    (b'A', 32..=95) | (b'B', 32..=127) => usize::from(byte) - 32,
                    _ => return None,
                });
            }
        }
    }
    let (start, following) = values.split_first()?;
    let sum = (1usize..).zip(following).fold(*start, |sum, (weight, value)| sum + weight * value);
    values.push(sum % 103);
    values.push(106);
    let mut widths = Vec::new();
    for value in values {
        widths.extend(digits(symbols.get(value)?));
    }
    Some(widths)
}

/// EAN-13 from 12 or 13 digits; UPC-A is EAN-13 with a leading 0.
pub(super) fn ean13(data: &[u8]) -> Option<Vec<u8>> {
    let number = with_check_digit(data, 12)?;
    let (first, body) = number.split_first()?;
    let parity = *EAN_PARITY.get(usize::from(*first))?;
    let (left, right) = body.split_at_checked(6)?;
    let mut widths = vec![1, 1, 1];
    for (index, digit) in left.iter().enumerate() {
        let mut bars: Vec<u8> = digits(EAN.get(usize::from(*digit))?).collect();
        if parity >> (5 - index) & 1 == 1 {
            bars.reverse();
        }
        widths.extend(bars);
    }
    close_ean(widths, right)
}

/// The odd-parity widths of a digit.
pub(super) fn ean_digit(digit: u8) -> Option<&'static str> {
    EAN.get(usize::from(digit)).copied()
}

/// EAN-8 from 7 or 8 digits.
pub(super) fn ean8(data: &[u8]) -> Option<Vec<u8>> {
    let number = with_check_digit(data, 7)?;
    let (left, right) = number.split_at_checked(4)?;
    let mut widths = vec![1, 1, 1];
    for digit in left {
        widths.extend(digits(EAN.get(usize::from(*digit))?));
    }
    close_ean(widths, right)
}

fn close_ean(mut widths: Vec<u8>, right: &[u8]) -> Option<Vec<u8>> {
    widths.extend([1; 5]);
    for digit in right {
        widths.extend(digits(EAN.get(usize::from(*digit))?));
    }
    widths.extend([1, 1, 1]);
    Some(widths)
}

/// Interleaved 2 of 5, an even number of digits.
pub(super) fn itf(data: &[u8]) -> Option<Vec<u8>> {
    let mut widths = vec![1, 1, 1, 1];
    for pair in data.chunks_exact(2) {
        let mut pair = pair.iter().map(|byte| ITF.get(usize::from(byte.wrapping_sub(b'0'))));
        let (bars, spaces) = (pair.next()??, pair.next()??);
        for (bar, space) in digits(bars).zip(digits(spaces)) {
            widths.extend([bar, space]);
        }
    }
    widths.extend([3, 1, 1]);
    Some(widths)
}

/// The digits as numbers, with the modulo 10 check digit added when only `length` came; `None` when a wrong one came.
pub(super) fn with_check_digit(data: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut number: Vec<u8> = data.iter().map(|byte| byte.wrapping_sub(b'0')).collect();
    let given = if number.len() == length + 1 { number.pop() } else { None };
    if number.len() != length {
        return None;
    }
    let sum: u32 =
        number.iter().rev().zip([3, 1].iter().cycle()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let check = u8::try_from((10 - sum % 10) % 10).ok()?;
    number.push(check);
    given.is_none_or(|given| given == check).then_some(number)
}

pub(super) fn digits(text: &str) -> impl Iterator<Item = u8> + '_ {
    text.bytes().map(|byte| byte - b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_128_table_has_the_properties_of_the_standard() {
        let symbols: Vec<&str> = CODE128.split(' ').collect();
        assert_eq!(symbols.len(), 107);
        for symbol in symbols.iter().take(106) {
            assert_eq!(digits(symbol).map(u32::from).sum::<u32>(), 11, "{symbol}");
            let dark: u32 = digits(symbol).step_by(2).map(u32::from).sum();
            assert_eq!(dark % 2, 0, "{symbol} has an odd number of dark modules");
        }
        let unique: std::collections::BTreeSet<&&str> = symbols.iter().collect();
        assert_eq!(unique.len(), 107);
    }

    #[test]
    fn an_ean_13_is_95_modules_wide_and_gets_its_check_digit() {
        assert_eq!(with_check_digit(b"590123412345", 12).unwrap().last(), Some(&7));
        let widths = ean13(b"590123412345").unwrap();
        assert_eq!(widths.iter().map(|w| u32::from(*w)).sum::<u32>(), 95);
        assert_eq!(widths, ean13(b"5901234123457").unwrap());
        assert_eq!(ean8(b"9638507").unwrap().iter().map(|w| u32::from(*w)).sum::<u32>(), 67);
    }

    #[test]
    fn code_128_data_that_break_the_rules_have_no_bars() {
        assert!(code128(b"{Babc").is_some());
        assert!(code128(b"abc").is_none());
        assert!(code128(b"{C\xF0").is_none());
        assert!(itf(b"1234").is_some());
        assert_eq!(text(b"{C\x0c\x22{Bab{{").as_deref(), Some("1234ab{"));
        assert_eq!(escaped(b"a\nB").as_deref(), Some(b"{Ba{A\nB".as_slice()));
    }
}
