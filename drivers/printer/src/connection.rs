//! The address of a printer as the config writes it (INTERFACES §3). Only the grammar; opening is `opener`'s business.

mod serial_line;
mod usb_printer;

use std::{fmt, net::Ipv6Addr, path::PathBuf, str::FromStr};

pub use self::{
    serial_line::{Bits, Flow, Parity, SerialLine},
    usb_printer::UsbPrinter,
};

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// `tcp://HOST:PORT`; an IPv6 host stands in brackets.
    Tcp { host: String, port: u16 },
    /// `serial:///dev/ttyS0?baud=19200&flow=hardware`
    Serial(SerialLine),
    /// `usb:///dev/usb/lp0`, `usb://serial=ABC123`, `usb://port=1-1.2`
    Usb(UsbPrinter),
    /// `file:///path`: bytes are appended; gives no proof.
    File { path: PathBuf },
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
    #[error(
        "{0:?} names no device; write serial:///dev/ttyS0, usb:///dev/usb/lp0, usb://serial=ABC123 or usb://port=1-1.2"
    )]
    NoDevice(String),
    #[error("{text:?}: {key} {must}")]
    BadOption {
        text: String,
        /// The option behind the question mark.
        key: String,
        /// `must be …`
        must: &'static str,
    },
}

impl Connection {
    /// True if the printer can answer this way.
    pub fn answers(&self) -> bool {
        !matches!(self, Connection::File { .. })
    }

    /// True for a node under `/dev`: it appears and vanishes, and a folder can be watched for it.
    pub(crate) fn is_device(&self) -> bool {
        matches!(self, Connection::Serial(_) | Connection::Usb(_))
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
            "serial" => text.parse().map(Connection::Serial),
            "usb" => text.parse().map(Connection::Usb),
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
            Connection::Serial(line) => line.fmt(f),
            Connection::Usb(printer) => printer.fmt(f),
            Connection::File { path } => write!(f, "file://{}", path.display()),
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
            "serial:///dev/ttyUSB0?baud=9600&flow=dsr&parity=even&bits=7",
            "usb:///dev/usb/lp0",
            "usb://serial=ABC123",
            "usb://port=1-1.2",
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
