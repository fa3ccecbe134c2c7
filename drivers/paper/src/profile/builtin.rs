//! The profiles that come with the program, and which of them a printer means that says who it is.

use model::Identity;

use crate::profile::Profile;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../profiles/", $name, ".toml")))),*]
    };
}

/// Names and texts, the generic ones first.
const BUILTIN: [(&str, &str); 20] = files![
    "generic-58",
    "generic-80",
    "generic-80-gb18030",
    "generic-80-big5",
    "latin-58",
    "latin-80",
    "epson-tm-m30",
    "epson-tm-t20",
    "epson-tm-t88",
    "epson-tm-t88-big5",
    "bixolon-srp",
    "citizen-ct-s",
    "gprinter-80",
    "hprt-80",
    "rongta-80",
    "sprt-80",
    "star-escpos",
    "xprinter-58",
    "xprinter-80",
    "zjiang-58",
];

/// A built-in profile's file.
pub(super) fn text(name: &str) -> Option<&'static str> {
    BUILTIN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

impl Profile {
    /// The names that [`Profile::builtin`] knows.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|(name, _)| *name)
    }

    /// A built-in profile.
    pub fn builtin(name: &str) -> Option<Profile> {
        Profile::parse(text(name)?).ok()
    }

    /// The built-in profile for a printer that told who it is: that with the longest name of its model, else the one for
    /// all of its maker's, else one for its font. `None` where nothing that it told is known; then a person chooses.
    pub fn for_identity(identity: &Identity) -> Option<Profile> {
        let all = Profile::builtin_names().filter_map(Profile::builtin);
        let fitting = all.filter_map(|profile| Some((profile.fits(identity)?, profile)));
        // of equals the first
        let mut best: Option<((usize, usize, usize), Profile)> = None;
        for (fit, profile) in fitting {
            if best.as_ref().is_none_or(|(known, _)| fit > *known) {
                best = Some((fit, profile));
            }
        }
        best.map(|(_, profile)| profile)
    }

    /// How well it fits: letters of the model's name, of the maker's, of the font's. `None`: not at all.
    fn fits(&self, identity: &Identity) -> Option<(usize, usize, usize)> {
        let model = longest(&self.models, identity.model.as_deref(), |told, known| told.starts_with(known))?;
        let maker = longest(&self.makers, identity.maker.as_deref(), |told, known| told.contains(known))?;
        let font = longest(&self.fonts, identity.font.as_deref(), |told, known| told.contains(known))?;
        (model + maker + font > 0).then_some((model, maker, font))
    }
}

/// The length of the longest known name that fits what was told; 0 where either side says nothing, `None` where they
/// contradict each other. A profile that wants a model is not taken for a printer that told none.
fn longest(known: &[String], told: Option<&str>, fits: fn(&str, &str) -> bool) -> Option<usize> {
    let told = told.map(letters).filter(|told| !told.is_empty());
    match told {
        Some(told) if !known.is_empty() => {
            known.iter().map(|name| letters(name)).filter(|name| fits(&told, name)).map(|name| name.len()).max()
        }
        _ => Some(0),
    }
}

/// Letters and digits in upper case: makers don't agree with themselves about blanks and dashes.
fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(maker: &str, model: &str, font: &str) -> Option<String> {
        let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let identity = Identity { maker: told(maker), model: told(model), font: told(font), ..Identity::default() };
        Profile::for_identity(&identity).map(|profile| profile.name)
    }

    #[test]
    fn every_built_in_profile_is_read_under_its_own_name() {
        for (name, text) in BUILTIN {
            let profile = Profile::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!((profile.name.as_str(), profile.inherits), (name, None));
        }
        assert_eq!(Profile::builtin("daisywheel"), None);
        assert_eq!(Profile::builtin("epson-tm-t88").unwrap().columns, 42);
    }

    #[test]
    fn a_printer_that_says_who_it_is_gets_its_profile() {
        for (maker, model, font, name) in [
            ("EPSON", "TM-T20II", "", "epson-tm-t20"),
            ("EPSON", "TM-T88V", "CHINA GB18030", "epson-tm-t88"),
            ("EPSON", "TM-T88VI", "TAIWAN BIG-5", "epson-tm-t88-big5"),
            ("EPSON", "TM-m30II-NT", "", "epson-tm-m30"),
            ("", "TM-T88III", "", "epson-tm-t88"),
            ("CITIZEN", "CT-S310II", "", "citizen-ct-s"),
            ("BIXOLON", "SRP-350III", "", "bixolon-srp"),
            ("Xprinter", "XP-58IIH", "", "xprinter-58"),
            ("XPRINTER", "XP-Q200", "", "xprinter-80"),
            ("GPRINTER", "GP-L80180", "", "gprinter-80"),
            ("Star", "TSP143", "", "star-escpos"),
            ("", "", "TAIWAN BIG-5", "generic-80-big5"),
        ] {
            assert_eq!(found(maker, model, font).as_deref(), Some(name), "{maker} {model} {font}");
        }
    }

    #[test]
    fn a_printer_of_no_name_gets_none() {
        assert_eq!(found("", "", ""), None);
        assert_eq!(found("ACME", "POS-80", ""), None);
        assert_eq!(found("_", "�?", ""), None);
        assert_eq!(found("EPSON", "TM-U220", ""), None);
    }
}
