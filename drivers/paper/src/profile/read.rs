//! From a profile's TOML to a profile: what it inherits, what it owns up not to know, and what is out of range.

use std::ops::Range;

use serde::{Deserialize, Deserializer, de::IntoDeserializer};
use toml::{Table, Value, de::DeTable};

use crate::{command, glyph::COLUMN_DOTS, profile::Profile};

/// Keys that a profile states or calls unknown; nothing else may stay open.
const MAY_BE_UNKNOWN: [&str; 6] = ["buzzer", "density", "rx_buffer", "speed", "head_life_km", "cleaning_days"];

/// What a file says of itself and does not hand on.
const OWN: [&str; 6] = ["name", "inherits", "unknown", "makers", "models", "fonts"];

/// The complete profile whose values stand in for wrong ones, so that the others can be judged.
const STAND_IN: &str = "generic-80";

/// With more missing keys than these it is `inherits` that is missing.
const MOST_MISSING: usize = 5;

/// One thing for which a profile's file was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("reading the printer profile: {}{message}", self.place())]
pub struct ProfileError {
    /// Line of the file, from 1; `None` for what is not in it.
    pub line: Option<usize>,
    /// The key that is wrong or missing.
    pub key: Option<String>,
    /// What is wrong with it.
    pub message: String,
}

impl ProfileError {
    fn unnamed() -> ProfileError {
        ProfileError { line: None, key: None, message: "it is none".to_owned() }
    }

    fn place(&self) -> String {
        let line = self.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        let key = self.key.as_ref().map(|key| format!("{key}: "));
        line + &key.unwrap_or_default()
    }
}

impl Profile {
    /// As [`Profile::read`], with the first error only.
    ///
    /// # Errors
    /// The first one of the file, by its lines.
    pub fn parse(text: &str) -> Result<Profile, ProfileError> {
        Profile::read(text).map_err(|errors| errors.into_iter().next().unwrap_or_else(ProfileError::unnamed))
    }

    /// Reads a profile's TOML. With `inherits = "generic-80"` what the file does not state is as in that built-in one.
    ///
    /// # Errors
    /// Every key that is missing, unknown or out of range, in the order of the lines, those that are missing last. Of a
    /// text that is not TOML only what makes it none.
    pub fn read(text: &str) -> Result<Profile, Vec<ProfileError>> {
        let mut file = File::parse(text)?;
        let profile = file.profile();
        if let Some(profile) = &profile {
            file.check_unknown(profile);
            file.check_ranges(profile);
        }
        match profile {
            Some(profile) if file.errors.is_empty() => Ok(profile),
            None if file.errors.is_empty() => Err(vec![ProfileError::unnamed()]),
            _ => {
                file.errors.sort_by_key(|error| error.line.unwrap_or(usize::MAX));
                Err(file.errors)
            }
        }
    }
}

/// A value that may be the word `none`.
pub(super) fn or_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let word = String::deserialize(deserializer)?;
    if word == "none" { Ok(None) } else { T::deserialize(word.into_deserializer()).map(Some) }
}

/// A file on its way to a profile.
struct File<'t> {
    text: &'t str,
    /// The keys that the file itself states, and where key and value stand, in their order.
    keys: Vec<(String, Range<usize>)>,
    own: Table,
    /// What it states and what it inherits.
    whole: Table,
    /// Of `whole`, what only stands in for something that is wrong or missing.
    standing_in: Vec<String>,
    /// What the parent does not know; the file may leave it open too.
    open: Vec<String>,
    errors: Vec<ProfileError>,
}

