//! Breaking running text into lines: anywhere between Chinese characters, at blanks between words, never inside a
//! grapheme, and with the rules for punctuation at the edges (避头尾).

use crate::{cell, encoding::Encoding};

/// Never at the start of a line.
const CLOSING: &str = "，。！？；：、）」』】》〉〕］｝’”％‰℃…—·,.!?;:)]}%";

/// Never at the end of a line.
const OPENING: &str = "（「『【《〈〔［｛‘“￥([{$";

/// One line's text and its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'t> {
    pub(super) text: &'t str,
    pub(super) columns: usize,
}

/// What is never divided.
#[derive(Debug, Clone, Copy)]
struct Unit {
    start: usize,
    columns: usize,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    /// part of a word
    Letter,
    /// a Chinese character and whatever is as wide
    Wide,
    Opening,
    Closing,
}

/// The lines of a text, each at most `width` columns (at least 2), without blanks at its ends. An empty text has none.
pub(super) fn wrap(text: &str, width: usize, encoding: Encoding) -> Vec<Piece<'_>> {
    let units = units(text, width, encoding);
    let mut lines = Vec::new();
    let mut from = first_ink(&units, 0);
    while from < units.len() {
        let mut columns = 0;
        let fitting = units.iter().skip(from).take_while(|unit| {
            columns += unit.columns;
            columns <= width
        });
        // even a unit that is too wide must go somewhere
        let full = from + fitting.count().max(1);
        let to = if first_ink(&units, full) >= units.len() { units.len() } else { break_before(&units, from, full) };
        let start = units.get(from).map_or(text.len(), |unit| unit.start);
        let end = units.get(to).map_or(text.len(), |unit| unit.start);
        if let Some(line) = text.get(start..end) {
            let line = line.trim_end_matches(' ');
            lines.push(Piece { text: line, columns: cell::columns(line, encoding) });
        }
        from = first_ink(&units, to);
    }
    lines
}

/// The best place for a break after `from` and not after `full`.
fn break_before(units: &[Unit], from: usize, full: usize) -> usize {
    let at = |place: usize| units.get(place).map_or(Kind::Blank, |unit| unit.kind);
    let wide = |place: usize| units.get(place).is_some_and(|unit| unit.columns > 1 && unit.kind != Kind::Blank);
    let starts_well = |place: usize| at(first_ink(units, place)) != Kind::Closing;
    let ends_well = |place: usize| at(place - 1) != Kind::Opening;
    let between_words =
        |place: usize| at(place) == Kind::Blank || at(place - 1) == Kind::Blank || wide(place) || wide(place - 1);
    let allowed = |place: &usize| starts_well(*place) && ends_well(*place);
    (from + 1..=full)
        .rev()
        .find(|place| allowed(place) && between_words(*place))
        // a word longer than the line is broken, but still not before a full stop
        .or_else(|| (from + 1..=full).rev().find(allowed))
        .unwrap_or(full)
}

fn first_ink(units: &[Unit], from: usize) -> usize {
    units.iter().skip(from).position(|unit| unit.kind != Kind::Blank).map_or(units.len(), |blanks| from + blanks)
}

fn units(text: &str, width: usize, encoding: Encoding) -> Vec<Unit> {
    let mut out = Vec::with_capacity(text.len());
    let mut end = 0;
    for grapheme in cell::graphemes(text) {
        let start = end;
        end += grapheme.len();
        let columns = cell::columns(grapheme, encoding);
        let kind = kind(grapheme, columns);
        if columns <= width {
            out.push(Unit { start, columns, kind });
            continue;
        }
        // wider than the paper: then its characters are what is not divided
        let mut start = start;
        for cell in cell::cells(grapheme, encoding) {
            out.push(Unit { start, columns: cell.columns, kind });
            start += cell.text.len();
        }
    }
    out
}

fn kind(grapheme: &str, columns: usize) -> Kind {
    match grapheme.chars().next() {
        Some(' ') if grapheme.len() == 1 => Kind::Blank,
        Some(c) if CLOSING.contains(c) => Kind::Closing,
        Some(c) if OPENING.contains(c) => Kind::Opening,
        _ if columns > 1 => Kind::Wide,
        _ => Kind::Letter,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str, width: usize) -> Vec<&str> {
        wrap(text, width, Encoding::Gbk).iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn chinese_breaks_anywhere_and_words_at_blanks() {
        assert_eq!(lines("红梅便利店", 6), ["红梅便", "利店"]);
        assert_eq!(lines("the quick brown fox", 10), ["the quick", "brown fox"]);
        assert_eq!(lines("买2瓶Coca Cola送1瓶", 9), ["买2瓶Coca", "Cola送1瓶"]);
        assert_eq!(lines("  ", 9), [""; 0]);
    }

    #[test]
    fn punctuation_stays_with_what_it_belongs_to() {
        assert_eq!(lines("本人确认，同意", 8), ["本人确", "认，同意"]);
        assert_eq!(lines("请收好（副本）", 8), ["请收好", "（副本）"]);
        assert_eq!(lines("共计￥12.00元", 6), ["共计", "￥12.0", "0元"]);
        assert_eq!(lines("！！！！！！", 4), ["！！", "！！", "！！"]);
    }

    #[test]
    fn a_word_longer_than_the_line_is_broken() {
        assert_eq!(lines("no 4200001234202611", 8), ["no", "42000012", "34202611"]);
        assert_eq!(lines("12345678.", 8), ["1234567", "8."]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_line_is_too_wide(text in "\\PC{0,80}", width in 2_usize..64) {
            let pieces = wrap(&text, width, Encoding::Gbk);
            let kept: String = pieces.iter().flat_map(|p| p.text.chars()).filter(|c| *c != ' ').collect();
            let all: String = text.chars().filter(|c| *c != ' ').collect();
            prop_assert_eq!(kept, all);
            for piece in pieces {
                prop_assert!(piece.columns <= width, "{:?} is over {}", piece, width);
            }
        }

        #[test]
        fn no_line_starts_with_a_closing_mark(
            words in prop::collection::vec("[一-龥a-z0-9]{1,9}[，。！？；：、）」』】》%’”]", 1..12),
            width in 8_usize..48,
        ) {
            let text = words.concat();
            for piece in wrap(&text, width, Encoding::Gbk) {
                prop_assert!(piece.text.chars().next().is_some_and(|c| !CLOSING.contains(c)), "{:?}", piece);
            }
        }
    }
}
