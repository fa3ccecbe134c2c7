//! The options of `counterfoil-sim acquirer`. Nothing is opened here.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, anyhow, ensure};

use super::fault::{Fault, FaultKind, TlsFault};
use super::hex;
use super::host::Settings;
use super::key_set::Layout;
use super::switch::{Lasts, help};

/// The terminal master key of the demo; a test key that everybody knows.
pub const TMK: &str = "0123456789ABCDEFFEDCBA9876543210";
/// The merchant number without `--merchant`.
pub const MERCHANT: &str = "898110012345678";
/// The terminal number without `--terminal`.
pub const TERMINAL: &str = "12345678";

/// Options of `counterfoil-sim acquirer`. Made by `Args::new`; every field may then be set.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = help::<FaultKind>())]
pub struct Args {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    pub listen: SocketAddr,
    /// Unix socket that takes JSON lines to break and mend the host.
    #[arg(long, value_name = "SOCKET")]
    pub control: Option<PathBuf>,
    /// TLS with this certificate chain and key (PEM files).
    #[arg(long, value_name = "CERT,KEY", value_delimiter = ',', num_args = 1..=2)]
    pub tls: Vec<PathBuf>,
    /// TLS with certificates made at the start; the folder gets `ca.pem`.
    #[arg(long, value_name = "DIR")]
    pub tls_dir: Option<PathBuf>,
    /// A name of the host in those certificates; localhost and its addresses are always there.
    #[arg(long = "tls-name", value_name = "NAME")]
    pub tls_names: Vec<String>,
    /// What is wrong with TLS: expired, not-yet-valid, wrong-name, unknown-ca, plain, tls1.0-only.
    #[arg(long, value_name = "FAULT")]
    pub tls_fault: Option<TlsFault>,
    /// The merchant number it knows, 15 characters.
    #[arg(long, value_name = "ID", default_value = MERCHANT)]
    pub merchant: String,
    /// A terminal number it knows, 8 characters; may be repeated.
    #[arg(long = "terminal", value_name = "ID", default_value = TERMINAL)]
    pub terminals: Vec<String>,
    /// The terminal master key, 16, 32 or 48 hex digits.
    #[arg(long, value_name = "HEX", default_value = TMK)]
    pub tmk: String,
    /// How keys are laid out in answers to 003 and 004: standard, double, short, single, sm4, tagged.
    #[arg(long, default_value = "standard")]
    pub layout: Layout,
    /// The TPDU of requests, for tpdu-strict.
    #[arg(long, value_name = "HEX", default_value = "6000030000")]
    pub tpdu: String,
    /// The header of requests, for header-strict.
    #[arg(long, value_name = "HEX", default_value = "603100311000")]
    pub header: String,
    /// A switch that breaks it, see below; may be repeated.
    #[arg(long = "fault", value_name = "NAME[=VALUE]")]
    pub faults: Vec<Fault>,
    /// Seconds its clock is ahead; negative behind.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, allow_hyphen_values = true)]
    pub clock: i64,
    /// Other seeds give other working keys.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}

impl Args {
    /// A host as the command line makes it without further options.
    #[must_use]
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            control: None,
            tls: Vec::new(),
            tls_dir: None,
            tls_names: Vec::new(),
            tls_fault: None,
            merchant: MERCHANT.to_owned(),
            terminals: vec![TERMINAL.to_owned()],
            tmk: TMK.to_owned(),
            layout: Layout::Standard,
            tpdu: "6000030000".to_owned(),
            header: "603100311000".to_owned(),
            faults: Vec::new(),
            clock: 0,
            seed: 1,
        }
    }

    /// Broken by this too, e.g. `code=97*1`.
    ///
    /// # Errors
    /// When there is no such fault.
    pub fn with_fault(mut self, fault: &str) -> anyhow::Result<Self> {
        self.faults.push(fault.parse().map_err(|why: String| anyhow!(why))?);
        Ok(self)
    }

    /// Behind TLS, with certificates made at the start and `ca.pem` in this folder.
    #[must_use]
    pub fn with_tls(mut self, folder: impl Into<PathBuf>) -> Self {
        self.tls_dir = Some(folder.into());
        self
    }

    /// Whether the port speaks TLS.
    pub(super) fn has_tls(&self) -> bool {
        self.tls_dir.is_some() || !self.tls.is_empty() || self.tls_fault.is_some()
    }

    /// What the core is made with.
    ///
    /// # Errors
    /// When a number has a wrong length or a key is none.
    pub(super) fn settings(&self) -> anyhow::Result<Settings> {
        ensure!(self.merchant.len() == 15, "merchant {:?}: 15 characters are needed", self.merchant);
        for terminal in &self.terminals {
            ensure!(terminal.len() == 8, "terminal {terminal:?}: 8 characters are needed");
        }
        let tmk = hex::decode(&self.tmk).filter(|tmk| matches!(tmk.len(), 8 | 16 | 24));
        let mut faults = self.faults.clone();
        faults.extend(self.tls_fault.map(|fault| Fault { kind: FaultKind::Tls(fault), lasts: Lasts::Always }));
        Ok(Settings {
            merchant_id: self.merchant.clone(),
            terminals: self.terminals.clone(),
            tmk: tmk.context("the TMK is 16, 32 or 48 hex digits")?,
            layout: self.layout,
            tpdu: hex::array(&self.tpdu).context("the TPDU is 10 hex digits")?,
            header: hex::array(&self.header).context("the header is 12 hex digits")?,
            clock: self.clock,
            seed: self.seed,
            faults,
        })
    }
}
