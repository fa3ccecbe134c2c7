//! A picture of whole rows of dots, as GS v 0 wants it: drawn by the test page, the logo and the bar code. No bytes of commands.

/// Dots row by row in whole bytes, the most significant bit left, 1 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    width: usize,
    stride: usize,
    rows: Vec<u8>,
}

impl Picture {
    /// A white one; at least a dot wide and at most what 255 bytes hold.
    pub(crate) fn new(width: usize, height: usize) -> Picture {
        let width = width.clamp(1, 255 * 8);
        let stride = width.div_ceil(8);
        Picture { width, stride, rows: vec![0; stride * height] }
    }

    #[cfg(test)]
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn height(&self) -> usize {
        self.rows.len() / self.stride
    }

    /// Bytes of a row.
    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    /// The rows in bands of at most so many.
    pub(crate) fn bands(&self, rows: usize) -> impl Iterator<Item = &[u8]> {
        self.rows.chunks(self.stride * rows.max(1))
    }

    /// True if no dot is black.
    pub(crate) fn is_blank(&self) -> bool {
        self.rows.iter().all(|byte| *byte == 0)
    }

    /// Blackens a dot; outside the picture nothing happens.
    pub(crate) fn set(&mut self, x: usize, y: usize) {
        if x < self.width
            && let Some(byte) = self.rows.get_mut(y * self.stride + x / 8)
        {
            *byte |= 0x80 >> (x % 8);
        }
    }

    /// Blackens a rectangle.
    pub(crate) fn fill(&mut self, left: usize, top: usize, width: usize, height: usize) {
        for y in top..top + height {
            for x in left..left + width {
                self.set(x, y);
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn seen(&self) -> Vec<String> {
        let dot = |row: &[u8], x: usize| if row[x / 8] & (0x80 >> (x % 8)) != 0 { '#' } else { '.' };
        self.rows.chunks(self.stride).map(|row| (0..self.width).map(|x| dot(row, x)).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_to_its_borders() {
        let mut picture = Picture::new(10, 3);
        picture.fill(8, 1, 9, 9);
        assert_eq!(picture.seen(), ["..........", "........##", "........##"]);
        assert_eq!((picture.stride(), picture.height()), (2, 3));
        assert_eq!(picture.bands(2).map(<[u8]>::len).collect::<Vec<_>>(), [4, 2]);
        assert_eq!(picture.bands(2).flatten().copied().collect::<Vec<_>>(), [0, 0, 0, 0xC0, 0, 0xC0]);
    }
}
