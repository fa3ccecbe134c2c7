//! Who probes what: one probe of an address at a time, and few in all, because each has a thread of its own that a dead
//! device may hold for long.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use printer::Connection;

/// So many at once.
const MOST: usize = 4;

/// The probes that are under way.
#[derive(Debug, Default)]
pub(crate) struct Probes(Mutex<BTreeSet<String>>);

/// A probe's turn; over when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    probes: Arc<Probes>,
    address: String,
}

impl Probes {
    fn running(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn of an address; `None` while it is being probed, or too many others are.
    pub(crate) fn begin(self: &Arc<Self>, connection: &Connection) -> Option<Turn> {
        let address = connection.to_string();
        let mut running = self.running();
        if running.len() >= MOST || !running.insert(address.clone()) {
            return None;
        }
        drop(running);
        Some(Turn { probes: Arc::clone(self), address })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.probes.running().remove(&self.address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_probed_once_at_a_time_and_few_are_together() {
        let probes = Arc::new(Probes::default());
        let to = |n: u16| format!("tcp://127.0.0.1:{}", 9100 + n).parse::<Connection>().unwrap();
        let first = probes.begin(&to(0)).unwrap();
        assert!(probes.begin(&to(0)).is_none());
        let others: Vec<Turn> = (1..4).map(|n| probes.begin(&to(n)).unwrap()).collect();
        assert!(probes.begin(&to(4)).is_none());
        drop(first);
        assert!(probes.begin(&to(0)).is_some() && probes.begin(&to(1)).is_none());
        drop(others);
    }
}
