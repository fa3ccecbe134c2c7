//! A desk that keeps a queue in memory, and a tiny printer behind a real socket.

use std::{
    collections::VecDeque,
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use model::{Cause, Proof};
use paper::CutForm;
use printer::{
    Abilities, BrokenOff, Connection, Desk, Ending, Intake, Places, PrinterState, Remembered, Setup, Ticket, Worker,
    WorkerHandle,
};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    Next(Option<u64>),
    /// With the job that was claimed in the same breath.
    Ended(Ending, Option<u64>),
    Returned(u64, Option<Cause>),
    Blocked(Option<Cause>),
    Proven(u64, u32),
    Report(PrinterState),
    Paired(Proof),
}

#[derive(Debug, Default)]
struct Books {
    queue: VecDeque<Ticket>,
    entries: Vec<Entry>,
}

/// The desk's shared side.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shop(Arc<(Mutex<Books>, Condvar)>);

impl Shop {
    fn write(&self, entry: Entry) {
        self.0.0.lock().unwrap().entries.push(entry);
        self.0.1.notify_all();
    }

    pub(crate) fn queue(&self, ticket: Ticket) {
        self.0.0.lock().unwrap().queue.push_back(ticket);
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.0.0.lock().unwrap().entries.clone()
    }

    /// Waits until an entry like this was made.
    pub(crate) fn wait_for(&self, what: &str, mut like: impl FnMut(&Entry) -> bool) {
        self.wait_until(what, |entries| entries.iter().any(&mut like));
    }

    /// Waits until the entries so far fulfil this.
    pub(crate) fn wait_until(&self, what: &str, mut fulfilled: impl FnMut(&[Entry]) -> bool) {
        let books = self.0.0.lock().unwrap();
        let (books, late) =
            self.0.1.wait_timeout_while(books, Duration::from_secs(30), |books| !fulfilled(&books.entries)).unwrap();
        let last = books.entries.iter().rev().take(8).collect::<Vec<_>>();
        assert!(!late.timed_out(), "no {what}; the last of {} entries: {last:?}", books.entries.len());
    }

    pub(crate) fn ending(&self, job: u64) -> Ending {
        self.wait_for("ending", |entry| matches!(entry, Entry::Ended(ending, _) if ending.job == job));
        let found = self.entries().into_iter().find_map(|entry| match entry {
            Entry::Ended(ending, _) if ending.job == job => Some(ending),
            _ => None,
        });
        found.unwrap()
    }

    pub(crate) fn open(&self, connection: Connection, remembered: Option<Proof>) -> WorkerHandle {
        self.open_in(Places::default(), connection, remembered)
    }

    pub(crate) fn open_in(&self, places: Places, connection: Connection, remembered: Option<Proof>) -> WorkerHandle {
        let abilities = Abilities {
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
        };
        let setup = Setup {
            name: "front".to_owned(),
            connection,
            abilities,
            remembered: remembered.map(Remembered::from),
            broken_off: BrokenOff::default(),
            unfinished: None,
            owed: false,
            seed: 3,
            intake: Intake::default(),
            places,
        };
        Worker::spawn(setup, Box::new(self.clone())).unwrap()
    }
}

impl Desk for Shop {
    fn waiting(&mut self) -> bool {
        !self.0.0.lock().unwrap().queue.is_empty()
    }

    fn next(&mut self) -> Option<Ticket> {
        let ticket = self.0.0.lock().unwrap().queue.pop_front();
        self.write(Entry::Next(ticket.as_ref().map(|ticket| ticket.job)));
        ticket
    }

    fn ended(&mut self, ending: &Ending, ready: bool) -> Option<Ticket> {
        let ticket = if ready { self.0.0.lock().unwrap().queue.pop_front() } else { None };
        self.write(Entry::Ended(ending.clone(), ticket.as_ref().map(|ticket| ticket.job)));
        ticket
    }

    fn returned(&mut self, job: u64, cause: Option<Cause>) {
        self.write(Entry::Returned(job, cause));
    }

    fn blocked(&mut self, cause: Option<Cause>) {
        self.write(Entry::Blocked(cause));
    }

    fn proven(&mut self, job: u64, segments: u32) {
        self.write(Entry::Proven(job, segments));
    }

