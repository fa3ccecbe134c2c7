//! `record`: one transaction event, durable before it is answered (DESIGN §3.1).

use std::sync::Arc;

use jiff::Timestamp;
use model::{Copy, Event, Outcome, RawEvent, Refusal, Transaction, TransactionId, caller::Caller};
use protocol::{Problem, ProblemKind, Reason, Recorded};
use store::{Batch, PrintRequest, Recording, StoreError};
use tokio::sync::oneshot;

use super::answer::{Answering, json, refused};
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
    let kept = keep(house, caller, event);
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

/// Hands an event to the writer at once; what became of it comes after its fsync. A new sale of our terminal number is told
/// to the sign-in, whoever waits for the answer.
fn keep(
    house: &Arc<House>,
    caller: &Caller,
    event: Event,
) -> impl Future<Output = Result<Kept, StoreError>> + Send + use<> {
    let sign_in = Arc::clone(&house.sign_in);
    let sale = sign_in.sale(&event);
    let calendar = house.calendar();
    let now = calendar.moment(calendar.now);
    let day = calendar.business_day(Timestamp::from_millisecond(event.time.unix_ms()).unwrap_or(calendar.now));
    let (config, caller) = (Arc::clone(&house.config), caller.clone());
    let (room, low) = (Arc::clone(&house.room), house.room.disk_is_low());
    let (answer, result) = oneshot::channel();
    let operation = move |batch: &mut Batch<'_>| {
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
    };
    house.writer.submit(operation, move |kept| {
        if let Ok(Kept::Recorded(recorded, _)) = &kept
            && !recorded.duplicate
            && let Some(sale) = sale
        {
            sign_in.recorded(sale);
        }
        // a connection that is gone does not want its answer any more; what was done stays done
        drop(answer.send(kept));
    });
    async move { result.await.unwrap_or(Err(StoreError::WriterGone)) }
}

/// Records an event that no client sent: the payment terminal reported it.
pub(crate) fn record_event(house: &Arc<House>, caller: &Caller, event: Event) {
    // durable in its turn; a conflict leaves its audit row
    drop(keep(house, caller, event));
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
