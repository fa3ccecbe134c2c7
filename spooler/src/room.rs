//! Back-pressure: is there room for more to print? The last room on the disk is kept for recording and for the audit
//! trail, and a queue that nobody can ever print grows no further. Says nothing about recording, which always goes on.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use protocol::{Problem, ProblemKind, Reason};
use store::{Batch, StoreError};

/// How far things may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// So many jobs of all printers may wait or be sent.
    pub(crate) jobs: u64,
    /// Below so many free bytes nothing new is printed …
    pub(crate) reserve: u64,
    /// … or below this part of the disk, whichever is less: a small disk must not be refused from the start.
    pub(crate) reserve_parts: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        // 64 MiB, or 2 %
        Limits { jobs: 10_000, reserve: 64 * 1024 * 1024, reserve_parts: 50 }
    }
}

/// What is known of the disk holds this long.
const KNOWN: Duration = Duration::from_secs(1);

/// Why nothing new is printed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRoom {
    Disk,
    Queue,
}

impl NoRoom {
    /// The word of it (INTERFACES §1).
    pub(crate) fn kind(self) -> ProblemKind {
        match self {
            NoRoom::Disk => ProblemKind::DiskFull,
            NoRoom::Queue => ProblemKind::Busy,
        }
    }

    pub(crate) fn problem(self, doing: &str) -> Problem {
        match self {
            NoRoom::Disk => Problem::new(
                self.kind(),
                Reason::DiskReserved,
                doing,
                "so little room is left on the spooler's disk that it is kept for recording",
                "free some space on the spooler's disk and try again",
            ),
            NoRoom::Queue => Problem::new(
                self.kind(),
                Reason::TooManyWaiting,
                doing,
                "too many jobs wait for the printers",
                "look at the printers, cancel what nobody needs any more, and try again",
            ),
        }
    }
}

/// The room there is.
#[derive(Debug)]
pub(crate) struct Room {
    /// On the disk in question.
    path: PathBuf,
    limits: Limits,
    /// Whether the disk was low when it was last looked at.
    low: Mutex<Option<(Instant, bool)>>,
}

impl Room {
    pub(crate) fn new(path: &Path, limits: Limits) -> Room {
        Room { path: path.to_owned(), limits, low: Mutex::new(None) }
    }

    /// True if the free part of the disk is kept for recording. Known for a second, so as cheap as a lock.
    pub(crate) fn disk_is_low(&self) -> bool {
        let mut low = self.low.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = low.filter(|(at, _)| at.elapsed() < KNOWN) {
            return known;
        }
        // a disk that can't be asked is no reason to refuse: the store itself says when it can't write
        let now = rustix::fs::statvfs(&self.path).is_ok_and(|disk| {
            let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
            self.limits.low(bytes(disk.f_blocks), bytes(disk.f_bavail))
        });
        if low.is_some_and(|(_, known)| known) != now {
            let told = if now { "is nearly full: nothing new is printed, recording goes on" } else { "has room again" };
            tracing::warn!("the disk of {} {told}", self.path.display());
        }
        *low = Some((Instant::now(), now));
        now
    }

    /// Why so many more jobs can't be queued in this commit, if they can't; `disk_is_low` as it was asked before.
    pub(crate) fn refuses(
        &self,
        batch: &Batch<'_>,
        more: usize,
        disk_is_low: bool,
    ) -> Result<Option<NoRoom>, StoreError> {
        if disk_is_low {
            return Ok(Some(NoRoom::Disk));
        }
        let after = batch.open_jobs()?.saturating_add(more as u64);
        Ok((after > self.limits.jobs).then_some(NoRoom::Queue))
    }
}

impl Limits {
    fn low(self, total: u64, free: u64) -> bool {
        free < self.reserve.min(total / self.reserve_parts.max(1))
    }
}

#[cfg(test)]
mod tests {
    use model::{JobKind, Moment};
    use store::{NewJob, Store, Writer};

    use super::*;

    const MIB: u64 = 1024 * 1024;

    #[test]
    fn a_large_disk_keeps_64_mebibytes_and_a_small_one_2_per_cent() {
        let limits = Limits::default();
        for (total, free, low) in [
            (1_000_000 * MIB, 64 * MIB, false),
            (1_000_000 * MIB, 64 * MIB - 1, true),
            (100 * MIB, 2 * MIB, false),
            (100 * MIB, 2 * MIB - 1, true),
            (0, 0, false),
        ] {
            assert_eq!(limits.low(total, free), low, "{free} of {total}");
        }
    }

    #[test]
    fn a_disk_that_cannot_be_asked_refuses_nothing() {
        assert!(!Room::new(Path::new("/nowhere/at/all"), Limits::default()).disk_is_low());
        let wants_all = Limits { reserve: u64::MAX, reserve_parts: 1, ..Limits::default() };
        assert!(Room::new(Path::new("/"), wants_all).disk_is_low());
    }

    #[test]
    fn the_last_job_that_fits_is_taken_and_the_next_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let writer = Writer::spawn(Store::open(folder.path()).unwrap(), |_| {});
        let room = Room::new(folder.path(), Limits { jobs: 2, ..Limits::default() });
        let page = NewJob {
            kind: JobKind::TestPage,
            printer: "front".into(),
            document: None,
            operator: None,
            approver: None,
            reason: None,
        };
        let told = writer.commit(move |batch| {
            let mut told = Vec::new();
            for _ in 0..2 {
                told.push(room.refuses(batch, 1, false)?);
                batch.queue(page.clone(), Moment::new(0, 0))?;
            }
            told.push(room.refuses(batch, 1, false)?);
            told.push(room.refuses(batch, 0, true)?);
            Ok(told)
        });
        assert_eq!(told.unwrap(), [None, None, Some(NoRoom::Queue), Some(NoRoom::Disk)]);
    }
}
