//! A TOML document with its places: sections whose keys are taken one by one by type, so that one reading finds every
//! error. What the keys mean is the business of the section's own file.

use std::{path::PathBuf, time::Duration};

use toml::{Spanned, de::DeTable, de::DeValue};

use super::{Fault, duration};

/// The errors found so far.
pub(super) struct Faults {
    /// Where each line begins, in bytes.
    lines: Vec<usize>,
    found: Vec<(usize, Fault)>,
}

impl Faults {
    pub(super) fn of(text: &str) -> Faults {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Faults { lines, found: Vec::new() }
    }

    /// Notes an error at a byte of the file.
    pub(super) fn add(&mut self, at: usize, key: impl Into<String>, sentence: impl Into<String>) {
        let line = self.lines.partition_point(|start| *start <= at).max(1);
        self.found.push((at, Fault { file: None, line, key: key.into(), sentence: sentence.into() }));
    }

    /// Notes an error in another file that this byte leads to; once, however many lead there.
    pub(super) fn add_in(&mut self, at: usize, fault: Fault) {
        if !self.found.iter().any(|(_, known)| *known == fault) {
            self.found.push((at, fault));
        }
    }

    /// How many there are so far.
    pub(super) fn count(&self) -> usize {
        self.found.len()
    }

    /// Takes over those of another reading of the same text.
    pub(super) fn append(&mut self, other: Faults) {
        self.found.extend(other.found);
    }

    /// All of them in the order of the file.
    pub(super) fn sorted(mut self) -> Vec<Fault> {
        self.found.sort_by_key(|(at, _)| *at);
        self.found.into_iter().map(|(_, fault)| fault).collect()
    }
}

/// A value with its place and its whole key.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) at: usize,
    pub(super) key: String,
    pub(super) value: T,
}

impl<T> At<T> {
    fn map<U>(self, f: impl FnOnce(T) -> U) -> At<U> {
        At { at: self.at, key: self.key, value: f(self.value) }
    }
}

/// A table whose keys are taken one by one; what is left at the end is unknown.
pub(super) struct Section<'i> {
    path: String,
    /// Where it begins; where a missing key is reported.
    at: usize,
    entries: Vec<(String, usize, Spanned<DeValue<'i>>)>,
}

impl<'i> Section<'i> {
    /// The whole file. Syntax errors are noted, and what could be read in spite of them is gone on with.
    pub(super) fn file(text: &'i str, faults: &mut Faults) -> Section<'i> {
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            faults.add(at, "-", error.message().lines().next().unwrap_or("is not TOML"));
        }
        Section::of(String::new(), 0, table.into_inner())
    }

