//! Jobs: what the next paper is, how jobs move, who stands in line where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod shop;

use model::{Cause, Copy, Grade, JobKind, JobState, Moment, Proof, TransactionId};
use shop::{Shop, at, print, sale};
use store::{JobFilter, NewJob, Pairing, StoreError};

/// Brings a queued job into a state by the moves there are.
fn bring(shop: &Shop, job: model::JobId, state: JobState) {
    use JobState::{Blocked, Cancelled, Confirmed, Expired, Held, NotPrinted, Queued, Sending};
    match state {
        Queued => {}
        Blocked => drop(shop.writer.commit(move |b| b.block(job, Cause::PaperOut)).unwrap()),
        Held => drop(shop.writer.commit(move |b| b.hold(job)).unwrap()),
        Expired => drop(shop.writer.commit(move |b| b.expire(job)).unwrap()),
        Cancelled => drop(shop.end(job, Cancelled, &[]).unwrap()),
        NotPrinted => drop(shop.end(job, NotPrinted, &[]).unwrap()),
        Sending => drop(shop.start(job).unwrap()),
        ended => {
            shop.start(job).unwrap();
            let proof: &[Grade] = if ended == Confirmed { &[Grade::ProcessId] } else { &[] };
            shop.end(job, ended, proof).unwrap();
        }
    }
}

#[test]
fn the_next_paper_is_first_paper_until_one_may_be_out_or_is_under_way() {
    for state in JobState::ALL {
        let shop = Shop::open();
        let recorded = shop.record(&sale("1"), &[print(Copy::Customer, "front")]).unwrap();
        bring(&shop, recorded.jobs[0], *state);
        let next = shop.reprint(recorded.id, "front").unwrap();
        let first = matches!(state, JobState::Cancelled | JobState::NotPrinted);
        let want = if first { (JobKind::Receipt, 0) } else { (JobKind::Reprint, 1) };
        assert_eq!((next.kind, next.reprint_number), want, "after {state}");
        assert_eq!(shop.store.reader().unwrap().prints(recorded.id).unwrap(), u32::from(state.may_be_out()), "{state}");
    }
}

#[test]
fn a_number_is_never_given_twice() {
    let shop = Shop::open();
    let id = shop.sale("1");
    let first = shop.reprint(id, "front").unwrap();
    assert_eq!((first.kind, first.reprint_number), (JobKind::Receipt, 0));
    bring(&shop, first.id, JobState::Confirmed);
    let one = shop.reprint(id, "front").unwrap();
    bring(&shop, one.id, JobState::Cancelled);
    let two = shop.reprint(id, "front").unwrap();
    assert_eq!((one.reprint_number, two.reprint_number), (1, 2));
    bring(&shop, two.id, JobState::NotPrinted);
    assert_eq!(shop.reprint(id, "back").unwrap().reprint_number, 3);
}

#[test]
fn a_reprint_stands_behind_the_first_paper_on_its_printer_and_alone_on_another() {
    let shop = Shop::open();
    let recorded = shop.record(&sale("1"), &[print(Copy::Customer, "front")]).unwrap();
    let same = shop.reprint(recorded.id, "front").unwrap();
    let other = shop.reprint(recorded.id, "back").unwrap();
    let reader = shop.store.reader().unwrap();
    assert_eq!(reader.peek("front").unwrap().unwrap().id, recorded.jobs[0]);
    assert_eq!(reader.peek("back").unwrap().unwrap().id, other.id);
    shop.start(recorded.jobs[0]).unwrap();
    assert_eq!(shop.store.reader().unwrap().peek("front").unwrap().unwrap().id, same.id);
}

#[test]
fn only_approved_transactions_with_a_document_have_paper() {
    let shop = Shop::open();
    let mut declined = sale("1");
    declined.status = model::Status::Declined;
    let id = shop.record(&declined, &[]).unwrap().id;
    assert_eq!(shop.reprint(id, "front"), Err(StoreError::NotApproved { id }));
    assert!(matches!(shop.reprint(TransactionId(7), "front"), Err(StoreError::NotFound { .. })));
    assert_eq!(shop.store.reader().unwrap().audit_head().unwrap().0, 1);
}

