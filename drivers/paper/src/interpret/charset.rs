//! Text bytes to characters: Chinese two-byte mode, code pages, national sets. No widths, no glyphs.

use encoding_rs::{Encoding, GBK};

const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// What one or two bytes turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// A character of one column.
    Half(char),
    /// A two-byte code of two columns and its character, if GBK has one.
    Wide { code: [u8; 2], character: Option<char> },
    /// Bytes that no text of this mode has: printed as junk, and worth a problem.
    Broken(&'static str),
}

/// The reading state of text bytes.
#[derive(Debug, Clone)]
pub(super) struct Charset {
    pub(super) cjk: bool,
    pub(super) page: u8,
    pub(super) national: u8,
    /// A lead byte whose second byte has not come.
    lead: Option<u8>,
}

impl Charset {
    pub(super) fn new(cjk: bool) -> Self {
        Self { cjk, page: 0, national: 0, lead: None }
    }

    /// A command came: half a two-byte code before it is broken.
    pub(super) fn interrupt(&mut self) -> Option<Read> {
        self.lead.take().map(|_| Read::Broken("half of a two-byte code"))
    }

    /// Reads one byte of text; up to two results.
    pub(super) fn read(&mut self, byte: u8) -> [Option<Read>; 2] {
        match self.lead.take() {
            Some(lead) if matches!(byte, 0x40..=0x7E | 0x80..=0xFE) => {
                let code = [lead, byte];
                let character = GBK.decode_without_bom_handling_and_without_replacement(&code);
                let character = character.and_then(|text| {
                    let mut characters = text.chars();
                    characters.next().filter(|_| characters.next().is_none())
                });
                [Some(Read::Wide { code, character }), None]
            }
            Some(_) => {
                let why = if byte.is_ascii_digit() {
                    "four-byte GB18030 code"
                } else {
                    "two-byte code with a wrong second byte"
                };
                [Some(Read::Broken(why)), self.single(byte)]
            }
            None => [self.single(byte), None],
        }
    }

    fn single(&mut self, byte: u8) -> Option<Read> {
        if byte < 0x80 {
            return Some(Read::Half(self.ascii(byte)));
        }
        if self.cjk {
            if (0x81..=0xFE).contains(&byte) {
                self.lead = Some(byte);
                return None;
            }
            return Some(Read::Broken("byte 80 or FF in Chinese mode"));
        }
        Some(self.high(byte).map_or(Read::Broken("byte without a character in this code page"), Read::Half))
    }

    /// ESC R replaces a few ASCII characters; only those that can stand on a slip are known.
    fn ascii(&self, byte: u8) -> char {
        match (self.national, byte) {
            (15, b'$') | (8, b'\\') => '¥',
            (13, b'\\') => '₩',
            (3, b'#') => '£',
            _ => char::from(byte),
        }
    }

    /// ESC t: numbers of the Epson list.
    fn high(&self, byte: u8) -> Option<char> {
        let index = usize::from(byte - 0x80);
        let encoding: &'static Encoding = match self.page {
            0 => return CP437.chars().nth(index),
            2 => return CP850.chars().nth(index),
            19 => return if byte == 0xD5 { Some('€') } else { CP850.chars().nth(index) },
            1 => return matches!(byte, 0xA1..=0xDF).then(|| char::from_u32(0xFEC0 + u32::from(byte))).flatten(),
            15 => encoding_rs::ISO_8859_7,
            16 => encoding_rs::WINDOWS_1252,
            17 => encoding_rs::IBM866,
            39 => encoding_rs::ISO_8859_2,
            40 => encoding_rs::ISO_8859_15,
            45 => encoding_rs::WINDOWS_1250,
            46 => encoding_rs::WINDOWS_1251,
            47 => encoding_rs::WINDOWS_1253,
            48 => encoding_rs::WINDOWS_1254,
            49 => encoding_rs::WINDOWS_1255,
            50 => encoding_rs::WINDOWS_1256,
            51 => encoding_rs::WINDOWS_1257,
            52 => encoding_rs::WINDOWS_1258,
            _ => return None,
        };
        encoding.decode_without_bom_handling_and_without_replacement(&[byte]).and_then(|text| text.chars().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(charset: &mut Charset, bytes: &[u8]) -> Vec<Read> {
        bytes.iter().flat_map(|byte| charset.read(*byte)).flatten().collect()
    }

    #[test]
    fn gbk_pairs_become_wide_characters() {
        let read = all(&mut Charset::new(true), &[0xE9, 0x46, b'a']);
        assert_eq!(read, [Read::Wide { code: [0xE9, 0x46], character: Some('镕') }, Read::Half('a')]);
    }

    #[test]
    fn a_four_byte_code_prints_junk_and_digits() {
        let read = all(&mut Charset::new(true), &[0x81, 0x39, 0xEE, 0x39]);
        assert_eq!(read.iter().filter(|r| matches!(r, Read::Broken(_))).count(), 2);
        assert_eq!(read.iter().filter(|r| **r == Read::Half('9')).count(), 2);
    }

    #[test]
    fn with_chinese_mode_off_high_bytes_are_of_the_code_page() {
        let mut charset = Charset::new(false);
        assert_eq!(all(&mut charset, &[0x80, 0x9D]), [Read::Half('Ç'), Read::Half('¥')]);
        charset.page = 19;
        assert_eq!(all(&mut charset, &[0xD5]), [Read::Half('€')]);
        charset.page = 1;
        assert_eq!(all(&mut charset, &[0xA1]), [Read::Half('｡')]);
        assert_eq!((CP437.chars().count(), CP850.chars().count()), (128, 128));
    }

    #[test]
    fn china_set_shows_a_dollar_as_yuan() {
        let mut charset = Charset::new(true);
        charset.national = 15;
        assert_eq!(all(&mut charset, b"$"), [Read::Half('¥')]);
    }
}
