//! A printer at the far end of a pseudo terminal: the worker's end is a device node like any other.

use std::{
    fs::File,
    io::{ErrorKind, Read, Write},
    os::unix::ffi::OsStringExt,
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{Mode, OFlags, fcntl_setfl, inotify, open},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{OptionalActions, Termios, tcgetattr, tcsetattr},
};

use crate::shop::{Manner, understand};

/// How the far end behaves beyond what it answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Habit {
    Brisk,
    /// Reads a few bytes at a time.
    Slow,
    /// Sends XOFF when this many bytes have come, and XON once it is told to.
    Holds(usize),
    /// Reads nothing at all once this many bytes have come.
    Stuck(usize),
}

#[derive(Debug, Default)]
struct Taken {
    bytes: Vec<u8>,
    /// Nothing came for a while although it was read.
    quiet: bool,
    held: bool,
}

/// A cable with a printer. Dropped, both are gone.
#[derive(Debug)]
pub(crate) struct Cable {
    /// The node, `/dev/pts/N`.
    pub(crate) node: PathBuf,
    /// Holds the settings, which the last close would undo, and lets a test look at them.
    slave: File,
    taken: Arc<(Mutex<Taken>, Condvar)>,
    over: Arc<AtomicBool>,
    release: Arc<AtomicBool>,
    opens: File,
    thread: Option<JoinHandle<()>>,
}

impl Cable {
    pub(crate) fn new(habit: Habit) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let node: PathBuf = std::ffi::OsString::from_vec(ptsname(&master, Vec::new()).unwrap().into_bytes()).into();
        let slave = open(&node, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty()).unwrap();
        // a USB printer's node is no terminal: nothing echoes there
        let mut settings = tcgetattr(&slave).unwrap();
        settings.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &settings).unwrap();
        let opens = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK).unwrap();
        inotify::add_watch(&opens, &node, inotify::WatchFlags::OPEN | inotify::WatchFlags::CLOSE).unwrap();
        fcntl_setfl(&master, OFlags::NONBLOCK).unwrap();
        let (taken, over) = (Arc::<(Mutex<Taken>, Condvar)>::default(), Arc::new(AtomicBool::new(false)));
        let release = Arc::new(AtomicBool::new(false));
        let printer = Printer {
            master: master.into(),
            habit,
            pending: Vec::new(),
            taken: Arc::clone(&taken),
            over: Arc::clone(&over),
            release: Arc::clone(&release),
        };
        let thread = Some(thread::spawn(move || printer.run()));
        Self { node, slave: slave.into(), taken, over, release, opens: opens.into(), thread }
    }

    pub(crate) fn settings(&self) -> Termios {
        tcgetattr(&self.slave).unwrap()
    }

    pub(crate) fn set(&self, settings: &Termios) {
        tcsetattr(&self.slave, OptionalActions::Now, settings).unwrap();
    }

    pub(crate) fn taken(&self) -> Vec<u8> {
        self.taken.0.lock().unwrap().bytes.clone()
    }

    /// Waits until it has stopped the line and nothing comes any more; returns how much has come.
    pub(crate) fn held(&self) -> usize {
        self.wait(|taken| taken.held && taken.quiet)
    }

    /// Waits until so many bytes have come.
    pub(crate) fn has(&self, bytes: usize) -> usize {
        self.wait(|taken| taken.bytes.len() >= bytes)
    }

    /// Waits until what has come is like this.
    pub(crate) fn takes(&self, like: impl Fn(&[u8]) -> bool) {
        self.wait(|taken| like(&taken.bytes));
    }

    fn wait(&self, mut fulfilled: impl FnMut(&Taken) -> bool) -> usize {
        let taken = self.taken.0.lock().unwrap();
        let patience = Duration::from_secs(30);
        let (taken, late) = self.taken.1.wait_timeout_while(taken, patience, |taken| !fulfilled(taken)).unwrap();
        assert!(!late.timed_out(), "{} bytes came, held: {}", taken.bytes.len(), taken.held);
        taken.bytes.len()
    }

    /// Lets a line go on that was stopped.
    pub(crate) fn release(&self) {
        self.release.store(true, Ordering::SeqCst);
    }

    /// How often the node was visited since this was last asked: opened, and before the next visit closed. (The kernel tells
    /// equal events in a row only once.)
    pub(crate) fn visits(&self) -> usize {
        let mut space = [std::mem::MaybeUninit::uninit(); 4096];
        let mut reader = inotify::Reader::new(&self.opens, &mut space);
        let mut opens = 0;
        while let Ok(event) = reader.next() {
            opens += usize::from(event.events().contains(inotify::ReadFlags::OPEN));
        }
        opens
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || thread::panicking());
    }
}

struct Printer {
    master: File,
    habit: Habit,
    pending: Vec<u8>,
    taken: Arc<(Mutex<Taken>, Condvar)>,
    over: Arc<AtomicBool>,
    release: Arc<AtomicBool>,
}

impl Printer {
    fn run(mut self) {
        let mut quiet = 0;
        while !self.over.load(Ordering::SeqCst) {
            let came = self.turn();
            quiet = if came { 0 } else { quiet + 1 };
            let mut taken = self.taken.0.lock().unwrap();
            taken.quiet = quiet > 30;
            let resumes = taken.held && self.release.load(Ordering::SeqCst);
            if resumes {
                taken.held = false;
                self.habit = Habit::Brisk;
            }
            drop(taken);
            if resumes {
                self.master.write_all(&[0x11]).unwrap();
            }
            self.taken.1.notify_all();
        }
    }

    fn turn(&mut self) -> bool {
        let mut buffer = [0u8; 512];
        let most = if self.habit == Habit::Slow { 48 } else { buffer.len() };
        let timeout = Timespec { tv_sec: 0, tv_nsec: 5_000_000 };
        let mut fds = [PollFd::new(&self.master, PollFlags::IN)];
        if poll(&mut fds, Some(&timeout)).unwrap() == 0 {
            return false;
        }
        if let Habit::Stuck(limit) = self.habit
            && self.taken.0.lock().unwrap().bytes.len() >= limit
        {
            thread::sleep(Duration::from_millis(5));
            return false;
        }
        let read = match self.master.read(&mut buffer[..most]) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(error) => panic!("{error}"),
        };
        self.pending.extend_from_slice(&buffer[..read]);
        let mut taken = self.taken.0.lock().unwrap();
        taken.bytes.extend_from_slice(&buffer[..read]);
        let holds = matches!(self.habit, Habit::Holds(limit) if taken.bytes.len() >= limit && !taken.held);
        taken.held |= holds;
        drop(taken);
        if holds {
            self.master.write_all(&[0x13]).unwrap();
        }
        while let Some((used, reply)) = understand(&self.pending, Manner::Honest) {
            self.pending.drain(..used);
            self.master.write_all(&reply).unwrap();
        }
        if self.habit == Habit::Slow {
            thread::sleep(Duration::from_millis(1));
        }
        true
    }
}
