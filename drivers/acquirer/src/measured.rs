//! Faults as what was measured: codes and values for a console of any language. Their English sentences are their `Display`,
//! their causes are `verdict`'s.

use model::{Measured, Reading};

use crate::{
    ecr::EcrFault,
    host::{HostAddress, LinkFault, utc},
    iso::ResponseFault,
    keys::{KeyFault, MasterKeyError},
};

impl LinkFault {
    /// What was measured at this host.
    pub fn measured(&self, host: &HostAddress) -> Measured {
        let host = host.to_string();
        let alone = |reading| Measured::with(reading, [host.clone()]);
        let more = |reading, values: &[String]| {
            Measured::with(reading, std::iter::once(host.clone()).chain(values.iter().cloned()))
        };
        match self {
            LinkFault::NameNotFound { .. } => alone(Reading::NameNotFound),
            LinkFault::NameTimedOut => alone(Reading::LookUpTimedOut),
            LinkFault::ConnectTimedOut => alone(Reading::ConnectTimedOut),
            LinkFault::ConnectRefused => alone(Reading::ConnectRefused),
            LinkFault::NetworkUnreachable => alone(Reading::NetworkUnreachable),
            LinkFault::HostUnreachable => alone(Reading::HostUnreachable),
            LinkFault::ConnectFailed { .. } => alone(Reading::ConnectFailed),
            LinkFault::TlsExpired { not_after, now } => {
                more(Reading::CertificateExpired, &[utc(*not_after), utc(*now)])
            }
            LinkFault::TlsNotYetValid { not_before, now } => {
                more(Reading::CertificateNotYetValid, &[utc(*not_before), utc(*now)])
            }
            LinkFault::TlsUntrusted { .. } => alone(Reading::CertificateUntrusted),
            LinkFault::TlsWrongName { presented } => {
                more(Reading::CertificateOtherName, std::slice::from_ref(presented))
            }
            LinkFault::TlsPlain { first } => more(Reading::PeerSpeaksPlain, &[format!("{first:02X}")]),
            LinkFault::TlsAlert { alert } => more(Reading::TlsAlert, std::slice::from_ref(alert)),
            LinkFault::TlsClosed => alone(Reading::TlsClosed),
            LinkFault::TlsSilent => alone(Reading::TlsSilent),
            LinkFault::TlsFailed { .. } => alone(Reading::TlsFailed),
            LinkFault::Dropped { .. } => alone(Reading::Dropped),
            LinkFault::SendTimedOut => alone(Reading::SendTimedOut),
            LinkFault::ClosedUnanswered => alone(Reading::ClosedUnanswered),
            LinkFault::Silent => alone(Reading::Silent),
            LinkFault::CutShort { have, said, .. } => more(Reading::CutShort, &[have.to_string(), said.to_string()]),
            LinkFault::Length { said } => more(Reading::BadLength, &[said.to_string()]),
            LinkFault::SpeaksTls => alone(Reading::PeerSpeaksTls),
            LinkFault::SpeaksHttp => alone(Reading::PeerSpeaksHttp),
            LinkFault::Trailing { extra } => more(Reading::Trailing, &[extra.to_string()]),
            LinkFault::OutOfTime { .. } => Measured::of(Reading::OutOfTime),
        }
    }
}

impl EcrFault {
    pub fn measured(&self) -> Measured {
        match self {
            EcrFault::Open { line, .. } => Measured::with(Reading::LineNotOpened, [line.clone()]),
            EcrFault::InUse { line } => Measured::with(Reading::LineInUse, [line.clone()]),
            EcrFault::NotAcknowledged => Measured::of(Reading::NotAcknowledged),
            EcrFault::Refused => Measured::of(Reading::TerminalRefused),
            EcrFault::NoAnswer => Measured::of(Reading::TerminalNoAnswer),
            EcrFault::Garbled(_) | EcrFault::Record(_) => Measured::of(Reading::TerminalGarbled),
            EcrFault::Mismatched => Measured::of(Reading::TerminalOtherAnswer),
            EcrFault::WrongTerminal { must, is } => Measured::with(Reading::OtherTerminal, [is.clone(), must.clone()]),
            EcrFault::Lost { .. } => Measured::of(Reading::LineLost),
            EcrFault::NotSupported => Measured::of(Reading::NotSupported),
            EcrFault::Request(_) => Measured::of(Reading::RequestNotMade),
        }
    }
}

impl ResponseFault {
    pub fn measured(&self) -> Measured {
        let field = |number: &str| Measured::with(Reading::OtherAnswer, [number]);
        match self {
            ResponseFault::Frame(_) => Measured::of(Reading::Unreadable),
            ResponseFault::Type { .. } => field("0"),
            ResponseFault::Trace { .. } => field("11"),
            ResponseFault::Terminal { .. } => field("41"),
            ResponseFault::Merchant { .. } => field("42"),
            ResponseFault::NoCode | ResponseFault::BadCode => Measured::of(Reading::CodeMissing),
        }
    }
}

impl KeyFault {
    pub fn measured(&self) -> Measured {
        match self {
            KeyFault::Missing => Measured::of(Reading::KeyFieldMissing),
            KeyFault::Length { length, .. } => Measured::with(Reading::KeyFieldLength, [length.to_string()]),
            KeyFault::Check { pin, mac, track } => {
                let wrong = [(*pin, "PIK"), (*mac, "MAK"), (track.unwrap_or(true), "TDK")];
                let wrong: Vec<&str> = wrong.into_iter().filter(|(right, _)| !right).map(|(_, name)| name).collect();
                Measured::with(Reading::CheckValuesWrong, [wrong.join(" ")])
            }
        }
    }
}

impl MasterKeyError {
    pub fn measured(&self) -> Measured {
        let (MasterKeyError::Missing(path)
        | MasterKeyError::Link(path)
        | MasterKeyError::NoFile(path)
        | MasterKeyError::Owner { path, .. }
        | MasterKeyError::Mode { path, .. }
        | MasterKeyError::Read { path, .. }
        | MasterKeyError::Content(path)) = self;
        Measured::with(Reading::MasterKeyUnusable, [path.display().to_string()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where_and_what_without_a_sentence() {
        let host: HostAddress = "192.0.2.1:8583".parse().unwrap();
        let expired = LinkFault::TlsExpired { not_after: 0, now: 86_400 }.measured(&host);
        assert_eq!(expired.reading(), Some(Reading::CertificateExpired));
        assert_eq!(expired.args, ["192.0.2.1:8583", "1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z"]);
        let keys = KeyFault::Check { pin: true, mac: false, track: Some(false) }.measured();
        assert_eq!((keys.code.as_str(), keys.args), ("check_values_wrong", vec!["MAK TDK".to_owned()]));
        let failed = LinkFault::ConnectFailed { detail: "os error 97".into() }.measured(&host);
        assert!(!format!("{failed:?}").contains("os error"));
    }
}
