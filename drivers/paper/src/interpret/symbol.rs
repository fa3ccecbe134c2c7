//! What is set and stored before a symbol or picture is printed: QR data, bar code sizes, graphics memory. No drawing.

use std::collections::BTreeMap;

use super::Bitmap;
use super::event::{Barcode, Event, Symbology};

/// The printer's memory for symbols and pictures; ESC @ resets all but the stored (NV) pictures.
#[derive(Debug)]
pub(super) struct Symbols {
    qr_data: Vec<u8>,
    qr_module: u32,
    qr_level: u8,
    pub(super) bar_height: u32,
    pub(super) bar_module: u32,
    pub(super) hri: u8,
    pub(super) hri_small: bool,
    pdf417_data: Vec<u8>,
    pdf417_columns: u8,
    pdf417_module: u32,
    pdf417_row: u32,
    graphics: Option<(Bitmap, u32, u32)>,
    downloaded: Option<Bitmap>,
    /// GS ( L 83: pictures by their two key characters.
    downloads: Album,
    /// FS q.
    stored: Vec<Bitmap>,
    /// GS ( L 67.
    kept: Album,
}

/// Pictures by key; what is over the memory of the printer is refused.
type Album = BTreeMap<[u8; 2], Bitmap>;

/// Bytes of pictures that an album takes.
const ALBUM_MOST: usize = 1 << 20;

impl Default for Symbols {
    fn default() -> Self {
        Self {
            qr_data: Vec::new(),
            qr_module: 3,
            qr_level: 48,
            bar_height: 162,
            bar_module: 3,
            hri: 0,
            hri_small: false,
            pdf417_data: Vec::new(),
            pdf417_columns: 0,
            pdf417_module: 3,
            pdf417_row: 3,
            graphics: None,
            downloaded: None,
            downloads: Album::new(),
            stored: Vec::new(),
            kept: Album::new(),
        }
    }
}

impl Symbols {
    /// ESC @: sizes and symbol data go, downloaded pictures (GS ( L 83) and stored ones stay.
    pub(super) fn initialise(&mut self) {
        let downloads = std::mem::take(&mut self.downloads);
        self.power_cycle();
        self.downloads = downloads;
    }

    /// Only what is in NV memory stays.
    pub(super) fn power_cycle(&mut self) {
        let (stored, kept) = (std::mem::take(&mut self.stored), std::mem::take(&mut self.kept));
        *self = Self { stored, kept, ..Self::default() };
    }

    /// GS ( k: `data` from cn on.
    pub(super) fn two_dimensional(&mut self, data: &[u8]) -> Event {
        let wrong = |what: &str| Event::Problem(format!("GS ( k: {what}"));
        match data {
            [49, 65, 49 | 50, _] => Event::Accepted("QR model"),
            [49, 67, module @ 1..=16] => {
                self.qr_module = u32::from(*module);
                Event::Accepted("QR module size")
            }
            [49, 69, level @ 48..=51] => {
                self.qr_level = *level;
                Event::Accepted("QR error correction")
            }
            [49, 80, 48, text @ ..] if !text.is_empty() && text.len() <= 7089 => {
                self.qr_data = text.to_vec();
                Event::Accepted("QR data")
            }
            [49, 81, 48] if self.qr_data.is_empty() => wrong("QR printed before data was stored"),
            [49, 81, 48] => Event::Qr { data: self.qr_data.clone(), module: self.qr_module, level: self.qr_level },
            [49, 82, 48] => Event::Accepted("QR size query"),
            [48, 65, columns @ 0..=30] => {
                self.pdf417_columns = *columns;
                Event::Accepted("PDF417 columns")
            }
            [48, 66, 0 | 3..=90] => Event::Accepted("PDF417 rows"),
            [48, 67, module @ 2..=8] => {
                self.pdf417_module = u32::from(*module);
                Event::Accepted("PDF417 module width")
            }
            [48, 68, row @ 2..=8] => {
                self.pdf417_row = u32::from(*row);
                Event::Accepted("PDF417 row height")
            }
            [48, 69, 48, 48..=56] | [48, 69, 49, 1..=40] => Event::Accepted("PDF417 error correction"),
            [48, 70, 0 | 1] => Event::Accepted("PDF417 options"),
            [48, 80, 48, text @ ..] if !text.is_empty() && text.len() <= 2710 => {
                self.pdf417_data = text.to_vec();
                Event::Accepted("PDF417 data")
            }
            [48, 81, 48] if self.pdf417_data.is_empty() => wrong("PDF417 printed before data was stored"),
            [48, 81, 48] => Event::Pdf417 {
                data: self.pdf417_data.clone(),
                columns: self.pdf417_columns,
                module: self.pdf417_module,
                row: self.pdf417_row,
            },
            [48, 82, 48] => Event::Accepted("PDF417 size query"),
            [48, function, ..] => wrong(&format!("PDF417 function {function} with {} bytes out of range", data.len())),
            [49, function, ..] => wrong(&format!("QR function {function} with {} bytes out of range", data.len())),
            [symbol, function, ..] => wrong(&format!("symbol {symbol} function {function} is not known")),
            _ => wrong("too short"),
        }
    }