impl<'t> File<'t> {
    fn parse(text: &'t str) -> Result<File<'t>, Vec<ProfileError>> {
        let syntax = |error: toml::de::Error| ProfileError {
            line: error.span().map(|span| line_at(text, span.start)),
            key: None,
            message: first_line(&error),
        };
        let (spans, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            let mut errors: Vec<ProfileError> = errors.into_iter().map(syntax).collect();
            // the first of a line brings about the others
            errors.dedup_by_key(|error| error.line);
            return Err(errors);
        }
        let mut keys: Vec<_> = spans
            .get_ref()
            .iter()
            .map(|(key, value)| (key.get_ref().to_string(), key.span().start..value.span().end))
            .collect();
        keys.sort_by_key(|(_, place)| place.start);
        let own: Table = toml::from_str(text).map_err(|error| vec![syntax(error)])?;
        Ok(File { text, keys, whole: own.clone(), own, standing_in: Vec::new(), open: Vec::new(), errors: Vec::new() })
    }

    /// The profile as far as it goes, with what is wrong replaced and noted.
    fn profile(&mut self) -> Option<Profile> {
        let inherited = self.inherit();
        if inherited && let Ok(profile) = Value::Table(self.whole.clone()).try_into() {
            return Some(profile);
        }
        let template: Table = toml::from_str(super::builtin::text(STAND_IN)?).ok()?;
        let is_profile = |table: Table| Value::Table(table).try_into::<Profile>().map(drop);
        // each key by itself among good ones
        for (key, _) in self.keys.clone() {
            let Some(value) = self.own.get(&key).cloned() else { continue };
            let mut one = template.clone();
            one.insert(key.clone(), value);
            if let Err(error) = is_profile(one) {
                let message = self.in_words(&key, &first_line(&error));
                self.wrong(&key, message);
                self.whole.remove(&key);
                self.standing_in.push(key);
            }
        }
        let mut missing = Vec::new();
        for (key, value) in &template {
            let mut without = template.clone();
            without.remove(key);
            if self.whole.contains_key(key) || is_profile(without).is_ok() {
                continue;
            }
            self.whole.insert(key.clone(), value.clone());
            if !self.standing_in.contains(key) {
                missing.push(key.clone());
                self.standing_in.push(key.clone());
            }
        }
        // which they are is not known before the parent is
        self.missing(missing.into_iter().filter(|key| inherited || OWN.contains(&key.as_str())).collect());
        match Value::Table(self.whole.clone()).try_into() {
            Ok(profile) => Some(profile),
            Err(error) => {
                self.errors.push(ProfileError { line: None, key: None, message: first_line(&error) });
                None
            }
        }
    }

    /// Adds what the parent states, less what the file states or calls unknown itself. False if there is no such parent.
    fn inherit(&mut self) -> bool {
        let Some(parent) = self.own.get("inherits") else { return true };
        let text = match parent.as_str() {
            Some(name) => super::builtin::text(name).ok_or_else(|| {
                let known: Vec<&str> = Profile::builtin_names().collect();
                format!("{name:?} is no built-in profile; those are: {}", known.join(" "))
            }),
            // what type it should have is said with the other keys'
            None => return false,
        };
        let parent = text.and_then(|text| toml::from_str::<Table>(text).map_err(|error| first_line(&error)));
        let parent = match parent {
            Ok(parent) => parent,
            Err(message) => {
                self.wrong("inherits", message);
                return false;
            }
        };
        let mut own_unknown = unknown(&self.own);
        own_unknown.retain(|key| MAY_BE_UNKNOWN.contains(&key.as_str()));
        let handed_on = parent
            .iter()
            .filter(|(key, _)| !OWN.contains(&key.as_str()) && !own_unknown.contains(key))
            .filter(|(key, _)| !self.own.contains_key(*key));
        self.whole.extend(handed_on.map(|(key, value)| (key.clone(), value.clone())));
        self.open = unknown(&parent);
        true
    }

    /// What the reader of one key said.
    fn in_words(&self, key: &str, said: &str) -> String {
        match said.strip_prefix(&format!("unknown field `{key}`")) {
            Some(known) => {
                let known = known.trim_start_matches(", expected one of ").replace('`', "");
                let list = format!("; known are: {known}");
                // it is long, and once is enough
                let told = self.errors.iter().any(|error| error.message.ends_with(&list));
                format!("is no key of a profile{}", if told { String::new() } else { list })
            }
            None => said.to_owned(),
        }
    }

    fn missing(&mut self, mut keys: Vec<String>) {
        let mut none = |key: &str, message: String| {
            self.errors.push(ProfileError { line: None, key: Some(key.to_owned()), message });
        };
        if let Some(place) = keys.iter().position(|key| key == "name") {
            keys.remove(place);
            none("name", "is missing: the name by which a config chooses this profile".to_owned());
        }
        if let Some((first, others)) = keys.split_first().filter(|_| keys.len() > MOST_MISSING) {
            let others = others.len();
            none("inherits", format!("is missing: name the built-in profile that gives {first} and {others} more"));
            return;
        }
        for key in keys {
            none(&key, "is missing: state it, or name a built-in profile that gives it in `inherits`".to_owned());
        }
    }

    fn wrong(&mut self, key: &str, message: impl Into<String>) {
        let place = self.keys.iter().find(|(known, _)| known == key);
        let line = place.map(|(_, place)| line_at(self.text, place.start));
        self.errors.push(ProfileError { line, key: Some(key.to_owned()), message: message.into() });
    }

    /// True if the file or its parent says it, and rightly.
    fn sound(&self, key: &str) -> bool {
        !self.standing_in.iter().any(|known| known == key)
    }

    /// Each value that may be unknown is stated or called so, and not both.
    fn check_unknown(&mut self, profile: &Profile) {
        for key in &profile.unknown {
            if !MAY_BE_UNKNOWN.contains(&key.as_str()) {
                let allowed = MAY_BE_UNKNOWN.join(", ");
                self.wrong("unknown", format!("{key:?} can't be unknown; these can: {allowed}"));
            } else if self.own.contains_key(key) {
                self.wrong(key, "is stated and called unknown");
            }
        }
        // a parent that is not known may have said it, and a list that cannot be read too
        let judged = self.errors.iter().all(|error| !matches!(error.key.as_deref(), Some("inherits" | "unknown")));
        for key in MAY_BE_UNKNOWN.into_iter().filter(|_| judged) {
            let said = self.whole.contains_key(key) || !self.sound(key);
            if !said && !self.open.iter().chain(&profile.unknown).any(|known| known == key) {
                let message = "is missing: state it or put it in `unknown`".to_owned();
                self.errors.push(ProfileError { line: None, key: Some(key.to_owned()), message });
            }
        }
    }

    fn check_ranges(&mut self, profile: &Profile) {
        let (lightest, darkest) = (*command::DENSITY_STEPS.start(), *command::DENSITY_STEPS.end());
        let whole = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
        let checks = [
            ("columns", Some(whole(profile.columns)), 24, 64),
            ("dots_per_line", Some(profile.dots_per_line.into()), whole(24 * COLUMN_DOTS), 2040),
            ("dpi", Some(profile.dpi.into()), 90, 600),
            ("max_raster_rows", Some(profile.max_raster_rows.into()), 1, 255),
            ("feed_before_cut", Some(profile.feed_before_cut.into()), 0, 20),
            ("drawer_on_ms", Some(profile.drawer_on_ms.into()), 2, 510),
            ("drawer_off_ms", Some(profile.drawer_off_ms.into()), 2, 510),
            ("print_density", profile.print_density.map(i64::from), lightest.into(), darkest.into()),
            ("print_speed", profile.print_speed.map(i64::from), 0, (*command::SPEED_STEPS.end()).into()),
            ("rx_buffer", profile.rx_buffer.map(i64::from), 16, 16 << 20),
            ("speed", profile.speed.map(i64::from), 10, 1000),
            ("head_life_km", profile.head_life_km.map(i64::from), 1, 1000),
            ("cleaning_days", profile.cleaning_days.map(i64::from), 1, 3650),
        ];
        for (key, value, least, most) in checks {
            if let Some(value) = value.filter(|value| self.sound(key) && !(least..=most).contains(value)) {
                self.wrong(key, format!("{value} is not {least} to {most}"));
                self.standing_in.push(key.to_owned());
            }
        }
        let name = &profile.name;
        let plain =
            (1..=32).contains(&name.chars().count()) && !name.contains(|c: char| c.is_whitespace() || c.is_control());
        let needed = profile.columns.saturating_mul(COLUMN_DOTS);
        let wide = usize::try_from(profile.dots_per_line).is_ok_and(|dots| dots >= needed);
        // of two keys that don't fit the one that the file itself states
        let narrow = if self.own.contains_key("dots_per_line") { "dots_per_line" } else { "columns" };
        let narrow_message = format!(
            "{} columns need {needed} dots or more as dots_per_line, not {}",
            profile.columns, profile.dots_per_line
        );
        // with the second key that must be right before the first one can be judged
        let demands = [
            ("name", "name", plain, "must be 1 to 32 characters without blanks"),
            ("drawer_pin", "drawer_pin", matches!(profile.drawer_pin, 2 | 5), "must be 2 or 5"),
            (narrow, if narrow == "columns" { "dots_per_line" } else { "columns" }, wide, narrow_message.as_str()),
            (
                "code_page",
                "encoding",
                profile.code_page.is_some() || !profile.encoding.is_code_page(),
                "is missing: the number that ESC t has for this encoding",
            ),
            (
                "print_density",
                "density",
                profile.print_density.is_none() || profile.density.is_some(),
                "can't be set without a command: state `density`",
            ),
            (
                "print_speed",
                "speed_command",
                profile.print_speed.is_none() || profile.speed_command,
                "can't be set without a command: `speed_command` is false",
            ),
        ];
        for (key, with, met, message) in demands {
            if !met && self.sound(key) && self.sound(with) {
                self.wrong(key, message);
            }
        }
    }
}

/// The keys that a profile calls unknown.
fn unknown(table: &Table) -> Vec<String> {
    let list = table.get("unknown").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|key| key.as_str().map(str::to_owned)).collect()
}

