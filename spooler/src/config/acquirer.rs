//! `[acquirer]`: the way to the acquirer. Accepted and checked here; used by the sign-in.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use acquirer::CodeBook;
use model::SafeText;
use printer::{ConnectionError, connection::SerialLine};

use super::document::{At, Faults, Section};

/// The link to a payment terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ecr {
    Serial(SerialLine),
    /// HOST:PORT
    Tcp(String),
}

/// Who speaks to the acquirer.
#[derive(Debug, Clone)]
pub enum Via {
    /// The payment terminal, over its ECR link; `host` is only probed.
    Terminal { ecr: Ecr, host: Option<String> },
    /// Counterfoil itself; it owns the terminal number alone.
    Host { host: String, master_key_file: Option<PathBuf> },
}

/// TLS to the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    pub ca: PathBuf,
    pub server_name: String,
}

/// How working keys come from the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyLayout {
    /// what the check values confirm
    #[default]
    Auto,
    Standard,
    Double,
    Short,
}

/// The acquirer, 收单机构.
#[derive(Debug, Clone)]
pub struct Acquirer {
    pub via: Via,
    pub name: Option<SafeText>,
    /// HOST:PORT
    pub backup_host: Option<String>,
    pub tls: Option<Tls>,
    /// Ten hex digits.
    pub tpdu: Option<String>,
    /// Twelve hex digits.
    pub header: Option<String>,
    /// 终端号, 8
    pub terminal_id: String,
    /// 商户号, 15
    pub merchant_id: String,
    /// Field 60.3.
    pub network_code: String,
    pub key_layout: KeyLayout,
    pub connect_timeout: Duration,
    /// Bounds the whole answer.
    pub response_timeout: Duration,
    /// At start, at the day's change, when the host asks.
    pub auto_sign_in: bool,
    /// `acquirers.d/NAME.toml` beside the config: what this acquirer means by a code, a table like the built-in one.
    pub codes: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Terminal,
    Host,
}

impl Acquirer {
    /// `folder` is the config's own. `flaws` takes what is wrong with the codes' file, which stops nothing.
    pub(super) fn read(
        mut section: Section<'_>,
        folder: Option<&Path>,
        faults: &mut Faults,
        flaws: &mut Faults,
    ) -> Option<Acquirer> {
        // what most shops have
        let way =
            section.word("via", &[("terminal", Way::Terminal), ("host", Way::Host)], faults).unwrap_or(Way::Terminal);
        let name = section.filled("name", faults);
        let codes = name.as_ref().zip(folder).and_then(|(name, folder)| own_codes(name, folder, flaws));
        let name = name.map(|text| SafeText::new(text.value.trim()));
        let ecr_given = section.has("ecr");
        let ecr = ecr(&mut section, faults);
        let host_given = section.has("host");
        let host = address(&mut section, "host", faults);
        let backup_host = address(&mut section, "backup_host", faults);
        let tls = section.section_if_there("tls", faults).and_then(|s| tls(s, faults));
        let tpdu = hex(&mut section, "tpdu", 10, faults);
        let header = hex(&mut section, "header", 12, faults);
        let terminal_id = identifier(&mut section, "terminal_id", 8, faults);
        let merchant_id = identifier(&mut section, "merchant_id", 15, faults);
        let exclusive = section.flag("exclusive", faults);
        let network_code = section
            .word("network_code", &[("003", "003"), ("004", "004"), ("006", "006")], faults)
            .unwrap_or("003")
            .to_owned();
        let layouts = &[
            ("auto", KeyLayout::Auto),
            ("standard", KeyLayout::Standard),
            ("double", KeyLayout::Double),
            ("short", KeyLayout::Short),
        ];
        let key_layout = section.word("key_layout", layouts, faults).unwrap_or_default();
        let master_key_file = section.path("master_key_file", faults);
        let connect_timeout = timeout(&mut section, "connect_timeout", 10, faults);
        let response_timeout = timeout(&mut section, "response_timeout", 60, faults);
        let auto_sign_in = section.flag("auto_sign_in", faults).is_none_or(|flag| flag.value);
        if way == Way::Terminal && !ecr_given {
            section.missing("ecr", "is required with via = \"terminal\": the link to the payment terminal", faults);
        }
        if way == Way::Host {
            if !host_given {
                section.missing("host", "is required with via = \"host\": HOST:PORT of the acquirer", faults);
            }
            match &exclusive {
                Some(flag) if flag.value => {}
                Some(flag) => faults.add(flag.at, flag.key.clone(), EXCLUSIVE),
                None => section.missing("exclusive", EXCLUSIVE, faults),
            }
        }
        section.finish(faults);
        let via = match way {
            Way::Terminal => Via::Terminal { ecr: ecr?, host },
            Way::Host => Via::Host { host: host?, master_key_file },
        };
        Some(Acquirer {
            via,
            name,
            backup_host,
            tls,
            tpdu,
            header,
            terminal_id: terminal_id?,
            merchant_id: merchant_id?,
            network_code,
            key_layout,
            connect_timeout,
            response_timeout,
            auto_sign_in,
            codes,
        })
    }
}