    /// GS ( L and GS 8 L: `data` from m on.
    pub(super) fn graphics(&mut self, data: &[u8]) -> Event {
        match data {
            [48, function @ (112 | 113), 48 | 52, bx @ 1..=2, by @ 1..=2, 49, xl, xh, yl, yh, bits @ ..] => {
                let (x, y) = (u32::from(u16::from_le_bytes([*xl, *xh])), u32::from(u16::from_le_bytes([*yl, *yh])));
                if !(1..=2400).contains(&x) || !(1..=2400).contains(&y) {
                    return Event::Problem(format!("graphics of {x} x {y} dots out of range"));
                }
                let raster = *function == 112;
                let expected = if raster { x.div_ceil(8) * y } else { y.div_ceil(8) * x };
                if bits.len() != expected as usize {
                    return Event::Problem(format!("graphics of {x} x {y} dots with {} data bytes", bits.len()));
                }
                let picture = if raster {
                    Bitmap::from_rows(x.div_ceil(8), bits)
                } else {
                    Bitmap::from_columns(y.div_ceil(8), bits)
                };
                self.graphics = Some((picture, u32::from(*bx), u32::from(*by)));
                Event::Accepted("graphics stored")
            }
            [48, 2 | 50] => match self.graphics.take() {
                Some((picture, wide, tall)) => Event::Raster { picture, wide, tall },
                None => Event::Problem("graphics printed before they were stored".to_owned()),
            },
            [48, 1 | 49, ..] => Event::Accepted("graphics density"),
            [48, 0 | 3 | 48 | 51] => Event::Accepted("graphics capacity query"),
            [48, 4 | 52] => Event::Accepted("graphics memory query"),
            [48, 64, b'K', b'C'] | [48, 80, b'K', b'C'] => Event::Accepted("list of pictures query"),
            [48, 65, b'C', b'L', b'R'] => {
                self.kept.clear();
                Event::Accepted("pictures deleted")
            }
            [48, 81, b'C', b'L', b'R'] => {
                self.downloads.clear();
                Event::Accepted("pictures deleted")
            }
            [48, 66, a, b] => {
                self.kept.remove(&[*a, *b]);
                Event::Accepted("picture deleted")
            }
            [48, 82, a, b] => {
                self.downloads.remove(&[*a, *b]);
                Event::Accepted("picture deleted")
            }
            [48, function @ (67 | 68), 48, rest @ ..] => keep(&mut self.kept, *function == 67, rest),
            [48, function @ (83 | 84), 48, rest @ ..] => keep(&mut self.downloads, *function == 83, rest),
            [48, function @ (69 | 85), a, b, wide @ 1..=2, tall @ 1..=2] => {
                let album = if *function == 69 { &self.kept } else { &self.downloads };
                match album.get(&[*a, *b]) {
                    Some(picture) => {
                        Event::Raster { picture: picture.clone(), wide: u32::from(*wide), tall: u32::from(*tall) }
                    }
                    None => Event::Problem(format!("no picture is stored as {a:02X} {b:02X}")),
                }
            }
            [_, function, ..] => Event::Problem(format!("graphics function {function} is not known")),
            _ => Event::Problem("graphics command too short".to_owned()),
        }
    }

    /// GS *: `x` bytes wide, `y` bytes tall, column-major.
    pub(super) fn download(&mut self, tall: u8, bits: &[u8]) -> Event {
        self.downloaded = Some(Bitmap::from_columns(u32::from(tall), bits));
        Event::Accepted("picture downloaded")
    }

    /// GS / m.
    pub(super) fn print_downloaded(&self, mode: u8) -> Event {
        match (&self.downloaded, scale(mode)) {
            (Some(picture), Some((wide, tall))) => Event::Raster { picture: picture.clone(), wide, tall },
            _ => Event::Problem(format!("GS / {mode}: no such picture or mode")),
        }
    }

