//! The shop's logo (店标): a PNG made into the black dots of a printer, once for each width.

use std::{
    collections::BTreeMap,
    fmt,
    io::Cursor,
    sync::{Arc, Mutex, PoisonError},
};

use png::{ColorType, Decoder, DecodingError, Limits, Transformations};

use crate::picture::Picture;

/// Largest file, in bytes.
const FILE_MOST: usize = 2 << 20;

/// Longest side of a file's picture.
const SIDE_MOST: u32 = 4096;

/// What is kept of it: no printer has use for more dots than these.
const KEPT: (usize, usize) = (1024, 512);

/// Tallest on paper, in tenths of a millimetre: a logo is no poster.
const TALLEST: usize = 300;

/// Tenths of a millimetre in an inch.
const INCH: usize = 254;

/// A logo, ready for any printer. Copies share what was computed.
#[derive(Clone)]
pub struct Logo {
    inner: Arc<Inner>,
}

struct Inner {
    grey: Grey,
    /// By the largest width and height it was asked for.
    printed: Mutex<BTreeMap<(usize, usize), Arc<Picture>>>,
}

/// Why a file is no logo.
#[derive(Debug, thiserror::Error)]
pub enum LogoError {
    #[error("reading the logo: the file has {0} bytes; at most {FILE_MOST} are taken")]
    File(usize),
    #[error("reading the logo: the picture is {0} x {1} dots; each side may have at most {SIDE_MOST}")]
    Side(u32, u32),
    #[error("reading the logo as PNG: {0}")]
    Png(#[from] DecodingError),
    #[error("reading the logo: nothing of it would be black on white paper (transparent counts as white)")]
    Blank,
}

impl Logo {
    /// Reads a PNG of any kind. Colours become grey, transparent becomes white.
    ///
    /// # Errors
    /// For more than 2 MiB, for sides over 4096 dots, for what is no PNG, and for a picture that would stay white.
    pub fn from_png(bytes: &[u8]) -> Result<Logo, LogoError> {
        if bytes.len() > FILE_MOST {
            return Err(LogoError::File(bytes.len()));
        }
        // the largest picture in four channels; a file can claim anything
        let limits = Limits { bytes: SIDE_MOST as usize * SIDE_MOST as usize * 4 };
        let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
        decoder.set_transformations(Transformations::normalize_to_color8());
        let header = decoder.read_header_info()?;
        let (width, height) = (header.width, header.height);
        if width > SIDE_MOST || height > SIDE_MOST {
            return Err(LogoError::Side(width, height));
        }
        let mut reader = decoder.read_info()?;
        let mut pixels = vec![0; reader.output_buffer_size().ok_or(LogoError::Side(width, height))?];
        let frame = reader.next_frame(&mut pixels)?;
        let dots: Vec<u8> = match frame.color_type {
            ColorType::Grayscale | ColorType::Indexed => pixels,
            ColorType::GrayscaleAlpha => {
                pixels.chunks_exact(2).map(|p| on_white(channel(p, 0), channel(p, 1))).collect()
            }
            ColorType::Rgb => pixels.chunks_exact(3).map(grey_of).collect(),
            ColorType::Rgba => pixels.chunks_exact(4).map(|p| on_white(grey_of(p), channel(p, 3))).collect(),
        };
        let whole = Grey { width: width as usize, height: height as usize, dots };
        let grey = whole.scaled(KEPT.0, KEPT.1);
        if grey.dithered().is_blank() {
            return Err(LogoError::Blank);
        }
        Ok(Logo { inner: Arc::new(Inner { grey, printed: Mutex::default() }) })
    }

    /// The dots for a printer of this many dots in a line and per inch: as large as it was drawn, but no wider than the
    /// line and no taller than 30 mm.
    pub(crate) fn printed(&self, dots_per_line: usize, dpi: usize) -> Arc<Picture> {
        let most = (dots_per_line, dpi * TALLEST / INCH);
        let mut printed = self.inner.printed.lock().unwrap_or_else(PoisonError::into_inner);
        let picture =
            printed.entry(most).or_insert_with(|| Arc::new(self.inner.grey.scaled(most.0, most.1).dithered()));
        Arc::clone(picture)
    }
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Logo({} x {})", self.inner.grey.width, self.inner.grey.height)
    }
}

