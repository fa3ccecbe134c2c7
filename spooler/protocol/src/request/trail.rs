//! The audit trail (INTERFACES §5).

use model::Outcome;
use serde::{Deserialize, Serialize};

/// `audit`: newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Audit {
    /// RFC 3339, or a business day: `2026-11-20`, `11-20`, `today`, `yest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// An operator's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// A verb of the socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// One of the ids acted on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// `audit_verify`: the whole trail, and whether the row of an anchor code is there, `12-9f3a-07bc-5d21`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditVerify {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
}

/// `audit_export`: the whole trail, oldest first, up to the row that the first page leaves about itself; `after` goes on, once, where
/// the page before ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditExport {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}
