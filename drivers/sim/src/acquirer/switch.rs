//! Switches that break a simulator: how one is written, how long it lasts, which are on. What there is to break is a
//! table of its own for each simulator.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A row of a table of switches: name, value, what it does.
pub type Row = (&'static str, &'static str, &'static str);

/// What can be broken.
pub trait Breakable: Sized {
    /// Every switch.
    const TABLE: &[Row];

    /// Reads a switch.
    ///
    /// # Errors
    /// A sentence for whoever wrote it.
    fn read(name: &str, value: Option<&str>) -> Result<Self, String>;

    /// `NAME[=VALUE]`.
    fn written(&self) -> String;

    /// Whether it takes effect at countable moments.
    fn is_countable(&self) -> bool {
        true
    }
}

/// How long a switch stays on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lasts {
    /// Until somebody takes it away.
    #[default]
    Always,
    /// For so many times that it takes effect: `NAME*N`.
    Times(u32),
    /// Until a terminal has signed off: `NAME~`.
    UntilSignOff,
}

/// A switch, as written: `NAME[=VALUE][*N|~]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch<K> {
    /// What it breaks.
    pub kind: K,
    /// For how long.
    pub lasts: Lasts,
}

/// The help text of a table.
pub(crate) fn help<K: Breakable>() -> String {
    let rows = K::TABLE.iter().map(|(name, value, plays)| {
        let value = match value.strip_prefix('[') {
            Some(optional) => format!("[={optional}"),
            None if value.is_empty() => String::new(),
            None => format!("={value}"),
        };
        format!("  {name}{value}: {plays}\n")
    });
    let rows: String = rows.collect();
    format!("Faults; with *N behind it a fault ends after N times, with ~ at the next sign-off:\n{rows}")
}

/// The sentence for a name that is in no table, or has a value and needs none.
pub(crate) fn unknown<K: Breakable>(name: &str) -> String {
    let names: Vec<&str> = K::TABLE.iter().map(|(known, ..)| *known).collect();
    if names.contains(&name) {
        return format!("{name} takes no value");
    }
    format!("no fault is called {name:?}: {} are known", names.join(", "))
}

/// A number of a switch.
pub(crate) fn number<T: FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name}={text}: not a number that fits"))
}

/// A code of two letters or digits.
pub(crate) fn code(text: &str) -> Result<String, String> {
    let good = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if good { Ok(text.to_owned()) } else { Err(format!("{text:?}: a code is two letters or digits")) }
}

impl<K: Breakable> FromStr for Switch<K> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (body, lasts) = match (text.strip_suffix('~'), text.rsplit_once('*')) {
            (Some(body), _) => (body, Lasts::UntilSignOff),
            (None, Some((body, times))) => (body, Lasts::Times(number("times", times)?)),
            (None, None) => (text, Lasts::Always),
        };
        let (name, value) = body.split_once('=').map_or((body, None), |(name, value)| (name, Some(value)));
        let kind = K::read(name, value)?;
        if matches!(lasts, Lasts::Times(_)) && !kind.is_countable() {
            return Err(format!("{name} can't be counted: take it away by another `set`"));
        }
        Ok(Self { kind, lasts })
    }
}

impl<K: Breakable> Display for Switch<K> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.kind.written())?;
        match self.lasts {
            Lasts::Always => Ok(()),
            Lasts::Times(times) => write!(formatter, "*{times}"),
            Lasts::UntilSignOff => formatter.write_str("~"),
        }
    }
}

impl<K: Breakable> Serialize for Switch<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: Breakable> Deserialize<'de> for Switch<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The switches that are on, in the order they were set.
#[derive(Debug, Clone)]
pub(crate) struct Switches<K>(Vec<Switch<K>>);

impl<K: PartialEq> Switches<K> {
    pub(crate) fn new(switches: Vec<Switch<K>>) -> Self {
        Self(switches.into_iter().filter(|switch| switch.lasts != Lasts::Times(0)).collect())
    }

    pub(crate) fn list(&self) -> &[Switch<K>] {
        &self.0
    }

    /// Whether one of this kind is on; nothing is counted.
    pub(crate) fn look<T>(&self, pick: impl Fn(&K) -> Option<T>) -> Option<T> {
        self.0.iter().find_map(|switch| pick(&switch.kind))
    }

    pub(crate) fn has(&self, kind: &K) -> bool {
        self.0.iter().any(|switch| switch.kind == *kind)
    }

    /// The first of this kind takes effect, and is off when that was its last time.
    pub(crate) fn take<T>(&mut self, pick: impl Fn(&K) -> Option<T>) -> Option<T> {
        let (index, found) =
            self.0.iter().enumerate().find_map(|(index, switch)| pick(&switch.kind).map(|found| (index, found)))?;
        if let Some(Switch { lasts: Lasts::Times(left), .. }) = self.0.get_mut(index) {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.0.remove(index);
            }
        }
        Some(found)
    }

    /// As `take`, for a switch without a value.
    pub(crate) fn strikes(&mut self, kind: &K) -> bool {
        self.take(|known| (known == kind).then_some(())).is_some()
    }

    /// Takes away what lasts until a sign-off.
    pub(crate) fn signed_off(&mut self) {
        self.0.retain(|switch| switch.lasts != Lasts::UntilSignOff);
    }

    /// Takes away every switch of this kind.
    pub(crate) fn end(&mut self, kind: &K) {
        self.0.retain(|switch| switch.kind != *kind);
    }
}

#[cfg(test)]
mod tests {
    use super::super::fault::FaultKind;
    use super::*;

    #[test]
    fn a_counted_switch_strikes_so_often() {
        let mut faults = Switches::new(vec!["no-39*2".parse().unwrap()]);
        let strikes: Vec<bool> = (0..3).map(|_| faults.strikes(&FaultKind::No39)).collect();
        assert_eq!(strikes, [true, true, false]);
    }
}