#[test]
fn an_ended_job_moves_only_from_doubt_to_certainty_and_only_with_evidence() {
    use JobState::{Cancelled, Confirmed, NotPrinted, Partial, Unconfirmed};
    for from in [Confirmed, Unconfirmed, Partial, NotPrinted, Cancelled] {
        for to in JobState::ALL {
            let shop = Shop::open();
            let job = shop.record(&sale("1"), &[print(Copy::Customer, "front")]).unwrap().jobs[0];
            bring(&shop, job, from);
            let doubt = matches!(from, Unconfirmed | Partial);
            let moves = doubt && matches!(to, Confirmed | NotPrinted);
            assert!(shop.end(job, *to, &[]).is_err(), "{from} to {to} without evidence");
            assert!(shop.end(job, *to, &[Grade::None]).is_err(), "{from} to {to} with a remark");
            assert_eq!(shop.end(job, *to, &[Grade::Person]).is_ok(), moves, "{from} to {to} by a person");
            assert!(shop.start(job).is_err(), "{from} sent again");
            assert!(shop.writer.commit(move |b| b.release(job, at(0))).is_err());
            assert!(shop.writer.commit(move |b| b.move_to(job, "back")).is_err());
        }
    }
}

#[test]
fn nothing_is_confirmed_without_proof() {
    let shop = Shop::open();
    let job = shop.record(&sale("1"), &[print(Copy::Customer, "front")]).unwrap().jobs[0];
    shop.start(job).unwrap();
    assert!(matches!(shop.end(job, JobState::Confirmed, &[]), Err(StoreError::NeedsEvidence { .. })));
    assert!(matches!(shop.end(job, JobState::Queued, &[]), Err(StoreError::IllegalMove { .. })));
    let done = shop.end(job, JobState::Confirmed, &[Grade::InOrderReply]).unwrap();
    assert_eq!((done.attempts, done.bytes, done.segments), (1, Some(300), 3));
    assert_eq!(done.finished_at, Some(at(6000)));
}

#[test]
fn unprinted_follows_the_papers() {
    let shop = Shop::open();
    let count = || shop.store.reader().unwrap().unprinted_count().unwrap();
    let id = shop.sale("1");
    assert_eq!(count(), 0, "not asked for");
    let job = shop.reprint(id, "front").unwrap().id;
    assert_eq!(count(), 1);
    shop.end(job, JobState::Cancelled, &[]).unwrap();
    assert_eq!(count(), 1, "asked stays asked");
    let job = shop.reprint(id, "front").unwrap().id;
    shop.start(job).unwrap();
    assert_eq!(count(), 0);
    shop.end(job, JobState::NotPrinted, &[]).unwrap();
    assert_eq!(count(), 1);
}

#[test]
fn jobs_are_held_released_moved_and_listed() {
    let shop = Shop::open();
    let jobs: Vec<_> = (0..3)
        .map(|n| shop.record(&sale(&n.to_string()), &[print(Copy::Customer, "front")]).unwrap().jobs[0])
        .collect();
    let (first, second) = (jobs[0], jobs[1]);
    shop.writer.commit(move |b| b.hold(first)).unwrap();
    shop.writer.commit(move |b| b.move_to(second, "back")).unwrap();
    let reader = shop.store.reader().unwrap();
    assert_eq!(reader.peek("front").unwrap().unwrap().id, jobs[2]);
    let counts = reader.waiting_counts().unwrap();
    assert_eq!((counts["front"].held, counts["front"].queued, counts["back"].queued), (1, 1, 1));
    assert_eq!(reader.waiting("front").unwrap().iter().map(|j| j.id).collect::<Vec<_>>(), [first, jobs[2]]);
    let released = shop.writer.commit(move |b| b.release(first, at(90_000))).unwrap();
    assert_eq!(released.queued_at, at(90_000));
    let early = shop.writer.commit(|b| b.queue(test_page(), at(0))).unwrap();
    assert_eq!(early.queued_at, at(90_000), "queued_at never runs back");
    let reader = shop.store.reader().unwrap();
    let all = reader.jobs(&JobFilter::default(), None, 2).unwrap();
    let rest = reader.jobs(&JobFilter::default(), all.next.as_deref(), 10).unwrap();
    let ids: Vec<u64> = all.rows.iter().chain(&rest.rows).map(|j| j.id.0).collect();
    assert_eq!(ids, [4, 3, 2, 1]);
    let queued = JobFilter { state: Some(JobState::Queued), printer: Some("front".into()) };
    assert_eq!(reader.jobs(&queued, None, 10).unwrap().rows.len(), 3);
    assert!(reader.job_document(early.id).unwrap().is_some());
}

