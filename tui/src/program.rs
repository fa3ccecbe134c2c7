//! The program `counterfoil`: what may be typed, and whether that is the console, the demo or a verb.

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use model::Language;
use protocol::place::Environment;
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

use crate::{
    cli,
    console::{self, Theme},
    context::{Context, Ends, runtime, terminal},
    demo,
    failure::{self, Failure},
    identity::Identity,
    output::Output,
    settings::{Settings, locale_language},
};

/// Till console and print spooler: without a verb it opens the console.
#[derive(Debug, Parser)]
#[command(name = "counterfoil", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    play: Play,
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// The same without a verb. The console is on all day; the grammar of all verbs would stay in its memory.
#[derive(Debug, Parser)]
#[command(name = "counterfoil", disable_help_flag = true)]
struct Alone {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    play: Play,
}

/// The console without a terminal.
#[derive(Debug, Clone, Default, Args)]
struct Play {
    /// Keys to press in the console before it is printed: "g t / 1 2 3 4 Enter"
    #[arg(long, value_name = "KEYS", requires = "print")]
    keys: Option<String>,
    /// Prints the console's screen at this size instead of opening it; what the keys do is really done
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = screen_size)]
    print: Option<(u16, u16)>,
}

/// Options that stand before or after the verb.
#[derive(Debug, Clone, Default, Args)]
struct Options {
    /// The spooler's socket
    #[arg(long, global = true, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Language of screens and messages
    #[arg(long, global = true, value_name = "zh|en", value_parser = language)]
    lang: Option<Language>,
    /// One JSON object per line on standard output
    #[arg(long, global = true)]
    json: bool,
    /// Colour on a terminal, or never
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    color: Colour,
    /// The config file
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    identity: Identity,
    /// The console's looks: colours, none, or none and no edges, for screen readers
    #[arg(long, global = true, value_name = "default|mono|plain", value_parser = theme)]
    theme: Option<Theme>,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Colour {
    /// On a terminal
    #[default]
    Auto,
    Never,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Starts simulators and a spooler on thirty sample days
    Demo(demo::DemoArgs),
    /// Prints what a shell needs to complete this program's words
    Completions { shell: clap_complete::Shell },
    /// Prints the manual page
    Man,
    #[command(flatten)]
    Request(cli::Verb),
}

fn language(text: &str) -> Result<Language, String> {
    Language::from_word(text).ok_or_else(|| "zh and en are known".to_owned())
}

fn theme(name: &str) -> Result<Theme, String> {
    Theme::named(name).ok_or_else(|| "default, mono and plain are known".to_owned())
}

fn screen_size(text: &str) -> Result<(u16, u16), String> {
    console::size(text).ok_or_else(|| "a width and a height, as 80x24".to_owned())
}

/// Nobody may read this process's memory out: PINs are typed into it. Neither a core file nor another process of the same
/// user gets it. Where the system does not know how, it goes on.
fn keep_memory_private() {
    let no_core = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, no_core);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Runs the program with this process's arguments; the exit status is that of INTERFACES §1.
pub fn main() -> ExitCode {
    keep_memory_private();
    if let Ok(alone) = Alone::try_parse() {
        return open(&alone.options.context(), &alone.play);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            if error.use_stderr() && std::env::args_os().any(|word| word == "--json") {
                // what was typed is not known as a whole, but that a script reads is
                let _ = Output::stdout().line(&failure::object(&misuse(&error)));
            }
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let context = cli.options.context();
    match cli.verb {
        None => open(&context, &cli.play),
        Some(Verb::Completions { shell }) => completions(&context, shell),
        Some(Verb::Man) => manual(&context),
        Some(Verb::Demo(arguments)) => demo::run(&context, &arguments),
        Some(Verb::Request(verb)) => run(&context, async |out| cli::run(&context, verb, out).await),
    }
}

fn open(context: &Context, play: &Play) -> ExitCode {
    if let Some(size) = play.print {
        return context.report(print(context, play.keys.as_deref().unwrap_or_default(), size));
    }
    match terminal(context.language) {
        Ok(()) => console::run(context),
        Err(failure) => context.report(Err(failure)),
    }
}

/// Exit status 3 when the screen is that of a console whose daemon is away (INTERFACES §1).
fn print(context: &Context, keys: &str, size: (u16, u16)) -> Result<u8, Failure> {
    let strokes = console::strokes(keys).map_err(|word| Failure::Usage(format!("--keys: {word}")))?;
    let (screen, connected) = console::print(context, strokes, size)?;
    write(&screen)?;
    Ok(if connected { 0 } else { 3 })
}

fn completions(context: &Context, shell: clap_complete::Shell) -> ExitCode {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "counterfoil", &mut out);
    context.report(write(&String::from_utf8_lossy(&out)).map(|()| 0))
}

fn manual(context: &Context) -> ExitCode {
    let mut out = Vec::new();
    let rendered = clap_mangen::Man::new(Cli::command()).render(&mut out);
    let outcome = rendered.map_err(|source| Failure::io("writing the manual page", source));
    context.report(outcome.and_then(|()| write(&String::from_utf8_lossy(&out))).map(|()| 0))
}

/// To standard output; a reader that is gone is no news.
fn write(text: &str) -> Result<(), Failure> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::io("writing the output", error)),
        _ => Ok(()),
    }
}