    fn of(path: String, at: usize, table: DeTable<'i>) -> Section<'i> {
        let entries = table
            .into_iter()
            .map(|(key, value)| {
                let at = key.span().start;
                (key.into_inner().into_owned(), at, value)
            })
            .collect();
        Section { path, at, entries }
    }

    /// The key with its section before it.
    pub(super) fn key(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn take(&mut self, key: &str) -> Option<At<Spanned<DeValue<'i>>>> {
        let place = self.entries.iter().position(|(name, ..)| name == key)?;
        let (_, at, value) = self.entries.swap_remove(place);
        Some(At { at, key: self.key(key), value })
    }

    fn typed<T>(
        &mut self,
        key: &str,
        what: &str,
        faults: &mut Faults,
        read: impl FnOnce(DeValue<'i>) -> Option<T>,
    ) -> Option<At<T>> {
        let taken = self.take(key)?.map(Spanned::into_inner);
        let found = taken.value.type_str();
        let At { at, key, value } = taken.map(read);
        match value {
            Some(value) => Some(At { at, key, value }),
            None => {
                faults.add(at, key, format!("must be {what}, not {found}"));
                None
            }
        }
    }

    /// Notes that a required key is not there.
    pub(super) fn missing(&self, key: &str, sentence: &str, faults: &mut Faults) {
        faults.add(self.at, self.key(key), sentence);
    }

    /// True if the key is there, of whatever type. Ask before it is taken.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, ..)| name == key)
    }

    pub(super) fn text(&mut self, key: &str, faults: &mut Faults) -> Option<At<String>> {
        self.typed(key, "a text", faults, |value| match value {
            DeValue::String(text) => Some(text.into_owned()),
            _ => None,
        })
    }

    /// A text that must not be blank.
    pub(super) fn filled(&mut self, key: &str, faults: &mut Faults) -> Option<At<String>> {
        let text = self.text(key, faults)?;
        if text.value.trim().is_empty() {
            faults.add(text.at, text.key, "must not be empty");
            return None;
        }
        Some(text)
    }

    pub(super) fn path(&mut self, key: &str, faults: &mut Faults) -> Option<PathBuf> {
        self.placed_path(key, faults).map(|path| path.value)
    }

    /// A path whose file may turn out to be wrong later.
    pub(super) fn placed_path(&mut self, key: &str, faults: &mut Faults) -> Option<At<PathBuf>> {
        let path = self.filled(key, faults)?.map(PathBuf::from);
        if path.value.is_absolute() {
            return Some(path);
        }
        faults.add(path.at, path.key, "must be an absolute path");
        None
    }

    pub(super) fn flag(&mut self, key: &str, faults: &mut Faults) -> Option<At<bool>> {
        self.typed(key, "true or false", faults, |value| value.as_bool())
    }

    /// A whole number of at most `most`.
    pub(super) fn whole(&mut self, key: &str, most: u64, faults: &mut Faults) -> Option<u64> {
        let number = self.typed(key, "a whole number", faults, |value| {
            let number = value.as_integer()?;
            Some(u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok())
        })?;
        match number.value {
            Some(value) if value <= most => Some(value),
            _ => {
                faults.add(number.at, number.key, format!("must be a whole number from 0 to {most}"));
                None
            }
        }
    }

    /// `4h`, `30m`, `5s`.
    pub(super) fn duration(&mut self, key: &str, faults: &mut Faults) -> Option<Duration> {
        let text = self.text(key, faults)?;
        let parsed = duration::parse(&text.value);
        if parsed.is_none() {
            faults.add(text.at, text.key, format!("must be {}", duration::FORM));
        }
        parsed
    }

    /// A list of texts, each with its place.
    pub(super) fn texts(&mut self, key: &str, faults: &mut Faults) -> Option<Vec<At<String>>> {
        let list = self.typed(key, "a list of texts", faults, |value| match value {
            DeValue::Array(list) => Some(list),
            _ => None,
        })?;
        let mut texts = Vec::new();
        for entry in list.value {
            let at = entry.span().start;
            match entry.into_inner() {
                DeValue::String(text) => texts.push(At { at, key: list.key.clone(), value: text.into_owned() }),
                other => faults.add(at, list.key.clone(), format!("must list texts, not {}", other.type_str())),
            }
        }
        Some(texts)
    }

    /// One word of a closed set.
    pub(super) fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)], faults: &mut Faults) -> Option<T> {
        let text = self.text(key, faults)?;
        one_of(&text, words, faults)
    }

    /// Words of a closed set, none twice.
    pub(super) fn words<T: Copy + PartialEq>(
        &mut self,
        key: &str,
        words: &[(&str, T)],
        faults: &mut Faults,
    ) -> Option<Vec<T>> {
        let mut values = Vec::new();
        for text in self.texts(key, faults)? {
            let Some(value) = one_of(&text, words, faults) else { continue };
            if values.contains(&value) {
                faults.add(text.at, text.key, format!("names {} twice", text.value));
            } else {
                values.push(value);
            }
        }
        Some(values)
    }

    /// A table within this one; an empty one if it is not there.
    pub(super) fn section(&mut self, key: &str, faults: &mut Faults) -> Section<'i> {
        let at = self.at;
        let path = self.key(key);
        self.section_if_there(key, faults).unwrap_or(Section { path, at, entries: Vec::new() })
    }

    pub(super) fn section_if_there(&mut self, key: &str, faults: &mut Faults) -> Option<Section<'i>> {
        let table = self.typed(key, "a section", faults, |value| match value {
            DeValue::Table(table) => Some(table),
            _ => None,
        })?;
        Some(Section::of(table.key, table.at, table.value))
    }

    /// A list of tables: `[[printer]]`.
    pub(super) fn sections(&mut self, key: &str, faults: &mut Faults) -> Vec<Section<'i>> {
        let form = format!("sections, each begun by [[{key}]]");
        let Some(list) = self.typed(key, &form, faults, |value| match value {
            DeValue::Array(list) => Some(list),
            _ => None,
        }) else {
            return Vec::new();
        };
        let mut sections = Vec::new();
        for entry in list.value {
            let at = entry.span().start;
            match entry.into_inner() {
                DeValue::Table(table) => sections.push(Section::of(list.key.clone(), at, table)),
                other => faults.add(at, list.key.clone(), format!("must be {form}, not {}", other.type_str())),
            }
        }
        sections
    }

    /// A section of one key that is a path: `[store] path`.
    pub(super) fn only_path(&mut self, section: &str, key: &str, faults: &mut Faults) -> Option<PathBuf> {
        let mut section = self.section(section, faults);
        let path = section.path(key, faults);
        section.finish(faults);
        path
    }

    /// Notes every key that nobody took.
    pub(super) fn finish(self, faults: &mut Faults) {
        for (name, at, _) in &self.entries {
            let sentence =
                if self.path.is_empty() { "is no section of the config" } else { "is no key of this section" };
            faults.add(*at, self.key(name), sentence);
        }
    }

    /// Where the key stands, or else the section. Ask before it is taken.
    pub(super) fn place(&self, key: &str) -> usize {
        self.entries.iter().find(|(name, ..)| name == key).map_or(self.at, |(_, at, _)| *at)
    }
}

/// The value a word of a closed set stands for.
pub(super) fn one_of<T: Copy>(text: &At<String>, words: &[(&str, T)], faults: &mut Faults) -> Option<T> {
    let found = words.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
    if found.is_none() {
        let list: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        faults.add(text.at, text.key.clone(), format!("must be one of: {}", list.join(" ")));
    }
    found
}
