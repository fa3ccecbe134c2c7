//! The way to the till: a TCP port with one client, or a serial line played by a pseudo-terminal behind a symlink.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, QueueSelector};

/// One of the ways.
#[derive(Debug)]
pub(super) enum Link {
    Port { listener: TcpListener, address: SocketAddr, client: Option<TcpStream> },
    Line(Line),
}

/// Both ends of a pseudo-terminal; ours of the till's side keeps the line up while nobody has it open.
#[derive(Debug)]
pub(super) struct Line {
    path: PathBuf,
    node: PathBuf,
    terminal: OwnedFd,
    till: OwnedFd,
}

impl Link {
    pub(super) fn listen(address: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address).with_context(|| format!("listening on {address}"))?;
        listener.set_nonblocking(true).with_context(|| format!("preparing the port {address}"))?;
        let address = listener.local_addr().with_context(|| format!("asking the port of {address}"))?;
        Ok(Self::Port { listener, address, client: None })
    }

    /// A symlink that leads nowhere any more is replaced, anything else in its place is an error.
    pub(super) fn line(path: &Path) -> anyhow::Result<Self> {
        if let Ok(found) = std::fs::symlink_metadata(path) {
            if !found.file_type().is_symlink() || std::fs::metadata(path).is_ok() {
                bail!("making the node {}: something else is there", path.display());
            }
            std::fs::remove_file(path).with_context(|| format!("removing the stale node {}", path.display()))?;
        }
        let (terminal, till, node) = open_pair().context("making a pseudo-terminal")?;
        std::os::unix::fs::symlink(&node, path).with_context(|| format!("making the node {}", path.display()))?;
        Ok(Self::Line(Line { path: path.to_owned(), node, terminal, till }))
    }

    /// What `listening …` says.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Port { address, .. } => address.to_string(),
            Self::Line(line) => line.path.display().to_string(),
        }
    }

    pub(super) fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Port { address, .. } => Some(*address),
            Self::Line(_) => None,
        }
    }

    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::Port { .. } => None,
            Self::Line(line) => Some(&line.path),
        }
    }

    /// Readable when somebody comes or speaks.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Port { client: Some(client), .. } => client.as_fd(),
            Self::Port { listener, .. } => listener.as_fd(),
            Self::Line(line) => line.terminal.as_fd(),
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        matches!(self, Self::Port { client: Some(_), .. })
    }

    /// Lets in who waits; true when there is a new till.
    pub(super) fn accept(&mut self) -> bool {
        let Self::Port { listener, client: client @ None, .. } = self else { return false };
        let Ok((stream, _)) = listener.accept() else { return false };
        if stream.set_nonblocking(true).is_err() {
            return false;
        }
        let _ = stream.set_nodelay(true);
        *client = Some(stream);
        true
    }

    /// What came since; hangs up when the till has gone.
    pub(super) fn read(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut space = [0; 4096];
        loop {
            let read = match self {
                Self::Port { client: Some(client), .. } => client.read(&mut space),
                Self::Port { .. } => return bytes,
                Self::Line(line) => rustix::io::read(&line.terminal, &mut space).map_err(std::io::Error::from),
            };
            match read {
                Ok(0) => {
                    self.hang_up();
                    return bytes;
                }
                Ok(count) => bytes.extend(space.iter().take(count)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    if error.kind() != ErrorKind::WouldBlock {
                        self.hang_up();
                    }
                    return bytes;
                }
            }
        }
    }

    /// Answers are short: what doesn't fit into the kernel's buffer goes to nobody, as on a line without a listener.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        let written = match self {
            Self::Port { client: Some(client), .. } => client.write_all(bytes),
            Self::Port { .. } => Ok(()),
            Self::Line(line) => rustix::io::write(&line.terminal, bytes).map(drop).map_err(std::io::Error::from),
        };
        if written.is_err() {
            self.hang_up();
        }
    }

    /// Ends the connection; on a serial line what was not read yet is lost.
    pub(super) fn hang_up(&mut self) {
        match self {
            Self::Port { client, .. } => *client = None,
            Self::Line(line) => {
                let _ = rustix::termios::tcflush(&line.till, QueueSelector::OFlush);
                let _ = rustix::termios::tcflush(&line.terminal, QueueSelector::IFlush);
            }
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if std::fs::read_link(&self.path).is_ok_and(|target| target == self.node) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn open_pair() -> anyhow::Result<(OwnedFd, OwnedFd, PathBuf)> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let terminal = openpt(flags)?;
    grantpt(&terminal)?;
    unlockpt(&terminal)?;
    let node = ptsname(&terminal, Vec::new())?;
    let node = PathBuf::from(node.to_str().context("its name is no text")?);
    let till = ioctl_tiocgptpeer(&terminal, flags)?;
    let mut modes = rustix::termios::tcgetattr(&till)?;
    modes.make_raw();
    rustix::termios::tcsetattr(&till, OptionalActions::Now, &modes)?;
    rustix::io::ioctl_fionbio(&terminal, true)?;
    Ok((terminal, till, node))
}
