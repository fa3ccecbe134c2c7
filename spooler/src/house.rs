//! What all parts of the running daemon share: the config, the store, the feed of changes, the printers, the clock.

use std::{sync::Arc, time::Instant};

use jiff::Timestamp;
use model::{Moment, caller::Caller, search::Calendar};
use paper::Letterhead;
use protocol::{Problem, ProblemKind, Reason};
use store::{AuditEntry, Batch, Reader, Store, StoreError, Writer};
use tokio::sync::{oneshot, watch};

use crate::{changes::Changes, config::Config, printers::Printers, probes::Probes};

/// The shared parts. One per daemon.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) config: Arc<Config>,
    pub(crate) store: Store,
    pub(crate) writer: Writer,
    pub(crate) changes: Changes,
    pub(crate) printers: Arc<Printers>,
    pub(crate) probes: Arc<Probes>,
    pub(crate) started: Instant,
    pub(crate) stop: watch::Receiver<bool>,
}

impl House {
    /// What words of time mean now.
    pub(crate) fn calendar(&self) -> Calendar {
        calendar(&self.config)
    }

    /// Now, in the shop's zone.
    pub(crate) fn now(&self) -> Moment {
        let calendar = self.calendar();
        calendar.moment(calendar.now)
    }

    /// A snapshot to read from.
    pub(crate) fn reader(&self) -> Result<Reader, Problem> {
        self.store.reader().map_err(|error| problem("reading the store", &error))
    }

    /// Hands an operation to the writer at once; the answer comes after its fsync.
    pub(crate) fn submit<R, F>(&self, operation: F) -> impl Future<Output = Result<R, StoreError>> + Send + use<R, F>
    where
        R: Send + 'static,
        F: FnOnce(&mut Batch<'_>) -> Result<R, StoreError> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        // a connection that is gone does not want its answer any more; what was done stays done
        self.writer.submit(operation, move |result| drop(answer.send(result)));
        async move { result.await.unwrap_or(Err(StoreError::WriterGone)) }
    }

    /// Resolves when the daemon ends.
    pub(crate) async fn stopping(&self) {
        let mut stop = self.stop.clone();
        // the other end lives as long as the daemon: losing it means the end, too
        let _ = stop.wait_for(|stop| *stop).await;
    }
}

/// What words of time mean now, by the shop's zone and business day.
pub(crate) fn calendar(config: &Config) -> Calendar {
    Calendar { zone: config.shop.zone.clone(), day_starts: config.shop.day_starts, now: Timestamp::now() }
}

/// Who the slips are from.
pub(crate) fn letterhead(config: &Config) -> Letterhead {
    let shop = &config.shop;
    Letterhead {
        name: shop.name.clone(),
        address: shop.address.clone(),
        phone: shop.phone.clone(),
        remark: shop.remark.clone(),
    }
}

/// The audit row of something a caller did or wanted to do.
pub(crate) fn audit_entry(caller: &Caller, act: &str, object: Option<String>, outcome: model::Outcome) -> AuditEntry {
    AuditEntry {
        actor: caller.operator.clone(),
        approver: None,
        origin: caller.origin.clone(),
        act: act.to_owned(),
        object,
        outcome,
    }
}

/// What a client is told of the store's trouble.
pub(crate) fn problem(doing: &str, error: &StoreError) -> Problem {
    let message = error.to_string();
    let new = |kind, reason, next| Problem::new(kind, reason, doing, message.clone(), next);
    match error {
        StoreError::Conflict { id } => new(
            ProblemKind::Conflict,
            Reason::SameIdOtherContent,
            "send what was recorded, or give the event a source_id of its own",
        )
        .about(id.to_string()),
        StoreError::NotFound { what } => {
            let subject = what.rsplit(' ').next().unwrap_or(what).to_owned();
            let reason = if what.starts_with("job") { Reason::NoSuchJob } else { Reason::NoSuchTransaction };
            new(ProblemKind::NotFound, reason, "look it up with transactions or jobs").about(subject)
        }
        StoreError::NotApproved { .. } => {
            new(ProblemKind::Invalid, Reason::NoReceipt, "only approved transactions have receipts")
        }
        StoreError::NoDocument { copy, .. } => {
            new(ProblemKind::NotFound, Reason::NoSuchCopy, "ask for a copy that the shop prints").about(copy.word())
        }
        StoreError::BadCursor => {
            new(ProblemKind::Invalid, Reason::BadKey, "send the cursor as it was given out").about("after")
        }
        StoreError::DiskFull => {
            new(ProblemKind::DiskFull, Reason::DiskFull, "free some space on the spooler's disk and try again")
        }
        StoreError::WriterGone => {
            new(ProblemKind::Unavailable, Reason::Stopping, "try again when the spooler has started again")
        }
        StoreError::IllegalMove { job, .. } | StoreError::NeedsEvidence { job, .. } => {
            new(ProblemKind::Conflict, Reason::StoreFailed, "look at the job again").about(job.to_string())
        }
        StoreError::Damaged { .. }
        | StoreError::Unwritable { .. }
        | StoreError::Io(_)
        | StoreError::Closed(_)
        | StoreError::Undone(_) => {
            new(ProblemKind::Unavailable, Reason::StoreFailed, "try again; if it stays, look at the spooler's log")
        }
    }
}
