//! One connection: hello, then requests answered in their order, and events for those who subscribed.
//!
//! Requests are taken while others are being answered, but a request sees everything that the ones before it did: only
//! `record` starts while an earlier `record` is still on its way to the disk, everything else waits for its turn.
//! What a verb does is the handlers' business.

use std::{
    collections::VecDeque,
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::Poll,
};

use model::{SafeText, caller::Caller};
use protocol::{
    Hello, Line, PROTOCOL, Problem, ProblemKind, REQUEST_LIMIT, Reason, Request,
    frame::{Frame, Lines},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, Interest},
    net::{UnixStream, unix::ReadHalf},
    time::{Duration, Instant, sleep_until},
};

use crate::{
    access,
    changes::Following,
    handler::{self, Answering},
    house::House,
    outbox::{self, Outbox},
};

/// A client must say hello within this.
const HELLO: Duration = Duration::from_secs(10);
/// A line that has begun must end within this.
const LINE: Duration = Duration::from_secs(60);
/// A reader that takes nothing for this long is given up.
const STALLED: Duration = Duration::from_secs(60);
/// When the daemon ends, connections have this long to take their answers.
pub(crate) const FAREWELL: Duration = Duration::from_secs(2);
/// So many requests of a connection may be on their way, of so many bytes together.
const MOST_PENDING: usize = 256;
const MOST_PENDING_BYTES: usize = 1024 * 1024;

/// A request that was read and is not answered yet.
enum Pending {
    /// Answered without asking anybody.
    Ready(String),
    /// Its turn has not come.
    Waiting { id: u64, request: Box<Request> },
    /// Being answered. A `record` lets the next `record` start.
    Running { id: u64, record: bool, answering: Answering },
}

struct Connection {
    house: Arc<House>,
    caller: Caller,
    greeted: bool,
    lines: Lines,
    /// With the length of the line each came in.
    pending: VecDeque<(Pending, usize)>,
    pending_bytes: usize,
    out: Outbox,
    following: Option<Following>,
    /// Nothing is read any more; what is pending is answered, then it closes.
    closing: bool,
    /// When the line now being read must be whole.
    line_due: Option<Instant>,
}

/// Serves a connection until it ends. Never fails: whatever the peer does ends only its own connection.
pub(crate) async fn serve(house: Arc<House>, mut stream: UnixStream, caller: Caller) {
    let mut connection = Connection {
        house: Arc::clone(&house),
        caller,
        greeted: false,
        lines: Lines::new(REQUEST_LIMIT),
        pending: VecDeque::new(),
        pending_bytes: 0,
        out: Outbox::default(),
        following: None,
        closing: false,
        line_due: None,
    };
    let hello_due = Instant::now() + HELLO;
    let mut chunk = vec![0; 16 * 1024];
    let mut stalled_at: Option<Instant> = None;
    let mut farewell: Option<Instant> = None;
    let (mut read_half, mut write_half) = stream.split();
    loop {
        connection.take_lines();
        connection.start_what_may();
        let nothing_left = connection.pending.is_empty() && connection.out.waiting().is_empty();
        if connection.closing && nothing_left {
            break;
        }
        if connection.out.waiting().is_empty() {
            stalled_at = None;
        } else if stalled_at.is_none() {
            stalled_at = Some(Instant::now() + STALLED);
        }
        let greeting = (!connection.greeted && !connection.closing).then_some(hello_due);
        let due = [greeting, connection.line_due, stalled_at, farewell].into_iter().flatten().min();
        let (may_read, room) = (connection.may_read(), connection.out.has_room());
        let Connection { pending, out, following, .. } = &mut connection;
        tokio::select! {
            () = house.stopping(), if farewell.is_none() => {
                farewell = Some(Instant::now() + FAREWELL);
                connection.closing = true;
                connection.line_due = None;
            }
            written = write_half.write(out.waiting()), if !out.waiting().is_empty() => match written {
                Ok(count) if count > 0 => {
                    out.took(count);
                    stalled_at = None;
                }
                _ => break,
            },
            line = next_answer(pending), if room && !pending.is_empty() => connection.answered(&line),
            event = next_event(following), if room && following.is_some() => out.event(&event),
            read = read_half.read(&mut chunk), if may_read => match read {
                Ok(count) if count > 0 => connection.lines.feed(chunk.get(..count).unwrap_or_default()),
                Ok(_) if is_gone(&read_half).await => break,
                // the peer has said all it wanted; it may still be reading
                Ok(_) => connection.heard_all(),
                Err(_) => break,
            },
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                let now = Instant::now();
                let late = |at: Option<Instant>| at.is_some_and(|at| at <= now);
                if late(stalled_at) || late(farewell) {
                    break;
                }
                connection.give_up_waiting(late(greeting));
            }
        }
    }
}

