//! A printer on the network (raw port 9100).

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    os::fd::{AsFd, BorrowedFd},
    time::{Duration, Instant},
    vec,
};

use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};

/// A printer that was switched off sends no FIN. Idle: three probes, 3 s apart, after 10 s.
const KEEPALIVE: TcpKeepalive =
    TcpKeepalive::new().with_time(Duration::from_secs(10)).with_interval(Duration::from_secs(3)).with_retries(3);
/// With bytes under way keepalive is silent and this counts instead: how long the other side may leave them
/// unacknowledged. With a job in hand, its end hangs on it.
const PATIENCE_IN_JOB: Duration = Duration::from_secs(30);
/// Without a job only questions are under way, and nothing is lost by connecting anew. A printer whose power was cut comes
/// back knowing nothing of the connection, which the kernel would find out by a retransmission up to 16 s later.
const PATIENCE_IDLE: Duration = Duration::from_secs(4);
/// Small, so that "in the kernel" stays near "at the printer".
const SEND_BUFFER: usize = 16 * 1024;

/// Bytes that a printer still sent are read before its connection is closed, but only so many times: one that never stops
/// talking must not hold us.
const LAST_READS: usize = 64;
/// One address of several must not use up the time of all.
const CONNECT: Duration = Duration::from_secs(3);
const CONNECT_ONE_OF_SEVERAL: Duration = Duration::from_millis(1_500);

/// A connection that is being made, address after address of the host.
#[derive(Debug)]
pub(crate) struct TcpOpening {
    socket: Socket,
    rest: vec::IntoIter<SocketAddr>,
    /// When this address is given up.
    until: Instant,
}

/// How far a connection came.
#[derive(Debug)]
pub(crate) enum Progress {
    Open(TcpLink),
    /// Another address of the same host is tried.
    Pending(TcpOpening),
}

impl TcpOpening {
    /// Starts to connect to the first of these addresses that can be tried at all.
    pub(crate) fn start(addresses: Vec<SocketAddr>) -> io::Result<Self> {
        next(addresses.into_iter(), io::Error::new(io::ErrorKind::HostUnreachable, "the host has no address"))
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// When this address is to be given up: [`TcpOpening::give_up`].
    pub(crate) fn until(&self) -> Instant {
        self.until
    }

    /// To be called when the socket became writable or failed.
    pub(crate) fn finish(self) -> io::Result<Progress> {
        match self.socket.take_error()? {
            Some(error) => next(self.rest, error).map(Progress::Pending),
            None => TcpLink::new(self.socket.into()).map(Progress::Open),
        }
    }

    /// This address said nothing; on to the next.
    pub(crate) fn give_up(self) -> io::Result<Progress> {
        next(self.rest, io::ErrorKind::TimedOut.into()).map(Progress::Pending)
    }
}

fn next(mut rest: vec::IntoIter<SocketAddr>, mut error: io::Error) -> io::Result<TcpOpening> {
    while let Some(address) = rest.next() {
        match begin(address) {
            Ok(socket) => {
                let patience = if rest.len() == 0 { CONNECT } else { CONNECT_ONE_OF_SEVERAL };
                return Ok(TcpOpening { socket, rest, until: Instant::now() + patience });
            }
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
    patience: Duration,
}

impl TcpLink {
    fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        SockRef::from(&stream).set_tcp_keepalive(&KEEPALIVE)?;
        SockRef::from(&stream).set_tcp_user_timeout(Some(PATIENCE_IDLE))?;
        Ok(Self { stream, patience: PATIENCE_IDLE })
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
            for _ in 0..LAST_READS {
                if !self.stream.read(&mut rest).is_ok_and(|read| read > 0) {
                    break;
                }
            }
        }
    }

    /// How long unacknowledged bytes are borne. `told`: the printer said why it takes nothing. The user timeout would also end
    /// a connection whose peer is alive and keeps its window shut, which is just what a printer without paper does, so then it
    /// is off.
    pub(crate) fn bear(&mut self, told: bool, in_job: bool) {
        let patience = match (told, in_job) {
            (true, _) => Duration::ZERO,
            (false, true) => PATIENCE_IN_JOB,
            (false, false) => PATIENCE_IDLE,
        };
        if patience != self.patience {
            self.patience = patience;
            // only the speed of noticing a dead printer depends on it
            let _ = SockRef::from(&self.stream).set_tcp_user_timeout(Some(patience));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use rustix::event::{PollFd, PollFlags, poll};

    use super::*;

    fn connect(addresses: Vec<SocketAddr>) -> io::Result<TcpLink> {
        let mut opening = TcpOpening::start(addresses)?;
        loop {
            poll(&mut [PollFd::from_borrowed_fd(opening.fd(), PollFlags::OUT)], None).unwrap();
            match opening.finish()? {
                Progress::Open(link) => return Ok(link),
                Progress::Pending(next) => opening = next,
            }
        }
    }

    fn closed_port() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
    }

    #[test]
    fn all_addresses_of_a_host_are_tried_in_turn() {
        let printer = TcpListener::bind("127.0.0.1:0").unwrap();
        let good = printer.local_addr().unwrap();
        assert!(connect(vec![closed_port(), closed_port(), good]).is_ok());
        let error = connect(vec![closed_port(), closed_port()]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(connect(vec![]).unwrap_err().kind(), io::ErrorKind::HostUnreachable);
    }

    #[test]
    fn an_address_that_says_nothing_is_given_up_for_the_next() {
        let printer = TcpListener::bind("127.0.0.1:0").unwrap();
        let opening = TcpOpening::start(vec![closed_port(), printer.local_addr().unwrap()]).unwrap();
        assert!(opening.until() < Instant::now() + CONNECT, "the second has its time too");
        let Ok(Progress::Pending(next)) = opening.give_up() else { panic!("no second address") };
        assert_eq!(next.give_up().unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_printer_that_says_why_it_waits_is_borne_and_one_that_is_gone_is_noticed() {
        let printer = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut link = connect(vec![printer.local_addr().unwrap()]).unwrap();
        let set = |link: &TcpLink| SockRef::from(&link.stream).tcp_user_timeout().unwrap().unwrap_or_default();
        assert_eq!(set(&link), PATIENCE_IDLE);
        link.bear(false, true);
        assert_eq!(set(&link), PATIENCE_IN_JOB);
        link.bear(true, true);
        assert_eq!(set(&link), Duration::ZERO);
        link.bear(false, false);
        assert_eq!(set(&link), PATIENCE_IDLE);
    }

    #[test]
    fn a_printer_that_never_stops_talking_does_not_hold_a_close() {
        let printer = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut link = connect(vec![printer.local_addr().unwrap()]).unwrap();
        let (mut talker, _) = printer.accept().unwrap();
        let talking = std::thread::spawn(move || while talker.write_all(&[0x14; 4096]).is_ok() {});
        link.close();
        drop(link);
        talking.join().unwrap();
    }
}
