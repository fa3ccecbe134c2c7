//! Opening the file: the folder and file modes, whose they are, the schema, and what to say when it can't be.

use std::{
    fs::{DirBuilder, File, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use redb::{Builder, Database, DatabaseError};

use crate::{
    error::StoreError,
    schema::{self, Found, Migration},
};

/// The name of the file in the state folder.
pub const FILE: &str = "counterfoil.redb";

/// The page cache. More is no faster: the kernel keeps the pages too (facts A.4).
const CACHE_BYTES: usize = 8 * 1024 * 1024;

/// Why the store can't be opened, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "opening {path}: another process has it open; stop the other counterfoil-spooler, or wait until it has ended"
    )]
    Locked { path: PathBuf },
    #[error(
        "opening {path}: it was written by a newer version (schema {found}, this one knows {known}); install that \
         version again, or restore the backup made before the upgrade"
    )]
    NewerSchema { path: PathBuf, found: u32, known: u32 },
    #[error(
        "opening {path}: the file is damaged ({what}); move it aside and restore the last backup, and keep the \
         damaged file for support"
    )]
    Damaged { path: PathBuf, what: String },
    #[error("opening {path}: it can't be written ({what}); mount it writable, or give it to the spooler's user")]
    ReadOnly { path: PathBuf, what: String },
    #[error(
        "opening {path}: it belongs to user {owner}, and the spooler runs as {user}; run as that user, or name \
         another folder in [store] path"
    )]
    Foreign { path: PathBuf, owner: u32, user: u32 },
    #[error("opening {path}: the disk is full; free some space and start again")]
    DiskFull { path: PathBuf },
    #[error("opening {path}: {what}; check the path and the disk")]
    Io { path: PathBuf, what: String },
}

impl OpenError {
    fn io(path: &Path, error: &io::Error) -> OpenError {
        let (path, what) = (path.to_owned(), error.to_string());
        match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly { path, what },
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => OpenError::DiskFull { path },
            // redb: not its magic number, or shorter than its own header says
            ErrorKind::InvalidData | ErrorKind::UnexpectedEof => OpenError::Damaged { path, what },
            _ => OpenError::Io { path, what },
        }
    }

    fn redb(path: &Path, error: DatabaseError) -> OpenError {
        let path = path.to_owned();
        match error {
            DatabaseError::DatabaseAlreadyOpen => OpenError::Locked { path },
            DatabaseError::Storage(redb::StorageError::Io(error)) => OpenError::io(&path, &error),
            other => OpenError::Damaged { path, what: other.to_string() },
        }
    }

    fn store(path: &Path, error: StoreError) -> OpenError {
        let path = path.to_owned();
        match error {
            StoreError::DiskFull => OpenError::DiskFull { path },
            other => OpenError::Damaged { path, what: other.to_string() },
        }
    }
}

/// Runs redb on a file that may be damaged: a panic there becomes an error. (An abort can't be caught: facts A.4.)
fn guarded<T>(path: &Path, run: impl FnOnce() -> Result<T, OpenError>) -> Result<T, OpenError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let what = format!("redb broke off: {}", crate::error::words_of(&*panic));
        Err(OpenError::Damaged { path: path.to_owned(), what })
    })
}

/// Makes the folder (0700) if it is missing, and refuses one of another user.
pub(crate) fn folder(path: &Path) -> Result<(), OpenError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|e| OpenError::io(path, &e))?;
    let meta = std::fs::metadata(path).map_err(|e| OpenError::io(path, &e))?;
    mine(path, meta.uid())
}

fn mine(path: &Path, owner: u32) -> Result<(), OpenError> {
    let user = rustix::process::geteuid().as_raw();
    if owner == user { Ok(()) } else { Err(OpenError::Foreign { path: path.to_owned(), owner, user }) }
}

/// Opens or makes the file (0600) and redb in it; says how far a check of the records has come (0 … 1).
pub(crate) fn database(path: &Path, on_check: impl Fn(f64) + 'static) -> Result<Database, OpenError> {
    let file = file(path)?;
    guarded(path, || {
        let mut builder = Builder::new();
        builder.set_cache_size(CACHE_BYTES).set_repair_callback(move |session| on_check(session.progress()));
        builder.create_file(file).map_err(|e| OpenError::redb(path, e))
    })
}

fn file(path: &Path) -> Result<File, OpenError> {
    let new = !path.exists();
    // no link is followed: the file's name is known to everybody
    let no_follow = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(no_follow);
    let file = options.open(path).map_err(|e| OpenError::io(path, &e))?;
    let meta = file.metadata().map_err(|e| OpenError::io(path, &e))?;
    if !meta.is_file() {
        return Err(OpenError::Io { path: path.to_owned(), what: "it is not a file".to_owned() });
    }
    mine(path, meta.uid())?;
    if meta.mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600)).map_err(|e| OpenError::io(path, &e))?;
    }
    if new {
        sync_folder(path)?;
    }
    Ok(file)
}

/// A new name is only durable once its folder is (ALICE, OSDI 2014).
fn sync_folder(path: &Path) -> Result<(), OpenError> {
    let Some(folder) = path.parent() else { return Ok(()) };
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| OpenError::io(folder, &e))
}

/// Makes the file if it is missing. Only where the path is one: a store in memory has none.
pub(crate) fn born(path: &Path) -> Result<(), OpenError> {
    guarded(path, || if path.exists() { Ok(()) } else { bear(path) })
}

