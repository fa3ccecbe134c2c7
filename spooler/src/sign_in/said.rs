//! What was measured, in both forms: a sentence in English for scripts and logs, and code and values for consoles. No
//! judgement.

use model::{Measured, Moment, Reading, Step, StepName};

/// The two forms of one measurement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) detail: String,
    pub(crate) measured: Measured,
}

impl Said {
    /// Without values.
    pub(crate) fn of(reading: Reading, detail: impl Into<String>) -> Said {
        Said { detail: detail.into(), measured: Measured::of(reading) }
    }

    /// With its values.
    pub(crate) fn with<A: Into<String>>(
        reading: Reading,
        args: impl IntoIterator<Item = A>,
        detail: impl Into<String>,
    ) -> Said {
        Said { detail: detail.into(), measured: Measured::with(reading, args) }
    }

    /// A fault of the driver: its sentence, and what it measured.
    pub(crate) fn fault(detail: impl ToString, measured: Measured) -> Said {
        Said { detail: detail.to_string(), measured }
    }

    /// The same, because of which it does not count.
    pub(crate) fn but(self, reading: Reading, why: &str) -> Said {
        Said { detail: format!("{}; {why}", self.detail), measured: Measured::of(reading) }
    }

    /// What can't be used of `[acquirer]`: the sentences begin with the key.
    pub(crate) fn config(why: &str) -> Said {
        let key = why.split_once(": ").map(|(key, _)| key).filter(|key| key.starts_with("acquirer."));
        match key {
            Some(key) => Said::with(Reading::ConfigUnusable, [key], why),
            None => Said::of(Reading::NotConfigured, why),
        }
    }

    /// As a step of a request; `ms` 0 where nothing was waited for.
    pub(crate) fn step(self, name: StepName, ok: Option<bool>, ms: u64) -> Step {
        Step { name, ok, ms, detail: self.detail, measured: Some(self.measured) }
    }
}

/// How far the host's clock is from ours.
pub(crate) fn skew(skew_ms: i64) -> Said {
    let seconds = (skew_ms.unsigned_abs() / 1000).to_string();
    match skew_ms {
        ..0 => {
            let detail = format!("the host's clock is {seconds} s behind ours");
            Said::with(Reading::HostClockBehind, [seconds], detail)
        }
        _ => {
            let detail = format!("the host's clock is {seconds} s ahead of ours");
            Said::with(Reading::HostClockAhead, [seconds], detail)
        }
    }
}

/// The code of the last sign-in that failed, and when.
pub(crate) fn last_sign_in(at: Moment, code: Option<&str>) -> Said {
    let words = code.map(|code| format!(", code {code}")).unwrap_or_default();
    let args = [at.to_string(), code.unwrap_or_default().to_owned()];
    Said::with(Reading::LastSignIn, args, format!("the last sign-in, {at}{words}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_the_config_is_named_and_any_other_fault_of_it_is_only_said() {
        let said = Said::config("acquirer.tpdu: 6 is no digit");
        assert_eq!(
            (said.measured.code.as_str(), said.measured.args),
            ("config_unusable", vec!["acquirer.tpdu".into()])
        );
        assert_eq!(Said::config("there is nothing: at all").measured, Measured::of(Reading::NotConfigured));
    }
}
