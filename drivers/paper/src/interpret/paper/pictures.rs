//! Pictures, QR codes and bar codes onto paper: what only starts at the start of a line and has lines of its own.

use super::Paper;
use crate::interpret::bitmap::Bitmap;
use crate::interpret::event::Barcode;
use crate::interpret::line::shift;
use crate::interpret::{barcode, cell};

impl Paper {
    pub(super) fn raster(&mut self, offset: u64, picture: &Bitmap, wide: u32, tall: u32) {
        if !self.at_line_start(offset, "picture") {
            return;
        }
        let width = picture.width() * wide;
        if width > self.modes.area + 7 {
            self.page.add_problem(
                offset,
                format!("picture of {width} dots is wider than the {} of the area", self.modes.area),
            );
        }
        let x = self.modes.left + shift(self.modes.align, self.modes.area, width);
        self.page.dots.stamp(picture, x, self.page.y, wide, tall);
        self.advance(picture.height() * tall);
    }

    pub(super) fn qr(&mut self, offset: u64, data: &[u8], module: u32, level: u8) {
        if !self.at_line_start(offset, "QR code") {
            return;
        }
        let Some(picture) = barcode::qr(data, level) else {
            self.problem(offset, "QR data do not fit a QR code");
            return;
        };
        let side = picture.width() * module;
        if side > self.modes.area {
            self.page.add_problem(offset, format!("QR code of {side} dots is wider than the area, not printed"));
            return;
        }
        let x = self.modes.left + shift(self.modes.align, self.modes.area, side);
        self.page.dots.stamp(&picture, x, self.page.y, module, module);
        self.page.add_qr(self.page.y + side, String::from_utf8_lossy(data).into_owned());
        self.advance(side);
    }

    pub(super) fn barcode(&mut self, offset: u64, barcode: &Barcode) {
        if !self.at_line_start(offset, "bar code") {
            return;
        }
        let readable: String = match barcode.data.as_slice() {
            [b'{', b'A' | b'B' | b'C', text @ ..] => String::from_utf8_lossy(text).into_owned(),
            text => String::from_utf8_lossy(text).into_owned(),
        };
        let Some(picture) = barcode::bars(barcode) else {
            self.problem(offset, "bar code data break the rules of the symbology");
            return;
        };
        if picture.width() > self.modes.area {
            self.problem(offset, "bar code wider than the area, not printed");
            self.advance(barcode.height);
            return;
        }
        let place = |width| self.modes.left + shift(self.modes.align, self.modes.area, width);
        let text_width = u32::try_from(readable.chars().count()).unwrap_or(u32::MAX).saturating_mul(12);
        let (x, text_x) = (place(picture.width()), place(text_width));
        let mut y = self.page.y;
        if barcode.hri & 1 != 0 {
            cell::draw_text(&mut self.page.dots, &readable, text_x, y);
            y += 24;
        }
        self.page.dots.stamp(&picture, x, y, 1, 1);
        y += barcode.height;
        if barcode.hri & 2 != 0 {
            cell::draw_text(&mut self.page.dots, &readable, text_x, y);
            y += 24;
        }
        self.page.add_bars(y, readable);
        self.advance(y - self.page.y);
    }
}
