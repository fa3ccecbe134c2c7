//! The open store: one redb file that readers take snapshots of and the writer commits to.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use redb::{Database, ReadableDatabase, WriteTransaction};

use crate::{
    error::StoreError,
    open::{self, FILE, OpenError},
    reader::Reader,
    schema::MIGRATIONS,
};

type Opener = Box<dyn Fn() -> Result<Database, OpenError> + Send + Sync>;

/// The store. Clones share it; the file is released when the last one is dropped.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
    /// Tells the machine's uptime in milliseconds, for the audit trail.
    uptime: Option<fn() -> u64>,
}

struct Shared {
    path: PathBuf,
    opener: Opener,
    /// `None` only while it is opened again and after that failed.
    database: RwLock<Option<Database>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.shared.path.display())
    }
}

impl Store {
    /// Opens `counterfoil.redb` in the folder; both are made if they are missing, the folder 0700, the file 0600.
    ///
    /// # Errors
    /// Each says what to do: see [`OpenError`].
    pub fn open(folder: &Path) -> Result<Store, OpenError> {
        Store::open_watched(folder, |_| {})
    }

    /// As [`Store::open`]; after an unclean end the records are checked, and `on_check` is told how far that is (0 … 1).
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_watched(folder: &Path, on_check: impl Fn(f64) + Send + Sync + 'static) -> Result<Store, OpenError> {
        open::folder(folder)?;
        let path = folder.join(FILE);
        open::born(&path)?;
        let on_check = Arc::new(on_check);
        let opener = {
            let path = path.clone();
            move || {
                let on_check = Arc::clone(&on_check);
                open::database(&path, move |progress| on_check(progress))
            }
        };
        Store::with_opener(&path, opener)
    }

    /// A store in whatever the opener opens: for tests and measurements that need a backend which counts, fails or
    /// lies. The path only names it in messages and is asked for the size.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn with_opener(
        path: &Path,
        opener: impl Fn() -> Result<Database, OpenError> + Send + Sync + 'static,
    ) -> Result<Store, OpenError> {
        let database = open::current(path, &opener, MIGRATIONS)?;
        let database = RwLock::new(Some(database));
        let shared = Arc::new(Shared { path: path.to_owned(), opener: Box::new(opener), database });
        Ok(Store { shared, uptime: None })
    }

    /// The same store, whose audit rows also say how long the machine was on, in milliseconds, as this clock tells it.
    #[must_use]
    pub fn with_uptime(self, uptime: fn() -> u64) -> Store {
        Store { uptime: Some(uptime), ..self }
    }

    pub(crate) fn mono_ms(&self) -> Option<u64> {
        self.uptime.map(|uptime| uptime())
    }

    /// A snapshot: what is read from it belongs to one moment. Keep it short: it keeps old pages from being reused.
    ///
    /// # Errors
    /// When the file can't be read, or is closed after a disk error.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        let txn = self.with(|database| Ok(database.begin_read()?))?;
        Ok(Reader::new(txn))
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// The size of the file in bytes.
    pub fn bytes(&self) -> u64 {
        std::fs::metadata(&self.shared.path).map_or(0, |meta| meta.len())
    }

    pub(crate) fn begin_write(&self) -> Result<WriteTransaction, StoreError> {
        self.with(|database| Ok(database.begin_write()?))
    }

    /// Closes the file and opens it again: the only way on after an I/O error (redb's `PreviousIo`).
    pub(crate) fn reopen(&self) -> Result<(), StoreError> {
        let mut slot = self.shared.database.write().unwrap_or_else(PoisonError::into_inner);
        drop(slot.take());
        let database = open::current(&self.shared.path, &self.shared.opener, MIGRATIONS);
        match database {
            Ok(database) => {
                *slot = Some(database);
                Ok(())
            }
            Err(OpenError::DiskFull { .. }) => Err(StoreError::DiskFull),
            Err(error) => Err(StoreError::Closed(error.to_string())),
        }
    }

    fn with<T>(&self, run: impl FnOnce(&Database) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let slot = self.shared.database.read().unwrap_or_else(PoisonError::into_inner);
        match slot.as_ref() {
            Some(database) => run(database),
            None => Err(StoreError::Closed("the file could not be opened again".to_owned())),
        }
    }
}
