//! Every command this program sends to a printer. Nowhere else are control bytes made.
//!
//! One function for each command, named for what it does, with the bytes' source in ESC/POS terms. What is sent when is
//! decided by the encoder and by the session; what a printer understands stands in its profile.

use serde::Deserialize;

/// LF: print the line and feed one line spacing.
pub const LINE_FEED: u8 = 0x0A;

const ESC: u8 = 0x1B;
const FS: u8 = 0x1C;
const GS: u8 = 0x1D;
const DLE: u8 = 0x10;

/// ESC @: modes as at power-on, print buffer empty. The receive buffer stays; Chinese mode and ASB may change.
pub const fn initialise() -> [u8; 2] {
    [ESC, b'@']
}

/// DLE EOT n, real-time: 1 printer, 2 cause of offline, 3 cause of error, 4 roll sensors. One byte comes back.
pub const fn dle_eot(n: u8) -> [u8; 3] {
    [DLE, 0x04, n]
}

/// DLE ENQ n, real-time, after a recoverable error: 1 go on with the line it happened in, 2 clear the buffers and recover,
/// 0 as if FEED was pressed.
pub const fn dle_enq(n: u8) -> [u8; 3] {
    [DLE, 0x05, n]
}

/// DLE DC4 8, real-time: clear receive and print buffer, recover; `37 25 00` comes back where it is known.
pub const fn clear_buffers() -> [u8; 10] {
    [DLE, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08]
}

/// GS a n: automatic status back; bits 0 drawer, 1 online, 2 error, 3 paper, 6 panel; 0 is off. Four bytes come back at once
/// and at every change.
pub const fn asb(n: u8) -> [u8; 3] {
    [GS, b'a', n]
}

/// GS ( H, function 48: `37 22 tag 00` comes back when the printing before it is complete. A tag's bytes are 20–7E;
/// others become `!`, because the printer would print the rest of the command as text.
pub const fn process_id(tag: [u8; 4]) -> [u8; 11] {
    const fn printable(byte: u8) -> u8 {
        if byte < 0x20 || byte > 0x7E { b'!' } else { byte }
    }
    let [a, b, c, d] = tag;
    [GS, b'(', b'H', 6, 0, 0x30, 0x30, printable(a), printable(b), printable(c), printable(d)]
}

/// GS r 1: one byte of the roll sensors comes back when the command is reached in the data.
pub const fn paper_sensor() -> [u8; 3] {
    [GS, b'r', 1]
}

/// GS I n: who the printer is. 1 to 3 one byte; 65 firmware, 66 maker, 67 model, 68 serial number as `5F text 00`.
pub const fn identity(n: u8) -> [u8; 3] {
    [GS, b'I', n]
}

/// GS g 2: a maintenance counter (20 lines fed, 50 cuts, 148 lines in all) as `5F digits 00`.
pub const fn counter(number: u16) -> [u8; 6] {
    let [low, high] = number.to_le_bytes();
    [GS, b'g', b'2', 0, low, high]
}

/// ESC p: a pulse to the drawer, pin 2 or with `second` pin 5; times in milliseconds, up to 510, in steps of 2.
pub const fn drawer_pulse(second: bool, on_ms: u16, off_ms: u16) -> [u8; 5] {
    const fn halved(ms: u16) -> u8 {
        if ms > 510 { 255 } else { (ms / 2) as u8 }
    }
    [ESC, b'p', second as u8, halved(on_ms), halved(off_ms)]
}

/// GS P x y: motion units of 1/x and 1/y inch; 0 is the printer's default.
pub const fn motion_units(x: u8, y: u8) -> [u8; 4] {
    [GS, b'P', x, y]
}

/// ESC J as often as needed: print what waits and feed this many vertical motion units, which are dots where the profile
/// says so.
pub fn feed_dots(dots: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = dots;
    while rest > 0 {
        let step = u8::try_from(rest).unwrap_or(u8::MAX);
        out.extend([ESC, b'J', step]);
        rest -= u32::from(step);
    }
    out
}

/// ESC d n: print what waits and feed n line spacings.
pub const fn feed_lines(lines: u8) -> [u8; 3] {
    [ESC, b'd', lines]
}