/// True if the peer reads no more, either: nobody would take an answer.
async fn is_gone(half: &ReadHalf<'_>) -> bool {
    half.ready(Interest::READABLE | Interest::WRITABLE).await.is_ok_and(|ready| ready.is_write_closed())
}

/// The first pending request's answer. Dropping the future loses nothing.
async fn next_answer(pending: &mut VecDeque<(Pending, usize)>) -> String {
    poll_fn(|context| match pending.front_mut() {
        Some((Pending::Ready(line), _)) => Poll::Ready(std::mem::take(line)),
        Some((Pending::Running { id, answering, .. }, _)) => {
            let id = *id;
            Pin::new(answering).poll(context).map(|result| outbox::answer(id, result))
        }
        Some((Pending::Waiting { .. }, _)) | None => Poll::Pending,
    })
    .await
}

async fn next_event(following: &mut Option<Following>) -> protocol::Event {
    match following {
        Some(following) => following.next().await,
        None => std::future::pending().await,
    }
}

impl Connection {
    fn may_read(&self) -> bool {
        !self.closing && self.may_take() && self.out.has_room()
    }

    fn may_take(&self) -> bool {
        self.pending.len() < MOST_PENDING && self.pending_bytes < MOST_PENDING_BYTES
    }

    /// Turns whole lines into pending requests, as many as may be.
    fn take_lines(&mut self) {
        while !self.closing && self.may_take() {
            let Some(frame) = self.lines.next_frame() else {
                self.line_due = match self.line_due {
                    _ if !self.lines.begun() => None,
                    Some(due) => Some(due),
                    None => Some(Instant::now() + LINE),
                };
                return;
            };
            self.line_due = None;
            match frame {
                Frame::Line(line) => self.line(&line),
                Frame::TooLong => self.push(outbox::problem_line(None, &too_long()), 0),
                Frame::Hopeless => {
                    self.push(outbox::problem_line(None, &too_long()), 0);
                    self.closing = true;
                }
            }
        }
        self.line_due = None;
    }

    /// The peer sends nothing more. A last line without its newline counts as one.
    fn heard_all(&mut self) {
        if self.lines.begun() {
            self.lines.feed(b"\n");
            self.take_lines();
        }
        self.closing = true;
        self.line_due = None;
        self.following = None;
    }

    fn push(&mut self, line: String, size: usize) {
        self.pending_bytes += size;
        self.pending.push_back((Pending::Ready(line), size));
    }

    fn line(&mut self, line: &[u8]) {
        let size = line.len();
        match Line::parse(line) {
            Ok(Line::Hello(hello)) => self.hello(&hello, size),
            Ok(Line::Request { id, .. }) if !self.greeted => {
                self.push(outbox::problem_line(Some(id), &hello_missing()), size);
            }
            Ok(Line::Request { id, verb, request }) => self.request(id, &verb, request, size),
            Err((id, problem)) => self.push(outbox::problem_line(id, &problem), size),
        }
    }

