//! The wire to the host: one TCP client at a time. The shell only sees "the host", so that another kind of wire fits here.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use anyhow::Context;

/// Bytes the kernel holds for us before the printer's own buffer; small, so that a full printer is felt soon.
const KERNEL_BUFFER: usize = 16 * 1024;
/// Answers kept for a host that doesn't read.
const OUT_MOST: usize = 64 * 1024;

/// A listening port and its one client.
#[derive(Debug)]
pub(super) struct Link {
    address: SocketAddr,
    listener: Option<TcpListener>,
    client: Option<TcpStream>,
    out: Vec<u8>,
}

impl Link {
    pub(super) fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let listener = listen(address)?;
        let address = listener.local_addr().with_context(|| format!("asking the port of {address}"))?;
        Ok(Self { address, listener: Some(listener), client: None, out: Vec::new() })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port, while somebody may be accepted: a second client waits in the backlog until the first is gone.
    pub(super) fn listener(&self) -> Option<&TcpListener> {
        if self.client.is_some() { None } else { self.listener.as_ref() }
    }

    pub(super) fn client(&self) -> Option<&TcpStream> {
        self.client.as_ref()
    }

    pub(super) fn has_out(&self) -> bool {
        !self.out.is_empty()
    }

    /// Takes the next client, if one waits.
    pub(super) fn accept(&mut self) {
        let Some(listener) = self.listener() else { return };
        if let Ok((client, _)) = listener.accept()
            && client.set_nonblocking(true).is_ok()
        {
            // answers are single bytes: they must not wait for more
            let _ = client.set_nodelay(true);
            self.out.clear();
            self.client = Some(client);
        }
    }

    /// Reads at most `most` bytes into `into`; hangs up when the host did.
    pub(super) fn read(&mut self, most: usize, into: &mut Vec<u8>) {
        let Some(client) = &mut self.client else { return };
        let mut space = vec![0; most.min(64 * 1024)];
        match client.read(&mut space) {
            Ok(0) if most > 0 => self.hang_up(),
            Ok(count) => into.extend(space.iter().take(count)),
            Err(error) if is_temporary(error.kind()) => {}
            Err(_) => self.hang_up(),
        }
    }

    /// Answers; without a client they are lost.
    pub(super) fn send(&mut self, bytes: &[u8]) {
        if self.client.is_some() && self.out.len() + bytes.len() <= OUT_MOST {
            self.out.extend_from_slice(bytes);
        }
        self.flush();
    }

    /// Writes what the socket takes now.
    pub(super) fn flush(&mut self) {
        while !self.out.is_empty() {
            let Some(client) = &mut self.client else { return };
            match client.write(&self.out) {
                Ok(0) => return self.hang_up(),
                Ok(count) => {
                    self.out.drain(..count.min(self.out.len()));
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if is_temporary(error.kind()) => return,
                Err(_) => return self.hang_up(),
            }
        }
    }

    pub(super) fn hang_up(&mut self) {
        self.client = None;
        self.out.clear();
    }

    /// No power: the client is cut off, new ones are refused.
    pub(super) fn power_off(&mut self) {
        self.hang_up();
        self.listener = None;
    }

    /// Power: the same port again.
    pub(super) fn power_on(&mut self) -> anyhow::Result<()> {
        if self.listener.is_none() {
            self.listener = Some(listen(self.address)?);
        }
        Ok(())
    }
}

fn is_temporary(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| format!("listening on {address}"))?;
    listener.set_nonblocking(true).with_context(|| format!("preparing the port {address}"))?;
    rustix::net::sockopt::set_socket_recv_buffer_size(&listener, KERNEL_BUFFER)
        .with_context(|| format!("setting the receive buffer of {address}"))?;
    Ok(listener)
}
