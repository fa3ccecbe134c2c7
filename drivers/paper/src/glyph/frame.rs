//! The last resort: a code point in a box, so that whoever holds the slip can look the character up.

use crate::rows::{ROWS, Rows};

/// A box of 24 × 24 with the code point in it, in two rows of hexadecimal digits.
pub(super) fn framed(c: char) -> Rows {
    let mut rows = [0_u32; ROWS];
    for (y, row) in rows.iter_mut().enumerate() {
        *row = if (1..23).contains(&y) {
            0x4000_0200
        } else if y == 0 || y == 23 {
            0x7FFF_FE00
        } else {
            0
        };
    }
    let code = format!("{:04X}", u32::from(c));
    let (upper, lower) = code.split_at(code.len().saturating_sub(3).max(2));
    for (top, digits) in [(3, upper), (13, lower)] {
        let left = (24 - (6 * digits.len() - 1)) / 2;
        for (place, digit) in digits.chars().filter_map(|d| d.to_digit(16)).enumerate() {
            let shape = DIGITS.get(digit as usize).copied().unwrap_or_default();
            for (row, dots) in rows.iter_mut().skip(top).zip(shape) {
                *row |= u32::from(dots) << (27 - left - 6 * place);
            }
        }
    }
    rows
}

/// The hexadecimal digits in 5 × 7 dots.
const DIGITS: [[u8; 7]; 16] = [
    [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
    [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
    [0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110],
    [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
    [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
    [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
    [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
    [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
    [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
    [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
    [0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110],
    [0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110],
    [0b11100, 0b10010, 0b10001, 0b10001, 0b10001, 0b10010, 0b11100],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b10000],
];
