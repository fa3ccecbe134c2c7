//! Text bytes to characters: Chinese codes of two and four bytes, UTF-8, code pages, national sets. No widths in dots,
//! no glyphs. What a firmware knows is `Firmware`'s business; here is the reading state.

mod national;

use unicode_width::UnicodeWidthChar;

use super::code_page::CodePage;
use super::firmware::{Chinese, Firmware, Utf8};

/// What a run of bytes turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// A character of one column.
    Half(char),
    /// A code of two columns, padded with zeros (all zero in UTF-8), and its character, if the code has one.
    Wide { code: [u8; 4], character: Option<char> },
    /// Bytes that no text of this mode has: printed as junk, and worth a problem.
    Broken(&'static str),
}

/// The reading state of text bytes.
#[derive(Debug, Clone)]
pub(super) struct Charset {
    pub(super) cjk: bool,
    pub(super) utf8: bool,
    pub(super) national: u8,
    pub(super) chinese: Chinese,
    page: Option<CodePage>,
    pages: &'static [(u8, CodePage)],
    /// The bytes of a character that is not complete, at most three.
    held: [u8; 3],
    holding: usize,
}

impl Charset {
    /// The state after power-on or ESC @.
    pub(super) fn new(firmware: &Firmware, cjk: bool) -> Self {
        let mut charset = Self {
            cjk: cjk && firmware.chinese != Chinese::None,
            utf8: firmware.utf8 == Utf8::AtPowerOn,
            national: firmware.national,
            chinese: firmware.chinese,
            page: None,
            pages: firmware.pages,
            held: [0; 3],
            holding: 0,
        };
        charset.choose_page(firmware.page);
        charset
    }

    /// ESC t: whether this printer has a page of that number.
    pub(super) fn choose_page(&mut self, number: u8) -> bool {
        let page = self.pages.iter().find(|(known, _)| *known == number).map(|(_, page)| *page);
        self.page = page.or(self.page);
        page.is_some()
    }

    /// A command came: what is held of a character is broken.
    pub(super) fn interrupt(&mut self) -> Option<Read> {
        let held = std::mem::take(&mut self.holding);
        (held > 0).then_some(Read::Broken("half of a code of several bytes"))
    }

    /// Reads text; each result comes with the index of the byte that completed it.
    pub(super) fn read(&mut self, bytes: &[u8], out: &mut Vec<(usize, Read)>) {
        for (index, byte) in bytes.iter().enumerate() {
            self.take(*byte, &mut |read| out.push((index, read)));
        }
    }

    fn take(&mut self, byte: u8, out: &mut dyn FnMut(Read)) {
        if self.holding > 0 {
            let (held, holding) = (self.held, std::mem::take(&mut self.holding));
            if self.utf8 { self.go_on_utf8(held, holding, byte, out) } else { self.go_on(held, holding, byte, out) }
        } else if byte < 0x80 {
            // UTF-8 mode is Unicode: no national set there
            out(Read::Half(if self.utf8 { char::from(byte) } else { national::character(self.national, byte) }));
        } else if self.utf8 {
            if matches!(byte, 0xC2..=0xF4) {
                self.hold(&[byte])
            } else {
                out(Read::Broken("byte that starts no UTF-8"))
            }
        } else if self.cjk {
            let (first, last) = self.chinese.leads();
            if (first..=last).contains(&byte) {
                self.hold(&[byte]);
            } else {
                out(Read::Broken("byte that starts no Chinese code"));
            }
        } else {
            let character = self.page.and_then(|page| page.character(byte));
            out(character.map_or(Read::Broken("byte without a character in this code page"), Read::Half));
        }
    }

    fn hold(&mut self, bytes: &[u8]) {
        for (place, byte) in self.held.iter_mut().zip(bytes) {
            *place = *byte;
        }
        self.holding = bytes.len().min(3);
    }

