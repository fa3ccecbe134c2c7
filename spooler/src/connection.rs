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

use model::{Role, SafeText, caller::Caller};
use protocol::{
    Hello, Line, PROTOCOL, Problem, ProblemKind, REQUEST_LIMIT, Reason, Request,
    frame::{Frame, Lines},
    request::{Approval, Diagnose},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, Interest},
    net::{UnixStream, unix::ReadHalf},
    sync::mpsc::UnboundedReceiver,
    time::{Duration, Instant, sleep_until},
};
use zeroize::Zeroize as _;

use crate::{
    access::{self, Decision},
    changes::Following,
    handler::{self, Answering},
    house::House,
    log_on,
    outbox::{self, Outbox},
    patience::{Refusals, Stall},
    session::{self, Seat},
    sessions::Listed,
};

/// A client must say hello within this.
const HELLO: Duration = Duration::from_secs(10);
/// A line that has begun must end within this.
const LINE: Duration = Duration::from_secs(60);
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
    Waiting(Box<Asked>),
    /// Being answered. A `record` lets the next `record` start.
    Running { id: u64, record: bool, answering: Answering },
    /// The same, with parts that are told as they come.
    Live { id: u64, answering: Answering, parts: Option<UnboundedReceiver<String>>, line: Option<String> },
}

/// What comes of the first pending request.
enum Told {
    /// A line before its answer.
    Part(String),
    /// True: refused by a handler, with a row in the trail.
    Answer(String, bool),
}

/// A request as it was read.
struct Asked {
    id: u64,
    verb: String,
    approval: Option<Approval>,
    request: Result<Box<Request>, Problem>,
}

struct Connection {
    house: Arc<House>,
    /// The peer, without an operator: who that is, is asked anew for each request.
    caller: Caller,
    seat: Arc<Seat>,
    greeted: bool,
    lines: Lines,
    /// With the length of the line each came in.
    pending: VecDeque<(Pending, usize)>,
    pending_bytes: usize,
    out: Outbox,
    following: Option<Following>,
    /// In the list of those who are here, from its hello on.
    listed: Option<Listed>,
    /// Nothing is read any more; what is pending is answered, then it closes.
    closing: bool,
    /// When the line now being read must be whole.
    line_due: Option<Instant>,
    stall: Stall,
    refusals: Refusals,
}

