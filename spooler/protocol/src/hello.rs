//! The first line of each side: who speaks, which version, which protocol.

use serde::{Deserialize, Serialize};

use crate::{PROTOCOL, reply::Session};

/// `{"hello":{"program":"counterfoil","version":"0.1.0","protocol":1}}`; the daemon answers in kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    pub program: String,
    pub version: String,
    pub protocol: u32,
    /// The client's terminal and SSH client address, for the audit trail only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tty: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssh: Option<String>,
    /// The daemon's only: what the connection may do before anybody logs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Box<Session>>,
}

impl Hello {
    /// The hello of a program of this version.
    pub fn of(program: &str, version: &str) -> Hello {
        Hello {
            program: program.to_owned(),
            version: version.to_owned(),
            protocol: PROTOCOL,
            tty: None,
            ssh: None,
            session: None,
        }
    }
}
