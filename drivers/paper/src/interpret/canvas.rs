//! The page of page mode: an area, a direction, a place in it, and what was drawn. No modes, no paper.
//!
//! The vertical position names the lower edge of what is drawn next, as on Epson printers: it starts one line of font A
//! below the upper edge, so that a taller first line loses its head unless GS $ moved down before it.

use super::bitmap::Bitmap;
use super::page::Symbol;
use super::sheet::{SheetLine, Turn};

/// Lines and symbols kept of one page.
const MOST_LINES: usize = 300;
/// Rows of font A.
const FIRST_LINE: u32 = 24;

/// The page being composed. The place is in dots along and across the direction of the text.
#[derive(Debug)]
pub(super) struct Canvas {
    pub(super) dots: Bitmap,
    rows: u32,
    area: Area,
    direction: u8,
    pub(super) y: u32,
    /// Rows from the top that areas with something in them reach to.
    used: u32,
    lines: Vec<SheetLine>,
    symbols: Vec<(u32, Symbol)>,
}

/// A rectangle of the page, in dots.
#[derive(Debug, Clone, Copy)]
struct Area {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Canvas {
    /// An empty page of this size, its area the whole of it.
    pub(super) fn new(width: u32, rows: u32) -> Self {
        Self {
            dots: Bitmap::new(width),
            rows,
            area: Area { x: 0, y: 0, width, height: rows },
            direction: 0,
            y: FIRST_LINE,
            used: 0,
            lines: Vec::new(),
            symbols: Vec::new(),
        }
    }

    /// Whether text runs up or down the paper.
    pub(super) fn is_sideways(&self) -> bool {
        self.direction % 2 == 1
    }

    /// Dots that a line may be long.
    pub(super) fn line_length(&self) -> u32 {
        if self.is_sideways() { self.area.height } else { self.area.width }
    }

    fn depth(&self) -> u32 {
        if self.is_sideways() { self.area.width } else { self.area.height }
    }

    /// ESC T: 0 to 3; the place is the start of the area again.
    pub(super) fn set_direction(&mut self, direction: u8) {
        self.direction = direction & 3;
        self.y = FIRST_LINE;
    }

    /// ESC W; false when the area is empty or begins outside the page.
    pub(super) fn set_area(&mut self, x: u32, y: u32, width: u32, height: u32) -> bool {
        if x >= self.dots.width() || y >= self.rows || width == 0 || height == 0 {
            return false;
        }
        self.area = Area { x, y, width: width.min(self.dots.width() - x), height: height.min(self.rows - y) };
        self.y = FIRST_LINE;
        true
    }

    /// Moves the place down (across the direction of the text); what is drawn behind the end of the area is lost.
    pub(super) fn advance(&mut self, dots: u32) {
        self.move_to(self.y.saturating_add(dots));
    }

    /// GS $ and GS \.
    pub(super) fn move_to(&mut self, y: u32) {
        self.y = y.min(u32::from(u16::MAX));
    }

    /// Draws `picture`, `height` rows tall, with its lower left corner at (x, the present row); false when some of it
    /// lies outside the area and is lost.
    pub(super) fn draw(&mut self, picture: &Bitmap, x: u32, height: u32) -> bool {
        let (length, depth, area) = (self.line_length(), self.depth(), self.area);
        let (rise, direction, bottom) = (height, self.direction, self.y);
        let mut whole = true;
        let dots = &mut self.dots;
        picture.each_black(|dx, dy| {
            let (along, across) = (x + dx, (bottom + dy).checked_sub(rise));
            let Some(across) = across.filter(|across| along < length && *across < depth) else {
                whole = false;
                return;
            };
            let (px, py) = match direction {
                0 => (area.x + along, area.y + across),
                1 => (area.x + across, area.y + area.height - 1 - along),
                2 => (area.x + area.width - 1 - along, area.y + area.height - 1 - across),
                _ => (area.x + area.width - 1 - across, area.y + along),
            };
            dots.set(px, py);
        });
        self.used = self.used.max(area.y + area.height);
        whole
    }

    /// Remembers a line that was drawn at the present row, its places turned to those of the page.
    pub(super) fn add_line(&mut self, mut line: SheetLine) {
        if self.lines.len() >= MOST_LINES || line.spans.is_empty() {
            return;
        }
        let area = self.area;
        let across = self.y.saturating_sub(line.height);
        let end = line.spans.iter().map(|span| span.left + span.width).max().unwrap_or(0);
        let height = line.height;
        let (turn, top) = match self.direction {
            0 => (Turn::Upright, area.y + across),
            1 => (Turn::CounterClockwise, area.y + area.height.saturating_sub(end)),
            2 => (Turn::UpsideDown, (area.y + area.height).saturating_sub(across + height)),
            _ => (Turn::Clockwise, area.y),
        };
        for span in &mut line.spans {
            (span.left, span.width) = match self.direction {
                0 => (area.x + span.left, span.width),
                1 => (area.x + across, height),
                2 => ((area.x + area.width).saturating_sub(span.left + span.width), span.width),
                _ => ((area.x + area.width).saturating_sub(across + height), height),
            };
            if span.turn == Turn::Upright {
                span.turn = turn;
            }
        }
        line.top = top;
        if self.is_sideways() {
            line.height = end;
        }
        line.columns = line.spans.iter().map(|span| span.left + span.width).max().unwrap_or(0).div_ceil(12);
        self.lines.push(line);
    }

    /// Remembers a symbol that was drawn.
    pub(super) fn add_symbol(&mut self, symbol: Symbol) {
        if self.symbols.len() < MOST_LINES {
            self.symbols.push((self.area.y + self.area.height, symbol));
        }
    }

    /// CAN: what stands in the area goes.
    pub(super) fn cancel(&mut self) {
        let area = self.area;
        self.dots.clear(area.x, area.y, area.width, area.height);
        self.lines.retain(|line| line.top < area.y || line.top >= area.y + area.height);
        self.symbols.clear();
        self.y = FIRST_LINE;
    }

    /// Rows that FF prints: down to the end of the lowest area that holds something, or of the present one.
    pub(super) fn extent(&self) -> u32 {
        self.used.max(self.area.y + self.area.height)
    }

    /// The lines in reading order of the paper and the symbols, to be printed from row `top`.
    pub(super) fn printed(&self, top: u32) -> (Vec<SheetLine>, Vec<(u32, Symbol)>) {
        let mut lines = self.lines.clone();
        lines.sort_by_key(|line| line.top);
        for line in &mut lines {
            line.top += top;
        }
        (lines, self.symbols.iter().map(|(bottom, symbol)| (top + bottom, symbol.clone())).collect())
    }
}
