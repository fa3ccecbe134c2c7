//! Files that the console writes for people: new ones only, readable by nobody else, in one folder.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// The folder, and the file that is being written.
#[derive(Debug)]
pub(crate) struct Exports {
    folder: PathBuf,
    open: Option<(String, PathBuf, File)>,
}

impl Exports {
    /// In the user's home, or where the console was started.
    pub(crate) fn of_process() -> Exports {
        let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        Exports::to(&home.filter(|home| home.is_dir()).unwrap_or_else(|| PathBuf::from(".")))
    }

    fn to(folder: &Path) -> Exports {
        Exports { folder: folder.to_owned(), open: None }
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
}
