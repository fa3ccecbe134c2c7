//! A payment terminal (POS 终端), played: commands of a till over the ECR link, sign-in, trades and settlement with the
//! acquirer's host. It prints nothing. Its codec is the simulator's own.

mod args;
mod change;
mod control;
mod device;
mod envelope;
mod fault;
mod host_line;
mod link;
mod mouth;
mod record;
mod shell;
mod state;

use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use anyhow::{Context, anyhow};

pub use args::Args;
pub use change::{Card, Change, Deed};
pub use fault::{Fault, FaultKind};
use shell::{Request, Shell, WAKE};
pub use state::{Outcome, State};

/// Runs a terminal until SIGTERM or SIGINT; prints `listening ADDR` or `listening PATH` when it is ready.
///
/// # Errors
/// When the address, the node or the control socket can't be had.
pub fn run(arguments: &Args) -> anyhow::Result<()> {
    let (stop, stopper) = UnixStream::pair().context("making the stop pipe")?;
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        let end = stopper.try_clone().context("making the stop pipe")?;
        signal_hook::low_level::pipe::register(signal, end).context("catching SIGTERM")?;
    }
    let shell = Shell::open(arguments, stop, stopper, None)?;
    {
        let mut out = std::io::stdout().lock();
        writeln!(out, "listening {}", shell.name()).and_then(|()| out.flush()).context("writing to stdout")?;
    }
    shell.run()
}

/// A terminal on a thread of this process, for tests; dropping it switches it off.
#[derive(Debug)]
pub struct Running {
    address: Option<SocketAddr>,
    path: Option<PathBuf>,
    stopper: UnixStream,
    requests: Sender<Request>,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Running {
    /// Starts a terminal; when this returns it takes connections, or its node is there.
    ///
    /// # Errors
    /// When the address, the node or the control socket can't be had.
    pub fn start(arguments: &Args) -> anyhow::Result<Self> {
        let (stop, stopper) = UnixStream::pair().context("making the stop pipe")?;
        let waker = stopper.try_clone().context("making the stop pipe")?;
        let (requests, inbox) = std::sync::mpsc::channel();
        let shell = Shell::open(arguments, stop, waker, Some(inbox))?;
        let (address, path) = (shell.address(), shell.path().map(Path::to_owned));
        let thread = std::thread::Builder::new().name("sim-terminal".to_owned()).spawn(move || shell.run());
        let thread = Some(thread.context("starting the terminal's thread")?);
        Ok(Self { address, path, stopper, requests, thread })
    }

    /// Where it listens, with the real port; the unspecified address with port 0 for a terminal on a pty.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address.unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    /// The symlink of a terminal on a pty.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Changes the terminal as a `set` line does; when this returns it has happened.
    ///
    /// # Errors
    /// When the change is refused.
    pub fn set(&self, change: Change) -> anyhow::Result<()> {
        self.request(|answer| Request::Set(Box::new(change), answer))?.map_err(|why| anyhow!(why))
    }

    /// Broken by these instead of what it was broken by; `&[]` mends everything.
    ///
    /// # Errors
    /// When there is no such fault.
    pub fn fault(&self, names: &[&str]) -> anyhow::Result<()> {
        self.set(Change::faults(names).map_err(|why| anyhow!(why))?)
    }

    /// Does it by hand, as with the terminal's own keys, and waits for the outcome.
    ///
    /// # Errors
    /// When the terminal is busy.
    pub fn perform(&self, deed: Deed) -> anyhow::Result<Outcome> {
        self.request(|answer| Request::Do(deed, answer))?.map_err(|why| anyhow!(why))
    }

    /// The terminal as `get` shows it.
    ///
    /// # Errors
    /// When the terminal's thread has ended.
    pub fn state(&self) -> anyhow::Result<State> {
        self.request(Request::State)
    }

    /// Says one line as to the control socket; its answer without the newline.
    ///
    /// # Errors
    /// When the terminal's thread has ended.
    pub fn tell(&self, line: &str) -> anyhow::Result<String> {
        Ok(self.request(|answer| Request::Line(line.as_bytes().to_vec(), answer))?.trim_end().to_owned())
    }

    fn request<T>(&self, request: impl FnOnce(Sender<T>) -> Request) -> anyhow::Result<T> {
        let (answer, answered) = std::sync::mpsc::channel();
        self.requests.send(request(answer)).context("asking the terminal's thread")?;
        (&self.stopper).write_all(&[WAKE]).context("waking the terminal's thread")?;
        answered.recv().context("waiting for the terminal's thread")
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
