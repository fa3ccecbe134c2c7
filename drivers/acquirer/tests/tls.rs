//! TLS to a host: taken only when chain, name and time are right, and each way it is not has its own name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    sync::Arc,
    thread,
    time::Duration,
};

use acquirer::{
    Exchange, Limits, LinkFault, NetworkCode, Request, Route, Terminal, TlsTrust, Trace, exchange, host::TrustError,
};
use model::{SignInCause, StepName};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for this name, valid in these years.
fn certificate(issuer: &Issuer, name: &str, years: (i32, i32)) -> Arc<ServerConfig> {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap())
}

struct Shop {
    folder: tempfile::TempDir,
    authority: Issuer,
}

impl Shop {
    fn new() -> Shop {
        Shop { folder: tempfile::tempdir().unwrap(), authority: authority("acquirer's own") }
    }

    fn ca(&self) -> PathBuf {
        let path = self.folder.path().join("ca.pem");
        std::fs::write(&path, self.authority.pem()).unwrap();
        path
    }

    /// Asks a host with this certificate.
    fn ask(&self, config: Arc<ServerConfig>) -> Exchange {
        self.ask_at(host(move |stream| speak(stream, &config)))
    }

    fn ask_at(&self, address: SocketAddr) -> Exchange {
        let tls = Some(TlsTrust::load(&self.ca(), "pos.example").unwrap());
        let route = Route { primary: address.to_string().parse().unwrap(), backup: None, tls };
        let limits = Limits { tls: Duration::from_secs(3), ..Limits::each(Duration::from_secs(3)) };
        exchange(&route, &request(), &limits)
    }

    fn fault(&self, config: Arc<ServerConfig>) -> (LinkFault, SignInCause) {
        named(&self.ask(config))
    }
}

fn named(tried: &Exchange) -> (LinkFault, SignInCause) {
    assert!(!tried.frame_left(), "nothing of ours leaves before TLS stands");
    let fault = tried.fault().expect("a fault").clone();
    assert_eq!(tried.steps().last().unwrap().name, fault.step());
    (fault, tried.verdict().unwrap().cause)
}

fn request() -> Request {
    let (tpdu, header) = ("6000030000".parse().unwrap(), "603100311000".parse().unwrap());
    let terminal = Terminal::new(tpdu, header, "12345678", "898110012345678").unwrap();
    terminal.sign_in(Trace::FIRST, None, NetworkCode::Double, "01").unwrap()
}

fn host(act: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().for_each(|stream| act(stream.unwrap())));
    address
}

/// Sends the request back, and closes as TLS does.
fn speak(stream: TcpStream, config: &Arc<ServerConfig>) {
    let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream);
    let mut bytes = vec![0; request().bytes().len()];
    if stream.read_exact(&mut bytes).is_ok() {
        stream.write_all(&bytes).unwrap();
        stream.conn.send_close_notify();
        let _ = stream.flush();
        let _ = stream.sock.read_to_end(&mut Vec::new());
    }
}

#[test]
fn a_certificate_that_is_right_is_taken_and_the_frame_goes_through() {
    let shop = Shop::new();
    let tried = shop.ask(certificate(&shop.authority, "pos.example", (2020, 4000)));
    assert_eq!(tried.answer(), Some(request().bytes()), "{:?}", tried.fault());
    let names: Vec<_> = tried.steps().iter().map(|step| step.name).collect();
    assert_eq!(names, [StepName::Dns, StepName::Tcp, StepName::Tls, StepName::Send, StepName::Answer]);
}

#[test]
fn an_expired_certificate_is_named_with_its_date() {
    let shop = Shop::new();
    let (fault, cause) = shop.fault(certificate(&shop.authority, "pos.example", (2000, 2001)));
    assert!(fault.to_string().contains("expired at 2001-01-01T00:00:00Z"), "{fault}");
    assert!(matches!(fault, LinkFault::TlsExpired { not_after: 978_307_200, now } if now > not_after_2001()));
    assert_eq!(cause, SignInCause::TlsExpired);
}

fn not_after_2001() -> u64 {
    978_307_200
}

