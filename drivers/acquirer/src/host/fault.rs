//! How a connection to a host can fail, each way by its own name, and the cause each one is (INTERFACES §5).

use model::{SignInCause as Cause, StepName};

use crate::verdict::Verdict;

/// What a frame that is not whole ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The host closed.
    Closed,
    /// Bytes stopped coming, and the limit ran out.
    Stalled,
    /// Bytes still came when the limit ran out: a slow line, or a host that drips.
    StillComing,
}

/// Why no whole frame came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkFault {
    #[error("the name is not found: {detail}")]
    NameNotFound { detail: String },
    #[error("the look-up of the name was not answered")]
    NameTimedOut,
    #[error("connecting was not answered")]
    ConnectTimedOut,
    #[error("the connection was refused")]
    ConnectRefused,
    #[error("the network has no route there")]
    NetworkUnreachable,
    #[error("the host cannot be reached")]
    HostUnreachable,
    #[error("connecting failed: {detail}")]
    ConnectFailed { detail: String },
    /// Seconds since 1970.
    #[error("the certificate expired at {}; our clock says {}", at(*not_after), at(*now))]
    TlsExpired { not_after: u64, now: u64 },
    /// Seconds since 1970.
    #[error("the certificate is valid from {}; our clock says {}", at(*not_before), at(*now))]
    TlsNotYetValid { not_before: u64, now: u64 },
    #[error("the certificate is not issued by whom we trust: {detail}")]
    TlsUntrusted { detail: String },
    #[error("the certificate is for another name: {presented}")]
    TlsWrongName { presented: String },
    #[error("the peer does not speak TLS: its first byte is {first:02X}")]
    TlsPlain { first: u8 },
    #[error("the peer ended TLS with the alert {alert}")]
    TlsAlert { alert: String },
    #[error("the peer closed in the middle of agreeing on TLS")]
    TlsClosed,
    #[error("the peer was silent while TLS was to be agreed on")]
    TlsSilent,
    #[error("TLS failed: {detail}")]
    TlsFailed { detail: String },
    /// Closed before our frame was whole at the host, or reset.
    /// `sent`: the kernel had taken all of our frame, so what the host has of it is not known for sure.
    #[error("the connection was closed before our frame was whole at the host ({detail})")]
    Dropped { sent: bool, detail: String },
    #[error("our frame could not be sent in time")]
    SendTimedOut,
    #[error("closed after our frame, without a byte")]
    ClosedUnanswered,
    #[error("connected and sent, but not a byte came back")]
    Silent,
    #[error("{have} bytes came of {said}, then the answer {}", ended(*ending))]
    CutShort { have: usize, said: usize, ending: Ending },
    #[error("the length says {said}, which no frame has")]
    Length { said: usize },
    /// The first bytes of the answer are a TLS record: the config asks for plain TCP.
    #[error("the port speaks TLS, and the config asks for plain TCP")]
    SpeaksTls,
    /// The first bytes of the answer are HTTP or HTML.
    #[error("a web server or a portal answered, not the acquirer's host")]
    SpeaksHttp,
    #[error("{extra} bytes came after the frame")]
    Trailing { extra: usize },
    /// Not a fault of the host: the time for all steps together was over before this one began.
    #[error("there was no time left for it")]
    OutOfTime { step: StepName },
}

/// Seconds since 1970 as a date and time in UTC.
pub(crate) fn at(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    time.map_or_else(|| seconds.to_string(), |time| time.to_string())
}

fn ended(ending: Ending) -> &'static str {
    match ending {
        Ending::Closed => "was closed",
        Ending::Stalled => "stopped",
        Ending::StillComing => "was still coming when its time was up",
    }
}

