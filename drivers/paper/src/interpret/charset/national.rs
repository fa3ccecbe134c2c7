//! The national sets of ESC R: which ASCII positions show another character. Data and one look-up.

/// The twelve positions a set may change.
const POSITIONS: &[u8; 12] = b"#$@[\\]^`{|}~";

/// What stands there in sets 0 to 17: USA, France, Germany, UK, Denmark I, Sweden, Italy, Spain I, Japan, Norway,
/// Denmark II, Spain II, Latin America, Korea, Slovenia and Croatia, China, Vietnam, Arabia.
const SETS: [&str; 18] = [
    "#$@[\\]^`{|}~",
    "#$à°ç§^`éùè¨",
    "#$§ÄÖÜ^`äöüß",
    "£$@[\\]^`{|}~",
    "#$@ÆØÅ^`æøå~",
    "#¤ÉÄÖÅÜéäöåü",
    "#$@°\\é^ùàòèì",
    "₧$@¡Ñ¿^`¨ñ}~",
    "#$@[¥]^`{|}~",
    "#¤ÉÆØÅÜéæøåü",
    "#$ÉÆØÅÜéæøåü",
    "#$á¡Ñ¿é`íñóú",
    "#$á¡Ñ¿éüíñóú",
    "#$@[₩]^`{|}~",
    "#$ŽŠĐĆČžšđćč",
    "#¥@[\\]^`{|}~",
    "#₫@[\\]^`{|}~",
    "#$@[\\]^`{|}~",
];

/// The character that set `set` prints for an ASCII byte.
pub(super) fn character(set: u8, byte: u8) -> char {
    let plain = char::from(byte);
    if set == 0 || byte.is_ascii_alphanumeric() || byte == b' ' {
        return plain;
    }
    let Some(index) = POSITIONS.iter().position(|position| *position == byte) else { return plain };
    SETS.get(usize::from(set)).and_then(|set| set.chars().nth(index)).unwrap_or(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_has_twelve_characters_and_the_first_is_ascii() {
        assert!(SETS.iter().all(|set| set.chars().count() == POSITIONS.len()));
        assert!((0x20..0x7F).all(|byte| character(0, byte) == char::from(byte)));
    }

    #[test]
    fn the_signs_of_money_move_as_the_manuals_say() {
        assert_eq!(
            [character(15, b'$'), character(8, b'\\'), character(13, b'\\'), character(3, b'#')],
            ['¥', '¥', '₩', '£']
        );
        assert_eq!(character(99, b'$'), '$');
    }
}
