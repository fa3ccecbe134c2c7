//! The console's shell: joins the core with the terminal, the socket, the signals and the minute. Waits on all of
//! them at once, does what the core says, and draws once after everything that was ready has been told.

use std::{io, path::PathBuf, process::ExitCode};

use crossterm::event::EventStream;
use futures_util::StreamExt;
use model::Language;
use protocol::{Hello, request::LogOn};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc::unbounded_channel,
};

use crate::{
    context::{Context, hello, runtime},
    failure::Failure,
};

use super::{
    Console, Message,
    clock::{self, Clock, unix_s},
    exports::Exports,
    face::{Face, Wishes},
    link,
    play::{self, Stroke},
    shell::{End, Shell},
    terminal,
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
    /// Theme, keys, and what the locale can show.
    pub wishes: Wishes,
    /// Who we say we are to the daemon.
    pub hello: Hello,
    /// Who logs on as soon as the daemon asks for it, from the command line.
    pub log_on: Option<LogOn>,
}

/// Why the console could not open or go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("{doing}: {source}")]
    Terminal { doing: &'static str, source: io::Error },
}

impl Options {
    fn of(context: &Context) -> Result<Options, Failure> {
        Ok(Options {
            socket: context.socket.clone(),
            language: context.language,
            colour: context.color,
            term: std::env::var("TERM").unwrap_or_default(),
            wishes: Wishes::of_process(context.theme, &context.config),
            hello: hello(),
            log_on: context.identity.log_on(context.language)?,
        })
    }

    /// A console of this size as these options want it.
    fn console(&self, width: u16, height: u16) -> Console {
        let face = Face::of(&self.term, self.colour, self.language, &self.wishes);
        let folder = Exports::of_process().folder().display().to_string();
        let mut console = Console::new(face.language, face.theme, width, height).with_folder(folder);
        if let Some(keymap) = &self.wishes.keymap {
            console = console.with_keys(keymap.clone());
        }
        if let Some(remark) = face.remark {
            console.remark(remark.say(face.language).into_owned());
        }
        match &self.log_on {
            Some(log_on) => console.with_log_on(log_on.clone()),
            None => console,
        }
    }
}

/// The console as the command line opens it, with a runtime of its own.
pub(crate) fn run(context: &Context) -> ExitCode {
    let options = Options::of(context);
    let outcome = options.and_then(|options| runtime().map(|runtime| (options, runtime)));
    let outcome = outcome.and_then(|(options, runtime)| {
        let RunError::Terminal { doing, source } = match runtime.block_on(open(options)) {
            Ok(code) => return Ok(code),
            Err(error) => error,
        };
        Err(Failure::io(doing, source))
    });
    outcome.unwrap_or_else(|failure| context.report(Err(failure)))
}

/// Plays keys and gives the screen they lead to, and whether the daemon was there.
///
/// # Errors
/// The runtime cannot start.
pub(crate) fn print(context: &Context, strokes: Vec<Stroke>, size: (u16, u16)) -> Result<(String, bool), Failure> {
    let mut options = Options::of(context)?;
    // what is printed goes to no terminal whose font matters
    options.term.clear();
    let console = options.console(size.0, size.1);
    let Options { socket, hello, .. } = options;
    runtime().map(|runtime| runtime.block_on(play::play(console, socket, hello, strokes, size)))
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
    let mut shell = Shell::new(options.console(width, height), width, height);
    let (heard_sender, mut heard) = unbounded_channel();
    let line = tokio::spawn(link::keep(options.socket.clone(), options.hello.clone(), shell.outgoing(), heard_sender));
    let (gone_sender, mut gone) = unbounded_channel();
    terminal::watch_hang_up(gone_sender);
    let mut events = EventStream::new();
    let clock = Clock::start(unix_s())?;
    shell.tell(Message::MinuteTurned { now: clock::now() });
    let end = loop {
        shell.draw()?;
        if let Some(end) = shell.end.take() {
            break end;
        }
        tokio::select! {
            // in this order: what ends us, then keys before the timers that would cut a sequence of them in two
            biased;
            number = signals.next() => match number {
                // somebody let us go on: a shell may have changed the terminal meanwhile
                CONTINUED => shell.wake()?,
                // crossterm may drop a change of size that comes together with a key
                RESIZED => shell.measure()?,
                number => break End::Signal(number),
            },
            _ = gone.recv() => break End::HungUp,
            event = events.next() => match event {
                Some(Ok(event)) => shell.event(event),
                // the end of input is a terminal that is gone
                Some(Err(_)) | None => break End::HungUp,
            },
            () = std::future::ready(()), if shell.is_behind() => shell.tell(Message::Quiet),
            Some(message) = heard.recv() => {
                shell.tell(message);
                // everything that is ready becomes one frame
                while let Ok(message) = heard.try_recv() {
                    shell.tell(message);
                }
            }
            () = tokio::time::sleep(shell.until_deadline()), if shell.holds() => shell.time(),
            () = tokio::time::sleep(shell.until_slow()), if shell.may_be_slow() => shell.say_slow(),
            () = tokio::time::sleep(shell.until_silent()), if shell.may_be_silent() => shell.say_silent(),
            turned = clock.turned(unix_s) => {
                turned?;
                shell.tell(Message::MinuteTurned { now: clock::now() });
            }
        }
    };
    line.abort();
    Ok(end)
}

/// SIGCONT, signal(7): the same on every architecture that a till has.
const CONTINUED: u8 = 18;

/// SIGWINCH, the same.
const RESIZED: u8 = 28;

/// The signals that end the console, the one that lets it go on, and the one that says that its window changed.
struct Signals([(tokio::signal::unix::Signal, u8); 6]);

impl Signals {
    fn catch() -> io::Result<Signals> {
        let of = |kind: SignalKind, number| Ok::<_, io::Error>((signal(kind)?, number));
        Ok(Signals([
            of(SignalKind::terminate(), 15)?,
            of(SignalKind::hangup(), 1)?,
            of(SignalKind::interrupt(), 2)?,
            of(SignalKind::quit(), 3)?,
            of(SignalKind::from_raw(i32::from(CONTINUED)), CONTINUED)?,
            of(SignalKind::window_change(), RESIZED)?,
        ]))
    }

    async fn next(&mut self) -> u8 {
        let [a, b, c, d, e, f] = &mut self.0;
        tokio::select! {
            _ = a.0.recv() => a.1,
            _ = b.0.recv() => b.1,
            _ = c.0.recv() => c.1,
            _ = d.0.recv() => d.1,
            _ = e.0.recv() => e.1,
            _ = f.0.recv() => f.1,
        }
    }
}
