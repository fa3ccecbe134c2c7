//! A moment as it was said: the instant and the offset it was written with.

use std::fmt;

use jiff::{Timestamp, tz::Offset};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant to the millisecond with the offset from UTC it is written in (RFC 3339).
///
/// Ordered and compared by the instant first, so that "newest first" means the same everywhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment {
    unix_ms: i64,
    offset_minutes: i16,
}

impl Moment {
    /// 0001-01-02 … 9999-12-30 in every offset, so that formatting never fails.
    const RANGE_MS: std::ops::RangeInclusive<i64> = -62_135_500_000_000..=253_402_100_000_000;

    /// A moment from milliseconds since 1970 and an offset in minutes; out of range values are clamped.
    pub fn new(unix_ms: i64, offset_minutes: i16) -> Moment {
        let unix_ms = unix_ms.clamp(*Moment::RANGE_MS.start(), *Moment::RANGE_MS.end());
        Moment { unix_ms, offset_minutes: offset_minutes.clamp(-1439, 1439) }
    }

    /// Reads RFC 3339; the offset is required (`Z` counts). What is out of range is refused: a time that came is kept as
    /// it was said or not at all.
    pub fn parse(text: &str) -> Option<Moment> {
        if text.len() > 40 || !text.is_ascii() || text.contains('[') {
            return None;
        }
        let pieces = jiff::fmt::temporal::Pieces::parse(text).ok()?;
        pieces.time()?;
        let offset = match pieces.to_numeric_offset() {
            Some(offset) => offset,
            None => pieces.offset().map(|_| Offset::UTC)?,
        };
        let instant: Timestamp = text.parse().ok()?;
        let minutes = i16::try_from(offset.seconds().div_euclid(60)).ok()?;
        Moment::RANGE_MS.contains(&instant.as_millisecond()).then(|| Moment::new(instant.as_millisecond(), minutes))
    }

    /// Milliseconds since 1970-01-01T00:00Z.
    pub fn unix_ms(self) -> i64 {
        self.unix_ms
    }

    /// Minutes east of UTC.
    pub fn offset_minutes(self) -> i16 {
        self.offset_minutes
    }

    /// The wall clock it is written with: year, month, day, hour, minute, second.
    pub fn wall(self) -> jiff::civil::DateTime {
        let offset = Offset::from_seconds(i32::from(self.offset_minutes) * 60).unwrap_or(Offset::UTC);
        offset.to_datetime(Timestamp::from_millisecond(self.unix_ms).unwrap_or(Timestamp::UNIX_EPOCH))
    }
}

/// RFC 3339 with three decimals: `2026-11-20T09:05:00.000+08:00`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, minutes) =
            if self.offset_minutes < 0 { ('-', -self.offset_minutes) } else { ('+', self.offset_minutes) };
        let wall = self.wall();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}{sign}{:02}:{:02}",
            wall.year(),
            wall.month(),
            wall.day(),
            wall.hour(),
            wall.minute(),
            wall.second(),
            wall.millisecond(),
            minutes / 60,
            minutes % 60
        )
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Moment({self})")
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Moment::parse(&text).ok_or_else(|| serde::de::Error::custom("time is not RFC 3339 with an offset"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_it_came_with_is_kept() {
        let moment = Moment::parse("2026-11-20T09:05:00+08:00").unwrap();
        assert_eq!(moment.to_string(), "2026-11-20T09:05:00.000+08:00");
        assert_eq!(Moment::parse("2026-11-20T01:05:00Z").unwrap().unix_ms(), moment.unix_ms());
        assert_eq!(Moment::parse("2026-11-20T01:05:00.1234Z").unwrap().to_string(), "2026-11-20T01:05:00.123+00:00");
        assert_eq!(Moment::parse("2026-11-19T20:35:00-04:30").unwrap().to_string(), "2026-11-19T20:35:00.000-04:30");
    }

    #[test]
    fn a_time_without_offset_or_out_of_this_world_is_refused() {
        for bad in [
            "0001-01-01T00:00:00Z",
            "2026-11-20T09:05:00",
            "2026-11-20",
            "yesterday",
            "",
            "2026-13-01T00:00:00Z",
            "2026-11-20T25:00:00Z",
        ] {
            assert_eq!(Moment::parse(bad), None, "{bad}");
        }
        assert!(!Moment::new(i64::MAX, 1439).to_string().is_empty());
        assert!(!Moment::new(i64::MIN, -1439).to_string().is_empty());
    }
}
