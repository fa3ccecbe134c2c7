//! The shop's hardware, played: a virtual printer that behaves as badly as real ones, an acquirer's host, a payment
//! terminal, and a shop's day of events.
//! For the demo, for training and for tests; never linked into the daemon or the console.

pub mod acquirer;
mod desk;
pub mod printer;
pub mod shop;
pub mod terminal;
