//! Finding a name as one types it: by a part of it (`可乐`), or by its pinyin initials (拼音首字母: 可口可乐 is `kkkl`).
//!
//! A character with several readings fits the initial of each (长: `c`, `z`). Characters that are not Chinese stand for
//! themselves. The readings come from the `pinyin` crate by way of `build.rs`.

use std::ops::Range;

/// The first character of the table: the block of CJK unified ideographs.
const FIRST: u32 = 0x4E00;

/// For each character from [`FIRST`] on which of [`SETS`] it has, in two bytes.
const CODES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pinyin_codes"));

/// Sets of letters: bit 0 for a.
const SETS: &[u32] = &include!(concat!(env!("OUT_DIR"), "/pinyin_sets.rs"));

/// Where in a name a word stands, in bytes: the word itself or initials. Capitals and full width don't matter, nor do
/// blanks and signs of the name between two characters of the word.
pub fn find(name: &str, word: &str) -> Option<Range<usize>> {
    if word.is_empty() {
        return Some(0..0);
    }
    name.char_indices().find_map(|(start, _)| Some(start..start + length(name.get(start..)?, word)?))
}

/// How much of the beginning of a name a word is.
fn length(name: &str, word: &str) -> Option<usize> {
    let mut word = word.chars().map(fold);
    let mut wanted = word.next()?;
    for (at, (start, c)) in name.char_indices().enumerate() {
        if fits(fold(c), wanted) {
            match word.next() {
                Some(next) => wanted = next,
                None => return Some(start + c.len_utf8()),
            }
        } else if at == 0 || c.is_alphanumeric() {
            return None;
        }
    }
    None
}

/// Both folded.
fn fits(c: char, wanted: char) -> bool {
    c == wanted || wanted.is_ascii_lowercase() && initials(c) & 1 << (u32::from(wanted) - u32::from('a')) != 0
}

/// The letters with which the readings of a character begin; none if it is not Chinese.
fn initials(c: char) -> u32 {
    let at = u32::from(c).checked_sub(FIRST).and_then(|at| usize::try_from(at).ok());
    let code = at.and_then(|at| CODES.as_chunks().0.get(at)).map_or(0, |code| u16::from_le_bytes(*code));
    SETS.get(usize::from(code)).copied().unwrap_or(0)
}

/// Without capitals and full width.
fn fold(c: char) -> char {
    match c {
        '\0'..='\u{7F}' => c.to_ascii_lowercase(),
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).map_or(c, |c| c.to_ascii_lowercase()),
        '一'..='\u{9FFF}' => c,
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_found_by_a_part_and_by_initials() {
        for (name, word, part) in [
            ("可口可乐 330ml", "kkkl", "可口可乐"),
            ("可口可乐 330ml", "KL", "可乐"),
            ("可口可乐 330ml", "可乐", "可乐"),
            ("可口可乐 330ml", "可kkl", "可口可乐"),
            ("红牛维生素饮料", "hn", "红牛"),
            ("农夫山泉 550ml", "nfsq", "农夫山泉"),
            ("乐事薯片（黄瓜味）75g", "sphgw", "薯片（黄瓜味"),
            ("乐事薯片（黄瓜味）75g", "片（黄", "片（黄"),
            ("Coca-Cola 可乐", "cola", "Cola"),
            ("Coca-Cola 可乐", "COLAKL", "Cola 可乐"),
            ("Ｒｅｄ　Ｂｕｌｌ", "red", "Ｒｅｄ"),
            ("red bull", "ＢＵＬＬ", "bull"),
            ("Éclair", "éclair", "Éclair"),
            ("M&M's 花生巧克力豆", "hsqkld", "花生巧克力豆"),
            ("长城干红", "ccgh", "长城干红"),
            ("长城干红", "zcgh", "长城干红"),
            ("重庆小面", "cqxm", "重庆小面"),
            ("重庆小面", "zqxm", "重庆小面"),
            ("音乐盒", "yyh", "音乐盒"),
            ("音乐盒", "ylh", "音乐盒"),
        ] {
            assert_eq!(find(name, word).and_then(|range| name.get(range)), Some(part), "{word} in {name}");
        }
        for (name, word) in [("可口可乐", "kkk k"), ("可口可乐", "hn"), ("可口可乐", "klx"), ("", "k"), ("330ml", "lm")]
        {
            assert_eq!(find(name, word), None, "{word} in {name}");
        }
    }

    #[test]
    fn every_common_character_has_an_initial() {
        // the first and the last characters of GB 2312 level 1 under some letters
        for (character, letter) in "啊阿芭八擦嚓搭打蛾额发法噶嘎哈铪击压".chars().zip("aabbccddeeffgghhjy".chars())
        {
            assert!(fits(character, letter), "{character} {letter}");
        }
        let known = (FIRST..0x9FA6).filter_map(char::from_u32).filter(|c| initials(*c) != 0).count();
        assert!(known > 20_500, "{known}");
        // no syllable begins with these
        assert!(SETS.iter().all(|set| set & (1 << 8 | 1 << 20 | 1 << 21) == 0));
    }

    proptest! {
        #[test]
        fn a_part_of_a_name_is_always_found(before in any::<String>(), part in any::<String>(), after in any::<String>()) {
            let name = format!("{before}{part}{after}");
            let found = find(&name, &part.to_ascii_uppercase());
            prop_assert!(found.is_some_and(|range| name.get(range).is_some()));
        }
    }
}