/// Serves a connection until it ends. Never fails: whatever the peer does ends only its own connection.
pub(crate) async fn serve(house: Arc<House>, mut stream: UnixStream, caller: Caller) {
    let mut connection = Connection {
        house: Arc::clone(&house),
        caller,
        seat: Arc::default(),
        greeted: false,
        lines: Lines::new(REQUEST_LIMIT),
        pending: VecDeque::new(),
        pending_bytes: 0,
        out: Outbox::default(),
        following: None,
        listed: None,
        closing: false,
        line_due: None,
        stall: Stall::default(),
        refusals: Refusals::default(),
    };
    let hello_due = Instant::now() + HELLO;
    let mut chunk = vec![0; 16 * 1024];
    let mut farewell: Option<Instant> = None;
    let (mut read_half, mut write_half) = stream.split();
    loop {
        connection.take_lines();
        connection.start_what_may();
        let nothing_left = connection.pending.is_empty() && connection.out.waiting().is_empty();
        if connection.closing && nothing_left {
            break;
        }
        connection.stall.waiting(connection.out.waiting().len(), Instant::now());
        let slowed = connection.refusals.until(Instant::now());
        let greeting = (!connection.greeted && !connection.closing).then_some(hello_due);
        let due = [greeting, connection.line_due, connection.stall.due(), slowed, farewell].into_iter().flatten().min();
        let (may_read, room) = (slowed.is_none() && connection.may_read(), connection.out.has_room());
        let may_hear = connection.may_hear();
        let Connection { pending, out, following, listed, stall, .. } = &mut connection;
        tokio::select! {
            () = house.stopping(), if farewell.is_none() => {
                farewell = Some(Instant::now() + FAREWELL);
                connection.closing = true;
                connection.line_due = None;
            }
            over = told(listed) => if over { break },
            written = write_half.write(out.waiting()), if !out.waiting().is_empty() => match written {
                Ok(count) if count > 0 => {
                    out.took(count);
                    stall.took(count);
                }
                _ => break,
            },
            told = next_answer(pending), if room && !pending.is_empty() => match told {
                Told::Part(line) => connection.out.line(&line),
                Told::Answer(line, refused) => {
                    if refused {
                        connection.refusals.add(Instant::now());
                    }
                    connection.answered(&line);
                }
            },
            event = next_event(following), if room && may_hear && following.is_some() => {
                out.event(&event);
            }
            read = read_half.read(&mut chunk), if may_read => match read {
                Ok(count) if count > 0 => {
                    let read = chunk.get_mut(..count).unwrap_or_default();
                    connection.lines.feed(read);
                    // there may be a PIN in it
                    read.zeroize();
                }
                Ok(_) if is_gone(&read_half).await => break,
                // the peer has said all it wanted; it may still be reading
                Ok(_) => connection.heard_all(),
                Err(_) => break,
            },
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                let now = Instant::now();
                let late = |at: Option<Instant>| at.is_some_and(|at| at <= now);
                if late(connection.stall.due()) || late(farewell) {
                    break;
                }
                if late(greeting) || late(connection.line_due) {
                    connection.give_up_waiting(late(greeting));
                }
            }
        }
    }
    // support that leaves is news, as that it came: the row makes subscribers look again
    let support = connection.seat.leave().filter(|sitting| sitting.role == Role::Support);
    let peer = connection.caller.clone();
    drop(connection);
    if let Some(sitting) = support {
        handler::left(&house, &sitting.caller(&peer.origin, peer.access)).await;
    }
}

/// True if the peer reads no more, either: nobody would take an answer.
async fn is_gone(half: &ReadHalf<'_>) -> bool {
    half.ready(Interest::READABLE | Interest::WRITABLE).await.is_ok_and(|ready| ready.is_write_closed())
}

/// The first pending request's answer, or a part that comes before it. Dropping the future loses nothing.
async fn next_answer(pending: &mut VecDeque<(Pending, usize)>) -> Told {
    poll_fn(|context| match pending.front_mut() {
        Some((Pending::Ready(line), _)) => Poll::Ready(Told::Answer(std::mem::take(line), false)),
        Some((Pending::Live { id, answering, parts, line }, _)) => {
            if line.is_none()
                && let Poll::Ready(result) = Pin::new(answering).poll(context)
            {
                *line = Some(outbox::answer(*id, result));
            }
            // whatever was told before the answer was made lies here by now
            match parts.as_mut().map(|parts| parts.poll_recv(context)) {
                Some(Poll::Ready(Some(part))) => return Poll::Ready(Told::Part(outbox::part(*id, &part))),
                Some(Poll::Ready(None)) => *parts = None,
                Some(Poll::Pending) | None => {}
            }
            line.take().map_or(Poll::Pending, |line| Poll::Ready(Told::Answer(line, false)))
        }
        Some((Pending::Running { id, record, answering }, _)) => {
            let (id, counted) = (*id, *record);
            Pin::new(answering).poll(context).map(|result| {
                // an event that is no good is no refusal, and whatever was refused beforehand was counted then
                let refused = !counted && result.is_err();
                Told::Answer(outbox::answer(id, result), refused)
            })
        }
        Some((Pending::Waiting(_), _)) | None => Poll::Pending,
    })
    .await
}

