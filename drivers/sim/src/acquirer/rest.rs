//! Sleep that ends when the simulator is stopped.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Whether the simulator is to stop, and who sleeps until then.
#[derive(Debug, Default)]
pub(crate) struct Rest {
    stopped: Mutex<bool>,
    bell: Condvar,
}

impl Rest {
    pub(crate) fn stop(&self) {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_all();
    }

    /// Sleeps; false when it was ended by the stop.
    pub(crate) fn sleep(&self, duration: Duration) -> bool {
        let guard = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.bell.wait_timeout_while(guard, duration, |stopped| !*stopped);
        let (guard, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !*guard
    }
}
