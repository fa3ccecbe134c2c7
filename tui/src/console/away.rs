//! Why the daemon is not there, in words for the person who waits for it.

use std::io::ErrorKind;

use model::Language;
use protocol::{ClientError, PROTOCOL, Problem};

use crate::wording::{problem, text::Text};

/// Why the daemon is not there.
#[derive(Debug, Clone, PartialEq)]
pub enum Away {
    /// Nobody listens at the socket.
    NotRunning,
    /// The connection was there and broke.
    Closed,
    /// The socket's permissions or the daemon's `[access]` keep us out.
    NotPermitted,
    OtherProtocol(u32),
    Refused(Box<Problem>),
    Garbled,
}

impl Away {
    pub(crate) fn because(error: ClientError) -> Away {
        match error {
            ClientError::Unreachable { source, .. } if source.kind() == ErrorKind::PermissionDenied => {
                Away::NotPermitted
            }
            ClientError::Unreachable { .. } => Away::NotRunning,
            ClientError::Closed | ClientError::Io(_) => Away::Closed,
            ClientError::OtherProtocol(theirs) => Away::OtherProtocol(theirs),
            ClientError::Garbled(_) => Away::Garbled,
            ClientError::Refused(problem) => Away::Refused(problem),
        }
    }

    /// What is wrong, in a sentence.
    pub(crate) fn what(&self, language: Language) -> String {
        let text = match self {
            Away::NotRunning => Text::AwayNotRunning,
            Away::Closed => Text::AwayClosed,
            Away::NotPermitted => Text::AwayNotPermitted,
            Away::OtherProtocol(theirs) => Text::AwayOtherProtocol { theirs: *theirs, ours: PROTOCOL },
            Away::Refused(refusal) => return problem::sentence(refusal, language),
            Away::Garbled => Text::AwayGarbled,
        };
        text.say(language).into_owned()
    }

    /// What to do about it.
    pub(crate) fn next(&self, language: Language) -> String {
        let text = match self {
            Away::NotRunning => Text::AwayNotRunningNext,
            Away::Closed => Text::AwayClosedNext,
            Away::NotPermitted => Text::AwayNotPermittedNext,
            Away::OtherProtocol(theirs) if *theirs > PROTOCOL => Text::AlertNewerNext,
            Away::OtherProtocol(_) => Text::AlertOlderNext,
            Away::Garbled => Text::AwayOtherProtocolNext,
            Away::Refused(refusal) => return problem::next_step(refusal, language),
        };
        text.say(language).into_owned()
    }
}
