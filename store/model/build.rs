//! Makes the table behind `pinyin.rs` from the readings that the `pinyin` crate keeps: two bytes a character. The crate
//! itself, some hundred kilobytes of readings, stays out of our programs.

use std::{env, fs, io, path::Path};

use pinyin::ToPinyinMulti as _;

/// The block of CJK unified ideographs.
const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    // set 0: nothing is known
    let mut sets = vec![0];
    let mut codes = Vec::new();
    for point in FIRST..=LAST {
        let letters = char::from_u32(point).map_or(0, letters);
        let at = sets.iter().position(|set| *set == letters).unwrap_or_else(|| {
            sets.push(letters);
            sets.len() - 1
        });
        codes.extend(u16::try_from(at).map_err(io::Error::other)?.to_le_bytes());
    }
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo did not say where to write"))?;
    let folder = Path::new(&folder);
    fs::write(folder.join("pinyin_codes"), codes)?;
    fs::write(folder.join("pinyin_sets.rs"), format!("{sets:?}"))
}

/// The letters with which the readings of a character begin: bit 0 for a.
fn letters(character: char) -> u32 {
    let readings = character.to_pinyin_multi().into_iter().flatten();
    let firsts = readings.filter_map(|reading| reading.plain().chars().next());
    // `ê` is the one letter beyond a … z that a reading begins with
    let firsts = firsts.map(|first| if first == 'ê' { 'e' } else { first }).filter(char::is_ascii_lowercase);
    firsts.fold(0, |letters, first| letters | 1 << (u32::from(first) - u32::from('a')))
}
