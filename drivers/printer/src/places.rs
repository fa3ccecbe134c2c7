//! Where the system shows its devices. Values, so that a test can stand its own trees there.

use std::path::{Path, PathBuf};

/// The roots of the device files and of sysfs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// `/dev`
    pub dev: PathBuf,
    /// `/sys`
    pub sys: PathBuf,
}

impl Default for Places {
    fn default() -> Self {
        Self { dev: "/dev".into(), sys: "/sys".into() }
    }
}

impl Places {
    /// The file behind a path that the config wrote: what is under `/dev` is under our root of devices.
    pub(crate) fn node(&self, path: &Path) -> PathBuf {
        match path.strip_prefix("/dev") {
            Ok(rest) => self.dev.join(rest),
            Err(_) => path.to_owned(),
        }
    }

    /// Where the nodes of USB printers are made.
    pub(crate) fn usb_nodes(&self) -> PathBuf {
        self.dev.join("usb")
    }
}
