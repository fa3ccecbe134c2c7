//! One-bit pictures: rows of packed dots, most significant bit left. Nothing here knows what the dots mean.

/// A picture of `width` × `height` dots; a set bit is a burnt (black) dot.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bitmap {
    width: u32,
    rows: Vec<u8>,
}

impl std::fmt::Debug for Bitmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bitmap({} x {}, {} black)", self.width, self.height(), self.ink())
    }
}

impl Bitmap {
    /// An empty picture of this width in dots; rows come with the ink.
    #[must_use]
    pub fn new(width: u32) -> Self {
        Self { width, rows: Vec::new() }
    }

    /// From row-major bytes, `stride` bytes a row (GS v 0, GS ( L); a broken last row is dropped.
    #[must_use]
    pub fn from_rows(stride: u32, bytes: &[u8]) -> Self {
        let stride_bytes = (stride as usize).max(1);
        let whole = bytes.len() / stride_bytes * stride_bytes;
        Self { width: stride * 8, rows: bytes.iter().take(whole).copied().collect() }
    }

    /// From column-major bytes, `tall` bytes a column, most significant bit on top (ESC *, FS 2, FS q).
    #[must_use]
    pub fn from_columns(tall: u32, bytes: &[u8]) -> Self {
        let tall_bytes = (tall as usize).max(1);
        let width = u32::try_from(bytes.len() / tall_bytes).unwrap_or(0);
        let mut picture = Self::new(width);
        picture.grow(tall * 8);
        for (x, column) in (0..width).zip(bytes.chunks_exact(tall_bytes)) {
            for (block, byte) in (0..tall).zip(column) {
                for bit in 0..8 {
                    if byte & (0x80 >> bit) != 0 {
                        picture.set(x, block * 8 + bit);
                    }
                }
            }
        }
        picture
    }

    /// Dots per row.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows kept; a sheet's blank tail is not kept.
    #[must_use]
    pub fn height(&self) -> u32 {
        u32::try_from(self.rows.len() / self.stride()).unwrap_or(u32::MAX)
    }

    /// Bytes per row.
    #[must_use]
    pub fn stride(&self) -> usize {
        (self.width as usize).div_ceil(8).max(1)
    }

    /// The bytes of one row; `None` below the last kept row.
    #[must_use]
    pub fn row(&self, y: u32) -> Option<&[u8]> {
        let start = (y as usize).checked_mul(self.stride())?;
        self.rows.get(start..start.checked_add(self.stride())?)
    }

