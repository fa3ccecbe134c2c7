//! The worker, played: the same calls of session and desk in the same order as `printer::Worker` makes them, without a
//! thread, a socket or a clock. No rule about printing stands here.

use std::{collections::VecDeque, mem, time::Duration};

use model::{Cause, Job};
use printer::{Action, Desk, Ending, Input, PrinterState, Session, Ticket};

use store::{JobFilter, Store};

use super::wire::Wire;
use crate::desk::PrinterDesk;

const REST: Duration = Duration::from_millis(200);
const AGAIN_WAITING: Duration = Duration::from_millis(500);
const AGAIN_IDLE: Duration = Duration::from_secs(10);

enum Way {
    /// `trouble`: it could not be opened, or was in use.
    Down {
        since: Duration,
        trouble: bool,
    },
    Up {
        since: Duration,
    },
}

enum Event {
    Send(Ticket),
    Waiting(bool),
    Closed(Option<Cause>),
}

/// What a turn of the clerk brought to light, for those who judge it.
pub(super) enum Noted {
    /// With all jobs as they were right behind the claim.
    Claimed(Ticket, Vec<Job>),
    Returned(u64),
}

pub(super) struct Clerk {
    desk: PrinterDesk,
    session: Session,
    store: Store,
    way: Way,
    unwritten: Vec<u8>,
    inbox: VecDeque<Event>,
    waiting: bool,
    paused: bool,
    stopping: bool,
    pub(super) done: bool,
    state: PrinterState,
    reported: Option<PrinterState>,
    blocked: Option<Cause>,
    now: Duration,
    /// The session was told something in this turn.
    told: bool,
    pub(super) noted: Vec<Noted>,
}

impl Clerk {
    pub(super) fn new(desk: PrinterDesk, session: Session, store: Store, now: Duration) -> Clerk {
        Clerk {
            desk,
            state: session.state(),
            session,
            store,
            way: Way::Down { since: now.saturating_sub(AGAIN_IDLE), trouble: false },
            unwritten: Vec::new(),
            inbox: VecDeque::new(),
            waiting: false,
            paused: false,
            stopping: false,
            done: false,
            reported: None,
            blocked: None,
            now,
            told: false,
            noted: Vec::new(),
        }
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        let line = match &self.way {
            Way::Down { since, .. } if !self.stopping => Some(*since + self.patience()),
            _ => None,
        };
        [self.session.deadline(), line].into_iter().flatten().min()
    }

    pub(super) fn job(&self) -> Option<u64> {
        self.session.job()
    }

    pub(super) fn stop(&mut self, wire: &mut Wire) {
        self.stopping = true;
        self.tell(Input::Stop, wire);
    }

    pub(super) fn cancel(&mut self, wire: &mut Wire) {
        self.tell(Input::Cancel, wire);
    }

    /// The end of an orderly run.
    pub(super) fn leave(&mut self) {
        for event in mem::take(&mut self.inbox) {
            if let Event::Send(ticket) = event {
                self.returned(ticket.job, None);
            }
        }
    }

    /// One turn of the worker's loop; true if something happened.
    pub(super) fn turn(&mut self, wire: &mut Wire, paused: bool, now: Duration) -> bool {
        self.now = now;
        self.told = false;
        self.settle(wire);
        self.paused = paused;
        self.look_for_jobs();
        if self.session.deadline().is_some_and(|at| now >= at) {
            self.tell(Input::Wake, wire);
        }
        self.tend(wire);
        self.settle(wire);
        let (replies, ended) = wire.read();
        if !replies.is_empty() && matches!(self.way, Way::Up { .. }) {
            self.tell(Input::Received(&replies), wire);
        }
        if ended && matches!(self.way, Way::Up { .. }) {
            let in_use = self.session.job().is_some();
            self.hang_up(in_use.then_some(Cause::ConnectionLost), wire);
        }
        self.settle(wire);
        self.told
    }

    fn patience(&self) -> Duration {
        match &self.way {
            Way::Down { trouble: false, .. } if self.waiting => REST,
            Way::Down { .. } if self.waiting => AGAIN_WAITING,
            _ => AGAIN_IDLE,
        }
    }

    fn tend(&mut self, wire: &mut Wire) {
        let Way::Down { since, .. } = self.way else { return };
        if self.stopping || self.now < since + self.patience() {
            return;
        }
        match wire.connect(self.now) {
            Ok(()) => {
                self.way = Way::Up { since: self.now };
                self.unwritten.clear();
                self.tell(Input::Opened, wire);
            }
            Err(cause) => {
                self.way = Way::Down { since: self.now, trouble: true };
                self.inbox.push_back(Event::Closed(Some(cause)));
            }
        }
    }

