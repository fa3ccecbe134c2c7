//! Which keys do what: the action table's, unless a shop's `keymap.toml` says otherwise.
//!
//! ```toml
//! reprint_last = ["r", "F5"]
//! queue = "g q"
//! drawer = []          # no key; the palette still has it
//! ```
//!
//! A file with a fault changes nothing: all its faults are shown together, and the keys stay those that everybody knows.

use model::Language;
use toml::Spanned;

use super::{
    action::{Action, Entry, TABLE},
    key::Keys,
};
use crate::wording::text::Text;

/// The keys of every action, in the table's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap(Vec<Vec<Keys>>);

/// What is wrong with one line of a `keymap.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    line: usize,
    what: Wrong,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Wrong {
    NotToml(String),
    NoSuchAction(String),
    NoSuchKey(String),
    NotKeys(&'static str),
    NoKeyLeft(&'static str),
    Clash { keys: Keys, mine: &'static str, other: &'static str },
}

impl Default for Keymap {
    fn default() -> Keymap {
        Keymap(TABLE.iter().map(|entry| entry.keys.to_vec()).collect())
    }
}

impl Keymap {
    /// Reads a `keymap.toml`.
    ///
    /// # Errors
    /// Every fault of the file, in the order of its lines.
    pub fn parse(text: &str) -> Result<Keymap, Vec<Fault>> {
        let line = |at: usize| text.get(..at).map_or(0, |before| before.matches('\n').count()) + 1;
        let table: std::collections::BTreeMap<Spanned<String>, Spanned<toml::Value>> = match toml::from_str(text) {
            Ok(table) => table,
            Err(error) => {
                let line = line(error.span().map_or(0, |span| span.start));
                return Err(vec![Fault { line, what: Wrong::NotToml(error.message().to_owned()) }]);
            }
        };
        let mut keymap = Keymap::default();
        let mut lines: Vec<Option<usize>> = vec![None; TABLE.len()];
        let mut faults = Vec::new();
        for (name, value) in &table {
            let line = line(name.span().start);
            let mut fault = |what| faults.push(Fault { line, what });
            let Some(at) = TABLE.iter().position(|entry| entry.name == name.get_ref()) else {
                fault(Wrong::NoSuchAction(name.get_ref().clone()));
                continue;
            };
            let Some(entry) = TABLE.get(at) else { continue };
            let words: Option<Vec<&str>> = match value.get_ref() {
                toml::Value::String(one) => Some(vec![one]),
                toml::Value::Array(many) => many.iter().map(toml::Value::as_str).collect(),
                _ => None,
            };
            let Some(words) = words else {
                fault(Wrong::NotKeys(entry.name));
                continue;
            };
            let mut keys = Vec::new();
            for word in &words {
                match Keys::parse(word) {
                    Some(read) => keys.push(read),
                    None => fault(Wrong::NoSuchKey((*word).to_owned())),
                }
            }
            // without these nobody gets out of a dialog, or through one
            let needed = matches!(entry.action, Action::Back | Action::Open | Action::Print | Action::ConfirmQuit);
            if needed && words.is_empty() {
                fault(Wrong::NoKeyLeft(entry.name));
            }
            if let (Some(slot), Some(own)) = (keymap.0.get_mut(at), lines.get_mut(at)) {
                (*slot, *own) = (keys, Some(line));
            }
        }
        faults.extend(keymap.clashes(&lines));
        faults.sort_by_key(|fault| fault.line);
        if faults.is_empty() { Ok(keymap) } else { Err(faults) }
    }

    /// Keys of two actions that are one key. Actions that share one in the table are never possible at the same time.
    fn clashes(&self, lines: &[Option<usize>]) -> Vec<Fault> {
        let mut out = Vec::new();
        let rows: Vec<(&Entry, &Vec<Keys>, Option<usize>)> =
            TABLE.iter().zip(&self.0).zip(lines).map(|((entry, keys), line)| (entry, keys, *line)).collect();
        for (at, (mine, keys, line)) in rows.iter().enumerate() {
            for (other, others, other_line) in rows.iter().skip(at + 1) {
                let Some(line) = line.max(other_line).as_ref() else { continue };
                let clash = |a: &[Keys], b: &[Keys]| a.iter().find(|a| b.iter().any(|b| a.clashes(*b))).copied();
                if clash(mine.keys, other.keys).is_none()
                    && let Some(keys) = clash(keys, others)
                {
                    let what = Wrong::Clash { keys, mine: mine.name, other: other.name };
                    out.push(Fault { line: *line, what });
                }
            }
        }
        out
    }

    /// The keys of a row of the table.
    pub(crate) fn of(&self, entry: &Entry) -> &[Keys] {
        let at = TABLE.iter().position(|row| row.action == entry.action);
        at.and_then(|at| self.0.get(at)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The names of a row's keys: `r F5`.
    pub(crate) fn names_of(&self, entry: &Entry, language: Language) -> String {
        self.of(entry).iter().map(|keys| keys.name(language)).collect::<Vec<String>>().join(" ")
    }

    /// The names of an action's keys.
    pub(crate) fn names(&self, action: Action, language: Language) -> String {
        Entry::of(action).map(|entry| self.names_of(entry, language)).unwrap_or_default()
    }
}

impl Fault {
    /// Line, and what is wrong there.
    pub fn say(&self, language: Language) -> String {
        let line = self.line;
        let text = match &self.what {
            Wrong::NotToml(why) => Text::KeymapNotToml { line, why },
            Wrong::NoSuchAction(name) => Text::KeymapNoAction { line, name },
            Wrong::NoSuchKey(key) => Text::KeymapNoKey { line, key },
            Wrong::NotKeys(name) => Text::KeymapNotKeys { line, name },
            Wrong::NoKeyLeft(name) => Text::KeymapNoKeyLeft { line, name },
            Wrong::Clash { keys, mine, other } => {
                return Text::KeymapClash { line, key: &keys.name(language), name: mine, other }.say(language).into();
            }
        };
        text.say(language).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        Keymap::parse(text).unwrap_err().iter().map(|fault| fault.say(Language::En)).collect()
    }

    #[test]
    fn a_shop_may_give_actions_other_keys() {
        let keymap = Keymap::parse("reprint_last = ['F12', '~']\nqueue = 'g w'\ndrawer = []").unwrap();
        assert_eq!(keymap.names(Action::ReprintLast, Language::En), "F12 ~");
        assert_eq!(keymap.names(Action::GoQueue, Language::En), "g w");
        assert_eq!(keymap.names(Action::Drawer, Language::En), "");
        assert_eq!(keymap.names(Action::Quit, Language::En), "q F10");
        assert_eq!(Keymap::parse("").unwrap(), Keymap::default());
    }

    #[test]
    fn all_faults_are_reported_together_with_their_lines() {
        let said = faults("home = 'g t'\nnonsense = 'x'\nquit = 'Hyper+q'\nback = []\nhelp = 3\nsearch = 'q'\n");
        assert_eq!(said.len(), 5, "{said:?}");
        for (at, words) in
            ["line 1: g t", "line 2: nonsense", "line 3: Hyper+q", "line 4: back", "line 5: help"].iter().enumerate()
        {
            assert!(said[at].starts_with(words), "{said:?}");
        }
    }

    #[test]
    fn a_key_of_two_actions_is_a_fault_unless_the_table_shares_it() {
        assert!(Keymap::parse("pause = 'Z'\nresume = 'Z'").is_ok());
        assert!(faults("search = 'g'")[0].contains("g"));
        assert!(Keymap::parse("export = 'q'").is_err());
        assert!(faults("[keys]\nx = 1")[0].contains("keys"));
        assert!(faults("a = ")[0].starts_with("line 1: "));
    }
}
