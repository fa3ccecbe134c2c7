//! The shop of a schedule: two printers, the desks and sessions of one run of the daemon, the people, and the time that
//! passes for all of them. After everything that happens the judge looks.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use model::{
    Copy, Job, JobId, JobState, TransactionId,
    caller::{Access, Caller},
};
use printer::{Abilities, BrokenOff, Remembered, Session};
use protocol::{Request, request};
use serde_json::{Value, json};
use sim::printer::{Change, Cover, Fault, PaperSupply, Power, Switch};
use store::Store;

use super::{
    clerk::{Clerk, Noted, jobs},
    judge::{Judge, Verdict},
    step::{Schedule, Step},
    wire::Wire,
};
use crate::{
    clock::Clock,
    desk::PrinterDesk,
    handler,
    house::{House, tests},
    queue::expiry,
    restart,
};

const NAMES: [&str; 2] = ["front", "back"];

/// After this long with everything well, nothing may wait any more.
const UNTIL_STILL: Duration = Duration::from_secs(900);
/// What is owed late has come by then.
const REST: Duration = Duration::from_secs(30);
/// So often something may happen at one moment.
const TURNS: usize = 2_000;

pub(super) struct Shop {
    config: String,
    clock: Clock,
    now: Duration,
    house: Arc<House>,
    clerks: Vec<Clerk>,
    wires: [Wire; 2],
    judge: Judge,
    runtime: tokio::runtime::Runtime,
    sales: Vec<TransactionId>,
    /// Jobs that are to end and were being sent when that was said.
    cancelled: Vec<JobId>,
    starts: u32,
    seen: Option<model::Change>,
}

fn config(schedule: &Schedule) -> String {
    let again = if schedule.again { "reprint_marked" } else { "ask" };
    format!(
        "[shop]\nname = \"红梅便利店\"\ntimezone = \"Asia/Shanghai\"\n[receipts]\nafter_paper = \"{again}\"\n\
         [queue]\nrelease_at_once = {}\noutage_after = \"1m\"\nexpire = {{ receipt = \"10m\" }}\n\
         [[printer]]\nname = \"front\"\nconnection = \"tcp://127.0.0.1:9100\"\nstandby = [\"back\"]\n\
         [[printer]]\nname = \"back\"\nconnection = \"tcp://127.0.0.1:9101\"\n",
        schedule.release_at_once
    )
}

impl Shop {
    pub(super) fn open(schedule: &Schedule) -> Shop {
        let clock = Clock::set("2026-11-20T09:00:00+08:00".parse::<Timestamp>().unwrap());
        let config = config(schedule);
        let house = tests::house_on(tests::store(), &config, &clock);
        let wire = |printer| Wire::new(schedule.model(printer), schedule.buffer, schedule.window);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut shop = Shop {
            config,
            clock,
            now: Duration::ZERO,
            house,
            clerks: Vec::new(),
            wires: [wire(0), wire(1)],
            judge: Judge::new(schedule.again),
            runtime,
            sales: Vec::new(),
            cancelled: Vec::new(),
            starts: 0,
            seen: None,
        };
        shop.staff();
        shop
    }

    /// As `daemon::staff` does.
    fn staff(&mut self) {
        self.starts += 1;
        let house = &self.house;
        self.clerks = NAMES
            .iter()
            .map(|name| {
                let printer = house.config.printer(name).unwrap();
                let kept = house.store.reader().unwrap().printer(name).unwrap();
                house.printers.update(name, |row| row.paused = kept.paused);
                let remembered = kept.pairing.clone().map(|p| Remembered { proof: p.proof, identity: p.identity });
                let language = house.config.shop.language;
                let broken_off = BrokenOff {
                    void: paper::void_line(&printer.profile, language),
                    doubtful: paper::doubtful_line(&printer.profile, language),
                };
                let left = restart::left(house, printer).unwrap();
                let session = Session::new(Abilities::from(&printer.profile), remembered, self.starts * 7919)
                    .repairing(broken_off, left.unfinished)
                    .owed(left.owed);
                let desk = PrinterDesk::new(Arc::clone(house), printer.clone(), kept.pairing);
                Clerk::new(desk, session, house.store.clone(), self.now)
            })
            .collect();
    }

