//! The virtual printer. `machine` decides without I/O, `shell` runs it on sockets and files, the rest are their parts.
//! It reads printer bytes by `paper::interpret` only: the encoder must never be its own judge.

mod args;
mod change;
mod condition;
mod control;
mod damage;
mod folder;
mod heat;
mod identity;
mod line;
mod link;
mod machine;
mod manner;
mod model;
mod motion;
mod mouth;
mod port;
mod quirk;
mod scanner;
mod script;
mod session;
mod shell;
mod state;
mod traffic;
mod wire;

use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use anyhow::{Context, anyhow};

pub use args::{Args, At};
pub use change::{Change, Switch};
pub use condition::{Cover, Drawer, Fault, FeedButton, PaperSupply, Power};
pub use damage::{Damage, Dirt};
pub use machine::PrinterCore;
pub use model::Model;
pub use quirk::{Quirk, Quirks};
pub use script::{Step, When};
pub use session::{HangUp, Second};
use shell::{Request, Shell, WAKE};
pub use state::{Outputs, Printed, Settings, State};
pub use wire::{Busy, Flow};

/// Runs a printer until SIGTERM or SIGINT; prints `listening ADDR` or `listening PATH` when it is ready.
///
/// # Errors
/// When the address, the control socket or the folder can't be had.
pub fn run(arguments: &Args) -> anyhow::Result<()> {
    let (stop, stopper) = UnixStream::pair().context("making the stop pipe")?;
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        let end = stopper.try_clone().context("making the stop pipe")?;
        signal_hook::low_level::pipe::register(signal, end).context("catching SIGTERM")?;
    }
    let shell = Shell::open(arguments, stop, None)?;
    {
        let mut out = std::io::stdout().lock();
        writeln!(out, "listening {}", shell.link_name()).and_then(|()| out.flush()).context("writing to stdout")?;
    }
    shell.run()
}

/// A printer on a thread of this process, for tests; dropping it switches it off and leaves its paper.
#[derive(Debug)]
pub struct Running {
    address: Option<SocketAddr>,
    path: Option<PathBuf>,
    stopper: UnixStream,
    requests: Sender<Request>,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Running {
    /// Starts a printer; when this returns it takes connections, or its node is there.
    ///
    /// # Errors
    /// When the address, the node, the control socket or the folder can't be had, quirks contradict each other or the
    /// script has an error.
    pub fn start(arguments: &Args) -> anyhow::Result<Self> {
        let (stop, stopper) = UnixStream::pair().context("making the stop pipe")?;
        let (requests, inbox) = std::sync::mpsc::channel();
        let shell = Shell::open(arguments, stop, Some(inbox))?;
        let address = shell.address();
        let path = shell.path().map(Path::to_owned);
        let thread = std::thread::Builder::new().name("sim-printer".to_owned()).spawn(move || shell.run());
        let thread = Some(thread.context("starting the printer's thread")?);
        Ok(Self { address, path, stopper, requests, thread })
    }

    /// Where it listens, with the real port; the unspecified address with port 0 for a printer on a pty.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address.unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    /// The symlink of a printer on a pty; it is there while the printer has power.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Changes the printer as a `set` line does; when this returns it has happened.
    ///
    /// # Errors
    /// When the change is refused: quirks that contradict each other, a port that is taken meanwhile.
    pub fn set(&self, change: Change) -> anyhow::Result<()> {
        self.request(|answer| Request::Set(Box::new(change), answer))?.map_err(|why| anyhow!(why))
    }

    /// The printer as `get` shows it.
    ///
    /// # Errors
    /// When the printer's thread has ended.
    pub fn state(&self) -> anyhow::Result<State> {
        self.request(Request::State)
    }

    /// Says one line as to the control socket; its answer without the newline.
    ///
    /// # Errors
    /// When the printer's thread has ended.
    pub fn tell(&self, line: &str) -> anyhow::Result<String> {
        Ok(self.request(|answer| Request::Line(line.as_bytes().to_vec(), answer))?.trim_end().to_owned())
    }

    fn request<T>(&self, request: impl FnOnce(Sender<T>) -> Request) -> anyhow::Result<T> {
        let (answer, answered) = std::sync::mpsc::channel();
        self.requests.send(request(answer)).context("asking the printer's thread")?;
        (&self.stopper).write_all(&[WAKE]).context("waking the printer's thread")?;
        answered.recv().context("waiting for the printer's thread")
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
