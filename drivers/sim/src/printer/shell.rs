//! The printer on real sockets, ptys, clock and files: one thread that sleeps in `poll` until something is due.

use std::io::Read;
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::Args;
use super::change::Change;
use super::condition::Power;
use super::control::{self, Order};
use super::folder::Folder;
use super::link::Link;
use super::machine::PrinterCore;
use super::quirk::Quirks;
use super::script::Step;
use super::session::{HangUp, Second};
use super::state::{Outputs, State};
use super::traffic::Received;
use crate::desk::Desk;

/// The byte on the stop pipe that means "look at your requests"; any other, and its end, mean stop.
pub(super) const WAKE: u8 = b'w';

/// What another thread of this process wants.
#[derive(Debug)]
pub(super) enum Request {
    Set(Box<Change>, Sender<Result<(), String>>),
    State(Sender<State>),
    Line(Vec<u8>, Sender<String>),
}

/// A running printer.
#[derive(Debug)]
pub(super) struct Shell {
    core: PrinterCore,
    link: Link,
    /// What the port was last told about second clients.
    second: Second,
    desk: Desk,
    folder: Folder,
    stop: UnixStream,
    requests: Option<Receiver<Request>>,
    model: super::Model,
    start: Instant,
}

/// What woke us.
#[derive(Debug, Default)]
struct Woken {
    stop: bool,
    door: bool,
    host_in: bool,
    host_out: bool,
    host_gone: bool,
}

impl Shell {
    /// Opens port or node, socket and folder, and reads the script. The printer stops when `stop` says so or is closed.
    pub(super) fn open(
        arguments: &Args,
        stop: UnixStream,
        requests: Option<Receiver<Request>>,
    ) -> anyhow::Result<Self> {
        let at = arguments.at().context("a printer is either at an address or on a pty")?;
        stop.set_nonblocking(true).context("preparing the stop pipe")?;
        let mut shell = Self {
            core: PrinterCore::new(arguments.settings()?),
            folder: Folder::open(&arguments.paper)?,
            desk: Desk::open(&arguments.control)?,
            link: Link::open(&at, arguments.second)?,
            second: arguments.second,
            stop,
            requests,
            model: arguments.model,
            start: Instant::now(),
        };
        if let Some(path) = &arguments.script {
            shell.read_script(path)?;
        }
        Ok(shell)
    }

