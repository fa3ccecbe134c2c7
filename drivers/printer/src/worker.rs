//! The thread of one printer: runs a session's actions on a link, and sleeps until something happens or is due.
//!
//! No rule about printing stands here; those are in `session`. When to connect is decided here.

use std::{
    collections::VecDeque,
    fmt, io, mem,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use model::{Cause, Proof};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};

use crate::{
    Abilities, Action, Connection, Desk, Ending, Input, PrinterState, Session, Ticket,
    link::{Link, LinkError, Opening},
    tcp::{Progress, TcpOpening},
};

const CONNECT: Duration = Duration::from_secs(3);
const AGAIN_WAITING: Duration = Duration::from_millis(500);
const AGAIN_IDLE: Duration = Duration::from_secs(10);

/// What a worker is for.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The printer's name; the thread bears it.
    pub name: String,
    pub connection: Connection,
    pub abilities: Abilities,
    /// The result of an earlier pairing.
    pub remembered: Option<Proof>,
    /// Differs from start to start, so that tags do.
    pub seed: u32,
}

#[derive(Debug, Default)]
struct Orders {
    stop: bool,
    paused: bool,
    cancel: Vec<u64>,
}

#[derive(Debug)]
struct Shared {
    orders: Mutex<Orders>,
    bell: OwnedFd,
}

impl Shared {
    fn order(&self, change: impl FnOnce(&mut Orders)) {
        change(&mut self.orders.lock().unwrap_or_else(PoisonError::into_inner));
        // a full bell is already ringing
        let _ = rustix::io::write(&self.bell, &1u64.to_ne_bytes());
    }

    fn take(&self) -> Orders {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        Orders { cancel: mem::take(&mut orders.cancel), ..*orders }
    }

    fn silence(&self) {
        let _ = rustix::io::read(&self.bell, &mut [0u8; 8]);
    }
}

/// Orders to a worker. Dropped, it stops the worker without waiting for it.
#[derive(Debug)]
pub struct WorkerHandle {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl WorkerHandle {
    /// A job came, or left: ask [`Desk::waiting`].
    pub fn wake(&self) {
        self.shared.order(|_| ());
    }

    /// Takes no further job while `paused`; the one in hand goes on.
    pub fn pause(&self, paused: bool) {
        self.shared.order(|orders| orders.paused = paused);
    }

    /// Ends this job within 2 s if it is in hand; otherwise nothing happens.
    pub fn cancel(&self, job: u64) {
        self.shared.order(|orders| orders.cancel.push(job));
    }

    /// Finishes the segment in hand, ends the job truthfully within 2 s, closes and ends the thread.
    pub fn stop(&self) {
        self.shared.order(|orders| orders.stop = true);
    }

    /// Stops and waits for the thread; true if it ended in order.
    pub fn join(mut self) -> bool {
        self.stop();
        self.thread.take().is_none_or(|thread| thread.join().is_ok())
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The thread of one printer.
pub struct Worker {
    connection: Connection,
    desk: Box<dyn Desk>,
    session: Session,
    shared: Arc<Shared>,
    started: Instant,
    way: Way,
    /// Handed over by the session and not yet in the kernel.
    unwritten: Vec<u8>,
    /// What the session must still hear, in order.
    inbox: VecDeque<Event>,
    waiting: bool,
    paused: bool,
    stopping: bool,
    done: bool,
    state: PrinterState,
    reported: Option<PrinterState>,
    blocked: Option<Cause>,
    /// The last connection was open for a while before it ended.
    lasted: bool,
}

enum Event {
    Send(Ticket),
    Waiting(bool),
    Closed(Option<Cause>),
}

enum Way {
    Down { since: Instant, in_use: bool },
    Connecting { opening: TcpOpening, since: Instant },
    Up { link: Link, since: Instant },
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("connection", &self.connection).finish_non_exhaustive()
    }
}

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread or no event descriptor.
    pub fn spawn(setup: Setup, desk: Box<dyn Desk>) -> io::Result<WorkerHandle> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let shared = Arc::new(Shared { orders: Mutex::default(), bell });
        let abilities = if setup.connection.answers() { setup.abilities } else { setup.abilities.without_answers() };
        let session = Session::new(abilities, setup.remembered, setup.seed);
        let worker = Worker {
            connection: setup.connection,
            desk,
            state: session.state(),
            session,
            shared: Arc::clone(&shared),
            started: Instant::now(),
            way: Way::Down { since: Instant::now(), in_use: true },
            unwritten: Vec::new(),
            inbox: VecDeque::new(),
            waiting: false,
            paused: false,
            stopping: false,
            done: false,
            reported: None,
            lasted: false,
            blocked: None,
        };
        let thread = thread::Builder::new().name(setup.name).spawn(move || worker.run())?;
        Ok(WorkerHandle { shared, thread: Some(thread) })
    }

