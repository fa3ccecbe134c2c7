//! Columns of text: how wide, where to cut, where to break. Every width on a screen comes from here.
//!
//! Counting bytes or characters is always wrong on a screen; a hanzi is two columns, a combining mark none.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Stands where text was cut. One column on every terminal, which an ellipsis is not.
const CUT: &str = "~";

/// The columns of one grapheme: 0, 1 or 2. Clusters (flags, families) count as their terminal cell pair.
pub(crate) fn grapheme_width(grapheme: &str) -> u16 {
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

/// Breaks text into lines: words stay whole where they fit, hanzi break anywhere, no closing mark begins a line.
pub(crate) fn wrap(text: &str, columns: u16) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for piece in pieces(text) {
        let wide = width(&piece);
        if used + wide > columns && !line.is_empty() && !closes(&piece) {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0;
        }
        if used == 0 && piece.trim().is_empty() && !lines.is_empty() {
            continue;
        }
        if wide <= columns {
            used += wide;
            line.push_str(&piece);
            continue;
        }
        for grapheme in piece.graphemes(true) {
            let wide = grapheme_width(grapheme);
            if used + wide > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            used += wide;
            line.push_str(grapheme);
        }
    }
    if !line.trim_end().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Words, single blanks, and wide graphemes one by one.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    for grapheme in text.graphemes(true) {
        if grapheme == " " || grapheme_width(grapheme) == 2 {
            if !word.is_empty() {
                out.push(std::mem::take(&mut word));
            }
            out.push(grapheme.to_owned());
        } else {
            word.push_str(grapheme);
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

/// 避头: marks that may hang over the edge by their one glyph rather than begin a line.
fn closes(piece: &str) -> bool {
    matches!(piece, "，" | "。" | "；" | "：" | "、" | "！" | "？" | "）" | "】" | "」")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_never_halves_a_glyph_and_always_shows() {
        assert_eq!(fit("农夫山泉", 8), "农夫山泉");
        assert_eq!(fit("农夫山泉", 7), "农夫山~");
        assert_eq!(fit("农夫山泉", 6), "农夫~");
        assert_eq!(fit("abc", 2), "a~");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(tail("农夫山泉ab", 5), "泉ab");
    }

    #[test]
    fn chinese_breaks_anywhere_but_before_a_closing_mark() {
        assert_eq!(wrap("请装纸并合上盖，会自动接着打", 14), ["请装纸并合上盖，", "会自动接着打"]);
        assert_eq!(wrap("close the cover firmly", 10), ["close the", "cover", "firmly"]);
        assert_eq!(wrap("abcdefghijkl", 5), ["abcde", "fghij", "kl"]);
        assert_eq!(wrap("", 5), [""]);
    }
}
