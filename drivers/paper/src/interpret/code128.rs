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

/// The widths of a Code 128 symbol for data with `{A` `{B` `{C` escapes; `None` if the data break its rules.
pub(super) fn code128(data: &[u8]) -> Option<Vec<u8>> {
    let symbols: Vec<&str> = CODE128.split(' ').collect();
    let mut set = 0;
    let mut values: Vec<usize> = Vec::new();
    let mut rest = data;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first == b'{' {
            let (escape, tail) = rest.split_first()?;
            rest = tail;
            match escape {
                b'A' | b'B' | b'C' => {
                    if set != *escape {
                        let (start, switch) = match escape {
                            b'A' => (103, 101),
                            b'B' => (104, 100),
                            _ => (105, 99),
                        };
                        values.push(if values.is_empty() { start } else { switch });
                        set = *escape;
                    }
                }
                b'1' => values.push(102),
                b'{' if set == b'B' => values.push(usize::from(b'{' - 32)),
                _ => return None,
            }
            continue;
        }
        values.push(match (set, first) {
            (b'C', 0..=99) => usize::from(*first),
            (b'A', 0..=31) => usize::from(*first) + 64,
            (b'A', 32..=95) | (b'B', 32..=127) => usize::from(*first) - 32,
            _ => return None,
        });
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

/// The digits as numbers, with the modulo 10 check digit added when only `length` came.
fn with_check_digit(data: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut number: Vec<u8> = data.iter().map(|byte| byte.wrapping_sub(b'0')).collect();
    if number.len() == length {
        let sum: u32 =
            number.iter().rev().zip([3, 1].iter().cycle()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
        number.push(u8::try_from((10 - sum % 10) % 10).ok()?);
    }
    (number.len() == length + 1).then_some(number)
}

fn digits(text: &str) -> impl Iterator<Item = u8> + '_ {
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
    }
}
