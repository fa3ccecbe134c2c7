//! What the codes of field 39 mean, as data (`codes.toml`), and those that a payment terminal makes itself, both with overrides
//! per acquirer. Longer sentences for people are the console's.

use std::collections::BTreeMap;

use model::SignInCause as Cause;
use serde::Deserialize;

use crate::verdict::Verdict;

const BUILT_IN: &str = include_str!("codes.toml");

/// The annex's class of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Class {
    /// success
    A,
    /// failed, may be tried again
    B,
    /// failed, not to be tried again
    C,
    /// the operator acts
    D,
    /// fault of a system
    E,
}

/// What helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    RetryLater,
    /// ask the acquirer
    Acquirer,
    /// the issuer or the cardholder
    Issuer,
    SignIn,
    Settle,
    /// our configuration
    Configuration,
}

/// What a code means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    pub code: String,
    pub class: Class,
    /// First things first.
    #[serde(default)]
    pub does: Vec<Remedy>,
    /// `None`: says nothing about a sign-in.
    #[serde(default)]
    pub cause: Option<Cause>,
    #[serde(default)]
    pub candidates: Vec<Cause>,
    /// Passes by itself.
    #[serde(default)]
    pub transient: bool,
    /// Short display text of the annex.
    pub zh: String,
    pub en: String,
}

impl Meaning {
    /// As the cause of a sign-in that failed; a code that says nothing about one is `unknown_code`.
    pub fn verdict(&self) -> Verdict {
        Verdict::new(self.cause.unwrap_or(Cause::UnknownCode), &self.candidates)
    }
}

/// A table of codes that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("table of answer codes: {0}")]
pub struct CodesError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    code: Vec<Meaning>,
    #[serde(default)]
    terminal: Vec<Meaning>,
    #[serde(default)]
    acquirer: Vec<Override>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Override {
    name: String,
    #[serde(default)]
    code: Vec<Meaning>,
    #[serde(default)]
    terminal: Vec<Meaning>,
}

/// Who made a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Maker {
    /// field 39 of a host
    Host,
    /// a payment terminal, before or instead of a host
    Terminal,
}

/// All codes that are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeBook {
    general: BTreeMap<(Maker, String), Meaning>,
    by_acquirer: BTreeMap<(String, Maker, String), Meaning>,
}

impl CodeBook {
    /// The table that is built in.
    ///
    /// # Errors
    /// None as long as the tests of this crate pass.
    pub fn built_in() -> Result<CodeBook, CodesError> {
        let mut book = CodeBook::default();
        book.add(BUILT_IN)?;
        Ok(book)
    }

