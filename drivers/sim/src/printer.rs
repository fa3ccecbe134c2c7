//! The virtual printer. `machine` decides without I/O, `shell` runs it on sockets and files, the rest are their parts.
//! It reads printer bytes by `paper::interpret` only: the encoder must never be its own judge.

mod condition;
mod control;
mod desk;
mod folder;
mod identity;
mod link;
mod machine;
mod model;
mod motion;
mod scanner;
mod shell;
mod state;

use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::thread::JoinHandle;

use anyhow::Context;
use paper::interpret::Geometry;

pub use condition::{Cover, Fault, PaperSupply, Power};
pub use control::{Change, Switch};
pub use machine::PrinterCore;
pub use model::Model;
use shell::Shell;
pub use state::{Outputs, Printed, Settings, State};

/// Options of `counterfoil-sim printer`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    pub listen: SocketAddr,
    /// Unix socket that takes JSON lines to break and mend the printer.
    #[arg(long, value_name = "SOCKET")]
    pub control: PathBuf,
    /// Folder for the finished sheets.
    #[arg(long, value_name = "DIR")]
    pub paper: PathBuf,
    /// How honestly it answers.
    #[arg(long, value_enum, default_value = "full")]
    pub model: Model,
    /// Paper speed in mm/s; 0 is unlimited.
    #[arg(long, value_name = "MM_PER_S", default_value_t = 150)]
    pub speed: u32,
    /// Paper on a roll in mm; without it a roll never ends.
    #[arg(long, value_name = "MM")]
    pub paper_length: Option<u32>,
    /// Columns of font A: 32 (58 mm paper) or 48 (80 mm).
    #[arg(long, default_value_t = 48, value_parser = columns)]
    pub columns: u32,
    /// Model name it gives when asked.
    #[arg(long, default_value = "SIM-80")]
    pub name: String,
    /// Receive buffer in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 4096)]
    pub buffer: usize,
}

fn columns(text: &str) -> Result<u32, String> {
    let columns = text.parse().ok().filter(|columns| Geometry::for_columns(*columns).is_some());
    columns.ok_or_else(|| format!("{text} columns: 32, 42 and 48 are known"))
}

/// Runs a printer until SIGTERM or SIGINT; prints `listening ADDR` when it is ready.
///
/// # Errors
/// When the address, the control socket or the folder can't be had.
pub fn run(arguments: Args) -> anyhow::Result<()> {
    let (stop, stopper) = UnixStream::pair().context("making the stop pipe")?;
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        let end = stopper.try_clone().context("making the stop pipe")?;
        signal_hook::low_level::pipe::register(signal, end).context("catching SIGTERM")?;
    }
    let shell = Shell::open(&arguments, stop)?;
    {
        use std::io::Write;
        let mut out = std::io::stdout().lock();
        writeln!(out, "listening {}", shell.address()).and_then(|()| out.flush()).context("writing to stdout")?;
    }
    shell.run()
}

/// A printer on a thread of this process, for tests; dropping it switches it off and leaves its paper.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stopper: UnixStream,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Running {
    /// Starts a printer; when this returns it takes connections.
    ///
    /// # Errors
    /// When the address, the control socket or the folder can't be had.
    pub fn start(arguments: &Args) -> anyhow::Result<Self> {
        let (stop, stopper) = UnixStream::pair().context("making the stop pipe")?;
        let shell = Shell::open(arguments, stop)?;
        let address = shell.address();
        let thread = std::thread::Builder::new().name("sim-printer".to_owned()).spawn(move || shell.run());
        Ok(Self { address, stopper, thread: Some(thread.context("starting the printer's thread")?) })
    }

    /// Where it listens, with the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
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
