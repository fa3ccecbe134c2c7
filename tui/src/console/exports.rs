//! Files that the console writes for people: new ones only, readable by nobody else, in one folder.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::message::{FileStep, Filed};

/// The folder, and the file that is being written.
#[derive(Debug)]
pub(crate) struct Exports {
    folder: PathBuf,
    open: Option<(String, PathBuf, File)>,
    begun: Option<Begun>,
}

/// A file that somebody named, as far as it is written: beside its path.
#[derive(Debug)]
struct Begun {
    path: PathBuf,
    part: PathBuf,
    replace: bool,
    file: File,
}

impl Drop for Begun {
    /// What was not kept goes; what was has another name by now.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.part);
    }
}

impl Exports {
    /// In the user's home, or where the console was started.
    pub(crate) fn of_process() -> Exports {
        let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        Exports::to(&home.filter(|home| home.is_dir()).unwrap_or_else(|| PathBuf::from(".")))
    }

    fn to(folder: &Path) -> Exports {
        Exports { folder: folder.to_owned(), open: None, begun: None }
    }

    /// Where files go.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A step of the file that somebody named; `None` where there is nothing to tell.
    pub(crate) fn step(&mut self, step: FileStep) -> Option<Filed> {
        let done = match step {
            FileStep::Begin { path, replace } => self.begin(&path, replace),
            FileStep::Write(text) => {
                let begun = self.begun.as_mut()?;
                let written = begun.file.write_all(text.as_bytes());
                return written.err().map(|error| failed(&begun.path, &error));
            }
            FileStep::Keep => self.keep(),
            FileStep::Drop => {
                self.begun = None;
                return None;
            }
        };
        Some(done.unwrap_or_else(|filed| filed))
    }

    fn begin(&mut self, named: &str, replace: bool) -> Result<Filed, Filed> {
        self.begun = None;
        let path = self.folder.join(named.strip_prefix("~/").unwrap_or(named));
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        // never a file that a shell or another program would obey
        if name.starts_with('.') || !name.ends_with(TRAIL) || name.len() == TRAIL.len() {
            return Err(failed(&path, &format!("*{TRAIL}")));
        }
        if path.symlink_metadata().is_ok() && !replace {
            return Err(Filed::Exists(path.display().to_string()));
        }
        let part = path.with_file_name(format!("{name}.{}.part", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part);
        let file = file.map_err(|error| failed(&path, &error))?;
        self.begun = Some(Begun { path, part, replace, file });
        Ok(Filed::Begun)
    }

    fn keep(&mut self) -> Result<Filed, Filed> {
        let Some(begun) = self.begun.take() else { return Err(Filed::Failed(String::new())) };
        let path = &begun.path;
        begun.file.sync_all().map_err(|error| failed(path, &error))?;
        if !begun.replace {
            // somebody may have made one meanwhile: an empty file of ours holds the place
            let placed = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
            placed.map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => Filed::Exists(path.display().to_string()),
                _ => failed(path, &error),
            })?;
        }
        std::fs::rename(&begun.part, path).map_err(|error| failed(path, &error))?;
        Ok(Filed::Kept(path.display().to_string()))
    }

    /// Appends to the file of this name, beginning a new one when it is another than before; gives its path.
    pub(crate) fn append(&mut self, name: &str, text: &str) -> Result<String, String> {
        let place = |error: io::Error| format!("{}: {error}", self.folder.join(name).display());
        if self.open.as_ref().is_none_or(|(open, ..)| open != name) {
            let (path, file) = begin(&self.folder, name).map_err(place)?;
            self.open = Some((name.to_owned(), path, file));
        }
        let Some((_, path, file)) = &mut self.open else { return Err(name.to_owned()) };
        file.write_all(text.as_bytes()).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path.display().to_string())
    }
}

/// What an exported trail's name ends with.
const TRAIL: &str = ".jsonl";

fn failed(path: &Path, why: &dyn std::fmt::Display) -> Filed {
    Filed::Failed(format!("{}: {why}", path.display()))
}

/// `name.csv`, else `name-2.csv`, `name-3.csv` …: nothing that exists is written over.
fn begin(folder: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "csv"));
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for number in 1..100 {
        let name = if number == 1 { name.to_owned() } else { format!("{stem}-{number}.{extension}") };
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_the_owners_and_another_run_begins_another() {
        let folder = tempfile::tempdir().unwrap();
        let mut exports = Exports::to(folder.path());
        let path = exports.append("a.csv", "1\r\n").unwrap();
        assert_eq!(exports.append("a.csv", "2\r\n").unwrap(), path);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "1\r\n2\r\n");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let second = Exports::to(folder.path()).append("a.csv", "x").unwrap();
        assert!(second.ends_with("a-2.csv"), "{second}");
        let nowhere = Exports::to(&folder.path().join("none")).append("a.csv", "x").unwrap_err();
        assert!(nowhere.contains("none/a.csv"), "{nowhere}");
    }

    #[test]
    fn a_file_that_somebody_named_is_whole_or_not_there_and_replaces_nothing_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mut exports = Exports::to(folder.path());
        let begin = |path: &str, replace| FileStep::Begin { path: path.to_owned(), replace };
        let write = |text: &str| FileStep::Write(text.to_owned());
        assert_eq!(exports.step(begin("a.jsonl", false)), Some(Filed::Begun));
        assert_eq!(exports.step(write("1\n")), None);
        assert!(!at("a.jsonl").exists(), "not before it is whole");
        assert_eq!(exports.step(FileStep::Keep), Some(Filed::Kept(at("a.jsonl").display().to_string())));
        assert_eq!(std::fs::read_to_string(at("a.jsonl")).unwrap(), "1\n");
        assert_eq!(std::fs::metadata(at("a.jsonl")).unwrap().permissions().mode() & 0o777, 0o600);
        let exists = Some(Filed::Exists(at("a.jsonl").display().to_string()));
        assert_eq!(exports.step(begin("~/a.jsonl", false)), exists);
        assert_eq!(exports.step(begin("a.jsonl", true)), Some(Filed::Begun));
        exports.step(write("2\n"));
        assert_eq!(exports.step(FileStep::Drop), None);
        assert_eq!(std::fs::read_to_string(at("a.jsonl")).unwrap(), "1\n", "what was there stays");
        exports.step(begin(at("a.jsonl").to_str().unwrap(), true));
        exports.step(write("3\n"));
        exports.step(FileStep::Keep);
        assert_eq!(std::fs::read_to_string(at("a.jsonl")).unwrap(), "3\n");
        // one that came meanwhile is not written over, either
        exports.step(begin("b.jsonl", false));
        std::fs::write(at("b.jsonl"), "theirs").unwrap();
        assert!(matches!(exports.step(FileStep::Keep), Some(Filed::Exists(_))));
        assert_eq!(std::fs::read_to_string(at("b.jsonl")).unwrap(), "theirs");
        for bad in [".bashrc", ".jsonl", "a.sh", "none/a.jsonl", "", "x/.a.jsonl", ".."] {
            assert!(matches!(exports.step(begin(bad, true)), Some(Filed::Failed(_))), "{bad}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left lying about");
    }
}
