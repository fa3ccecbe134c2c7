//! The console's shell: joins the core with the terminal, the socket, the signals and the minute. Waits on all of
//! them at once, does what the core says, and draws once after everything that was ready has been told.

use std::{
    io,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crossterm::event::{Event as TerminalEvent, EventStream, KeyEvent, KeyEventKind};
use futures_util::StreamExt;
use model::{Language, Moment};
use protocol::Hello;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc::{UnboundedSender, unbounded_channel},
};

use crate::{
    context::{Context, hello, runtime},
    failure::Failure,
};

use super::{
    Console, Effect, Guard, Message, Painter, Theme,
    clock::Clock,
    link::{self, Outgoing},
    painter, terminal,
};

/// How the console is opened.
#[derive(Debug, Clone)]
pub struct Options {
    pub socket: PathBuf,
    pub language: Language,
    /// False for `NO_COLOR` and `--color never`.
    pub colour: bool,
    /// The terminal's kind, `$TERM`.
    pub term: String,
    /// Who we say we are to the daemon.
    pub hello: Hello,
}

/// Why the console could not open or go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("{doing}: {source}")]
    Terminal { doing: &'static str, source: io::Error },
}

/// Why the loop ended.
enum End {
    Quit,
    Signal(u8),
    HungUp,
}

impl Options {
    /// The language the terminal can show: the Linux console's font has no room for hanzi.
    fn shown_language(&self) -> Language {
        if self.term == "linux" { Language::En } else { self.language }
    }

    fn theme(&self) -> Theme {
        let plain = !self.colour || self.term.starts_with("vt") || self.term == "dumb";
        if plain { Theme::MONO } else { Theme::COLOUR }
    }
}

/// The console as the command line opens it, with a runtime of its own.
pub(crate) fn run(context: &Context) -> ExitCode {
    let options = Options {
        socket: context.socket.clone(),
        language: context.language,
        colour: context.color,
        term: std::env::var("TERM").unwrap_or_default(),
        hello: hello(),
    };
    let outcome = runtime().and_then(|runtime| {
        let RunError::Terminal { doing, source } = match runtime.block_on(open(options)) {
            Ok(code) => return Ok(code),
            Err(error) => error,
        };
        Err(Failure::io(doing, source))
    });
    outcome.unwrap_or_else(|failure| context.report(Err(failure)))
}

/// Runs the console on this process's terminal until it is quit, hung up or stopped by a signal. Works without a
/// daemon: it says so and connects when there is one.
///
/// Exit status: 0, or 128 + n for signal n (INTERFACES §1).
///
/// # Errors
/// Standard input or output is no terminal, or the terminal refuses.
pub async fn open(options: Options) -> Result<ExitCode, RunError> {
    let failed = |doing| move |source| RunError::Terminal { doing, source };
    let mut signals = Signals::catch().map_err(failed("catching signals"))?;
    let guard = terminal::Guard::enter().map_err(failed("opening the console on this terminal"))?;
    let end = session(&options, &mut signals).await.map_err(failed("drawing on the terminal"));
    drop(guard);
    Ok(match end? {
        End::Quit => ExitCode::SUCCESS,
        End::Signal(number) => ExitCode::from(128 + number),
        // SIGHUP by another way
        End::HungUp => ExitCode::from(128 + 1),
    })
}

async fn session(options: &Options, signals: &mut Signals) -> io::Result<End> {
    let (width, height) = crossterm::terminal::size()?;
    let mut shell = Shell::new(options, width, height);
    let (heard_sender, mut heard) = unbounded_channel();
    let line = tokio::spawn(link::keep(options.socket.clone(), options.hello.clone(), shell.outgoing(), heard_sender));
    let (gone_sender, mut gone) = unbounded_channel();
    terminal::watch_hang_up(gone_sender);
    let mut events = EventStream::new();
    let clock = Clock::start(unix_s())?;
    shell.tell(Message::MinuteTurned { now: now() });
    let end = loop {
        shell.draw()?;
        if let Some(end) = shell.end.take() {
            break end;
        }
        tokio::select! {
            event = events.next() => match event {
                Some(Ok(event)) => shell.event(event),
                // the end of input is a terminal that is gone
                Some(Err(_)) | None => break End::HungUp,
            },
            Some(message) = heard.recv() => {
                shell.tell(message);
                // everything that is ready becomes one frame
                while let Ok(message) = heard.try_recv() {
                    shell.tell(message);
                }
            }
            number = signals.next() => break End::Signal(number),
            _ = gone.recv() => break End::HungUp,
            () = tokio::time::sleep(shell.until_esc()), if shell.holds() => shell.time(),
            turned = clock.turned(unix_s) => {
                turned?;
                shell.tell(Message::MinuteTurned { now: now() });
            }
        }
    };
    line.abort();
    Ok(end)
}

