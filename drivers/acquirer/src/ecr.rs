//! The payment terminal (POS 终端) at the till: commands over its ECR link, so that keys never come near us. The trait is
//! what the daemon knows; a terminal's protocol is one file behind it ([`mispos`]).

pub mod event;
pub mod frame;
pub mod line;
pub mod link;
pub mod mispos;
pub mod record;
pub mod terminal;

pub use event::{EventFault, event};
pub use line::EcrAddress;
pub use link::LinkTimes;
pub use mispos::Mispos;
pub use record::{RecordError, RecordRequest, RecordResponse, Task};
pub use terminal::{Answered, Conversation, EcrFault, Original, PaymentTerminal};
