//! `record`: one transaction event, durable before it is answered (DESIGN §3.1).

use std::sync::Arc;

use jiff::Timestamp;
use model::{Copy, Outcome, RawEvent, Refusal, Transaction, TransactionId, caller::Caller};
use protocol::{Problem, ProblemKind, Reason, Recorded};
use store::{PrintRequest, Recording, StoreError};

use super::{Answering, json, refused};
use crate::{
    house::{House, audit_entry, letterhead, problem},
    room::NoRoom,
};

/// What the commit says.
enum Kept {
    /// With why nothing was queued, if nothing was.
    Recorded(store::Recorded, Option<NoRoom>),
    /// Known with other content; the refusal is in the audit trail.
    Conflict(TransactionId),
}

/// Cleans the event and hands it to the writer before it returns, so that events of one connection keep their order
/// and share commits.
pub(super) fn start(house: &Arc<House>, caller: &Caller, event: RawEvent) -> Answering {
    let (event, cleaned) = match event.clean() {
        Ok(clean) => clean,
        Err(refusal) => return refused(house, caller, "record", None, bad_event(&refusal)),
    };
    let calendar = house.calendar();
    let now = calendar.moment(calendar.now);
    let day = calendar.business_day(Timestamp::from_millisecond(event.time.unix_ms()).unwrap_or(calendar.now));
    let (config, caller) = (Arc::clone(&house.config), caller.clone());
    let (room, low) = (Arc::clone(&house.room), house.room.disk_is_low());
    let kept = house.submit(move |batch| {
        let copies = event.print.as_ref().unwrap_or(&config.receipts.auto_print);
        // without any printer it is recorded, and nothing is queued
        let print: Vec<PrintRequest> = match config.receipt_printer() {
            Some(printer) => {
                copies.iter().map(|copy| PrintRequest { copy: *copy, printer: printer.name.clone() }).collect()
            }
            None => Vec::new(),
        };
        let head = letterhead(&config);
        let compose = |row: &Transaction, copy: Copy| {
            // a slip says the shop's time, whatever offset the payment app wrote it with
            let instant = Timestamp::from_millisecond(row.time.unix_ms()).unwrap_or(calendar.now);
            let row = Transaction { time: calendar.moment(instant), ..row.clone() };
            paper::compose(&row, &head, copy, config.shop.language)
        };
        let recording = Recording {
            event: &event,
            caller: &caller,
            now,
            day,
            print: &print,
            compose: &compose,
            copies: &config.receipts.copies,
        };
        // money first: what can't be printed now is kept all the same
        let no_room = room.refuses(batch, print.len(), low)?;
        let recorded = match no_room {
            None => batch.record(&recording),
            Some(_) => batch.record_unprinted(&recording),
        };
        match recorded {
            Ok(recorded) => Ok(Kept::Recorded(recorded, no_room)),
            Err(StoreError::Conflict { id }) => {
                batch.audit(audit_entry(&caller, "record", Some(id.to_string()), Outcome::Refused), now)?;
                Ok(Kept::Conflict(id))
            }
            Err(error) => Err(error),
        }
    });
    Box::pin(async move {
        const DOING: &str = "recording an event";
        match kept.await {
            Ok(Kept::Recorded(recorded, no_room)) => json(&Recorded {
                id: recorded.id,
                duplicate: recorded.duplicate,
                ignored: cleaned.ignored,
                shortened: cleaned.shortened,
                masked: cleaned.masked,
                unprinted: no_room.filter(|_| recorded.left_out).map(NoRoom::kind),
            }),
            Ok(Kept::Conflict(id)) => Err(problem(DOING, &StoreError::Conflict { id })),
            Err(error) => {
                tracing::error!("{DOING}: {error}");
                Err(problem(DOING, &error))
            }
        }
    })
}

fn bad_event(refusal: &Refusal) -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        Reason::BadEvent,
        "recording an event",
        refusal.to_string(),
        "correct the key and send the event again",
    )
    .about(refusal.key.clone())
}
