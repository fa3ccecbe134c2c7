//! What a hand may do to the terminal: set switches, or press its keys. Plain data.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::acquirer::word::words;

words! {
    /// The card that customers present.
    Card, "card" {
        Domestic "domestic" "a UnionPay test card";
        Foreign "foreign" "a foreign test card";
    }
}

/// What a hand sets. Absent keys stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    /// Instead of those it had; `[]` mends everything.
    pub faults: Option<Vec<Fault>>,
    /// The card that customers present.
    pub card: Option<Card>,
    /// Another host from now on.
    pub host: Option<SocketAddr>,
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

/// What a terminal can be told to do, by the till or by hand: `{"do":"sign_in"}`, `{"do":{"sale":1234}}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// 签到.
    SignIn,
    /// 签退.
    SignOut,
    /// 回响测试.
    Echo,
    /// 结算.
    Settle,
    /// 消费 of so many fen.
    Sale(u64),
    /// 消费撤销 of the sale with this voucher.
    Void(String),
    /// 退货 of so many fen.
    Refund(u64),
    /// 查余额.
    Balance,
    /// 重打印 or query of this voucher; the last one when it is empty.
    Reprint(String),
    /// 重打结算单.
    ReprintSettlement,
}

impl Deed {
    /// The deed of a command; `None` for a type that the terminal doesn't know. 00 to 07 are public, 08 (sign-out), 09
    /// (echo) and 10 (query) are this terminal's own.
    pub(super) fn of(kind: &str, amount: u64, voucher: &str) -> Option<Self> {
        Some(match kind {
            "00" => Self::Sale(amount),
            "01" => Self::Void(voucher.to_owned()),
            "02" => Self::Refund(amount),
            "03" => Self::Balance,
            "04" | "10" => Self::Reprint(voucher.to_owned()),
            "05" => Self::SignIn,
            "06" => Self::Settle,
            "07" => Self::ReprintSettlement,
            "08" => Self::SignOut,
            "09" => Self::Echo,
            _ => return None,
        })
    }
}
