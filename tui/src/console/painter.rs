//! The bytes that turn one picture into the next. Without I/O; the shell writes them in one go.
//!
//! Why not ratatui's own terminal: it writes 32 bytes and flushes thrice for a picture that did not change, and moves
//! the cursor behind every wide glyph, ten bytes for a hanzi that needs three. Behind characters whose width no
//! terminal disputes we trust the cursor; behind all others it is set anew.

use std::fmt::Write as _;

use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Position, Rect},
    style::{Color, Modifier, Style},
};
use unicode_width::UnicodeWidthStr;

/// Where the hardware cursor stands: at the caret, or hidden on the selected row, where screen readers look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub position: Position,
    pub visible: bool,
}

/// Remembers what the terminal shows.
#[derive(Debug)]
pub struct Painter {
    shown: Option<Buffer>,
    cursor: Option<Cursor>,
}

impl Default for Painter {
    fn default() -> Painter {
        Painter::new()
    }
}

impl Painter {
    /// Nothing is known of what the terminal shows.
    pub fn new() -> Painter {
        Painter { shown: None, cursor: None }
    }

    /// Forget: the next picture is painted whole (Ctrl+L, a resize, a terminal attached anew).
    pub fn forget(&mut self) {
        self.shown = None;
        self.cursor = None;
    }

    /// The bytes from what is shown to `next`; empty when nothing changed.
    pub fn paint(&mut self, next: Buffer, cursor: Option<Cursor>) -> String {
        let mut pen = Pen { out: String::new(), at: None, style: Style::new(), width: next.area.width };
        let blank = Buffer::empty(next.area);
        let whole = self.shown.as_ref().is_none_or(|shown| shown.area != next.area);
        if whole {
            pen.out.push_str("\x1b[0m\x1b[H\x1b[2J");
            pen.at = Some(Position::ORIGIN);
            self.cursor = None;
        }
        let shown = if whole { &blank } else { self.shown.as_ref().unwrap_or(&blank) };
        for y in 0..next.area.height {
            row(&mut pen, shown, &next, y);
        }
        pen.wear(Style::new());
        // hidden is the terminal's state from the shell's greeting on; `None` after forget hides again
        let visible = cursor.is_some_and(|c| c.visible);
        if whole || self.cursor.is_some_and(|c| c.visible) != visible {
            pen.out.push_str(if visible { "\x1b[?25h" } else { "\x1b[?25l" });
        }
        if let Some(cursor) = cursor
            && (self.cursor.map(|c| c.position) != Some(cursor.position) || !pen.out.is_empty())
            && pen.at != Some(cursor.position)
        {
            pen.go(cursor.position.x, cursor.position.y);
        }
        self.cursor = cursor;
        self.shown = Some(next);
        pen.out
    }
}

/// The shorter of two ways: only what differs, or the rest of the row anew. A row that was selected is mostly blank
/// afterwards, and blanks that are erased cost nothing.
fn row(pen: &mut Pen, shown: &Buffer, next: &Buffer, y: u16) {
    let width = next.area.width;
    let end = blank_from(next, y);
    let differs = |x: &u16| shown.cell((*x, y)) != next.cell((*x, y));
    let Some(first) = (0..width).find(differs) else { return };
    let mut by_cell = pen.branch();
    for x in (first..end).filter(|x| differs(x)) {
        by_cell.draw(x, y, next);
    }
    if end < blank_from(shown, y) && end < width {
        by_cell.erase_rest(end, y);
    }
    let mut anew = pen.branch();
    // in the middle of a glyph nothing can be erased
    if next.cell((first, y)).is_some_and(|cell| !cell.symbol().is_empty()) {
        anew.erase_rest(first, y);
        let blank =
            |x: &u16| next.cell((*x, y)).is_some_and(|cell| cell.symbol() == " " && plain(cell) == Style::new());
        for x in (first..end).filter(|x| !blank(x)) {
            anew.draw(x, y, next);
        }
        if anew.out.len() < by_cell.out.len() {
            by_cell = anew;
        }
    }
    pen.join(by_cell);
}

/// The column from which on a row is empty in the terminal's own colours.
fn blank_from(buffer: &Buffer, y: u16) -> u16 {
    (0..buffer.area.width)
        .rev()
        .find(|x| buffer.cell((*x, y)).is_some_and(|c| c.symbol() != " " || plain(c) != Style::new()))
        .map_or(0, |x| x + 1)
}

/// A cell's style with everything that is the terminal's default left out.
fn plain(cell: &Cell) -> Style {
    let mut style = Style::new();
    if cell.fg != Color::Reset {
        style = style.fg(cell.fg);
    }
    if cell.modifier != Modifier::empty() {
        style = style.add_modifier(cell.modifier);
    }
    style
}

struct Pen {
    out: String,
    /// Where the terminal's cursor is, if that is certain.
    at: Option<Position>,
    style: Style,
    width: u16,
}

impl Pen {
    /// A pen that goes on from here, to see what that costs.
    fn branch(&self) -> Pen {
        Pen { out: String::new(), ..*self }
    }

