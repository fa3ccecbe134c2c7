//! The folder in which a demo lives: made, found fit, and removed again when it was ours.

use std::{
    fs::DirBuilder,
    io,
    os::unix::{ffi::OsStrExt, fs::DirBuilderExt},
    path::{Path, PathBuf},
};

use model::Language;

use crate::{
    failure::Failure,
    wording::verbs::{self, Text},
};

/// The first line of the demo's config: a folder that has it may be used for a demo again.
pub(super) const MARK: &str = "# made anew by every start of `counterfoil demo`";

/// The daemon's socket when everything is there.
pub(super) const SOCKET: &str = "spooler.sock";

/// A daemon's socket before that.
pub(super) const LOADING: &str = "loading.sock";

/// `sockaddr_un` takes 108 bytes with the closing zero (unix(7)).
const SOCKET_PATH: usize = 107;

/// What a demo leaves in its folder.
const CONTENTS: &[&str] = &[
    "counterfoil.toml",
    "loading.toml",
    SOCKET,
    LOADING,
    "printer-front.control",
    "printer-back.control",
    "acquirer.control",
    "master.key",
    "paper",
    "state",
    "logs",
];

/// An absolute path, and whether the folder is removed at the end.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    ours: bool,
}

impl Folder {
    /// The given folder, or a fresh one.
    pub(super) fn open(given: Option<&Path>, language: Language) -> Result<Folder, Failure> {
        let folder = match given {
            Some(path) => Folder::given(path, language)?,
            None => Folder::fresh(language)?,
        };
        for below in ["paper/front", "paper/back", "state", "logs"] {
            let path = folder.path.join(below);
            make(&path, true).map_err(|source| failed("making", &path, source))?;
        }
        Ok(folder)
    }

    fn given(path: &Path, language: Language) -> Result<Folder, Failure> {
        let path = std::path::absolute(path).map_err(|source| failed("finding", path, source))?;
        fits(&path, language)?;
        make(&path, true).map_err(|source| failed("making", &path, source))?;
        let taken: Vec<PathBuf> =
            CONTENTS.iter().map(|name| path.join(name)).filter(|p| p.symlink_metadata().is_ok()).collect();
        let marked = std::fs::read_to_string(path.join("counterfoil.toml")).is_ok_and(|text| text.starts_with(MARK));
        let lives = std::os::unix::net::UnixStream::connect(path.join(SOCKET)).is_ok();
        if lives || (!taken.is_empty() && !marked) {
            let said = format!("{}: {}", verbs::text(Text::DemoFolderTaken, language), path.display());
            return Err(Failure::Usage(said));
        }
        for old in taken {
            remove(&old).map_err(|source| failed("removing", &old, source))?;
        }
        Ok(Folder { path, ours: false })
    }

    fn fresh(language: Language) -> Result<Folder, Failure> {
        let above = std::env::temp_dir();
        for nth in 0..1000 {
            let path = above.join(format!("counterfoil-demo-{}-{nth}", std::process::id()));
            fits(&path, language)?;
            match make(&path, false) {
                Ok(()) => return Ok(Folder { path, ours: true }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(failed("making", &path, source)),
            }
        }
        Err(failed("making", &above, io::ErrorKind::AlreadyExists.into()))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.ours {
            let _ = std::fs::remove_dir_all(&self.path);
        } else {
            // the daemon knew its socket by another name, and leaves it
            for name in ["loading.toml", LOADING, SOCKET] {
                let _ = std::fs::remove_file(self.path.join(name));
            }
        }
    }
}

fn make(path: &Path, parents: bool) -> io::Result<()> {
    DirBuilder::new().recursive(parents).mode(0o700).create(path)
}

/// Removes a file, a link or a folder; a link is not followed.
fn remove(path: &Path) -> io::Result<()> {
    if path.symlink_metadata()?.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }
}

fn failed(doing: &str, path: &Path, source: io::Error) -> Failure {
    Failure::io(format!("{doing} {}", path.display()), source)
}

/// A socket's path is short, and the longest name below must still fit.
fn fits(path: &Path, language: Language) -> Result<(), Failure> {
    let longest = path.join("printer-front.control");
    if longest.as_os_str().as_bytes().len() <= SOCKET_PATH {
        return Ok(());
    }
    Err(Failure::Usage(format!("{}: {}", verbs::text(Text::DemoFolderTooLong, language), path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_ours_is_gone_afterwards_and_a_given_one_stays() {
        let fresh = Folder::open(None, Language::En).unwrap();
        let path = fresh.path().to_owned();
        assert!(path.join("paper/back").is_dir());
        drop(fresh);
        assert!(!path.exists());

        let given = tempfile::tempdir().unwrap();
        drop(Folder::open(Some(given.path()), Language::En).unwrap());
        assert!(given.path().join("paper/front").is_dir());
    }

    #[test]
    fn nobodys_files_are_removed_but_those_of_an_earlier_demo() {
        let given = tempfile::tempdir().unwrap();
        let config = given.path().join("counterfoil.toml");
        std::fs::write(&config, "[shop]\n").unwrap();
        assert_eq!(Folder::open(Some(given.path()), Language::En).unwrap_err().status(), 2);
        std::fs::write(&config, MARK).unwrap();
        std::fs::write(given.path().join("mine.txt"), "").unwrap();
        Folder::open(Some(given.path()), Language::En).unwrap();
        assert!(!config.exists());
        assert!(given.path().join("mine.txt").exists());
    }

    #[test]
    fn a_path_too_long_for_a_socket_is_refused_before_anything_is_made() {
        let given = tempfile::tempdir().unwrap();
        let long = given.path().join("x".repeat(100));
        assert_eq!(Folder::open(Some(&long), Language::Zh).unwrap_err().status(), 2);
        assert!(!long.exists());
    }
}
