//! The command line: what may be typed, and where each verb goes. One file per verb below `cli/`.

mod answers;
mod context;
mod failure;
mod job;
mod jobs;
mod output;
mod printers;
mod receipt;
mod record;
mod reprint;
mod rows;
mod show;
mod status;
mod table;
mod transactions;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand, ValueEnum, builder::PossibleValuesParser};
use model::{Copy, JobState, Language};

pub use context::{Context, hello};
pub(crate) use context::{Ends, runtime, terminal};
pub(crate) use failure::Failure;
pub(crate) use output::Output;
pub(crate) use record::pump;

/// Till console and print spooler: without a verb it opens the console.
#[derive(Debug, Parser)]
#[command(name = "counterfoil", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    verb: Option<Verb>,
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
    Demo(DemoArgs),
    /// Records transaction events: one JSON object per line, one answer per line
    Record {
        /// Where the events are; `-` or nothing is standard input
        #[arg(value_name = "FILE|-")]
        file: Option<PathBuf>,
    },
    /// Lists or searches transactions, newest first
    Transactions(transactions::Arguments),
    /// Shows a transaction with its print history
    Show { id: String },
    /// Shows what would be printed, without printing
    Receipt(receipt::Arguments),
    /// Prints the next paper of a receipt
    Reprint(reprint::Arguments),
    /// Lists print jobs, newest first
    Jobs(jobs::Arguments),
    /// One print job
    Job {
        #[command(subcommand)]
        verb: JobVerb,
    },
    /// Lists the printers
    Printers,
    /// The spooler: version, uptime, change number, sizes
    Status,
}

#[derive(Debug, Subcommand)]
enum JobVerb {
    /// Shows a job with its evidence
    Show { id: String },
}

/// How the demo runs.
#[derive(Debug, Clone, Args)]
pub(crate) struct DemoArgs {
    /// Where everything lives; without it a fresh folder that is removed at the end
    #[arg(long)]
    pub(crate) dir: Option<PathBuf>,
    /// Print `ready` and run until SIGTERM, without the console
    #[arg(long, conflicts_with = "check")]
    pub(crate) headless: bool,
    /// Record, print, reprint and search once; print a JSON summary and end
    #[arg(long)]
    pub(crate) check: bool,
}

fn language(text: &str) -> Result<Language, String> {
    Language::from_word(text).ok_or_else(|| "zh and en are known".to_owned())
}

fn copy() -> PossibleValuesParser {
    PossibleValuesParser::new(Copy::ALL.iter().map(|copy| copy.word()))
}

fn job_state() -> PossibleValuesParser {
    PossibleValuesParser::new(JobState::ALL.iter().map(|state| state.word()))
}

/// Runs the program with this process's arguments; the exit status is that of INTERFACES §1.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            if error.use_stderr() && std::env::args_os().any(|word| word == "--json") {
                // what was typed is not known as a whole, but that a script reads is
                let _ = output::Output::stdout().line(&failure::object(&misuse(&error)));
            }
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let context = Context::of_process(&cli.options);
    match cli.verb {
        None => context::console(&context),
        Some(Verb::Demo(arguments)) => crate::demo::run(&context, &arguments),
        Some(verb) => context::run(&context, async |out| dispatch(&context, verb, out).await),
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

async fn dispatch(context: &Context, verb: Verb, out: &mut output::Output) -> Result<u8, Failure> {
    match verb {
        Verb::Record { file } => record::run(context, file.as_deref(), out).await,
        Verb::Transactions(arguments) => transactions::run(context, arguments, out).await,
        Verb::Show { id } => show::run(context, &id, out).await,
        Verb::Receipt(arguments) => receipt::run(context, arguments, out).await,
        Verb::Reprint(arguments) => reprint::run(context, arguments, out).await,
        Verb::Jobs(arguments) => jobs::run(context, arguments, out).await,
        Verb::Job { verb: JobVerb::Show { id } } => job::show(context, &id, out).await,
        Verb::Printers => printers::run(context, out).await,
        Verb::Status => status::run(context, out).await,
        // it makes its own connection, and runs outside of this one's
        Verb::Demo(_) => Ok(0),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_grammar_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_bare_wait_does_not_swallow_the_id_behind_it() {
        let cli = Cli::try_parse_from(["counterfoil", "reprint", "--wait", "01JD6Y8K3M000"]).unwrap();
        let Some(Verb::Reprint(arguments)) = cli.verb else { panic!("no reprint") };
        assert_eq!((arguments.wait, arguments.id.as_deref()), (Some(30), Some("01JD6Y8K3M000")));
        let cli = Cli::try_parse_from(["counterfoil", "reprint", "--last", "--wait=5"]).unwrap();
        let Some(Verb::Reprint(arguments)) = cli.verb else { panic!("no reprint") };
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