    fn join(&mut self, branch: Pen) {
        self.out.push_str(&branch.out);
        (self.at, self.style) = (branch.at, branch.style);
    }

    fn draw(&mut self, x: u16, y: u16, picture: &Buffer) {
        // the half behind a wide glyph is painted with its head
        let Some(cell) = picture.cell((x, y)).filter(|cell| !cell.symbol().is_empty()) else { return };
        self.go(x, y);
        self.wear(plain(cell));
        self.out.push_str(cell.symbol());
        let (wide, certain) = advance(cell.symbol());
        // at the right edge terminals differ: some wrap at once, some only before the next character
        self.at = (certain && x + wide < self.width).then(|| Position::new(x + wide, y));
    }

    fn erase_rest(&mut self, x: u16, y: u16) {
        self.go(x, y);
        self.wear(Style::new());
        self.out.push_str("\x1b[K");
    }

    fn go(&mut self, x: u16, y: u16) {
        if self.at == Some(Position::new(x, y)) {
            return;
        }
        // writing to a String cannot fail
        let _ = match self.at {
            Some(at) if at.y == y && at.x < x => {
                let by = x - at.x;
                if by == 1 { write!(self.out, "\x1b[C") } else { write!(self.out, "\x1b[{by}C") }
            }
            _ => write!(self.out, "\x1b[{};{}H", y + 1, x + 1),
        };
        self.at = Some(Position::new(x, y));
    }

    fn wear(&mut self, style: Style) {
        if self.style == style {
            return;
        }
        let mut codes: Vec<String> = Vec::new();
        for (modifier, code) in [(Modifier::BOLD, 1), (Modifier::UNDERLINED, 4), (Modifier::REVERSED, 7)] {
            if style.add_modifier.contains(modifier) {
                codes.push(code.to_string());
            }
        }
        if let Some(code) = style.fg.and_then(foreground) {
            codes.push(code);
        }
        // everything is set anew: shorter than switching one attribute off, and the same on every terminal
        let reset = if self.style == Style::new() { "" } else { "0;" };
        let _ = match codes.is_empty() {
            true => write!(self.out, "\x1b[m"),
            false => write!(self.out, "\x1b[{reset}{}m", codes.join(";")),
        };
        self.style = style;
    }
}

/// ECMA-48 SGR 30–37; the first eight colours are all that a Linux console has.
fn foreground(colour: Color) -> Option<String> {
    Some(match colour {
        Color::Red => "31".into(),
        Color::Green => "32".into(),
        Color::Yellow => "33".into(),
        Color::Blue => "34".into(),
        Color::Magenta => "35".into(),
        Color::Cyan => "36".into(),
        Color::Indexed(index) => format!("38;5;{index}"),
        _ => return None,
    })
}

/// How far the cursor moves, and whether every terminal agrees: printable ASCII, the yen sign, hanzi, kana, full-width forms.
fn advance(symbol: &str) -> (u16, bool) {
    let mut chars = symbol.chars();
    let (Some(first), None) = (chars.next(), chars.next()) else {
        return (u16::try_from(symbol.width().clamp(1, 2)).unwrap_or(2), false);
    };
    match u32::from(first) {
        // the yen sign is one column in every locale (Unicode UAX 11: Na)
        0x20..=0x7E | 0xA5 => (1, true),
        0x3001..=0x303E | 0x3041..=0x3096 | 0x30A1..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xFF01..=0xFF60 => {
            (2, true)
        }
        _ => (u16::try_from(symbol.width().clamp(1, 2)).unwrap_or(2), false),
    }
}

/// An empty picture of a size.
pub(crate) fn empty(width: u16, height: u16) -> Buffer {
    Buffer::empty(Rect::new(0, 0, width, height))
}

#[cfg(test)]
mod tests {
    use model::Language;

    use super::*;
    use crate::console::{
        canvas::Canvas,
        theme::{Role, Theme},
    };

    fn picture(text: &str, role: Role) -> Buffer {
        let mut buffer = empty(20, 2);
        Canvas::new(&mut buffer, Theme::COLOUR, Language::Zh).put(1, 1, 19, text, role);
        buffer
    }

    #[test]
    fn an_unchanged_picture_costs_nothing() {
        let mut painter = Painter::new();
        assert!(!painter.paint(picture("农夫山泉", Role::Plain), None).is_empty());
        assert_eq!(painter.paint(picture("农夫山泉", Role::Plain), None), "");
    }

    #[test]
    fn hanzi_cost_their_three_bytes_and_rows_are_erased_to_their_end() {
        let mut painter = Painter::new();
        painter.paint(picture("", Role::Plain), None);
        assert_eq!(painter.paint(picture("农夫山泉", Role::Plain), None), "\x1b[2;2H农夫山泉");
        assert_eq!(painter.paint(picture("农", Role::Plain), None), "\x1b[2;4H\x1b[K");
        assert_eq!(painter.paint(picture("ab", Role::Good), None), "\x1b[2;2H\x1b[32mab\x1b[m");
    }
}
