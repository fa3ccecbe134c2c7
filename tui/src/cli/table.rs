//! Aligned columns for people, by the width text has on a screen; and the few colours.

use model::SafeText;
use unicode_width::UnicodeWidthStr;

/// How a cell is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tone {
    #[default]
    Plain,
    Good,
    Doubtful,
    Bad,
    Faint,
}

impl Tone {
    /// SGR parameter; the 16-colour set, which every terminal has (ECMA-48, 8.3.117).
    fn sgr(self) -> Option<&'static str> {
        match self {
            Tone::Plain => None,
            Tone::Good => Some("32"),
            Tone::Doubtful => Some("33"),
            Tone::Bad => Some("31"),
            Tone::Faint => Some("2"),
        }
    }

    fn paint(self, text: &str, color: bool) -> String {
        match self.sgr() {
            Some(sgr) if color && !text.is_empty() => format!("\u{1b}[{sgr}m{text}\u{1b}[0m"),
            _ => text.to_owned(),
        }
    }
}

/// A piece of a row. Its text is made safe when it is put in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    text: SafeText,
    tone: Tone,
    right: bool,
}

impl Cell {
    /// Text on the left.
    pub(crate) fn new(text: impl AsRef<str>) -> Cell {
        Cell { text: SafeText::new(text.as_ref()), ..Cell::default() }
    }

    /// Numbers and amounts stand on the right.
    pub(crate) fn right(text: impl AsRef<str>) -> Cell {
        Cell { right: true, ..Cell::new(text) }
    }

    /// The same in a colour.
    pub(crate) fn toned(mut self, tone: Tone) -> Cell {
        self.tone = tone;
        self
    }

    fn width(&self) -> usize {
        self.text.as_str().width()
    }
}

/// The usual width of a screen.
const SCREEN: usize = 80;

/// The rows as lines: columns as wide as their widest cell, two blanks between, or one where two would not fit a usual
/// screen; nothing behind the last.
pub(crate) fn lines(rows: &[Vec<Cell>], color: bool) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(Cell::width).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let filled = widths.iter().filter(|width| **width > 0).count();
    let wide = widths.iter().sum::<usize>() + 2 * filled.saturating_sub(1);
    // labels with a long text behind them are no table
    let gap = if wide > SCREEN && filled > 2 { " " } else { "  " };
    rows.iter()
        .map(|row| {
            let filled = row.iter().rposition(|cell| !cell.text.is_empty()).map_or(0, |last| last + 1);
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).take(filled).enumerate() {
                let blanks = " ".repeat(width.saturating_sub(cell.width()));
                let text = cell.tone.paint(&cell.text, color);
                match (cell.right, column + 1 == filled) {
                    (true, _) => line.push_str(&(blanks + &text)),
                    (false, true) => line.push_str(&text),
                    (false, false) => line.push_str(&(text + &blanks)),
                }
                if column + 1 < filled && *width > 0 {
                    line.push_str(gap);
                }
            }
            line
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_cells_stand_below_each_other() {
        let rows = [
            vec![Cell::new("消费"), Cell::right("1.00"), Cell::new("x")],
            vec![Cell::new("sale"), Cell::right("1280.00"), Cell::new("")],
            vec![Cell::new("a"), Cell::right("8.00"), Cell::new("y").toned(Tone::Bad)],
        ];
        assert_eq!(lines(&rows, false), ["消费     1.00  x", "sale  1280.00", "a        8.00  y"]);
        assert!(lines(&rows, true).last().is_some_and(|line| line.ends_with("\u{1b}[31my\u{1b}[0m")));
    }

    #[test]
    fn a_list_that_would_be_too_wide_stands_closer() {
        let row = |wide: usize| vec!["x".repeat(wide), "y".repeat(20), "z".repeat(20), "a".repeat(20)];
        let cells = |wide| row(wide).iter().map(Cell::new).collect::<Vec<Cell>>();
        assert_eq!(lines(&[cells(14)], false)[0], row(14).join("  "));
        assert_eq!(lines(&[cells(15)], false)[0], row(15).join(" "));
    }

    #[test]
    fn a_cell_cannot_command_the_terminal() {
        assert_eq!(lines(&[vec![Cell::new("a\u{1b}[2Jb")]], false), ["a[2Jb"]);
    }
}
