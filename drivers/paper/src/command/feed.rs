//! Paper that moves, and paper that is cut.

use serde::Deserialize;

use super::{ESC, GS};

/// LF: print the line and feed one line spacing.
pub const LINE_FEED: u8 = 0x0A;

/// NUL: nothing at all where a command could begin, and the missing rest of one that was cut off.
pub fn nul(count: usize) -> Vec<u8> {
    vec![0; count]
}

/// ESC J as often as needed: print what waits and feed this many vertical motion units, which are dots where the profile
/// says so.
pub fn feed_dots(dots: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = dots;
    while rest > 0 {
        let step = u8::try_from(rest).unwrap_or(u8::MAX);
        out.extend([ESC, b'J', step]);
        rest -= u32::from(step);
    }
    out
}

/// ESC d n: print what waits and feed n line spacings.
pub const fn feed_lines(lines: u8) -> [u8; 3] {
    [ESC, b'd', lines]
}

/// Forms of the cut (切纸).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutForm {
    /// GS V 42 00: feed to the blade, leave a point.
    FeedCutPartial,
    /// GS V 41 00: feed to the blade, cut through.
    FeedCutFull,
    /// GS V 1: leave a point, where the paper stands.
    CutPartial,
    /// GS V 0: cut through, where the paper stands.
    CutFull,
    /// ESC i: leave a point, where the paper stands; the old command.
    EscI,
    /// ESC m: leave three points, where the paper stands; the old command.
    EscM,
    /// No blade: a person tears the paper at the bar (撕纸).
    None,
}

impl CutForm {
    /// Whether the command itself brings the last line to the blade.
    pub const fn feeds(self) -> bool {
        matches!(self, CutForm::FeedCutPartial | CutForm::FeedCutFull)
    }
}

/// GS V, ESC i or ESC m: cut. Only at the start of a line. Nothing at all for a printer without a blade.
pub fn cut(form: CutForm) -> Vec<u8> {
    match form {
        CutForm::FeedCutPartial => vec![GS, b'V', 0x42, 0],
        CutForm::FeedCutFull => vec![GS, b'V', 0x41, 0],
        CutForm::CutPartial => vec![GS, b'V', 1],
        CutForm::CutFull => vec![GS, b'V', 0],
        CutForm::EscI => vec![ESC, b'i'],
        CutForm::EscM => vec![ESC, b'm'],
        CutForm::None => Vec::new(),
    }
}

/// The feed of this many lines (ESC d) that brings the last line to the blade or the tear bar, and the cut.
pub fn end_of_sheet(form: CutForm, lines: u8) -> Vec<u8> {
    let mut out = if lines > 0 { feed_lines(lines).to_vec() } else { Vec::new() };
    out.extend(cut(form));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_feed_is_several_short_ones() {
        assert!(feed_dots(0).is_empty());
        assert_eq!(feed_dots(30), [0x1B, 0x4A, 30]);
        let hundred_mm = feed_dots(799);
        assert_eq!(hundred_mm.chunks(3).map(|c| u32::from(c[2])).sum::<u32>(), 799);
    }

    #[test]
    fn a_printer_without_a_blade_only_feeds() {
        assert_eq!(end_of_sheet(CutForm::None, 4), [0x1B, b'd', 4]);
        assert_eq!(end_of_sheet(CutForm::EscI, 4), [0x1B, b'd', 4, 0x1B, b'i']);
        assert_eq!(end_of_sheet(CutForm::FeedCutPartial, 0), [0x1D, b'V', 0x42, 0]);
    }
}
