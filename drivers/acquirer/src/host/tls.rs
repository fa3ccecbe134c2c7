//! TLS to a host: chain, name and expiry are verified against the CA file, always. Its faults by name.

use std::{fmt, io, path::Path, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, ClientConnection, RootCertStore,
    client::Resumption,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};

use super::{fault::LinkFault, reader::Timed};

/// A CA file or a name that TLS can't be set up with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    #[error("reading the CA file {path}: {detail}")]
    Read { path: String, detail: String },
    #[error("the CA file {path} holds no certificate that can be used: {detail}")]
    Certificates { path: String, detail: String },
    #[error("{name} is no host name and no address")]
    Name { name: String },
    #[error("setting TLS up: {detail}")]
    Setup { detail: String },
}

/// Whom we trust, and under which name.
#[derive(Clone)]
pub struct TlsTrust {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl fmt::Debug for TlsTrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsTrust").field("name", &self.name).finish_non_exhaustive()
    }
}

impl TlsTrust {
    /// From a PEM file of CA certificates and the name that the host's certificate must be for.
    ///
    /// # Errors
    /// When the file can't be read or holds no certificate, or the name is none.
    pub fn load(ca: &Path, server_name: &str) -> Result<TlsTrust, TrustError> {
        let path = ca.display().to_string();
        let pem =
            std::fs::read(ca).map_err(|error| TrustError::Read { path: path.clone(), detail: error.to_string() })?;
        TlsTrust::from_pem(&pem, &path, server_name)
    }

    fn from_pem(pem: &[u8], path: &str, server_name: &str) -> Result<TlsTrust, TrustError> {
        let unusable = |detail: String| TrustError::Certificates { path: path.to_owned(), detail };
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
            roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
        }
        if roots.is_empty() {
            return Err(unusable("no PEM section CERTIFICATE".to_owned()));
        }
        let name = ServerName::try_from(server_name.to_owned())
            .map_err(|_| TrustError::Name { name: server_name.to_owned() })?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TrustError::Setup { detail: error.to_string() })?
            .with_root_certificates(roots)
            .with_no_client_auth();
        // each connection proves the certificate anew: a fault that began an hour ago must not hide behind a ticket
        config.resumption = Resumption::disabled();
        Ok(TlsTrust { config: Arc::new(config), name })
    }

    /// The name the certificate must be for.
    pub fn server_name(&self) -> String {
        self.name.to_str().into_owned()
    }

    /// Agrees on TLS over a connected stream, within its limit.
    pub(super) fn handshake(&self, stream: &mut Timed) -> Result<ClientConnection, LinkFault> {
        let mut tls = ClientConnection::new(Arc::clone(&self.config), self.name.clone())
            .map_err(|error| LinkFault::TlsFailed { detail: error.to_string() })?;
        while tls.is_handshaking() {
            if let Err(error) = tls.complete_io(stream) {
                return Err(fault(&error, stream));
            }
        }
        Ok(tls)
    }
}

/// The fault behind an error of a TLS stream while it is being set up.
fn fault(error: &io::Error, stream: &Timed) -> LinkFault {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return named(tls, stream.first_byte());
    }
    match error.kind() {
        io::ErrorKind::TimedOut => LinkFault::TlsSilent,
        io::ErrorKind::UnexpectedEof => LinkFault::TlsClosed,
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            LinkFault::Dropped { sent: false, detail: "reset while TLS was agreed on".to_owned() }
        }
        _ => LinkFault::TlsFailed { detail: error.to_string() },
    }
}

/// The fault behind a TLS error; `first` is the first byte that the peer sent.
pub(super) fn named(error: &rustls::Error, first: Option<u8>) -> LinkFault {
    match error {
        rustls::Error::InvalidCertificate(certificate) => certificate_fault(certificate),
        rustls::Error::NoCertificatesPresented => {
            LinkFault::TlsUntrusted { detail: "no certificate was presented".to_owned() }
        }
        rustls::Error::AlertReceived(alert) => LinkFault::TlsAlert { alert: format!("{alert:?}") },
        // TLS: record types are 20 to 23
        _ => match first {
            Some(first) if !(20..=23).contains(&first) => LinkFault::TlsPlain { first },
            _ => LinkFault::TlsFailed { detail: error.to_string() },
        },
    }
}

fn certificate_fault(error: &CertificateError) -> LinkFault {
    match error {
        CertificateError::ExpiredContext { time, not_after } => {
            LinkFault::TlsExpired { not_after: not_after.as_secs(), now: time.as_secs() }
        }
        CertificateError::Expired => LinkFault::TlsExpired { not_after: 0, now: 0 },
        CertificateError::NotValidYetContext { time, not_before } => {
            LinkFault::TlsNotYetValid { not_before: not_before.as_secs(), now: time.as_secs() }
        }
        CertificateError::NotValidYet => LinkFault::TlsNotYetValid { not_before: 0, now: 0 },
        CertificateError::NotValidForNameContext { presented, .. } => {
            // rustls writes them as DnsName("pos.example")
            let names: Vec<&str> =
                presented.iter().map(|name| name.split('"').nth(1).unwrap_or(name.as_str())).collect();
            LinkFault::TlsWrongName { presented: names.join(", ") }
        }
        CertificateError::NotValidForName => LinkFault::TlsWrongName { presented: String::new() },
        CertificateError::BadEncoding => LinkFault::TlsFailed { detail: error.to_string() },
        _ => LinkFault::TlsUntrusted { detail: error.to_string() },
    }
}
