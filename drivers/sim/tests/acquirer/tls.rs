//! The host behind TLS, met by a client that verifies name, chain and expiry.

use std::io::Write;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use sim::acquirer::{Running, TlsFault};

use crate::client::{Answer, arguments, connect, read_frame, sign_in};

fn client(ca: &[u8]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

/// Field 39 of a sign-in, or what the client says of the handshake.
fn sign_in_with(host: &Running, ca: &[u8], name: &str) -> Result<String, String> {
    let connection = ClientConnection::new(client(ca), name.to_owned().try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(connection, connect(host.address()));
    stream.write_all(&sign_in("003")).map_err(|error| error.to_string())?;
    Ok(Answer::read(&read_frame(&mut stream)).unwrap().text(39))
}

#[test]
fn each_broken_certificate_is_broken_in_its_own_way() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = arguments().with_tls(folder.path());
    arguments.tls_names = vec!["pos.example".to_owned()];
    let host = Running::start(&arguments).unwrap();
    let ca = std::fs::read(folder.path().join("ca.pem")).unwrap();
    assert_eq!(host.ca_pem().unwrap().as_bytes(), ca);
    for name in ["localhost", "127.0.0.1", "pos.example"] {
        assert_eq!(sign_in_with(&host, &ca, name), Ok("00".to_owned()), "{name}");
    }
    for fault in TlsFault::ALL {
        host.fault(&[&format!("tls={}*1", fault.word())]).unwrap();
        let why = sign_in_with(&host, &ca, "localhost").unwrap_err();
        let expected = match fault {
            TlsFault::Expired => "certificate expired",
            TlsFault::NotYetValid => "certificate not valid yet",
            TlsFault::WrongName => "not valid for name",
            TlsFault::UnknownCa => "UnknownIssuer",
            TlsFault::Plain => "corrupt message",
            TlsFault::Tls10Only => "ProtocolVersion",
        };
        assert!(why.contains(expected), "{}: {why}", fault.word());
        assert_eq!(sign_in_with(&host, &ca, "localhost"), Ok("00".to_owned()), "mended after {}", fault.word());
    }
}

#[test]
fn a_certificate_of_ones_own_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let own = rcgen::generate_simple_self_signed(vec!["own.example".to_owned()]).unwrap();
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    std::fs::write(&chain, own.cert.pem()).unwrap();
    std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
    let mut arguments = arguments();
    arguments.tls = vec![chain, key];
    let host = Running::start(&arguments).unwrap();
    assert_eq!(sign_in_with(&host, own.cert.pem().as_bytes(), "own.example"), Ok("00".to_owned()));
}

#[test]
fn a_tls_fault_needs_tls() {
    let error = Running::start(&arguments().with_fault("tls=expired").unwrap()).unwrap_err();
    assert!(error.to_string().contains("speaks no TLS"), "{error}");
    let mut arguments = arguments();
    arguments.tls_fault = Some(TlsFault::Expired);
    let host = Running::start(&arguments).unwrap();
    let ca = host.ca_pem().unwrap().to_owned();
    assert!(sign_in_with(&host, ca.as_bytes(), "localhost").unwrap_err().contains("expired"));
}
