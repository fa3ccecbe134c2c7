//! A session on the counter: virtual time, every action kept, bytes written or held back as the test wants.
#![allow(dead_code, reason = "each test file uses its part")]

use std::time::Duration;

use model::{Cause, Counters, Identity, Proof};
use paper::CutForm;
use printer::{Abilities, Action, Ending, Input, Late, PrinterState, Remembered, Session, Ticket};

pub(crate) const WELL: [u8; 4] = [0x16, 0x12, 0x12, 0x12];
pub(crate) const OUT_OF_PAPER: [u8; 4] = [0x1E, 0x32, 0x12, 0x7E];
pub(crate) const ASB_WELL: [u8; 4] = [0x14, 0, 0, 0];
pub(crate) const ASB_OUT: [u8; 4] = [0x1C, 0, 0x0F, 0];

pub(crate) fn abilities() -> Abilities {
    Abilities {
        answers: true,
        asb: true,
        may_ask_process_id: true,
        measure_process_id: false,
        may_ask_gs_r: true,
        identity: false,
        counters: false,
        recover: false,
        clear_buffers: false,
        longest_command: 512,
        dots_per_mm: 8.0,
        cut: CutForm::FeedCutPartial,
    }
}

pub(crate) fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A job of `segments` segments of `size` bytes: all `A`, all `B` …
pub(crate) fn ticket(job: u64, segments: usize, size: usize) -> Ticket {
    let bytes = (0..segments).flat_map(|segment| vec![b'A' + (segment % 26) as u8; size]).collect();
    let segment_ends = (1..=segments).map(|segment| segment * size).collect();
    Ticket { job, bytes, segment_ends, length_dots: 800 }
}

/// The tags of all GS ( H queries in a stream, with the offset behind each.
pub(crate) fn tags(stream: &[u8]) -> Vec<(usize, [u8; 4])> {
    let head = [0x1D, 0x28, 0x48, 6, 0, 0x30, 0x30];
    let found = stream.windows(11).enumerate().filter(|(_, window)| window.starts_with(&head));
    found.map(|(at, window)| (at + 11, window[7..].try_into().unwrap())).collect()
}

pub(crate) fn count(stream: &[u8], pattern: &[u8]) -> usize {
    stream.windows(pattern.len()).filter(|window| *window == pattern).count()
}

pub(crate) fn tag_reply(tag: [u8; 4]) -> Vec<u8> {
    [&[0x37, 0x22][..], &tag, &[0]].concat()
}

/// A block of text, as GS I and GS g 2 are answered.
pub(crate) fn block(text: &str) -> Vec<u8> {
    [&[0x5F][..], text.as_bytes(), &[0]].concat()
}

/// Whoever answers GS I and GS g 2: what he says to each.
pub(crate) fn told(question: &[u8], identity: &[(u8, &str)], counters: &[(u16, u64)]) -> Option<Vec<u8>> {
    match question {
        [0x1D, b'I', n] => identity.iter().find(|(asked, _)| asked == n).map(|(_, text)| block(text)),
        [0x1D, b'g', b'2', 0, low, high] => {
            let number = u16::from_le_bytes([*low, *high]);
            counters.iter().find(|(asked, _)| *asked == number).map(|(_, count)| block(&count.to_string()))
        }
        _ => None,
    }
}

pub(crate) const SAM: [(u8, &str); 5] =
    [(65, "1.02"), (66, "SAM4S"), (67, "GIANT-100"), (68, "S123"), (69, "CHINA GB18030")];

#[derive(Debug)]
pub(crate) struct Counter {
    pub(crate) session: Session,
    pub(crate) now: Duration,
    /// Everything handed over since the connection opened.
    pub(crate) stream: Vec<u8>,
    pub(crate) seen: usize,
    /// How much of it the kernel took; all at once unless held.
    pub(crate) written: usize,
    pub(crate) held: bool,
    pub(crate) log: Vec<Action>,
}

impl Counter {
    pub(crate) fn new(abilities: Abilities, remembered: Option<Proof>) -> Self {
        Self::with(Session::new(abilities, remembered.map(Remembered::from), 7))
    }

    pub(crate) fn with(session: Session) -> Self {
        Self { session, now: ms(0), stream: vec![], seen: 0, written: 0, held: false, log: vec![] }
    }

    pub(crate) fn on(&mut self, input: Input<'_>) {
        if input == Input::Opened {
            (self.stream, self.seen, self.written) = (vec![], 0, 0);
        }
        let actions = self.session.on(input, self.now);
        for action in &actions {
            match action {
                Action::Write(bytes) => self.stream.extend(bytes),
                Action::Discard => self.stream.truncate(self.written),
                _ => {}
            }
        }
        self.log.extend(actions);
        if !self.held {
            self.write_out();
        }
    }

