//! Stories of one or two desks in a house in memory, on a clock that the story moves. The workers are played.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use model::{
    Cause, Conditions, Copy, Grade, Job, JobId, JobKind, JobState, Paper, Proof, RawEvent, TransactionId,
    caller::{Access, Caller},
};
use printer::{Desk, Ending, Late, PrinterState, Ticket};
use store::{NewJob, PrintRequest, Recording};

use super::PrinterDesk;
use crate::{
    clock::Clock,
    house::{House, letterhead, tests::house},
};

struct Shop {
    house: Arc<House>,
    clock: Clock,
    sales: u64,
}

const FRONT: &str = "[[printer]]\nname = \"front\"\nconnection = \"tcp://127.0.0.1:9100\"\n";
const STANDBY: &str = "[[printer]]\nname = \"front\"\nconnection = \"tcp://127.0.0.1:9100\"\nstandby = [\"back\"]\n\
                       [[printer]]\nname = \"back\"\nconnection = \"tcp://127.0.0.1:9101\"\n";

const GOOD: PrinterState = PrinterState {
    connected: true,
    ready: true,
    cause: None,
    near_end: false,
    conditions: None,
    proof: Proof::ProcessId,
};

fn ill(cause: Cause) -> PrinterState {
    PrinterState { ready: false, cause: Some(cause), ..GOOD }
}

fn level(drawer_high: bool) -> PrinterState {
    let conditions = Conditions {
        online: true,
        paper: Paper::Present,
        cover_open: false,
        cutter_error: false,
        head_overheated: false,
        unrecoverable: false,
        recoverable: false,
        feeding: false,
        drawer_high,
    };
    PrinterState { conditions: Some(conditions), ..GOOD }
}

impl Shop {
    fn open(config: &str) -> Shop {
        let clock = Clock::set("2026-11-20T09:00:00+08:00".parse::<Timestamp>().unwrap());
        Shop { house: house(config, &clock), clock, sales: 0 }
    }

    fn desk(&self, name: &str) -> PrinterDesk {
        PrinterDesk::new(Arc::clone(&self.house), self.house.config.printer(name).unwrap().clone(), None)
    }

    fn pass(&self, seconds: u64) {
        self.clock.pass(Duration::from_secs(seconds));
    }

    fn commit<R: Send + 'static>(
        &self,
        run: impl FnOnce(&mut store::Batch<'_>) -> Result<R, store::StoreError> + Send + 'static,
    ) -> R {
        self.house.writer.commit(run).unwrap()
    }

    /// A sale whose copies print at once on front.
    fn sale(&mut self, copies: &'static [Copy]) -> (TransactionId, Vec<JobId>) {
        self.sales += 1;
        let event = serde_json::json!({
            "source": "till", "source_id": format!("T{}", self.sales), "kind": "sale", "amount": 8850,
            "currency": "CNY", "time": "2026-11-20T09:00:00+08:00", "status": "approved", "method": "cash",
        });
        let event = serde_json::from_value::<RawEvent>(event).unwrap().clean().unwrap().0;
        let (house, calendar) = (Arc::clone(&self.house), self.house.calendar());
        let recorded = self.commit(move |batch| {
            let print: Vec<PrintRequest> =
                copies.iter().map(|copy| PrintRequest { copy: *copy, printer: "front".into() }).collect();
            let head = letterhead(&house.config);
            let caller = Caller::peer(model::Origin::default(), Access::Record);
            batch.record(&Recording {
                event: &event,
                caller: &caller,
                now: calendar.moment(calendar.now),
                day: calendar.business_day(calendar.now),
                print: &print,
                compose: &|row, copy| paper::compose(row, &head, copy, house.config.shop.language),
                copies: &[Copy::Merchant, Copy::Customer],
            })
        });
        (recorded.id, recorded.jobs)
    }

    fn slip(&mut self) -> JobId {
        self.sale(&[Copy::Customer]).1[0]
    }

    fn queue(&self, kind: JobKind) -> JobId {
        self.queue_on("front", kind)
    }

    fn queue_on(&self, printer: &str, kind: JobKind) -> JobId {
        let new =
            NewJob { kind, printer: printer.into(), document: None, operator: None, approver: None, reason: None };
        let now = self.house.now();
        self.commit(move |batch| batch.queue(new, now)).id
    }

    fn job(&self, id: JobId) -> Job {
        self.house.store.reader().unwrap().job(id).unwrap().unwrap()
    }

    fn states(&self, ids: &[JobId]) -> Vec<JobState> {
        ids.iter().map(|id| self.job(*id).state).collect()
    }
}

