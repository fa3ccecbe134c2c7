//! The acquirer's host (收单主机), played: sign-in, sign-off, echo, settlement, trades, and every fault a host has.
//! Its codec is its own: with the one it tests it has only the published message formats in common.

mod args;
mod certificate;
mod change;
pub(crate) mod cipher;
mod connection;
mod control;
mod door;
mod fault;
mod field;
pub(crate) mod frame;
mod hand;
pub(crate) mod hex;
mod host;
mod key_set;
pub(crate) mod mac;
pub(crate) mod message;
pub(crate) mod rest;
mod settlement;
mod shell;
mod state;
mod station;
pub(crate) mod switch;
pub(crate) mod totals;
mod trade;
pub(crate) mod word;

use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use anyhow::{Context, anyhow};

pub use args::{Args, MERCHANT, TERMINAL, TMK};
pub use change::{Change, Hsm, Merchant, Pin, TerminalChange};
pub use fault::{CodeFault, Fault, FaultKind, HttpFault, Settle, TlsFault};
pub use key_set::{KeyFault, Layout};
pub use mac::MacProfile;
use shell::{Request, Shell, WAKE};
pub use state::{Exchange, State, TerminalState};
pub use station::{Signed, Standing};
pub use switch::{Breakable, Lasts, Row, Switch};
pub use totals::{Sum, Totals};

/// Runs a host until SIGTERM or SIGINT; prints `listening ADDR` when it is ready, one line an exchange to stderr.
///
/// # Errors
/// When the address, the control socket or the certificates can't be had.
pub fn run(arguments: &Args) -> anyhow::Result<()> {
    let (stop, stopper) = UnixStream::pair().context("making the stop pipe")?;
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        let end = stopper.try_clone().context("making the stop pipe")?;
        signal_hook::low_level::pipe::register(signal, end).context("catching SIGTERM")?;
    }
    let shell = Shell::open(arguments, stop, None)?;
    {
        let mut out = std::io::stdout().lock();
        writeln!(out, "listening {}", shell.address()).and_then(|()| out.flush()).context("writing to stdout")?;
    }
    shell.run()
}

/// A host on threads of this process, for tests; dropping it ends every connection.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    ca: Option<String>,
    stopper: UnixStream,
    requests: Sender<Request>,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Running {
    /// Starts a host; when this returns it takes connections.
    ///
    /// # Errors
    /// When the address, the control socket or the certificates can't be had, or a fault needs TLS and there is none.
    pub fn start(arguments: &Args) -> anyhow::Result<Self> {
        let (stop, stopper) = UnixStream::pair().context("making the stop pipe")?;
        let (requests, inbox) = std::sync::mpsc::channel();
        let shell = Shell::open(arguments, stop, Some(inbox))?;
        let (address, ca) = (shell.address(), shell.ca());
        let thread = std::thread::Builder::new().name("sim-acquirer".to_owned()).spawn(move || shell.run());
        let thread = Some(thread.context("starting the host's thread")?);
        Ok(Self { address, ca, stopper, requests, thread })
    }

    /// Where it listens, with the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate of the authority a client is to trust, as PEM; `None` without TLS.
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca.as_deref()
    }

    /// Changes the host as a `set` line does; when this returns it has happened.
    ///
    /// # Errors
    /// When the change is refused.
    pub fn set(&self, change: Change) -> anyhow::Result<()> {
        self.request(|answer| Request::Set(Box::new(change), answer))?.map_err(|why| anyhow!(why))
    }

    /// Broken by these instead of what it was broken by; `&[]` mends everything.
    ///
    /// # Errors
    /// When there is no such fault, or it is refused.
    pub fn fault(&self, names: &[&str]) -> anyhow::Result<()> {
        self.set(Change::faults(names).map_err(|why| anyhow!(why))?)
    }

    /// The host as `get` shows it.
    ///
    /// # Errors
    /// When the host's thread has ended.
    pub fn state(&self) -> anyhow::Result<State> {
        self.request(Request::State)
    }

    /// Says one line as to the control socket; its answer without the newline.
    ///
    /// # Errors
    /// When the host's thread has ended.
    pub fn tell(&self, line: &str) -> anyhow::Result<String> {
        Ok(self.request(|answer| Request::Line(line.as_bytes().to_vec(), answer))?.trim_end().to_owned())
    }

    fn request<T>(&self, request: impl FnOnce(Sender<T>) -> Request) -> anyhow::Result<T> {
        let (answer, answered) = std::sync::mpsc::channel();
        self.requests.send(request(answer)).context("asking the host's thread")?;
        (&self.stopper).write_all(&[WAKE]).context("waking the host's thread")?;
        answered.recv().context("waiting for the host's thread")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.stopper.shutdown(std::net::Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