    /// FS q: the framing has checked the sizes.
    pub(super) fn store(&mut self, mut data: &[u8]) -> Event {
        self.stored.clear();
        while let [xl, xh, yl, yh, rest @ ..] = data {
            let (wide, tall) = (u16::from_le_bytes([*xl, *xh]), u16::from_le_bytes([*yl, *yh]));
            let size = usize::from(wide) * usize::from(tall) * 8;
            let Some((bits, next)) = rest.split_at_checked(size) else { break };
            self.stored.push(Bitmap::from_columns(u32::from(tall), bits));
            data = next;
        }
        Event::Accepted("pictures stored")
    }

    /// FS p n m.
    pub(super) fn print_stored(&self, number: u8, mode: u8) -> Event {
        let picture = usize::from(number).checked_sub(1).and_then(|index| self.stored.get(index));
        match (picture, scale(mode)) {
            (Some(picture), Some((wide, tall))) => Event::Raster { picture: picture.clone(), wide, tall },
            _ => Event::Problem(format!("FS p {number} {mode}: no such picture or mode")),
        }
    }

    /// GS k with the present sizes; the data rules of each symbology are checked here.
    pub(super) fn barcode(&self, m: u8, data: &[u8]) -> Event {
        let symbology = match m {
            0 | 65 => Symbology::UpcA,
            1 | 66 => Symbology::UpcE,
            2 | 67 => Symbology::Ean13,
            3 | 68 => Symbology::Ean8,
            4 | 69 => Symbology::Code39,
            5 | 70 => Symbology::Itf,
            6 | 71 => Symbology::Codabar,
            72 => Symbology::Code93,
            73 => Symbology::Code128,
            74 => Symbology::Gs1,
            79 => Symbology::Code128Auto,
            _ => Symbology::DataBar,
        };
        let digits = data.iter().all(u8::is_ascii_digit);
        let fits = match symbology {
            Symbology::UpcA => digits && matches!(data.len(), 11..=12),
            Symbology::UpcE => digits && matches!(data.len(), 6..=8 | 11..=12),
            Symbology::Ean13 => digits && matches!(data.len(), 12..=13),
            Symbology::Ean8 => digits && matches!(data.len(), 7..=8),
            Symbology::Itf => digits && !data.is_empty() && data.len().is_multiple_of(2),
            Symbology::Code39 => {
                !data.is_empty()
                    && data.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b" $%*+-./".contains(b))
            }
            Symbology::Codabar => matches!(data, [b'A'..=b'D' | b'a'..=b'd', .., b'A'..=b'D' | b'a'..=b'd']),
            Symbology::Code128 => matches!(data, [b'{', b'A' | b'B' | b'C', _, ..]),
            Symbology::Code93 => !data.is_empty() && data.is_ascii(),
            _ => !data.is_empty(),
        };
        if !fits {
            return Event::Problem(format!("bar code data do not fit {symbology:?}"));
        }
        Event::Barcode(Barcode {
            symbology,
            data: data.to_vec(),
            height: self.bar_height,
            module: self.bar_module,
            hri: self.hri,
            hri_small: self.hri_small,
        })
    }
}

/// GS ( L 67, 68, 83, 84 from kc1 on: kc1 kc2 b xL xH yL yH [c d…]…; of several colours only the first is read.
fn keep(album: &mut Album, rows: bool, data: &[u8]) -> Event {
    let [a @ 0x20..=0x7E, b @ 0x20..=0x7E, 1..=2, xl, xh, yl, yh, 49..=50, bits @ ..] = data else {
        return Event::Problem("picture to be stored out of range".to_owned());
    };
    let (x, y) = (u32::from(u16::from_le_bytes([*xl, *xh])), u32::from(u16::from_le_bytes([*yl, *yh])));
    let size = if rows { x.div_ceil(8) * y } else { y.div_ceil(8) * x };
    let Some(bits) = bits.get(..size as usize).filter(|bits| !bits.is_empty()) else {
        return Event::Problem(format!("picture of {x} x {y} dots with {} data bytes", bits.len()));
    };
    let taken: usize = album.values().map(|picture| picture.stride() * picture.height() as usize).sum();
    if taken + bits.len() > ALBUM_MOST {
        return Event::Problem("no memory left for this picture".to_owned());
    }
    let picture = if rows { Bitmap::from_rows(x.div_ceil(8), bits) } else { Bitmap::from_columns(y.div_ceil(8), bits) };
    album.insert([*a, *b], picture);
    Event::Accepted("picture stored")
}

/// The size bits of GS v 0, GS / and FS p: bit 0 twice as wide, bit 1 twice as tall.
pub(super) fn scale(mode: u8) -> Option<(u32, u32)> {
    match mode {
        0 | b'0' => Some((1, 1)),
        1 | b'1' => Some((2, 1)),
        2 | b'2' => Some((1, 2)),
        3 | b'3' => Some((2, 2)),
        _ => None,
    }
}