/// Forms of the cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutForm {
    /// GS V 42 00: feed to the blade, leave a point.
    FeedCutPartial,
    /// GS V 41 00: feed to the blade, cut through.
    FeedCutFull,
}

/// GS V: cut. Only at the start of a line.
pub const fn cut(form: CutForm) -> [u8; 4] {
    match form {
        CutForm::FeedCutPartial => [GS, b'V', 0x42, 0],
        CutForm::FeedCutFull => [GS, b'V', 0x41, 0],
    }
}

/// ESC R 0: the national set in which `$` is a dollar sign.
pub const fn national_set_usa() -> [u8; 3] {
    [ESC, b'R', 0]
}

/// FS &: Chinese mode (汉字模式) on, in which a byte from 81 on starts a two-byte code.
pub const fn chinese_mode() -> [u8; 2] {
    [FS, b'&']
}

/// ESC a n: 0 left, 1 centre, 2 right. Only at the start of a line.
pub const fn align(n: u8) -> [u8; 3] {
    [ESC, b'a', n]
}

/// ESC E n: bold.
pub const fn bold(on: bool) -> [u8; 3] {
    [ESC, b'E', on as u8]
}

/// GS ! n: characters this many times as wide and high; 1 or 2.
pub const fn size(wide: bool, high: bool) -> [u8; 3] {
    [GS, b'!', (wide as u8) << 4 | high as u8]
}

/// FS ! n: the same for Chinese characters, where GS ! does not reach them.
pub const fn chinese_size(wide: bool, high: bool) -> [u8; 3] {
    [FS, b'!', (wide as u8) << 2 | (high as u8) << 3]
}

/// ESC $: go on at this many horizontal motion units from the left margin.
pub const fn position(units: u16) -> [u8; 4] {
    let [low, high] = units.to_le_bytes();
    [ESC, b'$', low, high]
}

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
    let clean = text.bytes().all(|b| b >= 0x20) && !out.windows(2).any(is_real_time);
    clean.then_some(out)
}

/// The first two bytes of the commands that a printer obeys wherever they stand in the data (DLE EOT, DLE ENQ, DLE DC4).
/// The third byte is not looked at: makers have added values.
fn is_real_time(two: &[u8]) -> bool {
    matches!(two, [DLE, 0x04 | 0x05 | 0x14])
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_feed_is_several_short_ones() {
        assert_eq!(feed_dots(0), []);
        assert_eq!(feed_dots(30), [0x1B, 0x4A, 30]);
        let hundred_mm = feed_dots(799);
        assert_eq!(hundred_mm.chunks(3).map(|c| u32::from(c[2])).sum::<u32>(), 799);
    }

    #[test]
    fn a_tag_can_not_break_out_of_its_command() {
        assert_eq!(process_id(*b"aZ~ ")[7..], *b"aZ~ ");
        assert_eq!(process_id([0x10, 0x04, 0x01, 0x80])[7..], *b"!!!!");
    }

    #[test]
    fn a_picture_that_spells_a_real_time_command_gains_a_dot() {
        let image = column_image(&[0x10, 0x04, 0x01, 0x10, 0x14, 0x08], false);
        assert_eq!(image[5..], [0x18, 0x04, 0x01, 0x18, 0x14, 0x08]);
        assert_eq!(raster(&[0x10, 0x05, 0x02], 3)[8..], [0x18, 0x05, 0x02]);
    }

    #[test]
    fn a_qr_text_of_1037_bytes_has_a_length_that_looks_like_a_real_time_command() {
        assert!(qr(&"x".repeat(1036), 4).is_some());
        assert!(qr(&"x".repeat(1037), 4).is_none());
        assert!(qr("a\u{10}", 4).is_none());
    }

    proptest! {
        #[test]
        fn no_picture_holds_a_real_time_command(
            dots in prop::collection::vec(prop::sample::select(vec![0x10_u8, 0x04, 0x05, 0x14, 0x01, 0x00]), 0..200),
            stride in 1_u8..20,
        ) {
            for bytes in [column_image(&dots, false), raster(&dots, stride)] {
                prop_assert!(!bytes.windows(2).any(is_real_time));
            }
        }
    }
}
