//! A printer that answers in order and keeps what it was sent, whatever becomes of the line and of us: nothing is confirmed
//! that is not on paper, and in the end it prints again with proof.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod counter;

use std::collections::VecDeque;

use counter::*;
use model::{Cause, JobState, Proof};
use printer::{Action, BrokenOff, Input, Remembered, Session, Ticket};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Fault {
    Pass(u64),
    Close,
    /// It takes no bytes, or takes them again.
    Hold(bool),
    Paper(bool),
    Cancel,
    Waiting(bool),
    /// kill -9 and a new start.
    Kill,
    /// Stopped within its 2 s, and a new start.
    Stop,
    /// The printer forgets all of it.
    PowerCycle,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        8 => (100u64..3_000).prop_map(Fault::Pass),
        2 => (3_000u64..20_000).prop_map(Fault::Pass),
        4 => Just(Fault::Close),
        1 => any::<bool>().prop_map(Fault::Hold),
        2 => any::<bool>().prop_map(Fault::Paper),
        1 => Just(Fault::Cancel),
        2 => any::<bool>().prop_map(Fault::Waiting),
        2 => Just(Fault::Kill),
        1 => Just(Fault::Stop),
        1 => Just(Fault::PowerCycle),
    ]
}

fn session(unfinished: Option<usize>, owed: bool, seed: u32) -> Session {
    let session = Session::new(abilities(), Some(Remembered::from(Proof::InOrderReply)), seed);
    session.repairing(BrokenOff::default(), unfinished).owed(owed)
}

struct Shop {
    counter: Counter,
    open: bool,
    /// Bytes of the stream that came to the printer.
    arrived: usize,
    buffer: VecDeque<u8>,
    /// Bytes that it works off in 100 ms.
    speed: usize,
    paper: bool,
    /// Letters of each job on paper, by job.
    printed: Vec<usize>,
    size: usize,
    segments: usize,
    /// Segments of the last job that are proven, of how many.
    last: (u32, usize),
    looked: usize,
    confirmed: Vec<u64>,
    waiting: bool,
}

impl Shop {
    fn new(speed: usize, segments: usize, size: usize) -> Self {
        let counter = Counter::with(session(None, false, 7));
        Self {
            counter,
            open: false,
            arrived: 0,
            buffer: VecDeque::new(),
            speed,
            paper: true,
            printed: vec![],
            size,
            segments,
            last: (0, 0),
            looked: 0,
            confirmed: vec![],
            waiting: true,
        }
    }

    fn open(&mut self) {
        if !self.open {
            (self.open, self.arrived) = (true, 0);
            self.counter.on(Input::Opened);
            self.counter.on(Input::Waiting(self.waiting));
        }
    }

    fn close(&mut self, cause: Option<Cause>) {
        self.arrive();
        if self.open {
            self.open = false;
            self.counter.on(Input::Closed(cause));
        }
    }

    /// What left us came to it: questions in real time are answered at once, all else stands in its buffer.
    fn arrive(&mut self) {
        while self.open && self.arrived < self.counter.written {
            self.buffer.push_back(self.counter.stream[self.arrived]);
            self.arrived += 1;
            let tail: Vec<u8> = self.buffer.iter().rev().take(3).copied().collect();
            if let [n @ 1..=4, 4, 0x10] = tail[..] {
                self.buffer.truncate(self.buffer.len() - 3);
                let answers = if self.paper { WELL } else { OUT_OF_PAPER };
                self.counter.receive(&[answers[usize::from(n) - 1]]);
            }
        }
    }

    fn work(&mut self) {
        for _ in 0..self.speed {
            let two = (self.buffer.front().copied(), self.buffer.get(1).copied());
            let length = match two {
                (None, _) => return,
                (Some(0x1B | 0x1D), None) => return,
                (Some(0x1D), Some(b'V')) => 4,
                (Some(0x1D), Some(b'r' | b'a')) => 3,
                (Some(0x1B | 0x1D), _) => 2,
                _ => 1,
            };
            if self.buffer.len() < length || !self.paper {
                return;
            }
            let command: Vec<u8> = self.buffer.drain(..length).collect();
            match command[..] {
                [0x1D, b'r', 1] if self.open => self.counter.receive(&[0]),
                [letter @ b'!'..=b'~'] => self.printed[usize::from(letter - b'!')] += 1,
                _ => {}
            }
        }
    }

