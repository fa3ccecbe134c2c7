//! What runs: the daemon. It alone opens the store and touches devices; consoles and payment apps ask it through its
//! socket.
//!
//! [`daemon::run`] is the whole of it, callable within a test. `config` reads the file, `door` and `server` let
//! clients in, `connection` speaks with one, `handler` has a file per verb, `desk` joins one printer's worker with
//! the queue; which job is next and what becomes of it are the rules of `queue`, and `timer` keeps its times. What is
//! kept is the business of `store`, what stands on paper of `paper`, how a printer is spoken to of `printer`.

mod access;
mod changes;
mod claim;
mod clock;
pub mod config;
mod connection;
mod crash;
pub mod daemon;
mod desk;
mod door;
mod handler;
mod house;
mod outbox;
mod people;
mod printers;
mod probes;
mod queue;
mod restart;
mod room;
#[cfg(test)]
mod schedules;
mod server;
mod timer;

pub use daemon::{Options, RunError, Stop, run};
