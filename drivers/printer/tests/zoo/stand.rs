//! A virtual printer at the end of one way, and the worker at the other.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use ::paper::{Profile, doubtful_line, void_line};
use model::{Language, Proof};
use printer::{Abilities, BrokenOff, Connection, Intake, Places, Remembered, Setup, Worker, WorkerHandle};
use rustix::{
    process::{Uid, getuid},
    termios::{QueueSelector, tcflush},
    thread::set_thread_res_uid,
};
use serde_json::{Value, json};
use sim::printer::{Args, At, Flow, Running, State};
use tempfile::TempDir;

use crate::{
    books::Books,
    paper::{Sheets, read},
};

pub(crate) const BAUD: u32 = 115_200;
/// The receive buffer, as the host is told.
const ROOM: u32 = 4096;
const PATIENCE: Duration = Duration::from_secs(60);

/// How host and printer are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    Tcp,
    /// Without flow control.
    Serial,
    /// With XON and XOFF.
    Soft,
    Usb,
}

pub(crate) const EVERY: &[Way] = &[Way::Tcp, Way::Serial, Way::Soft, Way::Usb];

/// A printer, its way, its desk and its worker.
#[derive(Debug)]
pub(crate) struct Stand {
    pub(crate) way: Way,
    pub(crate) books: Books,
    pub(crate) profile: Profile,
    pub(crate) printer: Arc<Running>,
    pub(crate) worker: Option<WorkerHandle>,
    /// Of the host.
    pub(crate) baud: u32,
    /// A name in place of the printer's address.
    pub(crate) host: Option<String>,
    speed: u32,
    /// Where the node leads while it is pulled out.
    pulled: Option<PathBuf>,
    folder: TempDir,
}

