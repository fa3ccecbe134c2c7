//! Which bytes a printer wants for a character, decided for one character at a time.

use serde::Deserialize;

/// How a printer codes Chinese text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// GBK (code page 936): ASCII in one byte, everything else in two.
    Gbk,
}

/// A character's code; its length in bytes is its width in columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    One(u8),
    Two([u8; 2]),
}

impl Encoding {
    /// The code of a character, or `None` when the printer's font can't be trusted to have it.
    pub(crate) fn code(self, c: char) -> Option<Code> {
        match self {
            Encoding::Gbk => gbk(c),
        }
    }
}

fn gbk(c: char) -> Option<Code> {
    let c = match c {
        ' '..='~' => return u8::try_from(c).ok().map(Code::One),
        // the sign of the yuan is in GBK only as the full-width one
        '¥' => '￥',
        // blanks that only say "don't break here" or "as wide as a digit"
        '\u{A0}' | '\u{2007}' | '\u{202F}' => return Some(Code::One(b' ')),
        // the area for private use has codes but nobody's glyphs
        '\0'..='\u{7F}' | '\u{E000}'..='\u{F8FF}' | '\u{10000}'.. => return None,
        other => other,
    };
    let (mut from, mut to) = ([0; 4], [0; 4]);
    let (_, _, written) =
        encoding_rs::GBK.new_encoder().encode_from_utf8_without_replacement(c.encode_utf8(&mut from), &mut to, true);
    match to.get(..written) {
        // what encoding_rs adds to code page 936 from GB 18030: FE50–FEA0, A8BF, A989–A995; older ROM fonts lack it.
        // A single byte is the 80 of the euro sign, which no printer knows.
        Some([0xFE, _] | [0xA8, 0xBF] | [0xA9, 0x89..=0x95] | [_]) => None,
        Some(&[lead @ 0x81..=0xFD, trail @ 0x40..=0xFE]) => Some(Code::Two([lead, trail])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_traps_of_gbk_are_stepped_around() {
        let code = |c| Encoding::Gbk.code(c);
        assert_eq!(code('A'), Some(Code::One(b'A')));
        assert_eq!(code('中'), Some(Code::Two([0xD6, 0xD0])));
        assert_eq!(code('镕'), Some(Code::Two([0xE9, 0x46])));
        assert_eq!(code('¥'), code('￥'));
        assert_eq!(code('￥'), Some(Code::Two([0xA3, 0xA4])));
        assert_eq!(code('·'), Some(Code::Two([0xA1, 0xA4])));
        assert_eq!(code('—'), Some(Code::Two([0xA1, 0xAA])));
        for lacking in ['€', '㛃', '𬭊', '😀', '\u{E000}', '⿰', '䶮', '\u{1b}', '\n', '\u{7f}', '\u{80}'] {
            assert_eq!(code(lacking), None, "{lacking:?}");
        }
    }

    #[test]
    fn no_code_of_any_character_holds_a_control_byte() {
        for c in '\0'..=char::MAX {
            match Encoding::Gbk.code(c) {
                Some(Code::One(byte)) => assert!((0x20..0x7F).contains(&byte), "{c:?}"),
                Some(Code::Two([lead, trail])) => {
                    assert!(lead >= 0x81 && trail >= 0x40 && trail != 0x7F && trail != 0xFF, "{c:?}");
                }
                None => {}
            }
        }
    }
}
