//! Evidence that paper came out, and how good it is (DESIGN §3).

use serde::{Deserialize, Serialize};

use crate::{moment::Moment, word::words};

words! {
    /// The grade of a piece of evidence. All but `none` confirm.
    Grade {
        /// a remark, no proof
        None = 0 "none",
        /// GS ( H: the printer returned the tag after printing what stood before it
        ProcessId = 1 "process_id",
        /// GS r, on a printer measured to answer in order
        InOrderReply = 2 "in_order_reply",
        /// GS g 2: lines or cuts went up by what the sheet needs
        Counter = 3 "counter",
        /// a person holds the slip
        Person = 4 "person",
    }
}

words! {
    /// How a printer proves that paper came out; found at pairing, remembered, kept over restarts.
    Proof {
        /// nothing measured yet
        Unknown = 0 "unknown",
        /// it can prove nothing: its jobs end `unconfirmed`, cause `no_status`
        NoProof = 1 "none",
        /// GS ( H, function 48
        ProcessId = 2 "process_id",
        /// GS r, measured to answer in order
        InOrderReply = 3 "in_order_reply",
        /// GS g 2: its counters go up by what a sheet needs
        Counter = 4 "counter",
    }
}

impl Proof {
    /// The grade of evidence that this way of proving yields.
    pub fn grade(self) -> Grade {
        match self {
            Proof::Unknown | Proof::NoProof => Grade::None,
            Proof::ProcessId => Grade::ProcessId,
            Proof::InOrderReply => Grade::InOrderReply,
            Proof::Counter => Grade::Counter,
        }
    }
}

/// One piece of evidence beside a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub at: Moment,
    pub grade: Grade,
    /// English, for the log and the detail view: `segment 3 of 3`, `restart while sending`.
    pub detail: String,
}
