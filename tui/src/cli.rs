//! The verbs: what may be asked of the spooler from a shell. One file per verb below `cli/`.

mod acquirer;
mod answers;
mod audit;
mod auto_print;
mod drawer;
mod job;
mod jobs;
mod operators;
mod printer;
mod printers;
mod prompt;
mod receipt;
mod record;
mod reprint;
mod rows;
mod setup;
mod show;
mod status;
mod table;
mod transactions;

use std::path::PathBuf;

use clap::{Subcommand, builder::PossibleValuesParser};
use model::{Copy, JobState};

use crate::{context::Context, failure::Failure, identity, output::Output};

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
    /// Makes the first manager; --pin-file is the new PIN. Asks on a terminal for what is missing
    Setup(setup::SetupArguments),
    /// The operators: list, add, set, set-pin, disable, unlock
    Operators {
        #[command(subcommand)]
        verb: Option<operators::OperatorsVerb>,
    },
    /// The audit trail: list, export, verify
    Audit(audit::AuditArguments),
    /// Signs the terminal in at the acquirer
    SignIn,
    /// Signs the terminal out at the acquirer
    SignOut,
    /// Echo test: does the acquirer answer?
    Echo,
    /// Settles the batch: our totals against the acquirer's
    Settle,
    /// The acquirer: signed in or not, terminal, batch, what is open
    Acquirer,
    /// Finds out what is wrong, and says what to do
    Diagnose(acquirer::DiagnoseArguments),
    /// Prints a paper of the batch: the last settlement again, details, summary
    Report(acquirer::ReportArguments),
    /// The spooler: version, uptime, change number, sizes
    Status,
}

impl Verb {
    /// True if it reads standard input itself.
    fn reads_stdin(&self) -> bool {
        match self {
            Verb::Record { file } => file.as_deref().is_none_or(identity::is_stdin),
            Verb::Operators { verb: Some(verb) } => verb.reads_stdin(),
            _ => false,
        }
    }
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
    context.identity.check(verb.reads_stdin(), matches!(verb, Verb::Setup(_)), context.language)?;
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
        Verb::Setup(arguments) => setup::run(context, arguments, out).await,
        Verb::Operators { verb } => operators::run(context, verb, out).await,
        Verb::Audit(arguments) => audit::run(context, arguments, out).await,
        Verb::SignIn => acquirer::act(context, acquirer::Act::SignIn, out).await,
        Verb::SignOut => acquirer::act(context, acquirer::Act::SignOut, out).await,
        Verb::Echo => acquirer::act(context, acquirer::Act::Echo, out).await,
        Verb::Settle => acquirer::settle(context, out).await,
        Verb::Acquirer => acquirer::acquirer(context, out).await,
        Verb::Diagnose(arguments) => acquirer::diagnose(context, &arguments, out).await,
        Verb::Report(arguments) => acquirer::report(context, arguments, out).await,
        Verb::Status => status::run(context, out).await,
    }
}
