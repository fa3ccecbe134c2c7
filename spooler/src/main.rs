//! `counterfoil-spooler`: reads its options and runs the daemon.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use protocol::place::Environment;
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use spooler::{
    Options, RunError, Stop,
    config::{BadConfig, Config},
};
use tracing::level_filters::LevelFilter;

/// The daemon that owns the store, the print queues and the devices.
#[derive(Debug, Parser)]
#[command(name = "counterfoil-spooler", version)]
struct Arguments {
    /// The config file; else $COUNTERFOIL_CONFIG, the user's, /etc/counterfoil/counterfoil.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Reads the config, names every error as file:line:key, and ends; exit status 2 if there was one
    #[arg(long)]
    check: bool,
    /// The socket; else $COUNTERFOIL_SOCKET, the config's, the runtime folder's
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let environment = Environment::of_process();
    if arguments.check {
        return check(&environment.config(arguments.config.as_deref()));
    }
    // one level for all: a filter by target would bring a whole regular expression engine along
    let level = std::env::var("RUST_LOG").ok().and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_ansi(false).init();
    keep_memory_private();
    let options = Options { config: arguments.config, socket: arguments.socket, environment };
    match spooler::run(&options, &Stop::default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            match error {
                RunError::Config(_) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// Nobody may read this process's memory out: PINs and keys pass through it. Neither a core file nor another process of
/// the same user gets it; root still could.
fn keep_memory_private() {
    let no_core = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) =
        setrlimit(Resource::Core, no_core).and_then(|()| set_dumpable_behavior(DumpableBehavior::NotDumpable))
    {
        tracing::warn!("keeping this process's memory private: {error}");
    }
}

fn check(path: &std::path::Path) -> ExitCode {
    match Config::load(path) {
        Ok(config) if config.flaws.is_empty() => {
            println!("{}: no errors", path.display());
            ExitCode::SUCCESS
        }
        Ok(config) => {
            eprintln!("{}", BadConfig { path: path.to_owned(), faults: config.flaws });
            ExitCode::from(2)
        }
        Err(bad) => {
            eprintln!("{bad}");
            ExitCode::from(2)
        }
    }
}