impl LinkFault {
    /// The step at which it happened.
    pub fn step(&self) -> StepName {
        match self {
            LinkFault::OutOfTime { step } => *step,
            LinkFault::NameNotFound { .. } | LinkFault::NameTimedOut => StepName::Dns,
            LinkFault::ConnectTimedOut
            | LinkFault::ConnectRefused
            | LinkFault::NetworkUnreachable
            | LinkFault::HostUnreachable
            | LinkFault::ConnectFailed { .. } => StepName::Tcp,
            LinkFault::TlsExpired { .. }
            | LinkFault::TlsNotYetValid { .. }
            | LinkFault::TlsUntrusted { .. }
            | LinkFault::TlsWrongName { .. }
            | LinkFault::TlsPlain { .. }
            | LinkFault::TlsAlert { .. }
            | LinkFault::TlsClosed
            | LinkFault::TlsSilent
            | LinkFault::TlsFailed { .. } => StepName::Tls,
            LinkFault::SpeaksTls | LinkFault::SpeaksHttp => StepName::Answer,
            LinkFault::Dropped { .. } | LinkFault::SendTimedOut => StepName::Send,
            LinkFault::ClosedUnanswered
            | LinkFault::Silent
            | LinkFault::CutShort { .. }
            | LinkFault::Length { .. }
            | LinkFault::Trailing { .. } => StepName::Answer,
        }
    }

    /// Its cause and the other causes that fit.
    pub fn verdict(&self) -> Verdict {
        let (cause, candidates): (Cause, &[Cause]) = match self {
            LinkFault::NameNotFound { .. } | LinkFault::NameTimedOut => {
                (Cause::DnsFailed, &[Cause::NoLink, Cause::NoAddress, Cause::NoGateway])
            }
            LinkFault::ConnectTimedOut => (Cause::Unreachable, &[Cause::NoGateway]),
            LinkFault::ConnectRefused => (Cause::ConnectionRefused, &[]),
            LinkFault::NetworkUnreachable => (Cause::NoGateway, &[Cause::NoLink, Cause::NoAddress]),
            LinkFault::HostUnreachable | LinkFault::ConnectFailed { .. } => {
                (Cause::Unreachable, &[Cause::NoGateway, Cause::NoLink])
            }
            LinkFault::TlsExpired { .. } => (Cause::TlsExpired, &[Cause::ClockWrong]),
            LinkFault::TlsNotYetValid { .. } => (Cause::ClockWrong, &[Cause::TlsExpired]),
            LinkFault::TlsUntrusted { .. } => (Cause::TlsUntrusted, &[]),
            LinkFault::TlsWrongName { .. } => (Cause::TlsWrongName, &[]),
            LinkFault::TlsPlain { .. } | LinkFault::TlsAlert { .. } | LinkFault::TlsFailed { .. } => {
                (Cause::TlsFailed, &[])
            }
            LinkFault::TlsClosed => (Cause::TlsFailed, &[Cause::ConnectionDropped]),
            LinkFault::TlsSilent => (Cause::TlsFailed, &[Cause::NoResponse]),
            LinkFault::Dropped { .. } | LinkFault::SendTimedOut => (Cause::ConnectionDropped, &[Cause::Addressing]),
            LinkFault::ClosedUnanswered => (Cause::Addressing, &[Cause::ConnectionDropped]),
            LinkFault::Silent => (Cause::NoResponse, &[Cause::Addressing, Cause::HostFault]),
            LinkFault::CutShort { ending: Ending::StillComing, .. } => (Cause::NoResponse, &[Cause::MalformedResponse]),
            LinkFault::CutShort { ending: Ending::Closed, .. } => {
                (Cause::MalformedResponse, &[Cause::ConnectionDropped])
            }
            LinkFault::CutShort { ending: Ending::Stalled, .. } => (Cause::MalformedResponse, &[Cause::NoResponse]),
            LinkFault::Length { .. } => (Cause::MalformedResponse, &[Cause::Addressing]),
            LinkFault::SpeaksTls => (Cause::TlsFailed, &[]),
            LinkFault::SpeaksHttp => (Cause::MalformedResponse, &[Cause::Addressing, Cause::NoGateway]),
            LinkFault::Trailing { .. } => (Cause::MalformedResponse, &[]),
            LinkFault::OutOfTime { .. } => (Cause::NoResponse, &[]),
        };
        Verdict::new(cause, candidates)
    }
}
