//! What a hand may do to the host: plain data, all at once. How it comes in is `control`'s business.

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::key_set::Layout;
use super::station::{Signed, Standing};
use super::totals::Totals;
use super::word::words;

words! {
    /// How the host thinks of the merchant number.
    Merchant, "merchant standing" {
        Normal "normal" "in use";
        Missing "missing" "not registered: 03";
        Closed "closed" "closed: 03";
    }
}

words! {
    /// The security module (加密机).
    Hsm, "state of the security module" {
        Ok "ok" "works";
        Down "down" "can't be reached: 96 at sign-in";
        Failing "failing" "fails: A7 at sign-in";
    }
}

/// What is set of one terminal. Absent keys stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TerminalChange {
    /// Its number; one the host doesn't know is registered. Empty: every terminal.
    pub id: String,
    /// How the host thinks of it.
    pub standing: Option<Standing>,
    /// As if it had signed in (with keys nobody knows), signed off, or never been heard of.
    pub signed: Option<Signed>,
    /// The batch the host is in; another one than now empties it.
    pub batch: Option<u32>,
    /// The host's totals of the batch.
    pub totals: Option<Totals>,
}

/// What usually differs from run to run, held still. Absent keys go on differing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pin {
    /// The host's local time: `2026-11-20T09:30:15`.
    pub time: Option<jiff::civil::DateTime>,
    /// Clear working keys as 32 hex digits each: PIK, MAK, TDK.
    pub keys: Option<[String; 3]>,
}

/// What a hand does to the host. Absent keys stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    /// Instead of those it had; `[]` mends everything.
    pub faults: Option<Vec<Fault>>,
    /// Seconds its clock is ahead; faults `clock=` come on top.
    pub clock: Option<i64>,
    /// How field 62 is laid out for 003 and 004.
    pub layout: Option<Layout>,
    /// How it thinks of the merchant.
    pub merchant: Option<Merchant>,
    /// The security module.
    pub hsm: Option<Hsm>,
    /// One terminal, or all.
    pub terminal: Option<TerminalChange>,
    /// The host's totals of every terminal.
    pub totals: Option<Totals>,
    /// Holds time and keys still; `{}` lets them go.
    pub pin: Option<Pin>,
}

impl Change {
    /// These faults instead of those it had.
    ///
    /// # Errors
    /// The sentence of the first that is no fault.
    pub fn faults(names: &[&str]) -> Result<Self, String> {
        let faults = names.iter().map(|name| name.parse()).collect::<Result<Vec<Fault>, String>>()?;
        Ok(Self { faults: Some(faults), ..Self::default() })
    }
}
