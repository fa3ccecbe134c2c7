//! Which device a connection leads to, whatever else the connection says: the way to see that two are the same one.

use std::{net::IpAddr, path::PathBuf};

use printer::{
    Connection,
    connection::{SerialLine, UsbPrinter},
};

/// A device by what names it. Names are compared, nothing is opened or looked up: a host's name and its address are two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Device {
    /// In lower case, without the root's dot.
    Net(String, u16),
    /// Serial lines and USB nodes.
    Node(PathBuf),
    UsbSerial(String),
    UsbPort(String),
    File(PathBuf),
}

impl Device {
    pub(crate) fn of(connection: &Connection) -> Device {
        // without doubled slashes and single dots
        let plain = |path: &PathBuf| path.components().collect();
        match connection {
            Connection::Tcp { host, port } => {
                let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
                let address = name.parse::<IpAddr>().map(|address| address.to_canonical().to_string());
                Device::Net(address.unwrap_or(name), *port)
            }
            Connection::Serial(SerialLine { path, .. }) | Connection::Usb(UsbPrinter::Node(path)) => {
                Device::Node(plain(path))
            }
            Connection::Usb(UsbPrinter::Serial(number)) => Device::UsbSerial(number.clone()),
            Connection::Usb(UsbPrinter::Port(port)) => Device::UsbPort(port.clone()),
            Connection::File { path } => Device::File(plain(path)),
        }
    }

    /// False for a file: several printers may append to one.
    pub(crate) fn is_one_printers(&self) -> bool {
        !matches!(self, Device::File(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_the_same_however_it_is_written() {
        let device = |text: &str| Device::of(&text.parse().unwrap());
        for (one, other) in [
            ("tcp://Printer.shop.lan:9100", "tcp://printer.shop.lan.:9100"),
            ("tcp://[FE80::0:1]:9100", "tcp://[fe80::1]:9100"),
            ("tcp://[::ffff:192.168.1.50]:9100", "tcp://192.168.1.50:9100"),
            ("serial:///dev/ttyS0", "serial:///dev//./ttyS0?baud=19200&flow=hardware"),
            ("serial:///dev/usb/lp0", "usb:///dev/usb/lp0"),
            ("usb://serial=ABC123", "usb://serial=ABC123"),
        ] {
            assert_eq!(device(one), device(other));
        }
        for (one, other) in [
            ("tcp://192.168.1.50:9100", "tcp://192.168.1.50:9101"),
            ("tcp://192.168.1.50:9100", "tcp://192.168.1.51:9100"),
            ("serial:///dev/ttyS0", "serial:///dev/ttyS1"),
            ("usb://serial=ABC123", "usb://serial=abc123"),
            ("usb://port=1-1", "usb://port=1-1.1"),
        ] {
            assert_ne!(device(one), device(other));
        }
    }
}