/// Resolves when somebody ended the session, with true, or sent whoever sits there away.
async fn told(listed: &Option<Listed>) -> bool {
    match listed {
        Some(listed) => listed.told().await,
        None => std::future::pending().await,
    }
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

    /// While nobody is logged on a subscription waits: what changed meanwhile is told to who comes next.
    fn may_hear(&self) -> bool {
        !self.house.pins.set_up() || self.seat.operator().is_some()
    }

    /// Too much was refused: nothing is begun for a moment.
    fn is_slowed(&self) -> bool {
        self.refusals.until(Instant::now()).is_some()
    }

    fn may_take(&self) -> bool {
        self.pending.len() < MOST_PENDING && self.pending_bytes < MOST_PENDING_BYTES
    }

    /// Turns whole lines into pending requests, as many as may be.
    fn take_lines(&mut self) {
        while !self.closing && self.may_take() && !self.is_slowed() {
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
                Frame::Line(mut line) => {
                    self.line(&line);
                    line.zeroize();
                }
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
            // what may be asked is decided when its turn has come: somebody may log on before it
            Ok(Line::Request { id, verb, approval, request }) => {
                if let Ok(Request::Diagnose(Diagnose { stop: true, .. })) = request.as_deref() {
                    self.stop();
                }
                let asked = Asked { id, verb, approval, request };
                self.pending_bytes += size;
                self.pending.push_back((Pending::Waiting(Box::new(asked)), size));
            }
            Err((id, problem)) => self.push(outbox::problem_line(id, &problem), size),
        }
    }

    /// Nobody wants to be told the parts of an answer any more: then what makes them ends, and answers what it has.
    fn stop(&mut self) {
        for (pending, _) in &mut self.pending {
            if let Pending::Live { parts, .. } = pending {
                *parts = None;
            }
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
        // said again it is answered again: neither number nor origin are another's by that
        if self.listed.is_none() {
            self.list(hello);
        }
        let caller = self.seat.caller(&self.house, &self.caller).ok();
        let (caller, name) = caller.unwrap_or_else(|| (self.caller.clone(), None));
        let mut ours = Hello::of("counterfoil-spooler", env!("CARGO_PKG_VERSION"));
        ours.session = Some(Box::new(session::told(&self.house, &caller, name)));
        let json = serde_json::to_string(&ours).unwrap_or_default();
        self.push(format!("{{\"hello\":{json}}}\n"), size);
    }

    /// Takes down where it comes from, and puts it on the list of those who are here.
    fn list(&mut self, hello: &Hello) {
        self.greeted = true;
        // only recorded, never believed
        let told = |text: &Option<String>| {
            let mut text = SafeText::new(text.as_deref()?);
            text.shorten(64);
            (!text.is_empty()).then(|| text.as_str().to_owned())
        };
        self.caller.origin.tty = told(&hello.tty);
        self.caller.origin.ssh = told(&hello.ssh);
        let origin = self.caller.origin.clone();
        self.listed = Some(self.house.sessions.list(Arc::clone(&self.seat), origin, self.house.now()));
    }

    /// Starts the first request, and every `record` that has only such before it.
    fn start_what_may(&mut self) {
        for place in 0..self.pending.len() {
            if self.is_slowed() {
                return;
            }
            let Some((pending, _)) = self.pending.get_mut(place) else { return };
            let record = match pending {
                Pending::Ready(_) | Pending::Running { record: true, .. } => continue,
                Pending::Running { record: false, .. } | Pending::Live { .. } => return,
                Pending::Waiting(asked) => asked.verb == "record",
            };
            if !record && place > 0 {
                return;
            }
            let Pending::Waiting(asked) = std::mem::replace(pending, Pending::Ready(String::new())) else { return };
            let begun = self.begin(*asked);
            if let Some((pending, _)) = self.pending.get_mut(place) {
                *pending = begun;
            }
            if !record {
                return;
            }
        }
    }

    /// Begins a request whose turn has come. Authority comes first: not even the keys of the request are looked at before.
    fn begin(&mut self, asked: Asked) -> Pending {
        let Asked { id, verb, approval, request } = asked;
        let record = verb == "record";
        let house = Arc::clone(&self.house);
        let ready = |result| Pending::Ready(outbox::answer(id, result));
        let caller = match self.seat.caller(&house, &self.caller) {
            Ok((caller, _)) => caller,
            Err(problem) => return ready(Err(problem)),
        };
        // a verb that nobody knows is foreign text
        let shown = {
            let mut verb = SafeText::new(&verb);
            verb.shorten(40);
            verb
        };
        let object = || request.as_ref().ok().and_then(|request| handler::object(&house, request));
        // it changes nothing but the trail, so others need not wait for it
        let refusals = &mut self.refusals;
        let mut refused = |object, problem| {
            refusals.add(Instant::now());
            let answering = handler::refused(&house, &caller, &shown, object, problem);
            Pending::Running { id, record: true, answering }
        };
        let sees_last_four = sees_last_four(&caller, &verb);
        let own_pin = request.as_ref().is_ok_and(|request| handler::is_own_pin(request, &caller));
        match session::decide(&house, &caller, &verb, own_pin) {
            Decision::Refused(reason) => return refused(None, access::refusal(&shown, reason)),
            Decision::NeedsApproval(reason) if approval.is_none() => {
                return refused(object(), access::needs_approval(&shown, reason));
            }
            Decision::Allowed | Decision::NeedsApproval(_) => {}
        }
        let request = match request {
            Ok(request) => *request,
            Err(problem) if access::changes(&verb) => return refused(None, problem),
            Err(problem) => return ready(Err(problem)),
        };
        let answering = match (request, approval) {
            (Request::Subscribe(subscribe), _) => {
                let (answer, following) = handler::subscribe(&house, &subscribe);
                // nothing is before it, so its answer is the next line, and events come behind it
                self.following = Some(following);
                self.out.line(&outbox::answer(id, answer));
                return Pending::Ready(String::new());
            }
            (Request::Diagnose(body), None) if body.progress && !body.stop => {
                let (answering, parts) = handler::diagnose_live(&house, body);
                return Pending::Live { id, answering, parts: Some(parts), line: None };
            }
            (Request::LogOff(_), _) => handler::log_off(&house, &caller, &self.seat),
            (Request::LogOn(body), _) => handler::log_on(&house, &caller, &self.seat, body),
            // an event is the payment app's, whoever is logged on beside it
            (request @ Request::Record(_), None) => handler::start(&house, &self.caller, request),
            (request, None) => handler::start(&house, &caller, request),
            (request, Some(approval)) => Box::pin(approved(Arc::clone(&house), caller, request, approval)),
        };
        let answering = if own_pin { own_pin_changed(house, Arc::clone(&self.seat), answering) } else { answering };
        let answering = if sees_last_four { without_prefixes(answering) } else { answering };
        Pending::Running { id, record, answering }
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

/// Support and installers never see more of a card than its last four digits, wherever it stands. What a manager lets out
/// of the house stays as it is hashed.
fn sees_last_four(caller: &Caller, verb: &str) -> bool {
    matches!(caller.role, Some(Role::Support | Role::Installer)) && verb != "audit_export"
}

fn without_prefixes(answering: Answering) -> Answering {
    Box::pin(async move { answering.await.map(|json| model::mask::without_prefix(&json).unwrap_or(json)) })
}

/// Whoever changes his own PIN stays logged on.
fn own_pin_changed(house: Arc<House>, seat: Arc<Seat>, answering: Answering) -> Answering {
    Box::pin(async move {
        let answer = answering.await;
        if answer.is_ok() {
            seat.changed_pin(&house);
            handler::see_out(&house).await;
        }
        answer
    })
}

/// A request that carries a second person's PIN: it is not begun before that was proved.
async fn approved(house: Arc<House>, caller: Caller, request: Request, approval: Approval) -> Result<String, Problem> {
    let Approval { approver, pin } = approval;
    match log_on::approve(&house, &caller, request.verb(), &approver, pin).await {
        Ok(caller) => handler::start(&house, &caller, request).await,
        Err((caller, problem)) => {
            let object = handler::object(&house, &request);
            handler::refused(&house, &caller, request.verb(), object, problem).await
        }
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
