//! The console: what a cashier, a manager and a support person see. A client of the daemon's socket that may die at
//! any moment.
//!
//! ```text
//!  shop  screen          printers   alerts   link  14:05   status bar
//!  ...                                                     screen: the topmost full layer
//!  ...      +-- dialog --+
//!  ...      |            |                                 dialogs lie above it
//!  ...      +------------+
//!  J57 printed, proven by the printer                      notice: follows one job, or says what went wrong
//!  Enter open   / search   r reprint last   ? help         help bar: only what is possible now
//! ```
//!
//! [`Console`] is a core without I/O: messages in, effects and pictures out. [`open`] is its shell: terminal, socket,
//! signals, the minute. [`Painter`] turns two pictures into the bytes between them. Nothing in the core blocks, asks a
//! clock or ticks; it draws when something changed (DESIGN §4.10).

mod action;
mod alert;
mod away;
mod bars;
mod cancel;
mod canvas;
mod clock;
mod core;
mod desk;
mod detail;
mod dialog;
mod errand;
mod field;
mod help;
mod hold;
mod home;
mod input;
mod job;
mod layer;
mod link;
mod list;
mod message;
mod news;
mod painter;
mod pause;
mod printer;
mod printers;
mod question;
mod queue;
mod quit;
mod reprint;
mod run;
mod sales;
mod terminal;
mod text;
mod theme;
mod transactions;
mod transfer;
mod value;

pub use self::{
    away::Away,
    core::Console,
    input::Guard,
    message::{Answer, Effect, Message, Tag},
    painter::{Cursor, Painter},
    run::{Options, RunError, open},
    theme::{Role, Theme},
};
pub(crate) use run::run;
