//! How long an operator is locked out, by a clock that nobody can set.
//!
//! The store keeps until when, by the wall clock, so that it survives a restart; within a run it is the daemon's own
//! patience that counts. So a clock that is set forward opens no lock, and one that is set back (a dead battery) locks
//! nobody out for years. No I/O: times are values passed in.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use model::Moment;
use store::OperatorRow;

/// A lock that was met: until when it stands in the store, and when it is over by the daemon's uptime.
#[derive(Debug, Clone, Copy)]
struct Lock {
    until: Moment,
    over: Duration,
}

/// The locks met in this run, by operator.
#[derive(Debug, Default)]
pub(crate) struct Lockout {
    met: Mutex<HashMap<String, Lock>>,
}

impl Lockout {
    /// How much longer this operator is locked out; `None`: not at all. `now` is the wall clock, `uptime` the daemon's.
    pub(crate) fn left(&self, row: &OperatorRow, now: Moment, uptime: Duration) -> Option<Duration> {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let id = &row.operator.id;
        let Some(until) = row.operator.locked_until else {
            met.remove(id);
            return None;
        };
        let known = met.get(id).filter(|lock| lock.until == until);
        let over = known.map_or_else(
            || {
                let left = u64::try_from(until.unix_ms().saturating_sub(now.unix_ms())).unwrap_or(0);
                uptime + Duration::from_millis(left).min(Duration::from_secs(row.lock_seconds))
            },
            |lock| lock.over,
        );
        met.insert(id.clone(), Lock { until, over });
        over.checked_sub(uptime).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use model::{Operator, Role};

    use super::*;

    const NOON: i64 = 1_795_000_000_000;

    fn at(seconds: i64) -> Moment {
        Moment::new(NOON + seconds * 1000, 480)
    }

    fn locked(until: Option<i64>, lock_seconds: u64) -> OperatorRow {
        let operator = Operator {
            id: "02".into(),
            name: "02".into(),
            role: Role::Cashier,
            disabled: false,
            locked_until: until.map(at),
            wrong_tries: 5,
            created_at: None,
            changed_at: None,
        };
        OperatorRow { operator, pin: String::new(), credential: 1, lock_seconds }
    }

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_lock_ends_when_its_time_is_over_whatever_the_wall_clock_says() {
        let lockout = Lockout::default();
        let row = locked(Some(30), 30);
        assert_eq!(lockout.left(&row, at(0), secs(100)), Some(secs(30)));
        assert_eq!(lockout.left(&row, at(1_000_000), secs(110)), Some(secs(20)), "set forward");
        assert_eq!(lockout.left(&row, at(-1_000_000), secs(120)), Some(secs(10)), "set back");
        assert_eq!(lockout.left(&row, at(-1_000_000), secs(130)), None);
        assert_eq!(lockout.left(&locked(Some(90), 60), at(30), secs(130)), Some(secs(60)), "the next lock is another");
        assert_eq!(lockout.left(&locked(None, 0), at(31), secs(131)), None);
    }

    #[test]
    fn after_a_restart_the_wall_clock_counts_but_never_for_longer_than_the_lock() {
        assert_eq!(Lockout::default().left(&locked(Some(30), 30), at(10), secs(1)), Some(secs(20)));
        assert_eq!(Lockout::default().left(&locked(Some(30), 30), at(40), secs(1)), None);
        let set_back = Lockout::default().left(&locked(Some(30), 30), at(-86_400 * 365), secs(1));
        assert_eq!(set_back, Some(secs(30)));
    }
}
