//! The writer: commits are shared, answers come after them, and one operation that breaks off harms no later one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod shop;

use std::{
    fmt, io,
    ops::Bound,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
};

use model::Copy;
use redb::{BackendError, Builder, StorageBackend, backends::FileBackend};
use shop::{Shop, print, sale};
use store::{OpenError, Store, StoreError, Writer};

#[test]
fn many_threads_share_commits_and_each_answer_is_already_readable() {
    let shop = Shop::open();
    let (threads, each) = (8, 25);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let shop = &shop;
            scope.spawn(move || {
                let (answer, answers) = mpsc::channel();
                for n in 0..each {
                    let event = sale(&format!("{thread}-{n}"));
                    let (answer, store) = (answer.clone(), shop.store.clone());
                    shop.writer.submit(
                        move |batch| shop::record(batch, &event, &[]),
                        move |result| {
                            let id = result.unwrap().id;
                            let there = store.reader().unwrap().transaction(id).unwrap().is_some();
                            answer.send(there).unwrap();
                        },
                    );
                }
                drop(answer);
                assert_eq!(answers.iter().filter(|there| *there).count(), each);
            });
        }
    });
    let reader = shop.store.reader().unwrap();
    let commits = reader.change().unwrap().0;
    assert!(commits < (threads * each) as u64, "{commits} commits for {} operations", threads * each);
    let told = shop.commits.lock().unwrap();
    assert_eq!(told.iter().map(|c| c.change.0).collect::<Vec<_>>(), (1..=commits).collect::<Vec<_>>());
    assert_eq!(told.iter().map(|c| c.transactions.len()).sum::<usize>(), threads * each);
    for commit in told.iter() {
        assert!(reader.transaction(commit.transactions[0]).unwrap().unwrap().change == commit.change);
    }
}

#[test]
fn what_waits_is_finished_before_the_writer_ends() {
    let shop = Shop::open();
    let (answer, answers) = mpsc::channel();
    for n in 0..100 {
        let (answer, event) = (answer.clone(), sale(&n.to_string()));
        shop.writer.submit(
            move |b| shop::record(b, &event, &[print(Copy::Customer, "front")]),
            move |r| answer.send(r.is_ok()).unwrap(),
        );
    }
    drop(answer);
    let Shop { store, writer, .. } = shop;
    writer.shutdown();
    assert_eq!(answers.iter().filter(|ok| *ok).count(), 100);
    assert_eq!(store.reader().unwrap().unprinted_count().unwrap(), 100);
}

#[test]
fn an_operation_that_panics_leaves_nothing_and_the_next_ones_work() {
    let shop = Shop::open();
    let broken = shop.writer.commit(|batch| -> Result<(), StoreError> {
        shop::record(batch, &sale("1"), &[])?;
        panic!("as asked for by the test");
    });
    assert!(matches!(broken, Err(StoreError::Undone(_))), "{broken:?}");
    assert!(shop.store.reader().unwrap().by_source("till", "1").unwrap().is_none());
    assert!(!shop.record(&sale("1"), &[]).unwrap().duplicate);
}

#[test]
fn a_refusal_after_writing_undoes_its_commit() {
    let shop = Shop::open();
    let refused = shop.writer.commit(|batch| -> Result<(), StoreError> {
        shop::record(batch, &sale("1"), &[])?;
        Err(StoreError::BadCursor)
    });
    assert_eq!(refused, Err(StoreError::BadCursor));
    assert!(shop.store.reader().unwrap().by_source("till", "1").unwrap().is_none());
    assert_eq!(shop.store.reader().unwrap().change().unwrap().0, 0);
}

/// A file whose disk can be full.
#[derive(Debug)]
struct Disk {
    file: FileBackend,
    full: Arc<AtomicBool>,
    /// What it has it still takes, as a full disk does; it only grows no more.
    rewrites: bool,
}

impl Disk {
    fn room(&self) -> io::Result<()> {
        if self.full.load(Ordering::SeqCst) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.room()?;
        self.file.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        if !self.rewrites {
            self.room()?;
        }
        self.file.write(offset, data)
    }
    fn close(&self) -> io::Result<()> {
        self.file.close()
    }
    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }
    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }
}

impl fmt::Display for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("disk")
    }
}

/// So small that most reads go to the disk.
const CACHE: usize = 4096;

/// A store on such a disk.
fn on_a_disk(path: &Path, rewrites: bool) -> (Store, Arc<AtomicBool>) {
    let full = Arc::new(AtomicBool::new(false));
    let opener = {
        let (path, full) = (path.to_owned(), Arc::clone(&full));
        move || {
            let file = std::fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
            let file = FileBackend::new(file.unwrap()).unwrap();
            let disk = Disk { file, full: Arc::clone(&full), rewrites };
            Builder::new()
                .set_cache_size(CACHE)
                .create_with_backend(disk)
                .map_err(|e| OpenError::Io { path: path.clone(), what: e.to_string() })
        }
    };
    (Store::with_opener(path, opener).unwrap(), full)
}

#[test]
fn a_full_disk_keeps_nobody_from_reading() {
    let folder = tempfile::tempdir().unwrap();
    let (store, full) = on_a_disk(&folder.path().join("file"), true);
    let writer = Writer::spawn(store.clone(), |_| {});
    let record = |name: String| writer.commit(move |batch| shop::record(batch, &sale(&name), &[]));
    record("1".to_owned()).unwrap();
    full.store(true, Ordering::SeqCst);
    let failed = (2..100_000).find_map(|n| record(n.to_string()).err());
    assert_eq!(failed, Some(StoreError::DiskFull));
    assert!(store.reader().unwrap().by_source("till", "1").unwrap().is_some());
}

#[test]
fn a_full_disk_is_said_and_the_store_goes_on_when_there_is_room_again() {
    let folder = tempfile::tempdir().unwrap();
    let (store, full) = on_a_disk(&folder.path().join("file"), false);
    let writer = Writer::spawn(store.clone(), |_| {});
    let record = |name: &str| {
        let event = sale(name);
        writer.commit(move |batch| shop::record(batch, &event, &[]))
    };
    record("1").unwrap();
    full.store(true, Ordering::SeqCst);
    assert_eq!(record("2"), Err(StoreError::DiskFull));
    assert!(record("2").is_err());
    full.store(false, Ordering::SeqCst);
    assert!(!record("2").unwrap().duplicate);
    let reader = store.reader().unwrap();
    assert!(reader.by_source("till", "1").unwrap().is_some());
    assert!(reader.by_source("till", "2").unwrap().is_some());
}