    fn report(&mut self, state: &PrinterState) {
        self.write(Entry::Report(*state));
    }

    fn paired(&mut self, proof: Proof, _detail: &str) {
        self.write(Entry::Paired(proof));
    }
}

/// A job of `segments` segments of text.
pub(crate) fn ticket(job: u64, segments: usize) -> Ticket {
    let line = b"one line of a slip\n";
    Ticket {
        job,
        bytes: line.repeat(segments),
        segment_ends: (1..=segments).map(|segment| segment * line.len()).collect(),
        length_dots: 240,
    }
}

/// How the tiny printer behaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Manner {
    Honest,
    /// Answers DLE EOT, never a tag.
    Tagless,
    /// Hangs up when the first line arrives, the first time.
    HangsUpOnce,
    /// Closes after it answered the first questions, the first time.
    ClosesIdleOnce,
}

/// A printer behind a real socket: answers DLE EOT, GS a and GS ( H.
#[derive(Debug)]
pub(crate) struct TinyPrinter {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    taken: Arc<Mutex<Vec<u8>>>,
    thread: Option<JoinHandle<()>>,
}

impl TinyPrinter {
    pub(crate) fn start(listener: TcpListener, manner: Manner) -> Self {
        let address = listener.local_addr().unwrap();
        let (over, taken) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (seen, all) = (Arc::clone(&over), Arc::clone(&taken));
        let thread = thread::spawn(move || {
            let mut manner = manner;
            for stream in listener.incoming() {
                if seen.load(Ordering::SeqCst) {
                    return;
                }
                serve(stream.unwrap(), manner, &all, &seen);
                if matches!(manner, Manner::HangsUpOnce | Manner::ClosesIdleOnce) {
                    manner = Manner::Honest;
                }
            }
        });
        Self { address, over, taken, thread: Some(thread) }
    }

    pub(crate) fn new(manner: Manner) -> Self {
        Self::start(TcpListener::bind("127.0.0.1:0").unwrap(), manner)
    }

    pub(crate) fn connection(&self) -> Connection {
        format!("tcp://{}", self.address).parse().unwrap()
    }

    pub(crate) fn taken(&self) -> Vec<u8> {
        self.taken.lock().unwrap().clone()
    }
}

impl Drop for TinyPrinter {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || thread::panicking());
    }
}

fn serve(mut stream: TcpStream, manner: Manner, all: &Mutex<Vec<u8>>, over: &AtomicBool) {
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let (mut pending, mut buffer) = (Vec::new(), [0u8; 512]);
    while !over.load(Ordering::SeqCst) {
        match stream.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => {
                pending.extend_from_slice(&buffer[..read]);
                all.lock().unwrap().extend_from_slice(&buffer[..read]);
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => continue,
            Err(_) => return,
        }
        if manner == Manner::HangsUpOnce && pending.starts_with(b"one") {
            return;
        }
        while let Some((used, reply)) = understand(&pending, manner) {
            pending.drain(..used);
            if stream.write_all(&reply).is_err() {
                return;
            }
            if manner == Manner::ClosesIdleOnce && reply == [0x14, 0, 0, 0] {
                let _ = stream.shutdown(Shutdown::Write);
                // until the other side closes too
                while stream.read(&mut buffer).is_ok_and(|read| read > 0) {}
                return;
            }
            if manner == Manner::HangsUpOnce && pending.starts_with(b"one") {
                return;
            }
        }
    }
}

/// The first command of what came, and its reply.
pub(crate) fn understand(bytes: &[u8], manner: Manner) -> Option<(usize, Vec<u8>)> {
    match bytes {
        [] => None,
        [0x10, 4, n, ..] => Some((3, vec![if *n == 1 { 0x16 } else { 0x12 }])),
        [0x1D, b'a', _, ..] => Some((3, vec![0x14, 0, 0, 0])),
        [0x1D, b'(', b'H', 6, 0, 0x30, 0x30, a, b, c, d, ..] => {
            let reply = if manner == Manner::Tagless { vec![] } else { vec![0x37, 0x22, *a, *b, *c, *d, 0] };
            Some((11, reply))
        }
        [0x1D, b'V', 0x42, _, ..] => Some((4, vec![])),
        [0x10 | 0x1D, ..] => None,
        _ => Some((1, vec![])),
    }
}