/// Makes the file, whole, under another name and then gives it its own: a power cut in the very first start leaves none
/// that can't be opened.
fn bear(path: &Path) -> Result<(), OpenError> {
    let draft = path.with_extension("new.redb");
    let make = || {
        let database = self::database(&draft, |_| {})?;
        behind(&database, &draft).map(drop)
    };
    if let Err(error) = make() {
        let OpenError::Damaged { .. } = error else { return Err(error) };
        // what an earlier first start left; nothing was ever kept in it
        std::fs::remove_file(&draft).map_err(|e| OpenError::io(&draft, &e))?;
        make()?;
    }
    std::fs::rename(&draft, path).map_err(|e| OpenError::io(path, &e))?;
    sync_folder(path)
}

/// Makes the tables of a new file and refuses one that is not ours or newer; the schema it must be brought up from.
fn behind(database: &Database, path: &Path) -> Result<Option<u32>, OpenError> {
    match schema::found(database).map_err(|e| OpenError::store(path, e))? {
        Found::Nothing => {
            schema::create(database, schema::SCHEMA).map_err(|e| OpenError::store(path, e))?;
            Ok(None)
        }
        Found::Strange => {
            Err(OpenError::Damaged { path: path.to_owned(), what: "it is not a store of Counterfoil".to_owned() })
        }
        Found::Schema(found) if found > schema::SCHEMA => {
            Err(OpenError::NewerSchema { path: path.to_owned(), found, known: schema::SCHEMA })
        }
        Found::Schema(found) => Ok((found < schema::SCHEMA).then_some(found)),
    }
}

/// Opens, checks the schema, and migrates if needed, after a verified backup beside the file.
pub(crate) fn current(
    path: &Path,
    open: &dyn Fn() -> Result<Database, OpenError>,
    migrations: &[Migration],
) -> Result<Database, OpenError> {
    guarded(path, || {
        let mut database = open()?;
        if let Some(from) = behind(&database, path)? {
            // redb's lock goes away when any handle of this process to the file is closed, so it is closed first
            drop(database);
            back_up(path, from)?;
            database = open()?;
            schema::migrate(&database, from, migrations).map_err(|e| OpenError::store(path, e))?;
        }
        Ok(database)
    })
}

fn back_up(path: &Path, schema: u32) -> Result<(), OpenError> {
    let to = path.with_extension(format!("schema-{schema}.redb"));
    std::fs::copy(path, &to).map_err(|e| OpenError::io(&to, &e))?;
    let copied = OpenOptions::new().read(true).write(true).open(&to).map_err(|e| OpenError::io(&to, &e))?;
    copied.sync_all().map_err(|e| OpenError::io(&to, &e))?;
    drop(copied);
    let mut database = self::database(&to, |_| {})?;
    let whole = database.check_integrity().map_err(|e| OpenError::redb(&to, e))?;
    if !whole {
        return Err(OpenError::Damaged { path: to, what: "the backup does not verify".to_owned() });
    }
    drop(database);
    sync_folder(&to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_a_whole_store_beside_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        drop(current(&path, &|| database(&path, |_| {}), &[]).unwrap());
        back_up(&path, 1).unwrap();
        let copy = database(&folder.path().join("counterfoil.schema-1.redb"), |_| {}).unwrap();
        assert_eq!(schema::found(&copy).unwrap(), Found::Schema(schema::SCHEMA));
    }

    #[test]
    fn a_first_start_that_was_cut_short_is_begun_again() {
        let whole = tempfile::tempdir().unwrap();
        let path = whole.path().join(FILE);
        drop(current(&path, &|| database(&path, |_| {}), &[]).unwrap());
        let bytes = std::fs::read(&path).unwrap();
        for length in [0, 1, 9, 64, 320, 4096, bytes.len() / 2, bytes.len() - 1, bytes.len()] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(FILE);
            std::fs::write(folder.path().join("counterfoil.new.redb"), &bytes[..length]).unwrap();
            born(&path).unwrap();
            let opened = current(&path, &|| database(&path, |_| {}), &[]).unwrap();
            assert_eq!(schema::found(&opened).unwrap(), Found::Schema(schema::SCHEMA), "{length} bytes");
            let names = std::fs::read_dir(folder.path()).unwrap().count();
            assert_eq!(names, 1, "{length} bytes: the draft is gone");
        }
    }

    #[test]
    fn an_older_file_is_backed_up_and_then_migrated() {
        use redb::{ReadableDatabase as _, TableDefinition};
        const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta-1");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let open = || database(&path, |_| {});
        schema::create(&open().unwrap(), 0).unwrap();
        let migration =
            Migration { to: schema::SCHEMA, run: |txn| Ok(txn.open_table(META)?.insert("seen", 1).map(drop)?) };
        let migrated = current(&path, &open, &[migration]).unwrap();
        assert_eq!(schema::found(&migrated).unwrap(), Found::Schema(schema::SCHEMA));
        let seen = |database: &Database| {
            database.begin_read().unwrap().open_table(META).unwrap().get("seen").unwrap().is_some()
        };
        let backup = database(&folder.path().join("counterfoil.schema-0.redb"), |_| {}).unwrap();
        assert!(seen(&migrated) && !seen(&backup));
    }
}