    fn run(mut self) {
        self.connect();
        while !self.done {
            // first, so that the end of a connection is known before another begins
            self.settle();
            self.take_orders();
            if self.session.deadline().is_some_and(|at| self.now() >= at) {
                self.tell(Input::Wake);
            }
            if self.connect_due().is_some_and(|at| Instant::now() >= at) {
                self.connect();
            }
            self.settle();
            if !self.done {
                self.sleep();
            }
        }
        for event in mem::take(&mut self.inbox) {
            if let Event::Send(ticket) = event {
                self.desk.returned(ticket.job, None);
            }
        }
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// Gives the session what it must still hear and writes what it wants written, until both are still.
    fn settle(&mut self) {
        loop {
            self.write();
            let Some(event) = self.inbox.pop_front() else { break };
            match event {
                Event::Send(ticket) => self.tell(Input::Send(ticket)),
                Event::Waiting(waiting) => self.tell(Input::Waiting(waiting)),
                Event::Closed(cause) => self.tell(Input::Closed(cause)),
            }
        }
        self.publish();
    }

    fn take_orders(&mut self) {
        let orders = self.shared.take();
        self.paused = orders.paused;
        if orders.stop && !self.stopping {
            self.stopping = true;
            self.tell(Input::Stop);
        }
        for job in orders.cancel {
            if self.session.job() == Some(job) {
                self.tell(Input::Cancel);
            }
        }
        self.look_for_jobs();
    }

    fn look_for_jobs(&mut self) {
        let waiting = !self.paused && !self.stopping && self.desk.waiting();
        // said again although it is known: the session may have offered itself in vain meanwhile
        if waiting != self.waiting || (waiting && self.session.ready()) {
            self.waiting = waiting;
            self.inbox.push_back(Event::Waiting(waiting));
        }
    }

    fn tell(&mut self, input: Input<'_>) {
        let now = self.now();
        for action in self.session.on(input, now) {
            self.act(action);
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Write(bytes) => self.unwritten.extend(bytes),
            Action::Discard => self.unwritten.clear(),
            Action::Report(state) => {
                self.state = state;
                let told = state.cause.is_some_and(|cause| cause != Cause::Stalled);
                if let Way::Up { link, .. } = &mut self.way {
                    link.be_patient(told);
                }
            }
            Action::Ready => self.claim(),
            Action::Proven { job, segments } => self.desk.proven(job, segments),
            Action::Ended(ending) => self.ended(ending),
            Action::Returned { job, cause } => self.desk.returned(job, cause),
            Action::Paired(proof, detail) => self.desk.paired(proof, &detail),
            Action::Close => {
                self.write();
                self.hang_up(None);
                self.done |= self.stopping;
            }
        }
    }

    fn claim(&mut self) {
        // the end of the last job may have brought the next one in the same commit, or the news that there is none
        if !self.waiting || self.inbox.iter().any(|event| matches!(event, Event::Send(_))) {
            return;
        }
        match self.desk.next() {
            Some(ticket) => self.inbox.push_back(Event::Send(ticket)),
            None => {
                self.waiting = false;
                self.inbox.push_back(Event::Waiting(false));
            }
        }
    }

    fn ended(&mut self, mut ending: Ending) {
        // the cut behind a job that stays short must be under way before its end is told
        self.write();
        if let Way::Up { link, .. } = &mut self.way
            && let Err(error) = link.sync()
        {
            ending.detail.push_str(&format!("; the file may not be on the disk: {error}"));
        }
        let ready = !self.paused && !self.stopping && self.session.ready() && self.inbox.is_empty();
        match self.desk.ended(&ending, ready) {
            Some(ticket) => self.inbox.push_back(Event::Send(ticket)),
            None => self.look_for_jobs(),
        }
    }

    /// Tells the desk what changed, pauses included.
    fn publish(&mut self) {
        let mut state = self.state;
        if self.paused && state.cause.is_none() {
            state.cause = Some(Cause::Paused);
            state.ready = false;
        }
        if self.reported != Some(state) {
            self.reported = Some(state);
            self.desk.report(&state);
        }
        let blocked = if self.waiting && self.session.job().is_none() { state.cause } else { None };
        if self.blocked != blocked {
            self.blocked = blocked;
            self.desk.blocked(blocked);
        }
    }

    fn connect(&mut self) {
        match Link::open(&self.connection) {
            Ok(Opening::Open(link)) => self.opened(link),
            Ok(Opening::Connecting(opening)) => self.way = Way::Connecting { opening, since: Instant::now() },
            Err(error) => self.refused(&error),
        }
    }

    fn opened(&mut self, link: Link) {
        self.way = Way::Up { link, since: Instant::now() };
        self.unwritten.clear();
        self.tell(Input::Opened);
    }

    fn refused(&mut self, error: &LinkError) {
        self.way = Way::Down { since: Instant::now(), in_use: true };
        self.inbox.push_back(Event::Closed(Some(error.cause())));
    }

    fn connected(&mut self) {
        match mem::replace(&mut self.way, Way::Down { since: Instant::now(), in_use: true }) {
            Way::Connecting { opening, since } => match opening.finish() {
                Ok(Progress::Open(link)) => self.opened(Link::Tcp(link)),
                Ok(Progress::Pending(opening)) => self.way = Way::Connecting { opening, since },
                Err(source) => self.refused(&LinkError::new("connecting to", &self.connection, source)),
            },
            other => self.way = other,
        }
    }

    /// When to try to connect (or to give a try up); `None` while connected.
    fn connect_due(&self) -> Option<Instant> {
        match &self.way {
            _ if self.stopping || !self.connection.is_driven() => None,
            Way::Up { .. } | Way::Connecting { .. } => None,
            Way::Down { since, in_use: false } if self.waiting => Some(*since),
            Way::Down { since, .. } if self.waiting => Some(*since + AGAIN_WAITING),
            // switched off, or only tired of us? One look tells, and a person at the screen wants to know
            Way::Down { since, in_use: false } if self.lasted => Some(*since + AGAIN_WAITING),
            Way::Down { since, .. } => Some(*since + AGAIN_IDLE),
        }
    }

    /// Ends the connection on our side and tells the session.
    fn hang_up(&mut self, cause: Option<Cause>) {
        if let Way::Up { link, since } = &mut self.way {
            link.close();
            // closed as soon as it was opened, with a job waiting: that is no idleness
            let short = since.elapsed() < AGAIN_WAITING;
            self.lasted = since.elapsed() >= AGAIN_IDLE;
            let cause = cause.or_else(|| (short && self.waiting).then_some(Cause::ConnectionLost));
            // one that was open for a while and closed in idleness may be opened again at once
            let in_use = cause.is_some() || short;
            self.way = Way::Down { since: Instant::now(), in_use };
            self.unwritten.clear();
            self.inbox.push_back(Event::Closed(cause));
        } else if matches!(self.way, Way::Connecting { .. }) {
            self.way = Way::Down { since: Instant::now(), in_use: true };
        }
    }

    fn write(&mut self) {
        while !self.unwritten.is_empty() {
            let Way::Up { link, .. } = &mut self.way else {
                self.unwritten.clear();
                return;
            };
            match link.write(&self.unwritten) {
                Ok(0) => return self.hang_up(Some(Cause::ConnectionLost)),
                Ok(written) => {
                    self.unwritten.drain(..written.min(self.unwritten.len()));
                    // told before anything is read: a reply counts only for what was written before it
                    self.tell(Input::Written(written));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => return self.lost(&error),
            }
        }
    }

    fn read(&mut self) {
        let mut buffer = [0u8; 1024];
        loop {
            let Way::Up { link, .. } = &mut self.way else { return };
            match link.read(&mut buffer) {
                Ok(0) => {
                    let in_use = self.session.job().is_some();
                    return self.hang_up(in_use.then_some(Cause::ConnectionLost));
                }
                Ok(read) => self.tell(Input::Received(buffer.get(..read).unwrap_or_default())),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => return self.lost(&error),
            }
        }
    }

    /// An error on an open connection; without a job in hand a reset is no more than the printer's way to close.
    fn lost(&mut self, error: &io::Error) {
        let cause = match crate::link::cause(error) {
            Cause::ConnectionLost if self.session.job().is_none() => None,
            // it stood, and what it does now is being lost
            Cause::ConnectionRefused => Some(Cause::ConnectionLost),
            cause => Some(cause),
        };
        self.hang_up(cause);
    }

    /// Sleeps exactly until something happens or is due.
    fn sleep(&mut self) {
        let timeout = self.timeout();
        let (device, flags) = match &self.way {
            Way::Up { link, .. } => {
                let read = if link.speaks() { PollFlags::IN } else { PollFlags::empty() };
                let write = if self.unwritten.is_empty() { PollFlags::empty() } else { PollFlags::OUT };
                (Some(link.fd()), read | write)
            }
            Way::Connecting { opening, .. } => (Some(opening.fd()), PollFlags::OUT),
            Way::Down { .. } => (None, PollFlags::empty()),
        };
        let Ready { rung, device } = wait(self.shared.bell.as_fd(), device, flags, timeout);
        if rung {
            self.shared.silence();
        }
        match &self.way {
            Way::Connecting { since, .. } => {
                let late = since.elapsed() >= CONNECT;
                if device {
                    self.connected();
                } else if late {
                    let source = io::Error::from(io::ErrorKind::TimedOut);
                    self.refused(&LinkError::new("connecting to", &self.connection, source));
                }
            }
            Way::Up { .. } if device => self.read(),
            Way::Up { .. } | Way::Down { .. } => {}
        }
    }

    fn timeout(&self) -> Option<Duration> {
        let session = self.session.deadline().map(|at| at.saturating_sub(self.now()));
        let connect = match &self.way {
            Way::Connecting { since, .. } => Some(CONNECT.saturating_sub(since.elapsed())),
            _ => self.connect_due().map(|at| at.saturating_duration_since(Instant::now())),
        };
        [session, connect].into_iter().flatten().min()
    }
}

struct Ready {
    rung: bool,
    device: bool,
}

fn wait(bell: BorrowedFd<'_>, device: Option<BorrowedFd<'_>>, flags: PollFlags, timeout: Option<Duration>) -> Ready {
    let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
    let mut fds = vec![PollFd::from_borrowed_fd(bell, PollFlags::IN)];
    // without a flag poll would still report a hang-up, again and again
    fds.extend(device.filter(|_| !flags.is_empty()).map(|device| PollFd::from_borrowed_fd(device, flags)));
    match poll(&mut fds, timeout.as_ref()) {
        Ok(_) => {
            let ready = |at: usize| fds.get(at).is_some_and(|fd| !fd.revents().is_empty());
            Ready { rung: ready(0), device: ready(1) }
        }
        // interrupted by a signal, or no memory: the next turn looks again
        Err(_) => Ready { rung: false, device: false },
    }
}
