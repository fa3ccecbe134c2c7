//! A font that the shop configured, for characters that neither the printer nor Unifont has: rare surnames beyond the basic
//! plane. TrueType and OpenType outlines (TTF, OTF, TTC); pictures of one cell of 24 × 24 dots. No files are opened here.
//!
//! Such a font has 10 to 60 MB and is needed a few times a day. So [`Font::reread`] keeps none of it: it is read again when
//! a character is missing that was not seen before, and only the pictures (96 bytes each) stay.
//!
//! `skrifa` reads the outlines, one glyph at a time. Measured against it: `fontdue` prepares every glyph of a font when it
//! is loaded (88 MB for a font of 4.5 MB), and `ttf-parser`, beneath it and `ab_glyph`, stopped at an assertion of its own on a damaged one.

use std::{
    collections::BTreeMap,
    fmt, io,
    sync::{Mutex, PoisonError},
};

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use skrifa::{
    FontRef, GlyphId, MetadataProvider,
    instance::{LocationRef, Size},
    outline::{DrawSettings, OutlinePen},
};

use crate::rows::{ROWS, Rows};

/// Dots of a cell's side.
const CELL: f32 = ROWS as f32;

/// The baseline from the cell's top: Chinese fonts have 0.88 of the em above it.
const BASELINE: f32 = 21.0;

/// Share of a dot's area from which it is black. Below a half, because the thin strokes of a Song face (宋体) are narrower
/// than a dot.
const BLACK: f32 = 0.35;

/// Pictures that are kept; whoever sends more different characters than these gets them drawn anew.
const KEPT: usize = 4096;

/// Fonts of a collection that are looked at.
const FACES: u32 = 16;

/// Glyphs that are looked at to see whether a font has outlines.
const TRIED: u32 = 2000;

/// A font, checked. Drawing needs no more memory than one character's outline.
pub struct Font {
    file: File,
    /// What was asked for so far; `None`: the font lacks it.
    drawn: Mutex<BTreeMap<char, Option<Rows>>>,
}

enum File {
    Kept(Vec<u8>),
    Reread(Box<dyn Fn() -> io::Result<Vec<u8>> + Send + Sync>),
}

/// Why a font can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    #[error("reading the font: {0}")]
    Read(#[from] io::Error),
    #[error("reading the font: it is no TrueType or OpenType font, or a damaged one")]
    Damaged,
    #[error("reading the font: it has no outlines, only bitmaps or nothing at all")]
    NoOutlines,
}

impl Font {
    /// A font from its file's bytes, which are kept.
    ///
    /// # Errors
    /// When it is no font with outlines.
    pub fn load(bytes: Vec<u8>) -> Result<Font, FontError> {
        check(&bytes)?;
        Ok(Font { file: File::Kept(bytes), drawn: Mutex::default() })
    }

    /// A font whose bytes are read once now, to check them, and again whenever a new character is missing. Where that
    /// fails later, the character is one that the font lacks.
    ///
    /// # Errors
    /// When it can't be read or is no font with outlines.
    pub fn reread(read: impl Fn() -> io::Result<Vec<u8>> + Send + Sync + 'static) -> Result<Font, FontError> {
        check(&read()?)?;
        Ok(Font { file: File::Reread(Box::new(read)), drawn: Mutex::default() })
    }

    /// The picture of a character, 24 dots wide; `None` if the font has none.
    pub(crate) fn rows(&self, c: char) -> Option<Rows> {
        // a panic of another thread leaves whole pictures
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = drawn.get(&c) {
            return *known;
        }
        let rows = match &self.file {
            File::Kept(bytes) => draw(bytes, c),
            // gone for now: not remembered
            File::Reread(read) => draw(&read().ok()?, c),
        };
        if drawn.len() >= KEPT {
            drawn.clear();
        }
        drawn.insert(c, rows);
        rows
    }
}

impl fmt::Debug for Font {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Font").finish_non_exhaustive()
    }
}

/// All faces: a collection (TTC) has several, mostly of the same characters in other regions' forms.
fn faces(bytes: &[u8]) -> impl Iterator<Item = FontRef<'_>> {
    (0..FACES).map_while(|index| FontRef::from_index(bytes, index).ok())
}

