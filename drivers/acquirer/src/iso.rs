//! ISO 8583 as UnionPay terminals speak it (Q/CUP 009 family): 64-bit map, packed digits, lengths in digits for digits and
//! in bytes for the rest. No sockets here.

pub(crate) mod bcd;
pub mod field;
pub mod frame;
pub mod message;
pub mod mti;
pub mod number;
pub mod request;
pub mod response;
pub mod totals;

pub use field::{Extent, FIELDS, Field, Kind};
pub use frame::{Frame, FrameError, Header, Tpdu};
pub use message::{EncodeError, FieldFault, Message, MessageError};
pub use mti::Mti;
pub use number::{Batch, BatchNumberFault, NetworkCode, Trace};
pub use request::{Request, RequestError, Terminal};
pub use response::{Demand, HostClock, Response, ResponseFault};
pub use totals::{Reconciled, TotalsError, TotalsReply};
