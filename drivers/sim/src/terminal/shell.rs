//! The terminal on a real link and clock: one thread for till, desk and clock, and one more while the device works.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::Args;
use super::change::{Change, Deed};
use super::control::{self, Order};
use super::device::{BUSY, Device};
use super::envelope::{ACK, Ear, Heard, NAK, wrap};
use super::fault::{FaultKind, Faults};
use super::link::Link;
use super::mouth::{Mouth, Piece};
use super::record::{Command, Record};
use super::state::{Outcome, State};
use crate::desk::Desk;

/// The byte on the stop pipe that means "look at your requests"; any other, and its end, mean stop.
pub(super) const WAKE: u8 = b'w';
/// How long the till has for its ACK, and how often a frame is sent.
const ACK_TIME: Duration = Duration::from_secs(3);
const TRIES: u32 = 3;

/// What another thread of this process wants.
#[derive(Debug)]
pub(super) enum Request {
    Set(Box<Change>, Sender<Result<(), String>>),
    State(Sender<State>),
    Do(Deed, Sender<Result<Outcome, String>>),
    Line(Vec<u8>, Sender<String>),
}

/// For whom the device works.
#[derive(Debug)]
enum Client {
    Till(Command),
    Hand(Option<Sender<Result<Outcome, String>>>),
}

/// The device has come back from work.
#[derive(Debug)]
struct Done {
    device: Device,
    record: Record,
    signed_off: bool,
}

/// An answer that the till has not acknowledged.
#[derive(Debug)]
struct Unacknowledged {
    record: Vec<u8>,
    tries: u32,
    until: Instant,
}

/// A running terminal.
#[derive(Debug)]
pub(super) struct Shell {
    link: Link,
    desk: Option<Desk>,
    stop: UnixStream,
    waker: UnixStream,
    requests: Option<Receiver<Request>>,
    /// Away while it works.
    device: Option<Device>,
    done: Sender<Done>,
    back: Receiver<Done>,
    client: Option<Client>,
    faults: Faults,
    ear: Ear,
    mouth: Mouth,
    unacknowledged: Option<Unacknowledged>,
    last_command: Vec<u8>,
    /// What changes while the device is away is told to it when it is back.
    later: Vec<Change>,
    shown: State,
    logs: bool,
}

impl Shell {
    /// Opens link and socket. `waker` is the other end of `stop`.
    pub(super) fn open(
        arguments: &Args,
        stop: UnixStream,
        waker: UnixStream,
        requests: Option<Receiver<Request>>,
    ) -> anyhow::Result<Self> {
        stop.set_nonblocking(true).context("preparing the stop pipe")?;
        let device = arguments.device()?;
        let link = match (arguments.listen, &arguments.pty) {
            (Some(address), None) => Link::listen(address)?,
            (None, Some(path)) => Link::line(path)?,
            _ => bail!("a terminal is either at an address or on a pty"),
        };
        let (done, back) = std::sync::mpsc::channel();
        Ok(Self {
            link,
            desk: arguments.control.as_deref().map(Desk::open).transpose()?,
            stop,
            waker,
            logs: requests.is_none(),
            requests,
            shown: device.state(),
            device: Some(device),
            done,
            back,
            client: None,
            faults: Faults::new(arguments.faults.clone()),
            ear: Ear::default(),
            mouth: Mouth::default(),
            unacknowledged: None,
            last_command: Vec::new(),
            later: Vec::new(),
        })
    }