    /// Whether the dot is black; outside the picture nothing is.
    #[must_use]
    pub fn is_black(&self, x: u32, y: u32) -> bool {
        x < self.width
            && self.row(y).and_then(|row| row.get((x / 8) as usize)).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// Number of black dots.
    #[must_use]
    pub fn ink(&self) -> u64 {
        self.rows.iter().map(|byte| u64::from(byte.count_ones())).sum()
    }

    /// Burns one dot, adding rows as needed; dots right of the edge are lost.
    pub(super) fn set(&mut self, x: u32, y: u32) {
        if x >= self.width {
            return;
        }
        self.grow(y.saturating_add(1));
        let index = y as usize * self.stride() + (x / 8) as usize;
        if let Some(byte) = self.rows.get_mut(index) {
            *byte |= 0x80 >> (x % 8);
        }
    }

    /// Burns `picture` with its left upper dot at (x, y), each dot `wide` × `tall` large. Blank rows at its end add none.
    pub(super) fn stamp(&mut self, picture: &Self, x: u32, y: u32, wide: u32, tall: u32) {
        let fits = x.saturating_add(picture.width) <= self.width || self.width.is_multiple_of(8);
        if wide == 1 && tall == 1 && fits {
            self.stamp_bytes(picture, x, y);
            return;
        }
        for row in 0..picture.height() {
            let Some(bytes) = picture.row(row) else { return };
            for (block, byte) in (0u32..).zip(bytes) {
                if *byte == 0 {
                    continue;
                }
                for bit in (0..8).filter(|bit| byte & (0x80u8 >> bit) != 0) {
                    let column = block * 8 + bit;
                    if column < picture.width {
                        self.fill(x + column * wide, y + row * tall, wide, tall);
                    }
                }
            }
        }
    }

    /// The common case of `stamp`: dot for dot, whole bytes at a time. Dots right of a byte-wide edge fall away.
    fn stamp_bytes(&mut self, picture: &Self, x: u32, y: u32) {
        let inked = picture.rows.iter().rposition(|byte| *byte != 0).map_or(0, |last| last / picture.stride() + 1);
        self.grow(y.saturating_add(u32::try_from(inked).unwrap_or(u32::MAX)));
        let (stride, first, shift) = (self.stride(), (x / 8) as usize, x % 8);
        let below = self.rows.get_mut(y as usize * stride..).unwrap_or_default();
        for (to, from) in below.chunks_exact_mut(stride).zip(picture.rows.chunks_exact(picture.stride()).take(inked)) {
            let to = to.get_mut(first..).unwrap_or_default();
            for (index, byte) in from.iter().enumerate().filter(|(_, byte)| **byte != 0) {
                let spread = u16::from(*byte) << 8 >> shift;
                let [left, right] = spread.to_be_bytes();
                if let Some(old) = to.get_mut(index) {
                    *old |= left;
                }
                if let Some(old) = to.get_mut(index + 1) {
                    *old |= right;
                }
            }
        }
    }

    /// Burns a filled rectangle.
    pub(super) fn fill(&mut self, x: u32, y: u32, width: u32, height: u32) {
        let end = x.saturating_add(width).min(self.width);
        if x >= end || height == 0 {
            return;
        }
        let bottom = y.saturating_add(height);
        self.grow(bottom);
        let stride = self.stride();
        for row in self.rows.chunks_exact_mut(stride).take(bottom as usize).skip(y as usize) {
            let mut column = x;
            while column < end {
                let bit = column % 8;
                let run = (8 - bit).min(end - column);
                if let Some(byte) = row.get_mut((column / 8) as usize) {
                    *byte |= (0xFF << (8 - run)) >> bit;
                }
                column += run;
            }
        }
    }

    /// Whitens a rectangle.
    pub(super) fn clear(&mut self, x: u32, y: u32, width: u32, height: u32) {
        let end = x.saturating_add(width).min(self.width);
        let stride = self.stride();
        for row in self.rows.chunks_exact_mut(stride).skip(y as usize).take(height as usize) {
            for column in x..end {
                if let Some(byte) = row.get_mut((column / 8) as usize) {
                    *byte &= !(0x80 >> (column % 8));
                }
            }
        }
    }

    /// Calls `each` with the place of every black dot.
    pub(super) fn each_black(&self, mut each: impl FnMut(u32, u32)) {
        for (y, row) in (0u32..).zip(self.rows.chunks_exact(self.stride())) {
            for (block, byte) in (0u32..).zip(row) {
                let mut rest = *byte;
                while rest != 0 {
                    let bit = rest.leading_zeros();
                    rest &= !(0x80 >> bit);
                    if block * 8 + bit < self.width {
                        each(block * 8 + bit, y);
                    }
                }
            }
        }
    }

    /// The picture turned by a quarter, clockwise; it was `height` rows tall.
    pub(super) fn quarter_turned(&self, height: u32) -> Self {
        let mut turned = Self::new(height);
        self.each_black(|x, y| turned.set(height.saturating_sub(y + 1), x));
        turned
    }

    /// The picture turned by a half; it was `height` rows tall.
    pub(super) fn half_turned(&self, height: u32) -> Self {
        let mut turned = Self::new(self.width);
        self.each_black(|x, y| turned.set(self.width - 1 - x, height.saturating_sub(y + 1)));
        turned
    }

    /// The picture with each dot `wide` × `tall` large.
    pub(super) fn scaled(&self, wide: u32, tall: u32) -> Self {
        let mut large = Self::new(self.width * wide);
        // blank rows at the foot count: a picture in a line stands on it with them
        large.grow(self.height() * tall);
        large.stamp(self, 0, 0, wide, tall);
        large
    }

    /// Cuts everything from row `height` on.
    pub(super) fn truncate(&mut self, height: u32) {
        let bytes = (height as usize).saturating_mul(self.stride());
        self.rows.truncate(bytes);
    }

    /// Blank rows at the foot, up to this height.
    fn grow(&mut self, height: u32) {
        let bytes = height as usize * self.stride();
        if self.rows.len() < bytes {
            self.rows.resize(bytes, 0);
        }
    }
}