#[test]
fn a_certificate_from_the_future_puts_our_clock_in_doubt_first() {
    let shop = Shop::new();
    let tried = shop.ask(certificate(&shop.authority, "pos.example", (3999, 4000)));
    assert!(matches!(tried.fault(), Some(LinkFault::TlsNotYetValid { .. })), "{:?}", tried.fault());
    let verdict = tried.verdict().unwrap();
    assert_eq!((verdict.cause, verdict.candidates), (SignInCause::ClockWrong, vec![SignInCause::TlsExpired]));
}

#[test]
fn a_certificate_of_somebody_else_is_untrusted() {
    let shop = Shop::new();
    let (fault, cause) = shop.fault(certificate(&authority("somebody"), "pos.example", (2020, 4000)));
    assert!(matches!(fault, LinkFault::TlsUntrusted { .. }), "{fault:?}");
    assert_eq!(cause, SignInCause::TlsUntrusted);
}

#[test]
fn a_certificate_for_another_name_says_for_which() {
    let shop = Shop::new();
    let (fault, cause) = shop.fault(certificate(&shop.authority, "other.example", (2020, 4000)));
    assert!(matches!(&fault, LinkFault::TlsWrongName { presented } if presented == "other.example"), "{fault:?}");
    assert_eq!(cause, SignInCause::TlsWrongName);
}

#[test]
fn a_peer_that_speaks_plain_is_told_by_its_first_byte() {
    let shop = Shop::new();
    let plain = host(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let (fault, cause) = named(&shop.ask_at(plain));
    assert_eq!((fault, cause), (LinkFault::TlsPlain { first: b'H' }, SignInCause::TlsFailed));
}

#[test]
fn a_host_that_knows_only_old_tls_ends_it_with_an_alert() {
    let shop = Shop::new();
    let old = host(|mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        // TLS 1.0: fatal alert 70, protocol_version
        let _ = stream.write_all(&[0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]);
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let (fault, cause) = named(&shop.ask_at(old));
    assert_eq!(fault, LinkFault::TlsAlert { alert: "ProtocolVersion".to_owned() });
    assert_eq!(cause, SignInCause::TlsFailed);
}

#[test]
fn a_host_that_hears_tls_and_closes_or_says_nothing_fails_it() {
    let shop = Shop::new();
    let closes = host(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
    });
    let (fault, cause) = named(&shop.ask_at(closes));
    assert_eq!((fault, cause), (LinkFault::TlsClosed, SignInCause::TlsFailed));
    let silent = host(|mut stream| {
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let (fault, cause) = named(&shop.ask_at(silent));
    assert_eq!((fault, cause), (LinkFault::TlsSilent, SignInCause::TlsFailed));
}

#[test]
fn closing_after_our_frame_is_addressing_under_tls_too() {
    let shop = Shop::new();
    let config = certificate(&shop.authority, "pos.example", (2020, 4000));
    for farewell in [true, false] {
        let config = Arc::clone(&config);
        let tried = shop.ask_at(host(move |stream| {
            let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            let mut bytes = vec![0; request().bytes().len()];
            stream.read_exact(&mut bytes).unwrap();
            if farewell {
                stream.conn.send_close_notify();
                stream.flush().unwrap();
            }
        }));
        assert_eq!(tried.fault(), Some(&LinkFault::ClosedUnanswered));
        assert_eq!(tried.verdict().unwrap().cause, SignInCause::Addressing);
    }
}

#[test]
fn a_ca_file_that_holds_nothing_is_refused_before_anything_is_connected() {
    let shop = Shop::new();
    let path = shop.folder.path().join("ca.pem");
    assert!(matches!(TlsTrust::load(&path, "pos.example"), Err(TrustError::Read { .. })));
    std::fs::write(&path, "no certificate").unwrap();
    assert!(matches!(TlsTrust::load(&path, "pos.example"), Err(TrustError::Certificates { .. })));
    std::fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    assert!(matches!(TlsTrust::load(&path, "pos.example"), Err(TrustError::Certificates { .. })));
    assert!(matches!(TlsTrust::load(&shop.ca(), "no name"), Err(TrustError::Name { .. })));
}
