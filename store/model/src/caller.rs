//! Who asks: the peer's uid, the operator, the role. Every handler has one (DESIGN §4.8).

use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// What an operator may do, in classes; the table of (role, request) lives in the daemon.
    Role {
        /// 收银员
        Cashier = 1 "cashier",
        /// 主管
        Supervisor = 2 "supervisor",
        /// 店长
        Manager = 3 "manager",
        /// 技术支持: sees all, changes nothing alone
        Support = 4 "support",
        /// 安装人员
        Installer = 5 "installer",
    }
}

/// Where a connection comes from. The uid is checked by the daemon, the rest is told by the client and only recorded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Origin {
    pub uid: u32,
    pub tty: Option<String>,
    pub ssh: Option<String>,
}

/// Who asks. Without operators (before `setup`) the uid alone decides.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Caller {
    pub origin: Origin,
    /// What the uid may do: the daemon's own user and root may use everything, others only `record` or `use`.
    pub access: Access,
    pub operator: Option<String>,
    pub role: Option<Role>,
    /// The second person who allowed this one act.
    pub approver: Option<String>,
    /// Which PIN of the operator's and of the approver's was proved; 0 where there is nobody.
    pub credentials: (u32, u32),
}

impl Caller {
    /// A peer at whose connection nobody is logged on.
    pub fn peer(origin: Origin, access: Access) -> Caller {
        Caller { origin, access, operator: None, role: None, approver: None, credentials: (0, 0) }
    }
}

/// What a uid may do at all (`[access]` of the config).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// Only `record` (and `hello`).
    Record,
    /// Every verb but `record`, after log-on where operators exist.
    Use,
    /// Both: `record`, and the rest after log-on.
    UseAndRecord,
    /// Root or the daemon's own user: everything, also before `setup`.
    Owner,
}
