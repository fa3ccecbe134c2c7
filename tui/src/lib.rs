//! The console and the command line: two faces of one client of the daemon's socket.
//!
//! A library so that screen tests can drive the console without a terminal; the binary only calls [`cli::main`].
//! Nothing here may open the store or touch a device: what is known comes from `protocol`.

pub mod cli;
pub mod console;
mod demo;
mod settings;
pub mod wording;