    /// Does what the session wants, and looks whether what it says is true.
    fn obey(&mut self) {
        while self.looked < self.counter.log.len() {
            let action = self.counter.log[self.looked].clone();
            self.looked += 1;
            match action {
                Action::Ready if self.open && self.waiting && self.printed.len() < 80 => {
                    let job = self.printed.len() as u64;
                    self.printed.push(0);
                    self.last = (0, self.segments);
                    let bytes = vec![b'!' + job as u8; self.segments * self.size];
                    let segment_ends = (1..=self.segments).map(|segment| segment * self.size).collect();
                    self.counter.on(Input::Send(Ticket { job, bytes, segment_ends, length_dots: 800 }));
                }
                Action::Proven { segments, .. } => self.last.0 = segments,
                Action::Ended(ending) if ending.state == JobState::Confirmed => {
                    assert_eq!(self.printed[ending.job as usize], self.segments * self.size, "{ending:?}");
                    self.confirmed.push(ending.job);
                }
                Action::Late(late) => {
                    assert!(self.printed[late.job as usize] >= late.proven as usize * self.size, "{late:?}");
                    if late.job + 1 == self.printed.len() as u64 {
                        self.last.0 = late.proven;
                    }
                }
                Action::Close(cause) => self.close(cause),
                _ => {}
            }
        }
    }

    fn pass(&mut self, time: u64) {
        for _ in 0..time / 100 {
            self.arrive();
            self.obey();
            self.work();
            self.obey();
            self.counter.pass(ms(100));
            self.obey();
            if !self.open {
                self.open();
            }
        }
    }

    fn start_anew(&mut self) {
        let broken = self.counter.session.job().is_some();
        let owed = (self.last.0 as usize) < self.last.1;
        self.close(None);
        self.obey();
        let (now, held) = (self.counter.now, self.counter.held);
        self.counter = Counter::with(session((broken && owed).then_some(20), owed, now.as_millis() as u32));
        (self.counter.now, self.counter.held, self.looked) = (now, held, 0);
    }

    fn play(&mut self, fault: &Fault) {
        match *fault {
            Fault::Pass(time) => self.pass(time),
            Fault::Close => self.close(Some(Cause::ConnectionLost)),
            Fault::Hold(held) => {
                self.counter.held = held;
                if !held && self.open {
                    self.counter.write_out();
                }
            }
            Fault::Paper(paper) => {
                self.paper = paper;
                if self.open {
                    self.counter.receive(if paper { &ASB_WELL } else { &ASB_OUT });
                }
            }
            Fault::Cancel => self.counter.on(Input::Cancel),
            Fault::Waiting(waiting) => {
                self.waiting = waiting;
                self.counter.on(Input::Waiting(waiting));
            }
            Fault::Kill => self.start_anew(),
            Fault::Stop => {
                self.counter.on(Input::Stop);
                self.pass(2_000);
                self.start_anew();
            }
            Fault::PowerCycle => {
                self.close(Some(Cause::ConnectionLost));
                self.buffer.clear();
            }
        }
        self.obey();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_confirmed_that_is_not_on_paper_however_late_the_answers_come(
        faults in prop::collection::vec(fault(), 1..40),
        speed in prop_oneof![Just(30usize), 30usize..300, 300usize..5_000],
        segments in 1usize..7,
        size in 1usize..1_000,
    ) {
        let mut shop = Shop::new(speed, segments, size);
        shop.open();
        for fault in &faults {
            shop.play(fault);
        }
        for fault in [Fault::Hold(false), Fault::Paper(true), Fault::Waiting(true)] {
            shop.play(&fault);
        }
        let before = shop.confirmed.len();
        for _ in 0..100 {
            if shop.confirmed.len() > before || shop.printed.len() >= 80 {
                break;
            }
            shop.pass(3_000);
        }
        prop_assert!(shop.confirmed.len() > before || shop.printed.len() >= 80, "it never printed with proof again");
    }
}
