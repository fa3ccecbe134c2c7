//! The options of `counterfoil-sim printer`. Nothing is opened here.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::builder::PossibleValuesParser;
use paper::interpret::{Firmware, Geometry};

use super::damage::Damage;
use super::model::Model;
use super::quirk::{Quirk, Quirks};
use super::session::Second;
use super::state::Settings;
use super::wire::{Busy, Flow};

/// Where the host finds the printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// A port; 0 takes a free one.
    Tcp(SocketAddr),
    /// A symlink that leads to a pseudo-terminal while the printer has power.
    Pty(PathBuf),
}

impl From<SocketAddr> for At {
    fn from(address: SocketAddr) -> Self {
        Self::Tcp(address)
    }
}

impl From<PathBuf> for At {
    fn from(path: PathBuf) -> Self {
        Self::Pty(path)
    }
}

/// Options of `counterfoil-sim printer`. Made by `Args::new`; every field may then be set.
#[derive(Debug, Clone, clap::Args)]
#[command(group(clap::ArgGroup::new("at").required(true).args(["listen", "pty"])))]
pub struct Args {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Symlink to a pseudo-terminal, there while the printer has power: plays a serial line or a USB node.
    #[arg(long, value_name = "PATH")]
    pub pty: Option<PathBuf>,
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
    /// How it reads text and which commands it knows; by default it takes everything, with GB 18030.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Firmware::names()))]
    pub firmware: Option<String>,
    /// A way in which it differs from others of its class; may be repeated.
    #[arg(long = "quirk", value_enum, value_name = "NAME")]
    pub quirks: Vec<Quirk>,
    /// When it takes no data: only while the buffer is full, or also while it is offline.
    #[arg(long, value_enum, default_value = "buffer")]
    pub busy: Busy,
    /// Degrees Celsius around the head; with them much black makes it too hot, and it pauses.
    #[arg(long, value_name = "CELSIUS")]
    pub ambient: Option<i32>,
    /// Flow control of a pty: none loses what doesn't fit, usb never does.
    #[arg(long, value_enum, conflicts_with = "listen")]
    pub flow: Option<Flow>,
    /// Line speed in both directions, ten bits a byte; 0 is unlimited.
    #[arg(long, value_name = "BAUD", default_value_t = 0)]
    pub baud: u32,
    /// Bytes per second in both directions; 0 is unlimited.
    #[arg(long, value_name = "BYTES_PER_S", default_value_t = 0, conflicts_with = "baud")]
    pub drip: u32,
    /// What a second TCP client meets.
    #[arg(long, value_enum, default_value = "queue", conflicts_with = "pty")]
    pub second: Second,
    /// Resets a TCP connection after so many seconds without a byte from the host; 0 never.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, conflicts_with = "pty")]
    pub idle_reset: u64,
    /// Seconds from the host's FIN to the printer's.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, conflicts_with = "pty")]
    pub close_delay: u64,
    /// Never closes a TCP connection by itself.
    #[arg(long, conflicts_with = "pty")]
    pub never_close: bool,
    /// Resets a TCP connection after so many bytes, once.
    #[arg(long, value_name = "BYTES", conflicts_with = "pty")]
    pub drop_after: Option<u64>,
    /// How the print looks, as JSON, e.g. {"dead":[100],"density":70}; see the control socket's `damage`.
    #[arg(long, value_name = "JSON", value_parser = damage)]
    pub damage: Option<Damage>,
    /// Control lines to be obeyed at the start, mostly with `after` or `at`.
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,
}

fn damage(text: &str) -> Result<Damage, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn columns(text: &str) -> Result<u32, String> {
    let columns = text.parse().ok().filter(|columns| Geometry::for_columns(*columns).is_some());
    columns.ok_or_else(|| format!("{text} columns: 32, 42 and 48 are known"))
}

