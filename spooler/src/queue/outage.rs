//! An outage: a printer that took nothing for long, while jobs waited. When it comes back only so many of them print by
//! themselves: nobody wants an old shift's slips at dawn.

use std::time::Duration;

/// How long the outage was that ends now, if it was one. `unable`: since the printer was first unable without having taken a
/// job since, `None` if it never was, as behind a restart of the daemon. `waited`: the age of the oldest job in line.
pub(crate) fn length(unable: Option<Duration>, waited: Duration, outage_after: Duration) -> Option<Duration> {
    unable.map(|unable| unable.min(waited)).filter(|length| *length >= outage_after)
}

/// The remark beside the jobs that do not print by themselves.
pub(crate) fn remark(length: Duration, released: u32) -> String {
    format!(
        "held: the printer took nothing for {} min; the first {released} jobs print by themselves",
        length.as_secs() / 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_restart_is_no_outage_and_neither_is_a_night_in_which_nothing_waited() {
        assert_eq!(length(Some(5 * MINUTE), 60 * MINUTE, 5 * MINUTE), Some(5 * MINUTE));
        assert_eq!(length(Some(4 * MINUTE), 60 * MINUTE, 5 * MINUTE), None);
        assert_eq!(length(None, 600 * MINUTE, 5 * MINUTE), None, "the daemon was down, not the printer");
        assert_eq!(length(Some(600 * MINUTE), MINUTE, 5 * MINUTE), None, "it was off over night, and nobody waited");
    }
}