/// The folder of acquirers' own codes, beside the config.
const FOLDER: &str = "acquirers.d";
/// Every code there can be takes less.
const LARGEST: u64 = 256 * 1024;

/// The acquirer's own table of codes, if there is one that can be read. A name that could lead out of the folder has none.
fn own_codes(name: &At<String>, folder: &Path, flaws: &mut Faults) -> Option<String> {
    let plain = name.value.trim();
    if plain.starts_with('.') || plain.contains(['/', '\\', '\0']) {
        return None;
    }
    let path = folder.join(FOLDER).join(format!("{plain}.toml"));
    if !path.exists() {
        return None;
    }
    let read = || {
        let meta = std::fs::metadata(&path).map_err(|error| error.to_string())?;
        if !meta.is_file() || meta.len() > LARGEST {
            return Err(format!("it is no file of at most {} KiB", LARGEST / 1024));
        }
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        CodeBook::default().add(&text).map_err(|error| error.to_string())?;
        Ok(text)
    };
    read()
        .map_err(|why| {
            let why = SafeText::new(&why);
            flaws.add(name.at, name.key.clone(), format!("{} is left out: {why}", path.display()));
        })
        .ok()
}

const EXCLUSIVE: &str = "must be true with via = \"host\": no other device may use the terminal number";

fn ecr(section: &mut Section<'_>, faults: &mut Faults) -> Option<Ecr> {
    let text = section.filled("ecr", faults)?;
    let link = if let Some(address) = text.value.strip_prefix("tcp://") {
        is_address(address).then(|| Ecr::Tcp(address.to_owned())).ok_or_else(|| "must be tcp://HOST:PORT".to_owned())
    } else if text.value.starts_with("serial://") {
        text.value.parse().map(Ecr::Serial).map_err(|error: ConnectionError| error.to_string())
    } else {
        Err("must begin with serial:// or tcp://".to_owned())
    };
    link.map_err(|sentence| faults.add(text.at, text.key, sentence)).ok()
}

fn is_address(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
        !host.is_empty() && host.chars().all(plain) && port.parse().is_ok_and(|port: u16| port > 0)
    })
}

fn address(section: &mut Section<'_>, key: &str, faults: &mut Faults) -> Option<String> {
    let text = section.text(key, faults)?;
    let good = is_address(&text.value);
    checked(text, good, "must be HOST:PORT", faults)
}

fn tls(mut section: Section<'_>, faults: &mut Faults) -> Option<Tls> {
    for key in ["ca", "server_name"] {
        if !section.has(key) {
            section.missing(key, "is required in tls", faults);
        }
    }
    let ca = section.path("ca", faults);
    let server_name = section.filled("server_name", faults);
    section.finish(faults);
    Some(Tls { ca: ca?, server_name: server_name?.value })
}

fn checked(text: At<String>, good: bool, sentence: &str, faults: &mut Faults) -> Option<String> {
    if good {
        return Some(text.value);
    }
    faults.add(text.at, text.key, sentence);
    None
}

fn hex(section: &mut Section<'_>, key: &str, length: usize, faults: &mut Faults) -> Option<String> {
    let text = section.text(key, faults)?;
    let good = text.value.len() == length && text.value.bytes().all(|b| b.is_ascii_hexdigit());
    checked(text, good, &format!("must be {length} hex digits"), faults)
}

fn identifier(section: &mut Section<'_>, key: &str, length: usize, faults: &mut Faults) -> Option<String> {
    if !section.has(key) {
        section.missing(key, "is required", faults);
    }
    let text = section.text(key, faults)?;
    let good = text.value.len() == length && text.value.bytes().all(|b| b.is_ascii_graphic());
    checked(text, good, &format!("must be {length} characters, printable ASCII without spaces"), faults)
}

fn timeout(section: &mut Section<'_>, key: &str, seconds: u64, faults: &mut Faults) -> Duration {
    section.duration(key, faults).filter(|duration| !duration.is_zero()).unwrap_or(Duration::from_secs(seconds))
}
