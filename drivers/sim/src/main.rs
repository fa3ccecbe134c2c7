//! `counterfoil-sim`: the command line of the simulators. What they do is in the library.

use clap::{Parser, Subcommand};
use sim::{printer, shop};

/// Simulators of the hardware and of a shop's day.
#[derive(Debug, Parser)]
#[command(name = "counterfoil-sim", version)]
struct Arguments {
    #[command(subcommand)]
    simulator: Simulator,
}

#[derive(Debug, Subcommand)]
enum Simulator {
    /// A receipt printer on a TCP port or a pty, with a control socket and a folder of paper.
    Printer(Box<printer::Args>),
    /// Prints days of transaction events as NDJSON.
    Shop(shop::Args),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().simulator {
        Simulator::Printer(arguments) => printer::run(&arguments),
        Simulator::Shop(arguments) => shop::run(arguments),
    }
}
