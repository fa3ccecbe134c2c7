//! When the daemon signs in by itself, so that an outage ends in no storm: at once, then after growing pauses, in the end
//! once in five minutes. Whatever asks meanwhile never shortens a pause. A person's sign-in is not slowed down by this.

use std::time::Duration;

/// The pause after so many tries. A try connects to a host at most three times, so no minute has more than ten connections.
const PAUSES: [Duration; 7] = [
    Duration::ZERO,
    Duration::from_secs(15),
    Duration::from_secs(30),
    Duration::from_secs(60),
    Duration::from_secs(120),
    Duration::from_secs(240),
    Duration::from_secs(300),
];
/// Nobody asked for so long: what was tried before counts no more.
const CALM: Duration = Duration::from_secs(600);

/// Why the daemon wants to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// 开机
    Start,
    /// 日切: another business day
    Day,
    /// the host's header says so
    Demand,
    /// a sale's code says so: 77, 99, A0
    Code,
}

impl Reason {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Reason::Start => "the spooler started",
            Reason::Day => "a business day began",
            Reason::Demand => "the host asked for it",
            Reason::Code => "a sale's answer code asked for it",
        }
    }
}

/// The tries and the next one. Times are those of a clock that never goes back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pace {
    wanted: Option<Reason>,
    tries: u32,
    last: Option<Duration>,
}

impl Pace {
    /// As it goes on after a restart: so many tries, the last so long ago.
    pub(crate) fn resumed(tries: u32, ago: Option<Duration>, now: Duration) -> Pace {
        // what lies before this clock's beginning is as if it had just begun
        let last = ago.filter(|ago| *ago < CALM).map(|ago| now.saturating_sub(ago));
        Pace { wanted: None, tries: if last.is_some() { tries } else { 0 }, last }
    }

    /// Asks for a sign-in. True if none was wanted.
    pub(crate) fn want(&mut self, reason: Reason, now: Duration) -> bool {
        if self.last.is_none_or(|last| now.saturating_sub(last) >= CALM) {
            self.tries = 0;
        }
        self.wanted.replace(self.wanted.unwrap_or(reason)).is_none()
    }

    /// When the next try is due; `None`: nothing is wanted.
    pub(crate) fn due(&self) -> Option<Duration> {
        self.wanted?;
        let place = usize::try_from(self.tries).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
        let pause = PAUSES.get(place).copied().unwrap_or(CALM);
        Some(self.last.map_or(Duration::ZERO, |last| last + pause))
    }

    /// A try begins; why. `None` if it is not due.
    pub(crate) fn begin(&mut self, now: Duration) -> Option<Reason> {
        if self.due().is_none_or(|due| due > now) {
            return None;
        }
        self.tries = self.tries.saturating_add(1);
        self.last = Some(now);
        self.wanted
    }

    /// It helped: nothing is wanted any more.
    pub(crate) fn helped(&mut self) {
        self.wanted = None;
    }

    /// A person signed in or out: what was wanted before is done.
    pub(crate) fn by_hand(&mut self) {
        *self = Pace::default();
    }

    pub(crate) fn tries(&self) -> u32 {
        self.tries
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn tries_of(pace: &mut Pace, until: u64, mut between: impl FnMut(&mut Pace, Duration)) -> Vec<Duration> {
        let mut tries = Vec::new();
        for second in 0..until {
            between(pace, at(second));
            if pace.begin(at(second)).is_some() {
                tries.push(at(second));
            }
        }
        tries
    }

    #[test]
    fn an_hour_of_outage_is_sixteen_tries_and_ends_at_one_in_five_minutes() {
        let mut pace = Pace::default();
        assert!(pace.want(Reason::Start, at(0)));
        let tries = tries_of(&mut pace, 3600, |_, _| ());
        assert_eq!(tries[..5], [at(0), at(15), at(45), at(105), at(225)]);
        assert_eq!(tries.len(), 16);
        assert!(tries[7..].windows(2).all(|two| two[1] - two[0] >= at(300)));
    }

    #[test]
    fn a_host_that_asks_every_second_is_obeyed_at_the_same_pace() {
        let mut pace = Pace::default();
        let tries = tries_of(&mut pace, 3600, |pace, now| {
            pace.helped();
            pace.want(Reason::Demand, now);
        });
        assert_eq!(tries.len(), 16);
    }

    #[test]
    fn after_calm_it_is_at_once_again_and_a_person_ends_all_waiting() {
        let mut pace = Pace::default();
        pace.want(Reason::Start, at(0));
        assert_eq!(pace.begin(at(0)), Some(Reason::Start));
        pace.helped();
        pace.want(Reason::Code, at(700));
        assert_eq!(pace.begin(at(700)), Some(Reason::Code));
        assert_eq!(pace.begin(at(701)), None);
        pace.by_hand();
        assert_eq!(pace.due(), None);
    }

    #[test]
    fn a_daemon_that_restarts_all_the_time_makes_no_storm() {
        let (mut pace, mut tries) = (Pace::default(), 0);
        for second in 0..600 {
            // started anew every second; what is kept is the count and when
            let ago = pace.last.map(|last| at(second).saturating_sub(last));
            pace = Pace::resumed(pace.tries(), ago, at(second));
            pace.want(Reason::Start, at(second));
            tries += u32::from(pace.begin(at(second)).is_some());
        }
        assert_eq!(tries, 6);
    }

    proptest! {
        #[test]
        fn no_minute_has_more_than_three_tries_whatever_happens(
            happens in prop::collection::vec((0u8..4, 0u64..40), 1..300),
        ) {
            let (mut pace, mut now, mut tries) = (Pace::default(), at(0), Vec::<Duration>::new());
            for (what, pause) in happens {
                now += at(pause);
                match what {
                    0 => { pace.want(Reason::Code, now); }
                    1 => pace.helped(),
                    2 => { pace.want(Reason::Demand, now); }
                    _ => {}
                }
                if pace.begin(now).is_some() {
                    tries.push(now);
                }
            }
            for first in &tries {
                let within = tries.iter().filter(|t| *t >= first && **t < *first + at(60)).count();
                prop_assert!(within <= 3, "{within}");
            }
        }
    }
}
