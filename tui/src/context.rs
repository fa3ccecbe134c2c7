//! What every verb is given: language, form of the output, and the way to the daemon; and how a verb is run, with
//! its signals and its exit status.

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use model::Language;
use protocol::{Client, Hello, request::LogOn};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    failure::Failure,
    identity::Identity,
    output::Output,
    wording::verbs::{self, Text},
};

/// How this run was asked to behave.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// Language of screens and messages.
    pub(crate) language: Language,
    /// One JSON object per line instead of words.
    pub(crate) json: bool,
    /// Colour may be used on standard output.
    pub(crate) color: bool,
    /// The daemon's socket.
    pub(crate) socket: PathBuf,
    /// How the console is to look, if the command line says so.
    pub(crate) theme: Option<crate::console::Theme>,
    /// The config file; the console's own files may lie beside it.
    pub(crate) config: PathBuf,
    /// Who asks, and who approves.
    pub(crate) identity: Identity,
}

impl Context {
    /// Connects to the daemon, logs the operator of the command line on, and lets every request carry the approval that
    /// it names.
    pub(crate) async fn connect(&self) -> Result<Client, Failure> {
        // a file that can't be read is said before anybody is asked
        self.connect_as(self.identity.log_on(self.language)?).await
    }

    /// The same where the log-on was read already.
    pub(crate) async fn connect_as(&self, log_on: Option<LogOn>) -> Result<Client, Failure> {
        let approval = self.identity.approval(self.language)?;
        let mut client = self.connect_unknown().await?;
        if let Some(log_on) = log_on {
            client.call::<serde::de::IgnoredAny>("log_on", &log_on).await?;
        }
        client.approved_by(approval);
        Ok(client)
    }

    /// Connects to the daemon as nobody in particular.
    pub(crate) async fn connect_unknown(&self) -> Result<Client, Failure> {
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
pub(crate) fn hello() -> Hello {
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

/// Refuses to draw screens into a file or a pipe.
pub(crate) fn terminal(language: Language) -> Result<(), Failure> {
    match std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        true => Ok(()),
        false => Err(Failure::Usage(verbs::text(Text::NoTerminal, language).to_owned())),
    }
}
