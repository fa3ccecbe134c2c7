//! What is spoken with the money's side: ISO 8583 terminal messages to an acquirer's host, their keys and codes, and the
//! ECR link to a payment terminal. No store, no screen, no policy: when to sign in is the daemon's.
//!
//! - [`iso`]: fields, messages, frames, and the requests of a terminal with the checks of their answers.
//! - [`keys`]: the master key's file, the layouts working keys come in, and how they are kept.
//! - [`host`]: one short connection: resolve, connect, TLS, send, one frame back; with named faults.
//! - [`codes`]: what the codes of field 39 mean, as data.
//! - [`ecr`]: a payment terminal behind a line, and what it answers.
//! - [`measured`]: a fault as what was measured, in codes and values.
//! - [`verdict`]: from a fault to its cause and the other causes that fit.

pub mod codes;
pub mod ecr;
pub mod host;
pub mod iso;
pub mod keys;
pub mod measured;
pub mod verdict;

pub use codes::{CodeBook, Meaning};
pub use host::{Exchange, HostAddress, Limits, LinkFault, Route, TlsTrust, exchange, reach};
pub use iso::{Batch, NetworkCode, Request, Response, ResponseFault, Terminal, Trace};
pub use keys::{KeyFault, KeyLayout, MasterKey, SealedKeys};
pub use verdict::Verdict;