struct Shell {
    console: Console,
    painter: Painter,
    guard: Guard,
    started: Instant,
    size: (u16, u16),
    requests: UnboundedSender<Outgoing>,
    outgoing: Option<tokio::sync::mpsc::UnboundedReceiver<Outgoing>>,
    dirty: bool,
    end: Option<End>,
}

impl Shell {
    fn new(options: &Options, width: u16, height: u16) -> Shell {
        let (requests, outgoing) = unbounded_channel();
        Shell {
            console: Console::new(options.shown_language(), options.theme(), width, height),
            painter: Painter::new(),
            guard: Guard::default(),
            started: Instant::now(),
            size: (width, height),
            requests,
            outgoing: Some(outgoing),
            dirty: true,
            end: None,
        }
    }

    /// The other end of what the console asks; given once.
    fn outgoing(&mut self) -> tokio::sync::mpsc::UnboundedReceiver<Outgoing> {
        self.outgoing.take().unwrap_or_else(|| unbounded_channel().1)
    }

    fn tell(&mut self, message: Message) {
        self.dirty = true;
        for effect in self.console.on(message) {
            match effect {
                Effect::Request { tag, verb, body } => {
                    // a line that ended is heard of as Disconnected
                    let _ = self.requests.send(Outgoing { tag, verb, body });
                }
                Effect::Repaint => self.painter.forget(),
                Effect::Quit => self.end = Some(End::Quit),
            }
        }
    }

    fn event(&mut self, event: TerminalEvent) {
        match event {
            TerminalEvent::Key(key) if key.kind != KeyEventKind::Release => {
                let keys = self.guard.on(key, self.clock_ms());
                self.keys(keys);
            }
            TerminalEvent::Paste(text) => self.tell(Message::Paste(text)),
            TerminalEvent::Resize(width, height) => {
                self.size = (width, height);
                // also when a terminal is attached anew: what it shows is not known
                self.painter.forget();
                self.tell(Message::Resize { width, height });
            }
            _ => {}
        }
    }

    fn keys(&mut self, keys: Vec<KeyEvent>) {
        keys.into_iter().for_each(|key| self.tell(Message::Key(key)));
    }

    fn clock_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn holds(&self) -> bool {
        self.guard.deadline_ms().is_some()
    }

    fn until_esc(&self) -> Duration {
        let deadline = self.guard.deadline_ms().unwrap_or(0);
        Duration::from_millis(deadline.saturating_sub(self.clock_ms()).saturating_add(1))
    }

    fn time(&mut self) {
        let keys = self.guard.elapsed(self.clock_ms());
        self.keys(keys);
    }

    /// Draws if something happened; writes only what differs, in one go.
    fn draw(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.dirty) {
            return Ok(());
        }
        let mut picture = painter::empty(self.size.0, self.size.1);
        let cursor = self.console.view(&mut picture);
        terminal::frame(&self.painter.paint(picture, cursor))
    }
}

/// The signals that end the console.
struct Signals([(tokio::signal::unix::Signal, u8); 4]);

impl Signals {
    fn catch() -> io::Result<Signals> {
        let of = |kind: SignalKind, number| Ok::<_, io::Error>((signal(kind)?, number));
        Ok(Signals([
            of(SignalKind::terminate(), 15)?,
            of(SignalKind::hangup(), 1)?,
            of(SignalKind::interrupt(), 2)?,
            of(SignalKind::quit(), 3)?,
        ]))
    }

    async fn next(&mut self) -> u8 {
        let [a, b, c, d] = &mut self.0;
        tokio::select! {
            _ = a.0.recv() => a.1,
            _ = b.0.recv() => b.1,
            _ = c.0.recv() => c.1,
            _ = d.0.recv() => d.1,
        }
    }
}

fn unix_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|d| i64::try_from(d.as_millis()).ok()).unwrap_or(0)
}

/// Now, in this machine's zone; the core prefers the shop's.
fn now() -> Moment {
    let ms = unix_ms();
    let offset = jiff::Timestamp::from_millisecond(ms)
        .map_or(0, |instant| jiff::tz::TimeZone::system().to_offset(instant).seconds() / 60);
    Moment::new(ms, i16::try_from(offset).unwrap_or(0))
}

fn unix_s() -> i64 {
    unix_ms().div_euclid(1000)
}
