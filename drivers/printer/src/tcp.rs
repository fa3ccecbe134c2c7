//! A printer on the network (raw port 9100).

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs},
    os::fd::{AsFd, BorrowedFd},
    time::Duration,
    vec,
};

use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};

/// A printer that was switched off sends no FIN. Idle: three probes, 3 s apart, after 10 s.
const KEEPALIVE: TcpKeepalive =
    TcpKeepalive::new().with_time(Duration::from_secs(10)).with_interval(Duration::from_secs(3)).with_retries(3);
/// With bytes under way keepalive is silent and this counts instead.
const USER_TIMEOUT: Duration = Duration::from_secs(30);
/// Small, so that "in the kernel" stays near "at the printer".
const SEND_BUFFER: usize = 16 * 1024;

/// A connection that is being made, address after address of the host.
#[derive(Debug)]
pub(crate) struct TcpOpening {
    socket: Socket,
    rest: vec::IntoIter<SocketAddr>,
}

/// How far a connection came.
#[derive(Debug)]
pub(crate) enum Progress {
    Open(TcpLink),
    /// Another address of the same host is tried.
    Pending(TcpOpening),
}

impl TcpOpening {
    /// Looks the host up and starts to connect.
    pub(crate) fn start(host: &str, port: u16) -> io::Result<Self> {
        // whatever a resolver says, for a person it means: that address leads nowhere
        let unknown = |error: io::Error| io::Error::new(io::ErrorKind::HostUnreachable, error);
        let addresses: Vec<SocketAddr> = (host, port).to_socket_addrs().map_err(unknown)?.collect();
        next(addresses.into_iter(), io::Error::new(io::ErrorKind::HostUnreachable, "the host has no address"))
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// To be called when the socket became writable or failed.
    pub(crate) fn finish(self) -> io::Result<Progress> {
        match self.socket.take_error()? {
            Some(error) => next(self.rest, error).map(Progress::Pending),
            None => TcpLink::new(self.socket.into()).map(Progress::Open),
        }
    }
}

fn next(mut rest: vec::IntoIter<SocketAddr>, mut error: io::Error) -> io::Result<TcpOpening> {
    while let Some(address) = rest.next() {
        match begin(address) {
            Ok(socket) => return Ok(TcpOpening { socket, rest }),
            Err(failed) => error = failed,
        }
    }
    Err(error)
}

fn begin(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    match socket.connect(&address.into()) {
        Ok(()) => Ok(socket),
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error()) => Ok(socket),
        Err(error) => Err(error),
    }
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct TcpLink {
    stream: TcpStream,
}

impl TcpLink {
    fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        SockRef::from(&stream).set_tcp_keepalive(&KEEPALIVE)?;
        SockRef::from(&stream).set_tcp_user_timeout(Some(USER_TIMEOUT))?;
        Ok(Self { stream })
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }

    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        // A printer that gathers small replies (Nagle) holds the second tag back until the first is acknowledged, which
        // the kernel delays by 40 ms: measured on loopback, 22 receipts a second instead of 4,000. The kernel forgets this
        // setting, so it is said after each read; without it only speed is lost.
        let _ = SockRef::from(&self.stream).set_tcp_quickack(true);
        Ok(read)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    /// Says FIN, and reads what is left: closing with unread bytes sends RST, on which a printer drops what it has not
    /// printed yet.
    pub(crate) fn close(&mut self) {
        let mut rest = [0u8; 256];
        if self.stream.shutdown(Shutdown::Write).is_ok() {
            while self.stream.read(&mut rest).is_ok_and(|read| read > 0) {}
        }
    }

    /// The user timeout would also end a connection whose peer is alive and keeps its window shut, which is just what
    /// a printer without paper does. So it is off while the printer has said what it waits for.
    pub(crate) fn be_patient(&mut self, patient: bool) {
        let timeout = if patient { Duration::ZERO } else { USER_TIMEOUT };
        // only the speed of noticing a dead printer depends on it
        let _ = SockRef::from(&self.stream).set_tcp_user_timeout(Some(timeout));
    }
}
