//! `[acquirer]` of the config in the words of the driver. What can't be used is kept as the sentence that says so: it stops
//! the sign-in, never the daemon.

use std::{path::PathBuf, time::Duration};

use acquirer::{
    CodeBook, HostAddress, KeyLayout, Limits, NetworkCode, Route, Terminal, TlsTrust,
    ecr::{EcrAddress, LinkTimes},
};
use model::Via;

use crate::config;

/// TPDU and header of requests where the config names none.
const TPDU: &str = "6000030000";
const HEADER: &str = "603100311000";

/// The way to the payment terminal.
#[derive(Debug, Clone)]
pub(crate) struct Ecr {
    pub(crate) address: Result<EcrAddress, String>,
    pub(crate) times: LinkTimes,
}

/// All that is needed to speak with the acquirer.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) via: Via,
    pub(crate) terminal_id: String,
    pub(crate) merchant_id: String,
    /// 收单机构, by whose name codes may have another meaning.
    pub(crate) name: Option<String>,
    pub(crate) terminal: Result<Terminal, String>,
    /// Via the terminal it is only probed; `None`: the config names no host.
    pub(crate) route: Option<Result<Route, String>>,
    pub(crate) limits: Limits,
    pub(crate) network: NetworkCode,
    pub(crate) layout: KeyLayout,
    pub(crate) master_key_file: Option<PathBuf>,
    pub(crate) ecr: Option<Ecr>,
    pub(crate) auto: bool,
    pub(crate) book: CodeBook,
}

impl Setup {
    pub(crate) fn of(config: &config::Acquirer) -> Setup {
        let (via, host, ecr, master_key_file) = match &config.via {
            config::Via::Terminal { ecr, host } => (Via::Terminal, host.clone(), Some(ecr_of(config, ecr)), None),
            config::Via::Host { host, master_key_file } => {
                (Via::Host, Some(host.clone()), None, master_key_file.clone())
            }
        };
        Setup {
            via,
            terminal_id: config.terminal_id.clone(),
            merchant_id: config.merchant_id.clone(),
            name: config.name.as_ref().map(|name| name.as_str().to_owned()),
            terminal: terminal(config),
            route: host.map(|host| route(config, &host)),
            limits: Limits::new(config.connect_timeout, config.response_timeout),
            network: NetworkCode::from_digits(&config.network_code).unwrap_or(NetworkCode::Double),
            layout: match config.key_layout {
                config::KeyLayout::Auto => KeyLayout::Auto,
                config::KeyLayout::Standard => KeyLayout::Standard,
                config::KeyLayout::Double => KeyLayout::Double,
                config::KeyLayout::Short => KeyLayout::Short,
            },
            master_key_file,
            ecr,
            auto: config.auto_sign_in,
            book: book(config.codes.as_deref()),
        }
    }
}

/// The built-in codes, and over them the acquirer's own.
fn book(own: Option<&str>) -> CodeBook {
    // its own tests read it: without it every code is said to be unknown
    let mut book = CodeBook::built_in().unwrap_or_default();
    if let Some(own) = own {
        let before = book.clone();
        // the config has read it before
        if book.add(own).is_err() {
            return before;
        }
    }
    book
}

fn ecr_of(config: &config::Acquirer, ecr: &config::Ecr) -> Ecr {
    let address = match ecr {
        config::Ecr::Serial(line) => Ok(EcrAddress::Serial { path: line.path.clone(), baud: line.baud }),
        config::Ecr::Tcp(address) => {
            address.parse().map(EcrAddress::Tcp).map_err(|error| format!("acquirer.ecr: {error}"))
        }
    };
    // the answer's limit counts from the acknowledgement on
    let times = LinkTimes { answer: config.response_timeout, ..LinkTimes::default() };
    Ecr { address, times }
}

fn terminal(config: &config::Acquirer) -> Result<Terminal, String> {
    let tpdu = config.tpdu.as_deref().unwrap_or(TPDU).parse().map_err(|error| format!("acquirer.tpdu: {error}"))?;
    let header =
        config.header.as_deref().unwrap_or(HEADER).parse().map_err(|error| format!("acquirer.header: {error}"))?;
    Terminal::new(tpdu, header, &config.terminal_id, &config.merchant_id).map_err(|error| error.to_string())
}

fn route(config: &config::Acquirer, host: &str) -> Result<Route, String> {
    let address = |key: &str, text: &str| -> Result<HostAddress, String> {
        text.parse().map_err(|error| format!("acquirer.{key}: {error}"))
    };
    let backup = config.backup_host.as_deref().map(|text| address("backup_host", text)).transpose()?;
    let tls = config.tls.as_ref().map(|tls| TlsTrust::load(&tls.ca, &tls.server_name));
    let tls = tls.transpose().map_err(|error| format!("acquirer.tls: {error}"))?;
    Ok(Route { primary: address("host", host)?, backup, tls })
}

/// So long a probe of the payment terminal's line may take.
pub(crate) const KNOCK: Duration = Duration::from_secs(2);
