//! The printer on real sockets, clock and files: one thread that sleeps in `poll` until something is due.

use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use anyhow::Context;
use paper::interpret::Geometry;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::Args;
use super::condition::Power;
use super::control::{self, Change, Order};
use super::desk::Desk;
use super::folder::Folder;
use super::link::Link;
use super::machine::PrinterCore;
use super::state::{Outputs, Settings};

/// A running printer.
#[derive(Debug)]
pub(super) struct Shell {
    core: PrinterCore,
    link: Link,
    desk: Desk,
    folder: Folder,
    stop: UnixStream,
    start: Instant,
}

/// What woke us.
#[derive(Debug, Default)]
struct Woken {
    stop: bool,
    knock: bool,
    host_in: bool,
    host_out: bool,
    host_gone: bool,
}

impl Shell {
    /// Opens port, socket and folder. The printer stops when `stop` becomes readable or is closed.
    pub(super) fn open(arguments: &Args, stop: UnixStream) -> anyhow::Result<Self> {
        let geometry = Geometry::for_columns(arguments.columns)
            .with_context(|| format!("{} columns: 32, 42 and 48 are known", arguments.columns))?;
        let settings = Settings {
            model: arguments.model,
            geometry,
            name: arguments.name.clone(),
            speed: arguments.speed,
            paper_length: arguments.paper_length,
            buffer: arguments.buffer.max(1),
        };
        Ok(Self {
            core: PrinterCore::new(settings),
            folder: Folder::open(&arguments.paper)?,
            desk: Desk::open(&arguments.control)?,
            link: Link::open(arguments.listen)?,
            stop,
            start: Instant::now(),
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.link.address()
    }

    /// Runs until it is stopped; then the torn sheet is written.
    pub(super) fn run(mut self) -> anyhow::Result<()> {
        loop {
            let woken = self.sleep()?;
            let now = self.start.elapsed();
            let outputs = self.core.tick(now);
            self.put_out(outputs);
            if woken.stop {
                for printed in self.core.tear_off() {
                    self.folder.add(&printed)?;
                }
                return Ok(());
            }
            self.desk.accept();
            for (visitor, line) in self.desk.read() {
                let answer = self.obey(&line);
                self.desk.answer(visitor, &answer);
            }
            self.desk.sweep();
            if woken.knock {
                self.link.accept();
            }
            if woken.host_out {
                self.link.flush();
            }
            let free = self.core.free();
            if woken.host_gone && free == 0 {
                self.link.hang_up();
            } else if (woken.host_in || woken.host_gone) && free > 0 {
                let mut bytes = Vec::new();
                self.link.read(free, &mut bytes);
                let outputs = self.core.on_received(&bytes, self.start.elapsed());
                self.put_out(outputs);
            }
        }
    }

    /// Sleeps until a deadline of the printer or until somebody wants something.
    fn sleep(&self) -> anyhow::Result<Woken> {
        let timeout = self.core.deadline().map(|due| timespec(due.saturating_sub(self.start.elapsed())));
        let mut fds = vec![
            PollFd::from_borrowed_fd(self.stop.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.desk.listener().as_fd(), PollFlags::IN),
        ];
        let knock = self.link.listener().map(|listener| {
            fds.push(PollFd::from_borrowed_fd(listener.as_fd(), PollFlags::IN));
            fds.len() - 1
        });
        let host = self.link.client().map(|client| {
            let mut wanted = PollFlags::empty();
            wanted.set(PollFlags::IN, self.core.free() > 0);
            wanted.set(PollFlags::OUT, self.link.has_out());
            fds.push(PollFd::from_borrowed_fd(client.as_fd(), wanted));
            fds.len() - 1
        });
        fds.extend(self.desk.streams().map(|stream| PollFd::from_borrowed_fd(stream.as_fd(), PollFlags::IN)));
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error).context("waiting for the printer's sockets"),
        }
        let seen = |index: Option<usize>| {
            index.and_then(|index| fds.get(index)).map_or(PollFlags::empty(), |fd: &PollFd<'_>| fd.revents())
        };
        let client = seen(host);
        Ok(Woken {
            stop: !seen(Some(0)).is_empty(),
            knock: !seen(knock).is_empty(),
            host_in: client.contains(PollFlags::IN),
            host_out: client.contains(PollFlags::OUT),
            host_gone: client.intersects(PollFlags::ERR | PollFlags::HUP),
        })
    }

    /// Sheets before answers: whoever is told "printed" finds the paper.
    fn put_out(&mut self, outputs: Outputs) {
        for printed in &outputs.sheets {
            if let Err(error) = self.folder.add(printed) {
                eprintln!("counterfoil-sim: {error:#}");
            }
        }
        if !outputs.replies.is_empty() {
            self.link.send(&outputs.replies);
        }
        if !self.core.is_powered() {
            self.link.power_off();
        }
    }

    fn obey(&mut self, line: &[u8]) -> String {
        match control::read(line) {
            Ok(Order::Set(change)) => self.change(change),
            Ok(Order::State) => {
                control::answer_state(&self.core.state(self.link.client().is_some(), self.folder.last()))
            }
            Err(message) => control::answer_error(&message),
        }
    }

    fn change(&mut self, change: Change) -> String {
        // the port must be ours again before the printer counts as switched on
        if change.power == Some(Power::On)
            && let Err(error) = self.link.power_on()
        {
            return control::answer_error(&format!("{error:#}"));
        }
        let outputs = self.core.set(&change, self.start.elapsed());
        self.put_out(outputs);
        control::answer_ok()
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}
