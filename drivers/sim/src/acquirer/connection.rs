//! One connection: plain or TLS, bare frames or frames in HTTP, and every fault of the way. What is answered is the
//! host's business. Connections end by FIN with the far end drained, so that nobody meets an RST that wasn't meant.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::{ServerConnection, StreamOwned};

use super::certificate::Certificates;
use super::fault::{FaultKind, HttpFault, TlsFault};
use super::frame::FRAME_MOST;
use super::host::Host;
use super::rest::Rest;

/// TLS alert protocol_version, in the record of TLS 1.0.
const OLD_VERSION: [u8; 7] = [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46];
/// What a plain host of another make says to what it can't read: a frame of its own.
const PLAIN_HOST: &[u8] =
    b"\x00\x15\x60\x00\x00\x00\x03\x60\x31\x00\x31\x10\x00\x08\x10\x00\x00\x00\x00\x00\x00\x00\x00";
/// Longest head of an HTTP request.
const HEAD_MOST: usize = 4096;

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) host: Mutex<Host>,
    pub(super) certificates: Option<Certificates>,
    pub(super) rest: Rest,
    /// Sockets to be shut down when the host stops.
    pub(super) open: Mutex<HashMap<u64, TcpStream>>,
    /// One line an exchange to stderr.
    pub(super) logs: bool,
}

impl Shared {
    pub(super) fn host(&self) -> MutexGuard<'_, Host> {
        self.host.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn open(&self) -> MutexGuard<'_, HashMap<u64, TcpStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self, line: &str) {
        if self.logs {
            eprintln!("counterfoil-sim acquirer: {line}");
        }
    }
}

/// How a connection goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Go,
    /// FIN, then whatever the other side still sends is thrown away.
    Finish,
    /// Nothing more is said.
    Hold,
}

/// What is done to the bytes of an answer.
#[derive(Debug, Default)]
struct Delivery {
    late: Option<u64>,
    drip: Option<u32>,
    harm: Option<FaultKind>,
}

/// Serves a connection to its end.
pub(super) fn serve(shared: &Shared, number: u64, stream: TcpStream) {
    match greet(shared) {
        Some(FaultKind::Rst) => {
            let _ = (&stream).read(&mut [0]);
            let _ = rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO));
        }
        Some(FaultKind::AcceptClose) => finish(&stream),
        Some(FaultKind::AcceptSilent) => drain(&stream),
        Some(FaultKind::Tls(TlsFault::Plain)) => say_to_hello(&stream, PLAIN_HOST),
        Some(FaultKind::Tls(TlsFault::Tls10Only)) => say_to_hello(&stream, &OLD_VERSION),
        Some(FaultKind::Tls(fault)) => secured(shared, &stream, Some(fault)),
        _ if shared.certificates.is_some() => secured(shared, &stream, None),
        _ => converse(shared, &mut &stream, &stream),
    }
    // the socket ends with its last handle
    shared.open().remove(&number);
}

/// The fault that meets a connection before anything is read.
fn greet(shared: &Shared) -> Option<FaultKind> {
    let mut host = shared.host();
    host.connections += 1;
    host.faults.take(|kind| {
        matches!(kind, FaultKind::Rst | FaultKind::AcceptClose | FaultKind::AcceptSilent | FaultKind::Tls(_))
            .then(|| kind.clone())
    })
}

fn secured(shared: &Shared, stream: &TcpStream, fault: Option<TlsFault>) {
    let config = shared.certificates.as_ref().and_then(|certificates| certificates.show(fault));
    let (Some(config), Ok(handle)) = (config, stream.try_clone()) else { return };
    let Ok(connection) = ServerConnection::new(config) else { return };
    let mut secure = StreamOwned::new(connection, handle);
    while secure.conn.is_handshaking() {
        if let Err(error) = secure.conn.complete_io(&mut secure.sock) {
            shared.log(&format!("TLS: {error}"));
            return finish(stream);
        }
    }
    converse(shared, &mut secure, stream);
}

fn say_to_hello(mut stream: &TcpStream, words: &[u8]) {
    let mut head = [0; 5];
    if stream.read_exact(&mut head).is_ok() {
        let mut hello = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
        let _ = stream.read_exact(&mut hello);
        let _ = stream.write_all(words);
    }
    finish(stream);
}

fn converse<S: Wire>(shared: &Shared, wire: &mut S, stream: &TcpStream) {
    loop {
        match exchange(shared, wire) {
            Ok(Next::Go) => {}
            Ok(Next::Hold) => return drain(stream),
            Ok(Next::Finish) | Err(_) => {
                wire.farewell();
                return finish(stream);
            }
        }
    }
}

/// A request as it came.
struct Request {
    /// What follows LEN.
    bytes: Vec<u8>,
    http: bool,
}

fn exchange<S: Wire>(shared: &Shared, wire: &mut S) -> std::io::Result<Next> {
    let Some(request) = read_request(shared, wire)? else { return Ok(Next::Finish) };
    let http = shared.host().faults.take(|kind| if let FaultKind::Http(fault) = kind { Some(*fault) } else { None });
    if let Some(fault) = http {
        shared.log(&format!("HTTP {}", fault.word()));
        wire.write_all(gateway(fault).as_bytes())?;
        wire.flush()?;
        return Ok(Next::Finish);
    }
    if shared.host().faults.strikes(&FaultKind::CloseAfterRequest) {
        shared.log("closed after a request, by switch");
        return Ok(Next::Finish);
    }
    let now = jiff::Zoned::now().datetime();
    let (reply, delivery) = {
        let mut host = shared.host();
        let reply = host.answer(&request.bytes, now);
        let delivery = Delivery {
            late: host.faults.take(|kind| if let FaultKind::Late(ms) = kind { Some(*ms) } else { None }),
            drip: host.faults.take(|kind| if let FaultKind::Drip(speed) = kind { Some(*speed) } else { None }),
            harm: host.faults.take(|kind| is_harm(kind).then(|| kind.clone())),
        };
        (reply, delivery)
    };
    shared.log(&reply.exchange.line());
    match reply.bytes {
        None => Ok(Next::Finish),
        Some(bytes) => deliver(shared, wire, bytes, request.http, &delivery),
    }
}

