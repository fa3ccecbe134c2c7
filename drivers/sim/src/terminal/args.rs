//! The options of `counterfoil-sim terminal`. Nothing is opened here.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};

use super::device::Device;
use super::fault::{Fault, FaultKind};
use super::host_line::HostLine;
use crate::acquirer::switch::help;
use crate::acquirer::{MERCHANT, TERMINAL, TMK, hex};

/// Options of `counterfoil-sim terminal`. Made by `Args::tcp` or `Args::pty`; every field may then be set.
#[derive(Debug, Clone, clap::Args)]
#[command(group(clap::ArgGroup::new("at").required(true).args(["listen", "pty"])), after_long_help = help::<FaultKind>())]
pub struct Args {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Symlink to a pseudo-terminal: plays a serial line.
    #[arg(long, value_name = "PATH")]
    pub pty: Option<PathBuf>,
    /// Unix socket that takes JSON lines to break and mend the terminal and to press its keys.
    #[arg(long, value_name = "SOCKET")]
    pub control: Option<PathBuf>,
    /// The acquirer's host; without it the terminal answers as if the host had always said 00.
    #[arg(long, value_name = "ADDR")]
    pub host: Option<SocketAddr>,
    /// Its number, 8 characters.
    #[arg(long, value_name = "ID", default_value = TERMINAL)]
    pub terminal_id: String,
    /// Its merchant's number, 15 characters.
    #[arg(long, value_name = "ID", default_value = MERCHANT)]
    pub merchant_id: String,
    /// The terminal master key, 16, 32 or 48 hex digits.
    #[arg(long, value_name = "HEX", default_value = TMK)]
    pub tmk: String,
    /// Field 60.3 of its sign-in: 001, 003, 004 or 006.
    #[arg(long, value_name = "NNN", default_value = "003")]
    pub network_code: String,
    /// The TPDU of its requests.
    #[arg(long, value_name = "HEX", default_value = "6000030000")]
    pub tpdu: String,
    /// The header of its requests.
    #[arg(long, value_name = "HEX", default_value = "603100311000")]
    pub header: String,
    /// Seconds it waits for the host, to connect and to be answered.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub host_timeout: u64,
    /// A switch that breaks it, see below; may be repeated.
    #[arg(long = "fault", value_name = "NAME[=VALUE]")]
    pub faults: Vec<Fault>,
}

impl Args {
    /// A terminal on a port, as the command line makes it without further options.
    #[must_use]
    pub fn tcp(listen: SocketAddr) -> Self {
        Self {
            listen: Some(listen),
            pty: None,
            control: None,
            host: None,
            terminal_id: TERMINAL.to_owned(),
            merchant_id: MERCHANT.to_owned(),
            tmk: TMK.to_owned(),
            network_code: "003".to_owned(),
            tpdu: "6000030000".to_owned(),
            header: "603100311000".to_owned(),
            host_timeout: 10,
            faults: Vec::new(),
        }
    }

    /// A terminal on a serial line.
    #[must_use]
    pub fn pty(path: impl Into<PathBuf>) -> Self {
        Self { listen: None, pty: Some(path.into()), ..Self::tcp(SocketAddr::from(([127, 0, 0, 1], 0))) }
    }

    /// Connected to this host.
    #[must_use]
    pub fn with_host(mut self, host: SocketAddr) -> Self {
        self.host = Some(host);
        self
    }

    /// Broken by this too, e.g. `busy`.
    ///
    /// # Errors
    /// When there is no such fault.
    pub fn with_fault(mut self, fault: &str) -> anyhow::Result<Self> {
        self.faults.push(fault.parse().map_err(|why: String| anyhow!(why))?);
        Ok(self)
    }

    /// The terminal before anybody has touched it.
    ///
    /// # Errors
    /// When a number has a wrong length or a key is none.
    pub(super) fn device(&self) -> anyhow::Result<Device> {
        ensure!(self.terminal_id.len() == 8, "terminal {:?}: 8 characters are needed", self.terminal_id);
        ensure!(self.merchant_id.len() == 15, "merchant {:?}: 15 characters are needed", self.merchant_id);
        ensure!(
            matches!(self.network_code.as_str(), "001" | "003" | "004" | "006"),
            "network code {:?}: 001, 003, 004 and 006 are known",
            self.network_code
        );
        let tmk = hex::decode(&self.tmk).filter(|tmk| matches!(tmk.len(), 8 | 16 | 24));
        let line = HostLine {
            host: self.host,
            tpdu: hex::array(&self.tpdu).context("the TPDU is 10 hex digits")?,
            header: hex::array(&self.header).context("the header is 12 hex digits")?,
            timeout: Duration::from_secs(self.host_timeout.max(1)),
            references: 0,
        };
        let tmk = tmk.context("the TMK is 16, 32 or 48 hex digits")?;
        Ok(Device::new(&self.merchant_id, &self.terminal_id, &self.network_code, tmk, line))
    }
}
