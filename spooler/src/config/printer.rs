//! `[[printer]]`: a printer's name, how it is reached, what it understands, and who stands in for it.

use std::path::Path;

use paper::Profile;
use printer::Connection;

use super::{
    device::Device,
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
        let mut devices: Vec<(Device, String)> = Vec::new();
        let mut printers = Vec::new();
        for mut section in sections {
            let (name, twice) = name(&mut section, &names, faults);
            let standby = section.texts("standby", faults).unwrap_or_default();
            let written: Vec<String> = standby.iter().map(|name| name.value.clone()).collect();
            let owner = name.clone().unwrap_or_default();
            standbys.extend(standby.into_iter().map(|name| (owner.clone(), name)));
            names.extend(name.clone());
            let at = section.place("connection");
            let connection = connection(&mut section, faults);
            if let Some(device) = connection.as_ref().map(|(_, connection)| Device::of(connection)) {
                let own = name.clone().unwrap_or_else(|| "a printer without a good name".to_owned());
                match devices.iter().find(|(known, _)| *known == device && device.is_one_printers()) {
                    // a block that was pasted again is told once, by its name
                    Some(_) if twice => {}
                    Some((_, other)) => {
                        faults.add(at, section.key("connection"), format!("{other} and {own} are the same device"));
                    }
                    None => devices.push((device, own)),
                }
            }
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

/// The name if it is good and nobody else's; true if it is another's.
fn name(section: &mut Section<'_>, names: &[String], faults: &mut Faults) -> (Option<String>, bool) {
    if !section.has("name") {
        section.missing("name", "is required, and each printer has its own", faults);
    }
    let Some(name) = section.text("name", faults) else { return (None, false) };
    let plain = !name.value.is_empty()
        && name.value.chars().count() <= 32
        && !name.value.contains(|c: char| c.is_whitespace() || c.is_control())
        && *model::SafeText::new(&name.value) == *name.value;
    if !plain {
        faults.add(name.at, name.key, "must be 1 to 32 characters without spaces");
        return (None, false);
    }
    if names.contains(&name.value) {
        faults.add(name.at, name.key, format!("two printers are called {:?}", name.value));
        return (None, true);
    }
    (Some(name.value), false)
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
