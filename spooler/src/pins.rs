//! PINs: how they are hashed and compared, and the pepper without which a stolen store says nothing about them.
//!
//! A PIN has few digits, so the hash alone would not hold out long: what holds is the pepper, which stands beside the
//! store and not in it, and the counting of wrong tries (`log_on`). Argon2id with 7 MiB and five passes, one of OWASP's
//! equally strong choices and the one that a daemon of 32 MiB can bear: 13 ms on a desktop core, some 100 ms on a till's.
//! One at a time and always in the same memory, so that asking often costs nobody anything.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use protocol::{Pin, Problem, ProblemKind, Reason};
use subtle::ConstantTimeEq as _;
use tokio::sync::{Semaphore, SemaphorePermit};
use zeroize::{Zeroize as _, Zeroizing};

use crate::lockout::Lockout;

/// The pepper's file in the state folder.
const FILE: &str = "pins.pepper";

/// Memory in KiB, passes, lanes.
const COST: (u32, u32, u32) = (7 * 1024, 5, 1);

pub(crate) type Pepper = Zeroizing<[u8; 32]>;

/// What checking PINs needs. One per daemon.
pub(crate) struct Pins {
    pepper: PathBuf,
    /// Whose turn it is: a PIN is counted, compared and answered before the next one.
    turn: Semaphore,
    /// Argon2's memory: given back and taken again it would stay with one thread after the other. Empty before the first PIN.
    memory: Mutex<Vec<Block>>,
    pub(crate) lockout: Lockout,
    set_up: AtomicBool,
}

impl std::fmt::Debug for Pins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pins({})", self.pepper.display())
    }
}

impl Pins {
    /// For the store in this folder; `set_up`: it has operators.
    pub(crate) fn beside(store: &Path, set_up: bool) -> Pins {
        Pins {
            pepper: store.parent().unwrap_or(Path::new(".")).join(FILE),
            turn: Semaphore::new(1),
            memory: Mutex::default(),
            lockout: Lockout::default(),
            set_up: AtomicBool::new(set_up),
        }
    }

    /// True once there are operators; never false again.
    pub(crate) fn set_up(&self) -> bool {
        self.set_up.load(Ordering::Acquire)
    }

    pub(crate) fn are_set_up(&self) {
        self.set_up.store(true, Ordering::Release);
    }

    /// Waits for a turn.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turn.acquire().await.ok()
    }

    /// Makes the pepper, unless there is one; durable when it returns.
    pub(crate) fn make_pepper(&self) -> Result<(), Problem> {
        let made = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.pepper) {
            Ok(mut file) => {
                random()
                    .and_then(|secret| file.write_all(secret.as_slice()))
                    .and_then(|()| file.sync_all())
                    .and_then(|()| sync_folder(&self.pepper))
                    // half a pepper would be taken for one
                    .inspect_err(|_| drop(std::fs::remove_file(&self.pepper)))
            }
            // left by a setup that was cut off
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        };
        made.and_then(|()| self.read_pepper().map(drop)).map_err(|error| self.no_pepper(&error))
    }

    /// Another pepper where the one there was is lost, with which no PIN can be compared any more; `None`: it is there. One
    /// that is there and may not be read is not lost. It counts once it is kept.
    pub(crate) fn another_pepper(&self) -> Result<Option<Pepper>, Problem> {
        match self.read_pepper() {
            Ok(_) => Ok(None),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof) => {
                random().map(Some).map_err(|error| self.no_pepper(&error))
            }
            Err(error) => Err(self.no_pepper(&error)),
        }
    }

    /// Puts another pepper beside the store, mode 0600, in one move; durable when it returns.
    pub(crate) fn keep_pepper(&self, secret: &Pepper) -> Result<(), Problem> {
        let new = self.pepper.with_extension("new");
        let kept = || {
            // left by one that was cut off
            match std::fs::remove_file(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
            file.write_all(secret.as_slice())?;
            file.sync_all()?;
            std::fs::rename(&new, &self.pepper)?;
            sync_folder(&self.pepper)
        };
        kept().map_err(|error| self.no_pepper(&error))
    }

    /// Finds out whether any PIN can be checked.
    pub(crate) fn check_pepper(&self) -> Result<(), Problem> {
        self.read_pepper().map(drop).map_err(|error| self.no_pepper(&error))
    }

    fn read_pepper(&self) -> io::Result<Pepper> {
        let no_follow = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0);
        let mut file = OpenOptions::new().read(true).custom_flags(no_follow).open(&self.pepper)?;
        let meta = file.metadata()?;
        if !meta.is_file() || meta.uid() != rustix::process::geteuid().as_raw() || meta.mode() & 0o077 != 0 {
            return Err(io::Error::other("it must be a file of the spooler's user with mode 0600"));
        }
        let mut secret: Pepper = Zeroizing::new([0; 32]);
        file.read_exact(secret.as_mut_slice())?;
        Ok(secret)
    }

    fn no_pepper(&self, error: &io::Error) -> Problem {
        tracing::error!("the secret of the PINs, {}: {error}", self.pepper.display());
        Problem::new(
            ProblemKind::Unavailable,
            Reason::PepperMissing,
            "checking a PIN",
            format!("the secret beside the store can't be read: {error}"),
            "put the file back from the backup of the state folder, or let root set a manager's PIN: that makes a new one",
        )
        .about(self.pepper.display().to_string())
    }

    /// Hashes a new PIN; the PHC string. Takes a turn.
    pub(crate) async fn hash(self: &Arc<Self>, pin: &Pin) -> Result<String, Problem> {
        self.hash_with(pin, None).await
    }

    /// The same with a pepper that is not kept yet.
    pub(crate) async fn hash_with(self: &Arc<Self>, pin: &Pin, pepper: Option<Pepper>) -> Result<String, Problem> {
        let _turn = self.turn().await;
        let (pins, pin) = (Arc::clone(self), pin.clone());
        in_background(move || {
            let pepper = match pepper {
                Some(pepper) => pepper,
                None => pins.read_pepper().map_err(|error| pins.no_pepper(&error))?,
            };
            let mut salt = [0; 16];
            getrandom::fill(&mut salt).map_err(|error| failed(&error))?;
            let params = params()?;
            let output = pins.digest(&pepper, &pin, &salt, &params)?;
            let hash = PasswordHash {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(&params).map_err(|error| failed(&error))?,
                salt: Some(Salt::new(&salt).map_err(|error| failed(&error))?),
                hash: Some(Output::new(output.as_slice()).map_err(|error| failed(&error))?),
            };
            Ok(hash.to_string())
        })
        .await
    }

    /// True if the PIN is the one that was hashed. Takes as long for an operator that nobody knows (`None`). Whoever calls
    /// holds the turn.
    pub(crate) async fn is_right(self: &Arc<Self>, hash: Option<String>, pin: Pin) -> Result<bool, Problem> {
        let pins = Arc::clone(self);
        in_background(move || {
            let pepper = pins.read_pepper().map_err(|error| pins.no_pepper(&error))?;
            let Some(hash) = hash else {
                pins.digest(&pepper, &pin, &[0; 16], &params()?)?;
                return Ok(false);
            };
            // what it costs stands in the hash itself: an older one may have cost less
            let hash = PasswordHash::new(&hash).map_err(|error| failed(&error))?;
            let params = Params::try_from(&hash).map_err(|error| failed(&error))?;
            let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return Ok(false) };
            let output = pins.digest(&pepper, &pin, salt, &params)?;
            Ok(output.as_slice().ct_eq(expected.as_bytes()).into())
        })
        .await
    }

    fn digest(&self, pepper: &Pepper, pin: &Pin, salt: &[u8], params: &Params) -> Result<Zeroizing<[u8; 32]>, Problem> {
        let argon2 = Argon2::new_with_secret(pepper.as_slice(), Algorithm::Argon2id, Version::V0x13, params.clone())
            .map_err(|error| failed(&error))?;
        let mut output = Zeroizing::new([0; 32]);
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.resize(params.block_count(), Block::default());
        let pin = pin.expose().as_bytes();
        let done = argon2.hash_password_into_with_memory(pin, salt, output.as_mut_slice(), memory.as_mut_slice());
        memory.iter_mut().for_each(Block::zeroize);
        done.map(|()| output).map_err(|error| failed(&error))
    }
}

