//! The writer: one thread that owns the write side. Whatever waits goes into one redb transaction and one fsync; only
//! then is each operation answered.

use std::{
    collections::VecDeque,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread::JoinHandle,
    time::Duration,
};

use crate::{
    batch::{Batch, Memory},
    committed::Committed,
    error::{StoreError, words_of},
    store::Store,
};

/// So many operations at most share a commit.
const MOST_IN_GROUP: usize = 512;

/// While the file cannot be opened again after an I/O error, it is tried anew this often, whether anybody writes or not.
const AGAIN: Duration = Duration::from_secs(5);

/// The way to the writer's thread. Dropping it finishes what waits and ends the thread.
pub struct Writer {
    queue: Option<Sender<Box<dyn Operation>>>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

/// An operation on its way: run once within a transaction, answered once after it.
trait Operation: Send {
    /// The refusal, if it was refused.
    fn run(&mut self, batch: &mut Batch<'_>) -> Option<StoreError>;
    /// Answers with its own result, or with the fate of its commit.
    fn answer(self: Box<Self>, fate: Option<StoreError>);
}

struct Pending<R, F, D> {
    run: Option<F>,
    result: Option<Result<R, StoreError>>,
    done: D,
}

impl<R, F, D> Operation for Pending<R, F, D>
where
    R: Send,
    F: FnOnce(&mut Batch<'_>) -> Result<R, StoreError> + Send,
    D: FnOnce(Result<R, StoreError>) + Send,
{
    fn run(&mut self, batch: &mut Batch<'_>) -> Option<StoreError> {
        let run = self.run.take()?;
        self.result.insert(run(batch)).as_ref().err().cloned()
    }

    fn answer(self: Box<Self>, fate: Option<StoreError>) {
        let result = match (fate, self.result) {
            // a refusal stands whatever became of the others
            (_, Some(Err(refused))) => Err(refused),
            (Some(fate), _) => Err(fate),
            (None, Some(result)) => result,
            (None, None) => Err(StoreError::WriterGone),
        };
        (self.done)(result);
    }
}

impl Writer {
    /// Starts the thread. `on_commit` is called on it after each fsync, in order, before the answers; it must not wait
    /// for the writer.
    pub fn spawn(store: Store, on_commit: impl FnMut(&Committed) + Send + 'static) -> Writer {
        Writer::spawn_watched(store, || {}, on_commit)
    }

    /// The same; `before_commit` is called when all of a commit is written and nothing of it is durable yet. A process
    /// that dies there has done everything but keep it.
    pub fn spawn_watched(
        store: Store,
        before_commit: impl FnMut() + Send + 'static,
        on_commit: impl FnMut(&Committed) + Send + 'static,
    ) -> Writer {
        let (queue, waiting) = mpsc::channel();
        let worker = Worker {
            store,
            memory: Memory::default(),
            closed: false,
            before_commit: Box::new(before_commit),
            on_commit: Box::new(on_commit),
        };
        let thread = std::thread::Builder::new().name("store-writer".to_owned()).spawn(move || worker.run(&waiting));
        // without a thread the queue's other end is gone, and every operation is answered so
        Writer { queue: Some(queue), thread: thread.ok() }
    }

    /// Queues an operation. It decides before it writes: when it returns an error it must have written nothing (if it
    /// did, the whole commit is undone). `done` gets its result after the fsync, on the writer's thread.
    pub fn submit<R: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut Batch<'_>) -> Result<R, StoreError> + Send + 'static,
        done: impl FnOnce(Result<R, StoreError>) + Send + 'static,
    ) {
        let pending: Box<dyn Operation> = Box::new(Pending { run: Some(operation), result: None, done });
        match &self.queue {
            Some(queue) => {
                if let Err(mpsc::SendError(pending)) = queue.send(pending) {
                    pending.answer(Some(StoreError::WriterGone));
                }
            }
            None => pending.answer(Some(StoreError::WriterGone)),
        }
    }

    /// Queues an operation and waits for its result.
    ///
    /// # Errors
    /// The operation's own, or that of the commit.
    pub fn commit<R: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut Batch<'_>) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        let (answer, result) = mpsc::sync_channel(1);
        self.submit(operation, move |result| drop(answer.send(result)));
        result.recv().unwrap_or(Err(StoreError::WriterGone))
    }

