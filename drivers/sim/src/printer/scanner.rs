//! The real-time scanner: watches every received byte for DLE sequences, also inside pictures, as printers do.

/// A real-time command and its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RealTime {
    /// DLE EOT n, 1 to 4: one status byte.
    Status(u8),
    /// DLE ENQ 1 or 2: recover, with `discard` after throwing the buffers away.
    Recover { discard: bool },
    /// DLE ENQ 0: as a press of FEED while it waits for online recovery.
    Press,
    /// DLE DC4 1: drawer pulse.
    Pulse,
    /// DLE DC4 2 1 8.
    PowerOff,
    /// DLE DC4 8 1 3 20 1 6 2 8.
    Clear,
}

const POWER_OFF: [u8; 5] = [0x10, 0x14, 2, 1, 8];
const CLEAR: [u8; 10] = [0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8];

/// Remembers the bytes that may be the start of a sequence, at most nine.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    seen: Vec<u8>,
}

impl Scanner {
    /// Looks at one received byte.
    pub(super) fn feed(&mut self, byte: u8) -> Option<RealTime> {
        self.seen.push(byte);
        while !self.seen.is_empty() {
            match look(&self.seen) {
                Look::Complete(command) => {
                    self.seen.clear();
                    return Some(command);
                }
                Look::Partial => return None,
                Look::Nothing => {
                    self.seen.remove(0);
                }
            }
        }
        None
    }
}

enum Look {
    Complete(RealTime),
    Partial,
    Nothing,
}

fn look(bytes: &[u8]) -> Look {
    match bytes {
        [0x10, 0x04, n @ 1..=4] => Look::Complete(RealTime::Status(*n)),
        [0x10, 0x05, 0] => Look::Complete(RealTime::Press),
        [0x10, 0x05, 1] => Look::Complete(RealTime::Recover { discard: false }),
        [0x10, 0x05, 2] => Look::Complete(RealTime::Recover { discard: true }),
        [0x10, 0x14, 1, 0 | 1, 1..=8] => Look::Complete(RealTime::Pulse),
        [0x10] | [0x10, 0x04 | 0x05 | 0x14] | [0x10, 0x14, 1] | [0x10, 0x14, 1, 0 | 1] => Look::Partial,
        _ if bytes == POWER_OFF => Look::Complete(RealTime::PowerOff),
        _ if bytes == CLEAR => Look::Complete(RealTime::Clear),
        _ if POWER_OFF.starts_with(bytes) || CLEAR.starts_with(bytes) => Look::Partial,
        _ => Look::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(bytes: &[u8]) -> Vec<RealTime> {
        let mut scanner = Scanner::default();
        bytes.iter().filter_map(|byte| scanner.feed(*byte)).collect()
    }

    #[test]
    fn sequences_are_seen_anywhere() {
        assert_eq!(
            scan(b"ab\x10\x10\x04\x02\x10\x04\x05\x10\x05\x02\x10\x05\x00"),
            [RealTime::Status(2), RealTime::Recover { discard: true }, RealTime::Press]
        );
        assert_eq!(
            scan(b"\x10\x14\x01\x00\x02\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08\x10\x14\x02\x01\x08"),
            [RealTime::Pulse, RealTime::Clear, RealTime::PowerOff]
        );
    }

    #[test]
    fn a_broken_sequence_does_not_hide_the_next_one() {
        assert_eq!(scan(b"\x10\x14\x08\x01\x10\x04\x01"), [RealTime::Status(1)]);
    }
}
