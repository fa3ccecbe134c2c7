//! Which node a USB printer has now, told from sysfs: nodes are given out in the order of plugging in.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{connection::UsbPrinter, places::Places};

/// The keys of an IEEE 1284 device id that hold a serial number.
const SERIAL_KEYS: [&str; 4] = ["SN", "SERN", "SERIALNUMBER", "SER"];

/// What does not change when a printer is plugged in again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Identity {
    serial: Option<String>,
    /// `1-1.2`
    port: Option<String>,
}

/// Finds one printer again and again.
#[derive(Debug)]
pub(crate) struct Finder {
    places: Places,
    wanted: UsbPrinter,
    /// Who had the node that the config names when it was first opened.
    known: Option<Identity>,
}

impl Finder {
    pub(crate) fn new(places: Places, wanted: UsbPrinter) -> Self {
        Self { places, wanted, known: None }
    }

    /// The node, whether or not it is there; `None`: no printer that is plugged in is the one.
    pub(crate) fn node(&self) -> Option<PathBuf> {
        match &self.wanted {
            UsbPrinter::Serial(serial) => self.search(|found| found.serial.as_ref() == Some(serial)),
            UsbPrinter::Port(port) => self.search(|found| found.port.as_ref() == Some(port)),
            UsbPrinter::Node(path) => {
                let again = self.known.as_ref().and_then(|known| {
                    self.search(|found| match &known.serial {
                        Some(serial) => found.serial.as_ref() == Some(serial),
                        None => found.port.is_some() && found.port == known.port,
                    })
                });
                // it may have been exchanged for another
                Some(again.unwrap_or_else(|| self.places.node(path)))
            }
        }
    }

    /// This node was opened.
    pub(crate) fn opened(&mut self, node: &Path) {
        if let Some(name) = node.file_name() {
            self.known = Some(identify(&self.class().join(name)));
        }
    }

    fn class(&self) -> PathBuf {
        self.places.sys.join("class/usbmisc")
    }

    fn search(&self, is_it: impl Fn(&Identity) -> bool) -> Option<PathBuf> {
        let mut names: Vec<OsString> = fs::read_dir(self.class())
            .ok()?
            .filter_map(Result::ok)
            .map(|entry| entry.file_name())
            .filter(|name| name.to_string_lossy().starts_with("lp"))
            .collect();
        // of two that say the same the first, always
        names.sort();
        let name = names.into_iter().find(|name| is_it(&identify(&self.class().join(name))))?;
        Some(self.places.usb_nodes().join(name))
    }
}

/// What sysfs says of `class/usbmisc/lpN`: its `device` is the interface, whose folder lies in the one of the USB device.
fn identify(lp: &Path) -> Identity {
    let Ok(interface) = fs::canonicalize(lp.join("device")) else { return Identity { serial: None, port: None } };
    let device = interface.parent().unwrap_or(&interface);
    let read = |path: PathBuf| -> Option<String> {
        let text = fs::read_to_string(path).map(|text| text.trim().to_owned()).ok()?;
        (!text.is_empty()).then_some(text)
    };
    let serial = read(device.join("serial")).or_else(|| {
        // many clones have no serial number but in here, if at all
        let id = read(interface.join("ieee1284_id"))?;
        id.split(';').find_map(|part| {
            let (key, value) = part.split_once(':')?;
            let serial = SERIAL_KEYS.contains(&key.trim().to_uppercase().as_str()) && !value.trim().is_empty();
            serial.then(|| value.trim().to_owned())
        })
    });
    let port = match (read(device.join("busnum")), read(device.join("devpath"))) {
        (Some(bus), Some(path)) => Some(format!("{bus}-{path}")),
        _ => None,
    };
    Identity { serial, port }
}

