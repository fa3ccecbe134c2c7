//! `[[printer]]`: a printer's name, how it is reached, what it understands, and who stands in for it.

use std::path::Path;

use paper::Profile;
use printer::Connection;

use super::{
    document::{At, Faults, Section},
    profile::{self, Chosen},
};

/// A configured printer.
#[derive(Debug, Clone)]
pub struct Printer {
    /// Unique.
    pub name: String,
    /// As written in the config.
    pub connection_text: String,
    pub connection: Connection,
    /// What it understands; its `name` is the config's.
    pub profile: Profile,
    /// What a pairing is bound to beside the connection: another mark means that it is measured anew.
    pub profile_mark: String,
    /// Tried in this order once the printer has been unable to take a job for 5 s.
    pub standby: Vec<String>,
}

/// What a `[[printer]]` without `profile` is.
const DEFAULT_PROFILE: &str = "generic-80";

impl Printer {
    /// All printers that are right, and the names of all.
    pub(super) fn read_all(
        sections: Vec<Section<'_>>,
        folder: Option<&Path>,
        faults: &mut Faults,
    ) -> (Vec<Printer>, Vec<String>) {
        // a printer that is wrong in something else still has its name: it must not make others wrong too
        let mut names: Vec<String> = Vec::new();
        let mut standbys: Vec<(String, At<String>)> = Vec::new();
        let mut printers = Vec::new();
        for mut section in sections {
            let name = name(&mut section, &names, faults);
            let standby = section.texts("standby", faults).unwrap_or_default();
            let written: Vec<String> = standby.iter().map(|name| name.value.clone()).collect();
            let owner = name.clone().unwrap_or_default();
            standbys.extend(standby.into_iter().map(|name| (owner.clone(), name)));
            names.extend(name.clone());
            let connection = connection(&mut section, faults);
            let profile = profile(&mut section, folder, faults);
            section.finish(faults);
            if let (Some(name), Some((connection_text, connection)), Some(chosen)) = (name, connection, profile) {
                let Chosen { profile, mark: profile_mark } = chosen;
                printers.push(Printer { name, connection_text, connection, profile, profile_mark, standby: written });
            }
        }
        for (owner, standby) in standbys {
            if standby.value == owner {
                faults.add(standby.at, standby.key, "names the printer itself");
            } else if !names.contains(&standby.value) {
                faults.add(
                    standby.at,
                    standby.key,
                    format!("names {:?}, but no [[printer]] has that name", standby.value),
                );
            }
        }
        (printers, names)
    }
}

fn name(section: &mut Section<'_>, names: &[String], faults: &mut Faults) -> Option<String> {
    if !section.has("name") {
        section.missing("name", "is required, and each printer has its own", faults);
    }
    let name = section.text("name", faults)?;
    let plain = !name.value.is_empty()
        && name.value.chars().count() <= 32
        && !name.value.contains(|c: char| c.is_whitespace() || c.is_control())
        && *model::SafeText::new(&name.value) == *name.value;
    if !plain {
        faults.add(name.at, name.key, "must be 1 to 32 characters without spaces");
        return None;
    }
    if names.contains(&name.value) {
        faults.add(name.at, name.key, format!("two printers are called {:?}", name.value));
        return None;
    }
    Some(name.value)
}

fn connection(section: &mut Section<'_>, faults: &mut Faults) -> Option<(String, Connection)> {
    if !section.has("connection") {
        section.missing("connection", "is required: tcp://HOST:PORT, serial:///dev/…, usb://… or file:///…", faults);
    }
    let text = section.text("connection", faults)?;
    match text.value.parse::<Connection>() {
        Ok(connection) => Some((text.value, connection)),
        Err(error) => {
            faults.add(text.at, text.key, error.to_string());
            None
        }
    }
}

fn profile(section: &mut Section<'_>, folder: Option<&Path>, faults: &mut Faults) -> Option<Chosen> {
    if !section.has("profile") {
        return Profile::builtin(DEFAULT_PROFILE).map(|profile| Chosen { mark: profile.name.clone(), profile });
    }
    let name = section.text("profile", faults)?;
    profile::named(&name, folder, faults)
}
