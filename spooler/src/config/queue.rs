//! `[queue]`: how old a job may be to print unasked, and how much prints by itself after an outage.

use std::time::Duration;

use model::JobKind;

use super::document::{Faults, Section};

/// Older jobs wait for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expire {
    pub receipt: Duration,
    pub report: Duration,
    pub test_page: Duration,
    pub drawer: Duration,
}

/// The rules of the queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    pub expire: Expire,
    /// After an outage so many jobs print by themselves, the rest becomes held.
    pub release_at_once: u32,
    /// A printer that took nothing for this long had an outage.
    pub outage_after: Duration,
}

impl Expire {
    /// How old a job of this kind may be to be sent unasked.
    pub fn of(&self, kind: JobKind) -> Duration {
        match kind {
            JobKind::Receipt | JobKind::Reprint => self.receipt,
            JobKind::Report => self.report,
            JobKind::TestPage => self.test_page,
            JobKind::Drawer => self.drawer,
        }
    }
}

impl Queue {
    pub(super) fn read(mut section: Section<'_>, faults: &mut Faults) -> Queue {
        let mut ages = section.section("expire", faults);
        let mut age = |key: &str, seconds: u64, faults: &mut Faults| {
            ages.duration(key, faults).unwrap_or(Duration::from_secs(seconds))
        };
        let expire = Expire {
            receipt: age("receipt", 4 * 3600, faults),
            report: age("report", 30 * 60, faults),
            test_page: age("test_page", 5 * 60, faults),
            drawer: age("drawer", 5, faults),
        };
        ages.finish(faults);
        let release_at_once = section.whole("release_at_once", 100_000, faults).unwrap_or(20);
        let outage_after = section.duration("outage_after", faults).unwrap_or(Duration::from_secs(5 * 60));
        section.finish(faults);
        Queue { expire, release_at_once: u32::try_from(release_at_once).unwrap_or(u32::MAX), outage_after }
    }
}
