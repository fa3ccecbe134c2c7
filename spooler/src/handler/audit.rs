//! `audit`, `audit_verify` and `audit_export`: the trail read, checked and copied out (INTERFACES §5).

use std::sync::Arc;

use jiff::Timestamp;
use model::{
    AuditRow, Moment, Outcome, Query,
    audit::{Chain, Verified},
    caller::Caller,
    search::Term,
};
use protocol::{
    AuditExported, Page, Problem,
    request::{Audit, AuditExport},
};
use store::{AuditFilter, Reader, StoreError};

use super::{bad_key, fitting, json, limit};
use crate::house::{House, audit_entry, problem};

const DOING: &str = "reading the audit trail";

/// `audit`: newest first.
pub(super) fn list(house: &House, body: &Audit) -> Result<String, Problem> {
    let limit = limit(body.limit)?;
    let since = body.since.as_deref().map(|text| since(house, text)).transpose()?;
    let filter = AuditFilter { since, actor: body.actor.clone(), act: body.act.clone() };
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

/// `audit_verify`: every row against the one before it.
pub(super) fn verify(house: &House) -> Result<Verified, Problem> {
    let reader = house.reader()?;
    let mut chain = Chain::default();
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
/// it, for the same caller only.
pub(super) async fn export(house: &Arc<House>, caller: &Caller, body: AuditExport) -> Result<String, Problem> {
    const DOING: &str = "exporting the audit trail";
    let doing = |error| problem(DOING, &error);
    let (from, last) = match &body.after {
        None => {
            let (entry, now) = (audit_entry(caller, "audit_export", None, Outcome::Done), house.now());
            (1, house.submit(move |batch| batch.audit(entry, now)).await.map_err(doing)?)
        }
        Some(cursor) => {
            let (from, last) = place(cursor).ok_or_else(bad_cursor)?;
            let row = house.reader()?.audit_row(last).map_err(doing)?.ok_or_else(bad_cursor)?;
            // nobody reads on where he did not begin
            let his = row.act == "audit_export"
                && row.outcome == Outcome::Done
                && row.actor == caller.operator
                && row.origin.uid == caller.origin.uid;
            if !his {
                return Err(bad_cursor());
            }
            (from, row)
        }
    };
    let mut rows = house.reader()?.audit_from(from).map_err(doing)?;
    rows.retain(|row| row.seq <= last.seq);
    fitting(rows.len().max(1), |count| {
        let rows: Vec<AuditRow> = rows.iter().take(count).cloned().collect();
        let more = rows.last().filter(|row| row.seq < last.seq);
        let next = more.map(|row| format!("{:016x}{:016x}", row.seq + 1, last.seq));
        json(&AuditExported { rows, next, entries: last.seq, head: last.hash.clone() })
    })
}

/// Where a page begins and the row that the export ends with.
fn place(cursor: &str) -> Option<(u64, u64)> {
    let hex = cursor.len() == 32 && cursor.bytes().all(|b| b.is_ascii_hexdigit());
    let (from, last) = cursor.split_at_checked(16).filter(|_| hex)?;
    Some((u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(last, 16).ok()?))
}

fn bad_cursor() -> Problem {
    bad_key("after", "after must be the cursor that the page before gave out")
}
