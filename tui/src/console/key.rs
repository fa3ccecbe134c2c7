//! Keys and their names: as the screen shows them, as `keymap.toml` and `--keys` write them.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use model::Language;

use crate::wording::text::Text;

/// A key, or two after each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    One(KeyCode),
    Control(char),
    /// Both pressed after each other: `g h`.
    Two(char, char),
}

use Keys::{Control, One, Two};

const NAMED: &[(&str, KeyCode)] = &[
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
];

impl Keys {
    /// Reads `g h`, `r`, `Enter`, `F5`, `Ctrl+L`; names in any case.
    pub(crate) fn parse(text: &str) -> Option<Keys> {
        let mut words = text.split_whitespace();
        let (first, second) = (words.next()?, words.next());
        if words.next().is_some() {
            return None;
        }
        match (Keys::one(first)?, second) {
            (keys, None) => Some(keys),
            (One(KeyCode::Char(a)), Some(second)) => match Keys::one(second)? {
                One(KeyCode::Char(b)) => Some(Two(a, b)),
                _ => None,
            },
            _ => None,
        }
    }

    fn one(word: &str) -> Option<Keys> {
        let mut chars = word.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return (!c.is_control()).then_some(One(KeyCode::Char(c)));
        }
        let lower = word.to_ascii_lowercase();
        if let Some((_, code)) = NAMED.iter().find(|(name, _)| name.to_ascii_lowercase() == lower) {
            return Some(One(*code));
        }
        if let Some(number) = lower.strip_prefix('f').and_then(|digits| digits.parse().ok()) {
            return (1..=12).contains(&number).then_some(One(KeyCode::F(number)));
        }
        let mut letter = lower.strip_prefix("ctrl+")?.chars();
        match (letter.next(), letter.next()) {
            (Some(c), None) if c.is_ascii_lowercase() => Some(Control(c)),
            _ => None,
        }
    }

    /// What the terminal says when these are pressed.
    pub(crate) fn events(self) -> Vec<KeyEvent> {
        match self {
            One(code) => vec![code.into()],
            Control(c) => vec![KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)],
            Two(a, b) => vec![KeyCode::Char(a).into(), KeyCode::Char(b).into()],
        }
    }

    /// True if this key, after the key before it if that waits for a second one, is meant.
    pub(crate) fn fits(self, prefix: Option<char>, key: &KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let plain = !control && !key.modifiers.contains(KeyModifiers::ALT);
        match (self, prefix) {
            (One(code), None) => plain && key.code == code,
            (Control(c), None) => control && key.code == KeyCode::Char(c),
            (Two(first, second), Some(before)) => plain && first == before && key.code == KeyCode::Char(second),
            _ => false,
        }
    }

    /// True for keys that also write a character.
    pub(crate) fn types(self) -> bool {
        matches!(self, One(KeyCode::Char(_)) | Two(..))
    }

    /// True if one of them would hide the other.
    pub(crate) fn clashes(self, other: Keys) -> bool {
        match (self, other) {
            (Two(first, _), One(KeyCode::Char(c))) | (One(KeyCode::Char(c)), Two(first, _)) => first == c,
            (mine, theirs) => mine == theirs,
        }
    }

    /// The name on the key.
    pub(crate) fn name(self, language: Language) -> String {
        let special = |text: Text<'static>| text.say(language).into_owned();
        match self {
            Two(first, second) => format!("{first} {second}"),
            Control(c) => format!("Ctrl+{}", c.to_ascii_uppercase()),
            One(KeyCode::Enter) => special(Text::KeyEnter),
            One(KeyCode::Up) => special(Text::KeyUp),
            One(KeyCode::Down) => special(Text::KeyDown),
            One(KeyCode::Left) => special(Text::KeyLeft),
            One(KeyCode::Right) => special(Text::KeyRight),
            One(KeyCode::Char(' ')) => special(Text::KeySpace),
            One(KeyCode::PageUp) => "PgUp".into(),
            One(KeyCode::PageDown) => "PgDn".into(),
            One(KeyCode::Char(c)) => c.to_string(),
            One(code) => code.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_people_write_them_and_nothing_else_is_a_key() {
        for (text, keys) in [
            ("g h", Two('g', 'h')),
            ("/", One(KeyCode::Char('/'))),
            ("ENTER", One(KeyCode::Enter)),
            ("F10", One(KeyCode::F(10))),
            ("f", One(KeyCode::Char('f'))),
            ("Ctrl+L", Control('l')),
            ("Space", One(KeyCode::Char(' '))),
            ("+", One(KeyCode::Char('+'))),
            ("订", One(KeyCode::Char('订'))),
        ] {
            assert_eq!(Keys::parse(text), Some(keys), "{text}");
        }
        for text in ["", " ", "F13", "F0", "Ctrl+", "Ctrl+1", "Hyper+x", "g h t", "g Enter", "Enter g", "\u{1b}"] {
            assert_eq!(Keys::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_first_key_of_two_clashes_with_the_same_key_alone() {
        assert!(Two('g', 'h').clashes(One(KeyCode::Char('g'))));
        assert!(!Two('g', 'h').clashes(Two('g', 't')));
        assert!(!Two('g', 'h').clashes(One(KeyCode::Char('h'))));
    }
}
