//! The Chinese encodings: national standards as `encoding_rs` has them, less what printers' fonts lack.
//!
//! Trail bytes may look like ASCII, `\` and `|` among them in Big5: in Chinese mode they are data, and they are never below 30.

use encoding_rs::{BIG5, Encoding as Standard, GB18030, GBK};

use super::Code;

/// One character in a standard's bytes; the second value is how many. 0 where it has none.
fn encoded(standard: &'static Standard, c: char) -> ([u8; 4], usize) {
    let (mut from, mut to) = ([0; 4], [0; 4]);
    let text = c.encode_utf8(&mut from);
    let (_, _, written) = standard.new_encoder().encode_from_utf8_without_replacement(text, &mut to, true);
    (to, written)
}

/// The sign of the yuan is in these encodings only as the full-width one.
fn as_wide(c: char) -> char {
    if c == '¥' { '￥' } else { c }
}

pub(super) fn gbk(c: char) -> Option<Code> {
    if c > '\u{FFFF}' {
        return None;
    }
    match encoded(GBK, as_wide(c)) {
        // what encoding_rs adds to code page 936 from GB 18030: FE50–FEA0, A8BF, A989–A995; older ROM fonts lack it.
        ([0xFE, ..] | [0xA8, 0xBF, ..] | [0xA9, 0x89..=0x95, ..], 2) => None,
        // one byte is the 80 of the euro sign, which no printer knows
        ([lead @ 0x81..=0xFD, trail @ 0x40..=0xFE, ..], 2) => Some(Code::Two([lead, trail])),
        _ => None,
    }
}

/// GB 2312-80 is a part of GBK in the same codes: nine rows of signs with gaps, then hanzi from B0 to F7.
pub(super) fn gb2312(c: char) -> Option<Code> {
    let code = gbk(c)?;
    let Code::Two([row, cell]) = code else { return None };
    let assigned = match row {
        0xA1 | 0xA3 => cell >= 0xA1,
        0xA2 => matches!(cell, 0xB1..=0xE2 | 0xE5..=0xEE | 0xF1..=0xFC),
        0xA4 => matches!(cell, 0xA1..=0xF3),
        0xA5 => matches!(cell, 0xA1..=0xF6),
        0xA6 => matches!(cell, 0xA1..=0xB8 | 0xC1..=0xD8),
        0xA7 => matches!(cell, 0xA1..=0xC1 | 0xD1..=0xF1),
        0xA8 => matches!(cell, 0xA1..=0xBA | 0xC5..=0xE9),
        0xA9 => matches!(cell, 0xA4..=0xEF),
        0xD7 => matches!(cell, 0xA1..=0xF9),
        0xB0..=0xF7 => cell >= 0xA1,
        _ => false,
    };
    assigned.then_some(code)
}

/// GBK's codes where it has some, because they are the older ones; four bytes for other hanzi, which is what such
/// firmware was bought for. Four-byte signs, emoji and other scripts are in no printer's font.
pub(super) fn gb18030(c: char) -> Option<Code> {
    if let Some(code) = gbk(c) {
        return Some(code);
    }
    match encoded(GB18030, c) {
        // A2E3, the euro sign: the only sign that was added among the two-byte codes
        ([0xA2, 0xE3, ..], 2) => Some(Code::Two([0xA2, 0xE3])),
        (four, 4) if is_hanzi(c) => Some(Code::Four(four)),
        _ => None,
    }
}

/// The hanzi that GB 18030-2005 prescribes for fonts: extensions A and B (㐀, 𠀀).
fn is_hanzi(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DB5}' | '\u{20000}'..='\u{2A6D6}')
}

/// Signs A140–A3BF, frequent hanzi A440–C67E, rare ones C940–F9D5. Beyond that are ETEN's and Hong Kong's additions
/// (恒 裏 among them), which one firmware has and the next has not.
pub(super) fn big5(c: char) -> Option<Code> {
    if c > '\u{FFFF}' {
        return None;
    }
    match encoded(BIG5, as_wide(c)) {
        ([lead, trail @ (0x40..=0x7E | 0xA1..=0xFE), ..], 2) if matches!(u16::from_be_bytes([lead, trail]), 0xA140..=0xA3BF | 0xA440..=0xC67E | 0xC940..=0xF9D5) => {
            Some(Code::Two([lead, trail]))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_traps_of_gbk_are_stepped_around() {
        assert_eq!(gbk('中'), Some(Code::Two([0xD6, 0xD0])));
        assert_eq!(gbk('镕'), Some(Code::Two([0xE9, 0x46])));
        assert_eq!(gbk('¥'), gbk('￥'));
        assert_eq!(gbk('￥'), Some(Code::Two([0xA3, 0xA4])));
        assert_eq!(gbk('·'), Some(Code::Two([0xA1, 0xA4])));
        assert_eq!(gbk('—'), Some(Code::Two([0xA1, 0xAA])));
        for lacking in ['€', '㛃', '𬭊', '😀', '⿰', '䶮'] {
            assert_eq!(gbk(lacking), None, "{lacking:?}");
        }
    }

    #[test]
    fn gb2312_has_its_6763_hanzi_and_682_signs_and_no_other() {
        let (mut hanzi, mut signs) = (0, 0);
        for code in ('\u{80}'..='\u{FFFF}').filter(|c| *c != '¥').filter_map(gb2312) {
            match code {
                Code::Two([0xB0..=0xF7, _]) => hanzi += 1,
                _ => signs += 1,
            }
        }
        assert_eq!((hanzi, signs), (6763, 682));
        assert_eq!(gb2312('镕'), None);
        assert_eq!(gb2312('囍'), None);
        assert_eq!(gb2312('店'), gbk('店'));
    }

    #[test]
    fn four_byte_codes_are_for_hanzi_beyond_gbk_only() {
        assert_eq!(gb18030('中'), gbk('中'));
        assert_eq!(gb18030('￥'), Some(Code::Two([0xA3, 0xA4])));
        assert_eq!(gb18030('¥'), gb18030('￥'));
        assert_eq!(gb18030('€'), Some(Code::Two([0xA2, 0xE3])));
        assert_eq!(gb18030('㐀'), Some(Code::Four([0x81, 0x39, 0xEE, 0x39])));
        assert_eq!(gb18030('𠮷').map(Code::columns), Some(2));
        for drawn in ['ñ', '😀', '𬭊', '⿰'] {
            assert_eq!(gb18030(drawn), None, "{drawn:?}");
        }
    }

    #[test]
    fn big5_has_its_hanzi_and_none_of_the_additions() {
        assert_eq!(big5('許'), Some(Code::Two([0xB3, 0x5C])));
        assert_eq!(big5('臺'), Some(Code::Two([0xBB, 0x4F])));
        assert_eq!(big5('¥'), big5('￥'));
        assert_eq!(big5('￥'), Some(Code::Two([0xA2, 0x44])));
        for lacking in ['签', '恒', '裏', '碁', '€', '㛃', 'Ж', 'ぁ'] {
            assert_eq!(big5(lacking), None, "{lacking:?}");
        }
        let hanzi =
            ('\u{4E00}'..='\u{9FFF}').filter_map(big5).filter(|c| matches!(c, Code::Two([0xA4..=0xFE, _]))).count();
        // the standard's 13,053 less the two that it has twice, and 仝, which `encoding_rs` writes in an addition's code
        assert_eq!(hanzi, 13_050);
    }
}
