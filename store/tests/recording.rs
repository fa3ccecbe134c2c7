//! Recording events: once, in conflict, from unknown to final; documents, totals and the audit row that goes with it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod shop;

use model::{Copy, JobState, Outcome, Status, audit::GENESIS};
use shop::{Shop, at, caller, day, fen, print, sale, slip};
use store::{AuditEntry, AuditFilter, StoreError};

#[test]
fn an_event_sent_again_is_a_duplicate_and_changes_nothing() {
    let shop = Shop::open();
    let first = shop.record(&sale("1"), &[print(Copy::Customer, "front")]).unwrap();
    let change = shop.store.reader().unwrap().change().unwrap();
    let mut again = sale("1");
    again.print = Some(vec![Copy::Merchant]);
    let second = shop.record(&again, &[print(Copy::Merchant, "front")]).unwrap();
    assert!(second.duplicate && !first.duplicate);
    assert_eq!((second.id, second.jobs.len()), (first.id, 0));
    let reader = shop.store.reader().unwrap();
    assert_eq!(reader.change().unwrap(), change);
    assert_eq!(reader.jobs_of(first.id).unwrap().len(), 1);
    assert_eq!(reader.audit_head().unwrap().0, 1);
    assert_eq!(reader.by_source("till", "1").unwrap().unwrap().id, first.id);
}

#[test]
fn the_same_id_with_other_content_is_a_conflict_that_can_be_audited_in_its_commit() {
    let shop = Shop::open();
    let id = shop.sale("1");
    let mut other = sale("1");
    other.amount = fen(1);
    assert_eq!(shop.record(&other, &[]), Err(StoreError::Conflict { id }));
    let refused = shop.writer.commit(move |batch| {
        let result = shop::record(batch, &other, &[]);
        let entry = AuditEntry {
            actor: None,
            approver: None,
            origin: caller().origin,
            act: "record".into(),
            object: Some(id.to_string()),
            outcome: Outcome::Refused,
            before: None,
            after: None,
        };
        batch.audit(entry, at(3000))?;
        Ok(result)
    });
    assert_eq!(refused.unwrap(), Err(StoreError::Conflict { id }));
    let reader = shop.store.reader().unwrap();
    assert_eq!(reader.transaction(id).unwrap().unwrap().amount, fen(8850));
    assert_eq!(reader.audit(&AuditFilter::default(), None, 10).unwrap().rows[0].outcome, Outcome::Refused);
}

#[test]
fn an_unknown_outcome_becomes_final_in_the_same_row() {
    let shop = Shop::open();
    let mut event = sale("1");
    event.status = Status::Unknown;
    let first = shop.record(&event, &[print(Copy::Customer, "front")]).unwrap();
    let reader = shop.store.reader().unwrap();
    assert_eq!(reader.unknown_count().unwrap(), 1);
    assert!(first.jobs.is_empty() && reader.copies(first.id).unwrap().is_empty());
    let mut dearer = event.clone();
    dearer.amount = fen(9000);
    assert!(shop.record(&dearer, &[]).is_err(), "still unknown, with other content: no settlement");
    event.status = Status::Approved;
    event.amount = fen(9000);
    event.reference = Some("260000000001".into());
    event.time = at(60_000);
    let second = shop.record(&event, &[print(Copy::Customer, "front")]).unwrap();
    assert_eq!((second.id, second.duplicate, second.jobs.len()), (first.id, false, 1));
    let reader = shop.store.reader().unwrap();
    assert_eq!(reader.unknown_count().unwrap(), 0);
    assert_eq!(reader.copies(first.id).unwrap(), [Copy::Merchant, Copy::Customer]);
    let totals = reader.day_totals(day(), day()).unwrap();
    assert_eq!(totals.len(), 1);
    assert_eq!((totals[0].status, totals[0].count, totals[0].amount), (Status::Approved, 1, 9000));
    event.status = Status::Declined;
    assert!(shop.record(&event, &[]).is_err(), "what is final stays");
}

#[test]
fn documents_are_kept_as_composed_and_only_for_approved_ones() {
    let shop = Shop::open();
    let mut declined = sale("0");
    declined.status = Status::Declined;
    let declined = shop.record(&declined, &[print(Copy::Customer, "front")]).unwrap();
    assert!(declined.jobs.is_empty());
    let ids: Vec<_> = (1..30).map(|n| shop.sale(&n.to_string())).collect();
    let shop = shop.reopen();
    let reader = shop.store.reader().unwrap();
    assert_eq!(reader.document(declined.id, Copy::Customer).unwrap(), None);
    for id in &ids {
        let row = reader.transaction(*id).unwrap().unwrap();
        for copy in [Copy::Merchant, Copy::Customer] {
            assert_eq!(reader.document(*id, copy).unwrap().unwrap(), slip(&row, copy));
        }
    }
    assert_eq!(reader.last_printable().unwrap(), ids.last().copied());
    let texts = reader.row_counts().unwrap().into_iter().find(|(name, _)| *name == "texts-1").unwrap().1;
    assert!((10..100).contains(&texts), "texts that recur have a number: {texts}");
}

#[test]
fn all_that_was_recorded_in_a_commit_is_one_row_of_the_chain() {
    let shop = Shop::open();
    let ids = shop.writer.commit(|batch| {
        let one = shop::record(batch, &sale("1"), &[])?.id;
        let two = shop::record(batch, &sale("2"), &[])?.id;
        shop::record(batch, &sale("1"), &[])?;
        Ok([one, two])
    });
    let [one, two] = ids.unwrap();
    shop.sale("3");
    shop.reprint(one, "front").unwrap();
    let reader = shop.store.reader().unwrap();
    let rows = reader.audit_from(1).unwrap();
    assert_eq!(rows.iter().map(|r| r.act.as_str()).collect::<Vec<_>>(), ["record", "record", "reprint"]);
    assert_eq!(rows[0].object, Some(format!("{one} {two}")));
    let mut before = GENESIS.to_owned();
    for (place, row) in rows.iter().enumerate() {
        assert_eq!(row.seq, place as u64 + 1);
        assert!(row.follows(&before));
        before.clone_from(&row.hash);
    }
    assert_eq!(reader.audit_head().unwrap(), (3, before));
    let reprints = AuditFilter { act: Some("reprint".into()), ..AuditFilter::default() };
    assert_eq!(reader.audit(&reprints, None, 10).unwrap().rows.len(), 1);
    let page = reader.audit(&AuditFilter::default(), None, 2).unwrap();
    assert_eq!(page.rows.iter().map(|r| r.seq).collect::<Vec<_>>(), [3, 2]);
    let rest = reader.audit(&AuditFilter::default(), page.next.as_deref(), 2).unwrap();
    assert_eq!((rest.rows.len(), rest.next), (1, None));
}

#[test]
fn everything_is_there_after_reopening() {
    let shop = Shop::open();
    let recorded = shop.record(&sale("1"), &[print(Copy::Customer, "front")]).unwrap();
    let before = shop.store.reader().unwrap();
    let (row, jobs, change) =
        (before.transaction(recorded.id).unwrap(), before.jobs_of(recorded.id).unwrap(), before.change().unwrap());
    drop(before);
    let shop = shop.reopen();
    let after = shop.store.reader().unwrap();
    assert_eq!(after.transaction(recorded.id).unwrap(), row);
    assert_eq!(after.jobs_of(recorded.id).unwrap(), jobs);
    assert_eq!(after.change().unwrap(), change);
    assert_eq!(jobs[0].state, JobState::Queued);
    assert!(shop.sale("2") > recorded.id);
}