fn channel(pixel: &[u8], place: usize) -> u8 {
    pixel.get(place).copied().unwrap_or_default()
}

/// As bright as the eye sees it (ITU-R BT.601).
fn grey_of(pixel: &[u8]) -> u8 {
    let part = |place, weight| u32::from(channel(pixel, place)) * weight;
    u8::try_from((part(0, 299) + part(1, 587) + part(2, 114)) / 1000).unwrap_or(u8::MAX)
}

/// A grey of this opacity laid on white paper.
fn on_white(grey: u8, opacity: u8) -> u8 {
    let ink = u32::from(u8::MAX - grey) * u32::from(opacity) / 255;
    u8::MAX - u8::try_from(ink).unwrap_or(u8::MAX)
}

/// Grey dots, row by row, 255 is white.
struct Grey {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

impl Grey {
    /// Made smaller, with its proportions, until it is no wider and no higher than this; never larger. Each dot is the
    /// mean of those it stands for.
    fn scaled(&self, widest: usize, highest: usize) -> Grey {
        let (mut width, mut height) = (self.width.max(1), self.height.max(1));
        if width > widest {
            (width, height) = (widest.max(1), (self.height * widest / self.width).max(1));
        }
        if height > highest {
            (width, height) = ((self.width * highest / self.height).max(1), highest.max(1));
        }
        let mut dots = Vec::with_capacity(width * height);
        for y in 0..height {
            let (top, bottom) = span(y, height, self.height);
            for x in 0..width {
                let (left, right) = span(x, width, self.width);
                let rows = self.dots.chunks(self.width).take(bottom).skip(top);
                let area = rows.flat_map(|row| row.iter().take(right).skip(left));
                let sum: u32 = area.map(|dot| u32::from(*dot)).sum();
                let count = u32::try_from((bottom - top) * (right - left)).unwrap_or(u32::MAX).max(1);
                dots.push(u8::try_from(sum / count).unwrap_or(u8::MAX));
            }
        }
        Grey { width, height, dots }
    }

    /// Black and white by the rule of Floyd and Steinberg: what a dot is too dark or too bright goes to its neighbours
    /// right and below. Pure black and pure white stay what they are.
    fn dithered(&self) -> Picture {
        let mut picture = Picture::new(self.width, self.height);
        // a column more at each side saves the borders' cases
        let mut here = vec![0_i32; self.width + 2];
        for (y, row) in self.dots.chunks(self.width).enumerate() {
            let mut below = vec![0_i32; self.width + 2];
            for (x, dot) in row.iter().enumerate() {
                let bright = i32::from(*dot) + here.get(x + 1).copied().unwrap_or_default() / 16;
                let black = bright < 128;
                if black {
                    picture.set(x, y);
                }
                let error = if black { bright } else { bright - 255 };
                let give = |row: &mut Vec<i32>, place: usize, share: i32| {
                    if let Some(neighbour) = row.get_mut(place) {
                        *neighbour += error * share;
                    }
                };
                give(&mut here, x + 2, 7);
                give(&mut below, x, 3);
                give(&mut below, x + 1, 5);
                give(&mut below, x + 2, 1);
            }
            here = below;
        }
        picture
    }
}

/// Which of `from` dots the dot at `place` of `to` stands for: from the first to behind the last, at least one.
fn span(place: usize, to: usize, from: usize) -> (usize, usize) {
    let start = place * from / to;
    (start, ((place + 1) * from / to).max(start + 1))
}

#[cfg(test)]
mod tests {
    use png::{BitDepth, Encoder};

    use super::*;

    fn file(width: u32, height: u32, color: ColorType, pixels: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, width, height);
        encoder.set_color(color);
        encoder.set_depth(BitDepth::Eight);
        if color == ColorType::Indexed {
            encoder.set_palette(vec![255, 255, 255, 0, 0, 0, 0, 0, 0]);
            encoder.set_trns(vec![255, 255, 0]);
        }
        encoder.write_header().unwrap().write_image_data(pixels).unwrap();
        out
    }

