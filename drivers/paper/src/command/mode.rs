//! Modes of the text that follows: how it is coded, where it stands, how large it is.

use super::{ESC, FS, GS};

/// ESC @: modes as at power-on, print buffer empty. The receive buffer stays; Chinese mode and ASB may change.
pub const fn initialise() -> [u8; 2] {
    [ESC, b'@']
}

/// GS P x y: motion units of 1/x and 1/y inch; 0 is the printer's default. No printer has 16 of them to the inch, and
/// with some values of y these bytes would be a real-time command: 17 is sent.
pub const fn motion_units(x: u8, y: u8) -> [u8; 4] {
    [GS, b'P', if x == 16 { 17 } else { x }, y]
}

/// ESC R 0: the national set in which `$` is a dollar sign.
pub const fn national_set_usa() -> [u8; 3] {
    [ESC, b'R', 0]
}

/// ESC t n: the code page (代码页) of bytes from 80 on, outside Chinese mode. Numbers above 20 differ from maker to maker.
pub const fn code_page(n: u8) -> [u8; 3] {
    [ESC, b't', n]
}

/// FS &: Chinese mode (汉字模式) on, in which a byte from 81 on starts a two-byte code.
pub const fn chinese_mode() -> [u8; 2] {
    [FS, b'&']
}

/// FS .: Chinese mode off. Chinese firmware is in it again after every ESC @.
pub const fn leave_chinese_mode() -> [u8; 2] {
    [FS, b'.']
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

/// ESC $: go on at this many horizontal motion units from the left margin; one more where the number would be a real-time
/// command.
pub const fn position(units: u16) -> [u8; 4] {
    let units = if matches!(units, 0x0410 | 0x0510 | 0x1410) { units + 1 } else { units };
    let [low, high] = units.to_le_bytes();
    [ESC, b'$', low, high]
}
