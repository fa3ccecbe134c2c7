//! The words everyone shares: money, masked card, safe text, transaction, receipt document, job, cause, proof,
//! role, and the audit row with its line form and hash chain.
//!
//! Plain data and the rules over it. A leaf of the house: it depends on nothing of ours, opens nothing, prints
//! nothing and asks no clock; times, ids and languages are values passed in.

pub mod audit;
pub mod caller;
pub mod card;
pub mod cause;
pub mod document;
pub mod event;
pub mod id;
pub mod identifier;
pub mod job;
pub mod mask;
pub mod measured;
pub mod moment;
pub mod money;
pub mod operator;
pub mod pinyin;
pub mod printer;
pub mod proof;
pub mod search;
pub mod sign_in;
pub mod text;
pub mod transaction;
mod word;

pub use audit::{AuditRow, Outcome};
pub use caller::{Caller, Origin, Role};
pub use card::MaskedCard;
pub use cause::Cause;
pub use document::{Align, Block, Copy, Document, ItemRow, Language, ReprintMark, Size};
pub use event::{Cleaned, Event, RawEvent, Refusal};
pub use id::{Change, JobId, TransactionId};
pub use job::{Job, JobKind, JobState, Waiting};
pub use measured::{Measured, Reading};
pub use moment::Moment;
pub use money::{Currency, Fen};
pub use operator::Operator;
pub use printer::{Conditions, Counters, Identity, Paper};
pub use proof::{Evidence, Grade, Proof};
pub use search::{FoundBy, Query};
pub use sign_in::{
    AcquirerAnswer, BatchTotals, SettleAnswer, SettleOutcome, SignInAnswer, SignInCause, SignInFinding, SignInOutcome,
    SignInState, Step, StepName, Total, Via,
};
pub use text::SafeText;
pub use transaction::{CardKind, EntryMode, Item, Kind, Method, Quantity, Status, Transaction};
