//! Pictures, QR codes and bar codes onto paper: what only starts at the start of a line and has lines of its own.

use super::Paper;
use crate::interpret::barcode;
use crate::interpret::bitmap::Bitmap;
use crate::interpret::event::Barcode;
use crate::interpret::line::shift;
use crate::interpret::page::Symbol;

impl Paper {
    pub(super) fn inline(&mut self, offset: u64, picture: Bitmap) {
        if !self.line.takes(picture.width(), self.area()) {
            self.print_line(self.modes.line_spacing, 1);
        }
        if picture.width() > self.area() {
            self.problem(offset, "ESC * wider than the printing area");
        }
        self.line.put_picture(picture);
    }

    pub(super) fn raster(&mut self, offset: u64, picture: &Bitmap, wide: u32, tall: u32) {
        let x = self.line.x();
        if !self.at_line_start(offset, "picture") {
            return;
        }
        let width = picture.width() * wide;
        let area = self.area();
        if width > area + 7 {
            self.page.add_problem(offset, format!("picture of {width} dots is wider than the {area} of the area"));
        }
        self.block(offset, x, picture, wide, tall);
    }

    pub(super) fn qr(&mut self, offset: u64, data: &[u8], module: u32, level: u8) {
        let x = self.line.x();
        if !self.at_line_start(offset, "QR code") {
            return;
        }
        let Some(picture) = barcode::qr(data, level) else {
            self.problem(offset, "QR data do not fit a QR code");
            return;
        };
        let side = picture.width() * module;
        if side > self.area() {
            self.page.add_problem(offset, format!("QR code of {side} dots is wider than the area, not printed"));
            return;
        }
        self.symbol(side, Symbol::Qr(String::from_utf8_lossy(data).into_owned()));
        self.block(offset, x, &picture, module, module);
    }

    /// PDF417 as a frame of about its size with the text in it: enough to see where it stands and what it says.
    pub(super) fn pdf417(&mut self, offset: u64, data: &[u8], columns: u8, module: u32, row: u32) {
        let x = self.line.x();
        if !self.at_line_start(offset, "PDF417") {
            return;
        }
        let area = self.area();
        let (columns, rows) = barcode::pdf417_size(data.len(), columns, area / module);
        let (width, height) = ((columns * 17 + 69) * module, rows * row * module);
        if width > area {
            self.page.add_problem(offset, format!("PDF417 of {width} dots is wider than the area, not printed"));
            return;
        }
        let text = String::from_utf8_lossy(data).into_owned();
        let mut picture = barcode::frame(width, height);
        let fits = (width.saturating_sub(8) / 12) as usize;
        let shown: String = text.chars().filter(|c| !c.is_control()).take(fits).collect();
        if height >= 32 {
            self.glyphs.text(&mut picture, &shown, 4, 4, (12, 24));
        }
        self.symbol(height, Symbol::Pdf417(text));
        self.block(offset, x, &picture, 1, 1);
    }

    pub(super) fn barcode(&mut self, offset: u64, barcode: &Barcode) {
        let x = self.line.x();
        if self.canvas.is_none() && !self.line.is_start() {
            // ESC/POS: a bar code is only known at the start of a line; elsewhere its data is text
            self.problem(offset, "bar code in the middle of a line, its data is printed as text");
            let printable: Vec<u8> = barcode.data.iter().copied().filter(|byte| *byte >= 0x20).collect();
            self.text(offset, &printable);
            return;
        }
        self.at_line_start(offset, "bar code");
        let Some(drawn) = barcode::bars(barcode) else {
            self.problem(offset, "bar code data break the rules of the symbology");
            return;
        };
        if drawn.bars.width() > self.area() {
            self.problem(offset, "bar code wider than the area, not printed");
            self.advance(barcode.height);
            return;
        }
        let cell = if barcode.hri_small { (9, 17) } else { (12, 24) };
        let letters = u32::try_from(drawn.readable.chars().count()).unwrap_or(u32::MAX);
        let text_width = letters.saturating_mul(cell.0);
        let above = if barcode.hri & 1 != 0 { cell.1 } else { 0 };
        let below = if barcode.hri & 2 != 0 { cell.1 } else { 0 };
        let height = above + barcode.height + below;
        // bars and text are one picture, each centred on the other; a text that is wider than the paper loses its ends
        let hri = if above + below > 0 { text_width.min(self.area()) } else { 0 };
        let width = drawn.bars.width().max(hri);
        let mut picture = Bitmap::new(width.next_multiple_of(8));
        picture.stamp(&drawn.bars, (width - drawn.bars.width()) / 2, above, 1, 1);
        let text_x = width.saturating_sub(text_width) / 2;
        if above > 0 {
            self.glyphs.text(&mut picture, &drawn.readable, text_x, 0, cell);
        }
        if below > 0 {
            self.glyphs.text(&mut picture, &drawn.readable, text_x, above + barcode.height, cell);
        }
        self.symbol(height, Symbol::Bars(drawn.scanned));
        self.place(offset, x, &picture, width, height);
    }

    /// Remembers a symbol `height` dots tall that is about to be drawn.
    fn symbol(&mut self, height: u32, symbol: Symbol) {
        match &mut self.canvas {
            Some(canvas) => canvas.add_symbol(symbol),
            None => self.page.add_symbol(self.page.y.saturating_add(height), symbol),
        }
    }

    /// A picture on lines of its own, each dot `wide` × `tall`, placed by justification and margins.
    fn block(&mut self, offset: u64, x: u32, picture: &Bitmap, wide: u32, tall: u32) {
        if self.canvas.is_some() || self.modes.place().upside_down {
            let large = picture.scaled(wide, tall);
            self.place(offset, x, &large, large.width(), picture.height() * tall);
            return;
        }
        let place = self.modes.place();
        let left = place.left + shift(place.align, place.area, picture.width() * wide);
        self.page.dots.stamp(picture, left, self.page.y, wide, tall);
        self.advance(picture.height() * tall);
    }

    /// A picture at its printed size.
    fn place(&mut self, offset: u64, x: u32, picture: &Bitmap, width: u32, height: u32) {
        if let Some(canvas) = &mut self.canvas {
            if !canvas.draw(picture, x, height) {
                self.problem(offset, "page mode: something lies outside its area and is lost");
            }
            self.line.move_to(x.saturating_add(width));
            return;
        }
        let place = self.modes.place();
        let shift = shift(place.align, place.area, width);
        if place.upside_down {
            let mut band = Bitmap::new(place.area);
            band.stamp(picture, shift, 0, 1, 1);
            self.page.dots.stamp(&band.half_turned(height), place.left, self.page.y, 1, 1);
        } else {
            self.page.dots.stamp(picture, place.left + shift, self.page.y, 1, 1);
        }
        self.advance(height);
    }
}