/// Unfit to be opened because it is not there.
pub(crate) fn not_there() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "no printer that is plugged in is the one")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plugs a printer into a tree that looks like sysfs.
    fn plug(sys: &Path, lp: &str, port: &str, serial: Option<&str>, id: Option<&str>) {
        let (bus, path) = port.split_once('-').unwrap();
        let device = sys.join("devices/pci0000:00/usb1").join(port);
        let interface = device.join(format!("{port}:1.0"));
        fs::create_dir_all(interface.join("usbmisc").join(lp)).unwrap();
        fs::write(device.join("busnum"), format!("{bus}\n")).unwrap();
        fs::write(device.join("devpath"), format!("{path}\n")).unwrap();
        if let Some(serial) = serial {
            fs::write(device.join("serial"), format!("{serial}\n")).unwrap();
        }
        if let Some(id) = id {
            fs::write(interface.join("ieee1284_id"), format!("{id}\n")).unwrap();
        }
        let class = sys.join("class/usbmisc");
        fs::create_dir_all(&class).unwrap();
        std::os::unix::fs::symlink(&interface, interface.join("usbmisc").join(lp).join("device")).unwrap();
        std::os::unix::fs::symlink(interface.join("usbmisc").join(lp), class.join(lp)).unwrap();
    }

    fn unplug(sys: &Path, lp: &str, port: &str) {
        fs::remove_file(sys.join("class/usbmisc").join(lp)).unwrap();
        fs::remove_dir_all(sys.join("devices/pci0000:00/usb1").join(port)).unwrap();
    }

    fn finder(sys: &Path, wanted: &str) -> Finder {
        Finder::new(Places { dev: "/dev".into(), sys: sys.to_owned() }, wanted.parse().unwrap())
    }

    #[test]
    fn a_printer_is_found_by_its_serial_number_or_its_port_whatever_its_node() {
        let sys = tempfile::tempdir().unwrap();
        let sys = sys.path();
        assert_eq!(finder(sys, "usb://serial=ABC").node(), None);
        plug(sys, "lp0", "1-1.2", Some("XYZ"), None);
        plug(sys, "lp3", "2-4", None, Some("MFG:POS;MDL:POS-80;SN:ABC;"));
        assert_eq!(finder(sys, "usb://serial=ABC").node(), Some("/dev/usb/lp3".into()));
        assert_eq!(finder(sys, "usb://serial=XYZ").node(), Some("/dev/usb/lp0".into()));
        assert_eq!(finder(sys, "usb://port=2-4").node(), Some("/dev/usb/lp3".into()));
        assert_eq!(finder(sys, "usb://port=1-1").node(), None);
        assert_eq!(finder(sys, "usb:///dev/usb/lp7").node(), Some("/dev/usb/lp7".into()));
    }

    #[test]
    fn a_printer_named_by_its_node_is_found_again_on_another() {
        let sys = tempfile::tempdir().unwrap();
        let sys = sys.path();
        plug(sys, "lp0", "1-1", Some("AAA"), None);
        let mut finder = finder(sys, "usb:///dev/usb/lp0");
        finder.opened(Path::new("/dev/usb/lp0"));
        unplug(sys, "lp0", "1-1");
        plug(sys, "lp0", "1-2", Some("BBB"), None);
        plug(sys, "lp1", "1-1", Some("AAA"), None);
        assert_eq!(finder.node(), Some("/dev/usb/lp1".into()), "not the stranger on its old node");
        unplug(sys, "lp1", "1-1");
        assert_eq!(finder.node(), Some("/dev/usb/lp0".into()), "exchanged for another");
    }

    #[test]
    fn one_without_a_serial_number_is_known_by_its_port() {
        let sys = tempfile::tempdir().unwrap();
        let sys = sys.path();
        plug(sys, "lp0", "1-1", None, None);
        let mut finder = finder(sys, "usb:///dev/usb/lp0");
        finder.opened(Path::new("/dev/usb/lp0"));
        unplug(sys, "lp0", "1-1");
        plug(sys, "lp2", "1-1", None, None);
        assert_eq!(finder.node(), Some("/dev/usb/lp2".into()));
    }
}
