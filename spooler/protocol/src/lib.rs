//! What console and daemon share: requests, replies, events, the line codec, the client, and where things are.
//!
//! The wire is newline-delimited JSON over a Unix socket (INTERFACES §6), so a payment app in any language can speak
//! it. Nothing here opens a store, touches a device or words a screen.

pub mod client;
pub mod frame;
pub mod hello;
pub mod pin;
pub mod place;
pub mod problem;
pub mod reply;
pub mod request;

pub use client::{Client, ClientError, Incoming};
pub use hello::Hello;
pub use pin::Pin;
pub use problem::{Kind as ProblemKind, Problem, Reason};
pub use reply::{
    AcquirerState, ApprovalFor, AuditExported, Conclusion, Diagnosed, Event, Finding, JobRow, Moved, Overview, Page,
    PrinterRow, PrinterState, Probed, Questions, Receipt, Recorded, Session, SessionRow, Settled, SignInChanged,
    SignInLine, SignInLog, Status, Subscribed, Total, TransactionRow, UnsettledBatch, Verdict,
};
pub use request::{Line, Request};

/// The protocol's number; it goes up when a change is more than an addition.
pub const PROTOCOL: u32 = 1;

/// The longest request line, without its newline.
pub const REQUEST_LIMIT: usize = 64 * 1024;

/// The longest answer line.
pub const ANSWER_LIMIT: usize = 1024 * 1024;
