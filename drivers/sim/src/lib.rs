//! The shop's hardware, played: a virtual printer that behaves as badly as real ones, and a shop's day of events.
//! For the demo, for training and for tests; never linked into the daemon or the console.

pub mod printer;
pub mod shop;