    fn read_script(&mut self, path: &Path) -> anyhow::Result<()> {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading the script {}", path.display()))?;
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let order = control::read(line.as_bytes());
            order
                .and_then(|order| self.carry_out(order))
                .map_err(|why| anyhow!("the script {}:{}: {why}", path.display(), number + 1))?;
        }
        Ok(())
    }

    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.link.address()
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.link.path()
    }

    pub(super) fn link_name(&self) -> String {
        self.link.name()
    }

    /// Runs until it is stopped; then the torn sheet is written.
    pub(super) fn run(mut self) -> anyhow::Result<()> {
        loop {
            let woken = self.sleep()?;
            self.heed();
            let outputs = self.core.tick(self.start.elapsed());
            self.put_out(outputs);
            if woken.stop && self.is_to_stop() {
                for printed in self.core.tear_off() {
                    self.folder.add(&printed)?;
                }
                return Ok(());
            }
            self.obey_requests();
            self.desk.accept();
            for (visitor, line) in self.desk.read() {
                let answer = self.obey(&line);
                self.desk.answer(visitor, &answer);
            }
            self.desk.sweep();
            // bytes on a pty mean that somebody has opened it, whether or not poll saw that first
            let opened = woken.host_in && self.link.path().is_some();
            if (woken.door || opened) && self.link.answer_door() {
                let outputs = self.core.on_connected(self.start.elapsed());
                self.put_out(outputs);
            }
            self.serve_host(&woken);
        }
    }

    fn serve_host(&mut self, woken: &Woken) {
        if woken.host_out && !self.core.is_half_open() && !self.link.flush() {
            return self.broken();
        }
        let room = self.core.room();
        if woken.host_gone && room == 0 {
            if !self.core.is_half_open() {
                self.broken();
            }
        } else if (woken.host_in || woken.host_gone) && room > 0 {
            let mut bytes = Vec::new();
            let received = self.link.read(room, &mut bytes);
            let now = self.start.elapsed();
            match received {
                Received::Nothing => {}
                Received::Bytes => {
                    let outputs = self.core.on_received(&bytes, now);
                    self.put_out(outputs);
                }
                Received::Finished => {
                    let outputs = self.core.on_finished(now);
                    self.put_out(outputs);
                }
                Received::Broken => self.broken(),
            }
        }
    }

    fn broken(&mut self) {
        self.link.hang_up(false);
        let outputs = self.core.on_broken(self.start.elapsed());
        self.put_out(outputs);
    }

    /// Looks how the host's side of a serial line is set.
    fn heed(&mut self) {
        let obeys = self.link.obeys(self.core.flow());
        self.core.set_host(obeys, self.link.baud());
    }

    /// Sleeps until a deadline of the printer or until somebody wants something.
    fn sleep(&self) -> anyhow::Result<Woken> {
        let timeout = self.core.deadline().map(|due| timespec(due.saturating_sub(self.start.elapsed())));
        let mut fds = vec![
            PollFd::from_borrowed_fd(self.stop.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.desk.listener().as_fd(), PollFlags::IN),
        ];
        let door = self.link.door().filter(|_| self.core.admits()).map(|door| {
            fds.push(PollFd::from_borrowed_fd(door, PollFlags::IN));
            fds.len() - 1
        });
        // a host that is left alone may hang up without anybody noticing
        let host = self.link.host().filter(|_| !self.core.is_half_open()).map(|host| {
            let mut wanted = PollFlags::empty();
            wanted.set(PollFlags::IN, self.core.room() > 0 && self.link.is_open_for_reading());
            wanted.set(PollFlags::OUT, self.link.has_out());
            fds.push(PollFd::from_borrowed_fd(host, wanted));
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
            door: !seen(door).is_empty(),
            host_in: client.contains(PollFlags::IN),
            host_out: client.contains(PollFlags::OUT),
            host_gone: client.intersects(PollFlags::ERR | PollFlags::HUP),
        })
    }

    /// Sheets before answers: whoever is told "printed" finds the paper. Then the wire follows the printer.
    fn put_out(&mut self, outputs: Outputs) {
        for printed in &outputs.sheets {
            if let Err(error) = self.folder.add(printed) {
                eprintln!("counterfoil-sim: {error:#}");
            }
        }
        if !outputs.replies.is_empty() {
            self.link.send(&outputs.replies);
        }
        let whole = self.core.is_half_open() || self.link.flush();
        match outputs.hang_up {
            Some(how) => self.link.hang_up(how == HangUp::Reset),
            None if !whole => return self.broken(),
            None => {}
        }
        if !self.core.is_powered() {
            self.link.power_off();
        } else if let Err(error) = self.link.power_on() {
            eprintln!("counterfoil-sim: {error:#}");
        }
        if self.core.second() != self.second {
            self.second = self.core.second();
            if let Err(error) = self.link.set_second(self.second) {
                eprintln!("counterfoil-sim: {error:#}");
            }
        }
    }

    /// Empties the stop pipe; whether anything but a wake-up was in it.
    fn is_to_stop(&mut self) -> bool {
        let mut space = [0; 64];
        match self.stop.read(&mut space) {
            Ok(0) => true,
            Ok(count) => space.iter().take(count).any(|byte| *byte != WAKE),
            Err(_) => false,
        }
    }

    fn obey_requests(&mut self) {
        while let Some(request) = self.requests.as_ref().and_then(|requests| requests.try_recv().ok()) {
            // who asked and has not waited needs no answer
            match request {
                Request::Set(change, answer) => drop(answer.send(self.carry_out(Order::Set(change)))),
                Request::State(answer) => drop(answer.send(self.state())),
                Request::Line(line, answer) => drop(answer.send(self.obey(&line))),
            }
        }
    }

    fn state(&self) -> State {
        self.core.state(self.link.is_connected(), self.folder.last())
    }

    fn obey(&mut self, line: &[u8]) -> String {
        match control::read(line) {
            Ok(Order::State) => control::answer_state(&self.state()),
            Ok(order) => match self.carry_out(order) {
                Ok(()) => control::answer_ok(),
                Err(message) => control::answer_error(&message),
            },
            Err(message) => control::answer_error(&message),
        }
    }

    fn carry_out(&mut self, order: Order) -> Result<(), String> {
        let now = self.start.elapsed();
        let outputs = match order {
            Order::State => return Err("a state can't be carried out".to_owned()),
            Order::Set(change) => {
                self.check(&change)?;
                // the port must be ours again before the printer counts as switched on
                if change.power == Some(Power::On) {
                    self.link.power_on().map_err(|error| format!("{error:#}"))?;
                }
                self.core.set(&change, now)
            }
            Order::Later(step) => {
                self.check_step(&step)?;
                self.core.plan(*step, now)
            }
        };
        self.put_out(outputs);
        Ok(())
    }

    fn check(&self, change: &Change) -> Result<(), String> {
        if let Some(quirks) = &change.quirks {
            let quirks: Quirks = quirks.iter().copied().collect();
            quirks.check(self.model).map_err(|why| format!("these quirks can't be combined: {why}"))?;
            if let Some(quirk) = quirks.differs_built_in(self.core.quirks()) {
                return Err(format!("{}: a printer has it from the start or not at all", quirk.name()));
            }
        }
        if self.link.address().is_some() && change.flow.is_some() {
            return Err("flow: TCP has its own".to_owned());
        }
        if self.link.path().is_some() && change.is_about_connections() {
            return Err(
                "a pty has no connections: second, idle_reset, close_delay, never_close, drop_after and hang_up \
                        are for TCP"
                    .to_owned(),
            );
        }
        Ok(())
    }

    fn check_step(&self, step: &Step) -> Result<(), String> {
        self.check(&step.set)?;
        step.then.iter().try_for_each(|then| self.check_step(then))
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}
