//! Commands that ask, and the real-time ones that act on the spot.

use super::{DLE, GS};

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

/// GS g 2: a maintenance counter (20 lines fed, 50 cuts, 148 lines in all) as `5F digits 00`. There are none from 512 on,
/// so these ask for counter 0.
pub const fn counter(number: u16) -> [u8; 6] {
    let [low, high] = if number < 512 { number.to_le_bytes() } else { [0, 0] };
    [GS, b'g', b'2', 0, low, high]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_can_not_break_out_of_its_command() {
        assert_eq!(process_id(*b"aZ~ ")[7..], *b"aZ~ ");
        assert_eq!(process_id([0x10, 0x04, 0x01, 0x80])[7..], *b"!!!!");
    }
}
