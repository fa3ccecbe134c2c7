//! The socket's place: its folder, what may stand in its way, and the socket itself (INTERFACES §6).

use std::{
    fs, io,
    os::{
        fd::OwnedFd,
        unix::{
            fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt},
            net::UnixListener,
        },
    },
    path::{Path, PathBuf},
};

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, connect, listen, socket_with};

/// Why nobody can knock.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    #[error("another spooler answers at {0}; stop it, or give this one another socket")]
    InUse(PathBuf),
    #[error("making the socket at {0}: something that is no socket is in its place; move it away")]
    InTheWay(PathBuf),
    #[error(
        "making the socket at {path}: {doing}: {source}; mend that, or name another place with --socket or [spooler] \
         socket"
    )]
    Io { path: PathBuf, doing: &'static str, source: io::Error },
}

/// The open socket. Dropped, it is taken away, unless somebody put another in its place.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) listener: UnixListener,
    path: PathBuf,
    /// Device and inode of the socket's file.
    file: (u64, u64),
}

/// Connections that the kernel lets wait until they are accepted.
const BACKLOG: i32 = 128;

impl Door {
    /// Makes the socket, mode 0660, and its folder, 0750, if that is missing.
    ///
    /// # Errors
    /// Another spooler answers there, something else is in the way, or the system refuses.
    pub(crate) fn open(path: &Path) -> Result<Door, DoorError> {
        let failed = |doing| move |source: io::Error| DoorError::Io { path: path.to_owned(), doing, source };
        // the folder of a bare name is the one we are in
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.exists()) {
            fs::DirBuilder::new().recursive(true).mode(0o750).create(folder).map_err(failed("making its folder"))?;
            // the umask may have taken more away
            fs::set_permissions(folder, fs::Permissions::from_mode(0o750))
                .map_err(failed("setting its folder's mode"))?;
        }
        clear(path)?;
        let address = SocketAddrUnix::new(path).map_err(io::Error::from).map_err(failed("its path"))?;
        let socket = stream_socket().map_err(failed("opening it"))?;
        bind(&socket, &address).map_err(io::Error::from).map_err(failed("binding it"))?;
        // before it listens nobody can come in, whatever the mode is
        fs::set_permissions(path, fs::Permissions::from_mode(0o660)).map_err(failed("setting its mode"))?;
        listen(&socket, BACKLOG).map_err(io::Error::from).map_err(failed("listening on it"))?;
        let meta = fs::symlink_metadata(path).map_err(failed("looking at it"))?;
        Ok(Door { listener: UnixListener::from(socket), path: path.to_owned(), file: (meta.dev(), meta.ino()) })
    }
}

fn stream_socket() -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    Ok(socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?)
}

/// Takes away a socket that nobody answers on any more.
fn clear(path: &Path) -> Result<(), DoorError> {
    let failed = |doing| move |source: io::Error| DoorError::Io { path: path.to_owned(), doing, source };
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("looking at its place")(error)),
    };
    // a link is no socket either: we follow none
    if !meta.file_type().is_socket() {
        return Err(DoorError::InTheWay(path.to_owned()));
    }
    let address = SocketAddrUnix::new(path).map_err(io::Error::from).map_err(failed("its path"))?;
    let socket = stream_socket().map_err(failed("opening a socket"))?;
    match connect(&socket, &address).map_err(io::Error::from) {
        Ok(()) => Err(DoorError::InUse(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            fs::remove_file(path).map_err(failed("taking a dead spooler's socket away"))
        }
        // its queue of connections is full: somebody is there
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(DoorError::InUse(path.to_owned())),
        Err(error) => Err(failed("asking who is there")(error)),
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let ours = fs::symlink_metadata(&self.path).is_ok_and(|meta| (meta.dev(), meta.ino()) == self.file);
        if ours {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn the_folder_is_made_0750_the_socket_0660_and_both_modes_hold_whatever_the_umask() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run/s");
        let door = Door::open(&path).unwrap();
        assert_eq!(mode(&path), 0o660);
        assert_eq!(mode(path.parent().unwrap()), 0o750);
        drop(door);
        assert!(!path.exists());
    }

    #[test]
    fn an_existing_folder_is_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o711)).unwrap();
        let _door = Door::open(&dir.path().join("s")).unwrap();
        assert_eq!(mode(dir.path()), 0o711);
    }

    #[test]
    fn a_dead_spoolers_socket_is_taken_away_and_a_living_ones_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s");
        drop(UnixListener::bind(&path).unwrap());
        let door = Door::open(&path).unwrap();
        assert!(matches!(Door::open(&path), Err(DoorError::InUse(_))));
        drop(door);
    }

    #[test]
    fn links_and_files_in_the_way_stay_untouched() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link, target) = (dir.path().join("f"), dir.path().join("l"), dir.path().join("t"));
        fs::write(&file, "precious").unwrap();
        drop(UnixListener::bind(&target).unwrap());
        std::os::unix::fs::symlink(&target, &link).unwrap();
        for path in [&file, &link] {
            assert!(matches!(Door::open(path), Err(DoorError::InTheWay(_))));
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
        assert!(target.exists());
    }
}
