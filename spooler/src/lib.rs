//! What runs: the daemon. It alone opens the store and touches devices; consoles and payment apps ask it through its
//! socket.
//!
//! [`daemon::run`] is the whole of it, callable within a test. `config` reads the file, `door` and `server` let
//! clients in, `connection` speaks with one, `handler` has a file per verb, `desk` joins one printer's worker with
//! the queue; which job is next and what becomes of it are the rules of `queue`, and `timer` keeps its times. What is
//! kept is the business of `store`, what stands on paper of `paper`, how a printer is spoken to of `printer`.
//!
//! # Who may what
//!
//! Once operators exist (`setup`), by the operator's role; the uid's `[access]` comes first. *needs approval*: with the
//! PIN of a supervisor or manager who may do it alone (`approver`, `approver_pin`). `[policy]` asks for approval on top of
//! this: of acts that need two persons, and of a cashier's reprints beyond its limits.
//!

#![doc = include_str!("access/table.md")]

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
mod exports;
mod handler;
mod house;
mod lockout;
mod log_on;
mod outbox;
mod patience;
mod people;
mod pins;
mod policy;
mod printers;
mod probes;
mod queue;
mod restart;
mod room;
#[cfg(test)]
mod schedules;
mod server;
mod session;
mod sessions;
mod sign_in;
mod timer;
mod warrant;

pub use daemon::{Options, RunError, Stop, run};
