//! The one table of actions: name, keys, label, where. Dispatch, the help bar and the help page read this table and
//! nothing else, so a key that is shown works and a key that works is shown.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use model::Language;

use crate::wording::text::Text;

/// Everything a key can do, apart from typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Open,
    Print,
    ConfirmQuit,
    Search,
    ReprintThis,
    ReprintLast,
    SearchOn,
    OtherCopy,
    CopyCustomer,
    CopyMerchant,
    OtherPrinter,
    TestPage,
    Pause,
    Resume,
    Drawer,
    Hold,
    Release,
    Cancel,
    Move,
    MoveQueue,
    Answer,
    Yes,
    No,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    GoHome,
    GoTransactions,
    GoQueue,
    GoPrinters,
    Repaint,
    Back,
    Quit,
    Help,
}

/// A key, or two after each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    One(KeyCode),
    Control(char),
    /// Both pressed after each other: `g h`.
    Two(char, char),
}

/// Where an action may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Where the topmost layer says so.
    Layer,
    /// On every screen, not in dialogs.
    Screens,
    Everywhere,
}

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) action: Action,
    pub(crate) keys: &'static [Keys],
    pub(crate) label: Text<'static>,
    pub(crate) place: Place,
    /// Named in the help bar, as far as there is room; the help page names all.
    pub(crate) bar: bool,
    /// Also while a text field has the focus.
    pub(crate) in_field: bool,
}

const fn entry(action: Action, keys: &'static [Keys], label: Text<'static>, place: Place) -> Entry {
    Entry { action, keys, label, place, bar: true, in_field: false }
}

impl Entry {
    const fn unnamed(mut self) -> Entry {
        self.bar = false;
        self
    }

    const fn in_field(mut self) -> Entry {
        self.in_field = true;
        self
    }
}

use Keys::{Control, One, Two};
use Place::{Everywhere, Layer, Screens};

