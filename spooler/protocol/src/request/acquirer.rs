//! Requests about the acquirer that have options.

use serde::{Deserialize, Serialize};

/// What `diagnose` looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Ladder {
    #[serde(rename = "printing")]
    Printing,
    #[serde(rename = "sign-in", alias = "sign_in")]
    SignIn,
    #[serde(rename = "network")]
    Network,
    #[default]
    #[serde(rename = "all")]
    All,
}

/// `diagnose`: runs the probes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Diagnose {
    /// Which of them; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Ladder>,
    /// Each finding is told as it comes, too: `{"id":N,"progress":{…}}` before the answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub progress: bool,
    /// Runs nothing, but ends one that was asked for with `progress` on the same connection: that is answered with what it
    /// has found, this with no rows.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stop: bool,
}

/// Which paper `report` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 重打结算单: the last settlement's report
    Settlement,
    /// 打印明细: the open batch, one by one
    Details,
    /// 打印汇总: the open batch, in sums
    Summary,
}

/// `report`: a paper of the batch, through the print queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub id: Paper,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printer: Option<String>,
}
