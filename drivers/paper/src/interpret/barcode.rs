//! Draws bar codes and QR codes as pictures of one dot per module unit. No positions on the paper.

use qrcode::{EcLevel, QrCode};

use super::bitmap::Bitmap;
use super::code128;
use super::event::{Barcode, Symbology};

/// The bars at their printed size; `None` when these data have no such bar code.
/// Symbologies that are not drawn here bar by bar come as an empty frame of about their width.
pub(super) fn bars(barcode: &Barcode) -> Option<Bitmap> {
    let data = &barcode.data;
    let widths = match barcode.symbology {
        Symbology::Code128 => code128::code128(data)?,
        Symbology::Code128Auto | Symbology::Gs1 => code128::code128(&[b"{B", data.as_slice()].concat())?,
        Symbology::Ean13 => code128::ean13(data)?,
        Symbology::UpcA => code128::ean13(&[b"0", data.as_slice()].concat())?,
        Symbology::Ean8 => code128::ean8(data)?,
        Symbology::Itf => code128::itf(data)?,
        _ => return Some(frame(barcode)),
    };
    let modules: u32 = widths.iter().map(|width| u32::from(*width)).sum();
    let mut picture = Bitmap::new(modules * barcode.module);
    let mut x = 0;
    for (index, width) in widths.iter().enumerate() {
        let width = u32::from(*width) * barcode.module;
        if index % 2 == 0 {
            picture.fill(x, 0, width, barcode.height);
        }
        x += width;
    }
    Some(picture)
}

fn frame(barcode: &Barcode) -> Bitmap {
    let modules = u32::try_from(barcode.data.len()).unwrap_or(255).min(255) * 12 + 24;
    let (width, height) = (modules * barcode.module, barcode.height);
    let mut picture = Bitmap::new(width);
    picture.fill(0, 0, width, 1);
    picture.fill(0, height - height.min(1), width, 1);
    picture.fill(0, 0, 1, height);
    picture.fill(width - 1, 0, 1, height);
    picture
}

/// The QR code, one dot per module without a quiet zone; level as in GS ( k 69. `None` when the data don't fit.
pub(super) fn qr(data: &[u8], level: u8) -> Option<Bitmap> {
    let level = match level {
        49 => EcLevel::M,
        50 => EcLevel::Q,
        51 => EcLevel::H,
        _ => EcLevel::L,
    };
    let code = QrCode::with_error_correction_level(data, level).ok()?;
    let width = u32::try_from(code.width()).ok()?;
    let mut picture = Bitmap::new(width);
    for (index, color) in (0u32..).zip(code.to_colors()) {
        if color == qrcode::Color::Dark {
            picture.set(index % width, index / width);
        }
    }
    Some(picture)
}
