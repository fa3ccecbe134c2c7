//! Who is connected and logged on now, so that a shop sees when support looks on, and can end it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use model::{Moment, Origin};
use tokio::sync::Notify;

use crate::session::Seat;

/// A connection.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) seat: Arc<Seat>,
    pub(crate) origin: Origin,
    pub(crate) since: Moment,
    /// Somebody ended it.
    ended: Arc<Notify>,
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
    ended: Arc<Notify>,
}

impl Sessions {
    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lists a connection.
    pub(crate) fn list(self: &Arc<Self>, seat: Arc<Seat>, origin: Origin, since: Moment) -> Listed {
        let ended = Arc::new(Notify::new());
        let mut inner = self.inner();
        inner.last += 1;
        let number = inner.last;
        inner.open.insert(number, Open { seat, origin, since, ended: Arc::clone(&ended) });
        drop(inner);
        Listed { sessions: Arc::clone(self), number, ended }
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
        self.ended.notify_one();
    }
}

impl Listed {
    /// Resolves when somebody ended it.
    pub(crate) async fn ended(&self) {
        self.ended.notified().await;
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.sessions.inner().open.remove(&self.number);
    }
}
