//! Code pages of single bytes, each as its upper half, 80 to FF.
//!
//! Source: the mapping tables that the Unicode Consortium publishes of the makers' code pages (VENDORS/MICSFT/PC), for
//! those that `encoding_rs` does not have; the rest are `encoding_rs`'s. Which number ESC t gives them stands in a
//! printer's profile.

use encoding_rs::{IBM866, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

use super::Encoding;

const CP437: &str = "\
ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

const CP850: &str = "\
ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

const CP852: &str = "\
ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";

/// Where code page 858 has the euro sign and 850 the ı.
const EURO: u8 = 0xD5;

/// The byte of a character above ASCII.
pub(super) fn byte(page: Encoding, c: char) -> Option<u8> {
    // most of what comes here is Chinese
    if matches!(c, '\u{2600}'..='\u{FFE4}' | '\u{FFE6}'..) {
        return None;
    }
    // the full-width sign is the same sign, and all that a Chinese slip has
    let c = if c == '￥' { '¥' } else { c };
    match page {
        Encoding::Cp437 => in_table(CP437, c),
        Encoding::Cp850 => in_table(CP850, c),
        Encoding::Cp852 => in_table(CP852, c),
        Encoding::Cp858 if c == '€' => Some(EURO),
        Encoding::Cp858 => in_table(CP850, c).filter(|byte| *byte != EURO),
        Encoding::Cp866 => of_standard(IBM866, c),
        Encoding::Cp1250 => of_standard(WINDOWS_1250, c),
        Encoding::Cp1251 => of_standard(WINDOWS_1251, c),
        Encoding::Cp1252 => of_standard(WINDOWS_1252, c),
        _ => None,
    }
}

fn in_table(table: &str, c: char) -> Option<u8> {
    table.chars().position(|known| known == c).and_then(|at| u8::try_from(at + 0x80).ok())
}

fn of_standard(standard: &'static encoding_rs::Encoding, c: char) -> Option<u8> {
    let (mut from, mut to) = ([0; 4], [0; 4]);
    let text = c.encode_utf8(&mut from);
    let (_, _, written) = standard.new_encoder().encode_from_utf8_without_replacement(text, &mut to, true);
    match (to, written) {
        ([byte @ 0x80..=0xFF, ..], 1) => Some(byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_128_places_and_no_character_twice() {
        for table in [CP437, CP850, CP852] {
            let mut all: Vec<char> = table.chars().collect();
            assert_eq!(all.len(), 128);
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), 128);
        }
    }

    #[test]
    fn each_page_has_its_own_letters_where_its_maker_put_them() {
        for (page, c, expected) in [
            (Encoding::Cp437, 'é', Some(0x82)),
            (Encoding::Cp437, '¥', Some(0x9D)),
            (Encoding::Cp437, '￥', Some(0x9D)),
            (Encoding::Cp437, '€', None),
            (Encoding::Cp850, '¥', Some(0xBE)),
            (Encoding::Cp850, 'ı', Some(0xD5)),
            (Encoding::Cp858, '€', Some(0xD5)),
            (Encoding::Cp858, 'ı', None),
            (Encoding::Cp858, '°', Some(0xF8)),
            (Encoding::Cp852, 'ł', Some(0x88)),
            (Encoding::Cp852, '￥', None),
            (Encoding::Cp866, 'Ж', Some(0x86)),
            (Encoding::Cp866, 'я', Some(0xEF)),
            (Encoding::Cp1250, 'ř', Some(0xF8)),
            (Encoding::Cp1251, 'Ж', Some(0xC6)),
            (Encoding::Cp1252, '€', Some(0x80)),
            (Encoding::Cp1252, '“', Some(0x93)),
            (Encoding::Cp1252, '中', None),
            (Encoding::Ascii, 'é', None),
        ] {
            assert_eq!(byte(page, c), expected, "{page:?} {c}");
        }
    }
}
