//! Where a command ends: the length rules of ESC/POS, over the bytes seen so far. No meaning, no state.

/// What is known about the command at the start of the pending bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// Not complete; can't be decided before this many bytes are there.
    Need(usize),
    /// Complete with this many bytes.
    Whole(usize),
    /// These bytes are the name of a command that nobody knows; what follows is read anew.
    Unknown(usize),
    /// These bytes are dropped with a problem; what follows is read anew (ESC/POS: an out-of-range parameter).
    Drop(usize, String),
}

use Frame::{Drop, Need, Unknown, Whole};

/// Largest picture in bytes that is taken; beyond it a length is out of range and memory stays bounded.
const PICTURE_MOST: usize = 1 << 20;
/// Rows of one GS v 0 (Epson lists 4,607).
const RASTER_ROWS: usize = 4607;
/// Bytes in a row of one GS v 0.
const RASTER_STRIDE: usize = 255;
/// Columns of one ESC *.
const INLINE_COLUMNS: usize = 2400;
/// Longest data of a form A bar code.
const BARCODE_MOST: usize = 255;

/// Frames the command that starts `bytes`; `bytes` is not empty and starts with a control byte.
/// `heat`: the firmware has DC2 # and ESC 7.
pub(super) fn frame(bytes: &[u8], heat: bool) -> Frame {
    match (bytes.first(), bytes.get(1)) {
        (Some(0x10 | 0x1B | 0x1C | 0x1D), None) => Need(2),
        (Some(0x1B), Some(code)) => escape(*code, bytes),
        (Some(0x1C), Some(code)) => chinese(*code, bytes),
        (Some(0x1D), Some(code)) => group(*code, bytes),
        (Some(0x10), Some(code)) => real_time(*code, bytes),
        (Some(0x12), None) if heat => Need(2),
        (Some(0x12), Some(b'#')) => of(bytes, 3),
        (Some(0x12), Some(b'T')) => Whole(2),
        _ => Whole(1),
    }
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(*bytes.get(at)?) | usize::from(*bytes.get(at + 1)?) << 8)
}

fn of(bytes: &[u8], total: usize) -> Frame {
    if bytes.len() >= total { Whole(total) } else { Need(total) }
}

fn escape(code: u8, bytes: &[u8]) -> Frame {
    match code {
        b'@' | b'2' | b'<' | b'L' | b'S' | b'i' | b'm' | b'v' | 0x0C => Whole(2),
        b' ' | b'!' | b'%' | b'-' | b'3' | b'=' | b'?' | b'E' | b'G' | b'J' | b'K' | b'M' | b'R' | b'T' | b'U'
        | b'V' | b'a' | b'd' | b'e' | b'r' | b't' | b'u' | b'{' => of(bytes, 3),
        b'$' | b'\\' | b'B' => of(bytes, 4),
        b'p' | b'7' => of(bytes, 5),
        b'W' => of(bytes, 10),
        b'c' => match bytes.get(2) {
            None => Need(3),
            Some(b'0' | b'1' | b'3' | b'4' | b'5') => of(bytes, 4),
            Some(_) => Unknown(3),
        },
        b'(' => block(bytes),
        b'D' => tabs(bytes),
        b'*' => match (bytes.get(2), word(bytes, 3)) {
            (Some(mode), _) if !matches!(mode, 0 | 1 | 32 | 33) => Drop(3, format!("ESC * mode {mode} out of range")),
            (_, None) => Need(5),
            (_, Some(columns)) if columns == 0 || columns > INLINE_COLUMNS => {
                Drop(5, format!("ESC * with {columns} columns out of range"))
            }
            (mode, Some(columns)) => of(bytes, 5 + if mode >= Some(&32) { columns * 3 } else { columns }),
        },
        b'&' => user_characters(bytes),
        _ => Unknown(2),
    }
}

/// ESC D n1 … nk 00; a stop that doesn't ascend ends the list, and a 33rd is text.
fn tabs(bytes: &[u8]) -> Frame {
    let mut last = 0;
    for (index, stop) in bytes.iter().enumerate().skip(2) {
        if *stop == 0 {
            return Whole(index + 1);
        }
        if *stop <= last || index >= 34 {
            return Drop(index, "ESC D list out of range".to_owned());
        }
        last = *stop;
    }
    Need(bytes.len() + 1)
}

/// ESC & y c1 c2 [x d…]…
fn user_characters(bytes: &[u8]) -> Frame {
    let (Some(tall), Some(first), Some(last)) = (bytes.get(2), bytes.get(3), bytes.get(4)) else { return Need(5) };
    if *tall == 0 || *tall > 3 || *first < 0x20 || last < first || *last > 0x7E {
        return Drop(5, "ESC & out of range".to_owned());
    }
    let mut end = 5;
    for _ in *first..=*last {
        let Some(columns) = bytes.get(end) else { return Need(end + 1) };
        end += 1 + usize::from(*tall) * usize::from(*columns);
    }
    of(bytes, end)
}

fn chinese(code: u8, bytes: &[u8]) -> Frame {
    match code {
        b'&' | b'.' => Whole(2),
        b'!' | b'-' | b'C' | b'W' => of(bytes, 3),
        b'S' | b'?' | b'p' => of(bytes, 4),
        b'2' => of(bytes, 76),
        b'(' => block(bytes),
        b'q' => stored_pictures(bytes),
        b'g' => user_memory(bytes),
        _ => Unknown(2),
    }
}

