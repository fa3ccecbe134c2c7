//! A TCP port and its one client. What to do with a second one is data; when to hang up is the printer's decision.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use anyhow::Context;

use super::session::Second;
use super::traffic::{OUT_MOST, Received};

/// Bytes the kernel holds for us before the printer's own buffer; small, so that a full printer is felt soon.
const KERNEL_BUFFER: usize = 16 * 1024;
/// Connections that wait while nobody is turned away.
const BACKLOG: i32 = 128;

/// A listening port and its client.
#[derive(Debug)]
pub(super) struct Port {
    address: SocketAddr,
    listener: Option<TcpListener>,
    client: Option<TcpStream>,
    /// The host has said that it sends no more; the connection stays until the printer closes it.
    finished: bool,
    second: Second,
    /// Our own connection that fills the queue while others are to be ignored.
    filler: Option<TcpStream>,
    out: Vec<u8>,
}

impl Port {
    pub(super) fn open(address: SocketAddr, second: Second) -> anyhow::Result<Self> {
        let listener = listen(address)?;
        let address = listener.local_addr().with_context(|| format!("asking the port of {address}"))?;
        let listener = Some(listener);
        Ok(Self { address, listener, client: None, finished: false, second, filler: None, out: Vec::new() })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port, while somebody may be accepted: with `Second::Queue` the others wait in the kernel's queue.
    pub(super) fn listener(&self) -> Option<BorrowedFd<'_>> {
        if self.client.is_some() { None } else { self.listener.as_ref().map(AsFd::as_fd) }
    }

    pub(super) fn client(&self) -> Option<BorrowedFd<'_>> {
        self.client.as_ref().map(AsFd::as_fd)
    }

    pub(super) fn is_connected(&self) -> bool {
        self.client.is_some()
    }

    /// Whether the client may still send.
    pub(super) fn is_open_for_reading(&self) -> bool {
        self.client.is_some() && !self.finished
    }

    pub(super) fn has_out(&self) -> bool {
        !self.out.is_empty()
    }

    /// Takes the next client, if one waits; true when there is one now.
    pub(super) fn accept(&mut self) -> bool {
        if self.client.is_some() {
            return false;
        }
        let Some(listener) = &self.listener else { return false };
        let Ok((client, peer)) = listener.accept() else { return false };
        if self.filler.take().and_then(|filler| filler.local_addr().ok()) == Some(peer) {
            return false;
        }
        if client.set_nonblocking(true).is_err() {
            return false;
        }
        // answers are single bytes: they must not wait for more
        let _ = client.set_nodelay(true);
        self.out.clear();
        self.client = Some(client);
        self.finished = false;
        self.turn_away();
        true
    }

    /// What a second client meets from now on.
    pub(super) fn set_second(&mut self, second: Second) -> anyhow::Result<()> {
        self.second = second;
        if self.client.is_some() {
            self.invite()?;
            self.turn_away();
        }
        Ok(())
    }

    /// Others meet a closed port, or a queue that is full, so that the kernel drops their SYN.
    fn turn_away(&mut self) {
        match self.second {
            Second::Queue => {}
            Second::Refuse => self.listener = None,
            Second::Ignore => {
                let Some(listener) = &self.listener else { return };
                if rustix::net::listen(listener, 0).is_ok() {
                    self.filler = TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).ok();
                }
            }
        }
    }

    /// The port takes clients again.
    fn invite(&mut self) -> anyhow::Result<()> {
        match &self.listener {
            Some(listener) => {
                rustix::net::listen(listener, BACKLOG).with_context(|| format!("listening on {}", self.address))?;
            }
            None => self.listener = Some(listen(self.address)?),
        }
        Ok(())
    }

    /// Reads at most `most` bytes into `into`; hangs up when the connection broke.
    pub(super) fn read(&mut self, most: usize, into: &mut Vec<u8>) -> Received {
        let Some(client) = &mut self.client else { return Received::Nothing };
        let mut space = vec![0; most.min(64 * 1024)];
        match client.read(&mut space) {
            // who has finished and is heard of again has gone altogether
            Ok(0) if most > 0 && self.finished => Received::Broken,
            Ok(0) if most > 0 => {
                self.finished = true;
                Received::Finished
            }
            Ok(count) => {
                into.extend(space.iter().take(count));
                Received::Bytes
            }
            Err(error) if is_temporary(error.kind()) => Received::Nothing,
            Err(_) => Received::Broken,
        }
    }

    /// Answers; without a client they are lost.
    pub(super) fn send(&mut self, bytes: &[u8]) {
        if self.client.is_some() && self.out.len() + bytes.len() <= OUT_MOST {
            self.out.extend_from_slice(bytes);
        }
    }

    /// Writes what the socket takes now; false when the connection broke.
    pub(super) fn flush(&mut self) -> bool {
        while !self.out.is_empty() {
            let Some(client) = &mut self.client else { return true };
            match client.write(&self.out) {
                Ok(0) => return false,
                Ok(count) => {
                    self.out.drain(..count.min(self.out.len()));
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if is_temporary(error.kind()) => return true,
                Err(_) => return false,
            }
        }
        true
    }

    /// Closes the connection, with `reset` by RST.
    pub(super) fn hang_up(&mut self, reset: bool) {
        if let Some(client) = self.client.take() {
            if reset {
                let _ = rustix::net::sockopt::set_socket_linger(&client, Some(Duration::ZERO));
            }
            drop(client);
            self.out.clear();
            if let Err(error) = self.invite() {
                eprintln!("counterfoil-sim: {error:#}");
            }
        }
    }

    /// No power: the client is cut off, new ones are refused.
    pub(super) fn power_off(&mut self) {
        if self.listener.is_some() || self.client.is_some() {
            self.client = None;
            self.filler = None;
            self.out.clear();
            self.listener = None;
        }
    }

    /// Power: the same port again.
    pub(super) fn power_on(&mut self) -> anyhow::Result<()> {
        if self.listener.is_none() && self.client.is_none() {
            self.listener = Some(listen(self.address)?);
        }
        Ok(())
    }
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| format!("listening on {address}"))?;
    listener.set_nonblocking(true).with_context(|| format!("preparing the port {address}"))?;
    rustix::net::sockopt::set_socket_recv_buffer_size(&listener, KERNEL_BUFFER)
        .with_context(|| format!("setting the receive buffer of {address}"))?;
    Ok(listener)
}

fn is_temporary(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