    /// Adds a table in the same form; its rows replace those of the same code and acquirer.
    ///
    /// # Errors
    /// When it is no such table, or names a code twice.
    pub fn add(&mut self, toml: &str) -> Result<(), CodesError> {
        let table: Table = toml::from_str(toml).map_err(|error| CodesError(error.to_string()))?;
        let mut seen = std::collections::BTreeSet::new();
        let rows = |name: String, maker: Maker, rows: Vec<Meaning>| {
            rows.into_iter().map(move |meaning| (name.clone(), maker, meaning)).collect::<Vec<_>>()
        };
        let mut all = rows(String::new(), Maker::Host, table.code);
        all.extend(rows(String::new(), Maker::Terminal, table.terminal));
        for own in table.acquirer {
            all.extend(rows(own.name.clone(), Maker::Host, own.code));
            all.extend(rows(own.name, Maker::Terminal, own.terminal));
        }
        for (name, maker, meaning) in all {
            let code = meaning.code.clone();
            if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
                return Err(CodesError(format!("{code:?} is no code")));
            }
            if !seen.insert((name.clone(), maker, code.clone())) {
                return Err(CodesError(format!("{code} is there twice")));
            }
            if name.is_empty() {
                self.general.insert((maker, code), meaning);
            } else {
                self.by_acquirer.insert((name, maker, code), meaning);
            }
        }
        Ok(())
    }

    fn find(&self, acquirer: Option<&str>, maker: Maker, code: &str) -> Option<&Meaning> {
        acquirer
            .and_then(|name| self.by_acquirer.get(&(name.to_owned(), maker, code.to_owned())))
            .or_else(|| self.general.get(&(maker, code.to_owned())))
    }

    /// What a code means at this acquirer (`name` of the config); `None` if it is unknown.
    pub fn look_up(&self, acquirer: Option<&str>, code: &str) -> Option<&Meaning> {
        self.find(acquirer, Maker::Host, code)
    }

    /// What a code in a payment terminal's record means: its own, as "the host does not answer", or else the host's that it
    /// passes on; `None` if neither is known.
    pub fn look_up_terminal(&self, acquirer: Option<&str>, code: &str) -> Option<&Meaning> {
        self.find(acquirer, Maker::Terminal, code).or_else(|| self.find(acquirer, Maker::Host, code))
    }

    /// The cause that a code names; `unknown_code` where it names none.
    pub fn verdict(&self, acquirer: Option<&str>, code: &str) -> Verdict {
        self.look_up(acquirer, code).map_or_else(|| Verdict::new(Cause::UnknownCode, &[]), Meaning::verdict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_name_the_causes_of_the_interface() {
        let book = CodeBook::built_in().unwrap();
        for (code, cause) in [
            ("03", Cause::MerchantNotRegistered),
            ("97", Cause::TerminalNotRegistered),
            ("58", Cause::TerminalNotPermitted),
            ("22", Cause::HostStateDiffers),
            ("77", Cause::HostStateDiffers),
            ("99", Cause::HostStateDiffers),
            ("30", Cause::FormatRefused),
            ("12", Cause::FunctionNotSupported),
            ("40", Cause::FunctionNotSupported),
            ("90", Cause::HostBusy),
            ("91", Cause::HostFault),
            ("92", Cause::HostFault),
            ("A0", Cause::MacMismatch),
            ("51", Cause::UnknownCode),
            ("ZZ", Cause::UnknownCode),
        ] {
            assert_eq!(book.verdict(None, code).cause, cause, "{code}");
        }
        for code in ["96", "A7"] {
            assert_eq!(book.verdict(None, code), Verdict::new(Cause::HostFault, &[Cause::MasterKeyMissing]));
            assert!(book.look_up(None, code).unwrap().transient);
        }
        assert_eq!(book.look_up(None, "ZZ"), None, "an unknown code is said to be unknown");
    }

    #[test]
    fn an_acquirer_may_mean_something_else_by_a_code() {
        let mut book = CodeBook::built_in().unwrap();
        book.add(
            "[[acquirer]]\nname = \"示例收单\"\n[[acquirer.code]]\ncode = \"91\"\nclass = \"D\"\n\
             cause = \"function_not_supported\"\nzh = \"参数需更新\"\nen = \"Parameters need an update\"\n",
        )
        .unwrap();
        assert_eq!(book.verdict(Some("示例收单"), "91").cause, Cause::FunctionNotSupported);
        assert_eq!(book.verdict(Some("another"), "91").cause, Cause::HostFault);
        assert_eq!(book.verdict(Some("示例收单"), "97").cause, Cause::TerminalNotRegistered);
    }

    #[test]
    fn codes_of_the_terminal_itself_are_known_apart_from_the_hosts_and_may_be_overridden() {
        let mut book = CodeBook::built_in().unwrap();
        let cause = |book: &CodeBook, name, code| book.look_up_terminal(name, code).and_then(|meaning| meaning.cause);
        for (code, expected) in [
            ("N1", Some(Cause::Unreachable)),
            ("N2", Some(Cause::NoResponse)),
            ("N3", Some(Cause::MalformedResponse)),
            ("N4", Some(Cause::MismatchedResponse)),
            ("N5", Some(Cause::KeyCheckFailed)),
            ("N6", Some(Cause::BatchOpen)),
            ("N7", Some(Cause::HostStateDiffers)),
            ("BY", Some(Cause::TerminalBusy)),
            ("97", Some(Cause::TerminalNotRegistered)),
            ("Q7", None),
        ] {
            assert_eq!(cause(&book, None, code), expected, "{code}");
        }
        assert_eq!(book.look_up(None, "N1"), None, "no host says it");
        book.add(
            "[[acquirer]]\nname = \"x\"\n[[acquirer.terminal]]\ncode = \"N1\"\nclass = \"D\"\ncause = \"terminal_busy\"\n\
             zh = \"忙\"\nen = \"Busy\"\n",
        )
        .unwrap();
        assert_eq!(cause(&book, Some("x"), "N1"), Some(Cause::TerminalBusy));
        assert_eq!(cause(&book, Some("y"), "N1"), Some(Cause::Unreachable));
    }

    #[test]
    fn a_bad_table_is_refused() {
        for bad in [
            "[[code]]\ncode = \"9\"\nclass = \"A\"\nzh = \"\"\nen = \"\"\n",
            "[[code]]\ncode = \"91\"\nclass = \"X\"\nzh = \"\"\nen = \"\"\n",
            "[[code]]\ncode = \"91\"\nclass = \"A\"\ncause = \"bad_luck\"\nzh = \"\"\nen = \"\"\n",
            "nonsense",
        ] {
            assert!(CodeBook::default().add(bad).is_err(), "{bad}");
        }
        let twice = "[[code]]\ncode = \"91\"\nclass = \"A\"\nzh = \"\"\nen = \"\"\n".repeat(2);
        assert!(CodeBook::default().add(&twice).is_err());
    }
}
