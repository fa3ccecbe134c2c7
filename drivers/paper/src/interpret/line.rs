//! The print buffer: the characters and pictures of the line that is not printed yet. No paper motion.

use std::sync::Arc;

use super::bitmap::Bitmap;
use super::cell;
use super::event::Align;
use super::modes::{Look, Modes};
use super::sheet::{SheetLine, Span};

/// Parts a line may have before it is printed by itself; overprinting by ESC $ could add them without end.
const MOST_PARTS: usize = 2000;

/// Something placed in the line.
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

    pub(super) fn put_character(
        &mut self,
        character: char,
        cell: (u32, u32),
        look: Look,
        picture: Option<Arc<Bitmap>>,
    ) {
        let (width, height) = (cell.0 * look.wide, cell.1 * look.tall);
        self.parts.push(Part { x: self.x, width, height, character, look, picture });
        self.x += width;
    }

    pub(super) fn put_picture(&mut self, picture: Bitmap) {
        let (width, height) = (picture.width(), picture.height());
        let look = Look { wide: 1, tall: 1, ..Look::default() };
        self.parts.push(Part {
            x: self.x,
            width,
            height,
            character: '\u{fffc}',
            look,
            picture: Some(Arc::new(picture)),
        });
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
    pub(super) fn print(&mut self, paper: &mut Bitmap, top: u32, modes: &Modes) -> SheetLine {
        let parts = std::mem::take(&mut self.parts);
        self.clear();
        let used = parts.iter().map(|part| part.x + part.width).max().unwrap_or(0);
        let left = modes.left + shift(modes.align, modes.area, used);
        let height = parts.iter().map(|part| part.height).max().unwrap_or(0);
        for part in &parts {
            let (x, y) = (left + part.x, top + height - part.height);
            match &part.picture {
                Some(picture) => paper.stamp(picture, x, y, part.look.wide, part.look.tall),
                None if part.character == ' ' && part.look.underline == 0 && !part.look.inverse => {}
                None => cell::draw(paper, part.character, x, y, part.width, part.height, part.look),
            }
        }
        let mut line = read(&parts, left);
        (line.top, line.height) = (top, height);
        line.columns = if parts.is_empty() { 0 } else { (left + used).div_ceil(12) };
        line
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

/// The line as an eye reads it: gaps of half a column and more become blanks, runs of one look become spans.
fn read(parts: &[Part], left: u32) -> SheetLine {
    let mut text = String::new();
    let mut spans: Vec<(Look, Span)> = Vec::new();
    let mut end = 0;
    for part in parts {
        let x = left + part.x;
        let gap = (x.saturating_sub(end) + 6) / 12;
        text.extend(std::iter::repeat_n(' ', gap as usize));
        text.push(part.character);
        match spans.last_mut() {
            Some((look, span)) if *look == part.look && gap == 0 => {
                span.text.push(part.character);
                span.width = (x + part.width).saturating_sub(span.left);
            }
            _ => spans.push((
                part.look,
                Span {
                    text: part.character.to_string(),
                    left: x,
                    width: part.width,
                    bold: part.look.bold,
                    underline: part.look.underline > 0,
                    inverse: part.look.inverse,
                    wide: part.look.wide,
                    tall: part.look.tall,
                },
            )),
        }
        end = x + part.width;
    }
    text.truncate(text.trim_end().len());
    let spans = spans.into_iter().map(|(_, span)| span).collect();
    SheetLine { text, top: 0, height: 0, columns: 0, spans }
}
