//! `counterfoil-sim`: the command line of the simulators. What they do is in the library.

use clap::{Parser, Subcommand};
use sim::{acquirer, printer, shop, terminal};

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
    /// An acquirer's host: sign-in, settlement, and every fault a host has.
    Acquirer(Box<acquirer::Args>),
    /// A payment terminal on the ECR link, with an acquirer's host or by itself.
    Terminal(Box<terminal::Args>),
    /// Prints days of transaction events as NDJSON.
    Shop(shop::Args),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().simulator {
        Simulator::Printer(arguments) => printer::run(&arguments),
        Simulator::Acquirer(arguments) => acquirer::run(&arguments),
        Simulator::Terminal(arguments) => terminal::run(&arguments),
        Simulator::Shop(arguments) => shop::run(arguments),
    }
}
