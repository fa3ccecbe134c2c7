//! Text that came from outside, made safe once, at the door (DESIGN §4.7).
//!
//! `SafeText` holds no control byte, no escape sequence, no direction override, no invisible character and no card
//! number. Everything behind the door takes `SafeText`; only the printer encoder makes control bytes for paper and
//! only the console backend makes escape sequences for screens.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::{id::TransactionId, mask};

/// The longest text an event may bring, in characters; longer ones are cut at a grapheme (INTERFACES §4).
pub const LONGEST: usize = 500;

/// More combining marks than this on one base are dropped: they are no language, and they climb over other lines.
const MARKS_PER_BASE: usize = 4;

/// Text that can neither command a printer nor a terminal nor leak a card number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
#[serde(transparent)]
pub struct SafeText(String);

impl SafeText {
    /// Filters and masks. Never fails: what is not allowed is left out, line breaks and tabs become blanks.
    pub fn new(text: &str) -> SafeText {
        // an id of ours may read `…CVC000`, and its code on a slip must find the sale again
        if TransactionId::is_written(text) {
            return SafeText(text.to_owned());
        }
        SafeText(mask::masked(&filtered(text)))
    }

    /// Cuts to at most `most` characters at a grapheme's border; true if something was cut.
    pub fn shorten(&mut self, most: usize) -> bool {
        if self.0.chars().count() <= most {
            return false;
        }
        let mut kept = 0;
        let mut end = 0;
        for (at, grapheme) in self.0.grapheme_indices(true) {
            kept += grapheme.chars().count();
            if kept > most {
                break;
            }
            end = at + grapheme.len();
        }
        self.0.truncate(end);
        true
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for SafeText {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SafeText {
    fn from(text: &str) -> SafeText {
        SafeText::new(text)
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// Reading is a door too: what comes in is filtered again.
impl<'de> Deserialize<'de> for SafeText {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(SafeText::new(&String::deserialize(d)?))
    }
}

fn filtered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\t' | '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            _ if is_forbidden(c) => {}
            _ if is_mark(c) => {
                marks += 1;
                if marks <= MARKS_PER_BASE && !out.is_empty() {
                    out.push(c);
                }
            }
            _ => {
                marks = 0;
                out.push(c);
            }
        }
    }
    out
}

/// C0, C1, DEL, direction marks, default-ignorable and non-characters (Unicode 16, DerivedCoreProperties).
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFDD0..=0xFDEF | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
            | 0xFFF0..=0xFFFB | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// The blocks of combining marks, which stack without limit otherwise.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c),
        0x300..=0x36F | 0x483..=0x489 | 0x591..=0x5BD | 0x610..=0x61A | 0x64B..=0x65F | 0xE31 | 0xE34..=0xE3A
        | 0xE47..=0xE4E | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0x302A..=0x302F | 0x3099..=0x309A
        | 0xFE20..=0xFE2F)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_product_name_cannot_open_the_drawer_or_paint_the_screen() {
        let hostile = "可乐\u{1b}p\u{0}\u{19}\u{fa}\u{1b}[2J\u{9b}31m\u{10}\u{14}\u{1}\u{202e}cba\u{200b}\r\nend";
        assert_eq!(SafeText::new(hostile).as_str(), "可乐p\u{fa}[2J31mcba end");
    }

    #[test]
    fn towers_of_marks_are_cut_down() {
        let tower = format!("a{}", "\u{301}".repeat(10_000));
        assert_eq!(SafeText::new(&tower).chars().count(), 5);
        assert_eq!(SafeText::new("\u{301}\u{301}").as_str(), "");
    }

    #[test]
    fn long_text_is_cut_between_graphemes() {
        let mut text = SafeText::new(&"e\u{301}".repeat(400));
        assert!(text.shorten(501));
        assert_eq!(text.chars().count(), 500);
        assert!(!text.shorten(501));
    }

    proptest! {
        #[test]
        fn no_text_keeps_a_control_character_and_filtering_twice_changes_nothing(text in any::<String>()) {
            let once = SafeText::new(&text);
            prop_assert!(once.chars().all(|c| !c.is_control() && !is_forbidden(c)));
            prop_assert_eq!(SafeText::new(&once), once);
        }
    }
}