    fn hello(&mut self, hello: &Hello, size: usize) {
        if hello.protocol != PROTOCOL {
            let problem = Problem::new(
                ProblemKind::Invalid,
                Reason::OtherProtocol,
                "reading the hello",
                format!("this spooler speaks protocol {PROTOCOL}, not {}", hello.protocol),
                "install the same version of both",
            );
            self.push(outbox::problem_line(None, &problem.about(hello.protocol.to_string())), size);
            self.closing = true;
            return;
        }
        self.greeted = true;
        // only recorded, never believed
        let told = |text: &Option<String>| {
            let mut text = SafeText::new(text.as_deref()?);
            text.shorten(64);
            (!text.is_empty()).then(|| text.as_str().to_owned())
        };
        self.caller.origin.tty = told(&hello.tty);
        self.caller.origin.ssh = told(&hello.ssh);
        let ours = Hello::of("counterfoil-spooler", env!("CARGO_PKG_VERSION"));
        let json = serde_json::to_string(&ours).unwrap_or_default();
        self.push(format!("{{\"hello\":{json}}}\n"), size);
    }

    fn request(&mut self, id: u64, verb: &str, request: Result<Box<Request>, Problem>, size: usize) {
        let pending = if !access::may(&self.caller, verb) {
            // authority comes first: not even the keys of the request are looked at. A verb that nobody knows is
            // foreign text
            let mut verb = SafeText::new(verb);
            verb.shorten(40);
            self.refused(id, &verb, access::refusal(&verb))
        } else {
            match request {
                Ok(request) => Pending::Waiting { id, request },
                Err(problem) if access::changes(verb) => self.refused(id, verb, problem),
                Err(problem) => Pending::Ready(outbox::problem_line(Some(id), &problem)),
            }
        };
        self.pending_bytes += size;
        self.pending.push_back((pending, size));
    }

    fn refused(&self, id: u64, verb: &str, problem: Problem) -> Pending {
        // it changes nothing but the trail, so others need not wait for it
        let answering = handler::refused(&self.house, &self.caller, verb, None, problem);
        Pending::Running { id, record: true, answering }
    }

    /// Starts the first request, and every `record` that has only such before it.
    fn start_what_may(&mut self) {
        for place in 0..self.pending.len() {
            let Some((pending, _)) = self.pending.get_mut(place) else { return };
            let (id, request) = match pending {
                Pending::Ready(_) | Pending::Running { record: true, .. } => continue,
                Pending::Running { record: false, .. } => return,
                Pending::Waiting { id, request } => (*id, request),
            };
            let record = matches!(**request, Request::Record(_));
            if !record && place > 0 {
                return;
            }
            let request = std::mem::replace(&mut **request, Request::Status(protocol::request::Nothing {}));
            *pending = match request {
                Request::Subscribe(subscribe) => {
                    let (answer, following) = handler::subscribe(&self.house, &subscribe);
                    // nothing is before it, so its answer is the next line, and events come behind it
                    self.following = Some(following);
                    self.out.line(&outbox::answer(id, answer));
                    Pending::Ready(String::new())
                }
                request => {
                    let answering = handler::start(&self.house, &self.caller, request);
                    Pending::Running { id, record, answering }
                }
            };
            if !record {
                return;
            }
        }
    }

    fn answered(&mut self, line: &str) {
        self.out.line(line);
        if let Some((_, size)) = self.pending.pop_front() {
            self.pending_bytes = self.pending_bytes.saturating_sub(size);
        }
    }

    /// The hello or the end of a line did not come in time.
    fn give_up_waiting(&mut self, greeting: bool) {
        let problem = if greeting {
            hello_missing()
        } else {
            Problem::new(
                ProblemKind::Invalid,
                Reason::NotJson,
                "reading a request",
                "the line did not end within a minute",
                "send each request as one line with a newline",
            )
        };
        self.push(outbox::problem_line(None, &problem), 0);
        self.closing = true;
        self.line_due = None;
        self.following = None;
    }
}

fn too_long() -> Problem {
    Problem::new(
        ProblemKind::TooLarge,
        Reason::LineTooLong,
        "reading a request",
        "the line is over 64 KiB",
        "send less in one request",
    )
}

fn hello_missing() -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        Reason::HelloMissing,
        "reading a request",
        "no hello came first",
        "begin with {\"hello\":{\"program\":\"…\",\"version\":\"…\",\"protocol\":1}}",
    )
}