impl Args {
    /// A printer as the command line makes it without further options.
    #[must_use]
    pub fn new(at: impl Into<At>, control: impl Into<PathBuf>, paper: impl Into<PathBuf>) -> Self {
        let (listen, pty) = match at.into() {
            At::Tcp(address) => (Some(address), None),
            At::Pty(path) => (None, Some(path)),
        };
        Self {
            listen,
            pty,
            control: control.into(),
            paper: paper.into(),
            model: Model::Full,
            speed: 150,
            paper_length: None,
            columns: 48,
            name: "SIM-80".to_owned(),
            buffer: 4096,
            firmware: None,
            quirks: Vec::new(),
            busy: Busy::Buffer,
            ambient: None,
            flow: None,
            baud: 0,
            drip: 0,
            second: Second::Queue,
            idle_reset: 0,
            close_delay: 0,
            never_close: false,
            drop_after: None,
            damage: None,
            script: None,
        }
    }

    /// Answers like this.
    #[must_use]
    pub fn with_model(mut self, model: Model) -> Self {
        self.model = model;
        self
    }

    /// Paper speed in mm/s, 0 unlimited.
    #[must_use]
    pub fn with_speed(mut self, speed: u32) -> Self {
        self.speed = speed;
        self
    }

    /// Flow control of a pty.
    #[must_use]
    pub fn with_flow(mut self, flow: Flow) -> Self {
        self.flow = Some(flow);
        self
    }

    /// With this quirk too.
    #[must_use]
    pub fn with_quirk(mut self, quirk: Quirk) -> Self {
        self.quirks.push(quirk);
        self
    }

    /// Line speed, ten bits a byte.
    #[must_use]
    pub fn with_baud(mut self, baud: u32) -> Self {
        self.baud = baud;
        self
    }

    /// Receive buffer in bytes.
    #[must_use]
    pub fn with_buffer(mut self, bytes: usize) -> Self {
        self.buffer = bytes;
        self
    }

    /// Paper on a roll in mm.
    #[must_use]
    pub fn with_paper_length(mut self, mm: u32) -> Self {
        self.paper_length = Some(mm);
        self
    }

    /// What the core is made with.
    ///
    /// # Errors
    /// When quirks contradict each other, or the columns are not known.
    pub(super) fn settings(&self) -> anyhow::Result<Settings> {
        let geometry = Geometry::for_columns(self.columns)
            .with_context(|| format!("{} columns: 32, 42 and 48 are known", self.columns))?;
        let quirks: Quirks = self.quirks.iter().copied().collect();
        quirks.check(self.model).map_err(|why| anyhow!("these quirks can't be combined: {why}"))?;
        let usual = Settings::new(self.model, geometry);
        let firmware = match &self.firmware {
            Some(name) => Firmware::by_name(name).with_context(|| format!("no firmware is called {name:?}"))?,
            None => usual.firmware,
        };
        Ok(Settings {
            quirks,
            firmware,
            name: self.name.clone(),
            speed: self.speed,
            paper_length: self.paper_length,
            buffer: self.buffer.max(1),
            flow: self.flow(),
            baud: self.baud,
            drip: self.drip,
            busy: self.busy,
            ambient: self.ambient,
            second: self.second,
            idle_reset: self.idle_reset,
            close_delay: self.close_delay,
            never_close: self.never_close,
            drop_after: self.drop_after,
            damage: self.damage.clone().unwrap_or_default(),
            ..usual
        })
    }

    /// Where the host finds it; `None` when neither or both were given, which the command line refuses.
    pub(super) fn at(&self) -> Option<At> {
        match (&self.listen, &self.pty) {
            (Some(address), None) => Some(At::Tcp(*address)),
            (None, Some(path)) => Some(At::Pty(path.clone())),
            _ => None,
        }
    }

    /// The flow control in force: TCP has its own, a serial line none unless it was asked for.
    fn flow(&self) -> Flow {
        if self.listen.is_some() { Flow::Wire } else { self.flow.unwrap_or(Flow::None) }
    }
}
