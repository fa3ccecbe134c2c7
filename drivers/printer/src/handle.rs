//! Orders to a printer's worker, from any thread.

use std::{
    mem,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use rustix::event::{EventfdFlags, eventfd};

#[derive(Debug, Default)]
pub(crate) struct Orders {
    pub(crate) stop: bool,
    pub(crate) paused: bool,
    /// Stay away from the line once no job is in hand.
    pub(crate) away: bool,
    /// The worker does.
    released: bool,
    pub(crate) cancel: Vec<u64>,
}

/// What a worker and its handle share.
#[derive(Debug)]
pub(crate) struct Shared {
    orders: Mutex<Orders>,
    freed: Condvar,
    bell: OwnedFd,
}

impl Shared {
    pub(crate) fn new() -> rustix::io::Result<Self> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self { orders: Mutex::default(), freed: Condvar::new(), bell })
    }

    fn lock(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn order(&self, change: impl FnOnce(&mut Orders)) {
        change(&mut self.lock());
        self.ring();
    }

    /// Wakes the worker.
    pub(crate) fn ring(&self) {
        // a full bell is already ringing
        let _ = rustix::io::write(&self.bell, &1u64.to_ne_bytes());
    }

    pub(crate) fn bell(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }

    pub(crate) fn silence(&self) {
        let _ = rustix::io::read(&self.bell, &mut [0u8; 8]);
    }

    /// The orders now; those to cancel are handed out once.
    pub(crate) fn take(&self) -> Orders {
        let mut orders = self.lock();
        Orders { cancel: mem::take(&mut orders.cancel), ..*orders }
    }

    /// A pause that was ordered, taken or not: whoever ordered it may already rely on it.
    pub(crate) fn is_paused(&self) -> bool {
        self.lock().paused
    }

    /// The worker has closed its line and stays away from it, if that is still wanted.
    pub(crate) fn release(&self) {
        let mut orders = self.lock();
        orders.released = orders.away;
        self.freed.notify_all();
    }

    /// The worker wants to open its line again; false if it has to stay away after all.
    pub(crate) fn reclaim(&self) -> bool {
        let mut orders = self.lock();
        orders.released &= orders.away;
        !orders.away
    }

    /// The worker ends; nobody holds the line any more.
    pub(crate) fn end(&self) {
        self.lock().released = true;
        self.freed.notify_all();
    }
}

/// Orders to a worker. Dropped, it stops the worker without waiting for it.
#[derive(Debug)]
pub struct WorkerHandle {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl WorkerHandle {
    pub(crate) fn new(shared: Arc<Shared>, thread: JoinHandle<()>) -> Self {
        Self { shared, thread: Some(thread) }
    }

    /// A job came, or left: ask [`crate::Desk::waiting`].
    pub fn wake(&self) {
        self.shared.ring();
    }

    /// Takes no further job while `paused`; the one in hand goes on.
    pub fn pause(&self, paused: bool) {
        self.shared.order(|orders| orders.paused = paused);
    }

    /// Ends this job within 2 s if it is in hand; otherwise nothing happens.
    pub fn cancel(&self, job: u64) {
        self.shared.order(|orders| orders.cancel.push(job));
    }

    /// Lets go of the line, so that somebody else can use it: true once it is closed and will stay so until
    /// [`WorkerHandle::take_back`]; meanwhile the printer is not connected, with cause `busy`. A job in hand is finished
    /// first; if that takes longer than `within`, or it is not noticed so long, the order is withdrawn: false.
    pub fn let_go(&self, within: Duration) -> bool {
        self.shared.order(|orders| orders.away = true);
        let wait = self.shared.freed.wait_timeout_while(self.shared.lock(), within, |orders| !orders.released);
        let (mut orders, _) = wait.unwrap_or_else(PoisonError::into_inner);
        if orders.released {
            return true;
        }
        orders.away = false;
        drop(orders);
        self.shared.ring();
        false
    }

    /// The line is the worker's again: it connects at once.
    pub fn take_back(&self) {
        self.shared.order(|orders| orders.away = false);
    }

    /// Finishes the segment in hand, ends the job truthfully within 2 s, closes and ends the thread.
    pub fn stop(&self) {
        self.shared.order(|orders| orders.stop = true);
    }

    /// Stops and waits for the thread; true if it ended in order.
    pub fn join(mut self) -> bool {
        self.stop();
        self.thread.take().is_none_or(|thread| thread.join().is_ok())
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.stop();
    }
}
