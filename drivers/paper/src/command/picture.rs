//! Dots: pictures inside a line and pictures of whole rows.

use super::{ESC, GS, is_real_time};

/// ESC * 33, or 32 with every dot twice as wide: a picture of 24 rows inside the text line. `dots` has three bytes for each
/// column; a broken last column is dropped.
pub fn column_image(dots: &[u8], wide: bool) -> Vec<u8> {
    let columns = u16::try_from(dots.len() / 3).unwrap_or(u16::MAX);
    let [low, high] = columns.to_le_bytes();
    let mut out = vec![ESC, b'*', if wide { 32 } else { 33 }, low, high];
    out.extend(dots.iter().take(usize::from(columns) * 3));
    without_real_time(&mut out, 5);
    out
}

/// GS v 0: a picture of whole rows, `stride` bytes each; a broken last row is dropped. Only at the start of a line.
pub fn raster(rows: &[u8], stride: u8) -> Vec<u8> {
    let count = rows.len().checked_div(usize::from(stride)).unwrap_or(0);
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    let [low, high] = count.to_le_bytes();
    let mut out = vec![GS, b'v', b'0', 0, stride, 0, low, high];
    out.extend(rows.iter().take(usize::from(count) * usize::from(stride)));
    without_real_time(&mut out, 8);
    out
}

/// Breaks up what would be a real-time command in a picture by one more dot beside a black one. The dots start at `from`.
fn without_real_time(bytes: &mut [u8], from: usize) {
    for at in from.saturating_sub(1)..bytes.len().saturating_sub(1) {
        if let Some(two) = bytes.get_mut(at..at + 2)
            && is_real_time(two)
            && let [first, second] = two
        {
            if at >= from { *first |= 0x08 } else { *second |= 0x02 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_spells_a_real_time_command_gains_a_dot() {
        let image = column_image(&[0x10, 0x04, 0x01, 0x10, 0x14, 0x08], false);
        assert_eq!(image[5..], [0x18, 0x04, 0x01, 0x18, 0x14, 0x08]);
        assert_eq!(raster(&[0x10, 0x05, 0x02], 3)[8..], [0x18, 0x05, 0x02]);
    }
}
