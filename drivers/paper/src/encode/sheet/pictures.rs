//! What stands on a sheet beside text: pictures, bar codes, the logo, and how dark all of it is.

use crate::{
    barcode::BarCode,
    command,
    encode::{mode::Side, sheet::Sheet},
    glyph,
    picture::Picture,
    profile::SymbolForm,
    stationery::Stationery,
    symbol::Symbol,
};

/// Bytes of pictures after which a segment ends: on a slow line that is seconds.
const SEGMENT_BYTES: usize = 4096;

impl Sheet<'_> {
    /// Density and speed of the whole slip, where the profile states them.
    pub(super) fn settings(&mut self) {
        if let Some(steps) = self.profile.print_density {
            self.density(steps);
        }
        if let Some(step) = self.profile.print_speed {
            self.out.extend(command::speed(step));
        }
    }

    /// What [`Sheet::settings`] set goes back to what others expect of the printer.
    pub(super) fn restore_settings(&mut self) {
        if self.profile.print_density.is_some() {
            self.density(0);
        }
        if self.profile.print_speed.is_some() {
            self.out.extend(command::speed(0));
        }
    }

    /// The density of what follows, in steps from the standard; nothing where the printer can't be told.
    pub(crate) fn density(&mut self, steps: i8) {
        if let Some(form) = self.profile.density {
            self.out.extend(command::density(form, steps));
        }
    }

    /// The density of the slip again, after [`Sheet::density`].
    pub(crate) fn usual_density(&mut self) {
        self.density(self.profile.print_density.unwrap_or(0));
    }

    /// The shop's logo, above everything else.
    pub(crate) fn logo(&mut self, stationery: &Stationery) {
        if let Some(logo) = &stationery.logo {
            let picture = logo.printed(self.dots_per_line(), self.profile.dpi as usize);
            self.picture(&picture, Side::Center);
        }
    }

    /// A picture in bands that a small buffer holds, with borders of segments between them.
    pub(crate) fn picture(&mut self, picture: &Picture, side: Side) {
        self.mode.set_side(side, &mut self.out);
        let stride = u8::try_from(picture.stride()).unwrap_or(u8::MAX);
        for band in picture.bands(usize::from(self.profile.max_raster_rows)) {
            self.out.extend(command::raster(band, stride));
            let segment = self.segment_ends.last().map_or(0, |end| *end as usize);
            if self.out.len() - segment >= SEGMENT_BYTES {
                self.border();
            }
        }
        let rows = u32::try_from(picture.height()).unwrap_or(u32::MAX);
        self.length_dots += rows;
        self.lines_in_segment += (rows / self.profile.line_dots().max(1)) as usize;
    }

    /// A bar code in Code 128, centred, without readable text; nothing if the text makes none that fits.
    pub(crate) fn bar_code(&mut self, text: &str, height: u8) {
        let Some(code) = BarCode::fitting(text, self.dots_per_line()) else { return };
        let native = match self.profile.code128 {
            SymbolForm::Native => code.native(height),
            SymbolForm::Raster => None,
        };
        match native {
            Some(bytes) => {
                self.mode.set_side(Side::Center, &mut self.out);
                self.out.extend(bytes);
                // some feed a line after it
                self.length_dots += u32::from(height) + self.profile.line_dots();
            }
            None => self.picture(&code.picture(usize::from(height)), Side::Center),
        }
    }

    /// A QR code no larger than this, quiet zone included, centred; nothing if there is none so small.
    pub(crate) fn qr_within(&mut self, text: &str, dots: usize) {
        let Some(symbol) = Symbol::fitting(text, dots) else { return };
        self.mode.set_side(Side::Center, &mut self.out);
        let native = match self.profile.qr {
            SymbolForm::Native => command::qr(text, u8::try_from(symbol.module).unwrap_or(u8::MAX)),
            SymbolForm::Raster => None,
        };
        match native {
            Some(bytes) => self.out.extend(bytes),
            None => {
                let (rows, stride) = symbol.raster();
                for band in rows.chunks(stride * usize::from(self.profile.max_raster_rows.max(1))) {
                    self.out.extend(command::raster(band, u8::try_from(stride).unwrap_or(u8::MAX)));
                }
            }
        }
        self.length_dots += u32::try_from(symbol.dots()).unwrap_or(u32::MAX) + self.profile.line_dots();
        self.border();
    }

    /// Dots of the printer's head.
    pub(crate) fn dots_per_line(&self) -> usize {
        self.profile.dots_per_line as usize
    }

    /// Dots that the columns of text cover.
    pub(super) fn text_dots(&self) -> usize {
        self.profile.columns * glyph::COLUMN_DOTS
    }
}