    pub(crate) fn write_out(&mut self) {
        let rest = self.stream.len() - self.written;
        if rest > 0 {
            self.written += rest;
            self.on(Input::Written(rest));
        }
    }

    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        self.on(Input::Received(bytes));
    }

    /// Lets time pass, waking the session when it asked for it.
    pub(crate) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        for _ in 0..100_000 {
            match self.session.deadline() {
                Some(at) if at <= end => {
                    self.now = self.now.max(at);
                    self.on(Input::Wake);
                }
                _ => {
                    self.now = end;
                    return;
                }
            }
        }
        panic!("the session keeps asking to be woken at {:?}", self.now);
    }

    /// What was handed over since the last look.
    pub(crate) fn sent(&mut self) -> Vec<u8> {
        let sent = self.stream[self.seen..].to_vec();
        self.seen = self.stream.len();
        sent
    }

    /// Lets time pass while the printer answers every DLE EOT burst with these four bytes.
    pub(crate) fn pass_answering(&mut self, time: Duration, answers: [u8; 4]) {
        let end = self.now + time;
        while self.now < end {
            let asked = self.sent();
            for _ in 0..count(&asked, &[0x10, 0x04, 1]) {
                self.receive(&answers);
            }
            self.pass(ms(100).min(end - self.now));
        }
    }

    /// Open, asked, well.
    pub(crate) fn open_well(&mut self) {
        self.on(Input::Opened);
        self.receive(&WELL);
    }

    /// Well, and offered for a job that waits.
    pub(crate) fn offered(remembered: Proof) -> Self {
        let mut counter = Self::new(abilities(), Some(remembered));
        counter.open_well();
        counter.receive(&ASB_WELL);
        counter.on(Input::Waiting(true));
        assert_eq!(counter.readies(), 1);
        counter.sent();
        counter
    }

    pub(crate) fn answer_tags(&mut self, sent: &[u8]) {
        for (_, tag) in tags(sent) {
            self.receive(&tag_reply(tag));
        }
    }

    /// Answers what asks whether it takes commands again: the last tag that was sent.
    pub(crate) fn answer_check(&mut self) {
        let (_, tag) = *tags(&self.stream).last().unwrap();
        self.receive(&tag_reply(tag));
    }

    /// Answers the questions of `told` one after another, until something else was sent or nothing; returns what was
    /// sent last, and how many were answered.
    pub(crate) fn tell(&mut self, identity: &[(u8, &str)], counters: &[(u16, u64)]) -> (Vec<u8>, usize) {
        let mut answered = 0;
        loop {
            let sent = self.sent();
            let ends = [3, 6].map(|length| &sent[sent.len() - length.min(sent.len())..]);
            match ends.iter().find_map(|question| told(question, identity, counters)) {
                Some(reply) => self.receive(&reply),
                None => return (sent, answered),
            }
            answered += 1;
        }
    }

    pub(crate) fn late(&self) -> Vec<&Late> {
        let late = self.log.iter();
        late.filter_map(|action| if let Action::Late(late) = action { Some(late) } else { None }).collect()
    }

    pub(crate) fn identified(&self) -> Vec<&Identity> {
        let log = self.log.iter();
        log.filter_map(|action| if let Action::Identified(identity) = action { Some(identity) } else { None }).collect()
    }

    pub(crate) fn counted(&self) -> Vec<&Counters> {
        let log = self.log.iter();
        log.filter_map(|action| if let Action::Counted(counters) = action { Some(counters) } else { None }).collect()
    }

    pub(crate) fn reports(&self) -> usize {
        self.log.iter().filter(|action| matches!(action, Action::Report(_))).count()
    }

    pub(crate) fn closes(&self) -> Vec<Option<Cause>> {
        let log = self.log.iter();
        log.filter_map(|action| if let Action::Close(cause) = action { Some(*cause) } else { None }).collect()
    }

    pub(crate) fn readies(&self) -> usize {
        self.log.iter().filter(|action| **action == Action::Ready).count()
    }

    pub(crate) fn endings(&self) -> Vec<&Ending> {
        self.log
            .iter()
            .filter_map(|action| if let Action::Ended(ending) = action { Some(ending) } else { None })
            .collect()
    }

    pub(crate) fn ending(&self) -> &Ending {
        let endings = self.endings();
        assert_eq!(endings.len(), 1, "{:?}", self.state());
        endings[0]
    }

    pub(crate) fn returned(&self) -> Vec<(u64, Option<Cause>)> {
        let returned = self.log.iter().filter_map(|action| match action {
            Action::Returned { job, cause } => Some((*job, *cause)),
            _ => None,
        });
        returned.collect()
    }

    pub(crate) fn paired(&self) -> Option<(Proof, &str)> {
        self.log.iter().find_map(|action| match action {
            Action::Paired(proof, detail) => Some((*proof, detail.as_str())),
            _ => None,
        })
    }

    pub(crate) fn state(&self) -> PrinterState {
        self.session.state()
    }
}
