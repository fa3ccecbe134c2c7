//! Who probes what: one probe of a device at a time, and few in all, because each has a thread of its own that a dead
//! device may hold for long. And the names that probes have proposed, so that two blocks for two printers can be put
//! behind the config together.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::config::Device;

/// So many at once.
const MOST: usize = 4;

/// So many proposed names are remembered; the oldest is forgotten.
const MOST_NAMES: usize = 64;

/// The probes that are under way, and what came of those before, until the daemon reads a new config.
#[derive(Debug, Default)]
pub(crate) struct Probes {
    running: Mutex<BTreeSet<Device>>,
    named: Mutex<VecDeque<(Device, String)>>,
}

/// A probe's turn; over when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    probes: Arc<Probes>,
    device: Device,
}

impl Probes {
    fn running(&self) -> MutexGuard<'_, BTreeSet<Device>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn of a device; `None` while it is being probed, or too many others are.
    pub(crate) fn begin(self: &Arc<Self>, device: Device) -> Option<Turn> {
        let mut running = self.running();
        if running.len() >= MOST || !running.insert(device.clone()) {
            return None;
        }
        drop(running);
        Some(Turn { probes: Arc::clone(self), device })
    }

    /// The name for a device that is in no config: the one that was proposed for it before, else the first that nobody
    /// `has` and that was proposed for no other. It is remembered if `keep`.
    pub(crate) fn name(&self, device: &Device, keep: bool, has: impl Fn(&str) -> bool) -> String {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, name)) = named.iter().find(|(known, _)| known == device) {
            return name.clone();
        }
        let free = |name: &String| !has(name) && named.iter().all(|(_, taken)| taken != name);
        let common = ["front", "back"].map(str::to_owned).into_iter();
        let name = common.chain((1_u64..).map(|number| format!("printer-{number}"))).find(free).unwrap_or_default();
        if keep {
            if named.len() >= MOST_NAMES {
                named.pop_front();
            }
            named.push_back((device.clone(), name.clone()));
        }
        name
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.probes.running().remove(&self.device);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_probed_once_at_a_time_and_few_are_together() {
        let probes = Arc::new(Probes::default());
        let first = probes.begin(to(0)).unwrap();
        assert!(probes.begin(to(0)).is_none());
        let others: Vec<Turn> = (1..4).map(|n| probes.begin(to(n)).unwrap()).collect();
        assert!(probes.begin(to(4)).is_none());
        drop(first);
        assert!(probes.begin(to(0)).is_some() && probes.begin(to(1)).is_none());
        drop(others);
    }

    fn to(n: u16) -> Device {
        Device::of(&format!("tcp://127.0.0.1:{}", 9100 + n).parse().unwrap())
    }

    #[test]
    fn a_device_keeps_the_name_it_was_proposed_and_no_two_have_one() {
        let probes = Probes::default();
        let name = |n, keep| probes.name(&to(n), keep, |name| name == "back");
        assert_eq!((name(0, false), name(1, true)), ("front".into(), "front".into()), "what failed holds no name");
        assert_eq!((name(2, true), name(3, true)), ("printer-1".into(), "printer-2".into()));
        assert_eq!((name(1, true), name(2, false)), ("front".into(), "printer-1".into()));
        let all: BTreeSet<String> = (10..300).map(|n| name(n, true)).collect();
        assert!(all.len() > MOST_NAMES && probes.named.lock().unwrap().len() == MOST_NAMES);
    }
}
