//! Columns of text: how wide, where to cut, where to break. Every width on a screen comes from here.
//!
//! Counting bytes or characters is always wrong on a screen; a hanzi is two columns, a combining mark none.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Stands where text was cut. One column on every terminal, which an ellipsis is not.
const CUT: &str = "~";

/// The columns of one grapheme: 0, 1 or 2. Clusters (flags, families) count as their terminal cell pair.
pub(crate) fn grapheme_width(grapheme: &str) -> u16 {
    // a mark on a blank is not drawn (see `Canvas::put`), whatever it would take
    if grapheme.starts_with(' ') {
        return 1;
    }
    if grapheme.chars().any(char::is_control) { 0 } else { u16::try_from(grapheme.width().min(2)).unwrap_or(2) }
}

/// The columns of a text.
pub(crate) fn width(text: &str) -> u16 {
    if text.is_ascii() {
        return u16::try_from(text.bytes().filter(|b| !b.is_ascii_control()).count()).unwrap_or(u16::MAX);
    }
    text.graphemes(true).map(grapheme_width).fold(0, u16::saturating_add)
}

/// The text, or as much of it as fits with a mark at its end.
pub(crate) fn fit(text: &str, columns: u16) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let Some(room) = columns.checked_sub(1) else { return String::new() };
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += grapheme_width(grapheme);
        if used > room {
            break;
        }
        out.push_str(grapheme);
    }
    out.push_str(CUT);
    out
}

/// The end of a text that fits into so many columns: what a field shows left of its caret.
pub(crate) fn tail(text: &str, columns: u16) -> &str {
    let mut start = text.len();
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += grapheme_width(grapheme);
        if used > columns {
            break;
        }
        start = at;
    }
    text.get(start..).unwrap_or_default()
}

/// Breaks text into lines: words stay whole where they fit, hanzi break anywhere, no closing mark begins a line and no
/// opening one ends it.
pub(crate) fn wrap(text: &str, columns: u16) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for unit in units(text) {
        let room = columns.saturating_sub(width(&line));
        if width(&unit) > room && !line.is_empty() {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        if line.is_empty() && unit.trim().is_empty() && !lines.is_empty() {
            continue;
        }
        if width(&unit) <= columns {
            line.push_str(&unit);
            continue;
        }
        for grapheme in unit.graphemes(true) {
            if width(&line) + grapheme_width(grapheme) > columns {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(grapheme);
        }
    }
    if !line.trim_end().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// What stays together: a word, a run of blanks, or a wide glyph with the marks that belong to it.
fn units(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut opened = false;
    for grapheme in text.graphemes(true) {
        let (wide, blank) = (grapheme_width(grapheme) == 2, grapheme.trim().is_empty());
        let joins = out.last().is_some_and(|last| {
            let last_blank = last.trim().is_empty();
            let last_wide = last.graphemes(true).next_back().is_some_and(|g| grapheme_width(g) == 2);
            opened || (closes(grapheme) && !last_blank) || (last_blank == blank && !wide && !last_wide)
        });
        match out.last_mut().filter(|_| joins) {
            Some(last) => last.push_str(grapheme),
            None => out.push(grapheme.to_owned()),
        }
        opened = opens(grapheme);
    }
    out
}

/// GB/T 15834: these do not stand at a line's end.
fn opens(grapheme: &str) -> bool {
    matches!(grapheme, "（" | "【" | "「" | "『" | "《" | "〈" | "〔" | "“" | "‘" | "￥")
}

/// GB/T 15834: these do not stand at a line's beginning.
fn closes(grapheme: &str) -> bool {
    matches!(
        grapheme,
        "，" | "。"
            | "；"
            | "："
            | "、"
            | "！"
            | "？"
            | "）"
            | "】"
            | "」"
            | "』"
            | "》"
            | "〉"
            | "〕"
            | "”"
            | "’"
            | "％"
            | "·"
            | "…"
            | "—"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_that_is_not_drawn_takes_no_room() {
        assert_eq!(width("01 \u{b47}"), 3);
    }

    #[test]
    fn a_cut_never_halves_a_glyph_and_always_shows() {
        assert_eq!(fit("农夫山泉", 8), "农夫山泉");
        assert_eq!(fit("农夫山泉", 7), "农夫山~");
        assert_eq!(fit("农夫山泉", 6), "农夫~");
        assert_eq!(fit("abc", 2), "a~");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(tail("农夫山泉ab", 5), "泉ab");
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_wider_than_its_columns_and_no_character_is_lost(
            text in "[农夫山泉，。（）「」a-c  ]{0,40}", columns in 8u16..30,
        ) {
            let lines = wrap(&text, columns);
            for line in &lines {
                proptest::prop_assert!(width(line) <= columns, "{:?}", lines);
            }
            let ink = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            proptest::prop_assert_eq!(ink(&lines.concat()), ink(&text));
        }
    }

    #[test]
    fn chinese_breaks_anywhere_but_before_a_closing_mark() {
        assert_eq!(wrap("请装纸并合上盖，会自动接着打", 14), ["请装纸并合上", "盖，会自动接着", "打"]);
        assert_eq!(wrap("等打印机（没纸了）。先看", 10), ["等打印机", "（没纸", "了）。先看"]);
        assert_eq!(wrap("close the cover firmly", 10), ["close the", "cover", "firmly"]);
        assert_eq!(wrap("abcdefghijkl", 5), ["abcde", "fghij", "kl"]);
        assert_eq!(wrap("", 5), [""]);
    }
}
