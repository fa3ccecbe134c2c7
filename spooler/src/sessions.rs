//! Who is connected and logged on now, so that a shop sees when support looks on, and can end it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use model::{Moment, Origin};
use tokio::sync::Notify;

use crate::session::{Seat, Sitting};

/// A connection.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) seat: Arc<Seat>,
    pub(crate) origin: Origin,
    pub(crate) since: Moment,
    /// Somebody ended it, or sent whoever sits there away.
    news: Arc<Notify>,
    over: Arc<AtomicBool>,
}

/// The connections that have said hello, by a number that is never given again in this run.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    last: u64,
    open: BTreeMap<u64, Open>,
}

/// A connection's place in the list; it is taken out when this is dropped.
#[derive(Debug)]
pub(crate) struct Listed {
    sessions: Arc<Sessions>,
    number: u64,
    news: Arc<Notify>,
    over: Arc<AtomicBool>,
}

impl Sessions {
    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lists a connection.
    pub(crate) fn list(self: &Arc<Self>, seat: Arc<Seat>, origin: Origin, since: Moment) -> Listed {
        let (news, over) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(false)));
        let mut inner = self.inner();
        inner.last += 1;
        let number = inner.last;
        inner.open.insert(number, Open { seat, origin, since, news: Arc::clone(&news), over: Arc::clone(&over) });
        drop(inner);
        Listed { sessions: Arc::clone(self), number, news, over }
    }

    /// Every connection, oldest first.
    pub(crate) fn open(&self) -> Vec<(u64, Open)> {
        self.inner().open.iter().map(|(number, open)| (*number, open.clone())).collect()
    }

    /// One connection.
    pub(crate) fn get(&self, number: u64) -> Option<Open> {
        self.inner().open.get(&number).cloned()
    }
}

impl Open {
    /// Ends it: whoever sits there is logged off, and the connection closes.
    pub(crate) fn end(&self) {
        self.seat.leave();
        self.over.store(true, Ordering::Release);
        self.news.notify_one();
    }

    /// Whoever sits there is logged off, and the connection goes on; who that was.
    pub(crate) fn send_away(&self) -> Option<Sitting> {
        let sitting = self.seat.leave();
        self.news.notify_one();
        sitting
    }
}

impl Listed {
    /// Resolves when somebody ended it, with true, or sent whoever sat there away.
    pub(crate) async fn told(&self) -> bool {
        self.news.notified().await;
        self.over.load(Ordering::Acquire)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.sessions.inner().open.remove(&self.number);
    }
}
