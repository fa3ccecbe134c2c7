//! One printer: the ways to reach it, what it says, and the session that sends a job and waits for proof.
//!
//! [`session::Session`] is a state machine without I/O; [`worker::Worker`] is the thin thread that runs its actions
//! on a [`link::Link`]. Nothing here knows a store, a queue's order or a screen: those stand behind
//! [`desk::Desk`]. Control bytes are made by `paper` alone.

mod abilities;
mod action;
pub mod connection;
mod desk;
mod file;
pub mod link;
pub mod reply;
pub mod session;
pub mod status;
mod tag;
mod tcp;
mod worker;

pub use abilities::Abilities;
pub use action::{Action, Ending, Input, PrinterState, Ticket};
pub use connection::{Connection, ConnectionError};
pub use desk::Desk;
pub use session::Session;
pub use worker::{Setup, Worker, WorkerHandle};
