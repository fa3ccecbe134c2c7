//! A till's `/dev` and `/sys` in a folder: printers are plugged in and out by links to pseudo terminals.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    thread,
};

use model::{Cause, Proof};
use printer::{Connection, Places, WorkerHandle};
use rustix::{
    process::{Uid, getuid},
    thread::set_thread_res_uid,
};

use super::cable::Cable;
use crate::shop::{Entry, Shop};

#[derive(Debug)]
pub(crate) struct Bench {
    root: tempfile::TempDir,
}

impl Bench {
    /// With an empty `/dev` and nothing on USB.
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::set_permissions(root.path(), Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(root.path().join("dev")).unwrap();
        fs::create_dir(root.path().join("sys")).unwrap();
        Self { root }
    }

    pub(crate) fn places(&self) -> Places {
        Places { dev: self.root.path().join("dev"), sys: self.root.path().join("sys") }
    }

    fn node(&self, name: &str) -> PathBuf {
        self.places().dev.join(name)
    }

    /// A device appears as `/dev/name`.
    pub(crate) fn appear(&self, name: &str, cable: &Cable) {
        let node = self.node(name);
        fs::create_dir_all(node.parent().unwrap()).unwrap();
        // whole at once, as a node is
        symlink(&cable.node, &node).unwrap();
    }

    pub(crate) fn vanish(&self, name: &str) {
        fs::remove_file(self.node(name)).unwrap();
    }

    /// Plugs a USB printer in: first sysfs knows it, then it has a node.
    pub(crate) fn plug(&self, lp: &str, port: &str, serial: &str, cable: &Cable) {
        let (bus, path) = port.split_once('-').unwrap();
        let device = self.device(port);
        let lp_folder = device.join(format!("{port}:1.0/usbmisc")).join(lp);
        fs::create_dir_all(&lp_folder).unwrap();
        for (name, text) in [("busnum", bus), ("devpath", path), ("serial", serial)] {
            fs::write(device.join(name), format!("{text}\n")).unwrap();
        }
        symlink("../..", lp_folder.join("device")).unwrap();
        let class = self.places().sys.join("class/usbmisc");
        fs::create_dir_all(&class).unwrap();
        symlink(&lp_folder, class.join(lp)).unwrap();
        self.appear(&format!("usb/{lp}"), cable);
    }

    pub(crate) fn unplug(&self, lp: &str, port: &str) {
        self.vanish(&format!("usb/{lp}"));
        fs::remove_file(self.places().sys.join("class/usbmisc").join(lp)).unwrap();
        fs::remove_dir_all(self.device(port)).unwrap();
    }

    fn device(&self, port: &str) -> PathBuf {
        self.places().sys.join("devices/usb").join(port)
    }

    pub(crate) fn open(&self, shop: &Shop, connection: &str, remembered: Option<Proof>) -> WorkerHandle {
        shop.open_in(self.places(), connection.parse().unwrap(), remembered)
    }

    /// The same, by a worker that may not do everything: root may open what nobody may.
    pub(crate) fn open_unprivileged(&self, shop: &Shop, connection: &str) -> WorkerHandle {
        let (shop, places) = (shop.clone(), self.places());
        let connection: Connection = connection.parse().unwrap();
        let open = move || {
            if getuid().is_root() {
                let nobody = Uid::from_raw(65_534);
                set_thread_res_uid(nobody, nobody, nobody).unwrap();
            }
            shop.open_in(places, connection, Some(Proof::ProcessId))
        };
        thread::spawn(open).join().unwrap()
    }
}

pub(crate) fn permit(node: &Path, mode: u32) {
    fs::set_permissions(node, Permissions::from_mode(mode)).unwrap();
}

pub(crate) fn blocked(shop: &Shop, cause: Cause) {
    shop.wait_until(&format!("{cause}"), |entries| {
        entries.iter().rev().find(|entry| matches!(entry, Entry::Blocked(_))) == Some(&Entry::Blocked(Some(cause)))
    });
}

/// Waits until the last thing that was reported is like this.
pub(crate) fn reports(shop: &Shop, what: &str, like: impl Fn(&printer::PrinterState) -> bool) {
    shop.wait_until(what, |entries| {
        let last = entries.iter().rev().find_map(|entry| match entry {
            Entry::Report(state) => Some(state),
            _ => None,
        });
        last.is_some_and(&like)
    });
}
