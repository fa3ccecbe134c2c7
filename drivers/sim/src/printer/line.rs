//! A serial line or a USB node, played by a pseudo-terminal behind a symlink that comes and goes with the power.
//! It can't play modem lines (DSR, CTS, carrier), zero-length USB packets, ENODEV and the ioctls of usblp.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rustix::fs::inotify;
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, ptsname, unlockpt};
use rustix::termios::{ControlModes, InputModes, OptionalActions, QueueSelector};

use super::traffic::{OUT_MOST, Received};
use super::wire::Flow;

/// A symlink and, while there is power, the pseudo-terminal it leads to.
#[derive(Debug)]
pub(super) struct Line {
    path: PathBuf,
    pair: Option<Pair>,
    out: Vec<u8>,
}

/// Both ends. Ours of the host's side stays open: otherwise the far end would hang up whenever the host closes.
#[derive(Debug)]
struct Pair {
    printer: OwnedFd,
    host: OwnedFd,
    /// Tells when the host's side is opened and closed.
    watch: OwnedFd,
    node: PathBuf,
    /// How often it is open, ours apart.
    opened: u32,
}

impl Line {
    /// Makes the node. A symlink that leads nowhere any more is replaced, anything else in its place is an error.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let mut line = Self { path: path.to_owned(), pair: None, out: Vec::new() };
        line.power_on()?;
        Ok(line)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn watch(&self) -> Option<BorrowedFd<'_>> {
        self.pair.as_ref().map(|pair| pair.watch.as_fd())
    }

    pub(super) fn printer(&self) -> Option<BorrowedFd<'_>> {
        self.pair.as_ref().map(|pair| pair.printer.as_fd())
    }

    pub(super) fn is_connected(&self) -> bool {
        self.pair.as_ref().is_some_and(|pair| pair.opened > 0)
    }

    pub(super) fn has_out(&self) -> bool {
        !self.out.is_empty()
    }

    /// Notes who opened and closed; true when somebody opened it since.
    pub(super) fn look(&mut self) -> bool {
        let Some(pair) = &mut self.pair else { return false };
        let mut came = false;
        let mut space = [MaybeUninit::uninit(); 1024];
        let mut reader = inotify::Reader::new(&pair.watch, &mut space);
        while let Ok(event) = reader.next() {
            if event.events().contains(inotify::ReadFlags::OPEN) {
                pair.opened += 1;
                came = true;
            } else {
                pair.opened = pair.opened.saturating_sub(1);
                if pair.opened == 0 {
                    // what nobody has read is lost, and with the last owner goes his claim to be the only one
                    let _ = rustix::termios::tcflush(&pair.host, QueueSelector::IFlush);
                    let _ = rustix::termios::ioctl_tiocnxcl(&pair.host);
                    self.out.clear();
                }
            }
        }
        came
    }

    /// Whether the host's side is set to obey this kind of flow control: IXON, CRTSCTS.
    pub(super) fn obeys(&self, flow: Flow) -> bool {
        let modes = self.pair.as_ref().and_then(|pair| rustix::termios::tcgetattr(&pair.host).ok());
        match (flow, modes) {
            (Flow::Software, Some(modes)) => modes.input_modes.contains(InputModes::IXON),
            (Flow::Hardware, Some(modes)) => modes.control_modes.contains(ControlModes::CRTSCTS),
            (Flow::None, _) | (_, None) => false,
            (Flow::Wire, _) => true,
        }
    }

    /// The baud rate the host has set.
    pub(super) fn baud(&self) -> Option<u32> {
        self.pair
            .as_ref()
            .and_then(|pair| rustix::termios::tcgetattr(&pair.host).ok())
            .map(|modes| modes.output_speed())
    }

    pub(super) fn read(&mut self, most: usize, into: &mut Vec<u8>) -> Received {
        let Some(pair) = &self.pair else { return Received::Nothing };
        let mut space = vec![0; most.min(64 * 1024)];
        match rustix::io::read(&pair.printer, space.as_mut_slice()) {
            Ok(count) => {
                into.extend(space.iter().take(count));
                Received::Bytes
            }
            Err(_) => Received::Nothing,
        }
    }

    /// Answers; while nobody has the node open they are lost.
    pub(super) fn send(&mut self, bytes: &[u8]) {
        if self.is_connected() && self.out.len() + bytes.len() <= OUT_MOST {
            self.out.extend_from_slice(bytes);
        }
    }

    pub(super) fn flush(&mut self) {
        while let Some(pair) = &self.pair
            && !self.out.is_empty()
        {
            match rustix::io::write(&pair.printer, &self.out) {
                Ok(count) if count > 0 => {
                    self.out.drain(..count.min(self.out.len()));
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Ok(_) | Err(_) => return self.out.clear(),
            }
        }
    }

    /// What the host has sent and nobody has read yet is lost, as on a cable that was out meanwhile.
    pub(super) fn lose(&mut self) {
        if let Some(pair) = &self.pair {
            // what is on its way to our end first, then what is there
            let _ = rustix::termios::tcflush(&pair.host, QueueSelector::OFlush);
            let _ = rustix::termios::tcflush(&pair.printer, QueueSelector::IFlush);
        }
    }

    /// No power: the node vanishes, and who has it open is hung up.
    pub(super) fn power_off(&mut self) {
        if let Some(pair) = self.pair.take() {
            if std::fs::read_link(&self.path).is_ok_and(|target| target == pair.node) {
                let _ = std::fs::remove_file(&self.path);
            }
            self.out.clear();
        }
    }

    /// Power: a new node, behind the same symlink.
    pub(super) fn power_on(&mut self) -> anyhow::Result<()> {
        if self.pair.is_some() {
            return Ok(());
        }
        if let Ok(found) = std::fs::symlink_metadata(&self.path) {
            if !found.file_type().is_symlink() {
                bail!("making the node {}: something that is no symlink is there", self.path.display());
            }
            if std::fs::metadata(&self.path).is_ok() {
                bail!("making the node {}: another node is there", self.path.display());
            }
            std::fs::remove_file(&self.path)
                .with_context(|| format!("removing the stale node {}", self.path.display()))?;
        }
        let pair = Pair::open().context("making a pseudo-terminal")?;
        std::os::unix::fs::symlink(&pair.node, &self.path)
            .with_context(|| format!("making the node {}", self.path.display()))?;
        self.pair = Some(pair);
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.power_off();
    }
}

impl Pair {
    fn open() -> anyhow::Result<Self> {
        let printer = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&printer)?;
        unlockpt(&printer)?;
        let node = ptsname(&printer, Vec::new())?;
        let node = PathBuf::from(node.to_str().context("its name is no text")?);
        let host = ioctl_tiocgptpeer(&printer, OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        let mut modes = rustix::termios::tcgetattr(&host)?;
        modes.make_raw();
        rustix::termios::tcsetattr(&host, OptionalActions::Now, &modes)?;
        rustix::io::ioctl_fionbio(&printer, true)?;
        let watch = inotify::init(inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC)?;
        let events = inotify::WatchFlags::OPEN | inotify::WatchFlags::CLOSE_WRITE | inotify::WatchFlags::CLOSE_NOWRITE;
        inotify::add_watch(&watch, node.as_path(), events)?;
        Ok(Self { printer, host, watch, node, opened: 0 })
    }
}