fn check(bytes: &[u8]) -> Result<(), FontError> {
    let mut faces = faces(bytes).filter(|face| face.charmap().has_map()).peekable();
    if faces.peek().is_none() {
        return Err(FontError::Damaged);
    }
    let drawable = |face: FontRef<'_>| (1..TRIED).any(|id| Outline::of(&face, GlyphId::new(id)).is_some());
    if faces.any(drawable) { Ok(()) } else { Err(FontError::NoOutlines) }
}

fn draw(bytes: &[u8], c: char) -> Option<Rows> {
    faces(bytes).find_map(|face| {
        let id = face.charmap().map(c).filter(|id| *id != GlyphId::NOTDEF)?;
        Outline::of(&face, id)?.in_cell()
    })
}

/// The contours of a glyph, in dots of a line's size, upwards from the baseline.
#[derive(Default)]
struct Outline {
    strokes: Vec<Stroke>,
    start: Point,
    pen: Point,
    /// From one glyph's origin to the next.
    advance: f32,
}

/// A piece of a contour: a line of two points, or a curve of three or four.
type Stroke = Vec<Point>;

impl Outline {
    /// `None` for a glyph without ink, or a damaged one.
    fn of(face: &FontRef<'_>, id: GlyphId) -> Option<Outline> {
        let (size, location) = (Size::new(CELL), LocationRef::default());
        let mut outline = Outline::default();
        face.outline_glyphs().get(id)?.draw(DrawSettings::unhinted(size, location), &mut outline).ok()?;
        outline.advance = face.glyph_metrics(size, location).advance_width(id).unwrap_or(CELL);
        if outline.strokes.is_empty() { None } else { Some(outline) }
    }

    /// The dots: in the size of a line, smaller if that would not fit, moved only as far as it must be.
    fn in_cell(&self) -> Option<Rows> {
        let points = || self.strokes.iter().flatten();
        if !points().all(|p| p.x.is_finite() && p.y.is_finite()) {
            return None;
        }
        let (left, right) = points().fold((f32::MAX, f32::MIN), |(least, most), p| (p.x.min(least), p.x.max(most)));
        let (low, high) = points().fold((f32::MAX, f32::MIN), |(least, most), p| (p.y.min(least), p.y.max(most)));
        let scale = CELL / (right - left).max(high - low).max(CELL);
        let inside = |wanted: f32, extent: f32| wanted.clamp(0.0, (CELL - extent).max(0.0));
        let indent = ((CELL - self.advance) / 2.0).max(0.0);
        let x = inside((indent + left) * scale, (right - left) * scale);
        let y = inside(BASELINE - high * scale, (high - low) * scale);
        let place =
            |p: &Point| point(((p.x - left) * scale + x).clamp(0.0, CELL), ((high - p.y) * scale + y).clamp(0.0, CELL));
        let mut dots = Rasterizer::new(ROWS, ROWS);
        for stroke in &self.strokes {
            match *stroke.iter().map(place).collect::<Vec<_>>() {
                [a, b] => dots.draw_line(a, b),
                [a, b, c] => dots.draw_quad(a, b, c),
                [a, b, c, d] => dots.draw_cubic(a, b, c, d),
                _ => {}
            }
        }
        let mut rows = [0; ROWS];
        dots.for_each_pixel_2d(|x, y, share| {
            if let Some(row) = rows.get_mut(y as usize)
                && share >= BLACK
            {
                *row |= 1 << (31 - x);
            }
        });
        Some(rows)
    }

    fn stroke(&mut self, to: &[(f32, f32)]) {
        let points: Stroke = std::iter::once(self.pen).chain(to.iter().map(|(x, y)| point(*x, *y))).collect();
        self.pen = points.last().copied().unwrap_or(self.pen);
        self.strokes.push(points);
    }
}

impl OutlinePen for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        (self.start, self.pen) = (point(x, y), point(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.stroke(&[(x, y)]);
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.stroke(&[(cx0, cy0), (x, y)]);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.stroke(&[(cx0, cy0), (cx1, cy1), (x, y)]);
    }

    fn close(&mut self) {
        self.stroke(&[(self.start.x, self.start.y)]);
    }
}
