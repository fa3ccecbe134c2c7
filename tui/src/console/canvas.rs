//! Where layers draw: text into columns, by role. Clips, fits, and keeps wide glyphs whole.
//!
//! A wide glyph fills its cell and leaves the next one empty (symbol `""`), so that two pictures can be compared cell
//! by cell, and so that covering half of a glyph blanks the other half (ratatui#2526).

use model::Language;
use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Position, Rect},
};
use unicode_segmentation::UnicodeSegmentation;

use super::{
    glyphs,
    painter::Cursor,
    text::{fit, grapheme_width, width},
    theme::{Glyphs, Role, Theme},
};
use crate::wording::text::Text;

/// A picture being drawn.
#[derive(Debug)]
pub(crate) struct Canvas<'a> {
    buffer: &'a mut Buffer,
    theme: Theme,
    pub(crate) language: Language,
    pub(crate) cursor: Option<Cursor>,
}

impl<'a> Canvas<'a> {
    pub(crate) fn new(buffer: &'a mut Buffer, theme: Theme, language: Language) -> Canvas<'a> {
        Canvas { buffer, theme, language, cursor: None }
    }

    /// True if this terminal shows ASCII alone.
    pub(crate) fn is_ascii(&self) -> bool {
        self.theme.glyphs == Glyphs::Ascii
    }

    /// The words of a text in the console's language.
    pub(crate) fn say(&self, text: &Text<'_>) -> String {
        text.say(self.language).into_owned()
    }

    /// Writes text into at most `columns` columns; returns how many it took.
    pub(crate) fn put(&mut self, x: u16, y: u16, columns: u16, text: &str, role: Role) -> u16 {
        let columns = columns.min(self.buffer.area.right().saturating_sub(x));
        let style = self.theme.style(role);
        let mut at = x;
        let shown = fit(text, columns);
        let shown =
            if role == Role::Edge && !self.theme.edges { " ".repeat(usize::from(width(&shown))) } else { shown };
        for grapheme in glyphs::shown(&shown, self.theme.glyphs).graphemes(true) {
            // a mark at the beginning of foreign words would sit on the blank before them
            let grapheme = if grapheme.starts_with(' ') { " " } else { grapheme };
            let wide = grapheme_width(grapheme);
            if wide == 0 {
                continue;
            }
            self.split_around(at, y, wide);
            self.cell(at, y, |cell| {
                cell.reset();
                cell.set_symbol(grapheme).set_style(style);
            });
            if wide == 2 {
                self.cell(at + 1, y, |cell| {
                    cell.reset();
                    cell.set_symbol("").set_style(style);
                });
            }
            at += wide;
        }
        at - x
    }

    /// Writes text so that it ends at the right edge of its columns.
    pub(crate) fn right(&mut self, x: u16, y: u16, columns: u16, text: &str, role: Role) {
        let indent = columns.saturating_sub(width(text));
        self.put(x + indent, y, columns - indent, text, role);
    }

    /// Puts text in the middle of its columns.
    pub(crate) fn middle(&mut self, x: u16, y: u16, columns: u16, text: &str, role: Role) {
        let indent = columns.saturating_sub(width(text)) / 2;
        self.put(x + indent, y, columns - indent, text, role);
    }

    /// Gives every cell of an area a role, whatever is written there.
    pub(crate) fn tint(&mut self, area: Rect, role: Role) {
        let style = self.theme.style(role);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                self.cell(x, y, |cell| {
                    let symbol = cell.symbol().to_owned();
                    cell.reset();
                    cell.set_symbol(&symbol).set_style(style);
                });
            }
        }
    }

    /// Empties an area, blanking the outer half of every glyph that lies across its edge.
    pub(crate) fn clear(&mut self, area: Rect) {
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                self.split_around(x, y, 1);
                self.cell(x, y, Cell::reset);
            }
        }
    }

    /// True if dialogs and paper have edges in this theme.
    pub(crate) fn has_edges(&self) -> bool {
        self.theme.edges
    }

    /// The whole rows that an area is in.
    pub(crate) fn rows_of(&self, area: Rect) -> Rect {
        Rect::new(self.buffer.area.x, area.y, self.buffer.area.width, area.height)
    }

    /// Puts the hardware cursor here; shown only where somebody types.
    pub(crate) fn set_cursor(&mut self, x: u16, y: u16, visible: bool) {
        self.cursor = Some(Cursor { position: Position::new(x, y), visible });
    }

    /// Blanks the other half of glyphs that cells `x .. x + wide` are about to cover by half.
    fn split_around(&mut self, x: u16, y: u16, wide: u16) {
        let is_half = |cell: Option<&Cell>| cell.is_some_and(|c| c.symbol().is_empty());
        if is_half(self.buffer.cell((x, y)))
            && let Some(before) = x.checked_sub(1)
        {
            self.cell(before, y, |cell| {
                cell.set_symbol(" ");
            });
        }
        if is_half(self.buffer.cell((x + wide, y))) {
            self.cell(x + wide, y, |cell| {
                cell.set_symbol(" ");
            });
        }
    }

    fn cell(&mut self, x: u16, y: u16, change: impl FnOnce(&mut Cell)) {
        if let Some(cell) = self.buffer.cell_mut((x, y)) {
            change(cell);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(buffer: &Buffer) -> String {
        buffer.content().iter().map(Cell::symbol).collect()
    }

    #[test]
    fn a_dialog_over_chinese_leaves_no_half_glyph() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 1));
        let mut canvas = Canvas::new(&mut buffer, Theme::MONO, Language::Zh);
        canvas.put(0, 0, 10, "农夫山泉水", Role::Plain);
        canvas.clear(Rect::new(3, 0, 4, 1));
        // columns: 农 0-1, half of 夫 blanked, the hole 3-6, half of 泉 blanked, 水 8-9
        assert_eq!(line(&buffer), format!("农{}水", " ".repeat(6)));
    }

    proptest! {
        #[test]
        fn whatever_is_put_stays_in_its_columns(
            text in any::<String>(), x in 0u16..12, columns in 0u16..12, under in "[农夫a ]{0,6}",
        ) {
            let mut before = Buffer::empty(Rect::new(0, 0, 12, 3));
            Canvas::new(&mut before, Theme::MONO, Language::Zh).put(0, 0, 12, &under, Role::Plain);
            let mut after = before.clone();
            let text = model::SafeText::new(&text);
            let used = Canvas::new(&mut after, Theme::MONO, Language::Zh).put(x, 1, columns, &text, Role::Plain);
            prop_assert!(used <= columns);
            for y in 0..3 {
                for at in 0..12 {
                    if y != 1 || at < x || at >= x + columns {
                        prop_assert_eq!(before.cell((at, y)), after.cell((at, y)));
                    }
                }
            }
        }
    }
}
