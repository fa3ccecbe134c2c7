//! The head's temperature as a leaking bucket of coverage and time, after the duty table of the thermal head makers.
//! 20 % coverage may go on for ever at 25 °C, 100 % for 12 s of a minute (escpos facts: 35 °C 6 s, 50 °C 2.4 s).

use std::time::Duration;

/// The bucket. Levels are per mille of coverage times microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heat {
    ambient: Option<i32>,
    level: u64,
    at: Duration,
}

impl Heat {
    /// Degrees Celsius around the printer; `None` never gets hot.
    pub(super) fn set_ambient(&mut self, ambient: Option<i32>) {
        self.ambient = ambient;
    }

    /// Per mille of coverage that the head bears for ever.
    fn drain(&self) -> Option<u64> {
        let celsius = u64::try_from(self.ambient?).unwrap_or(0);
        Some(match celsius {
            0..=25 => 200,
            26..=35 => 200 - (celsius - 25) * 10,
            36..=50 => 100 - (celsius - 35) * 4,
            _ => 40,
        })
    }

    fn capacity(drain: u64) -> u64 {
        60_000 * drain * (1000 - drain)
    }

    /// Cools down until `now`.
    fn cool(&mut self, now: Duration) {
        let passed = u64::try_from(now.saturating_sub(self.at).as_micros()).unwrap_or(u64::MAX);
        self.level = self.level.saturating_sub(passed.saturating_mul(self.drain().unwrap_or(0)));
        self.at = self.at.max(now);
    }

    /// Printing `permille` coverage for `time`, which ends `now`; true when the head is too hot to go on.
    pub(super) fn print(&mut self, permille: u64, time: Duration, now: Duration) -> bool {
        let Some(drain) = self.drain() else { return false };
        self.cool(now.saturating_sub(time));
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.level = self.level.saturating_add(micros.saturating_mul(permille));
        self.cool(now);
        self.level > Self::capacity(drain)
    }

    /// When a head that was too hot has cooled down to half.
    pub(super) fn cooled_at(&self) -> Duration {
        let Some(drain) = self.drain() else { return self.at };
        let surplus = self.level.saturating_sub(Self::capacity(drain) / 2);
        self.at + Duration::from_micros(surplus.div_ceil(drain))
    }

    /// Per cent of what it bears.
    pub(super) fn percent(&self, now: Duration) -> u64 {
        let Some(drain) = self.drain() else { return 0 };
        let mut cooled = *self;
        cooled.cool(now);
        cooled.level * 100 / Self::capacity(drain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds_until_hot(permille: u64, ambient: i32) -> Option<u64> {
        let mut heat = Heat::default();
        heat.set_ambient(Some(ambient));
        (1..=600).find(|second| heat.print(permille, Duration::from_secs(1), Duration::from_secs(*second)))
    }

    #[test]
    fn the_duty_of_solid_black_is_that_of_the_table() {
        assert_eq!(seconds_until_hot(1000, 25), Some(13));
        assert_eq!(seconds_until_hot(1000, 35), Some(7));
        assert_eq!(seconds_until_hot(1000, 50), Some(3));
        assert_eq!(seconds_until_hot(200, 25), None);
    }

    #[test]
    fn it_cools_down_by_itself() {
        let mut heat = Heat::default();
        heat.set_ambient(Some(25));
        assert!(heat.print(1000, Duration::from_secs(15), Duration::from_secs(15)));
        let cooled = heat.cooled_at();
        assert!(cooled > Duration::from_secs(20) && cooled < Duration::from_secs(60), "{cooled:?}");
        assert_eq!(heat.percent(cooled), 50);
    }
}
