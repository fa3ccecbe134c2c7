//! Cuts a byte stream into lines, with a limit (INTERFACES §6). No I/O: bytes in, lines out.

/// Past this many bytes a line is not even read to its end: the connection is answered and closed.
pub const HOPELESS: usize = 4 * 1024 * 1024;

/// What came out of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A line without its newline; never empty.
    Line(Vec<u8>),
    /// A line over the limit was read to its end and dropped; the connection goes on.
    TooLong,
    /// A line beyond all patience; close.
    Hopeless,
}

/// Collects bytes until a line is whole.
#[derive(Debug)]
pub struct Lines {
    limit: usize,
    buffer: Vec<u8>,
    /// Where the search for a newline goes on.
    searched: usize,
    /// Bytes of an over-long line dropped so far.
    dropped: usize,
}

impl Lines {
    /// Lines of at most `limit` bytes.
    pub fn new(limit: usize) -> Lines {
        Lines { limit, buffer: Vec::new(), searched: 0, dropped: 0 }
    }

    /// Takes bytes as they came.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// True while a line has begun and not ended.
    pub fn begun(&self) -> bool {
        self.dropped > 0 || !self.buffer.is_empty()
    }

    /// The next whole line, if there is one. A trailing `\r` is dropped, empty lines are passed over.
    pub fn next_frame(&mut self) -> Option<Frame> {
        loop {
            let newline = self.buffer.iter().skip(self.searched).position(|b| *b == b'\n').map(|at| at + self.searched);
            let Some(end) = newline else {
                self.searched = self.buffer.len();
                if self.dropped + self.buffer.len() > self.limit {
                    self.dropped += self.buffer.len();
                    self.buffer.clear();
                    self.searched = 0;
                }
                return (self.dropped > HOPELESS).then_some(Frame::Hopeless);
            };
            let rest = self.buffer.split_off(end + 1);
            let mut line = std::mem::replace(&mut self.buffer, rest);
            self.searched = 0;
            line.pop();
            let length = std::mem::take(&mut self.dropped) + line.len();
            if length > HOPELESS {
                return Some(Frame::Hopeless);
            }
            if length > self.limit {
                return Some(Frame::TooLong);
            }
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            if !line.is_empty() {
                return Some(Frame::Line(line));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(lines: &mut Lines) -> Vec<Frame> {
        std::iter::from_fn(|| lines.next_frame()).collect()
    }

    #[test]
    fn a_line_over_the_limit_is_dropped_and_the_next_one_counts() {
        let mut lines = Lines::new(8);
        lines.feed(b"123456789");
        assert_eq!(lines.next_frame(), None);
        lines.feed(b"0\nshort\r\n\n12345678\n");
        assert_eq!(
            all(&mut lines),
            [Frame::TooLong, Frame::Line(b"short".to_vec()), Frame::Line(b"12345678".to_vec())]
        );
        assert!(!lines.begun());
    }

    #[test]
    fn beyond_four_mebibytes_nobody_reads_on() {
        let mut lines = Lines::new(8);
        for _ in 0..65 {
            lines.feed(&[b'x'; 65536]);
            if lines.next_frame() == Some(Frame::Hopeless) {
                return;
            }
            assert!(lines.buffer.capacity() <= 4 * 65536, "an endless line is not kept");
        }
        panic!("never given up");
    }

    proptest! {
        #[test]
        fn lines_are_the_same_however_they_are_cut(text in "[a-c\n]{0,60}", cuts in prop::collection::vec(0usize..60, 0..5)) {
            let mut whole = Lines::new(5);
            whole.feed(text.as_bytes());
            let want = all(&mut whole);
            let mut parts = Lines::new(5);
            let mut got = Vec::new();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            for pair in cuts.windows(2) {
                parts.feed(&text.as_bytes()[pair[0]..pair[1]]);
                got.extend(all(&mut parts));
            }
            prop_assert_eq!(got, want);
        }
    }
}
