//! Who stands in for a printer that cannot print, 备用打印机: the first able one of its list, once it has been unable for a
//! while, and only for slips of which nothing left.

use std::time::Duration;

use model::{Cause, Job, JobKind};

/// After so long without being able to take a job its standby may (INTERFACES §3).
pub(crate) const AFTER: Duration = Duration::from_secs(5);

/// Whether a printer can print, as far as it is known. Times are the daemon's own, which never go back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Since when it has been unable to take a job that waits, or in trouble.
    unable_since: Option<Duration>,
    cause: Option<Cause>,
    /// A person's will, and no inability.
    paused: bool,
}

impl Standing {
    /// What the printer says now. True if that changes who may print.
    pub(crate) fn said(&mut self, ready: bool, cause: Option<Cause>, paused: bool, now: Duration) -> bool {
        let before = *self;
        self.cause = cause.filter(|cause| *cause != Cause::Paused);
        self.paused = paused;
        if self.paused || ready {
            self.unable_since = None;
        } else if self.cause.is_some() {
            self.unable_since.get_or_insert(now);
        }
        before != *self
    }

    /// A job waits, and the printer is not ready: from now on it counts, whatever it says or does not. True if that is new.
    pub(crate) fn wanted(&mut self, ready: bool, paused: bool, now: Duration) -> bool {
        let before = self.unable_since;
        self.paused = paused;
        if self.paused || ready {
            self.unable_since = None;
        } else {
            self.unable_since.get_or_insert(now);
        }
        before != self.unable_since
    }

    /// How long it has been unable.
    pub(crate) fn unable(&self, now: Duration) -> Option<Duration> {
        self.unable_since.map(|since| now.saturating_sub(since))
    }

    /// It may stand in for another: nothing speaks against it, or not long enough to be sure.
    fn is_able(&self, now: Duration) -> bool {
        !self.paused && self.cause.is_none() && self.unable(now).is_none_or(|unable| unable < AFTER)
    }
}

/// True for what may come out of another printer: slips. A drawer hangs on its own printer, and a test page tests it.
pub(crate) fn may_be_lent(job: &Job) -> bool {
    matches!(job.kind, JobKind::Receipt | JobKind::Reprint | JobKind::Report) && job.state.in_line()
}

/// How long a printer must still wait before it may take a job that waits for another for so long: zero is now, `None`
/// is not as things stand. `order` is the other's standby list, up to those that are known.
pub(crate) fn wait(
    me: &str,
    other: Standing,
    order: &[(String, Standing)],
    waited: Duration,
    now: Duration,
) -> Option<Duration> {
    let unable = other.unable(now)?;
    let mut wait = AFTER.saturating_sub(unable).max(AFTER.saturating_sub(waited));
    for (name, standing) in order {
        if name == me {
            return Some(wait);
        }
        if standing.is_able(now) {
            // it comes first; unless it turns out that it cannot
            wait = wait.max(AFTER.saturating_sub(standing.unable(now)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{super::choice::tests::job, *};

    const S: fn(u64) -> Duration = Duration::from_secs;

    fn down(since: u64) -> Standing {
        let mut standing = Standing::default();
        standing.said(false, Some(Cause::PaperOut), false, S(since));
        standing
    }

    fn list(of: &[(&str, Standing)]) -> Vec<(String, Standing)> {
        of.iter().map(|(name, standing)| ((*name).to_owned(), *standing)).collect()
    }

    #[test]
    fn the_standby_waits_five_seconds_of_the_printer_and_of_the_job() {
        let order = list(&[("back", Standing::default())]);
        assert_eq!(wait("back", down(10), &order, S(100), S(12)), Some(S(3)));
        assert_eq!(wait("back", down(10), &order, S(1), S(100)), Some(S(4)));
        assert_eq!(wait("back", down(10), &order, S(5), S(15)), Some(S(0)));
        assert_eq!(wait("back", Standing::default(), &order, S(100), S(100)), None);
        assert_eq!(wait("bar", down(10), &order, S(100), S(100)), None, "not in its list");
    }

    #[test]
    fn the_first_able_one_of_the_list_comes_first() {
        let order = list(&[("back", Standing::default()), ("bar", Standing::default())]);
        assert_eq!(wait("bar", down(0), &order, S(100), S(100)), None);
        let order = list(&[("back", down(99)), ("bar", Standing::default())]);
        assert_eq!(wait("bar", down(0), &order, S(100), S(100)), Some(S(0)), "back is in trouble itself");
        // asked, and not answering so far: it has its time, too
        let mut silent = Standing::default();
        silent.wanted(false, false, S(98));
        let order = list(&[("back", silent), ("bar", Standing::default())]);
        assert_eq!(wait("bar", down(0), &order, S(100), S(100)), Some(S(3)));
        assert_eq!(wait("bar", down(0), &order, S(100), S(103)), Some(S(0)));
    }

    #[test]
    fn a_pause_is_no_inability_and_takes_no_part() {
        let mut front = down(0);
        assert!(front.said(false, Some(Cause::PaperOut), true, S(50)));
        assert_eq!(front.unable(S(100)), None);
        let order = list(&[("back", front), ("bar", Standing::default())]);
        assert_eq!(wait("bar", down(0), &order, S(100), S(100)), Some(S(0)), "a paused one does not stand in");
        assert!(front.wanted(false, false, S(60)), "resumed, and still not able");
        assert_eq!(front.unable(S(61)), Some(S(1)));
    }

    #[test]
    fn neither_pulses_nor_test_pages_are_lent() {
        let kinds = JobKind::ALL.iter().filter(|kind| may_be_lent(&Job { kind: **kind, ..job(1, 0) }));
        assert_eq!(kinds.copied().collect::<Vec<_>>(), [JobKind::Receipt, JobKind::Reprint, JobKind::Report]);
        assert!(!may_be_lent(&Job { state: model::JobState::Sending, ..job(1, 7) }));
    }
}
