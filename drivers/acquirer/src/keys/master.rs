//! The master key (主密钥, TMK): from a file that only its owner can read, zeroized, never shown.

use std::{
    fmt,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{FileType, Mode, OFlags, fstat, open},
    io::Errno,
    process::geteuid,
};
use zeroize::Zeroizing;

use super::cipher::{self, Cipher};

/// Why there is no master key. Never tells what stood in the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyError {
    #[error("master key file {0} does not exist")]
    Missing(PathBuf),
    #[error("master key file {0} is a link, and links are not followed")]
    Link(PathBuf),
    #[error("master key file {0} is no regular file")]
    NoFile(PathBuf),
    #[error("master key file {path} belongs to user {owner}, it must belong to the user of the daemon or to root")]
    Owner { path: PathBuf, owner: u32 },
    #[error("master key file {path} has mode {mode:04o}, it must be 0600")]
    Mode { path: PathBuf, mode: u32 },
    #[error("reading the master key file {path}: {detail}")]
    Read { path: PathBuf, detail: String },
    #[error("master key file {0} must hold 32 hex digits and nothing else")]
    Content(PathBuf),
}

/// 16 bytes: K1 and K2 of triple DES, or the key of SM4.
pub struct MasterKey(Zeroizing<[u8; 16]>);

impl MasterKey {
    /// From a file: regular, not a link, of mode 0600 or less, ours or root's, with 32 hex digits and at most a line end.
    ///
    /// # Errors
    /// The first rule that the file breaks.
    pub fn load(path: &Path) -> Result<MasterKey, MasterKeyError> {
        let read = |detail: String| MasterKeyError::Read { path: path.to_owned(), detail };
        // a fifo would block, a terminal would become ours
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = open(path, flags, Mode::empty()).map_err(|error| match error {
            Errno::NOENT | Errno::NOTDIR => MasterKeyError::Missing(path.to_owned()),
            Errno::LOOP => MasterKeyError::Link(path.to_owned()),
            error => read(error.to_string()),
        })?;
        let stat = fstat(&file).map_err(|error| read(error.to_string()))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(MasterKeyError::NoFile(path.to_owned()));
        }
        if stat.st_uid != geteuid().as_raw() && stat.st_uid != 0 {
            return Err(MasterKeyError::Owner { path: path.to_owned(), owner: stat.st_uid });
        }
        let mode = stat.st_mode & 0o7777;
        if mode & 0o177 != 0 {
            return Err(MasterKeyError::Mode { path: path.to_owned(), mode });
        }
        // a fixed buffer: one that grows would leave copies behind
        let mut buffer = Zeroizing::new([0u8; 64]);
        let mut file = File::from(file);
        let mut length = 0;
        while let Some(rest) = buffer.get_mut(length..).filter(|rest| !rest.is_empty()) {
            match file.read(rest).map_err(|error| read(error.to_string()))? {
                0 => break,
                count => length += count,
            }
        }
        let digits = buffer.get(..length).unwrap_or_default().trim_ascii_end();
        MasterKey::from_hex(digits).ok_or_else(|| MasterKeyError::Content(path.to_owned()))
    }

    /// From 32 hex digits.
    pub fn from_hex(digits: &[u8]) -> Option<MasterKey> {
        let mut key = Zeroizing::new([0u8; 16]);
        if digits.len() != 32 {
            return None;
        }
        for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
            for digit in pair {
                let value = match digit {
                    b'0'..=b'9' => digit - b'0',
                    b'a'..=b'f' => digit - b'a' + 10,
                    b'A'..=b'F' => digit - b'A' + 10,
                    _ => return None,
                };
                *byte = *byte << 4 | value;
            }
        }
        Some(MasterKey(key))
    }

    /// 校验值: may be shown and compared with what the acquirer's key sheet says.
    pub fn check_value(&self, cipher: Cipher) -> Option<[u8; 4]> {
        cipher::check_value(cipher, &*self.0)
    }

    pub(super) fn decrypt(&self, cipher: Cipher, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        cipher::decrypt(cipher, &self.0, sealed)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::{PermissionsExt, symlink},
    };

    use super::*;

    const DIGITS: &str = "0123456789ABCDEFFEDCBA9876543210";

    fn file(folder: &tempfile::TempDir, content: &str, mode: u32) -> PathBuf {
        let path = folder.path().join("master.key");
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        path
    }

    #[test]
    fn a_private_file_with_32_digits_is_a_key() {
        let folder = tempfile::tempdir().unwrap();
        for content in [DIGITS.to_owned(), format!("{DIGITS}\n"), DIGITS.to_lowercase()] {
            let key = MasterKey::load(&file(&folder, &content, 0o600)).unwrap();
            assert_eq!(key.check_value(Cipher::Des), Some([0x08, 0xd7, 0xb4, 0xfb]));
            assert_eq!(format!("{key:?}"), "MasterKey(..)");
        }
        assert!(MasterKey::load(&file(&folder, DIGITS, 0o400)).is_ok());
    }

    #[test]
    fn a_file_that_others_could_read_is_refused_whatever_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        for mode in [0o640, 0o604, 0o666, 0o700] {
            let error = MasterKey::load(&file(&folder, DIGITS, mode)).unwrap_err();
            assert!(matches!(error, MasterKeyError::Mode { mode: is, .. } if is == mode), "{error}");
        }
    }

    #[test]
    fn links_folders_and_wrong_contents_are_told_apart_and_never_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder, DIGITS, 0o600);
        let link = folder.path().join("link.key");
        symlink(&path, &link).unwrap();
        assert!(matches!(MasterKey::load(&link), Err(MasterKeyError::Link(_))));
        assert!(matches!(MasterKey::load(folder.path()), Err(MasterKeyError::NoFile(_))));
        assert!(matches!(MasterKey::load(&folder.path().join("none")), Err(MasterKeyError::Missing(_))));
        for content in ["", "0123", &DIGITS.repeat(2), &DIGITS.replace('A', "G"), &DIGITS.repeat(40)] {
            let error = MasterKey::load(&file(&folder, content, 0o600)).unwrap_err();
            assert!(matches!(error, MasterKeyError::Content(_)));
            assert!(content.is_empty() || !error.to_string().contains(content));
        }
    }
}
