//! What is on its way to the till and when each byte is due: at once, late, trickling, or ending the connection.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Bytes(Vec<u8>),
    HangUp,
}

/// Pieces in their order.
#[derive(Debug, Default)]
pub(super) struct Mouth {
    pieces: VecDeque<(Instant, Piece)>,
}

impl Mouth {
    /// Says bytes after `late`, `speed` of them in a second (`None`: at once); hangs up after `drop` of them.
    pub(super) fn say(&mut self, bytes: &[u8], late: Duration, speed: Option<u32>, drop: Option<usize>, now: Instant) {
        let mut due = now + late;
        let bytes = bytes.get(..drop.unwrap_or(usize::MAX).min(bytes.len())).unwrap_or(bytes);
        match speed {
            None => self.pieces.push_back((due, Piece::Bytes(bytes.to_vec()))),
            Some(speed) => {
                for byte in bytes {
                    self.pieces.push_back((due, Piece::Bytes(vec![*byte])));
                    due += Duration::from_secs(1) / speed.max(1);
                }
            }
        }
        if drop.is_some() {
            self.pieces.push_back((due, Piece::HangUp));
        }
    }

    /// The next piece that is due.
    pub(super) fn next(&mut self, now: Instant) -> Option<Piece> {
        let is_due = self.pieces.front().is_some_and(|(due, _)| *due <= now);
        if is_due { self.pieces.pop_front().map(|(_, piece)| piece) } else { None }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.pieces.front().map(|(due, _)| *due)
    }

    pub(super) fn is_silent(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.pieces.clear();
    }
}