    /// Finishes what waits and ends the thread.
    pub fn shutdown(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            drop(thread.join());
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.end();
    }
}

/// The thread's side.
struct Worker {
    store: Store,
    memory: Memory,
    /// True after an I/O error, until the file could be opened again.
    closed: bool,
    before_commit: Box<dyn FnMut() + Send>,
    on_commit: Box<dyn FnMut(&Committed) + Send>,
}

impl Worker {
    fn run(mut self, waiting: &Receiver<Box<dyn Operation>>) {
        while let Some(first) = self.next(waiting) {
            let mut group = VecDeque::from([first]);
            while group.len() < MOST_IN_GROUP
                && let Ok(next) = waiting.try_recv()
            {
                group.push_back(next);
            }
            while !group.is_empty() {
                self.group(&mut group);
            }
        }
    }

    /// The next operation; `None`: there will be none.
    fn next(&mut self, waiting: &Receiver<Box<dyn Operation>>) -> Option<Box<dyn Operation>> {
        while self.closed {
            match waiting.recv_timeout(AGAIN) {
                Ok(first) => return Some(first),
                Err(RecvTimeoutError::Timeout) => self.closed = self.store.reopen().is_err(),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        waiting.recv().ok()
    }

    /// Runs a group to its answers. When one of it breaks off, those after it stay for the next commit.
    fn group(&mut self, group: &mut VecDeque<Box<dyn Operation>>) {
        let mut ran = Vec::with_capacity(group.len());
        let fate = match self.commit(group, &mut ran) {
            Ok(committed) => {
                if let Some(committed) = committed {
                    drop(catch_unwind(AssertUnwindSafe(|| (self.on_commit)(&committed))));
                }
                None
            }
            Err(error) => {
                self.memory = Memory::default();
                if error.latches() {
                    // at once, so that a full disk keeps nobody from reading
                    self.closed = self.store.reopen().is_err();
                }
                if ran.is_empty() || error.latches() {
                    ran.extend(group.drain(..));
                }
                Some(error)
            }
        };
        for operation in ran {
            let fate = fate.clone();
            drop(catch_unwind(AssertUnwindSafe(|| operation.answer(fate))));
        }
    }

    fn commit(
        &mut self,
        group: &mut VecDeque<Box<dyn Operation>>,
        ran: &mut Vec<Box<dyn Operation>>,
    ) -> Result<Option<Committed>, StoreError> {
        if self.closed {
            self.store.reopen()?;
            self.closed = false;
        }
        let txn = self.store.begin_write()?;
        let mut batch = Batch::begin(&txn, &mut self.memory, self.store.mono_ms())?;
        while let Some(mut operation) = group.pop_front() {
            let before = batch.writes();
            let outcome = catch_unwind(AssertUnwindSafe(|| operation.run(&mut batch)));
            ran.push(operation);
            let undone = match outcome {
                Ok(None) => None,
                // the file must be opened again, whoever met the error
                Ok(Some(error)) if error.latches() => return Err(error),
                Ok(Some(_)) if batch.writes() == before => None,
                Ok(Some(_)) => Some("it was refused after it had written".to_owned()),
                Err(panic) => Some(words_of(&*panic)),
            };
            if let Some(why) = undone {
                drop(batch);
                txn.abort()?;
                return Err(StoreError::Undone(why));
            }
        }
        let Some(committed) = batch.finish()? else {
            txn.abort()?;
            return Ok(None);
        };
        (self.before_commit)();
        txn.commit()?;
        Ok(Some(committed))
    }
}
