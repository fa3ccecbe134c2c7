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
///
/// With both `pin` and `new_pin`, `pin` is the present one: so everybody may change his own. `pin` alone is the new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TwoPins")]
pub struct OperatorsSetPin {
    pub id: String,
    /// The present PIN of whoever asks, for his own alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
    pub new_pin: Pin,
}

/// As it stands on the wire.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TwoPins {
    id: String,
    #[serde(default)]
    pin: Option<Pin>,
    #[serde(default)]
    new_pin: Option<Pin>,
}

impl TryFrom<TwoPins> for OperatorsSetPin {
    type Error = &'static str;

    fn try_from(TwoPins { id, pin, new_pin }: TwoPins) -> Result<OperatorsSetPin, &'static str> {
        match (pin, new_pin) {
            (pin, Some(new_pin)) => Ok(OperatorsSetPin { id, pin, new_pin }),
            (Some(new_pin), None) => Ok(OperatorsSetPin { id, pin: None, new_pin }),
            (None, None) => Err("missing field `new_pin`"),
        }
    }
}

/// `operators_set`: another name, another role, or both. What is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorsSet {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
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
