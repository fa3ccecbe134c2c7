//! The control socket: who is connected and which whole lines they have sent. What a line means is `control`'s.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Longest line; a longer one is answered with an error and dropped.
const LINE_MOST: usize = 64 * 1024;
/// Connections at a time.
const VISITORS_MOST: usize = 32;

/// The socket and its connections.
#[derive(Debug)]
pub(super) struct Desk {
    path: PathBuf,
    listener: UnixListener,
    visitors: Vec<Visitor>,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Visitor {
    stream: UnixStream,
    line: Vec<u8>,
    too_long: bool,
    gone: bool,
}

impl Desk {
    /// Opens the socket; a path nobody listens on any more is replaced, one that is in use is an error.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        if let Ok(found) = std::fs::symlink_metadata(path) {
            if !found.file_type().is_socket() {
                bail!("opening the control socket {}: something that is no socket is there", path.display());
            }
            if UnixStream::connect(path).is_ok() {
                bail!("opening the control socket {}: another process listens on it", path.display());
            }
            std::fs::remove_file(path).with_context(|| format!("removing the stale socket {}", path.display()))?;
        }
        let listener =
            UnixListener::bind(path).with_context(|| format!("opening the control socket {}", path.display()))?;
        listener.set_nonblocking(true).with_context(|| format!("preparing the control socket {}", path.display()))?;
        Ok(Self { path: path.to_owned(), listener, visitors: Vec::new() })
    }

    pub(super) fn listener(&self) -> &UnixListener {
        &self.listener
    }

    pub(super) fn streams(&self) -> impl Iterator<Item = &UnixStream> {
        self.visitors.iter().map(|visitor| &visitor.stream)
    }

    pub(super) fn accept(&mut self) {
        while let Ok((stream, _)) = self.listener.accept() {
            // answers are short: a visitor who doesn't read them is dropped by the failing write
            if self.visitors.len() < VISITORS_MOST && stream.set_nonblocking(true).is_ok() {
                self.visitors.push(Visitor { stream, line: Vec::new(), too_long: false, gone: false });
            }
        }
    }

    /// Reads what came; whole lines with the number of their visitor.
    pub(super) fn read(&mut self) -> Vec<(usize, Vec<u8>)> {
        let mut lines = Vec::new();
        for (index, visitor) in self.visitors.iter_mut().enumerate() {
            visitor.read(&mut |line| lines.push((index, line)));
        }
        lines
    }

    pub(super) fn answer(&mut self, visitor: usize, text: &str) {
        if let Some(visitor) = self.visitors.get_mut(visitor)
            && visitor.stream.write_all(text.as_bytes()).is_err()
        {
            visitor.gone = true;
        }
    }

    /// Forgets who has left; numbers of visitors change.
    pub(super) fn sweep(&mut self) {
        self.visitors.retain(|visitor| !visitor.gone);
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Visitor {
    fn read(&mut self, take: &mut impl FnMut(Vec<u8>)) {
        let mut space = [0; 4096];
        loop {
            match self.stream.read(&mut space) {
                Ok(0) => {
                    // a last line without its newline still counts
                    if !self.line.is_empty() && !self.gone {
                        take(std::mem::take(&mut self.line));
                    }
                    self.gone = true;
                    return;
                }
                Ok(count) => {
                    for byte in space.iter().take(count) {
                        self.push(*byte, take);
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.gone |= error.kind() != ErrorKind::WouldBlock;
                    return;
                }
            }
        }
    }

    fn push(&mut self, byte: u8, take: &mut impl FnMut(Vec<u8>)) {
        if byte == b'\n' {
            // the cut-off start of a line too long is no JSON and is answered as such
            take(std::mem::take(&mut self.line));
            self.too_long = false;
        } else if self.line.len() < LINE_MOST && !self.too_long {
            self.line.push(byte);
        } else {
            self.too_long = true;
        }
    }
}