    /// Plays one step, and whatever follows from it at that moment.
    pub(super) fn play(&mut self, step: &Step) -> Verdict {
        match step {
            Step::Sale(copies) => self.sale(copies)?,
            Step::Reprint { sale, copy, on } => self.reprint(*sale, *copy, *on),
            Step::Drawer(printer) => {
                let body = request::DrawerOpen { printer: Some(NAMES[*printer].into()), wait: None };
                self.queued(Request::DrawerOpen(body));
            }
            Step::Overtake(ms) => {
                self.sale(&[Copy::Customer])?;
                self.look()?;
                self.play(&Step::Hold(0))?;
                self.play(&Step::Sale(&[Copy::Merchant, Copy::Customer]))?;
                self.play(&Step::Pass(*ms))?;
                self.play(&Step::Release(0))?;
            }
            Step::Hold(job) => self.about(*job, JobState::in_line, |id| Request::JobHold(request::JobNamed { id })),
            Step::Release(job) => {
                let stopped = |state| matches!(state, JobState::Held | JobState::Expired);
                self.about(*job, stopped, |id| Request::JobRelease(request::JobNamed { id }));
            }
            Step::Move(job, to) => {
                let printer = NAMES[*to].to_owned();
                self.about(*job, JobState::waits, |id| Request::JobMove(request::JobMove { id, printer }));
            }
            Step::MoveAll(from) => {
                let body = request::PrinterMove { id: NAMES[*from].into(), printer: NAMES[1 - from].into() };
                drop(self.ask(Request::PrinterMove(body)));
            }
            Step::Cancel(job) => self.cancel(*job),
            Step::Resolve(job) => self.resolve(*job)?,
            Step::Pause(printer, on) => {
                let body = request::PrinterNamed { id: NAMES[*printer].into() };
                drop(self.ask(if *on { Request::PrinterPause(body) } else { Request::PrinterResume(body) }));
            }
            Step::Pass(ms) => self.pass(Duration::from_millis(*ms), |_| false)?,
            Step::Paper(printer, paper) => self.hand(*printer, Change { paper: Some(*paper), ..Change::default() }),
            Step::Cover(printer, cover) => self.hand(*printer, Change { cover: Some(*cover), ..Change::default() }),
            Step::Power(printer, on) => {
                let power = Some(if *on { Power::On } else { Power::Off });
                self.hand(*printer, Change { power, ..Change::default() });
            }
            Step::Mechanism(printer, fault) => self.hand(*printer, Change { fault: Some(*fault), ..Change::default() }),
            Step::Break(printer, arrives) => self.wires[*printer].break_off(*arrives, self.now),
            Step::Refuse(printer, refuse) => self.wires[*printer].refuse(*refuse),
            Step::Proof(printer, on) => {
                let proof = Some(if *on { Switch::On } else { Switch::Off });
                self.hand(*printer, Change { proof, ..Change::default() });
            }
            Step::Crash(arrives) => self.crash(*arrives)?,
            Step::Restart => self.restart()?,
        }
        self.settle()
    }

    /// All faults are mended; then everything must come to rest, with nothing left in line.
    pub(super) fn end(&mut self) -> Verdict {
        for printer in 0..2 {
            self.wires[printer].refuse(false);
            self.hand(
                printer,
                Change {
                    power: Some(Power::On),
                    paper: Some(PaperSupply::Ok),
                    cover: Some(Cover::Closed),
                    fault: Some(Fault::None),
                    proof: Some(Switch::On),
                    ..Change::default()
                },
            );
            self.play(&Step::Pause(printer, false))?;
        }
        let at_rest = |shop: &Shop| shop.judge.is_settled() && shop.wires.iter().all(Wire::is_at_rest);
        let until = self.now + UNTIL_STILL;
        self.pass(UNTIL_STILL, at_rest)?;
        if self.now >= until {
            let open = self.judge.jobs().filter(|job| !job.state.ended());
            let open: Vec<_> = open.map(|job| (job.id, job.state, job.cause, job.printer.as_str())).collect();
            let rest = self.wires.each_ref().map(Wire::is_at_rest);
            return Err(format!("everything is well, and something is stuck: {open:?}, at rest {rest:?}"));
        }
        self.pass(REST, |_| false)?;
        self.wires.iter_mut().for_each(Wire::tear_off);
        self.seen = None;
        self.settle()?;
        if self.judge.is_settled() { Ok(()) } else { Err("it began again by itself".to_owned()) }
    }

    fn ask(&self, request: Request) -> Option<Value> {
        let origin = model::Origin::default();
        let caller = Caller::peer(origin, Access::Owner);
        let answering = handler::start(&self.house, &caller, request);
        let answer = self.runtime.block_on(answering).ok()?;
        serde_json::from_str(&answer).ok()
    }

    fn queued(&mut self, request: Request) {
        let answer = self.ask(request);
        if let Some(id) = answer.as_ref().and_then(|job| job["id"].as_str()).and_then(JobId::parse) {
            self.judge.accepted(id);
        }
    }

