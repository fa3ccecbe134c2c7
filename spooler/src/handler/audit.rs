//! `audit`, `audit_verify` and `audit_export`: the trail read, checked and copied out (INTERFACES §5).

use std::sync::Arc;

use jiff::Timestamp;
use model::{
    AuditRow, Moment, Outcome, Query,
    audit::{Anchor, Chain, Verified},
    caller::Caller,
    search::Term,
};
use protocol::{
    AuditExported, Page, Problem, ProblemKind, Reason,
    request::{Audit, AuditExport, AuditVerify},
};
use store::{AuditFilter, Reader, StoreError};

use super::answer::{bad_key, fitting, json, limit};
use crate::{
    exports::Place,
    house::{House, audit_entry, problem},
};

const DOING: &str = "reading the audit trail";

/// `audit`: newest first.
pub(super) fn list(house: &House, body: &Audit) -> Result<String, Problem> {
    let limit = limit(body.limit)?;
    let since = body.since.as_deref().map(|text| since(house, text)).transpose()?;
    let filter = AuditFilter {
        since,
        actor: body.actor.clone(),
        act: body.act.clone(),
        object: body.object.clone(),
        outcome: body.outcome,
    };
    let reader = house.reader()?;
    fitting(limit, |limit| {
        let page = reader.audit(&filter, body.after.as_deref(), limit).map_err(|e| problem(DOING, &e))?;
        let searched_to = page.next.as_ref().and_then(|_| page.rows.last()).map(|row| row.at);
        json(&Page::<AuditRow> { rows: page.rows, next: page.next, searched_to })
    })
}

/// A moment, or the start of a business day as a search names it.
fn since(house: &House, text: &str) -> Result<Moment, Problem> {
    if let Some(moment) = Moment::parse(text) {
        return Ok(moment);
    }
    let calendar = house.calendar();
    let query = Query::parse(text, &calendar);
    match query.terms.as_slice() {
        [Term::Between { from_ms, .. }] => {
            Ok(Timestamp::from_millisecond(*from_ms).map_or(Moment::new(*from_ms, 0), |at| calendar.moment(at)))
        }
        _ => Err(bad_key("since", "since must be a time as 2026-11-20T09:05:00+08:00, or a day as 2026-11-20")),
    }
}

/// `audit_verify`: every row against the one before it, and the row of an anchor code as it was when that was written.
pub(super) fn verify(house: &House, body: &AuditVerify) -> Result<Verified, Problem> {
    let anchor = body.anchor.as_deref().map(str::parse::<Anchor>).transpose();
    let anchor = anchor.map_err(|error| bad_key("anchor", &error.to_string()))?;
    let reader = house.reader()?;
    let mut chain = Chain::default().anchored(anchor);
    // from before the first one: a row there is one too many
    let mut next = 0;
    loop {
        let rows = match reader.audit_from(next) {
            Ok(rows) => rows,
            // somewhere in that page stands one that can't be read
            Err(StoreError::Damaged { .. }) => {
                readable(&reader, &mut chain)?;
                chain.unreadable();
                break;
            }
            Err(error) => return Err(problem("verifying the audit trail", &error)),
        };
        let Some(last) = rows.last().map(|row| row.seq) else { break };
        if !rows.iter().all(|row| chain.row(row)) {
            break;
        }
        next = last.saturating_add(1);
    }
    Ok(chain.verified())
}

/// Follows the rows before the one that can't be read.
fn readable(reader: &Reader, chain: &mut Chain) -> Result<(), Problem> {
    for seq in chain.head().0 + 1.. {
        match reader.audit_row(seq) {
            Ok(Some(row)) if chain.row(&row) => {}
            Ok(_) | Err(StoreError::Damaged { .. }) => return Ok(()),
            Err(error) => return Err(problem("verifying the audit trail", &error)),
        }
    }
    Ok(())
}

/// `audit_export`: the first page leaves the export's own row, which is the last that is exported; the others go on up to
/// it, each once, where the export was begun.
pub(super) async fn export(house: &Arc<House>, caller: &Caller, body: AuditExport) -> Result<String, Problem> {
    const DOING: &str = "exporting the audit trail";
    let doing = |error| problem(DOING, &error);
    let (from, last) = match &body.after {
        None => {
            let (entry, now) = (audit_entry(caller, "audit_export", None, Outcome::Done), house.now());
            let noted = house.act(caller, "audit_export", move |batch| batch.audit(entry, now).map(Ok));
            (1, noted.await.map_err(doing)??)
        }
        Some(cursor) => {
            let place = house.exports.take(caller, cursor).ok_or_else(bad_cursor)?;
            let row = house.reader()?.audit_row(place.last).map_err(doing)?.ok_or_else(bad_cursor)?;
            (place.from, row)
        }
    };
    let mut rows = house.reader()?.audit_from(from).map_err(doing)?;
    rows.retain(|row| row.seq <= last.seq);
    let mut goes_on = None;
    // as long as a cursor will be
    let stand_in = "0".repeat(32);
    let page = |count: usize, next: Option<String>| {
        let rows: Vec<AuditRow> = rows.iter().take(count).cloned().collect();
        AuditExported { rows, next, entries: last.seq, head: last.hash.clone() }
    };
    let mut fits = 0;
    fitting(rows.len().max(1), |count| {
        fits = count;
        goes_on = rows.iter().take(count).next_back().filter(|row| row.seq < last.seq).map(|row| row.seq + 1);
        json(&page(count, goes_on.map(|_| stand_in.clone())))
    })?;
    let next = goes_on.map(|from| house.exports.keep(caller, Place { from, last: last.seq })).transpose();
    json(&page(fits, next.map_err(no_cursor)?))
}

fn no_cursor(error: std::io::Error) -> Problem {
    let message = format!("this machine gives no random bytes: {error}");
    Problem::new(ProblemKind::Unavailable, Reason::Other, "exporting the audit trail", message, "try again")
}

fn bad_cursor() -> Problem {
    bad_key("after", "after must be the cursor that the page before gave out here; each is good once")
}