fn ended(job: JobId, state: JobState, cause: Option<Cause>) -> Ending {
    let grade = if state == JobState::Confirmed { Grade::ProcessId } else { Grade::None };
    Ending { job: job.0, state, cause, grade, segments: 1, proven: 0, detail: "played".into() }
}

/// Prints what it is given, one after the other, and says which that was.
fn print_all(desk: &mut PrinterDesk) -> Vec<u64> {
    let mut printed = Vec::new();
    while desk.waiting()
        && let Some(mut ticket) = desk.next()
    {
        loop {
            printed.push(ticket.job);
            match desk.ended(&ended(JobId(ticket.job), JobState::Confirmed, None), true) {
                Some(next) => ticket = next,
                None => break,
            }
        }
    }
    printed
}

fn numbers(jobs: &[JobId]) -> Vec<u64> {
    jobs.iter().map(|id| id.0).collect()
}

#[test]
fn the_copies_of_a_sale_are_never_parted_by_a_job_that_is_released_meanwhile_or_by_a_crash() {
    let mut shop = Shop::open(FRONT);
    let early = shop.slip();
    let (_, both) = shop.sale(&[Copy::Merchant, Copy::Customer]);
    shop.commit(move |batch| batch.hold(early));
    let mut front = shop.desk("front");
    front.report(&GOOD);
    let first = front.next().unwrap();
    assert_eq!(first.job, both[0].0);
    let now = shop.house.now();
    shop.commit(move |batch| batch.release(early, now));
    // the daemon ends here without a word
    drop(front);
    shop.commit(move |batch| crate::restart::settle(batch, now));
    let mut front = shop.desk("front");
    front.report(&GOOD);
    assert_eq!(print_all(&mut front), [both[1].0, early.0]);
}

#[test]
fn what_an_older_claim_says_of_a_job_counts_no_more() {
    let mut shop = Shop::open(FRONT);
    let job = shop.slip();
    let mut old = shop.desk("front");
    old.report(&GOOD);
    old.next().unwrap();
    // somebody who knows put it back in line, and another desk claimed it
    shop.commit(move |batch| batch.unblock(job));
    let mut new = shop.desk("front");
    new.report(&GOOD);
    new.next().unwrap();
    assert_eq!(shop.job(job).attempts, 2);
    old.report(&ill(Cause::PaperOut));
    old.ended(&ended(job, JobState::NotPrinted, None), false);
    old.late(&Late { job: job.0, proven: 1, segments: 1, whole: true, grade: Grade::ProcessId });
    old.returned(job.0, None);
    let held = shop.job(job);
    assert_eq!((held.state, held.cause, held.evidence.len()), (JobState::Sending, None, 0));
    new.ended(&ended(job, JobState::Unconfirmed, None), false);
    old.late(&Late { job: job.0, proven: 1, segments: 1, whole: true, grade: Grade::ProcessId });
    assert_eq!(shop.job(job).state, JobState::Unconfirmed);
    new.late(&Late { job: job.0, proven: 1, segments: 1, whole: true, grade: Grade::ProcessId });
    assert_eq!(shop.job(job).state, JobState::Confirmed);
}

#[test]
fn no_job_is_claimed_before_the_end_of_the_one_in_hand_is_told() {
    let mut shop = Shop::open(FRONT);
    let (first, second) = (shop.slip(), shop.slip());
    let mut front = shop.desk("front");
    front.report(&GOOD);
    assert_eq!(front.next().unwrap().job, first.0);
    assert_eq!(front.next(), None);
    front.ended(&ended(first, JobState::Partial, None), false);
    assert_eq!(shop.states(&[first, second]), [JobState::Partial, JobState::Queued]);
    assert_eq!(print_all(&mut front), [second.0]);
}

#[test]
fn a_slip_that_stands_still_says_how_much_of_it_is_on_paper() {
    let mut shop = Shop::open(FRONT);
    let job = shop.slip();
    let mut front = shop.desk("front");
    front.report(&GOOD);
    front.next().unwrap();
    front.proven(job.0, 1);
    assert_eq!(shop.job(job).proven, 0, "no commit for it alone");
    front.report(&ill(Cause::PaperOut));
    let still = shop.job(job);
    assert_eq!((still.state, still.cause, still.proven), (JobState::Sending, Some(Cause::PaperOut), 1));
}

