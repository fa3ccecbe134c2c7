//! The frozen forms of what stands in tables: postcard behind a version byte, one struct per version.
//!
//! A released struct is never changed: a new version gets a new struct and a `From` of the old one. Enums stand as
//! their written-out numbers. A value that can't be read is an error that names table and key.

mod audit;
mod document;
mod history;
mod job;
mod operator;
mod printer;
mod settled;
mod sign_in;
mod sign_in_history;
mod transaction;

use std::fmt::Display;

use serde::{Serialize, de::DeserializeOwned};

use crate::error::StoreError;

pub(crate) use audit::AuditV2;
pub(crate) use document::{DocumentsV1, MOST_TEXTS, Texts};
pub use history::JobLine;
pub(crate) use history::{History, HistoryV1};
pub(crate) use job::JobV1;
pub use operator::OperatorRow;
pub(crate) use operator::OperatorV1;
pub(crate) use printer::PrinterV2;
pub use printer::{Pairing, PrinterState};
pub use settled::SettledBatches;
pub(crate) use sign_in::SignInV2;
pub use sign_in::{Doubt, Intent, Settling, SignInRow, Unsettled};
pub(crate) use sign_in_history::SignInHistoryV2;
pub use sign_in_history::{SignInEntry, SignInHistory};
pub(crate) use transaction::{ComparedV1, StoredTransaction, TransactionV1, day_number};

/// A frozen form.
pub(crate) trait Record: Serialize + DeserializeOwned {
    /// Stands before the value.
    const VERSION: u8;
    /// Where it stands, for errors.
    const TABLE: &'static str;

    fn encode(&self) -> Result<Vec<u8>, StoreError> {
        postcard::to_extend(self, vec![Self::VERSION])
            .map_err(|e| StoreError::Unwritable { table: Self::TABLE, what: e.to_string() })
    }

    fn decode(bytes: &[u8], key: impl Display) -> Result<Self, StoreError> {
        let what = match bytes.split_first() {
            Some((version, rest)) if *version == Self::VERSION => match postcard::take_from_bytes::<Self>(rest) {
                Ok((value, [])) => return Ok(value),
                Ok(_) => "bytes are left over".to_owned(),
                Err(e) => e.to_string(),
            },
            Some((version, _)) => format!("version {version} is not known"),
            None => "it is empty".to_owned(),
        };
        Err(StoreError::Damaged { table: Self::TABLE, key: key.to_string(), what })
    }
}

/// The error of a value that decodes but holds what no version of this program wrote.
pub(crate) fn damaged<R: Record>(key: impl Display, what: &str) -> StoreError {
    StoreError::Damaged { table: R::TABLE, key: key.to_string(), what: what.to_owned() }
}

/// Milliseconds since 1970 and minutes east of UTC.
pub(crate) type MomentV1 = (i64, i16);

pub(crate) fn moment(at: model::Moment) -> MomentV1 {
    (at.unix_ms(), at.offset_minutes())
}

pub(crate) fn at(moment: MomentV1) -> model::Moment {
    model::Moment::new(moment.0, moment.1)
}
