//! The console: what a cashier, a manager and a support person see. A client of the daemon's socket that may die at
//! any moment.
//!
//! ```text
//!  shop  screen    signed in  printers  alerts  link  14:05   status bar
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
mod alerts;
mod approval;
mod asked;
mod audit;
mod away;
mod banner;
mod bars;
mod cancel;
mod canvas;
mod clock;
mod core;
mod desk;
mod detail;
mod dialog;
mod errand;
mod export;
mod exports;
mod face;
mod field;
mod filter;
mod glyphs;
mod help;
mod hold;
mod home;
mod input;
mod job;
mod key;
mod keymap;
mod layer;
mod link;
mod list;
mod log_on;
mod message;
mod news;
mod once;
mod open;
mod painter;
mod palette;
mod pause;
mod people;
mod play;
mod printer;
mod printers;
mod question;
mod queue;
mod quit;
mod reprint;
mod run;
mod sales;
mod screens;
mod shell;
mod sign_in;
mod status_bar;
mod sums;
mod sweep;
mod terminal;
mod text;
mod theme;
mod totals;
mod transactions;
mod transfer;
mod value;

pub use self::{
    away::Away,
    core::Console,
    face::Wishes,
    input::{Guard, Heard},
    keymap::{Fault, Keymap},
    message::{Answer, Effect, FileStep, Filed, Message, Tag},
    painter::{Cursor, Painter},
    run::{Options, RunError, open},
    theme::{Glyphs, Role, Theme},
};
pub(crate) use self::{
    play::{size, strokes},
    run::{print, run},
};
