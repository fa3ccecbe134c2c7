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
mod handle;
pub mod link;
mod opener;
mod pace;
mod places;
mod probe;
pub mod reply;
mod resolve;
mod serial;
pub mod session;
pub mod status;
mod tag;
mod tcp;
mod usb;
mod watch;
mod way;
mod worker;

pub use abilities::Abilities;
pub use action::{Action, Ending, Input, Late, PrinterState, Remembered, Ticket};
pub use connection::{Connection, ConnectionError};
pub use desk::Desk;
pub use handle::WorkerHandle;
pub use pace::Intake;
pub use places::Places;
pub use probe::{Probed, probe};
pub use session::{BrokenOff, LOST, Session};
pub use worker::{Setup, Worker};
