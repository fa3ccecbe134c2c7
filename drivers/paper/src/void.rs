//! What is printed behind a slip that broke off: that it is worth nothing, or that a person must look whether it is whole.

use model::{Align, Block, Document, Language, SafeText, Size};

use crate::{command, encode::render, profile::Profile, stationery::Stationery};

/// The bytes that end a half slip (作废): a line feed, so that they begin at the start of a line wherever the printer was,
/// ESC @, a large line that says so, and the cut.
pub fn void_line(profile: &Profile, language: Language) -> Vec<u8> {
    let words = match language {
        Language::Zh => "以上作废 VOID",
        Language::En => "VOID - ABOVE IS INCOMPLETE",
    };
    ending(profile, language, words)
}

/// The same behind a slip that may well be whole: nothing is claimed of it.
pub fn doubtful_line(profile: &Profile, language: Language) -> Vec<u8> {
    let words = match language {
        Language::Zh => "上张若不完整即作废",
        Language::En => "VOID IF INCOMPLETE ABOVE",
    };
    ending(profile, language, words)
}

fn ending(profile: &Profile, language: Language, words: &str) -> Vec<u8> {
    let text = Block::Text { text: SafeText::new(words), align: Align::Center, size: Size::Large, bold: true };
    let document = Document { language, blocks: vec![Block::Rule, text, Block::Rule] };
    let mut out = vec![command::LINE_FEED];
    // no logo: this is no slip of the shop
    out.extend(render(&document, None, profile, &Stationery::default()).bytes);
    out
}
