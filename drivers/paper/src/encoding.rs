//! Which bytes a printer wants for a character, decided for one character at a time.
//!
//! What a printer's font can't be trusted to have has no code here and is drawn (`glyph`). No command is made here; which
//! of the printer's modes these bytes are for is the encoder's business.

mod chinese;
mod table;

use serde::Deserialize;

/// How a printer codes text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// GBK (code page 936): ASCII in one byte, everything else in two.
    Gbk,
    /// GB 2312: the 6,763 hanzi and the signs of the first standard, in GBK's codes. Old mechanisms have no others.
    Gb2312,
    /// GB 18030 with its four-byte codes. Only for firmware that is known to take them: others print junk.
    Gb18030,
    /// Big5 without its extensions (繁體): code page 950 from A140 to F9D5.
    Big5,
    /// Code pages of single bytes, for printers without Chinese characters.
    Cp437,
    Cp850,
    Cp852,
    Cp858,
    Cp866,
    Cp1250,
    Cp1251,
    Cp1252,
    /// Nothing but ASCII.
    Ascii,
}

/// A character's code. Its width on paper: one column for a single byte, two for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    One(u8),
    Two([u8; 2]),
    /// Four bytes and still one cell of 24 × 24 dots, that is two columns.
    Four([u8; 4]),
}

impl Code {
    pub(crate) fn columns(self) -> usize {
        match self {
            Code::One(_) => 1,
            Code::Two(_) | Code::Four(_) => 2,
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Code::One(byte) => std::slice::from_ref(byte),
            Code::Two(bytes) => bytes,
            Code::Four(bytes) => bytes,
        }
    }
}

impl Encoding {
    /// All of them.
    pub const ALL: [Encoding; 13] = [
        Encoding::Gbk,
        Encoding::Gb2312,
        Encoding::Gb18030,
        Encoding::Big5,
        Encoding::Cp437,
        Encoding::Cp850,
        Encoding::Cp852,
        Encoding::Cp858,
        Encoding::Cp866,
        Encoding::Cp1250,
        Encoding::Cp1251,
        Encoding::Cp1252,
        Encoding::Ascii,
    ];

    /// Whether it needs the printer's Chinese mode (汉字模式), in which a byte from 81 on begins a longer code.
    pub fn is_chinese(self) -> bool {
        matches!(self, Encoding::Gbk | Encoding::Gb2312 | Encoding::Gb18030 | Encoding::Big5)
    }

    /// Whether it is one of the code pages that ESC t chooses.
    pub fn is_code_page(self) -> bool {
        !self.is_chinese() && self != Encoding::Ascii
    }

    /// The code of a character, or `None` when the printer's font can't be trusted to have it.
    pub(crate) fn code(self, c: char) -> Option<Code> {
        match c {
            ' '..='~' => return u8::try_from(c).ok().map(Code::One),
            // blanks that only say "don't break here" or "as wide as a digit"
            '\u{A0}' | '\u{2007}' | '\u{202F}' => return Some(Code::One(b' ')),
            // controls have no glyphs, the area for private use has codes but nobody's glyphs
            '\0'..='\u{9F}' | '\u{AD}' | '\u{E000}'..='\u{F8FF}' => return None,
            _ => {}
        }
        match self {
            Encoding::Gbk => chinese::gbk(c),
            Encoding::Gb2312 => chinese::gb2312(c),
            Encoding::Gb18030 => chinese::gb18030(c),
            Encoding::Big5 => chinese::big5(c),
            _ => table::byte(self, c).map(Code::One),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_of_any_character_in_any_encoding_holds_a_control_byte() {
        for encoding in Encoding::ALL {
            for c in '\0'..=char::MAX {
                match encoding.code(c) {
                    Some(Code::One(byte)) if encoding.is_code_page() => {
                        assert!(byte >= 0x80 || (0x20..0x7F).contains(&byte), "{encoding:?} {c:?}");
                    }
                    Some(Code::One(byte)) => assert!((0x20..0x7F).contains(&byte), "{encoding:?} {c:?}"),
                    Some(Code::Two([lead, trail])) => {
                        assert!(encoding.is_chinese(), "{encoding:?} {c:?}");
                        assert!((0x81..=0xFE).contains(&lead), "{encoding:?} {c:?}");
                        assert!((0x40..=0xFE).contains(&trail) && trail != 0x7F, "{encoding:?} {c:?}");
                    }
                    Some(Code::Four([a, b, c, d])) => {
                        assert_eq!(encoding, Encoding::Gb18030);
                        assert!((0x81..=0xFE).contains(&a) && (0x81..=0xFE).contains(&c));
                        assert!(b.is_ascii_digit() && d.is_ascii_digit());
                    }
                    None => {}
                }
            }
        }
    }

    #[test]
    fn ascii_is_ascii_everywhere_and_blanks_are_blanks() {
        for encoding in Encoding::ALL {
            for c in ' '..='~' {
                assert_eq!(encoding.code(c), Some(Code::One(c as u8)), "{encoding:?}");
            }
            assert_eq!(encoding.code('\u{A0}'), Some(Code::One(b' ')));
            for never in ['\0', '\u{1b}', '\n', '\u{7f}', '\u{80}', '\u{9f}', '\u{ad}', '\u{E000}', '😀'] {
                let drawn = encoding.code(never).is_none() || (encoding == Encoding::Gb18030 && never == '😀');
                assert!(drawn, "{encoding:?} {never:?}");
            }
        }
    }
}