    pub(super) fn name(&self) -> String {
        self.link.name()
    }

    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.link.address()
    }

    /// Runs until it is stopped; a host that is still thinking is not waited for.
    pub(super) fn run(mut self) -> anyhow::Result<()> {
        loop {
            if self.sleep()? && self.is_to_stop() {
                return Ok(());
            }
            self.take_back_device();
            self.obey_requests();
            self.obey_visitors();
            if self.link.accept() {
                self.ear = Ear::default();
                self.mouth.clear();
                self.unacknowledged = None;
            }
            let bytes = self.link.read();
            for heard in self.ear.feed(&bytes) {
                self.hear(heard);
            }
            self.repeat();
            self.speak();
        }
    }

    fn sleep(&self) -> anyhow::Result<bool> {
        let waits = self.unacknowledged.as_ref().filter(|_| self.mouth.is_silent()).map(|answer| answer.until);
        let due = [self.mouth.deadline(), waits].into_iter().flatten().min();
        let timeout = due.map(|due| timespec(due.saturating_duration_since(Instant::now())));
        let mut fds = vec![
            PollFd::from_borrowed_fd(self.stop.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.link.fd(), PollFlags::IN),
        ];
        if let Some(desk) = &self.desk {
            fds.push(PollFd::from_borrowed_fd(desk.listener().as_fd(), PollFlags::IN));
            fds.extend(desk.streams().map(|stream| PollFd::from_borrowed_fd(stream.as_fd(), PollFlags::IN)));
        }
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error).context("waiting for the terminal's sockets"),
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

    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Ack => {
                if self.unacknowledged.take().is_some() {
                    self.shown.acknowledged = true;
                }
            }
            Heard::Nak => {
                if let Some(answer) = &mut self.unacknowledged {
                    answer.until = Instant::now();
                }
            }
            Heard::Bad => {
                self.shown.bad_frames += 1;
                if !self.faults.strikes(&FaultKind::Silent) {
                    self.link.write(&[NAK]);
                }
            }
            Heard::Record(record) => self.hear_record(record),
        }
    }

    fn hear_record(&mut self, record: Vec<u8>) {
        self.shown.commands += 1;
        if self.faults.strikes(&FaultKind::Silent) {
            return;
        }
        if self.faults.strikes(&FaultKind::Nak) {
            return self.link.write(&[NAK]);
        }
        if !self.faults.strikes(&FaultKind::NoAck) {
            self.link.write(&[ACK]);
        }
        // the till has not heard our ACK or our answer: the command is not a new one
        let repeated = record == self.last_command;
        if repeated && matches!(self.client, Some(Client::Till(_))) {
            return;
        }
        if repeated && let Some(answer) = &mut self.unacknowledged {
            answer.until = Instant::now();
            return;
        }
        self.unacknowledged = None;
        self.last_command.clone_from(&record);
        match Command::read(&record) {
            Some(command) => self.obey_till(command),
            None => self.answer_locally("30", ""),
        }
    }

    fn obey_till(&mut self, command: Command) {
        let code = self.faults.take(|kind| match kind {
            FaultKind::Busy(code) => Some(code.clone()),
            FaultKind::Code { code, kind } if kind.as_ref().is_none_or(|kind| *kind == command.kind) => {
                Some(code.clone())
            }
            _ => None,
        });
        let busy = self.device.is_none().then(|| BUSY.to_owned());
        if let Some(code) = code.or(busy) {
            return self.answer_locally(&code, &command.check);
        }
        let beyond = !matches!(command.kind.as_str(), "00" | "01" | "02" | "03" | "04" | "05" | "06");
        let deed = Deed::of(&command.kind, command.amount, &command.voucher);
        match deed.filter(|_| !(beyond && self.faults.has(&FaultKind::Basic))) {
            Some(deed) => self.start(deed, Client::Till(command)),
            None => self.answer_locally("40", &command.check),
        }
    }

    fn answer_locally(&mut self, code: &str, check: &str) {
        let record = match &self.device {
            Some(device) => device.local(code),
            None => Record {
                code: code.to_owned(),
                text: "终端忙".to_owned(),
                merchant: self.shown.merchant_id.clone(),
                terminal: self.shown.terminal_id.clone(),
                batch: self.shown.batch.clone(),
                ..Record::default()
            },
        };
        self.answer(record, check);
    }

    /// The device works on a thread of its own: it blocks while the host thinks.
    fn start(&mut self, deed: Deed, client: Client) {
        let Some(mut device) = self.device.take() else { return };
        let Ok(waker) = self.waker.try_clone() else {
            self.device = Some(device);
            return;
        };
        let done = self.done.clone();
        self.client = Some(client);
        let work = move || {
            let record = device.perform(&deed);
            let signed_off = deed == Deed::SignOut && record.code == "00";
            // nobody listens any more when the terminal was stopped meanwhile
            if done.send(Done { device, record, signed_off }).is_ok() {
                let _ = (&waker).write_all(&[WAKE]);
            }
        };
        if let Err(error) = std::thread::Builder::new().name("sim-terminal-deed".to_owned()).spawn(work) {
            eprintln!("counterfoil-sim terminal: starting a thread: {error}");
        }
    }

    fn take_back_device(&mut self) {
        while let Ok(Done { device, record, signed_off }) = self.back.try_recv() {
            self.device = Some(device);
            if signed_off {
                self.faults.signed_off();
            }
            for change in std::mem::take(&mut self.later) {
                self.tell_device(&change);
            }
            match self.client.take() {
                Some(Client::Till(command)) => self.answer(record, &command.check),
                Some(Client::Hand(answer)) => {
                    let outcome = record.outcome();
                    self.shown.last = Some(outcome.clone());
                    if let Some(answer) = answer {
                        let _ = answer.send(Ok(outcome));
                    }
                }
                None => {}
            }
        }
    }

    /// Says a record to the till, with the faults of content in it.
    fn answer(&mut self, mut record: Record, check: &str) {
        check.clone_into(&mut record.check);
        self.shown.last = Some(record.outcome());
        if self.logs {
            eprintln!(
                "counterfoil-sim terminal: answered {} batch {} voucher {}",
                record.code, record.batch, record.voucher
            );
        }
        if self.faults.strikes(&FaultKind::WrongCheck) {
            record.check = if check == "???" { "!!!" } else { "???" }.to_owned();
        }
        if self.faults.strikes(&FaultKind::WrongTerminal) {
            record.terminal = if record.terminal == "99999999" { "88888888" } else { "99999999" }.to_owned();
        }
        let mut bytes = record.write();
        let length =
            self.faults.take(|kind| if let FaultKind::RecordLength(length) = kind { Some(*length) } else { None });
        bytes.resize(length.unwrap_or(bytes.len()), b' ');
        self.shown.acknowledged = false;
        if !self.faults.strikes(&FaultKind::NoAnswer) {
            self.unacknowledged = Some(Unacknowledged { record: bytes, tries: 0, until: Instant::now() });
        }
    }

    /// Sends what is due to be sent, the first time or again; gives up after the third.
    fn repeat(&mut self) {
        let now = Instant::now();
        if !self.mouth.is_silent() {
            return;
        }
        let Some(answer) = self.unacknowledged.as_mut().filter(|answer| answer.until <= now) else { return };
        if answer.tries == TRIES {
            self.unacknowledged = None;
            return;
        }
        answer.tries += 1;
        self.shown.frames_sent += 1;
        let mut frame = wrap(&answer.record);
        if self.faults.strikes(&FaultKind::WrongLrc) {
            frame.iter_mut().rev().take(1).for_each(|lrc| *lrc ^= 0x55);
        }
        if self.faults.strikes(&FaultKind::Garbage) {
            frame = (0..frame.len()).map(|at| u8::try_from(at % 89).unwrap_or(0).wrapping_mul(37) | 0x40).collect();
        }
        let late = self.faults.take(|kind| if let FaultKind::Late(ms) = kind { Some(*ms) } else { None });
        let late = Duration::from_millis(late.unwrap_or(0));
        let speed = self.faults.take(|kind| if let FaultKind::Slow(speed) = kind { Some(*speed) } else { None });
        let drop = self.faults.take(|kind| if let FaultKind::Drop(count) = kind { Some(*count) } else { None });
        self.mouth.say(&frame, late, speed, drop, now);
    }

    fn speak(&mut self) {
        while let Some(piece) = self.mouth.next(Instant::now()) {
            match piece {
                Piece::Bytes(bytes) => self.link.write(&bytes),
                Piece::HangUp => {
                    self.unacknowledged = None;
                    if self.link.address().is_some() {
                        self.link.hang_up();
                    }
                }
            }
            if self.mouth.is_silent()
                && let Some(answer) = &mut self.unacknowledged
            {
                answer.until = Instant::now() + ACK_TIME;
            }
        }
    }

    fn obey_requests(&mut self) {
        while let Some(request) = self.requests.as_ref().and_then(|requests| requests.try_recv().ok()) {
            // who asked and has not waited needs no answer
            match request {
                Request::Set(change, answer) => drop(answer.send(self.set(*change))),
                Request::State(answer) => drop(answer.send(self.state())),
                Request::Do(_, answer) if self.device.is_none() => drop(answer.send(Err(is_busy()))),
                Request::Do(deed, answer) => self.start(deed, Client::Hand(Some(answer))),
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
            Ok(Order::State) => control::answer_state(&self.state()),
            Ok(Order::Set(change)) => control::answer(self.set(*change)),
            Ok(Order::Do(_)) if self.device.is_none() => control::answer(Err(is_busy())),
            Ok(Order::Do(deed)) => {
                self.start(deed, Client::Hand(None));
                control::answer(Ok(()))
            }
            Err(message) => control::answer(Err(message)),
        }
    }

    fn set(&mut self, change: Change) -> Result<(), String> {
        if let Some(faults) = &change.faults {
            self.faults = Faults::new(faults.clone());
        }
        if self.device.is_some() {
            self.tell_device(&change);
        } else {
            self.later.push(change);
        }
        Ok(())
    }

    fn tell_device(&mut self, change: &Change) {
        let Some(device) = &mut self.device else { return };
        device.card = change.card.unwrap_or(device.card);
        device.line.host = change.host.or(device.line.host);
    }

    fn state(&mut self) -> State {
        let own = self.device.as_ref().map_or_else(|| self.shown.clone(), Device::state);
        self.shown = State {
            faults: self.faults.list().to_vec(),
            connected: self.link.is_connected(),
            working: self.device.is_none(),
            commands: self.shown.commands,
            bad_frames: self.shown.bad_frames,
            frames_sent: self.shown.frames_sent,
            acknowledged: self.shown.acknowledged,
            last: self.shown.last.take(),
            ..own
        };
        self.shown.clone()
    }

    /// The symlink of a terminal on a pty.
    pub(super) fn path(&self) -> Option<&Path> {
        self.link.path()
    }
}

fn is_busy() -> String {
    "the terminal is busy".to_owned()
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}
