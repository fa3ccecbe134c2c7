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

    /// Burns `picture` with its left upper dot at (x, y), each dot `wide` × `tall` large.
    pub(super) fn stamp(&mut self, picture: &Self, x: u32, y: u32, wide: u32, tall: u32) {
        if wide == 1 && tall == 1 && x.is_multiple_of(8) && x + picture.width <= self.width {
            self.stamp_bytes(picture, (x / 8) as usize, y);
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

    /// The common case of `stamp`: whole bytes, and they fit.
    fn stamp_bytes(&mut self, picture: &Self, byte: usize, y: u32) {
        self.grow(y.saturating_add(picture.height()));
        let stride = self.stride();
        for row in 0..picture.height() {
            let start = (y + row) as usize * stride + byte;
            let (Some(from), Some(to)) = (picture.row(row), self.rows.get_mut(start..start + picture.stride())) else {
                return;
            };
            for (old, new) in to.iter_mut().zip(from) {
                *old |= new;
            }
        }
    }

    /// Burns a filled rectangle.
    pub(super) fn fill(&mut self, x: u32, y: u32, width: u32, height: u32) {
        for dy in 0..height {
            for dx in 0..width {
                self.set(x + dx, y + dy);
            }
        }
    }

    /// Cuts everything from row `height` on.
    pub(super) fn truncate(&mut self, height: u32) {
        let bytes = (height as usize).saturating_mul(self.stride());
        self.rows.truncate(bytes);
    }

    fn grow(&mut self, height: u32) {
        let bytes = height as usize * self.stride();
        if self.rows.len() < bytes {
            self.rows.resize(bytes, 0);
        }
    }
}
