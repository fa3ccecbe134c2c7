//! Slips from end to end: worded, laid out, rendered, and read back by the interpreter, which shares no code with the
//! encoder, and by a walker that only knows where commands begin and end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod fonts;
mod pages;
mod profiles;
mod properties;
mod shop;
mod slips;
mod walker;