    fn sale(&mut self, copies: &[Copy]) -> Verdict {
        let number = self.sales.len() + 1;
        let event = json!({
            "source": "till", "source_id": format!("T{number}"), "kind": "sale", "amount": 1000 + number * 111,
            "currency": "CNY", "time": "2026-11-20T09:00:00+08:00", "status": "approved", "method": "cash",
            "print": copies.iter().map(|copy| copy.word()).collect::<Vec<_>>(),
        });
        let event = serde_json::from_value(event).map_err(|error| error.to_string())?;
        let answer = self.ask(Request::Record(Box::new(event))).ok_or("a sale was refused")?;
        let id = answer["id"].as_str().and_then(TransactionId::parse).ok_or("a sale has no number")?;
        self.sales.push(id);
        let jobs = self.house.store.reader().and_then(|reader| reader.jobs_of(id)).map_err(|e| e.to_string())?;
        if jobs.len() != copies.len() {
            return Err(format!("{} papers were asked for, and {} queued", copies.len(), jobs.len()));
        }
        jobs.iter().for_each(|job| self.judge.accepted(job.id));
        Ok(())
    }

    fn reprint(&mut self, sale: usize, copy: Copy, on: Option<usize>) {
        let Some(id) = self.sales.iter().rev().nth(sale).copied() else { return };
        let printer = on.map(|printer| NAMES[printer].to_owned());
        self.queued(Request::Reprint(request::Reprint {
            id: Some(id),
            copy: Some(copy),
            printer,
            ..Default::default()
        }));
    }

    /// The n-th job from the newest, of those that somebody would do this to; if there are none, of all.
    fn nth(&self, nth: usize, fits: impl Fn(JobState) -> bool) -> Option<Job> {
        let fitting: Vec<&Job> = self.judge.jobs().rev().filter(|job| fits(job.state)).collect();
        match fitting.len() {
            0 => self.judge.jobs().rev().nth(nth).cloned(),
            some => fitting.get(nth % some).map(|job| (*job).clone()),
        }
    }

    fn about(&mut self, nth: usize, fits: impl Fn(JobState) -> bool, request: impl FnOnce(JobId) -> Request) {
        // what the state does not allow is refused, which is right
        if let Some(job) = self.nth(nth, fits) {
            drop(self.ask(request(job.id)));
        }
    }

    /// As `job_cancel` does, with a worker that is played.
    fn cancel(&mut self, nth: usize) {
        let Some(job) = self.nth(nth, |state| !state.ended()) else { return };
        if job.state != JobState::Sending {
            drop(self.ask(Request::JobCancel(request::JobNamed { id: job.id })));
            return;
        }
        self.cancelled.push(job.id);
        for (clerk, wire) in self.clerks.iter_mut().zip(&mut self.wires) {
            if clerk.job() == Some(job.id.0) {
                clerk.cancel(wire);
            }
        }
    }

    fn follow_cancelled(&mut self) {
        let asked = std::mem::take(&mut self.cancelled);
        for id in asked {
            match self.judge.job(id).map(|job| job.state) {
                Some(state) if state.waits() => drop(self.ask(Request::JobCancel(request::JobNamed { id }))),
                Some(JobState::Sending) => self.cancelled.push(id),
                _ => {}
            }
        }
    }

    /// A person who looks at paper that still moves would not know: only when the printer has done what it was sent.
    fn resolve(&mut self, nth: usize) -> Verdict {
        let doubtful = |state| matches!(state, JobState::Unconfirmed | JobState::Partial);
        let Some(job) = self.nth(nth, doubtful).filter(|job| job.transaction.is_some()) else { return Ok(()) };
        let Some(at) = NAMES.iter().position(|name| job.printed_on.as_deref() == Some(name)) else { return Ok(()) };
        if !doubtful(job.state) || !self.wires[at].is_at_rest() {
            return Ok(());
        }
        self.wires[at].tear_off();
        self.collect()?;
        let printed = self.judge.is_on_paper(&job);
        let answer = if printed { request::Answer::Printed } else { request::Answer::NotPrinted };
        drop(self.ask(Request::JobResolve(request::JobResolve { id: job.id, answer })));
        Ok(())
    }

    fn hand(&mut self, printer: usize, change: Change) {
        self.wires[printer].change(&change, self.now);
    }

    /// The process is gone from one moment to the next.
    fn crash(&mut self, arrives: bool) -> Verdict {
        for wire in &mut self.wires {
            if arrives {
                wire.finish();
            } else {
                wire.break_off(0, self.now);
            }
        }
        self.begin_anew()
    }