fn random() -> io::Result<Pepper> {
    let mut secret: Pepper = Zeroizing::new([0; 32]);
    getrandom::fill(secret.as_mut_slice()).map_err(io::Error::other)?;
    Ok(secret)
}

fn params() -> Result<Params, Problem> {
    let (memory, passes, lanes) = COST;
    Params::new(memory, passes, lanes, Some(32)).map_err(|error| failed(&error))
}

fn failed(error: &dyn std::fmt::Display) -> Problem {
    Problem::new(
        ProblemKind::Unavailable,
        Reason::StoreFailed,
        "checking a PIN",
        error.to_string(),
        "report this to support",
    )
}

/// Beside the connections: it takes a while.
async fn in_background<T: Send + 'static>(
    run: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(run).await.unwrap_or_else(|_| Err(failed(&"it broke off")))
}

/// A new name is only durable once its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn pin(text: &str) -> Pin {
        Pin::new(text.to_owned())
    }

    fn runs<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn only_the_right_pin_with_the_right_pepper_is_right() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let pins = |folder: &tempfile::TempDir| Arc::new(Pins::beside(&folder.path().join("store"), false));
        let (ours, theirs) = (pins(&here), pins(&there));
        ours.make_pepper().unwrap();
        theirs.make_pepper().unwrap();
        runs(async {
            let hash = ours.hash(&pin("4711")).await.unwrap();
            assert!(hash.starts_with("$argon2id$v=19$m=7168,t=5,p=1$"), "{hash}");
            assert_ne!(hash, ours.hash(&pin("4711")).await.unwrap(), "no two hashes are the same");
            assert!(ours.is_right(Some(hash.clone()), pin("4711")).await.unwrap());
            assert!(!ours.is_right(Some(hash.clone()), pin("4712")).await.unwrap());
            assert!(!ours.is_right(Some(hash.clone()), pin("")).await.unwrap());
            assert!(!ours.is_right(None, pin("4711")).await.unwrap());
            assert!(!theirs.is_right(Some(hash), pin("4711")).await.unwrap(), "a stolen store is not enough");
        });
    }

    #[test]
    fn the_pepper_is_only_ours_stays_when_it_is_asked_for_again_and_is_missed() {
        let folder = tempfile::tempdir().unwrap();
        let pins = Arc::new(Pins::beside(&folder.path().join("store"), false));
        let path = folder.path().join(FILE);
        let missing = runs(pins.hash(&pin("4711"))).unwrap_err();
        assert_eq!((missing.kind, missing.reason), (ProblemKind::Unavailable, Reason::PepperMissing));
        pins.make_pepper().unwrap();
        let first = std::fs::read(&path).unwrap();
        assert_eq!((first.len(), std::fs::metadata(&path).unwrap().mode() & 0o777), (32, 0o600));
        pins.make_pepper().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), first);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(pins.make_pepper().is_err(), "others could have read it");
    }
}
