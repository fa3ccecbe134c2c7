//! Transactions that the payment terminal reports by itself become events like those of a payment app.

use std::sync::Arc;

use acquirer::ecr::{RecordResponse, event};

use super::desk::nobody;
use crate::{handler, house::House};

/// Who sends them: half of their idempotency key.
const SOURCE: &str = "terminal";

/// Records what can be recorded; the rest is named in the log. Told twice is recorded once.
pub(crate) fn record(house: &Arc<House>, records: &[RecordResponse]) {
    for told in records {
        let event = match event(told, None, SOURCE, house.now()) {
            Ok(event) => event,
            Err(fault) => {
                tracing::warn!("a record of the payment terminal is no transaction: {fault}");
                continue;
            }
        };
        handler::record_event(house, &nobody(), event);
    }
}
