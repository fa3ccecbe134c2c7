//! The reverse channel taken apart by bit pattern: which bytes are a status, which a proof.
//!
//! Only framing lives here; what a status byte means is in `status`, which reply proves what in `session`.

use std::mem;

const XON: u8 = 0x11;
const XOFF: u8 = 0x13;
/// The longest block an Epson sends is `3D`, id, 80 bytes; anything longer lost its end.
const BLOCK_LIMIT: usize = 96;

/// One thing that a printer said (ESC/POS: reading the reverse channel).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The answer to a DLE EOT; which one is known only by its turn.
    RealTime(u8),
    /// Four bytes of automatic status back (GS a).
    Asb([u8; 4]),
    /// Eight bytes of automatic status back as Seiko printers send it; the second of them tells cover and paper.
    AsbLong([u8; 8]),
    /// One byte that answers a buffered query: GS r, GS I 1–3.
    Single(u8),
    /// GS ( H, function 48: the tag that stood behind finished printing.
    ProcessId([u8; 4]),
    /// Any other block, without its closing zero.
    Block {
        /// `37`, `3B`, `3D`, `35` or `5F`.
        header: u8,
        /// What stood between header and zero.
        body: Vec<u8>,
    },
}

#[derive(Debug, Default)]
enum Part {
    #[default]
    None,
    Asb(Vec<u8>),
    /// `Cx Dx` and six more of any value, none of which may pass for a reply.
    AsbLong(Vec<u8>),
    Block(Block),
    /// A quad in the midst of a block. The manual says that it does not happen; network boards do it.
    AsbInBlock(Vec<u8>, Block),
}

#[derive(Debug)]
struct Block {
    header: u8,
    body: Vec<u8>,
}

/// The incremental demultiplexer. Takes any bytes in any portions and finds its way back after nonsense.
#[derive(Debug, Default)]
pub struct Replies {
    part: Part,
}

impl Replies {
    /// A demultiplexer at the beginning of a connection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes received bytes and returns every reply that they complete, in order.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Reply> {
        let mut replies = Vec::new();
        for &byte in bytes {
            // flow control may stand anywhere, even inside a block, and no status pattern uses these two values
            if byte != XON && byte != XOFF {
                self.take(byte, &mut replies);
            }
        }
        replies
    }

    /// True between the first and the last byte of a block.
    pub(crate) fn within_block(&self) -> bool {
        matches!(self.part, Part::Block(_) | Part::AsbInBlock(..))
    }

    fn take(&mut self, byte: u8, out: &mut Vec<Reply>) {
        self.part = match mem::take(&mut self.part) {
            Part::None => begin(byte, out),
            Part::Asb(quad) => match extend(quad, byte, out) {
                Quad::More(quad) => Part::Asb(quad),
                Quad::Whole => Part::None,
                Quad::Broken => begin(byte, out),
            },
            Part::AsbLong(long) => extend_long(long, byte, out),
            Part::AsbInBlock(quad, block) => match extend(quad, byte, out) {
                Quad::More(quad) => Part::AsbInBlock(quad, block),
                Quad::Whole => Part::Block(block),
                Quad::Broken => inside(block, byte, out),
            },
            Part::Block(block) => inside(block, byte, out),
        };
    }
}

enum Quad {
    More(Vec<u8>),
    Whole,
    Broken,
}

fn extend(mut quad: Vec<u8>, byte: u8, out: &mut Vec<Reply>) -> Quad {
    if byte & 0x90 != 0 {
        return Quad::Broken;
    }
    quad.push(byte);
    match <[u8; 4]>::try_from(quad.as_slice()) {
        Ok(whole) => {
            out.push(Reply::Asb(whole));
            Quad::Whole
        }
        Err(_) => Quad::More(quad),
    }
}

fn extend_long(mut long: Vec<u8>, byte: u8, out: &mut Vec<Reply>) -> Part {
    if long.len() == 1 && byte & 0xF0 != 0xD0 {
        return begin(byte, out);
    }
    long.push(byte);
    match <[u8; 8]>::try_from(long.as_slice()) {
        Ok(whole) => {
            out.push(Reply::AsbLong(whole));
            Part::None
        }
        Err(_) => Part::AsbLong(long),
    }
}

fn begin(byte: u8, out: &mut Vec<Reply>) -> Part {
    match byte {
        0x37 | 0x3B | 0x3D | 0x35 | 0x5F => return Part::Block(Block { header: byte, body: Vec::new() }),
        _ if byte & 0x93 == 0x12 => out.push(Reply::RealTime(byte)),
        _ if byte & 0x93 == 0x10 => return Part::Asb(vec![byte]),
        _ if byte & 0xF0 == 0xC0 => return Part::AsbLong(vec![byte]),
        _ if byte & 0x90 == 0 => out.push(Reply::Single(byte)),
        _ => {} // belongs to nothing that we know: dropped
    }
    Part::None
}