    /// A further byte of a Chinese code.
    fn go_on(&mut self, held: [u8; 3], holding: usize, byte: u8, out: &mut dyn FnMut(Read)) {
        let [first, second, third] = held;
        match holding {
            1 if self.chinese.follows(first, byte) => {
                out(Read::Wide { code: [first, byte, 0, 0], character: self.chinese.character(&[first, byte]) });
            }
            1 if self.chinese.has_four_bytes() && byte.is_ascii_digit() => self.hold(&[first, byte]),
            1 => {
                out(Read::Broken(if byte.is_ascii_digit() {
                    "four-byte GB18030 code, and this firmware knows two bytes"
                } else {
                    "two-byte code with a wrong second byte"
                }));
                self.take(byte, out);
            }
            2 if matches!(byte, 0x81..=0xFE) => self.hold(&[first, second, byte]),
            3 if byte.is_ascii_digit() => {
                let code = [first, second, third, byte];
                out(Read::Wide { code, character: self.chinese.character(&code) });
            }
            _ => {
                out(Read::Broken("four-byte code with a wrong byte"));
                for again in [second, third].into_iter().take(holding - 1).chain([byte]) {
                    self.take(again, out);
                }
            }
        }
    }

    fn go_on_utf8(&mut self, held: [u8; 3], holding: usize, byte: u8, out: &mut dyn FnMut(Read)) {
        if !matches!(byte, 0x80..=0xBF) {
            out(Read::Broken("UTF-8 character cut off"));
            self.take(byte, out);
            return;
        }
        let mut whole = [held[0], held[1], held[2], 0];
        if let Some(place) = whole.get_mut(holding) {
            *place = byte;
        }
        let length = match held[0] {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            _ => 4,
        };
        if holding + 1 < length {
            self.hold(whole.get(..=holding).unwrap_or_default());
            return;
        }
        let character = whole.get(..length).and_then(|bytes| str::from_utf8(bytes).ok()).and_then(|s| s.chars().next());
        out(match character {
            None => Read::Broken("UTF-8 that is no character"),
            Some(character) if self.is_wide(character) => Read::Wide { code: [0; 4], character: Some(character) },
            Some(character) => Read::Half(character),
        });
    }