fn test_page() -> NewJob {
    let blocks = vec![model::Block::Rule];
    NewJob {
        kind: JobKind::TestPage,
        printer: "front".into(),
        document: Some(model::Document { language: model::Language::En, blocks }),
        operator: None,
        approver: None,
        reason: None,
    }
}

#[test]
fn a_crash_while_sending_is_found_at_the_next_start() {
    let shop = Shop::open();
    let job = shop.record(&sale("1"), &[print(Copy::Customer, "front")]).unwrap().jobs[0];
    shop.start(job).unwrap();
    let shop = shop.reopen();
    let found = shop.store.reader().unwrap().interrupted().unwrap();
    assert_eq!(found.iter().map(|j| j.id).collect::<Vec<_>>(), [job]);
    assert_eq!(
        shop.writer.commit(move |b| b.stalled(job, Some(Cause::PaperOut), 1)).unwrap().cause,
        Some(Cause::PaperOut)
    );
    shop.end(job, JobState::Partial, &[Grade::None]).unwrap();
    assert!(shop.store.reader().unwrap().interrupted().unwrap().is_empty());
}

#[test]
fn pairing_and_pause_survive_a_restart() {
    let shop = Shop::open();
    let pairing = Pairing {
        connection: "tcp://192.0.2.1:9100".into(),
        profile: "generic-80".into(),
        proof: Proof::InOrderReply,
        detail: "reply after 912 ms".into(),
        since: Moment::new(0, 0),
        identity: Some(model::Identity { model: Some("TM-T88V".into()), ..model::Identity::default() }),
    };
    let kept = pairing.clone();
    shop.writer.commit(move |b| b.remember_pairing("front", pairing)).unwrap();
    shop.writer.commit(|b| b.set_paused("front", true)).unwrap();
    let shop = shop.reopen();
    let state = shop.store.reader().unwrap().printer("front").unwrap();
    assert_eq!((state.paused, state.pairing), (true, Some(kept)));
    assert_eq!(shop.store.reader().unwrap().pairing("back").unwrap(), None);
}

#[test]
fn the_last_good_print_is_the_newest_proven_paper_of_each_printer() {
    let shop = Shop::open();
    let print_on = |printer: &str, id: &str, state: JobState| {
        let job = shop.record(&sale(id), &[print(Copy::Customer, printer)]).unwrap().jobs[0];
        bring(&shop, job, state);
        shop.store.reader().unwrap().job(job).unwrap().unwrap()
    };
    let read = || shop.store.reader().unwrap().last_good_prints(&["front", "back"]).unwrap();
    print_on("back", "1", JobState::Unconfirmed);
    assert!(read().is_empty());
    // sent to `front`, whose queue it stands in
    let good = print_on("front", "2", JobState::Confirmed);
    print_on("front", "3", JobState::Unconfirmed);
    let pulse = NewJob { kind: JobKind::Drawer, ..test_page() };
    let pulse = shop.writer.commit(|b| b.queue(pulse, at(99_000))).unwrap().id;
    bring(&shop, pulse, JobState::Confirmed);
    let found = read();
    assert_eq!((found.get("front").copied(), found.get("back")), (good.finished_at, None));
    assert!(shop.store.reader().unwrap().last_good_prints(&["bar"]).unwrap().is_empty());
}
