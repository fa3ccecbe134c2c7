//! What is kept: one redb file with transactions, their documents, jobs and the audit chain; and how it is found again.
//!
//! Blocking. No sockets, no async, no device and no clock: times and days are values passed in. Values in tables are
//! frozen records behind a version byte; nothing outside this crate sees them.

mod audit;
mod batch;
mod committed;
mod counters;
mod cursor;
mod error;
mod fit;
mod index;
mod jobs;
mod open;
mod operators;
mod packed;
mod questions;
mod reader;
mod record;
mod rows;
mod schema;
mod search;
mod sign_in;
mod store;
mod tables;
mod totals;
mod writer;

pub use audit::{AuditFilter, AuditPage};
pub use batch::{AuditEntry, Batch, Ending, NewJob, NewOperator, PrintRequest, Recorded, Recording, Reprint};
pub use committed::Committed;
pub use cursor::{MOST_ROWS, MOST_SCANNED};
pub use error::StoreError;
pub use jobs::{JobFilter, JobPage};
pub use open::{FILE, OpenError};
pub use reader::Reader;
pub use record::{
    Doubt, Intent, JobLine, OperatorRow, Pairing, PrinterState, SettledBatches, Settling, SignInEntry, SignInHistory,
    SignInRow, Unsettled,
};
pub use schema::SCHEMA;
pub use search::{Hit, Page};
pub use sign_in::OpenBatch;
pub use store::Store;
pub use tables::{TABLES, Table};
pub use totals::DayTotal;
pub use writer::Writer;
