//! The host's port: open, closed, or so full that SYNs are dropped. Who comes in is the connection's business.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use anyhow::Context;

/// Connections that wait to be accepted.
const BACKLOG: i32 = 128;

/// What somebody meets who connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Open,
    /// Refused: nobody listens.
    Refuse,
    /// Silence: the kernel's queue of one is filled by a connection of our own.
    Blackhole,
}

/// The port.
#[derive(Debug)]
pub(super) struct Door {
    address: SocketAddr,
    listener: Option<TcpListener>,
    filler: Option<TcpStream>,
    manner: Manner,
}

impl Door {
    pub(super) fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let listener = listen(address)?;
        let address = listener.local_addr().with_context(|| format!("asking the port of {address}"))?;
        Ok(Self { address, listener: Some(listener), filler: None, manner: Manner::Open })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Readable when somebody comes.
    pub(super) fn listener(&self) -> Option<BorrowedFd<'_>> {
        if self.manner == Manner::Open { self.listener.as_ref().map(AsFd::as_fd) } else { None }
    }

    pub(super) fn set(&mut self, manner: Manner) -> anyhow::Result<()> {
        if manner == self.manner {
            return Ok(());
        }
        match manner {
            Manner::Refuse => {
                self.listener = None;
                self.filler = None;
            }
            Manner::Open => {
                let listener = self.listener_again()?;
                rustix::net::listen(listener, BACKLOG).with_context(|| format!("listening on {}", self.address))?;
            }
            Manner::Blackhole => {
                let address = self.address;
                let listener = self.listener_again()?;
                rustix::net::listen(listener, 0).with_context(|| format!("listening on {address}"))?;
                self.filler = TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok();
            }
        }
        self.manner = manner;
        Ok(())
    }

    fn listener_again(&mut self) -> anyhow::Result<&TcpListener> {
        let listener = match self.listener.take() {
            Some(listener) => listener,
            None => listen(self.address)?,
        };
        Ok(self.listener.insert(listener))
    }

    /// The next that waits.
    pub(super) fn accept(&mut self) -> Option<TcpStream> {
        loop {
            let (stream, peer) = self.listener.as_ref()?.accept().ok()?;
            let filler = self.filler.as_ref().and_then(|filler| filler.local_addr().ok());
            if filler == Some(peer) {
                self.filler = None;
                continue;
            }
            stream.set_nonblocking(false).ok()?;
            let _ = stream.set_nodelay(true);
            return Some(stream);
        }
    }
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| format!("listening on {address}"))?;
    listener.set_nonblocking(true).with_context(|| format!("preparing the port {address}"))?;
    Ok(listener)
}
