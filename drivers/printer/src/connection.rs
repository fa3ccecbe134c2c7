//! The address of a printer as the config writes it (INTERFACES §3).

use std::{fmt, net::Ipv6Addr, path::PathBuf, str::FromStr};

/// Ways to reach a printer that are known and not driven by this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    Serial,
    Usb,
}

impl fmt::Display for LineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LineKind::Serial => "serial",
            LineKind::Usb => "usb",
        })
    }
}

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// `tcp://HOST:PORT`; an IPv6 host stands in brackets.
    Tcp { host: String, port: u16 },
    /// `file:///path`: bytes are appended; gives no proof.
    File { path: PathBuf },
    /// `serial://…` and `usb://…`, as written: taken, so that a shop's config is right from the start, and never
    /// opened. Such a printer has no device.
    Undriven { kind: LineKind, rest: String },
}

/// Why an address was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionError {
    #[error("{0:?} is no way to reach a printer; write tcp://HOST:PORT, serial:///dev/…, usb://… or file:///path")]
    UnknownScheme(String),
    #[error("{0:?} names no host; write tcp://HOST:PORT")]
    NoHost(String),
    #[error("{0:?} names no port from 1 to 65535; write tcp://HOST:PORT, usually 9100")]
    NoPort(String),
    #[error("{0:?} names no file; write file:///path with three slashes")]
    NoPath(String),
    #[error("{0:?} names no device; write serial:///dev/ttyS0, usb:///dev/usb/lp0 or usb://serial=ABC123")]
    NoDevice(String),
}

impl Connection {
    /// True if the printer can answer this way.
    pub fn answers(&self) -> bool {
        !matches!(self, Connection::File { .. })
    }

    /// False for the lines that this version only knows by name: trying to open one is no use.
    pub fn is_driven(&self) -> bool {
        !matches!(self, Connection::Undriven { .. })
    }
}

impl FromStr for Connection {
    type Err = ConnectionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let whole = || text.to_owned();
        let (scheme, rest) = text.split_once("://").ok_or_else(|| ConnectionError::UnknownScheme(whole()))?;
        match scheme {
            "tcp" => {
                let (host, port) = rest.rsplit_once(':').ok_or_else(|| ConnectionError::NoPort(whole()))?;
                let port =
                    port.parse().ok().filter(|port| *port != 0).ok_or_else(|| ConnectionError::NoPort(whole()))?;
                let host = host_name(host).ok_or_else(|| ConnectionError::NoHost(whole()))?;
                Ok(Connection::Tcp { host, port })
            }
            "file" if rest.len() > 1 && rest.starts_with('/') => Ok(Connection::File { path: PathBuf::from(rest) }),
            "file" => Err(ConnectionError::NoPath(whole())),
            "serial" | "usb" if rest.is_empty() => Err(ConnectionError::NoDevice(whole())),
            "serial" => Ok(Connection::Undriven { kind: LineKind::Serial, rest: rest.to_owned() }),
            "usb" => Ok(Connection::Undriven { kind: LineKind::Usb, rest: rest.to_owned() }),
            _ => Err(ConnectionError::UnknownScheme(whole())),
        }
    }
}

fn host_name(text: &str) -> Option<String> {
    if let Some(inner) = text.strip_prefix('[') {
        return inner.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(|address| address.to_string());
    }
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    (!text.is_empty() && text.chars().all(plain)).then(|| text.to_owned())
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Connection::Tcp { host, port } if host.contains(':') => write!(f, "tcp://[{host}]:{port}"),
            Connection::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
            Connection::File { path } => write!(f, "file://{}", path.display()),
            Connection::Undriven { kind, rest } => write!(f, "{kind}://{rest}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written_the_same() {
        for text in [
            "tcp://192.168.1.50:9100",
            "tcp://printer-1.shop.lan:9100",
            "tcp://[fe80::1]:9100",
            "file:///var/spool/slips.bin",
            "serial:///dev/ttyS0?baud=19200&flow=hardware",
            "usb:///dev/usb/lp0",
            "usb://serial=ABC123",
        ] {
            assert_eq!(text.parse::<Connection>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        use ConnectionError as E;
        let cases = [
            ("serial://", E::NoDevice("serial://".into())),
            ("usb://", E::NoDevice("usb://".into())),
            ("tcp://host", E::NoPort("tcp://host".into())),
            ("tcp://host:0", E::NoPort("tcp://host:0".into())),
            ("tcp://:9100", E::NoHost("tcp://:9100".into())),
            ("tcp://a/b:9100", E::NoHost("tcp://a/b:9100".into())),
            ("tcp://fe80::1:9100", E::NoHost("tcp://fe80::1:9100".into())),
            ("file://slips", E::NoPath("file://slips".into())),
            ("file:///", E::NoPath("file:///".into())),
            ("lpd://host", E::UnknownScheme("lpd://host".into())),
            ("192.168.1.50", E::UnknownScheme("192.168.1.50".into())),
        ];
        for (text, error) in cases {
            assert_eq!(text.parse::<Connection>(), Err(error));
        }
    }
}
