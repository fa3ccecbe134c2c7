//! What hangs on a printer's other connector: the cash drawer (钱箱) and the buzzer (蜂鸣器).

use serde::Deserialize;

use super::ESC;

/// ESC p: a pulse to the drawer, pin 2 or with `second` pin 5; times in milliseconds, up to 510, in steps of 2. The pause
/// is at least as long as the pulse: printers enforce it anyway. A pulse is 2 ms longer where the two times together
/// would be a real-time command.
pub const fn drawer_pulse(second: bool, on_ms: u16, off_ms: u16) -> [u8; 5] {
    const fn halved(ms: u16) -> u8 {
        if ms > 510 { 255 } else { (ms / 2) as u8 }
    }
    let on = halved(on_ms);
    let off = if halved(off_ms) < on { on } else { halved(off_ms) };
    let on = if on == 0x10 && off == 0x14 { on + 1 } else { on };
    [ESC, b'p', second as u8, on, off]
}

/// How a buzzer is made to sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuzzerForm {
    /// ESC ( A, function 97: pattern 1 (Epson, newer).
    EscA,
    /// ESC ( A, function 48: tone 1, a fifth of a second each (Epson, kitchen models).
    EscATone,
    /// ESC B: n beeps of about 0.1 s (clones; the unit is not the same everywhere).
    EscB,
}

/// Sounds the buzzer this many times, 1 to 9.
pub fn buzz(form: BuzzerForm, times: u8) -> Vec<u8> {
    let times = times.clamp(1, 9);
    match form {
        BuzzerForm::EscA => vec![ESC, b'(', b'A', 3, 0, 97, 1, times],
        BuzzerForm::EscATone => vec![ESC, b'(', b'A', 4, 0, 48, 49, times, 10],
        BuzzerForm::EscB => vec![ESC, b'B', times, 2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_is_no_shorter_than_the_pulse() {
        assert_eq!(drawer_pulse(false, 50, 500), [0x1B, b'p', 0, 25, 250]);
        assert_eq!(drawer_pulse(true, 100, 20), [0x1B, b'p', 1, 50, 50]);
        assert_eq!(drawer_pulse(false, 60_000, 60_000), [0x1B, b'p', 0, 255, 255]);
        assert_eq!(drawer_pulse(false, 32, 40), [0x1B, b'p', 0, 0x11, 0x14]);
    }

    #[test]
    fn nobody_wants_a_hundred_beeps() {
        assert_eq!(buzz(BuzzerForm::EscB, 100), [0x1B, b'B', 9, 2]);
        assert_eq!(buzz(BuzzerForm::EscA, 0), [0x1B, b'(', b'A', 3, 0, 97, 1, 1]);
    }
}
