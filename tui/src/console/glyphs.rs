//! What stands for characters that a terminal cannot show: as many columns, and never nothing, so that everybody sees
//! that something is there.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{text::grapheme_width, theme::Glyphs};

/// Stands for each column of what cannot be shown.
const SUBSTITUTE: &str = "?";

/// The text as this terminal can show it, in the same columns.
pub(super) fn shown(text: &str, glyphs: Glyphs) -> Cow<'_, str> {
    if glyphs == Glyphs::Unicode || text.is_ascii() {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        let wide = grapheme_width(grapheme);
        let kept = grapheme.is_ascii() || (glyphs == Glyphs::Undisputed && grapheme.width_cjk() == usize::from(wide));
        match like(grapheme) {
            _ if kept => out.push_str(grapheme),
            Some(like) if wide > 0 => {
                out.push_str(like);
                out.extend(std::iter::repeat_n(' ', usize::from(wide).saturating_sub(like.len())));
            }
            _ => out.push_str(&SUBSTITUTE.repeat(usize::from(wide))),
        }
    }
    out.into()
}

/// ASCII that says the same.
fn like(grapheme: &str) -> Option<&'static str> {
    Some(match grapheme {
        "\u{a5}" | "\u{ffe5}" => "Y",
        "\u{201c}" | "\u{201d}" | "\u{300c}" | "\u{300d}" => "\"",
        "\u{2018}" | "\u{2019}" => "'",
        "\u{2013}" | "\u{2014}" | "\u{2500}" => "-",
        "\u{b7}" | "\u{2022}" => ".",
        "\u{2026}" => "~",
        "\u{d7}" => "x",
        "\u{b0}" => "o",
        "\u{ff0c}" => ",",
        "\u{3002}" => ".",
        "\u{ff1a}" => ":",
        "\u{ff08}" => "(",
        "\u{ff09}" => ")",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::console::text::width;

    #[test]
    fn each_column_that_cannot_be_shown_has_its_substitute() {
        assert_eq!(shown("农夫 550ml ¥3.00", Glyphs::Ascii), "???? 550ml Y3.00");
        assert_eq!(shown("A“一”·①", Glyphs::Undisputed), "A\"一\".?");
        assert_eq!(shown("“一”", Glyphs::Unicode), "“一”");
        assert_eq!(shown("（店）", Glyphs::Ascii), "( ??) ");
    }

    proptest! {
        #[test]
        fn columns_stay_what_they_were(text in any::<String>(), wide in "[农夫“”·①👨‍👩‍👧ｱ]{0,12}") {
            let text = model::SafeText::new(&format!("{text}{wide}"));
            for glyphs in [Glyphs::Unicode, Glyphs::Undisputed, Glyphs::Ascii] {
                prop_assert_eq!(width(&shown(&text, glyphs)), width(&text));
            }
            prop_assert!(shown(&text, Glyphs::Ascii).is_ascii());
        }
    }
}
