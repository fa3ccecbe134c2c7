//! Draws bar codes and QR codes, and says what a scanner reads and what is printed beside the bars. No positions on the
//! paper.

use qrcode::{EcLevel, QrCode};

use super::bitmap::Bitmap;
use super::event::{Barcode, Symbology};
use super::{code128, linear};

/// A bar code ready for the paper.
#[derive(Debug)]
pub(super) struct Drawn {
    /// The bars at their printed size.
    pub(super) bars: Bitmap,
    /// What is printed beside them (HRI).
    pub(super) readable: String,
    /// What a scanner reads.
    pub(super) scanned: String,
}

/// The bar code; `None` when these data have no such bar code. GS1 DataBar comes as an empty frame of about its width.
pub(super) fn bars(barcode: &Barcode) -> Option<Drawn> {
    let data = barcode.data.as_slice();
    let plain = || String::from_utf8_lossy(data).into_owned();
    let (widths, readable, scanned) = match barcode.symbology {
        Symbology::Code128 => {
            let text = code128::text(data)?;
            (code128::code128(data)?, text.clone(), text)
        }
        Symbology::Code128Auto => (code128::code128(&code128::escaped(data)?)?, plain(), plain()),
        Symbology::Gs1 => {
            // the brackets are for the eye only
            let bare: Vec<u8> = data.iter().copied().filter(|byte| !b"()".contains(byte)).collect();
            let text = String::from_utf8_lossy(&bare).into_owned();
            (code128::code128(&[b"{B{1".as_slice(), &bare].concat())?, plain(), text)
        }
        Symbology::Ean13 => number(code128::ean13(data)?, data, 12)?,
        Symbology::UpcA => number(code128::ean13(&[b"0", data].concat())?, data, 11)?,
        Symbology::Ean8 => number(code128::ean8(data)?, data, 7)?,
        Symbology::UpcE => {
            let (widths, text) = linear::upc_e(data)?;
            (widths, text.clone(), text)
        }
        Symbology::Itf => (code128::itf(data)?, plain(), plain()),
        Symbology::Code39 => {
            let text = plain().trim_matches('*').to_owned();
            (linear::code39(data)?, format!("*{text}*"), text)
        }
        Symbology::Codabar => (linear::codabar(data)?, plain(), plain()),
        Symbology::Code93 => (linear::code93(data)?, plain(), plain()),
        Symbology::DataBar => {
            let modules = u32::try_from(data.len()).unwrap_or(255).min(255) * 12 + 24;
            let bars = frame(modules * barcode.module, barcode.height);
            return Some(Drawn { bars, readable: plain(), scanned: plain() });
        }
    };
    let two_widths = matches!(barcode.symbology, Symbology::Itf | Symbology::Code39 | Symbology::Codabar);
    let dots = |width: u8| {
        if two_widths && width == linear::WIDE { wide(barcode.module) } else { u32::from(width) * barcode.module }
    };
    let mut bars = Bitmap::new(widths.iter().map(|width| dots(*width)).sum());
    let mut x = 0;
    for (index, width) in widths.iter().enumerate() {
        let width = dots(*width);
        if index % 2 == 0 {
            bars.fill(x, 0, width, barcode.height);
        }
        x += width;
    }
    let readable = readable.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    Some(Drawn { bars, readable, scanned })
}

/// Dots of a wide element where the thin one has `module` (ESC/POS: GS w, two-width codes: about 2.5 times).
fn wide(module: u32) -> u32 {
    (module * 5).div_ceil(2)
}

/// The digits with their check digit, as bars and text.
fn number(widths: Vec<u8>, data: &[u8], length: usize) -> Option<(Vec<u8>, String, String)> {
    let digits = code128::with_check_digit(data, length)?;
    let text: String = digits.iter().map(|digit| char::from(digit + b'0')).collect();
    Some((widths, text.clone(), text))
}

/// An empty frame in place of a symbol that isn't drawn here.
pub(super) fn frame(width: u32, height: u32) -> Bitmap {
    let mut picture = Bitmap::new(width);
    picture.fill(0, 0, width, 1);
    picture.fill(0, height - height.min(1), width, 1);
    picture.fill(0, 0, 1, height);
    picture.fill(width - width.min(1), 0, 1, height);
    picture
}

/// About how many data columns and rows a PDF417 of so many bytes has; `columns` 0 is as many as fit into `modules`.
pub(super) fn pdf417_size(bytes: usize, columns: u8, modules: u32) -> (u32, u32) {
    // six bytes take five code words, the rest is length, mode and error correction
    let words = u32::try_from(bytes).unwrap_or(2710) * 5 / 6 + 10;
    let fit = (modules.saturating_sub(69) / 17).clamp(1, 30);
    let columns = if columns == 0 { fit.min(words.isqrt().max(1)) } else { u32::from(columns) };
    (columns, words.div_ceil(columns).clamp(3, 90))
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
