//! A QR code: how many modules its text needs, how large they can be printed, and its dots where a printer can't make it.

use qrcode::{Color, EcLevel, QrCode};

/// The smallest module that a camera reads from thermal paper, in dots (ISO 15415 practice: 0.25 mm).
const SMALLEST: usize = 2;

/// The largest worth its paper: 0.75 mm at 203 dpi.
const LARGEST: usize = 6;

/// Light modules that must stand on each side.
const QUIET: usize = 4;

/// A QR code of level M that fits a width.
pub(crate) struct Symbol {
    code: QrCode,
    /// Dots of a module's side, 2 to 6.
    pub(crate) module: usize,
}

impl Symbol {
    /// The symbol of a text at the largest size that fits, quiet zone included; `None` if it can't be.
    pub(crate) fn fitting(text: &str, dots_per_line: usize) -> Option<Symbol> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let module = (dots_per_line / (code.width() + 2 * QUIET)).min(LARGEST);
        (module >= SMALLEST && !text.is_empty()).then_some(Symbol { code, module })
    }

    /// Width and height in dots, without the quiet zone.
    pub(crate) fn dots(&self) -> usize {
        self.code.width() * self.module
    }

    /// The dots, row by row in whole bytes, the most significant bit left; the second value is the bytes of a row.
    pub(crate) fn raster(&self) -> (Vec<u8>, usize) {
        let stride = self.dots().div_ceil(8);
        let mut out = Vec::with_capacity(stride * self.dots());
        for modules in self.code.to_colors().chunks(self.code.width()) {
            let mut row = vec![0_u8; stride];
            for (x, color) in modules.iter().flat_map(|c| std::iter::repeat_n(c, self.module)).enumerate() {
                if let (Color::Dark, Some(byte)) = (color, row.get_mut(x / 8)) {
                    *byte |= 0x80 >> (x % 8);
                }
            }
            for _ in 0..self.module {
                out.extend_from_slice(&row);
            }
        }
        (out, stride)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_small_symbol_and_a_novel_is_none() {
        let symbol = Symbol::fitting("03B8Q5N7R0000", 384).unwrap();
        assert_eq!((symbol.module, symbol.dots()), (6, 126));
        let (raster, stride) = symbol.raster();
        assert_eq!((stride, raster.len()), (16, 16 * 126));
        // the finder pattern: seven dark modules of six dots, then a light one
        assert_eq!(raster[..6], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC0]);
        assert!(Symbol::fitting(&"x".repeat(3000), 576).is_none());
        assert!(Symbol::fitting(&"x".repeat(2000), 288).is_none());
        assert!(Symbol::fitting("", 576).is_none());
    }
}
