//! The thread of one printer: runs a session's actions on a link, and sleeps until something happens or is due.
//!
//! No rule about printing stands here; those are in `session`. When to connect is decided here.

mod line;

use std::{
    collections::VecDeque,
    fmt, io, mem,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use model::Cause;

use crate::{
    Abilities, Action, BrokenOff, Connection, Desk, Ending, Input, Intake, Places, PrinterState, Remembered, Session,
    Ticket, WorkerHandle,
    handle::Shared,
    opener::Opener,
    watch::Watch,
    way::{Down, Way, Why},
};

/// What a worker is for.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The printer's name; the thread bears it.
    pub name: String,
    pub connection: Connection,
    pub abilities: Abilities,
    /// The result of an earlier pairing.
    pub remembered: Option<Remembered>,
    /// What is printed behind a slip that broke off.
    pub broken_off: BrokenOff,
    /// A job was being sent when the last run ended: the most bytes that the command in hand may lack.
    pub unfinished: Option<usize>,
    /// Answers to questions of the last run may still come: its last job was not proven to the end.
    pub owed: bool,
    /// Differs from start to start, so that tags do.
    pub seed: u32,
    /// What it can take in: paces a serial line without flow control.
    pub intake: Intake,
    /// Where devices are.
    pub places: Places,
}

/// The thread of one printer.
pub struct Worker {
    opener: Opener,
    desk: Box<dyn Desk>,
    session: Session,
    shared: Arc<Shared>,
    started: Instant,
    way: Way,
    /// For a device that may come, go, or change its rights.
    watch: Option<Watch>,
    /// Handed over by the session and not yet in the kernel.
    unwritten: Vec<u8>,
    /// What the session must still hear, in order.
    inbox: VecDeque<Event>,
    waiting: bool,
    paused: bool,
    /// To be let go as soon as no job is in hand.
    away: bool,
    stopping: bool,
    done: bool,
    state: PrinterState,
    reported: Option<PrinterState>,
    blocked: Option<Cause>,
}

enum Event {
    Send(Ticket),
    Waiting(bool),
    Closed(Option<Cause>),
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("connection", self.opener.connection()).finish_non_exhaustive()
    }
}

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread or no event descriptor.
    pub fn spawn(setup: Setup, desk: Box<dyn Desk>) -> io::Result<WorkerHandle> {
        let shared = Arc::new(Shared::new()?);
        let abilities = if setup.connection.answers() { setup.abilities } else { setup.abilities.without_answers() };
        let session = Session::new(abilities, setup.remembered, setup.seed)
            .repairing(setup.broken_off, setup.unfinished)
            .owed(setup.owed);
        let worker = Worker {
            opener: Opener::new(setup.connection, setup.places, setup.intake),
            desk,
            state: session.state(),
            session,
            shared: Arc::clone(&shared),
            started: Instant::now(),
            way: Way::Down(Down::now(Why::Fresh)),
            watch: None,
            unwritten: Vec::new(),
            inbox: VecDeque::new(),
            waiting: false,
            paused: false,
            away: false,
            stopping: false,
            done: false,
            reported: None,
            blocked: None,
        };
        let thread = thread::Builder::new().name(setup.name).spawn(move || worker.run())?;
        Ok(WorkerHandle::new(shared, thread))
    }

    fn run(mut self) {
        while !self.done {
            // first, so that the end of a connection is known before another begins
            self.settle();
            self.take_orders();
            if self.session.deadline().is_some_and(|at| self.now() >= at) {
                self.tell(Input::Wake);
            }
            self.tend();
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
        // closed before anybody is told that it is free
        self.way = Way::Away;
        self.shared.end();
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
        self.away = orders.away;
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
        self.step_aside();
    }

    fn look_for_jobs(&mut self) {
        let waiting = !self.stopping && !self.leaving() && self.desk.waiting() && !self.paused;
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
            Action::Report(state) => self.state = state,
            Action::Ready => self.claim(),
            Action::Proven { job, segments } => self.desk.proven(job, segments),
            Action::Ended(ending) => self.ended(ending),
            Action::Returned { job, cause } => self.desk.returned(job, cause),
            Action::Paired(proof, detail) => self.desk.paired(proof, &detail),
            Action::Identified(identity) => self.desk.identified(&identity),
            Action::Counted(counters) => self.desk.counted(&counters),
            Action::Late(late) => self.desk.late(&late),
            Action::Mended => self.desk.mended(),
            Action::Close(cause) => {
                self.write();
                self.hang_up(cause);
                self.done |= self.stopping;
            }
        }
    }

    fn claim(&mut self) {
        // the end of the last job may have brought the next one in the same commit, or the news that there is none
        let given = self.inbox.iter().any(|event| matches!(event, Event::Send(_)));
        // a pause that is not taken yet is taken next, and heard by the session then
        if !self.waiting || given || self.shared.is_paused() {
            return;
        }
        // the desk decides by what is known now
        self.report();
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
        if let Way::Up(up) = &mut self.way
            && let Err(error) = up.link.sync()
        {
            ending.detail.push_str(&format!("; the file may not be on the disk: {error}"));
        }
        let free = !self.paused && !self.shared.is_paused() && !self.stopping && !self.leaving();
        let ready = free && self.session.ready() && self.inbox.is_empty();
        match self.desk.ended(&ending, ready) {
            Some(ticket) => self.inbox.push_back(Event::Send(ticket)),
            None => self.look_for_jobs(),
        }
    }

    /// Tells the desk what changed of the printer, pauses included.
    fn report(&mut self) -> PrinterState {
        let mut state = self.state;
        if self.paused && state.cause.is_none() {
            state.cause = Some(Cause::Paused);
            state.ready = false;
        }
        if self.reported != Some(state) {
            self.reported = Some(state);
            self.desk.report(&state);
        }
        state
    }

    /// Tells the desk what changed.
    fn publish(&mut self) {
        let state = self.report();
        let blocked = if self.waiting && self.session.job().is_none() { state.cause } else { None };
        if self.blocked != blocked {
            self.blocked = blocked;
            self.desk.blocked(blocked);
        }
    }
}
