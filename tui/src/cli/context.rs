//! What every verb is given: language, form of the output, and the way to the daemon; and how a verb is run, with
//! its signals and its exit status.

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use model::Language;
use protocol::{Client, Hello, place::Environment};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Colour, Failure, Options, output::Output};
use crate::{
    settings::{Settings, locale_language},
    wording::verbs::{self, Text},
};

/// How this run was asked to behave.
#[derive(Debug, Clone)]
pub struct Context {
    /// Language of screens and messages.
    pub language: Language,
    /// One JSON object per line instead of words.
    pub(crate) json: bool,
    /// Colour may be used on standard output.
    pub color: bool,
    /// The daemon's socket.
    pub socket: PathBuf,
}

impl Context {
    /// From the options, the config and this process's environment.
    pub(super) fn of_process(options: &Options) -> Context {
        let environment = Environment::of_process();
        let settings = Settings::read(&environment.config(options.config.as_deref()));
        let locale = || locale_language(|name| std::env::var(name).ok());
        let terminal = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        Context {
            language: options.lang.or(settings.lang).unwrap_or_else(locale),
            json: options.json,
            color: options.color == Colour::Auto && terminal,
            socket: environment.socket(options.socket.as_deref(), settings.socket.as_deref()),
        }
    }

    /// Connects to the daemon.
    pub(crate) async fn connect(&self) -> Result<Client, Failure> {
        Ok(Client::connect(&self.socket, &hello()).await?)
    }

    /// A remark for people, beside the output.
    pub(crate) fn note(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{}", model::SafeText::new(text));
    }

    /// Says how a run ended and gives its exit status.
    pub(crate) fn report(&self, outcome: Result<u8, Failure>) -> ExitCode {
        let failure = match outcome {
            Ok(status) => return ExitCode::from(status),
            Err(failure) => failure,
        };
        if self.json
            && let Some(problem) = failure.problem(self.language)
        {
            // a standard output that is gone is no news any more
            let _ = Output::stdout().line(&super::failure::object(&problem));
        }
        if let Some(sentence) = failure.sentence(self.language) {
            let _ = writeln!(std::io::stderr(), "counterfoil: {sentence}");
        }
        ExitCode::from(failure.status())
    }
}

/// Who we are: with the terminal and SSH client address for the audit trail.
pub fn hello() -> Hello {
    let mut hello = Hello::of("counterfoil", env!("CARGO_PKG_VERSION"));
    hello.tty = std::fs::read_link("/proc/self/fd/0")
        .ok()
        .map(|path| path.to_string_lossy().into_owned())
        .filter(|path| path.starts_with("/dev/pts/") || path.starts_with("/dev/tty"));
    hello.ssh = std::env::var("SSH_CONNECTION")
        .ok()
        .and_then(|text| text.split_whitespace().next().map(str::to_owned))
        .filter(|text| !text.is_empty());
    hello
}

/// The signals that end a run, and the exit status of each.
pub(crate) struct Ends([(Signal, u8); 3]);

impl Ends {
    /// From here on these signals don't end the process by themselves.
    pub(crate) fn catch() -> std::io::Result<Ends> {
        Ok(Ends([
            (signal(SignalKind::interrupt())?, 128 + 2),
            (signal(SignalKind::terminate())?, 128 + 15),
            (signal(SignalKind::hangup())?, 128 + 1),
        ]))
    }

    /// Waits for one of them.
    pub(crate) async fn caught(&mut self) -> u8 {
        let [(interrupt, i), (terminate, t), (hangup, h)] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => *i,
            _ = terminate.recv() => *t,
            _ = hangup.recv() => *h,
        }
    }
}

/// A runtime on this thread; everything here waits for one socket.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Failure::io("starting the runtime", source))
}

/// Runs a verb until it ends or a signal ends it.
pub(super) fn run(context: &Context, verb: impl AsyncFnOnce(&mut Output) -> Result<u8, Failure>) -> ExitCode {
    // on a thread of its own: a write to a pipe that nobody reads must not hold up SIGTERM
    let watch = || {
        let status = runtime().map(|runtime| {
            runtime.block_on(async { if let Ok(mut ends) = Ends::catch() { Some(ends.caught().await) } else { None } })
        });
        if let Ok(Some(status)) = status {
            std::process::exit(i32::from(status));
        }
    };
    let watching = std::thread::Builder::new().name("signals".to_owned()).spawn(watch);
    let outcome = watching
        .map_err(|source| Failure::io("starting a thread", source))
        .and_then(|_| runtime()?.block_on(async { verb(&mut Output::stdout()).await }));
    context.report(outcome)
}

/// Runs the console until it is quit.
pub(super) fn console(context: &Context) -> ExitCode {
    match terminal(context.language) {
        Ok(()) => crate::console::run(context),
        Err(failure) => context.report(Err(failure)),
    }
}

/// Refuses to draw screens into a file or a pipe.
pub(crate) fn terminal(language: Language) -> Result<(), Failure> {
    match std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        true => Ok(()),
        false => Err(Failure::Usage(verbs::text(Text::NoTerminal, language).to_owned())),
    }
}
