//! The verbs: what may be asked of the spooler from a shell. One file per verb below `cli/`.

mod answers;
mod drawer;
mod job;
mod jobs;
mod printer;
mod printers;
mod receipt;
mod record;
mod reprint;
mod rows;
mod show;
mod status;
mod table;
mod transactions;

use std::path::PathBuf;

use clap::{Subcommand, builder::PossibleValuesParser};
use model::{Copy, JobState};

use crate::{context::Context, failure::Failure, output::Output};

pub(crate) use record::pump;

/// A request to the spooler.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
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
    /// One print job: show, hold, release, cancel, resolve, move
    Job {
        #[command(subcommand)]
        verb: job::JobVerb,
    },
    /// Lists the printers: state, since when, what waits, what they can prove
    Printers,
    /// One printer: test page, pause, resume, move its queue; or what stands at an address
    Printer {
        #[command(subcommand)]
        verb: printer::PrinterVerb,
    },
    /// The cash drawer
    Drawer {
        #[command(subcommand)]
        verb: drawer::DrawerVerb,
    },
    /// The spooler: version, uptime, change number, sizes
    Status,
}

fn copy() -> PossibleValuesParser {
    PossibleValuesParser::new(Copy::ALL.iter().map(|copy| copy.word()))
}

fn job_state() -> PossibleValuesParser {
    PossibleValuesParser::new(JobState::ALL.iter().map(|state| state.word()))
}

/// Runs a verb; the exit status if it was carried out.
///
/// # Errors
/// Why it was not.
pub(crate) async fn run(context: &Context, verb: Verb, out: &mut Output) -> Result<u8, Failure> {
    match verb {
        Verb::Record { file } => record::run(context, file.as_deref(), out).await,
        Verb::Transactions(arguments) => transactions::run(context, arguments, out).await,
        Verb::Show { id } => show::run(context, &id, out).await,
        Verb::Receipt(arguments) => receipt::run(context, arguments, out).await,
        Verb::Reprint(arguments) => reprint::run(context, arguments, out).await,
        Verb::Jobs(arguments) => jobs::run(context, arguments, out).await,
        Verb::Job { verb } => job::run(context, verb, out).await,
        Verb::Printers => printers::run(context, out).await,
        Verb::Printer { verb } => printer::run(context, verb, out).await,
        Verb::Drawer { verb } => drawer::run(context, verb, out).await,
        Verb::Status => status::run(context, out).await,
    }
}