    fn settle(&mut self, wire: &mut Wire) {
        loop {
            self.write(wire);
            let Some(event) = self.inbox.pop_front() else { break };
            match event {
                Event::Send(ticket) => self.tell(Input::Send(ticket), wire),
                Event::Waiting(waiting) => self.tell(Input::Waiting(waiting), wire),
                Event::Closed(cause) => self.tell(Input::Closed(cause), wire),
            }
        }
        self.publish();
    }

    fn look_for_jobs(&mut self) {
        let waiting = !self.stopping && self.desk.waiting() && !self.paused;
        if waiting != self.waiting || (waiting && self.session.ready()) {
            self.waiting = waiting;
            self.inbox.push_back(Event::Waiting(waiting));
        }
    }

    fn write(&mut self, wire: &mut Wire) {
        while !self.unwritten.is_empty() {
            if !matches!(self.way, Way::Up { .. }) {
                self.unwritten.clear();
                return;
            }
            let written = wire.write(&self.unwritten);
            if written == 0 {
                return;
            }
            self.unwritten.drain(..written);
            self.tell(Input::Written(written), wire);
        }
    }

    fn tell(&mut self, input: Input<'_>, wire: &mut Wire) {
        self.told = true;
        for action in self.session.on(input, self.now) {
            self.act(action, wire);
        }
    }

    fn act(&mut self, action: Action, wire: &mut Wire) {
        match action {
            Action::Write(bytes) => self.unwritten.extend(bytes),
            Action::Discard => self.unwritten.clear(),
            Action::Report(state) => self.state = state,
            Action::Ready => self.claim(),
            Action::Proven { job, segments } => self.desk.proven(job, segments),
            Action::Ended(ending) => self.ended(&ending, wire),
            Action::Returned { job, cause } => self.returned(job, cause),
            Action::Paired(proof, detail) => self.desk.paired(proof, &detail),
            Action::Identified(identity) => self.desk.identified(&identity),
            Action::Counted(counters) => self.desk.counted(&counters),
            Action::Late(late) => self.desk.late(&late),
            Action::Mended => self.desk.mended(),
            Action::Close(cause) => {
                self.write(wire);
                self.hang_up(cause, wire);
                self.done |= self.stopping;
            }
        }
    }

    fn hang_up(&mut self, cause: Option<Cause>, wire: &mut Wire) {
        let Way::Up { since } = self.way else { return };
        wire.finish();
        let short = self.now < since + AGAIN_WAITING;
        let cause = cause.or_else(|| (short && self.waiting).then_some(Cause::ConnectionLost));
        self.way = Way::Down { since: self.now, trouble: short || cause.is_some() };
        self.unwritten.clear();
        self.inbox.push_back(Event::Closed(cause));
    }

    fn claim(&mut self) {
        if !self.waiting || self.inbox.iter().any(|event| matches!(event, Event::Send(_))) {
            return;
        }
        self.report();
        match self.desk.next() {
            Some(ticket) => self.given(ticket),
            None => {
                self.waiting = false;
                self.inbox.push_back(Event::Waiting(false));
            }
        }
    }

    fn given(&mut self, ticket: Ticket) {
        self.noted.push(Noted::Claimed(ticket.clone(), jobs(&self.store)));
        self.inbox.push_back(Event::Send(ticket));
    }

    fn returned(&mut self, job: u64, cause: Option<Cause>) {
        self.desk.returned(job, cause);
        self.noted.push(Noted::Returned(job));
    }

    fn ended(&mut self, ending: &Ending, wire: &mut Wire) {
        self.write(wire);
        let free = !self.paused && !self.stopping;
        let ready = free && self.session.ready() && self.inbox.is_empty();
        match self.desk.ended(ending, ready) {
            Some(ticket) => self.given(ticket),
            None => self.look_for_jobs(),
        }
    }

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

    fn publish(&mut self) {
        let state = self.report();
        let blocked = if self.waiting && self.session.job().is_none() { state.cause } else { None };
        if self.blocked != blocked {
            self.blocked = blocked;
            self.desk.blocked(blocked);
        }
    }
}

/// All jobs there are; a schedule has not more of them than a page.
pub(super) fn jobs(store: &Store) -> Vec<Job> {
    store.reader().unwrap().jobs(&JobFilter::default(), None, 500).unwrap().rows
}
