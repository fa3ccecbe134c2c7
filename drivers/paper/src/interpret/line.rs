//! The print buffer: the characters and pictures of the line that is not printed yet. No paper motion.

use std::sync::Arc;

use super::bitmap::Bitmap;
use super::cell::Glyphs;
use super::event::Align;
use super::modes::Look;
use super::place::Place;
use super::sheet::{SheetLine, Span, Turn};

/// Parts a line may have before it is printed by itself; overprinting by ESC $ could add them without end.
const MOST_PARTS: usize = 2000;

/// Something placed in the line; width and height as they stand on the paper, i.e. after turning.
#[derive(Debug, Clone)]
struct Part {
    x: u32,
    width: u32,
    height: u32,
    character: char,
    look: Look,
    picture: Option<Arc<Bitmap>>,
}

/// The line in the print buffer; x counts dots from the left margin.
#[derive(Debug, Default)]
pub(super) struct Line {
    parts: Vec<Part>,
    x: u32,
    positioned: bool,
}

impl Line {
    /// "Start of line" in the sense of ESC/POS: nothing in the buffer and no position pending.
    pub(super) fn is_start(&self) -> bool {
        self.parts.is_empty() && !self.positioned
    }

    /// Whether there is anything to print.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether a part of this width still goes into an area of `area` dots.
    pub(super) fn takes(&self, width: u32, area: u32) -> bool {
        self.parts.len() < MOST_PARTS && (self.x + width <= area || self.x == 0)
    }

    /// A character, or with `picture` a user's glyph, in a cell that the look enlarges and may rotate.
    pub(super) fn put_character(
        &mut self,
        character: char,
        cell: (u32, u32),
        look: Look,
        picture: Option<Arc<Bitmap>>,
    ) {
        let (mut width, mut height) = (cell.0 * look.wide, cell.1 * look.tall);
        let picture = picture.map(|picture| {
            let large =
                if look.wide * look.tall > 1 { Arc::new(picture.scaled(look.wide, look.tall)) } else { picture };
            if look.rotated { Arc::new(large.quarter_turned(height)) } else { large }
        });
        if look.rotated {
            (width, height) = (height, width);
        }
        self.parts.push(Part { x: self.x, width, height, character, look, picture });
        self.x += width;
    }

    pub(super) fn put_picture(&mut self, picture: Bitmap) {
        let (width, height) = (picture.width(), picture.height());
        let look = Look { wide: 1, tall: 1, ..Look::default() };
        let picture = Some(Arc::new(picture));
        self.parts.push(Part { x: self.x, width, height, character: '\u{fffc}', look, picture });
        self.x += width;
    }

    /// Blank dots after a character (ESC SP, FS S).
    pub(super) fn space(&mut self, dots: u32) {
        self.x = self.x.saturating_add(dots);
    }

    /// ESC $ and HT.
    pub(super) fn move_to(&mut self, x: u32) {
        self.x = x;
        self.positioned = true;
    }

    /// ESC \; false when the place is left of the margin.
    pub(super) fn move_by(&mut self, dots: i64) -> bool {
        let target = i64::from(self.x) + dots;
        let Ok(target) = u32::try_from(target) else { return false };
        self.move_to(target.min(u32::from(u16::MAX)));
        true
    }

    pub(super) fn x(&self) -> u32 {
        self.x
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Burns the line at row `top` and empties the buffer. The line's height is that of its tallest part.
    pub(super) fn print(&mut self, paper: &mut Bitmap, top: u32, place: &Place, glyphs: &mut Glyphs) -> SheetLine {
        let parts = std::mem::take(&mut self.parts);
        self.clear();
        let used = parts.iter().map(|part| part.x + part.width).max().unwrap_or(0);
        let height = parts.iter().map(|part| part.height).max().unwrap_or(0);
        let shift = shift(place.align, place.area, used);
        if place.upside_down {
            // the whole area turns, so that the line starts at its right end
            let mut band = Bitmap::new(place.area);
            burn(&parts, &mut band, shift, 0, height, glyphs);
            paper.stamp(&band.half_turned(height), place.left, top, 1, 1);
        } else {
            burn(&parts, paper, place.left + shift, top, height, glyphs);
        }
        let mut line = read(&parts, place, shift);
        (line.top, line.height) = (top, height);
        line.columns = if parts.is_empty() { 0 } else { (place.left + shift + used).div_ceil(12) };
        line
    }
}

fn burn(parts: &[Part], paper: &mut Bitmap, left: u32, top: u32, height: u32, glyphs: &mut Glyphs) {
    for part in parts {
        let (x, y) = (left + part.x, top + height - part.height);
        let look = part.look;
        let empty = look.underline == 0 && !look.inverse;
        match &part.picture {
            Some(picture) => paper.stamp(picture, x, y, 1, 1),
            None if matches!(part.character, ' ' | '\u{3000}' | '\u{a0}') && empty => {}
            None => {
                let (width, height) = if look.rotated { (part.height, part.width) } else { (part.width, part.height) };
                let glyph = glyphs.glyph(part.character, width, height, look);
                paper.stamp(&glyph, x, y, 1, 1);
            }
        }
    }
}

/// Dots left of something `used` dots wide in an area of `area` dots.
pub(super) fn shift(align: Align, area: u32, used: u32) -> u32 {
    let free = area.saturating_sub(used);
    match align {
        Align::Left => 0,
        Align::Centre => free / 2,
        Align::Right => free,
    }
}

/// The line as an eye reads it that turns the paper if it must: gaps of half a column and more become blanks, runs of
/// one look become spans.
fn read(parts: &[Part], place: &Place, shift: u32) -> SheetLine {
    let mut text = String::new();
    let mut spans: Vec<(Look, Span)> = Vec::new();
    let mut end = 0;
    for part in parts {
        let x = place.left + shift + part.x;
        let gap = (x.saturating_sub(end) + 6) / 12;
        text.extend(std::iter::repeat_n(' ', gap as usize));
        text.push(part.character);
        // where the part begins on the paper, counted from its left edge
        let right = x + part.width;
        let left = if place.upside_down { (2 * place.left + place.area).saturating_sub(right) } else { x };
        match spans.last_mut() {
            Some((look, span)) if *look == part.look && gap == 0 => {
                span.text.push(part.character);
                let (first, last) = (span.left.min(left), (span.left + span.width).max(left + part.width));
                (span.left, span.width) = (first, last - first);
            }
            _ => spans.push((
                part.look,
                Span {
                    text: part.character.to_string(),
                    left,
                    width: part.width,
                    bold: part.look.bold,
                    underline: part.look.underline > 0,
                    inverse: part.look.inverse,
                    wide: part.look.wide,
                    tall: part.look.tall,
                    turn: match (part.look.rotated, place.upside_down) {
                        (false, false) => Turn::Upright,
                        (true, false) => Turn::Clockwise,
                        (false, true) => Turn::UpsideDown,
                        (true, true) => Turn::CounterClockwise,
                    },
                },
            )),
        }
        end = right;
    }
    text.truncate(text.trim_end().len());
    let spans = spans.into_iter().map(|(_, span)| span).collect();
    SheetLine { text, top: 0, height: 0, columns: 0, spans }
}
