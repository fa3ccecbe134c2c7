//! Which profile a `[[printer]]` names: a built-in one, or a file of the shop's own in `printers.d/` beside the config.
//!
//! An own file never replaces a built-in one of the same name: somebody who reads `profile = "generic-80"` in a config
//! must know what it means without looking into a folder.

use std::{
    fmt::Write as _,
    io::Read as _,
    path::{Path, PathBuf},
};

use paper::{Profile, ProfileError};
use sha2::{Digest as _, Sha256};

use super::{
    Fault,
    document::{At, Faults},
};

/// The folder of own profiles, beside the config.
const FOLDER: &str = "printers.d";

/// A profile's file is about two kilobytes.
const LARGEST: u64 = 64 * 1024;

/// Room for the list of all keys that a profile may have.
const LONGEST_SENTENCE: usize = 1000;

/// A profile and what a pairing with it is bound to.
pub(super) struct Chosen {
    pub(super) profile: Profile,
    /// The name; behind an own one's name a sum of its file, so that one that was edited is measured anew.
    pub(super) mark: String,
}

/// The profile of that name. `folder` is the config's own; without it only the built-in ones are known.
pub(super) fn named(name: &At<String>, folder: Option<&Path>, faults: &mut Faults) -> Option<Chosen> {
    let builtin = Profile::builtin(&name.value);
    let known: Vec<&str> = Profile::builtin_names().collect();
    let known = known.join(" ");
    let plain = name.value.len() <= 64
        && name.value.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.+".contains(&b));
    if !plain {
        let sentence = format!("must be a name without folders; known are: {known}, and what lies in {FOLDER}/");
        faults.add(name.at, name.key.clone(), sentence);
        return None;
    }
    let own = folder.map(|folder| folder.join(FOLDER).join(format!("{}.toml", name.value)));
    match (builtin, own.filter(|path| path.exists())) {
        (Some(profile), None) => Some(Chosen { mark: profile.name.clone(), profile }),
        (Some(_), Some(path)) => {
            let sentence = format!(
                "is a built-in profile, and {} has its name: give the file another one, or take it away",
                path.display()
            );
            faults.add(name.at, name.key.clone(), sentence);
            None
        }
        (None, Some(path)) => own_profile(name, &path, faults),
        (None, None) => {
            let file = folder.map(|folder| format!(" and no file {}", folder.join(FOLDER).display()));
            let file = file.map(|file| format!("{file}/{}.toml", name.value)).unwrap_or_default();
            let sentence = format!("is no profile of this version{file}; known are: {known}");
            faults.add(name.at, name.key.clone(), sentence);
            None
        }
    }
}

fn own_profile(name: &At<String>, path: &Path, faults: &mut Faults) -> Option<Chosen> {
    let text = match read(path) {
        Ok(text) => text,
        Err(error) => {
            faults.add(name.at, name.key.clone(), format!("{} cannot be read: {error}", path.display()));
            return None;
        }
    };
    let misnamed = misnamed(&text, &name.value).map(|line| {
        let sentence = format!("must be {:?}, as the file is called", name.value);
        fault(path, line, "name".into(), sentence)
    });
    let (profile, errors) = match Profile::read(&text) {
        Ok(profile) => (Some(profile), Vec::new()),
        Err(errors) => (None, errors),
    };
    let wrong = errors.into_iter().map(|ProfileError { line, key, message }| {
        fault(path, line.unwrap_or(1), key.unwrap_or_else(|| "-".into()), shortened(&message))
    });
    let mut faults_there: Vec<Fault> = wrong.collect();
    // a name that is no name at all is told once
    let misnamed = misnamed.filter(|_| faults_there.iter().all(|known| known.key != "name"));
    faults_there.extend(misnamed);
    faults_there.sort_by_key(|fault| fault.line);
    if faults_there.is_empty() {
        let profile = profile?;
        let sum = Sha256::digest(text.as_bytes());
        let mut mark = format!("{} ", profile.name);
        for byte in sum.iter().take(8) {
            let _ = write!(mark, "{byte:02x}");
        }
        return Some(Chosen { profile, mark });
    }
    for fault in faults_there {
        faults.add_in(name.at, fault);
    }
    None
}

/// The line of a name that is another than the file's.
fn misnamed(text: &str, name: &str) -> Option<usize> {
    let table: toml::Table = toml::from_str(text).ok()?;
    let written = table.get("name")?.as_str()?;
    (written != name).then(|| line_of_key(text, "name").unwrap_or(1))
}

/// Foreign text made safe, and cut between words if it is too long.
fn shortened(message: &str) -> String {
    let safe = model::SafeText::new(message);
    let Some((end, _)) = safe.char_indices().nth(LONGEST_SENTENCE) else { return safe.as_str().to_owned() };
    let cut = safe.get(..end).unwrap_or_default();
    let words = cut.rsplit_once(' ').map_or(cut, |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', ' ']))
}

fn read(path: &Path) -> std::io::Result<String> {
    let meta = std::fs::metadata(path)?;
    if !meta.is_file() || meta.len() > LARGEST {
        return Err(std::io::Error::other(format!("it is no file of at most {} KiB", LARGEST / 1024)));
    }
    let mut text = String::new();
    std::fs::File::open(path)?.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}

fn fault(path: &Path, line: usize, key: String, sentence: String) -> Fault {
    Fault { file: Some(PathBuf::from(path)), line, key, sentence }
}

/// The key that a line of TOML sets.
fn key_of(line: &str) -> Option<&str> {
    let key = line.split_once('=')?.0.trim();
    (!key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')).then_some(key)
}

fn line_of_key(text: &str, key: &str) -> Option<usize> {
    text.lines().position(|line| key_of(line) == Some(key)).map(|place| place + 1)
}