#[test]
fn a_document_that_comes_back_three_times_is_parked_and_the_next_one_prints() {
    let mut shop = Shop::open(FRONT);
    let (bad, good) = (shop.slip(), shop.slip());
    let mut front = shop.desk("front");
    front.report(&GOOD);
    for _ in 0..3 {
        let ticket = front.next().unwrap();
        assert_eq!(ticket.job, bad.0);
        front.returned(bad.0, Some(Cause::Stalled));
        front.blocked(None);
    }
    let parked = shop.job(bad);
    assert_eq!(parked.state, JobState::Held);
    assert!(parked.evidence[2].detail.contains("stalled (3 of 3)"), "{:?}", parked.evidence);
    assert_eq!(print_all(&mut front), [good.0]);
    // an orderly end of the daemon is nobody's failure
    let third = shop.slip();
    for _ in 0..5 {
        front.next().unwrap();
        front.returned(third.0, None);
    }
    assert_eq!(shop.job(third).state, JobState::Queued);
}

#[test]
fn after_an_outage_the_first_print_by_themselves_and_the_rest_waits_for_a_person() {
    let mut shop = Shop::open(&format!("[queue]\nrelease_at_once = 2\n{FRONT}"));
    let jobs: Vec<JobId> = (0..5).map(|_| shop.slip()).collect();
    let mut front = shop.desk("front");
    // a restart alone is no outage, however old they are
    shop.pass(3600);
    front.report(&ill(Cause::Unreachable));
    front.waiting();
    shop.pass(299);
    front.report(&PrinterState { ready: false, ..GOOD });
    front.report(&ill(Cause::Unreachable));
    shop.pass(1);
    front.report(&GOOD);
    assert_eq!(print_all(&mut front), numbers(&jobs[..2]));
    assert!(shop.states(&jobs[2..]).iter().all(|state| *state == JobState::Held));
    let why = &shop.job(jobs[4]).evidence[0].detail;
    assert!(why.contains("took nothing for 5 min"), "{why}");
}

#[test]
fn neither_a_short_trouble_nor_a_pause_nor_a_night_without_jobs_is_an_outage() {
    let mut shop = Shop::open(&format!("[queue]\nrelease_at_once = 0\n{FRONT}"));
    let mut front = shop.desk("front");
    front.report(&ill(Cause::NoDevice));
    shop.pass(10 * 3600);
    let night = shop.slip();
    front.waiting();
    shop.pass(60);
    front.report(&GOOD);
    assert_eq!(print_all(&mut front), [night.0]);
    let paused = shop.slip();
    shop.house.printers.update("front", |row| row.paused = true);
    front.report(&ill(Cause::Paused));
    front.waiting();
    shop.pass(3600);
    shop.house.printers.update("front", |row| row.paused = false);
    front.report(&GOOD);
    assert_eq!(print_all(&mut front), [paused.0]);
}

#[test]
fn a_standby_takes_what_waited_five_seconds_and_the_printer_takes_its_own_again_when_it_is_well() {
    let mut shop = Shop::open(STANDBY);
    let (mut front, mut back) = (shop.desk("front"), shop.desk("back"));
    let pulse = shop.queue(JobKind::Drawer);
    let page = shop.queue(JobKind::TestPage);
    let slips = [shop.slip(), shop.slip()];
    front.report(&ill(Cause::PaperOut));
    back.report(&GOOD);
    assert!(front.waiting());
    shop.pass(4);
    assert!(!back.waiting() && back.next().is_none(), "not yet");
    assert_eq!(shop.house.printers.wake_due(), Some(Duration::from_secs(1)), "it is woken in time");
    shop.pass(1);
    assert!(back.waiting());
    let ticket = back.next().unwrap();
    assert_eq!(ticket.job, slips[0].0, "neither the pulse nor the page");
    let told = text(&ticket);
    assert!(told.contains("front 的小票，在 back 打印"), "{told}");
    let job = shop.job(slips[0]);
    assert_eq!((job.printer.as_str(), job.printed_on.as_deref()), ("front", Some("back")));
    assert_eq!(job.evidence[0].detail, "printed on back, because front cannot print: paper_out");
    front.report(&GOOD);
    assert_eq!(back.ended(&ended(slips[0], JobState::Confirmed, None), true), None, "front takes its own again");
    assert_eq!(print_all(&mut front), numbers(&[page, slips[1]]));
    assert_eq!(shop.job(pulse).state, JobState::Expired);
}

#[test]
fn a_paused_printer_is_not_helped_out_and_a_slip_that_came_back_waits_in_its_own_line() {
    let mut shop = Shop::open(STANDBY);
    let (mut front, mut back) = (shop.desk("front"), shop.desk("back"));
    let slip = shop.slip();
    shop.house.printers.update("front", |row| row.paused = true);
    front.report(&ill(Cause::Paused));
    back.report(&GOOD);
    front.waiting();
    shop.pass(3600);
    assert!(!back.waiting());
    shop.house.printers.update("front", |row| row.paused = false);
    front.report(&ill(Cause::CoverOpen));
    front.waiting();
    shop.pass(5);
    assert!(back.waiting() && back.next().is_some());
    back.returned(slip.0, Some(Cause::ConnectionLost));
    let job = shop.job(slip);
    assert_eq!((job.state, job.printer.as_str()), (JobState::Queued, "front"));
}

