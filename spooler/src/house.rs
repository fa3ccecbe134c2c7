//! What all parts of the running daemon share: the config, the store, the feed of changes, the printers, the clock.

use std::sync::Arc;

use model::{Moment, SafeText, caller::Caller, search::Calendar};
use paper::Letterhead;
use protocol::{Problem, ProblemKind, Reason};
use store::{AuditEntry, Batch, Reader, Store, StoreError, Writer};
use tokio::sync::{oneshot, watch};

use crate::{
    changes::Changes,
    clock::Clock,
    config::Config,
    crash::Crash,
    exports::Exports,
    pins::Pins,
    printers::Printers,
    probes::Probes,
    room::{Limits, Room},
    sessions::Sessions,
    sign_in::SignIn,
    warrant,
};

/// The shared parts. One per daemon.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) config: Arc<Config>,
    pub(crate) store: Store,
    pub(crate) writer: Writer,
    pub(crate) changes: Changes,
    pub(crate) printers: Arc<Printers>,
    pub(crate) probes: Arc<Probes>,
    pub(crate) room: Arc<Room>,
    pub(crate) pins: Arc<Pins>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) exports: Exports,
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) clock: Clock,
    pub(crate) stop: watch::Receiver<bool>,
}

impl House {
    /// Furnishes a house around a store: the writer, the feed, the printers as nobody has heard of them yet. `stop` turns
    /// true when it closes.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(crate) fn new(
        config: Arc<Config>,
        store: Store,
        clock: Clock,
        stop: watch::Receiver<bool>,
    ) -> Result<House, StoreError> {
        let changes = Changes::from(store.reader()?.change()?);
        let printers = Arc::new(Printers::new(&config.printers, clock.clone()));
        let writer = {
            let (changes, printers) = (changes.clone(), Arc::clone(&printers));
            let mut crash = Crash::asked_for();
            let after = crash.clone();
            Writer::spawn_watched(
                store.clone(),
                move || crash.before_commit(),
                move |committed| {
                    after.after_commit();
                    changes.committed(committed.change, committed.transactions.clone(), committed.jobs.clone());
                    printers.wake(&committed.printers);
                },
            )
        };
        let room = Arc::new(Room::new(store.path(), Limits::default()));
        let pins = Arc::new(Pins::beside(store.path(), store.reader()?.has_operators()?));
        let sign_in = Arc::new(SignIn::of(&config));
        Ok(House {
            config,
            store,
            writer,
            changes,
            printers,
            probes: Arc::default(),
            room,
            pins,
            sessions: Arc::default(),
            exports: Exports::default(),
            sign_in,
            clock,
            stop,
        })
    }

    /// What words of time mean now.
    pub(crate) fn calendar(&self) -> Calendar {
        let shop = &self.config.shop;
        Calendar { zone: shop.zone.clone(), day_starts: shop.day_starts, now: self.clock.now() }
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

    /// An operator as a slip names one: the number, and the name where there is another.
    pub(crate) fn signature(&self, id: &str) -> SafeText {
        let row = self.store.reader().and_then(|reader| reader.operator(id)).ok().flatten();
        let name = row.map(|row| row.operator.name).filter(|name| name.as_str() != id);
        SafeText::new(&name.map_or_else(|| id.to_owned(), |name| format!("{id} {name}")))
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

    /// [`House::submit`] for what a caller does: in the commit itself it is looked at once more whether who asked and who
    /// allowed it still stand as they did. `act` is the verb.
    pub(crate) fn act<R, F>(
        &self,
        caller: &Caller,
        act: &'static str,
        operation: F,
    ) -> impl Future<Output = Result<Result<R, Problem>, StoreError>> + Send + use<R, F>
    where
        R: Send + 'static,
        F: FnOnce(&mut Batch<'_>) -> Result<Result<R, Problem>, StoreError> + Send + 'static,
    {
        let caller = caller.clone();
        self.submit(move |batch| match warrant::lapsed(&caller, act, |id| batch.operator(id))? {
            Some(problem) => Ok(Err(problem)),
            None => operation(batch),
        })
    }

    /// Why an act that no commit begins is its caller's no more.
    pub(crate) fn check_standing(&self, caller: &Caller, act: &str) -> Result<(), Problem> {
        let reader = self.reader()?;
        let lapsed = warrant::lapsed(caller, act, |id| reader.operator(id));
        lapsed.map_err(|error| problem("looking up an operator", &error))?.map_or(Ok(()), Err)
    }

    /// Resolves when the daemon ends.
    pub(crate) async fn stopping(&self) {
        let mut stop = self.stop.clone();
        // the other end lives as long as the daemon: losing it means the end, too
        let _ = stop.wait_for(|stop| *stop).await;
    }
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
        approver: caller.approver.clone(),
        origin: caller.origin.clone(),
        act: act.to_owned(),
        object,
        outcome,
        before: None,
        after: None,
    }
}

/// What a client is told of the store's trouble.
pub(crate) fn problem(doing: &str, error: &StoreError) -> Problem {
    // it may name an id that somebody typed: a card's number, for one
    let message = SafeText::new(&error.to_string()).as_str().to_owned();
    let new = |kind, reason, next| Problem::new(kind, reason, doing, message.clone(), next);
    match error {
        StoreError::Conflict { id } => new(
            ProblemKind::Conflict,
            Reason::SameIdOtherContent,
            "send what was recorded, or give the event a source_id of its own",
        )
        .about(id.to_string()),
        StoreError::NotFound { what } => {
            let subject = SafeText::new(what.rsplit(' ').next().unwrap_or(what)).as_str().to_owned();
            let reason = match what.split(' ').next() {
                Some("job") => Reason::NoSuchJob,
                Some("operator") => Reason::NoSuchOperator,
                _ => Reason::NoSuchTransaction,
            };
            new(ProblemKind::NotFound, reason, "look it up with transactions, jobs or operators").about(subject)
        }
        StoreError::NotApproved { .. } => {
            new(ProblemKind::Invalid, Reason::NoReceipt, "only approved transactions have receipts")
        }
        StoreError::NoDocument { copy, .. } => {
            new(ProblemKind::NotFound, Reason::NoSuchCopy, "ask for a copy that the shop prints").about(copy.word())
        }
        StoreError::AlreadySetUp => {
            new(ProblemKind::Conflict, Reason::AlreadySetUp, "log on as a manager and add operators")
        }
        StoreError::OperatorExists { id } => {
            new(ProblemKind::Conflict, Reason::OperatorExists, "choose another id").about(id)
        }
        StoreError::LastManager { id } => {
            new(ProblemKind::Conflict, Reason::LastManager, "add another manager first").about(id)
        }
        StoreError::PinChanged { id } => {
            new(ProblemKind::WrongPin, Reason::WrongPin, "ask who set it for the new one").about(id)
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
        StoreError::IllegalMove { job, .. }
        | StoreError::NeedsEvidence { job, .. }
        | StoreError::Superseded { job, .. } => {
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

#[cfg(test)]
pub(crate) mod tests {
    use std::path::Path;

    use redb::{Database, backends::InMemoryBackend};
    use store::OpenError;

    use super::*;

    /// A house in memory, with this config and on this clock; nothing runs in it but the store's writer.
    pub(crate) fn house(config: &str, clock: &Clock) -> Arc<House> {
        let config = format!("[shop]\nname = \"红梅便利店\"\ntimezone = \"Asia/Shanghai\"\n{config}");
        house_on(store(), &config, clock)
    }

    /// An empty store in memory.
    pub(crate) fn store() -> Store {
        let opener = || {
            Database::builder()
                .create_with_backend(InMemoryBackend::new())
                .map_err(|error| OpenError::Io { path: "memory".into(), what: error.to_string() })
        };
        Store::with_opener(Path::new("memory"), opener).unwrap()
    }

    /// A house on a store that may have been used before, as after a restart. `config` is the whole of it.
    pub(crate) fn house_on(store: Store, config: &str, clock: &Clock) -> Arc<House> {
        let config = Arc::new(Config::parse(config).unwrap());
        Arc::new(House::new(config, store, clock.clone(), watch::channel(false).1).unwrap())
    }
}