fn inside(mut block: Block, byte: u8, out: &mut Vec<Reply>) -> Part {
    // bodies of these two are printable, so smaller bytes are status that slipped in
    let printable = matches!(block.header, 0x37 | 0x5F);
    match byte {
        0x00 => {
            out.push(finish(block));
            Part::None
        }
        _ if printable && byte < 0x20 && byte & 0x93 == 0x10 => Part::AsbInBlock(vec![byte], block),
        _ if printable && byte < 0x20 && byte & 0x93 == 0x12 => {
            out.push(Reply::RealTime(byte));
            Part::Block(block)
        }
        // a maker's name may be in any code; no status has its top bit set
        _ if (printable && byte < 0x20)
            || (block.header == 0x37 && byte >= 0x80)
            || block.body.len() >= BLOCK_LIMIT =>
        {
            begin(byte, out)
        }
        _ => {
            block.body.push(byte);
            Part::Block(block)
        }
    }
}

fn finish(block: Block) -> Reply {
    match (block.header, block.body.as_slice()) {
        (0x37, [0x22, a, b, c, d]) => Reply::ProcessId([*a, *b, *c, *d]),
        _ => Reply::Block { header: block.header, body: block.body },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(bytes: &[u8]) -> Vec<Reply> {
        Replies::new().feed(bytes)
    }

    #[test]
    fn four_answers_then_a_quad_then_a_sensor_byte() {
        let replies = all(&[0x16, 0x12, 0x12, 0x1E, 0x14, 0x00, 0x03, 0x00, 0x03]);
        let expected = vec![
            Reply::RealTime(0x16),
            Reply::RealTime(0x12),
            Reply::RealTime(0x12),
            Reply::RealTime(0x1E),
            Reply::Asb([0x14, 0, 3, 0]),
            Reply::Single(3),
        ];
        assert_eq!(replies, expected);
    }

    #[test]
    fn a_tag_comes_through_flow_control_and_a_quad_in_its_midst() {
        let bytes = [0x37, 0x22, b'1', 0x13, b'Q', 0x1C, 0x00, 0x0F, 0x11, 0x00, b'S', b'U', 0x00];
        assert_eq!(all(&bytes), vec![Reply::Asb([0x1C, 0, 0x0F, 0]), Reply::ProcessId(*b"1QSU")]);
    }

    #[test]
    fn a_broken_quad_gives_no_sensor_bytes() {
        assert_eq!(all(&[0x14, 0x00, 0x14, 0x00, 0x00, 0x00]), vec![Reply::Asb([0x14, 0, 0, 0])]);
    }

    #[test]
    fn a_text_block_and_an_unknown_block_are_kept_apart_from_status() {
        let expected = vec![
            Reply::Block { header: 0x5F, body: b"EPSON".to_vec() },
            Reply::Block { header: 0x37, body: vec![0x25] },
            Reply::Single(0),
        ];
        assert_eq!(all(b"\x5FEPSON\0\x37\x25\0\0"), expected);
    }

    #[test]
    fn eight_bytes_of_a_seiko_are_no_sensor_bytes() {
        let bytes = [0xC0, 0xD8, 0x00, 0x00, 0x12, 0x10, 0x80, 0x00, 0x03];
        let expected = vec![Reply::AsbLong([0xC0, 0xD8, 0, 0, 0x12, 0x10, 0x80, 0]), Reply::Single(3)];
        assert_eq!(all(&bytes), expected);
        assert_eq!(all(&[0xC4, 0x00]), vec![Reply::Single(0)]);
    }

    #[test]
    fn a_name_in_any_code_is_one_block() {
        let expected = vec![Reply::Block { header: 0x5F, body: vec![0xBC, 0xD1, 0xB2, 0xA9] }];
        assert_eq!(all(&[0x5F, 0xBC, 0xD1, 0xB2, 0xA9, 0]), expected);
    }

    #[test]
    fn a_block_without_end_is_given_up() {
        let mut bytes = vec![0x3D];
        bytes.extend([0x41; 200]);
        bytes.extend([0x80, 0x16]);
        assert_eq!(all(&bytes).last(), Some(&Reply::RealTime(0x16)));
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_replies(bytes in prop::collection::vec(any::<u8>(), 0..400), cut in 0usize..400) {
            let (left, right) = bytes.split_at(cut.min(bytes.len()));
            let mut replies = Replies::new();
            let mut parts = replies.feed(left);
            parts.extend(replies.feed(right));
            prop_assert_eq!(parts, all(&bytes));
        }

        #[test]
        fn after_nonsense_and_a_pause_of_zeros_a_tag_is_heard_again(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut replies = Replies::new();
            replies.feed(&bytes);
            replies.feed(&[0; 8]);
            prop_assert_eq!(replies.feed(b"\x37\x22ABCD\0"), vec![Reply::ProcessId(*b"ABCD")]);
        }
    }
}
