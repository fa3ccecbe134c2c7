//! Durations as a config writes them: `4h`, `30m`, `5s`, and joined: `1h30m`.

use std::time::Duration;

/// What a duration looks like, for error sentences.
pub(super) const FORM: &str = "a duration such as \"4h\", \"30m\", \"5s\" or \"1h30m\", at most 366d";

const LONGEST: u64 = 366 * 86_400;

/// Reads whole numbers with a unit each: d, h, m, s, the larger first. `None` if it is none or over 366 days.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut seconds: u64 = 0;
    let mut smallest = u64::MAX;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at_checked(digits)?;
        let unit = match tail.as_bytes().first()? {
            b'd' => 86_400,
            b'h' => 3_600,
            b'm' => 60,
            b's' => 1,
            _ => return None,
        };
        if unit >= smallest {
            return None;
        }
        smallest = unit;
        seconds = seconds.checked_add(number.parse::<u64>().ok()?.checked_mul(unit)?)?;
        rest = tail.get(1..)?;
    }
    (smallest != u64::MAX && seconds <= LONGEST).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_a_unit_is_a_duration_and_nothing_else_is() {
        assert_eq!(parse("4h"), Some(Duration::from_secs(14_400)));
        assert_eq!(parse("1h30m"), Some(Duration::from_secs(5_400)));
        assert_eq!(parse("0s"), Some(Duration::ZERO));
        for bad in ["", "4", "h", "4 h", "4x", "30m1h", "1h1h", "-5s", "1.5h", "99999999999999999999s", "400d", "5秒"]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
