//! The line to a payment terminal: a serial one (9600 8N1, for us alone) or TCP. Bytes only.

use std::{
    fmt,
    fs::File,
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
use serialport::{ClearBuffer, DataBits, FlowControl, Parity, SerialPort, StopBits, TTYPort};

use super::terminal::EcrFault;
use crate::host::{HostAddress, resolve};

/// Where a terminal is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EcrAddress {
    /// A device and its speed; 8 bits, no parity, one stop bit, no flow control.
    Serial {
        path: PathBuf,
        baud: u32,
    },
    Tcp(HostAddress),
}

impl fmt::Display for EcrAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EcrAddress::Serial { path, .. } => write!(f, "{}", path.display()),
            EcrAddress::Tcp(host) => write!(f, "{host}"),
        }
    }
}

/// An open line.
pub(super) trait Line: Send {
    /// Sends all of it.
    fn send(&mut self, bytes: &[u8], limit: Duration) -> io::Result<()>;

    /// What came within the limit; 0: nothing did. A line that ended is an error.
    fn hear(&mut self, buffer: &mut [u8], limit: Duration) -> io::Result<usize>;
}

impl EcrAddress {
    /// Opens the line for one conversation. What the terminal said before may still be heard.
    pub(super) fn open(&self, limit: Duration) -> Result<Box<dyn Line>, EcrFault> {
        let line = || self.to_string();
        match self {
            EcrAddress::Serial { path, baud } => match serial(path, *baud) {
                Ok(port) => Ok(Box::new(port)),
                Err(error) if error.kind() == ErrorKind::ResourceBusy => Err(EcrFault::InUse { line: line() }),
                Err(error) => Err(EcrFault::Open { line: line(), detail: error.to_string() }),
            },
            EcrAddress::Tcp(host) => {
                let failed = |detail: String| EcrFault::Open { line: line(), detail };
                let until = Instant::now() + limit;
                let mut last = "no address".to_owned();
                for address in resolve(host, limit).map_err(|fault| failed(fault.to_string()))? {
                    let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
                    match TcpStream::connect_timeout(&address, left) {
                        Ok(stream) => {
                            // records are small; without it only speed is lost
                            let _ = stream.set_nodelay(true);
                            return Ok(Box::new(Tcp(stream)));
                        }
                        Err(error) => last = error.to_string(),
                    }
                }
                Err(failed(last))
            }
        }
    }
}

#[derive(Debug)]
struct Serial(TTYPort);

fn serial(path: &Path, baud: u32) -> io::Result<Serial> {
    // The crate asks for exclusive use before it looks whether somebody has it, and gives it up again when somebody does, so
    // ending his too. So we look first.
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let looked = File::from(open(path, flags, Mode::empty()).map_err(|error| match error {
        rustix::io::Errno::BUSY => io::Error::from(ErrorKind::ResourceBusy),
        error => error.into(),
    })?);
    flock(&looked, FlockOperation::NonBlockingLockExclusive).map_err(|_| ErrorKind::ResourceBusy)?;
    flock(&looked, FlockOperation::Unlock)?;
    let name = path.to_str().ok_or_else(|| io::Error::new(ErrorKind::NotFound, "its name is no UTF-8"))?;
    let settings = serialport::new(name, baud)
        .data_bits(DataBits::Eight)
        .parity(Parity::None)
        .stop_bits(StopBits::One)
        .flow_control(FlowControl::None)
        .dtr_on_open(true);
    let port = TTYPort::open(&settings).map_err(|error| match error.kind() {
        // it opened for us a moment ago: so that means that somebody else has it
        serialport::ErrorKind::NoDevice => ErrorKind::ResourceBusy.into(),
        _ => io::Error::from(error),
    })?;
    // what came in stays: a transaction that the terminal told between two commands may stand there
    port.clear(ClearBuffer::Output).map_err(io::Error::from)?;
    Ok(Serial(port))
}

impl Line for Serial {
    fn send(&mut self, bytes: &[u8], limit: Duration) -> io::Result<()> {
        self.0.set_timeout(limit).map_err(io::Error::from)?;
        self.0.write_all(bytes)
    }

    fn hear(&mut self, buffer: &mut [u8], limit: Duration) -> io::Result<usize> {
        self.0.set_timeout(limit).map_err(io::Error::from)?;
        heard(self.0.read(buffer))
    }
}

#[derive(Debug)]
struct Tcp(TcpStream);

impl Line for Tcp {
    fn send(&mut self, bytes: &[u8], limit: Duration) -> io::Result<()> {
        self.0.set_write_timeout(Some(limit))?;
        self.0.write_all(bytes)
    }

    fn hear(&mut self, buffer: &mut [u8], limit: Duration) -> io::Result<usize> {
        self.0.set_read_timeout(Some(limit))?;
        heard(self.0.read(buffer))
    }
}

fn heard(read: io::Result<usize>) -> io::Result<usize> {
    match read {
        Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
        Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
            Ok(0)
        }
        other => other,
    }
}
