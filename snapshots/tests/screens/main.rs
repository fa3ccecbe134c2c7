//! The screens, driven by keys through the console's own loop against a fixture of the daemon.
//!
//! To accept a changed screen: `INSTA_UPDATE=always cargo test -p counterfoil-snapshots`, then read the diff.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod budget;
mod bytes;
mod detail;
mod faces;
mod foreign;
mod frames;
mod harness;
mod home;
mod hostile;
mod jobs;
mod keys;
mod menu;
mod people;
mod printers;
mod queue;
mod reprint;
mod sign_in;
mod status_bar;
mod transactions;