impl Stand {
    /// A printer that is switched on and has no worker yet.
    pub(crate) fn new(way: Way, profile: Profile, arrange: impl FnOnce(Args) -> Args) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("dev/usb")).unwrap();
        let at = match way {
            Way::Tcp => At::Tcp("127.0.0.1:0".parse().unwrap()),
            Way::Serial | Way::Soft => At::Pty(root.join("dev/ttyS0")),
            Way::Usb => At::Pty(root.join("dev/usb/lp0")),
        };
        if way == Way::Usb {
            plug(&root.join("sys"));
        }
        let mut arguments = arrange(Args::new(at, root.join("control"), root.join("paper")).with_speed(0));
        match way {
            Way::Tcp => {}
            // twice what the host is told, so that a busy machine that plays the printer late loses nothing
            Way::Serial => arguments = arguments.with_flow(Flow::None).with_baud(BAUD).with_buffer(2 * ROOM as usize),
            Way::Soft => arguments = arguments.with_flow(Flow::Software).with_baud(BAUD),
            Way::Usb => arguments = arguments.with_flow(Flow::Wire),
        }
        let printer = Arc::new(Running::start(&arguments).unwrap());
        let speed = arguments.speed;
        let books = Books::default();
        Self { way, books, profile, printer, worker: None, baud: BAUD, host: None, speed, pulled: None, folder }
    }

    fn connection(&self) -> Connection {
        let text = match self.way {
            Way::Tcp => match &self.host {
                Some(host) => format!("tcp://{host}:9100"),
                None => format!("tcp://{}", self.printer.address()),
            },
            Way::Serial => format!("serial:///dev/ttyS0?baud={}&flow=none", self.baud),
            Way::Soft => format!("serial:///dev/ttyS0?baud={}&flow=software", self.baud),
            Way::Usb => "usb:///dev/usb/lp0".to_owned(),
        };
        text.parse().unwrap()
    }

    pub(crate) fn setup(&self, remembered: Option<Proof>) -> Setup {
        let root = self.folder.path();
        // without flow control somebody must know how fast it is, and of what size
        let speed = if self.speed == 0 { 250 } else { self.speed };
        Setup {
            name: "zoo".to_owned(),
            connection: self.connection(),
            abilities: Abilities::from(&self.profile),
            remembered: remembered.map(Remembered::from),
            broken_off: BrokenOff {
                void: void_line(&self.profile, Language::Zh),
                doubtful: doubtful_line(&self.profile, Language::Zh),
            },
            unfinished: None,
            owed: false,
            seed: 7,
            intake: Intake { buffer: Some(ROOM), speed: Some(speed), ..Intake::from(&self.profile) },
            places: Places { dev: root.join("dev"), sys: root.join("sys") },
        }
    }

    /// Gives the printer its worker.
    pub(crate) fn open(&mut self, remembered: Option<Proof>) {
        self.worker = Some(Worker::spawn(self.setup(remembered), Box::new(self.books.clone())).unwrap());
    }

    /// The same, by a worker that may not do everything: root may open what nobody may.
    pub(crate) fn open_unprivileged(&mut self, remembered: Option<Proof>) {
        let (setup, books) = (self.setup(remembered), self.books.clone());
        let spawn = move || {
            if getuid().is_root() {
                let nobody = Uid::from_raw(65_534);
                set_thread_res_uid(nobody, nobody, nobody).unwrap();
            }
            Worker::spawn(setup, Box::new(books)).unwrap()
        };
        self.worker = Some(thread::spawn(spawn).join().unwrap());
    }

    pub(crate) fn cancel(&self, job: u64) {
        if let Some(worker) = &self.worker {
            worker.cancel(job);
        }
    }

    /// A job came.
    pub(crate) fn wake(&self) {
        if let Some(worker) = &self.worker {
            worker.wake();
        }
    }

    pub(crate) fn set(&self, change: &Value) {
        self.tell(&json!({ "set": change }));
    }

    pub(crate) fn tell(&self, line: &Value) {
        tell(&self.printer, line);
    }

    /// When the next job is claimed, this line is said to the printer.
    pub(crate) fn tell_at_claim(&self, line: Value) {
        let printer = Arc::clone(&self.printer);
        self.books.at_claim(move || tell(&printer, &line));
    }

    pub(crate) fn state(&self) -> State {
        self.printer.state().unwrap()
    }

    /// Waits until the printer is like this; it says nothing by itself.
    pub(crate) fn until(&self, what: &str, like: impl Fn(&State) -> bool) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            let state = self.state();
            if like(&state) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("the printer was never {what}: {state:?}"));
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn node(&self) -> PathBuf {
        self.printer.path().unwrap().to_owned()
    }

    /// The plug of a line's adapter, or of USB, is pulled: the node goes, the printer keeps its power.
    pub(crate) fn pull(&mut self) {
        self.pulled = Some(fs::read_link(self.node()).unwrap());
        fs::remove_file(self.node()).unwrap();
    }

    /// It is put back; what was on its way is lost.
    pub(crate) fn put_back(&mut self) {
        let target = self.pulled.take().unwrap();
        let line = fs::OpenOptions::new().read(true).write(true).open(&target).unwrap();
        tcflush(&line, QueueSelector::OFlush).unwrap();
        drop(line);
        self.set(&json!({ "half_open": "off" }));
        symlink(target, self.node()).unwrap();
    }

    /// Stops the worker, lets the printer finish, and takes the paper out.
    pub(crate) fn close(mut self) -> Result<Sheets, String> {
        if self.worker.take().is_some_and(|worker| !worker.join()) {
            return Err("the worker's thread broke down".to_owned());
        }
        let mut before = self.state().received;
        loop {
            // twice the same: what is still on a line has arrived by then
            thread::sleep(Duration::from_millis(20));
            self.until("at rest", |state| state.buffered == 0 && !state.moving)?;
            let now = self.state().received;
            if now == before {
                break;
            }
            before = now;
        }
        let paper = self.folder.path().join("paper");
        let cut = read(&paper, 1);
        let Stand { printer, profile, folder, .. } = self;
        drop(Arc::try_unwrap(printer).unwrap());
        let torn = read(&paper, cut.len() + 1);
        drop(folder);
        Ok(Sheets::told(cut, torn, &profile))
    }
}

fn tell(printer: &Running, line: &Value) {
    let answer = printer.tell(&line.to_string()).unwrap();
    assert_eq!(answer, "{\"ok\":true}", "{line}");
}

/// A USB printer in a tree that looks like sysfs.
fn plug(sys: &std::path::Path) {
    let device = sys.join("devices/usb/1-1");
    let lp = device.join("1-1:1.0/usbmisc/lp0");
    fs::create_dir_all(&lp).unwrap();
    for (name, text) in [("busnum", "1"), ("devpath", "1"), ("serial", "ZOO1")] {
        fs::write(device.join(name), text).unwrap();
    }
    symlink("../..", lp.join("device")).unwrap();
    let class = sys.join("class/usbmisc");
    fs::create_dir_all(&class).unwrap();
    symlink(&lp, class.join("lp0")).unwrap();
}
