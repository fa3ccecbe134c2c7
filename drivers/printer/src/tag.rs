//! The four characters behind a segment that a printer returns with GS ( H.

/// Letters of a tag: bit 4 and bit 0 set, and none of them opens a block. So even when a reply lost its header, no
/// letter of it can pass for DLE EOT (`0xx1xx10`), ASB (`0xx1xx00`) or a sensor byte (`0xx0xxxx`).
const LETTERS: &[u8; 16] = b"139QSUWY[]qsuwy}";

/// A source of tags that do not repeat for 65,536 queries.
#[derive(Debug)]
pub(crate) struct Tags {
    next: u16,
}

impl Tags {
    /// Starts at a place given by the caller, so that a late reply from before a restart is no tag of ours.
    pub(crate) fn new(seed: u32) -> Self {
        Self { next: (seed ^ (seed >> 16)) as u16 }
    }

    /// The next tag.
    pub(crate) fn take(&mut self) -> [u8; 4] {
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        [12, 8, 4, 0].map(|shift| LETTERS.get(usize::from((number >> shift) & 0xF)).copied().unwrap_or(b'1'))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::reply::Replies;

    #[test]
    fn tags_do_not_repeat_and_never_look_like_status() {
        let mut tags = Tags::new(0xDEAD_BEEF);
        let mut seen = HashSet::new();
        for _ in 0..65_536 {
            let tag = tags.take();
            assert!(tag.iter().all(|letter| (0x20..=0x7E).contains(letter)));
            assert!(Replies::new().feed(&tag).is_empty());
            assert!(seen.insert(tag));
        }
    }
}
