//! TLS of the host: a good certificate and every broken one, made at the start. Nothing of it is kept but `ca.pem`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::fault::TlsFault;

/// What the host may show.
#[derive(Debug)]
pub(super) struct Certificates {
    good: Arc<ServerConfig>,
    expired: Arc<ServerConfig>,
    not_yet_valid: Arc<ServerConfig>,
    wrong_name: Arc<ServerConfig>,
    unknown_ca: Arc<ServerConfig>,
    ca: String,
}

impl Certificates {
    /// Makes an authority and its certificates; with `given` (chain and key) the good one is that.
    pub(super) fn make(names: &[String], given: &[PathBuf]) -> anyhow::Result<Self> {
        let authority = authority("Counterfoil simulator CA")?;
        let stranger = authority_of_strangers()?;
        let mut own = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        own.extend_from_slice(names);
        let usual = (2020, 2095);
        let good = match given {
            [] => shown(&authority, &own, usual)?,
            [chain, key] => read(chain, key)?,
            _ => bail!("TLS needs a certificate chain and a key: CERT,KEY"),
        };
        Ok(Self {
            good,
            expired: shown(&authority, &own, (2020, 2021))?,
            not_yet_valid: shown(&authority, &own, (2094, 2095))?,
            wrong_name: shown(&authority, &["elsewhere.invalid".to_owned()], usual)?,
            unknown_ca: shown(&stranger, &own, usual)?,
            ca: authority.pem(),
        })
    }

    /// The authority whose certificate clients are to trust.
    pub(super) fn ca(&self) -> &str {
        &self.ca
    }

    /// What to show; `None` when the fault is not one of certificates.
    pub(super) fn show(&self, fault: Option<TlsFault>) -> Option<Arc<ServerConfig>> {
        Some(Arc::clone(match fault {
            None => &self.good,
            Some(TlsFault::Expired) => &self.expired,
            Some(TlsFault::NotYetValid) => &self.not_yet_valid,
            Some(TlsFault::WrongName) => &self.wrong_name,
            Some(TlsFault::UnknownCa) => &self.unknown_ca,
            Some(TlsFault::Plain | TlsFault::Tls10Only) => return None,
        }))
    }
}

fn authority(name: &str) -> anyhow::Result<CertifiedIssuer<'static, KeyPair>> {
    let mut params = CertificateParams::new(Vec::new()).context("making an authority")?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().context("making an authority's key")?;
    CertifiedIssuer::self_signed(params, key).context("making an authority")
}

fn authority_of_strangers() -> anyhow::Result<CertifiedIssuer<'static, KeyPair>> {
    authority("An authority nobody trusts")
}

fn shown(
    authority: &CertifiedIssuer<'static, KeyPair>,
    names: &[String],
    (from, to): (i32, i32),
) -> anyhow::Result<Arc<ServerConfig>> {
    let mut params = CertificateParams::new(names).context("making a certificate")?;
    params.not_before = rcgen::date_time_ymd(from, 1, 1);
    params.not_after = rcgen::date_time_ymd(to, 1, 1);
    params.distinguished_name.push(DnType::CommonName, "Counterfoil simulator acquirer");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().context("making a certificate's key")?;
    let certificate = params.signed_by(&key, authority).context("signing a certificate")?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    config(vec![certificate.der().clone(), authority.der().clone()], key)
}

fn read(chain: &Path, key: &Path) -> anyhow::Result<Arc<ServerConfig>> {
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| anyhow::anyhow!("{error}"))
        .with_context(|| format!("reading the certificates {}", chain.display()))?;
    let key = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| anyhow::anyhow!("{error}"))
        .with_context(|| format!("reading the key {}", key.display()))?;
    config(certificates, key)
}

fn config(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> anyhow::Result<Arc<ServerConfig>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("choosing TLS versions")?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("taking a certificate into use")?;
    Ok(Arc::new(config))
}