    /// In UTF-8 mode the Latin fonts come before the Chinese ones (the default priority of FS ( C): a character that
    /// some code page of the printer has is narrow even if a Chinese font has it too.
    fn is_wide(&self, character: char) -> bool {
        match (character.width(), character.width_cjk()) {
            (Some(2), _) => true,
            (_, Some(2)) => !self.pages.iter().any(|(_, page)| page.holds(character)),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpret::ZJIANG_PAGES;

    fn with(chinese: Chinese) -> Charset {
        Charset::new(&Firmware { chinese, ..Firmware::GENERIC }, true)
    }

    fn all(charset: &mut Charset, bytes: &[u8]) -> Vec<Read> {
        let mut out = Vec::new();
        charset.read(bytes, &mut out);
        out.into_iter().map(|(_, read)| read).collect()
    }

    fn wide(code: [u8; 4], character: char) -> Read {
        Read::Wide { code, character: Some(character) }
    }

    #[test]
    fn gbk_pairs_become_wide_characters() {
        let read = all(&mut with(Chinese::Gbk), &[0xE9, 0x46, b'a']);
        assert_eq!(read, [wide([0xE9, 0x46, 0, 0], '镕'), Read::Half('a')]);
    }

    #[test]
    fn a_four_byte_code_on_a_two_byte_firmware_prints_junk_and_digits() {
        let read = all(&mut with(Chinese::Gbk), &[0x81, 0x39, 0xEE, 0x39]);
        assert_eq!(read.iter().filter(|r| matches!(r, Read::Broken(_))).count(), 2);
        assert_eq!(read.iter().filter(|r| **r == Read::Half('9')).count(), 2);
    }

    #[test]
    fn a_four_byte_code_is_one_wide_character_where_the_firmware_knows_it() {
        let read = all(&mut with(Chinese::Gb18030), &[0x81, 0x39, 0xEE, 0x39, 0xB0, 0xA1, 0x95, 0x32, 0x82, 0x36]);
        assert_eq!(
            read,
            [
                wide([0x81, 0x39, 0xEE, 0x39], '㐀'),
                wide([0xB0, 0xA1, 0, 0], '啊'),
                wide([0x95, 0x32, 0x82, 0x36], '𠀀')
            ]
        );
    }

    #[test]
    fn a_broken_four_byte_code_gives_its_bytes_back() {
        let read = all(&mut with(Chinese::Gb18030), &[0x81, 0x39, 0xB0, 0xA1, b'x']);
        let junk = Read::Broken("four-byte code with a wrong byte");
        assert_eq!(read, [junk, Read::Half('9'), wide([0xB0, 0xA1, 0, 0], '啊'), Read::Half('x')]);
    }

    #[test]
    fn big5_and_gb2312_read_their_own_codes() {
        assert_eq!(all(&mut with(Chinese::Big5), &[0xA4, 0xA4]), [wide([0xA4, 0xA4, 0, 0], '中')]);
        assert_eq!(all(&mut with(Chinese::Gb2312), &[0xD6, 0xD0]), [wide([0xD6, 0xD0, 0, 0], '中')]);
        assert!(matches!(all(&mut with(Chinese::Gb2312), &[0xE9, 0x46])[..], [Read::Broken(_), Read::Half('F')]));
    }

    #[test]
    fn utf8_knows_narrow_and_wide_and_broken() {
        let mut charset = with(Chinese::Gbk);
        charset.utf8 = true;
        let read = all(&mut charset, "é中€𠀀".as_bytes());
        assert_eq!(read, [Read::Half('é'), wide([0; 4], '中'), Read::Half('€'), wide([0; 4], '𠀀')]);
        assert!(matches!(all(&mut charset, b"\xe4\xb8a")[..], [Read::Broken(_), Read::Half('a')]));
        assert!(matches!(all(&mut charset, b"\x80\xff")[..], [Read::Broken(_), Read::Broken(_)]));
        assert!(matches!(all(&mut charset, b"\xe0\x80\x80")[..], [Read::Broken(_)]));
    }

    #[test]
    fn with_chinese_mode_off_high_bytes_are_of_the_code_page() {
        let mut charset = with(Chinese::Gbk);
        charset.cjk = false;
        assert_eq!(all(&mut charset, &[0x80, 0x9D]), [Read::Half('Ç'), Read::Half('¥')]);
        assert!(charset.choose_page(19) && all(&mut charset, &[0xD5]) == [Read::Half('€')]);
        assert!(charset.choose_page(1) && all(&mut charset, &[0xA1]) == [Read::Half('｡')]);
        assert!(charset.choose_page(17) && all(&mut charset, &[0x80]) == [Read::Half('А')]);
        assert!(charset.choose_page(18) && all(&mut charset, &[0xA5]) == [Read::Half('ą')]);
        assert!(charset.choose_page(16) && all(&mut charset, &[0x80]) == [Read::Half('€')]);
        assert!(!charset.choose_page(99), "an unknown page is refused");
        assert_eq!(all(&mut charset, &[0x80]), [Read::Half('€')], "and the old one stays");
    }

    #[test]
    fn a_page_number_means_another_page_on_another_printer() {
        let mut charset = Charset::new(&Firmware { pages: ZJIANG_PAGES, ..Firmware::GENERIC }, false);
        assert!(charset.choose_page(72) && all(&mut charset, &[0xA5]) == [Read::Half('Ą')]);
        assert!(!charset.choose_page(45));
    }

    #[test]
    fn china_set_shows_a_dollar_as_yuan() {
        let mut charset = with(Chinese::Gbk);
        charset.national = 15;
        assert_eq!(all(&mut charset, b"$"), [Read::Half('¥')]);
    }
}