fn is_harm(kind: &FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::NoAnswer
            | FaultKind::HalfFrame
            | FaultKind::Stall
            | FaultKind::LenPlus
            | FaultKind::LenMinus
            | FaultKind::ExtraBytes
            | FaultKind::Garbage
            | FaultKind::Oversized
    )
}

/// `None` at the end of the connection and for what is no request.
fn read_request<S: Wire>(shared: &Shared, wire: &mut S) -> std::io::Result<Option<Request>> {
    let mut head = [0; 2];
    match wire.read_exact(&mut head) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    if head == *b"PO" {
        return read_post(wire);
    }
    let length = usize::from(u16::from_be_bytes(head));
    if length > FRAME_MOST {
        shared.log(&format!("no frame: LEN {length}"));
        return Ok(None);
    }
    let mut bytes = vec![0; length];
    wire.read_exact(&mut bytes)?;
    Ok(Some(Request { bytes, http: false }))
}

/// `POST …` whose body is a frame with its LEN (银联 HTTP 封装).
fn read_post<S: Wire>(wire: &mut S) -> std::io::Result<Option<Request>> {
    let mut head = b"PO".to_vec();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        wire.read_exact(&mut byte)?;
        head.extend(byte);
        if head.len() > HEAD_MOST {
            return Ok(None);
        }
    }
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length = length.and_then(|length| length.trim().parse::<usize>().ok());
    let Some(length) = length.filter(|length| (2..=FRAME_MOST + 2).contains(length)) else { return Ok(None) };
    let mut body = vec![0; length];
    wire.read_exact(&mut body)?;
    Ok(Some(Request { bytes: body.split_off(2), http: true }))
}

fn gateway(fault: HttpFault) -> String {
    let (status, body) = match fault {
        HttpFault::Empty500 => ("500 Internal Server Error", ""),
        HttpFault::Html502 => ("502 Bad Gateway", "<html><body><h1>502 Bad Gateway</h1></body></html>"),
        HttpFault::NoBody200 => ("200 OK", ""),
    };
    in_http(status, "text/html", body.len()) + body
}

fn in_http(status: &str, kind: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status}\r\nServer: Access-Guard-1000-Software/1.0\r\nContent-Type: {kind}\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )
}

fn deliver<S: Wire>(
    shared: &Shared,
    wire: &mut S,
    mut bytes: Vec<u8>,
    http: bool,
    delivery: &Delivery,
) -> std::io::Result<Next> {
    let mut next = if http { Next::Finish } else { Next::Go };
    match &delivery.harm {
        Some(FaultKind::NoAnswer) => return Ok(Next::Hold),
        Some(FaultKind::HalfFrame) => {
            bytes.truncate(bytes.len() / 2);
            next = Next::Finish;
        }
        Some(FaultKind::Stall) => {
            bytes.truncate(bytes.len() / 2);
            next = Next::Hold;
        }
        Some(FaultKind::LenPlus) => {
            change_length(&mut bytes, 1);
            next = Next::Finish;
        }
        Some(FaultKind::LenMinus) => change_length(&mut bytes, -1),
        Some(FaultKind::ExtraBytes) => bytes.extend(b"EXTRA..."),
        Some(FaultKind::Garbage) => {
            bytes = [0, 64].into_iter().chain((0..64_u8).map(|at| at.wrapping_mul(73) ^ 0xA5)).collect();
        }
        Some(FaultKind::Oversized) => {
            bytes.splice(..2, [0xFF, 0xFF]);
            bytes.resize(2 + usize::from(u16::MAX), 0x99);
        }
        _ => {}
    }
    if http {
        bytes = [in_http("200 OK", "x-ISO-TPDU/x-auth", bytes.len()).as_bytes(), &bytes].concat();
    }
    if let Some(ms) = delivery.late
        && !shared.rest.sleep(Duration::from_millis(ms))
    {
        return Ok(Next::Finish);
    }
    match delivery.drip {
        None => wire.write_all(&bytes)?,
        Some(speed) => {
            let pause = Duration::from_secs(1) / speed.max(1);
            for byte in bytes {
                wire.write_all(&[byte])?;
                wire.flush()?;
                if !shared.rest.sleep(pause) {
                    return Ok(Next::Finish);
                }
            }
        }
    }
    wire.flush()?;
    Ok(next)
}

fn change_length(bytes: &mut [u8], by: i16) {
    if let Some((length, _)) = bytes.split_first_chunk_mut::<2>() {
        *length = u16::from_be_bytes(*length).saturating_add_signed(by).to_be_bytes();
    }
}

fn finish(stream: &TcpStream) {
    let _ = stream.shutdown(Shutdown::Write);
    drain(stream);
}

/// Reads until the other side has gone, or the host stops.
fn drain(mut stream: &TcpStream) {
    let mut space = [0; 4096];
    loop {
        match stream.read(&mut space) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// A connection, plain or secure.
trait Wire: Read + Write {
    /// Says that nothing more comes, where there are words for it.
    fn farewell(&mut self);
}

impl Wire for &TcpStream {
    fn farewell(&mut self) {}
}

impl Wire for StreamOwned<ServerConnection, TcpStream> {
    fn farewell(&mut self) {
        self.conn.send_close_notify();
        let _ = self.flush();
    }
}
