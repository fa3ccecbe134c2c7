//! What tells one printer from another, as data. The built-in ones are the files in `profiles/`; a shop may bring its own.

use serde::Deserialize;

use crate::{
    command::{self, CutForm},
    encoding::Encoding,
    glyph::COLUMN_DOTS,
};

/// The built-in profiles' files.
const BUILTIN: [(&str, &str); 3] = [
    ("generic-58", include_str!("../profiles/generic-58.toml")),
    ("generic-80", include_str!("../profiles/generic-80.toml")),
    ("epson-tm-t88", include_str!("../profiles/epson-tm-t88.toml")),
];

/// Everything the encoder and the session need to know about a model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub name: String,
    /// Characters of font A in a line, 24 to 64.
    pub columns: usize,
    /// Dots of the head, at least 12 for each column.
    pub dots_per_line: u32,
    /// Dots per inch, in both directions.
    pub dpi: u32,
    /// Horizontal motion units per inch, as sent by GS P; 0 for both: the printer's default, taken as one dot.
    pub motion_unit_x: u8,
    /// Vertical motion units per inch.
    pub motion_unit_y: u8,
    /// How Chinese text is coded.
    pub cjk_encoding: Encoding,
    /// Whether GS ! enlarges Chinese characters.
    pub cjk_size: CjkSize,
    /// The command at the end of a sheet.
    pub cut: CutForm,
    /// Empty lines before it.
    pub feed_before_cut: u8,
    /// Automatic status back is switched on in each job.
    pub asb: bool,
    /// Whether GS ( H may be tried.
    pub process_id: ProcessId,
    /// Whether GS r may be sent; what its answer proves is measured.
    pub gs_r: bool,
    /// How characters are printed that the encoding lacks.
    pub drawn: Drawn,
    /// How QR codes are printed.
    pub qr: QrForm,
    /// Rows of dots in one raster command, 1 to 255.
    pub max_raster_rows: u8,
    /// Whether 100 mm of feed by ESC J can be asked for, to measure whether GS r is answered in order.
    pub long_feed: bool,
}

/// Which commands enlarge Chinese characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CjkSize {
    /// GS ! enlarges all characters.
    WithLatin,
    /// GS ! the Latin ones, FS ! the Chinese ones.
    Separate,
}

/// Whether a GS ( H probe may be sent at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcessId {
    /// One probe at pairing.
    Ask,
    /// Never: it prints the command as text.
    No,
}

/// How characters are printed that the encoding lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drawn {
    /// ESC * inside the text line.
    ColumnImage,
}

/// How QR codes are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QrForm {
    /// GS ( k: the printer makes it.
    Native,
    /// GS v 0: sent as dots.
    Raster,
}

/// Why a profile's file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("reading the printer profile: {0}")]
    Toml(#[from] toml::de::Error),
    #[error("reading the printer profile {name}: {key} = {value} is not {allowed}")]
    Range { name: String, key: &'static str, value: u32, allowed: String },
}

impl Profile {
    /// The names that [`Profile::builtin`] knows.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|(name, _)| *name)
    }

    /// A built-in profile.
    pub fn builtin(name: &str) -> Option<Profile> {
        let (_, text) = BUILTIN.iter().find(|(known, _)| *known == name)?;
        Profile::parse(text).ok()
    }

    /// Reads a profile's TOML.
    ///
    /// # Errors
    /// When a key is missing, unknown or out of range; the message names it.
    pub fn parse(text: &str) -> Result<Profile, ProfileError> {
        let profile: Profile = toml::from_str(text)?;
        let columns = u32::try_from(profile.columns).unwrap_or(u32::MAX);
        let narrowest = columns.saturating_mul(COLUMN_DOTS as u32);
        let checks = [
            ("columns", columns, 24, 64),
            ("dots_per_line", profile.dots_per_line, narrowest, 2040),
            ("dpi", profile.dpi, 90, 600),
            ("max_raster_rows", u32::from(profile.max_raster_rows), 1, 255),
        ];
        for (key, value, least, most) in checks {
            if !(least..=most).contains(&value) {
                let allowed = format!("{least} to {most}");
                return Err(ProfileError::Range { name: profile.name, key, value, allowed });
            }
        }
        Ok(profile)
    }

    /// The bytes that feed this many millimetres of paper (ESC J); motion units must have been set as the profile says.
    pub fn feed(&self, millimetres: u32) -> Vec<u8> {
        let unit = if self.motion_unit_y == 0 { self.dpi } else { u32::from(self.motion_unit_y) };
        command::feed_dots(u32::try_from(u64::from(millimetres) * u64::from(unit) * 10 / 254).unwrap_or(u32::MAX))
    }

    /// Horizontal motion units of this many dots.
    pub(crate) fn units_x(&self, dots: usize) -> u16 {
        let unit = if self.motion_unit_x == 0 { self.dpi } else { u32::from(self.motion_unit_x) };
        let units = dots as u64 * u64::from(unit) / u64::from(self.dpi.max(1));
        u16::try_from(units).unwrap_or(u16::MAX)
    }

    /// Dots from one line to the next: a sixth of an inch, the default of ESC 2 (clones: 30 dots, which is less).
    pub(crate) fn line_dots(&self) -> u32 {
        self.dpi.div_ceil(6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_is_read_under_its_own_name() {
        assert_eq!(Profile::builtin_names().count(), 3);
        for name in Profile::builtin_names() {
            assert_eq!(Profile::builtin(name).map(|p| p.name).as_deref(), Some(name));
        }
        assert_eq!(Profile::builtin("daisywheel"), None);
        assert_eq!(Profile::builtin("epson-tm-t88").unwrap().columns, 42);
    }

    #[test]
    fn a_wrong_profile_names_its_key() {
        let good = BUILTIN[1].1;
        for (from, to, named) in [
            ("columns = 48", "columns = 80", "columns"),
            ("dots_per_line = 576", "dots_per_line = 384", "dots_per_line"),
            ("asb = true", "asbestos = true", "asbestos"),
            ("cut = \"feed_cut_partial\"", "cut = \"tear\"", "cut"),
        ] {
            let error = Profile::parse(&good.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn a_hundred_millimetres_are_a_hundred_on_every_head() {
        let fed = |name| Profile::builtin(name).unwrap().feed(100).chunks(3).map(|c| u32::from(c[2])).sum::<u32>();
        assert_eq!(fed("generic-80"), 799);
        assert_eq!(fed("epson-tm-t88"), 708);
    }
}