/// Wrong usage as scripts read it.
fn misuse(error: &clap::Error) -> protocol::Problem {
    let said = error.to_string();
    let lines: Vec<&str> = said.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let whole = lines.join(" ");
    let message = whole.strip_prefix("error: ").unwrap_or(&whole);
    protocol::Problem::new(
        protocol::ProblemKind::Invalid,
        protocol::Reason::Other,
        "reading the command line",
        message,
        "see counterfoil --help",
    )
}

/// Runs a verb until it ends or a signal ends it.
fn run(context: &Context, verb: impl AsyncFnOnce(&mut Output) -> Result<u8, Failure>) -> ExitCode {
    // on a thread of its own: a write to a pipe that nobody reads must not hold up SIGTERM
    let watch = || {
        let status = runtime().map(|runtime| {
            runtime.block_on(async { if let Ok(mut ends) = Ends::catch() { Some(ends.caught().await) } else { None } })
        });
        if let Ok(Some(status)) = status {
            // a question may be open
            let _ = crossterm::terminal::disable_raw_mode();
            std::process::exit(i32::from(status));
        }
    };
    let watching = std::thread::Builder::new().name("signals".to_owned()).spawn(watch);
    let outcome = watching
        .map_err(|source| Failure::io("starting a thread", source))
        .and_then(|_| runtime()?.block_on(async { verb(&mut Output::stdout()).await }));
    context.report(outcome)
}

impl Options {
    /// From the options, the config and this process's environment.
    fn context(&self) -> Context {
        let environment = Environment::of_process();
        let config = environment.config(self.config.as_deref());
        let settings = Settings::read(&config);
        let locale = || locale_language(|name| std::env::var(name).ok());
        let terminal = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        Context {
            language: self.lang.or(settings.lang).unwrap_or_else(locale),
            json: self.json,
            color: self.color == Colour::Auto && terminal,
            socket: environment.socket(self.socket.as_deref(), settings.socket.as_deref()),
            theme: self.theme,
            config,
            identity: self.identity.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn only_a_call_without_a_verb_is_understood_without_the_verbs() {
        for alone in [&["counterfoil"][..], &["counterfoil", "--lang", "zh", "--color=never"]] {
            assert!(Alone::try_parse_from(alone).is_ok() && Cli::try_parse_from(alone).unwrap().verb.is_none());
        }
        for other in [["counterfoil", "status"], ["counterfoil", "--help"], ["counterfoil", "--version"]] {
            assert!(Alone::try_parse_from(other).is_err(), "{other:?}");
        }
    }

    #[test]
    fn a_bare_wait_does_not_swallow_the_id_behind_it() {
        let parsed = Cli::try_parse_from(["counterfoil", "reprint", "--wait", "01JD6Y8K3M000"]).unwrap();
        let Some(Verb::Request(cli::Verb::Reprint(arguments))) = parsed.verb else { panic!("no reprint") };
        assert_eq!((arguments.wait, arguments.id.as_deref()), (Some(30), Some("01JD6Y8K3M000")));
        let parsed = Cli::try_parse_from(["counterfoil", "reprint", "--last", "--wait=5"]).unwrap();
        let Some(Verb::Request(cli::Verb::Reprint(arguments))) = parsed.verb else { panic!("no reprint") };
        assert_eq!((arguments.wait, arguments.last), (Some(5), true));
        assert!(Cli::try_parse_from(["counterfoil", "reprint"]).is_err());
        assert!(Cli::try_parse_from(["counterfoil", "reprint", "x", "--last"]).is_err());
    }

    #[test]
    fn options_stand_before_or_after_the_verb() {
        for line in [["counterfoil", "--json", "status"], ["counterfoil", "status", "--json"]] {
            assert!(Cli::try_parse_from(line).unwrap().options.json);
        }
    }
}