#[test]
fn the_copies_of_a_sale_stay_together_on_the_standby_too() {
    let mut shop = Shop::open(STANDBY);
    let (mut front, mut back) = (shop.desk("front"), shop.desk("back"));
    let own = shop.queue_on("back", JobKind::TestPage);
    shop.commit(move |batch| batch.hold(own));
    let (_, both) = shop.sale(&[Copy::Merchant, Copy::Customer]);
    front.report(&ill(Cause::PaperOut));
    back.report(&GOOD);
    front.waiting();
    shop.pass(5);
    assert_eq!(back.next().unwrap().job, both[0].0);
    // a job of its own, accepted earlier and released now
    let now = shop.house.now();
    shop.commit(move |batch| batch.release(own, now));
    let next = back.ended(&ended(both[0], JobState::Confirmed, None), true);
    assert_eq!(next.unwrap().job, both[1].0);
}

#[test]
fn a_slip_that_the_papers_end_cut_short_is_printed_again_once_marked_and_first_in_line() {
    let mut shop = Shop::open(&format!("[receipts]\nafter_paper = \"reprint_marked\"\n{FRONT}"));
    let (sale, both) = shop.sale(&[Copy::Merchant, Copy::Customer]);
    let other = shop.slip();
    let mut front = shop.desk("front");
    front.report(&GOOD);
    front.next().unwrap();
    front.report(&ill(Cause::PaperOut));
    front.report(&ill(Cause::CoverOpen));
    front.report(&GOOD);
    let next = front.ended(&ended(both[0], JobState::Partial, Some(Cause::CoverOpen)), true);
    assert_eq!(next, None, "it stands in line with that very commit, and is claimed in the next");
    let jobs = shop.house.store.reader().unwrap().jobs_of(sale).unwrap();
    let again = jobs.last().unwrap().clone();
    assert_eq!((again.kind, again.reprint_number, again.copy), (JobKind::Reprint, 1, Some(Copy::Merchant)));
    assert_eq!(again.change, shop.job(both[0]).change, "one commit");
    assert_eq!(print_all(&mut front), numbers(&[again.id, both[1], other]));
}

#[test]
fn without_the_policy_and_for_other_trouble_nothing_is_printed_again() {
    for (policy, cause) in [("ask", Cause::PaperOut), ("reprint_marked", Cause::ConnectionLost)] {
        let mut shop = Shop::open(&format!("[receipts]\nafter_paper = \"{policy}\"\n{FRONT}"));
        let (sale, jobs) = shop.sale(&[Copy::Customer]);
        let mut front = shop.desk("front");
        front.report(&GOOD);
        front.next().unwrap();
        front.ended(&ended(jobs[0], JobState::Partial, Some(cause)), true);
        assert_eq!(shop.house.store.reader().unwrap().jobs_of(sale).unwrap().len(), 1);
    }
}

#[test]
fn a_drawers_pulse_is_read_back_from_its_pin() {
    let shop = Shop::open(FRONT);
    let mut front = shop.desk("front");
    for (after, told) in [(true, "went from low to high"), (false, "no change was told")] {
        let pulse = shop.queue(JobKind::Drawer);
        front.report(&level(false));
        assert_eq!(front.next().unwrap().job, pulse.0);
        shop.pass(1);
        front.report(&level(after));
        front.ended(&ended(pulse, JobState::Confirmed, None), true);
        shop.pass(1);
        front.waiting();
        let job = shop.job(pulse);
        let remark = job.evidence.iter().find(|e| e.detail.contains("pin")).unwrap();
        assert!(remark.detail.contains(told) && remark.grade == Grade::None, "{remark:?}");
    }
}

#[test]
fn a_pulse_that_a_crash_interrupted_is_never_sent_again() {
    let shop = Shop::open(FRONT);
    let pulse = shop.queue(JobKind::Drawer);
    let mut front = shop.desk("front");
    front.report(&GOOD);
    front.next().unwrap();
    drop(front);
    let now = shop.house.now();
    shop.commit(move |batch| crate::restart::settle(batch, now));
    assert_eq!(shop.job(pulse).state, JobState::Unconfirmed);
    let mut front = shop.desk("front");
    front.report(&GOOD);
    assert!(!front.waiting() && front.next().is_none());
}

/// What stands on a slip.
fn text(ticket: &Ticket) -> String {
    let sheets = paper::interpret::sheets(&ticket.bytes, &paper::interpret::Geometry::columns_48());
    sheets.iter().map(|sheet| sheet.text.clone()).collect()
}
