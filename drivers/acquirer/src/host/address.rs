//! `HOST:PORT`, the host a name, an IPv4 address or an IPv6 address in brackets.

use std::{fmt, net::IpAddr, str::FromStr};

/// Where a host listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostAddress {
    host: String,
    port: u16,
}

/// A text that is no `HOST:PORT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be HOST:PORT, an IPv6 address in brackets")]
pub struct AddressError;

impl HostAddress {
    /// Name or address, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address, if the host is written as one and nothing has to be looked up.
    pub fn literal(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

impl FromStr for HostAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<HostAddress, AddressError> {
        let (host, port) = text.rsplit_once(':').ok_or(AddressError)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or(AddressError)?;
        let host = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(inner) if inner.parse::<std::net::Ipv6Addr>().is_ok() => inner,
            Some(_) => return Err(AddressError),
            None if host.contains(':') => return Err(AddressError),
            None => host,
        };
        if host.is_empty() || !host.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(AddressError);
        }
        Ok(HostAddress { host: host.to_owned(), port })
    }
}

impl fmt::Display for HostAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_and_a_port_are_read_and_written_alike() {
        for good in ["10.0.0.1:8583", "pos.example:443", "[2001:db8::1]:8583"] {
            assert_eq!(good.parse::<HostAddress>().unwrap().to_string(), good);
        }
        for bad in ["", "host", "host:", ":1", "host:0", "host:70000", "2001:db8::1:8583", "[x]:1", "a b:1"] {
            assert!(bad.parse::<HostAddress>().is_err(), "{bad}");
        }
    }
}