/// INTERFACES §7; in the order in which the help bar names them.
pub(crate) const TABLE: &[Entry] = &[
    entry(Action::Print, &[One(KeyCode::Enter)], Text::DoPrint, Layer),
    entry(Action::ConfirmQuit, &[One(KeyCode::Enter)], Text::DoQuit, Layer),
    entry(Action::Open, &[One(KeyCode::Enter)], Text::DoOpen, Layer).in_field(),
    entry(Action::SearchOn, &[One(KeyCode::Char('n'))], Text::DoSearchOn, Layer),
    entry(Action::ReprintThis, &[One(KeyCode::Char('p'))], Text::DoReprintThis, Layer),
    entry(Action::OtherCopy, &[One(KeyCode::Char('c')), One(KeyCode::Tab)], Text::DoOtherCopy, Layer),
    entry(Action::CopyCustomer, &[One(KeyCode::Char('1'))], Text::DoCopyCustomer, Layer).unnamed(),
    entry(Action::CopyMerchant, &[One(KeyCode::Char('2'))], Text::DoCopyMerchant, Layer).unnamed(),
    entry(
        Action::OtherPrinter,
        &[One(KeyCode::Right), One(KeyCode::Left), One(KeyCode::Char('o'))],
        Text::DoOtherPrinter,
        Layer,
    ),
    entry(Action::TestPage, &[One(KeyCode::Char('t'))], Text::DoTestPage, Layer),
    // one key, two actions: only one of them is possible at a time
    entry(Action::Pause, &[One(KeyCode::Char('z'))], Text::DoPause, Layer),
    entry(Action::Resume, &[One(KeyCode::Char('z'))], Text::DoResume, Layer),
    entry(Action::Drawer, &[One(KeyCode::Char('d'))], Text::DoDrawer, Layer),
    entry(Action::Yes, &[One(KeyCode::Char('y')), One(KeyCode::Char('1'))], Text::DoYes, Layer),
    entry(Action::No, &[One(KeyCode::Char('n')), One(KeyCode::Char('2'))], Text::DoNo, Layer),
    entry(Action::Answer, &[One(KeyCode::Char('a'))], Text::DoAnswer, Layer),
    entry(Action::Release, &[One(KeyCode::Char('s'))], Text::DoRelease, Layer),
    entry(Action::Hold, &[One(KeyCode::Char('h'))], Text::DoHold, Layer),
    entry(Action::Move, &[One(KeyCode::Char('m'))], Text::DoMove, Layer),
    entry(Action::MoveQueue, &[One(KeyCode::Char('w'))], Text::DoMoveQueue, Layer),
    entry(Action::Cancel, &[One(KeyCode::Char('x'))], Text::DoCancelJob, Layer),
    entry(Action::Back, &[One(KeyCode::Esc)], Text::DoBack, Layer).in_field(),
    entry(Action::Search, &[One(KeyCode::Char('/'))], Text::DoSearch, Screens),
    entry(Action::ReprintLast, &[One(KeyCode::Char('r'))], Text::DoReprintLast, Screens),
    entry(Action::GoHome, &[Two('g', 'h')], Text::DoGoHome, Screens),
    entry(Action::GoTransactions, &[Two('g', 't')], Text::DoGoTransactions, Screens),
    entry(Action::GoQueue, &[Two('g', 'q')], Text::DoGoQueue, Screens),
    entry(Action::GoPrinters, &[Two('g', 'p')], Text::DoGoPrinters, Screens),
    entry(Action::Quit, &[One(KeyCode::Char('q'))], Text::DoQuit, Screens),
    entry(Action::Help, &[One(KeyCode::Char('?'))], Text::DoHelp, Screens),
    entry(Action::Up, &[One(KeyCode::Up), One(KeyCode::Char('k'))], Text::DoUp, Layer).unnamed().in_field(),
    entry(Action::Down, &[One(KeyCode::Down), One(KeyCode::Char('j'))], Text::DoDown, Layer).unnamed().in_field(),
    entry(Action::PageUp, &[One(KeyCode::PageUp)], Text::DoPageUp, Layer).unnamed().in_field(),
    entry(Action::PageDown, &[One(KeyCode::PageDown), One(KeyCode::Char(' '))], Text::DoPageDown, Layer)
        .unnamed()
        .in_field(),
    entry(Action::First, &[One(KeyCode::Home)], Text::DoFirst, Layer).unnamed(),
    entry(Action::Last, &[One(KeyCode::End), One(KeyCode::Char('G'))], Text::DoLast, Layer).unnamed(),
    entry(Action::Repaint, &[Control('l')], Text::DoRepaint, Everywhere).unnamed().in_field(),
];

impl Keys {
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

/// The names of an action's keys.
pub(crate) fn key_names(action: Action, language: Language) -> String {
    let keys = TABLE.iter().find(|entry| entry.action == action).map(|entry| entry.keys).unwrap_or_default();
    keys.iter().map(|keys| keys.name(language)).collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_one_row_and_the_keys_that_stay() {
        for (at, entry) in TABLE.iter().enumerate() {
            assert!(!entry.keys.is_empty());
            assert!(TABLE.iter().skip(at + 1).all(|other| other.action != entry.action), "{:?}", entry.action);
        }
        let row = |action| TABLE.iter().find(|entry| entry.action == action).unwrap();
        let first = |action| row(action).keys[0].name(Language::En);
        for (action, key) in [
            (Action::GoHome, "g h"),
            (Action::GoTransactions, "g t"),
            (Action::GoQueue, "g q"),
            (Action::GoPrinters, "g p"),
            (Action::Search, "/"),
            (Action::Open, "Enter"),
            (Action::ReprintLast, "r"),
            (Action::ReprintThis, "p"),
            (Action::Help, "?"),
            (Action::Quit, "q"),
            (Action::Back, "Esc"),
            (Action::Repaint, "Ctrl+L"),
        ] {
            assert_eq!(first(action), key);
        }
    }
}