/// FS g 1 m a1–a4 nL nH d… and FS g 2 m a1–a4 nL nH: the user's bytes in NV memory.
fn user_memory(bytes: &[u8]) -> Frame {
    match (bytes.get(2), word(bytes, 8)) {
        (None, _) => Need(3),
        (Some(b'1' | b'2'), None) => Need(10),
        (Some(b'1'), Some(length)) => of(bytes, 10 + length),
        (Some(b'2'), Some(_)) => Whole(10),
        (Some(_), _) => Unknown(3),
    }
}

/// FS q n [xL xH yL yH d…]…, x and y in bytes of 8 dots.
fn stored_pictures(bytes: &[u8]) -> Frame {
    let Some(count) = bytes.get(2) else { return Need(3) };
    if *count == 0 {
        return Drop(3, "FS q 0 out of range".to_owned());
    }
    let mut end = 3;
    for _ in 0..*count {
        let (Some(wide), Some(tall)) = (word(bytes, end), word(bytes, end + 2)) else { return Need(end + 4) };
        if !(1..=1023).contains(&wide) || !(1..=288).contains(&tall) || end + wide * tall * 8 > PICTURE_MOST {
            return Drop(end + 4, format!("FS q picture of {wide} x {tall} bytes out of range"));
        }
        end += 4 + wide * tall * 8;
    }
    of(bytes, end)
}

/// `X ( f pL pH data`.
fn block(bytes: &[u8]) -> Frame {
    match word(bytes, 3) {
        None => Need(5),
        Some(length) => of(bytes, 5 + length),
    }
}

fn group(code: u8, bytes: &[u8]) -> Frame {
    match code {
        b':' | b'c' => Whole(2),
        b'!' | b'/' | b'B' | b'H' | b'I' | b'T' | b'a' | b'b' | b'f' | b'h' | b'r' | b'w' | b'|' => of(bytes, 3),
        b'$' | b'\\' | b'L' | b'P' | b'W' => of(bytes, 4),
        b'^' => of(bytes, 5),
        b'g' => of(bytes, 6),
        b'(' => block(bytes),
        b'8' => match bytes.get(2) {
            None => Need(3),
            Some(b'L') => match (word(bytes, 3), word(bytes, 5)) {
                (Some(low), Some(high)) if (high << 16 | low) <= PICTURE_MOST => of(bytes, 7 + (high << 16 | low)),
                (Some(_), Some(_)) => Drop(7, "GS 8 L longer than the graphics memory".to_owned()),
                _ => Need(7),
            },
            Some(_) => Unknown(3),
        },
        b'V' => match bytes.get(2) {
            None => Need(3),
            Some(0 | 1 | b'0' | b'1') => Whole(3),
            Some(65 | 66 | 97 | 98 | 103 | 104) => of(bytes, 4),
            Some(other) => Drop(3, format!("GS V {other} out of range")),
        },
        b'v' => raster(bytes),
        b'*' => match (bytes.get(2), bytes.get(3)) {
            (Some(wide), Some(tall)) => {
                let size = usize::from(*wide) * usize::from(*tall);
                if size == 0 || *tall > 48 || size > 1536 {
                    Drop(4, format!("GS * {wide} x {tall} out of range"))
                } else {
                    of(bytes, 4 + size * 8)
                }
            }
            _ => Need(4),
        },
        b'k' => barcode(bytes),
        _ => Unknown(2),
    }
}

fn raster(bytes: &[u8]) -> Frame {
    match bytes.get(2) {
        None => return Need(3),
        Some(b'0') => {}
        Some(_) => return Unknown(3),
    }
    match bytes.get(3) {
        None => return Need(4),
        Some(0..=3 | b'0'..=b'3') => {}
        Some(other) => return Drop(4, format!("GS v 0 mode {other} out of range")),
    }
    match (word(bytes, 4), word(bytes, 6)) {
        (Some(stride), Some(rows)) => {
            if (1..=RASTER_STRIDE).contains(&stride) && (1..=RASTER_ROWS).contains(&rows) {
                of(bytes, 8 + stride * rows)
            } else {
                Drop(8, format!("GS v 0 of {stride} bytes x {rows} rows out of range"))
            }
        }
        _ => Need(8),
    }
}

fn barcode(bytes: &[u8]) -> Frame {
    match (bytes.get(2), bytes.get(3)) {
        (None, _) => Need(3),
        (Some(0..=6), _) => {
            for (index, byte) in bytes.iter().enumerate().skip(3) {
                match byte {
                    0 => return Whole(index + 1),
                    0x20..=0x7E if index - 3 < BARCODE_MOST => {}
                    _ => return Drop(3, "GS k without its end".to_owned()),
                }
            }
            Need(bytes.len() + 1)
        }
        (Some(65..=79), None) => Need(4),
        (Some(65..=79), Some(length)) => of(bytes, 4 + usize::from(*length)),
        (Some(other), _) => Drop(3, format!("GS k {other} out of range")),
    }
}

/// A real-time sequence standing at command level: its effect belongs to the receiver, here it is only skipped whole.
/// A DLE with anything else behind it is a stray byte.
fn real_time(code: u8, bytes: &[u8]) -> Frame {
    let Some(function) = bytes.get(2) else {
        return if matches!(code, 0x04 | 0x05 | 0x14) { Need(3) } else { Unknown(1) };
    };
    match (code, function) {
        (0x04, 1..=4) | (0x05, 0..=2) => Whole(3),
        (0x04, 7 | 8 | 18) => of(bytes, 4),
        (0x14, 1 | 2) => of(bytes, 5),
        (0x14, 3) => of(bytes, 8),
        (0x14, 7) => of(bytes, 4),
        (0x14, 8) => of(bytes, 10),
        (_, other) => Drop(3, format!("DLE {code:02X} {other:02X} out of range")),
    }
}
