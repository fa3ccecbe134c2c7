//! The console and the command line: two faces of one client of the daemon's socket.
//!
//! A library so that screen tests can drive the console without a terminal; the binary only calls [`program::main`].
//! Nothing here may open the store or touch a device: what is known comes from `protocol`.

mod cli;
pub mod console;
mod context;
mod demo;
mod failure;
mod identity;
mod output;
pub mod program;
mod settings;
pub mod wording;
