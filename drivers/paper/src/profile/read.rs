//! From a profile's TOML to a profile: what it inherits, what it owns up not to know, and what is out of range.

use serde::{Deserialize, Deserializer, de::IntoDeserializer};
use toml::{Table, de::DeTable};

use crate::{command, glyph::COLUMN_DOTS, profile::Profile};

/// Keys that a profile states or calls unknown; nothing else may stay open.
const MAY_BE_UNKNOWN: [&str; 6] = ["buzzer", "density", "rx_buffer", "speed", "head_life_km", "cleaning_days"];

/// What a file says of itself and does not hand on.
const OWN: [&str; 6] = ["name", "inherits", "unknown", "makers", "models", "fonts"];

/// Why a profile's file was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("reading the printer profile: {}{message}", self.place())]
pub struct ProfileError {
    /// Line of the file, from 1.
    pub line: Option<usize>,
    /// The key that is wrong or missing.
    pub key: Option<String>,
    /// What is wrong with it.
    pub message: String,
}

impl ProfileError {
    fn place(&self) -> String {
        let line = self.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        let key = self.key.as_ref().filter(|key| !self.message.contains(*key)).map(|key| format!("{key}: "));
        line + &key.unwrap_or_default()
    }
}

impl Profile {
    /// Reads a profile's TOML. With `inherits = "generic-80"` what the file does not state is as in that built-in one.
    ///
    /// # Errors
    /// When a key is missing, unknown or out of range; the error has its line and name.
    pub fn parse(text: &str) -> Result<Profile, ProfileError> {
        let file = File::parse(text)?;
        let profile: Profile = toml::from_str(&file.whole).map_err(|error| file.error(&error))?;
        file.check_unknown(&profile)?;
        file.check_ranges(&profile)?;
        Ok(profile)
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

/// A file's text, and the same with the lines of its parent behind it: so every key keeps its own line.
struct File<'t> {
    text: &'t str,
    whole: String,
    /// The keys that the file itself states, and where key and value stand.
    keys: Vec<(String, std::ops::Range<usize>)>,
    /// All keys, inherited ones too.
    stated: Vec<String>,
}

impl<'t> File<'t> {
    fn parse(text: &'t str) -> Result<File<'t>, ProfileError> {
        let syntax = |error: toml::de::Error| ProfileError {
            line: error.span().map(|span| line_at(text, span.start)),
            key: None,
            message: error.message().to_owned(),
        };
        let spans = DeTable::parse(text).map_err(syntax)?;
        let keys: Vec<_> = spans
            .get_ref()
            .iter()
            .map(|(key, value)| (key.get_ref().to_string(), key.span().start..value.span().end))
            .collect();
        let stated = keys.iter().map(|(key, _)| key.clone()).collect();
        let mut file = File { text, whole: text.to_owned(), keys, stated };
        let own: Table = toml::from_str(text).map_err(syntax)?;
        if let Some(parent) = own.get("inherits") {
            file.inherit(parent, &own)?;
        }
        Ok(file)
    }

    /// Adds the parent's lines, less those that the file states or calls unknown itself.
    fn inherit(&mut self, parent: &toml::Value, own: &Table) -> Result<(), ProfileError> {
        let wrong = |message: String| self.wrong("inherits", message);
        let name = parent.as_str().ok_or_else(|| wrong("is not the name of a built-in profile".to_owned()))?;
        let parent = super::builtin::text(name).ok_or_else(|| {
            let known: Vec<&str> = Profile::builtin_names().collect();
            wrong(format!("{name:?} is no built-in profile; those are: {}", known.join(" ")))
        })?;
        let parent: Table = toml::from_str(parent).map_err(|error| wrong(error.message().to_owned()))?;
        let unknown = |table: &Table| -> Vec<String> {
            let list = table.get("unknown").and_then(toml::Value::as_array);
            list.into_iter().flatten().filter_map(|key| key.as_str().map(str::to_owned)).collect()
        };
        let own_unknown = unknown(own);
        let handed_on = parent
            .iter()
            .filter(|(key, _)| !OWN.contains(&key.as_str()) && !own.contains_key(*key) && !own_unknown.contains(key));
        self.whole.push('\n');
        for (key, value) in handed_on {
            self.whole.push_str(&format!("{key} = {value}\n"));
            self.stated.push(key.clone());
        }
        // what the parent does not know, the file may leave open too
        self.stated.extend(unknown(&parent));
        Ok(())
    }

    fn error(&self, error: &toml::de::Error) -> ProfileError {
        let own = error.span().filter(|span| span.start < self.text.len() && *span != (0..self.whole.len()));
        let key = own
            .as_ref()
            .and_then(|span| self.keys.iter().find(|(_, place)| place.start <= span.start && span.start < place.end));
        let message = error.message().lines().next().unwrap_or_default().to_owned();
        // a missing key has no place
        let line = own.filter(|_| key.is_some()).map(|span| line_at(self.text, span.start));
        ProfileError { line, key: key.map(|(key, _)| key.clone()), message }
    }

    fn wrong(&self, key: &str, message: String) -> ProfileError {
        let place = self.keys.iter().find(|(known, _)| known == key);
        let line = place.map(|(_, place)| line_at(self.text, place.start));
        ProfileError { line, key: Some(key.to_owned()), message }
    }

    /// Each value that may be unknown is stated or called so, and not both.
    fn check_unknown(&self, profile: &Profile) -> Result<(), ProfileError> {
        for key in &profile.unknown {
            if !MAY_BE_UNKNOWN.contains(&key.as_str()) {
                let allowed = MAY_BE_UNKNOWN.join(", ");
                return Err(self.wrong("unknown", format!("{key:?} can't be unknown; these can: {allowed}")));
            }
            if self.keys.iter().any(|(stated, _)| stated == key) {
                return Err(self.wrong(key, "is stated and called unknown".to_owned()));
            }
        }
        for key in MAY_BE_UNKNOWN {
            if !self.stated.iter().chain(&profile.unknown).any(|known| known == key) {
                let message = format!("{key} is missing: state it or put it in `unknown`");
                return Err(ProfileError { line: None, key: Some(key.to_owned()), message });
            }
        }
        Ok(())
    }

    fn check_ranges(&self, profile: &Profile) -> Result<(), ProfileError> {
        let narrowest = i64::try_from(profile.columns.saturating_mul(COLUMN_DOTS)).unwrap_or(i64::MAX);
        let (lightest, darkest) = (*command::DENSITY_STEPS.start(), *command::DENSITY_STEPS.end());
        let optional = |value: Option<u32>, least: i64| value.map_or(least, i64::from);
        let checks = [
            ("columns", i64::try_from(profile.columns).unwrap_or(i64::MAX), 24, 64),
            ("dots_per_line", i64::from(profile.dots_per_line), narrowest, 2040),
            ("dpi", i64::from(profile.dpi), 90, 600),
            ("max_raster_rows", i64::from(profile.max_raster_rows), 1, 255),
            ("feed_before_cut", i64::from(profile.feed_before_cut), 0, 20),
            ("drawer_on_ms", i64::from(profile.drawer_on_ms), 2, 510),
            ("drawer_off_ms", i64::from(profile.drawer_off_ms), 2, 510),
            ("print_density", i64::from(profile.print_density.unwrap_or(0)), lightest.into(), darkest.into()),
            ("print_speed", i64::from(profile.print_speed.unwrap_or(0)), 0, (*command::SPEED_STEPS.end()).into()),
            ("rx_buffer", optional(profile.rx_buffer, 16), 16, 16 << 20),
            ("speed", optional(profile.speed, 10), 10, 1000),
            ("head_life_km", optional(profile.head_life_km, 1), 1, 1000),
            ("cleaning_days", optional(profile.cleaning_days, 1), 1, 3650),
        ];
        for (key, value, least, most) in checks {
            if !(least..=most).contains(&value) {
                return Err(self.wrong(key, format!("{key} = {value} is not {least} to {most}")));
            }
        }
        let name = &profile.name;
        let plain =
            (1..=32).contains(&name.chars().count()) && !name.contains(|c: char| c.is_whitespace() || c.is_control());
        let demands = [
            ("name", plain, "must be 1 to 32 characters without blanks"),
            ("drawer_pin", matches!(profile.drawer_pin, 2 | 5), "must be 2 or 5"),
            (
                "code_page",
                profile.code_page.is_some() || !profile.encoding.is_code_page(),
                "is missing: the number that ESC t has for this encoding",
            ),
            (
                "print_density",
                profile.print_density.is_none() || profile.density.is_some(),
                "can't be set without a command: state `density`",
            ),
            (
                "print_speed",
                profile.print_speed.is_none() || profile.speed_command,
                "can't be set without a command: `speed_command` is false",
            ),
        ];
        match demands.into_iter().find(|(_, met, _)| !met) {
            Some((key, _, message)) => Err(self.wrong(key, message.to_owned())),
            None => Ok(()),
        }
    }
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
        assert!(error.to_string().contains("gs_r") && error.line.is_none(), "{error}");
        let error = refused(&good.replace("\"rx_buffer\", ", ""));
        assert!(error.to_string().contains("rx_buffer is missing"), "{error}");
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
        assert!(with("columns = 64").to_string().contains("dots_per_line"), "64 columns need 768 dots");
        assert!(with("[head]").to_string().contains("head"));
        let parent = refused("name = \"x\"\n\ninherits = \"daisywheel\"");
        assert!(parent.line == Some(3) && parent.to_string().contains("generic-58"), "{parent}");
        assert_eq!(refused("name = \"x\"\ninherits = 3").key.as_deref(), Some("inherits"));
    }
}
