//! A USB printer as the config names it: by its node, its serial number, or the socket it is plugged into.

use std::{fmt, path::PathBuf, str::FromStr};

use super::ConnectionError;

/// Which USB printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsbPrinter {
    /// `usb:///dev/usb/lp0`: the one that had this node when it was first opened.
    Node(PathBuf),
    /// `usb://serial=ABC123`: on whatever node it comes.
    Serial(String),
    /// `usb://port=1-1.2`: whatever is plugged in there (bus, then the ports on the way).
    Port(String),
}

impl FromStr for UsbPrinter {
    type Err = ConnectionError;

    fn from_str(text: &str) -> Result<Self, ConnectionError> {
        let none = || ConnectionError::NoDevice(text.to_owned());
        let rest = text.strip_prefix("usb://").ok_or_else(none)?;
        if let Some(serial) = rest.strip_prefix("serial=") {
            let good = !serial.is_empty() && serial.bytes().all(|byte| byte.is_ascii_graphic());
            return good.then(|| UsbPrinter::Serial(serial.to_owned())).ok_or_else(none);
        }
        if let Some(port) = rest.strip_prefix("port=") {
            return is_port(port).then(|| UsbPrinter::Port(port.to_owned())).ok_or_else(none);
        }
        (rest.starts_with('/') && rest.len() > 1).then(|| UsbPrinter::Node(rest.into())).ok_or_else(none)
    }
}

/// `1-1.2`
fn is_port(text: &str) -> bool {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-').is_some_and(|(bus, path)| number(bus) && path.split('.').all(number))
}

impl fmt::Display for UsbPrinter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UsbPrinter::Node(path) => write!(f, "usb://{}", path.display()),
            UsbPrinter::Serial(serial) => write!(f, "usb://serial={serial}"),
            UsbPrinter::Port(port) => write!(f, "usb://port={port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printer_is_a_node_a_serial_number_or_a_port() {
        let read = |text: &str| text.parse::<UsbPrinter>().ok();
        assert_eq!(read("usb:///dev/usb/lp0"), Some(UsbPrinter::Node("/dev/usb/lp0".into())));
        assert_eq!(read("usb://serial=ABC123"), Some(UsbPrinter::Serial("ABC123".into())));
        assert_eq!(read("usb://port=1-1.2"), Some(UsbPrinter::Port("1-1.2".into())));
        for bad in
            ["usb://", "usb:///", "usb://serial=", "usb://serial=a b", "usb://port=1", "usb://port=1-1.", "usb://A"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