    fn seen(file: &[u8]) -> Vec<String> {
        Logo::from_png(file).unwrap().printed(384, 203).seen()
    }

    #[test]
    fn a_logo_of_every_kind_of_png_is_the_same_black_and_white() {
        let (w, b) = (255, 0);
        assert_eq!(seen(&file(3, 1, ColorType::Grayscale, &[w, b, w])), [".#."]);
        assert_eq!(seen(&file(3, 1, ColorType::Rgb, &[w, w, w, b, b, b, w, w, w])), [".#."]);
        // black that can't be seen is white
        assert_eq!(seen(&file(3, 1, ColorType::Rgba, &[b, b, b, 0, b, b, b, w, w, w, w, w])), [".#."]);
        assert_eq!(seen(&file(3, 1, ColorType::GrayscaleAlpha, &[b, 0, b, w, b, 0])), [".#."]);
        assert_eq!(seen(&file(3, 1, ColorType::Indexed, &[0, 1, 2])), [".#."]);
    }

    #[test]
    fn a_grey_is_as_many_dots_as_it_is_dark() {
        let picture = Logo::from_png(&file(64, 64, ColorType::Grayscale, &[192; 64 * 64])).unwrap().printed(384, 203);
        let ink: usize = picture.seen().iter().map(|row| row.matches('#').count()).sum();
        assert!((64 * 64 / 5..64 * 64 * 3 / 10).contains(&ink), "{ink}");
    }

    #[test]
    fn a_large_logo_is_made_as_wide_as_the_paper_and_a_small_one_stays_small() {
        let wide = Logo::from_png(&file(1200, 100, ColorType::Grayscale, &[0; 120_000])).unwrap();
        assert_eq!((wide.printed(384, 203).width(), wide.printed(384, 203).height()), (384, 31));
        assert_eq!(wide.printed(576, 203).width(), 576);
        assert!(wide.printed(384, 203).seen().iter().all(|row| !row.contains('.')));
        let tall = Logo::from_png(&file(100, 1200, ColorType::Grayscale, &[0; 120_000])).unwrap();
        assert_eq!(tall.printed(384, 203).height(), 239, "30 mm");
        let small = Logo::from_png(&file(40, 30, ColorType::Grayscale, &[0; 1200])).unwrap();
        assert_eq!((small.printed(576, 203).width(), small.printed(576, 203).height()), (40, 30));
    }

    #[test]
    fn a_logo_is_computed_once_for_each_width() {
        let logo = Logo::from_png(&file(8, 8, ColorType::Grayscale, &[0; 64])).unwrap();
        assert!(Arc::ptr_eq(&logo.printed(384, 203), &logo.clone().printed(384, 203)));
        assert!(!Arc::ptr_eq(&logo.printed(384, 203), &logo.printed(576, 203)));
    }

    #[test]
    fn what_is_no_logo_is_refused_in_words() {
        let refused = |bytes: &[u8]| Logo::from_png(bytes).unwrap_err().to_string();
        assert!(refused(&vec![0; FILE_MOST + 1]).contains("at most 2097152"));
        assert!(refused(b"GIF89a").contains("as PNG"));
        assert!(refused(&file(2, 1, ColorType::Grayscale, &[255, 255])).contains("black on white"));
        let whole = file(40, 30, ColorType::Grayscale, &[0; 1200]);
        assert!(refused(&whole[..whole.len() / 2]).contains("as PNG"));
        let mut huge = file(1, 1, ColorType::Grayscale, &[0]);
        // the header's width, and its checksum
        huge[16..20].copy_from_slice(&5000_u32.to_be_bytes());
        assert!(!refused(&huge).is_empty());
        assert!(refused(&file(4097, 1, ColorType::Grayscale, &[0; 4097])).contains("4097 x 1"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_offered_as_a_logo(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300), at in 0_usize..200) {
            let mut broken = file(20, 20, ColorType::Rgba, &[7; 1600]);
            for (place, byte) in (at..).zip(&bytes) {
                if let Some(there) = broken.get_mut(place) { *there ^= byte; }
            }
            let _ = Logo::from_png(&broken);
            let _ = Logo::from_png(&bytes);
        }
    }
}