    fn restart(&mut self) -> Verdict {
        for (clerk, wire) in self.clerks.iter_mut().zip(&mut self.wires) {
            clerk.stop(wire);
        }
        let begun = self.now;
        self.pass(Duration::from_secs(3), |shop| shop.clerks.iter().all(|clerk| clerk.done))?;
        if self.clerks.iter().any(|clerk| clerk.job().is_some()) {
            return Err(format!("a job is in hand {:?} after the end was ordered", self.now - begun));
        }
        self.clerks.iter_mut().for_each(Clerk::leave);
        self.settle()?;
        self.wires.iter_mut().for_each(Wire::finish);
        self.begin_anew()
    }

    fn begin_anew(&mut self) -> Verdict {
        self.collect()?;
        self.clerks.clear();
        self.cancelled.clear();
        let store: Store = self.house.store.clone();
        self.house = tests::house_on(store, &self.config, &self.clock);
        let now = self.house.now();
        self.house.writer.commit(move |batch| restart::settle(batch, now)).map_err(|e| e.to_string())?;
        self.look()?;
        self.staff();
        Ok(())
    }

    /// Lets time pass, from one thing that is due to the next, until it is over or `enough`.
    fn pass(&mut self, time: Duration, enough: impl Fn(&Shop) -> bool) -> Verdict {
        let end = self.now + time;
        loop {
            self.settle()?;
            if self.now >= end || enough(self) {
                return Ok(());
            }
            let due =
                self.clerks.iter().filter_map(Clerk::deadline).chain(self.wires.iter().filter_map(Wire::deadline));
            let due = due.chain(self.next_by_clock()).min().unwrap_or(end);
            // whole milliseconds, as the clock has them
            let at = Duration::from_millis(u64::try_from(due.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX));
            self.go_to(at.clamp(self.now + Duration::from_millis(1), end));
        }
    }

    fn go_to(&mut self, at: Duration) {
        self.clock.pass(at - self.now);
        self.now = at;
        // as `timer` does; the wake itself is not needed here: all desks are asked after everything
        self.house.printers.wake_due();
        let (now, limits) = (self.house.now(), self.house.config.queue.expire);
        let old = self.judge.jobs().filter(|job| job.state.in_line() && expiry::is_too_old(job, now, &limits));
        let old: Vec<JobId> = old.map(|job| job.id).collect();
        if !old.is_empty() {
            let done = self.house.writer.commit(move |batch| old.iter().try_for_each(|id| batch.expire(*id).map(drop)));
            done.unwrap();
        }
    }

    /// When the timer has something to do.
    fn next_by_clock(&self) -> Option<Duration> {
        let (now, limits) = (self.house.now().unix_ms(), self.house.config.queue.expire);
        let waits = self.judge.jobs().filter(|job| job.state.in_line());
        let expires = waits.map(|job| expiry::deadline(job, &limits).saturating_sub(now)).min();
        let expires = expires.map(|left| Duration::from_millis(u64::try_from(left).unwrap_or(0)));
        [expires, self.house.printers.wake_due()].into_iter().flatten().min().map(|left| self.now + left)
    }

    /// Everything that happens at this moment.
    fn settle(&mut self) -> Verdict {
        for _ in 0..TURNS {
            let mut moved = false;
            for (printer, name) in NAMES.iter().enumerate() {
                moved |= self.wires[printer].pump(self.now);
                let paused = self.house.printers.paused(name);
                if let (Some(clerk), wire) = (self.clerks.get_mut(printer), &mut self.wires[printer]) {
                    moved |= !clerk.done && clerk.turn(wire, paused, self.now);
                }
                self.collect()?;
            }
            if !moved {
                return Ok(());
            }
        }
        Err(format!("it never comes to rest at {:?}", self.now))
    }

    /// Shows the judge what there is to see.
    fn collect(&mut self) -> Verdict {
        for (printer, name) in NAMES.iter().enumerate() {
            let noted = self.clerks.get_mut(printer).map(|clerk| std::mem::take(&mut clerk.noted)).unwrap_or_default();
            for noted in noted {
                match noted {
                    Noted::Claimed(ticket, jobs) => self.judge.claimed(printer, name, &ticket, &jobs)?,
                    Noted::Returned(job) => self.judge.returned(printer, job),
                }
            }
            for sheet in self.wires[printer].take_sheets() {
                self.judge.fell(printer, &sheet)?;
                self.seen = None;
            }
        }
        self.look()?;
        if !self.cancelled.is_empty() {
            self.follow_cancelled();
            self.look()?;
        }
        Ok(())
    }

    fn look(&mut self) -> Verdict {
        let change = self.house.store.reader().and_then(|reader| reader.change()).map_err(|e| e.to_string())?;
        if self.seen == Some(change) {
            return Ok(());
        }
        self.judge.look(jobs(&self.house.store), NAMES, [self.wires[0].pulses(), self.wires[1].pulses()])?;
        self.seen = Some(change);
        Ok(())
    }
}
