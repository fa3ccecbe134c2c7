//! Watching for device nodes: told by the kernel when one appears, vanishes or changes its rights (inotify). No loop asks.

use std::{
    ffi::OsStr,
    fs,
    mem::MaybeUninit,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::ffi::OsStrExt,
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags},
    io::{self, Errno},
};

/// Links from a steady name to a node are few; a circle of them must end.
const LINKS: usize = 8;
/// A folder that is made and removed again while we look for it.
const TRIES: usize = 8;

/// What is watched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// This file, through all links to it.
    Node(PathBuf),
    /// Any file in this folder whose name begins so.
    Any { folder: PathBuf, prefix: &'static str },
}

/// One watched folder and what counts in it.
#[derive(Debug)]
struct Seat {
    watch: i32,
    name: Vec<u8>,
    whole: bool,
}

/// Folders under watch. What does not exist is awaited in the nearest folder that does.
#[derive(Debug)]
pub(crate) struct Watch {
    inotify: OwnedFd,
    seats: Vec<Seat>,
}

impl Watch {
    /// Begins to watch. What happens from now on is told; look at the node once after this.
    ///
    /// # Errors
    /// When the system gives no more watches.
    pub(crate) fn new(targets: &[Target]) -> io::Result<Self> {
        let inotify = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let mut watch = Self { inotify, seats: Vec::new() };
        for target in targets {
            match target {
                Target::Node(path) => watch.follow(path.clone())?,
                Target::Any { folder, prefix } => watch.attend(folder, OsStr::new(prefix), false)?,
            }
        }
        Ok(watch)
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.inotify.as_fd()
    }

    /// Takes what was told; true if any of it may concern a target.
    pub(crate) fn stirred(&self) -> bool {
        let mut space = [MaybeUninit::uninit(); 2048];
        let mut reader = Reader::new(&self.inotify, &mut space);
        let mut stirred = false;
        // ends with "would block"; on any other error too, and then the node is looked at
        loop {
            match reader.next() {
                Ok(event) => {
                    let name = event.file_name().map(|name| name.to_bytes());
                    stirred |= event.events().intersects(ReadFlags::QUEUE_OVERFLOW | ReadFlags::IGNORED)
                        || self.seats.iter().any(|seat| seat.watch == event.wd() && seat.takes(name));
                }
                Err(Errno::WOULDBLOCK) => return stirred,
                Err(_) => return true,
            }
        }
    }

    /// Watches a path and, while it is a link, where it leads.
    fn follow(&mut self, mut path: PathBuf) -> io::Result<()> {
        for _ in 0..LINKS {
            let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(()) };
            self.attend(folder, name, true)?;
            let Ok(to) = fs::read_link(&path) else { return Ok(()) };
            path = folder.join(to);
        }
        Ok(())
    }

    /// Watches for a name in a folder, or for the folder itself to be made.
    fn attend(&mut self, folder: &Path, name: &OsStr, whole: bool) -> io::Result<()> {
        for _ in 0..TRIES {
            match self.add(folder, name, whole) {
                Err(Errno::NOENT | Errno::NOTDIR) => {}
                result => return result,
            }
            let Some((above, next)) = nearest(folder) else { return Err(Errno::NOENT) };
            match self.add(above, next, true) {
                Ok(()) if !above.join(next).exists() => return Ok(()),
                // made meanwhile, or gone too
                Ok(()) | Err(Errno::NOENT) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Errno::NOENT)
    }

    fn add(&mut self, folder: &Path, name: &OsStr, whole: bool) -> io::Result<()> {
        let flags = WatchFlags::CREATE
            | WatchFlags::ATTRIB
            | WatchFlags::DELETE
            | WatchFlags::MOVED_TO
            | WatchFlags::MOVED_FROM
            | WatchFlags::DELETE_SELF
            | WatchFlags::MOVE_SELF
            | WatchFlags::ONLYDIR;
        let watch = inotify::add_watch(&self.inotify, folder, flags)?;
        self.seats.push(Seat { watch, name: name.as_bytes().to_vec(), whole });
        Ok(())
    }
}

impl Seat {
    /// Without a name it is the folder itself.
    fn takes(&self, name: Option<&[u8]>) -> bool {
        name.is_none_or(|name| if self.whole { name == self.name } else { name.starts_with(&self.name) })
    }
}

/// The nearest folder above a path that exists, and the name in it that leads to the path.
fn nearest(path: &Path) -> Option<(&Path, &OsStr)> {
    let mut path = path;
    loop {
        let (above, name) = (path.parent()?, path.file_name()?);
        if above.is_dir() {
            return Some((above, name));
        }
        path = above;
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn node(path: PathBuf) -> Watch {
        Watch::new(&[Target::Node(path)]).unwrap()
    }

    #[test]
    fn a_node_that_appears_changes_its_rights_and_vanishes_is_told() {
        let dev = tempfile::tempdir().unwrap();
        let path = dev.path().join("ttyUSB0");
        let watch = node(path.clone());
        assert!(!watch.stirred());
        fs::write(dev.path().join("ttyUSB1"), "").unwrap();
        assert!(!watch.stirred(), "another one");
        fs::write(&path, "").unwrap();
        assert!(watch.stirred());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o660)).unwrap();
        assert!(watch.stirred());
        fs::write(&path, "bytes").unwrap();
        assert!(!watch.stirred(), "being used is no news");
        fs::remove_file(&path).unwrap();
        assert!(watch.stirred());
    }

    #[test]
    fn a_folder_that_is_not_there_yet_is_awaited() {
        let dev = tempfile::tempdir().unwrap();
        let folder = dev.path().join("usb");
        let target = Target::Any { folder: folder.clone(), prefix: "lp" };
        let watch = Watch::new(std::slice::from_ref(&target)).unwrap();
        fs::create_dir(&folder).unwrap();
        assert!(watch.stirred());
        let watch = Watch::new(&[target]).unwrap();
        fs::write(folder.join("hiddev0"), "").unwrap();
        assert!(!watch.stirred());
        fs::write(folder.join("lp4"), "").unwrap();
        assert!(watch.stirred());
        fs::remove_dir_all(&folder).unwrap();
        assert!(watch.stirred());
    }

    #[test]
    fn a_link_is_followed_to_where_rights_change() {
        let dev = tempfile::tempdir().unwrap();
        let (real, steady) = (dev.path().join("real"), dev.path().join("by-id/receipts"));
        fs::create_dir_all(steady.parent().unwrap()).unwrap();
        fs::create_dir(&real).unwrap();
        fs::write(real.join("ttyACM0"), "").unwrap();
        symlink("../real/ttyACM0", &steady).unwrap();
        let watch = node(steady);
        fs::set_permissions(real.join("ttyACM0"), fs::Permissions::from_mode(0o600)).unwrap();
        assert!(watch.stirred());
    }

    #[test]
    fn links_in_a_circle_end() {
        let dev = tempfile::tempdir().unwrap();
        symlink("b", dev.path().join("a")).unwrap();
        symlink("a", dev.path().join("b")).unwrap();
        assert!(!node(dev.path().join("a")).stirred());
    }
}
