//! A text as the row of cells it is on paper: each a code of the printer's own font, or a drawing.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use crate::{
    encoding::{Code, Encoding},
    glyph,
};

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A character of the printer's font.
    Code(Code),
    /// Dots: the encoding lacks the character, or marks stand on it.
    Drawn,
}

/// A character with the marks that stand on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell<'t> {
    pub(crate) text: &'t str,
    /// 1 or 2, at normal size.
    pub(crate) columns: usize,
    pub(crate) form: Form,
}

/// The cells of a text, in order; together they hold the whole text. No cell crosses a grapheme's border, so a text broken
/// there has the same cells as the whole.
pub(crate) fn cells(text: &str, encoding: Encoding) -> impl Iterator<Item = Cell<'_>> {
    graphemes(text).flat_map(move |grapheme| cells_of(grapheme, encoding))
}

/// What is never divided. Texts of nothing but ASCII, common hanzi and their punctuation, where every character is a
/// grapheme, skip the segmentation: that is nearly every text, and ten times faster.
pub(crate) fn graphemes(text: &str) -> impl Iterator<Item = &str> {
    let single = text.chars().all(|c| matches!(c, ' '..='~' | '一'..='龥' | '、'..='】' | '！'..='～' | '￥'));
    let (mut rest, mut segmented) = (text, text.graphemes(true));
    std::iter::from_fn(move || {
        if !single {
            return segmented.next();
        }
        let (grapheme, tail) = rest.split_at(rest.chars().next()?.len_utf8());
        rest = tail;
        Some(grapheme)
    })
}

/// The cells of one grapheme: mostly one, more where letters of a script stand together.
fn cells_of(grapheme: &str, encoding: Encoding) -> impl Iterator<Item = Cell<'_>> {
    let mut rest = grapheme;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices();
        let (_, base) = chars.next()?;
        let end = chars.find(|(_, c)| !is_mark(*c)).map_or(rest.len(), |(at, _)| at);
        let (text, tail) = rest.split_at(end);
        rest = tail;
        let form = match encoding.code(base) {
            Some(code) if text.len() == base.len_utf8() => Form::Code(code),
            _ => Form::Drawn,
        };
        let columns = match form {
            Form::Code(code) => code.columns(),
            Form::Drawn => glyph::columns(base),
        };
        Some(Cell { text, columns, form })
    })
}

/// The width of a text in columns at normal size.
pub(crate) fn columns(text: &str, encoding: Encoding) -> usize {
    cells(text, encoding).map(|cell| cell.columns).sum()
}

/// Characters that stand on the one before them and take no room of their own.
fn is_mark(c: char) -> bool {
    c > '\u{7F}' && c.width() == Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(text: &str) -> Vec<usize> {
        cells(text, Encoding::Gbk).map(|cell| cell.columns).collect()
    }

    #[test]
    fn columns_on_paper_are_bytes_of_the_code_and_not_columns_of_a_screen() {
        assert_eq!(widths("A中，"), [1, 2, 2]);
        assert_eq!(widths("α“·"), [2, 2, 2]);
        assert_eq!(widths("ñ€㛃𬭊😀"), [1, 1, 2, 2, 2]);
    }

    #[test]
    fn a_code_of_four_bytes_is_one_cell_of_two_columns() {
        let widths = |text, encoding| cells(text, encoding).map(|cell| cell.columns).collect::<Vec<_>>();
        assert_eq!(widths("A㐀中", Encoding::Gb18030), [1, 2, 2]);
        assert_eq!(widths("é￥Ж中", Encoding::Cp858), [1, 1, 1, 2]);
    }

    #[test]
    fn a_mark_shares_the_cell_of_its_letter() {
        let all: Vec<_> = cells("e\u{301}x", Encoding::Gbk).collect();
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].columns, all[0].form), (1, Form::Drawn));
        assert_eq!(columns("", Encoding::Gbk), 0);
    }

    proptest::proptest! {
        #[test]
        fn the_short_way_to_graphemes_divides_like_the_long_one(text in "[ -~一-龥、-】！-～￥]{0,40}[\u{300}\u{3099}é]?") {
            let short: Vec<_> = graphemes(&text).collect();
            proptest::prop_assert_eq!(short, text.graphemes(true).collect::<Vec<_>>());
        }
    }
}
