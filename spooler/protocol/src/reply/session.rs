//! Who a connection is, and what it may do: told in the daemon's hello and by `log_on` and `log_off`, so that nothing is
//! offered that would be refused.

use std::collections::BTreeMap;

use model::{AuditRow, Moment, Origin, Role, SafeText};
use serde::{Deserialize, Serialize};

/// What the table says of a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Allowed,
    /// With a second person's PIN.
    NeedsApproval,
    Refused,
}

/// `log_on`, `log_off`, and `session` in the daemon's hello.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// True once a manager was made: then a log-on is needed for nearly everything.
    pub set_up: bool,
    pub operator: Option<String>,
    pub name: Option<SafeText>,
    pub role: Option<Role>,
    /// What may be asked now, by verb. A reprint that is allowed may still need approval by what the shop's policy says of
    /// the sale.
    pub may: BTreeMap<String, Verdict>,
    /// How long a console may stand unused until it locks itself, in seconds.
    pub idle_lock_s: u64,
    /// The reasons for a reprint to choose from; empty: any text or none.
    #[serde(default)]
    pub reasons: Vec<SafeText>,
    /// Who else may approve a reprint, where that is one person only: a console fills that number in.
    #[serde(default)]
    pub approver: Option<String>,
}

impl Session {
    /// What may be done with a verb; one that the daemon did not name is refused.
    pub fn may(&self, verb: &str) -> Verdict {
        self.may.get(verb).copied().unwrap_or(Verdict::Refused)
    }
}

/// `sessions`: a connection at which somebody is logged on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// What `session_end` names it by.
    pub session: u64,
    pub operator: String,
    pub name: SafeText,
    pub role: Role,
    /// When the connection was made.
    pub since: Moment,
    pub origin: Origin,
}

/// `audit_export`: a page of the trail, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditExported {
    pub rows: Vec<AuditRow>,
    /// How the next page is asked for.
    pub next: Option<String>,
    /// Rows of the whole export, and the hash of its last one.
    pub entries: u64,
    pub head: String,
}