fn first_line(error: &toml::de::Error) -> String {
    error.message().lines().next().unwrap_or_default().to_owned()
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{command::DensityForm, encoding::Encoding};

    fn refused(text: &str) -> ProfileError {
        Profile::parse(text).unwrap_err()
    }

    #[test]
    fn a_wrong_profile_names_key_and_line() {
        let good = super::super::builtin::text("generic-80").unwrap();
        for (from, to, key) in [
            ("columns = 48", "columns = 80", "columns"),
            ("columns = 48", "columns = \"48\"", "columns"),
            ("dots_per_line = 576", "dots_per_line = 384", "dots_per_line"),
            ("asb = true", "asbestos = true", "asbestos"),
            ("cut = \"feed_cut_partial\"", "cut = \"tear\"", "cut"),
            ("encoding = \"gbk\"", "encoding = \"cp437\"", "code_page"),
            ("encoding = \"gbk\"", "encoding = \"utf8\"", "encoding"),
            ("drawer_pin = 2", "drawer_pin = 3", "drawer_pin"),
            ("name = \"generic-80\"", "name = \"a b\"", "name"),
            ("speed_command = false", "speed_command = false\nprint_speed = 3", "print_speed"),
            ("asb = true", "asb = true\nspeed = 100", "speed"),
            ("asb = true", "asb = true\nprint_density = 9", "print_density"),
            ("unknown = [", "unknown = [\"asb\", ", "unknown"),
        ] {
            let wrong = good.replace(from, to);
            assert_ne!(wrong, good, "{from}");
            let error = refused(&wrong);
            assert_eq!(error.key.as_deref(), Some(key), "{error}");
            assert!(error.to_string().contains(key), "{error}");
            let at = wrong.lines().position(|line| line.starts_with(&format!("{key} ="))).map(|at| at + 1);
            assert_eq!(error.line, at, "{error}");
        }
        let error = refused(&good.replace("gs_r = true", "# gs_r"));
        assert!(error.to_string().contains(": gs_r: is missing") && error.line.is_none(), "{error}");
        let error = refused(&good.replace("\"rx_buffer\", ", ""));
        assert!(error.to_string().contains("rx_buffer: is missing"), "{error}");
        assert_eq!(refused("name = \"x\"\ncolumns = = 3").line, Some(2));
    }

    #[test]
    fn a_shops_own_file_is_five_lines() {
        let own = Profile::parse(
            "name = \"counter-2\"\ninherits = \"generic-80\"\ncolumns = 42\nspeed = 250\nunknown = [\"cleaning_days\"]\n",
        )
        .unwrap();
        let parent = Profile::builtin("generic-80").unwrap();
        assert_eq!((own.columns, own.speed, own.cleaning_days), (42, Some(250), None));
        assert_eq!((own.name.as_str(), own.makers.as_slice()), ("counter-2", &[][..]));
        assert_eq!((own.dots_per_line, own.encoding, own.cut), (parent.dots_per_line, parent.encoding, parent.cut));
        let dark = "name = \"dark\"\ninherits = \"epson-tm-t88\"\nprint_density = 2";
        let dark = Profile::parse(dark).unwrap();
        assert_eq!((dark.density, dark.print_density), (Some(DensityForm::GsK), Some(2)));
        let latin = "name = \"l\"\ninherits = \"latin-80\"\nencoding = \"cp866\"\ncode_page = 17";
        assert_eq!(Profile::parse(latin).unwrap().encoding, Encoding::Cp866);
    }

    #[test]
    fn what_a_shops_own_file_gets_wrong_is_named_where_it_stands() {
        let with = |line: &str| refused(&format!("name = \"x\"\ninherits = \"generic-80\"\n{line}\n"));
        assert_eq!((with("columns = 80").line, with("columns = true").line), (Some(3), Some(3)));
        assert_eq!(with("colums = 42").key.as_deref(), Some("colums"));
        let narrow = with("columns = 64");
        assert!(narrow.line == Some(3) && narrow.to_string().contains("dots_per_line"), "64 columns need 768 dots");
        assert!(with("[head]").to_string().contains("head"));
        let parent = refused("name = \"x\"\n\ninherits = \"daisywheel\"");
        assert!(parent.line == Some(3) && parent.to_string().contains("generic-58"), "{parent}");
        assert_eq!(refused("name = \"x\"\ninherits = 3").key.as_deref(), Some("inherits"));
    }

    /// `line:key`, 0 for no line.
    fn places(text: &str) -> Vec<String> {
        let errors = Profile::read(text).unwrap_err();
        let key = |error: &ProfileError| error.key.clone().unwrap_or_default();
        errors.iter().map(|error| format!("{}:{}", error.line.unwrap_or(0), key(error))).collect()
    }

    #[test]
    fn everything_that_is_wrong_with_a_file_is_named_at_once_and_nothing_that_is_right() {
        let text = "inherits = \"generic-80\"\ncolumns = 480\ncut = \"tear\"\ncolour = 1\nspeed = 5\ndrawer_pin = 3\n\
                    rx_buffer = \"big\"\nprint_speed = 3\nunknown = [\"asb\"]\npaper = 2\n";
        let all = ["2:columns", "3:cut", "4:colour", "5:speed", "6:drawer_pin", "7:rx_buffer", "8:print_speed"];
        let last = ["9:unknown", "10:paper", "0:name"];
        assert_eq!(places(text), [&all[..], &last[..]].concat());
        let errors = Profile::read(text).unwrap_err();
        let lists: Vec<bool> = errors.iter().map(|error| error.message.contains("chinese_mode, cjk_size")).collect();
        assert_eq!(lists.iter().filter(|list| **list).count(), 1, "the known keys are listed once: {errors:?}");
        // what hangs together with a wrong value is not called wrong itself
        let with = |line: &str| places(&format!("name = \"x\"\ninherits = \"generic-80\"\n{line}\n"));
        assert_eq!(with("encoding = \"utf8\"\ncolumns = 65\ndots_per_line = 300"), ["3:encoding", "4:columns"]);
        assert_eq!(with("density = 3\nprint_density = 2\nspeed_command = \"no\"\nprint_speed = 2").len(), 2);
        // without its parent a file is judged as far as it goes
        let orphan = "name = \"x\"\ninherits = \"daisywheel\"\ncolumns = 480\ncolour = 1\n";
        assert_eq!(places(orphan), ["2:inherits", "3:columns", "4:colour"]);
        assert_eq!(places("a = = 1\nb = 2\nc = = 3\n"), ["1:", "3:"]);
    }

    #[test]
    fn what_is_missing_is_named_by_its_own_name() {
        let good = super::super::builtin::text("generic-80").unwrap();
        let without = |keys: &[&str]| -> String {
            let stays = |line: &&str| !keys.iter().any(|key| line.starts_with(&format!("{key} =")));
            good.lines().filter(stays).map(|line| format!("{line}\n")).collect()
        };
        assert_eq!(places(&without(&["name"])), ["0:name"]);
        assert_eq!(places(&without(&["name", "gs_r", "cut"])), ["0:name", "0:cut", "0:gs_r"]);
        assert_eq!(places("inherits = \"generic-58\"\n"), ["0:name"]);
        let bare = Profile::read("name = \"x\"\n").unwrap_err();
        assert_eq!(bare[0].key.as_deref(), Some("inherits"), "who states nothing forgot that: {bare:?}");
        assert_eq!(places("")[0], "0:name");
    }
}
