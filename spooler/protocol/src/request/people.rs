//! Logging on, and operators (INTERFACES §5, §6).

use model::Role;
use serde::{Deserialize, Serialize};

use crate::pin::Pin;

/// `log_on`: from here on the connection's requests are this operator's; another one before it is logged off. A wrong PIN
/// leaves the connection as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogOn {
    pub operator: String,
    pub pin: Pin,
}

/// `setup`: the first manager. Takes no log-on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    #[serde(default = "first")]
    pub id: String,
    pub name: String,
    pub pin: Pin,
}

fn first() -> String {
    "01".to_owned()
}

/// `operators_add`. A cashier unless told, called by the number unless told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorsAdd {
    pub id: String,
    #[serde(default = "cashier")]
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(alias = "pin")]
    pub new_pin: Pin,
}

fn cashier() -> Role {
    Role::Cashier
}

/// `operators_set_pin`: another PIN. Log-ons made with the old one count no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorsSetPin {
    pub id: String,
    #[serde(alias = "pin")]
    pub new_pin: Pin,
}

/// `session_end`: one of `sessions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionEnd {
    pub id: u64,
}

/// `operators_disable` and `operators_unlock`: one operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorNamed {
    pub id: String,
}
