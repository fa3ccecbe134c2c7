//! The host on real sockets: one thread at the door and the desk, one for each connection.

use std::net::{Shutdown, SocketAddr};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use std::io::Read;

use anyhow::{Context, bail};
use rustix::event::{PollFd, PollFlags, poll};

use super::Args;
use super::certificate::Certificates;
use super::change::Change;
use super::connection::{Shared, serve};
use super::control::{self, Order};
use super::door::{Door, Manner};
use super::fault::{Fault, FaultKind};
use super::host::Host;
use super::rest::Rest;
use super::state::State;
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

/// A running host.
#[derive(Debug)]
pub(super) struct Shell {
    door: Door,
    desk: Option<Desk>,
    shared: Arc<Shared>,
    stop: UnixStream,
    requests: Option<Receiver<Request>>,
    threads: Vec<JoinHandle<()>>,
    connections: u64,
}

impl Shell {
    /// Opens port and socket and makes certificates. The host stops when `stop` says so or is closed.
    pub(super) fn open(
        arguments: &Args,
        stop: UnixStream,
        requests: Option<Receiver<Request>>,
    ) -> anyhow::Result<Self> {
        let settings = arguments.settings()?;
        let certificates = arguments
            .has_tls()
            .then(|| Certificates::make(&arguments.tls_names, &arguments.tls))
            .transpose()
            .context("preparing TLS")?;
        if let Err(why) = check_tls(&settings.faults, certificates.is_some()) {
            bail!(why);
        }
        if let (Some(folder), Some(certificates)) = (&arguments.tls_dir, &certificates) {
            std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
            let path = folder.join("ca.pem");
            std::fs::write(&path, certificates.ca()).with_context(|| format!("writing {}", path.display()))?;
        }
        stop.set_nonblocking(true).context("preparing the stop pipe")?;
        let shared = Shared {
            host: Mutex::new(Host::new(settings)),
            certificates,
            rest: Rest::default(),
            open: Mutex::default(),
            logs: requests.is_none(),
        };
        let mut shell = Self {
            desk: arguments.control.as_deref().map(Desk::open).transpose()?,
            door: Door::open(arguments.listen)?,
            shared: Arc::new(shared),
            stop,
            requests,
            threads: Vec::new(),
            connections: 0,
        };
        shell.set_door()?;
        Ok(shell)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.door.address()
    }

    /// The authority of its certificates.
    pub(super) fn ca(&self) -> Option<String> {
        self.shared.certificates.as_ref().map(|certificates| certificates.ca().to_owned())
    }

    /// Runs until it is stopped; then every connection is ended.
    pub(super) fn run(mut self) -> anyhow::Result<()> {
        let outcome = self.serve();
        self.shared.rest.stop();
        for stream in self.shared.open().values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        outcome
    }

    fn serve(&mut self) -> anyhow::Result<()> {
        loop {
            if self.sleep()? && self.is_to_stop() {
                return Ok(());
            }
            self.obey_requests();
            self.obey_visitors();
            while self.door.listener().is_some()
                && let Some(stream) = self.door.accept()
            {
                self.threads.retain(|thread| !thread.is_finished());
                self.connections += 1;
                let (number, shared) = (self.connections, Arc::clone(&self.shared));
                let Ok(handle) = stream.try_clone() else { continue };
                shared.open().insert(number, handle);
                let thread = std::thread::Builder::new().name("sim-acquirer".to_owned());
                let thread = thread.spawn(move || serve(&shared, number, stream));
                self.threads.push(thread.context("starting a connection's thread")?);
            }
        }
    }

    /// Sleeps until somebody wants something; whether the stop pipe does.
    fn sleep(&self) -> anyhow::Result<bool> {
        let mut fds = vec![PollFd::from_borrowed_fd(self.stop.as_fd(), PollFlags::IN)];
        if let Some(desk) = &self.desk {
            fds.push(PollFd::from_borrowed_fd(desk.listener().as_fd(), PollFlags::IN));
            fds.extend(desk.streams().map(|stream| PollFd::from_borrowed_fd(stream.as_fd(), PollFlags::IN)));
        }
        fds.extend(self.door.listener().map(|door| PollFd::from_borrowed_fd(door, PollFlags::IN)));
        match poll(&mut fds, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error).context("waiting for the host's sockets"),
        }
        Ok(fds.first().is_some_and(|stop| !stop.revents().is_empty()))
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
                Request::Set(change, answer) => drop(answer.send(self.set(*change))),
                Request::State(answer) => drop(answer.send(self.shared.host().state())),
                Request::Line(line, answer) => drop(answer.send(self.obey(&line))),
            }
        }
    }

    fn obey_visitors(&mut self) {
        let Some(mut desk) = self.desk.take() else { return };
        desk.accept();
        for (visitor, line) in desk.read() {
            let answer = self.obey(&line);
            desk.answer(visitor, &answer);
        }
        desk.sweep();
        self.desk = Some(desk);
    }

    fn obey(&mut self, line: &[u8]) -> String {
        match control::read(line) {
            Ok(Order::State) => control::answer_state(&self.shared.host().state()),
            Ok(Order::Set(change)) => control::answer(self.set(*change)),
            Err(message) => control::answer(Err(message)),
        }
    }

    fn set(&mut self, change: Change) -> Result<(), String> {
        if let Some(faults) = &change.faults {
            check_tls(faults, self.shared.certificates.is_some())?;
        }
        self.shared.host().set(change)?;
        self.set_door().map_err(|error| format!("{error:#}"))
    }

    fn set_door(&mut self) -> anyhow::Result<()> {
        let manner = self.shared.host().faults.look(|kind| match kind {
            FaultKind::Refuse => Some(Manner::Refuse),
            FaultKind::Blackhole => Some(Manner::Blackhole),
            _ => None,
        });
        self.door.set(manner.unwrap_or(Manner::Open))
    }
}

fn check_tls(faults: &[Fault], has_tls: bool) -> Result<(), String> {
    match faults.iter().find(|fault| matches!(fault.kind, FaultKind::Tls(_))) {
        Some(fault) if !has_tls => Err(format!("{fault}: the port speaks no TLS")),
        _ => Ok(()),
    }
}
