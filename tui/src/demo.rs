//! `demo`: simulators and a daemon on thirty sample days, for trying, training and checking.
//!
//! Starts the other two programs as processes and feeds them through the same socket and verbs as any shop would;
//! nothing in here is known to the daemon. Everything is ended when this ends.

mod check;
mod events;
mod folder;
mod hush;
mod process;
mod start;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode, time::Instant};

use clap::Args;

use self::{hush::Hush, start::Demo};
use crate::{
    context::{Context, Ends, runtime, terminal},
    failure::Failure,
    output::Output,
    wording::verbs::{self, Text},
};

/// How the demo runs.
#[derive(Debug, Clone, Args)]
pub(crate) struct DemoArgs {
    /// Where everything lives; without it a fresh folder that is removed at the end
    #[arg(long)]
    pub(crate) dir: Option<PathBuf>,
    /// Print `ready` and run until SIGTERM, without the console
    #[arg(long, conflicts_with = "check")]
    pub(crate) headless: bool,
    /// Record, print, reprint, search and sign in once; print a JSON summary and end
    #[arg(long)]
    pub(crate) check: bool,
}

/// Runs the demo in the form that was asked for.
pub(crate) fn run(context: &Context, arguments: &DemoArgs) -> ExitCode {
    let outcome = prepare(context, arguments).map(|prepared| match prepared {
        Prepared::Ended(status) => ExitCode::from(status),
        // in a runtime of its own; the demo goes when the console is closed
        Prepared::Console(demo) => crate::console::run(&Context { socket: demo.socket(), ..context.clone() }),
    });
    match outcome {
        Ok(code) => code,
        Err(failure) => context.report(Err(failure)),
    }
}

/// How far it came inside the runtime.
enum Prepared {
    Ended(u8),
    Console(Box<Demo>),
}

fn prepare(context: &Context, arguments: &DemoArgs) -> Result<Prepared, Failure> {
    let begun = Instant::now();
    if !arguments.headless && !arguments.check {
        terminal(context.language)?;
    }
    let _hush = (!arguments.headless && !arguments.check).then(Hush::of_process);
    // thirty days take seconds; a script hears `ready` alone
    if std::io::stderr().is_terminal() {
        context.note(verbs::text(Text::DemoPreparing, context.language));
    }
    let runtime = runtime()?;
    runtime.block_on(async {
        let mut ends = Ends::catch().map_err(|source| Failure::io("catching signals", source))?;
        let started = tokio::select! {
            demo = Demo::start(context, arguments.dir.as_deref()) => demo,
            status = ends.caught() => return Ok(Prepared::Ended(status)),
        };
        let mut demo = started?;
        let mut out = Output::stdout();
        if arguments.check {
            let status = tokio::select! {
                status = check::run(&demo, begun, &mut out) => status?,
                status = ends.caught() => status,
            };
            return Ok(Prepared::Ended(status));
        }
        if arguments.headless {
            context.note(&format!("{}: {}", verbs::text(Text::DemoRunning, context.language), demo.folder().display()));
            out.line("ready")?;
            return tokio::select! {
                failure = demo.died() => Err(failure),
                _ = ends.caught() => Ok(Prepared::Ended(0)),
            };
        }
        Ok(Prepared::Console(Box::new(demo)))
    })
}
