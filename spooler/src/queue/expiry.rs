//! When a job in line is too old to be sent unasked: at once when its time is over, also while its printer is gone.

use std::collections::{BTreeSet, HashMap};

use model::{Job, JobId, Moment};

use crate::config::Expire;

/// The moment from which a job is too old, in milliseconds since 1970.
pub(crate) fn deadline(job: &Job, limits: &Expire) -> i64 {
    let limit = i64::try_from(limits.of(job.kind).as_millis()).unwrap_or(i64::MAX);
    job.queued_at.unix_ms().saturating_add(limit)
}

/// True from its limit on. A clock that was set back makes nothing old.
pub(crate) fn is_too_old(job: &Job, now: Moment, limits: &Expire) -> bool {
    now.unix_ms() >= deadline(job, limits)
}

/// The deadlines of all jobs in line.
#[derive(Debug, Default)]
pub(crate) struct Deadlines {
    of: HashMap<JobId, i64>,
    order: BTreeSet<(i64, JobId)>,
}

impl Deadlines {
    /// Takes a job as it is now.
    pub(crate) fn note(&mut self, job: &Job, limits: &Expire) {
        self.forget(job.id);
        if job.state.in_line() {
            let at = deadline(job, limits);
            self.of.insert(job.id, at);
            self.order.insert((at, job.id));
        }
    }

    pub(crate) fn forget(&mut self, id: JobId) {
        if let Some(at) = self.of.remove(&id) {
            self.order.remove(&(at, id));
        }
    }

    /// The jobs whose time is over.
    pub(crate) fn due(&self, now: Moment) -> Vec<JobId> {
        self.order.iter().take_while(|(at, _)| *at <= now.unix_ms()).map(|(_, id)| *id).collect()
    }

    /// When the next time is over, in milliseconds since 1970; `None`: nothing waits.
    pub(crate) fn next(&self) -> Option<i64> {
        self.order.first().map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use model::{JobKind, JobState};

    use super::{super::choice::tests::job, *};

    const LIMITS: Expire = Expire {
        receipt: Duration::from_secs(14_400),
        report: Duration::from_secs(1_800),
        test_page: Duration::from_secs(300),
        drawer: Duration::from_secs(5),
    };

    #[test]
    fn each_kind_has_its_time_and_only_what_stands_in_line_has_one() {
        let mut deadlines = Deadlines::default();
        let pulse = Job { kind: JobKind::Drawer, ..job(2, 0) };
        deadlines.note(&job(1, 7), &LIMITS);
        deadlines.note(&pulse, &LIMITS);
        assert_eq!(deadlines.next(), Some(5_000));
        assert!(deadlines.due(Moment::new(4_999, 0)).is_empty());
        assert_eq!(deadlines.due(Moment::new(5_000, 0)), [JobId(2)]);
        assert!(is_too_old(&pulse, Moment::new(5_000, 0), &LIMITS) && !is_too_old(&pulse, Moment::new(-1, 0), &LIMITS));
        deadlines.note(&Job { state: JobState::Expired, ..pulse.clone() }, &LIMITS);
        assert_eq!(deadlines.next(), Some(14_400_000));
        deadlines.note(&Job { queued_at: Moment::new(60_000, 0), ..pulse }, &LIMITS);
        assert_eq!(deadlines.next(), Some(65_000), "released: its age starts anew");
        deadlines.forget(JobId(2));
        deadlines.forget(JobId(1));
        assert_eq!(deadlines.next(), None);
    }
}
