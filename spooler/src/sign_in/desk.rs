//! The thread that speaks with the acquirer, one request at a time: runs what the core wants, keeps what became of it before
//! anybody is told, and sleeps until somebody asks or something is due. Holds the house only while it reads or writes, so
//! that a host that is silent for a minute keeps nobody from closing it.

use std::{
    sync::{
        Arc, Weak,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use jiff::Timestamp;
use model::{Caller, Outcome, SettleAnswer, SettleOutcome, SignInAnswer, SignInOutcome, caller::Access};
use protocol::{Problem, ProblemKind, Reason as Why};
use store::{SignInEntry, StoreError};

use super::{
    Asked, Input, Replied, Verb,
    core::{Core, Next, Now},
    found::Found,
    pace::Reason,
    report,
    setup::Setup,
    takings,
    way::{self, Ask},
};
use crate::house::{House, audit_entry, problem};

/// Another business day, or a clock that was set, is noticed after this long.
const LONGEST: Duration = Duration::from_secs(60);
const DOING: &str = "speaking with the acquirer";

pub(super) struct Desk {
    house: Weak<House>,
    setup: Arc<Setup>,
    core: Core,
}

/// The house is closing.
struct Closed;

impl Desk {
    /// Reads where it stood.
    pub(super) fn open(house: &Arc<House>, setup: &Arc<Setup>) -> Result<Desk, StoreError> {
        let row = house.store.reader()?.sign_in(&setup.terminal_id)?;
        let now = now(house);
        let day = row.signed_in_at.map(|at| {
            house.calendar().business_day(Timestamp::from_millisecond(at.unix_ms()).unwrap_or(Timestamp::UNIX_EPOCH))
        });
        let core = Core::new(setup.via, setup.auto, row, day, now);
        Ok(Desk { house: Arc::downgrade(house), setup: Arc::clone(setup), core })
    }

    /// Runs until the house closes.
    pub(super) fn run(mut self, inbox: &Receiver<Input>) {
        if let Some(house) = self.house.upgrade() {
            self.core.started(now(&house));
        }
        loop {
            let Some(wait) = self.wait() else { return };
            let heard = match inbox.recv_timeout(wait) {
                Ok(input) => self.on(input),
                Err(RecvTimeoutError::Timeout) => Ok(()),
                Err(RecvTimeoutError::Disconnected) => return,
            };
            if heard.and_then(|()| self.by_itself()).is_err() {
                return;
            }
        }
    }

    /// How long nothing is to be done; `None`: the house is gone.
    fn wait(&self) -> Option<Duration> {
        let house = self.house.upgrade()?;
        let now = now(&house).since_start;
        Some(self.core.due().map_or(LONGEST, |due| due.saturating_sub(now)).min(LONGEST))
    }

    fn house(&self) -> Result<Arc<House>, Closed> {
        self.house.upgrade().ok_or(Closed)
    }

    fn now(&self) -> Result<Now, Closed> {
        self.house().map(|house| now(&house))
    }

    fn on(&mut self, input: Input) -> Result<(), Closed> {
        match input {
            Input::Stop => Err(Closed),
            Input::Seen { code, approved } => self.seen(code.as_deref(), approved),
            Input::Asked(asked) => {
                let Asked { verb, caller, answer } = *asked;
                let replied = self.answer(verb, &caller)?;
                // who asked may be gone; what was done stays done
                drop(answer.send(replied));
                Ok(())
            }
        }
    }

    /// What is due without anybody asking.
    fn by_itself(&mut self) -> Result<(), Closed> {
        let house = self.house()?;
        let now = now(&house);
        self.core.tick(now);
        let Some(reason) = self.core.begin(now) else { return Ok(()) };
        drop(house);
        tracing::info!("signing in, because {}", reason.words());
        let caller = nobody();
        match self.sign_in(&caller, Some(reason))? {
            Ok(answer) if answer.outcome == SignInOutcome::SignedIn => tracing::info!("signed in"),
            Ok(answer) => tracing::warn!("not signed in: {}", answer.message),
            Err(problem) => tracing::error!("not signed in: {problem}"),
        }
        Ok(())
    }

    fn seen(&mut self, code: Option<&str>, approved: bool) -> Result<(), Closed> {
        let house = self.house()?;
        let before = self.core.row.clone();
        if !self.core.seen(code, approved, now(&house)) {
            return Ok(());
        }
        let (row, terminal) = (self.core.row.clone(), self.setup.terminal_id.clone());
        if let Err(error) = house.writer.commit(move |batch| batch.keep_sign_in(&terminal, &row)) {
            tracing::error!("keeping what a sale said of the sign-in: {error}");
        }
        if before.state != self.core.row.state || before.cause != self.core.row.cause {
            house.sign_in.changed(&house);
        }
        Ok(())
    }

    fn answer(&mut self, verb: Verb, caller: &Caller) -> Result<Replied, Closed> {
        Ok(match verb {
            Verb::SignIn => Replied::SignIn(Box::new(self.sign_in(caller, None)?)),
            Verb::SignOut => Replied::SignIn(Box::new(self.sign_out(caller)?)),
            Verb::Echo => Replied::SignIn(Box::new(self.echo(caller)?)),
            Verb::Settle => Replied::Settle(Box::new(self.settle(caller)?)),
        })
    }

    /// Gives a trace out for good, then asks. Nothing is sent that was not kept before.
    fn ask(&mut self, what: &Ask) -> Result<Result<Found, Problem>, Closed> {
        let trace = self.core.take_trace();
        // what the spooler is about to do is durable before the first byte leaves (DESIGN 4.3)
        if let Err(problem) = self.keep()? {
            return Ok(Err(problem));
        }
        {
            let house = self.house()?;
            house.sign_in.speaking.store(true, Ordering::Relaxed);
            if matches!(what, Ask::Settle { .. }) {
                house.sign_in.changed(&house);
            }
        }
        let found = way::ask(&self.setup, what, trace, self.core.batch());
        self.house()?.sign_in.speaking.store(false, Ordering::Relaxed);
        if !found.others.is_empty() {
            takings::record(&self.house()?, &found.others);
        }
        Ok(Ok(found))
    }

    /// Keeps the row as it stands.
    fn keep(&mut self) -> Result<Result<(), Problem>, Closed> {
        let house = self.house()?;
        let (row, terminal) = (self.core.row.clone(), self.setup.terminal_id.clone());
        let kept = house.writer.commit(move |batch| batch.keep_sign_in(&terminal, &row));
        Ok(kept.map_err(|error| problem(DOING, &error)))
    }

    /// Keeps what became of a request, its entry in the history and its audit row; only then it is told.
    fn conclude(
        &mut self,
        act: &'static str,
        caller: &Caller,
        automatic: bool,
        answer: SignInAnswer,
    ) -> Result<Result<SignInAnswer, Problem>, Closed> {
        let house = self.house()?;
        let (row, terminal) = (self.core.row.clone(), self.setup.terminal_id.clone());
        let entry = SignInEntry { act: act.to_owned(), automatic, answer: answer.clone() };
        let succeeded =
            matches!(answer.outcome, SignInOutcome::SignedIn | SignInOutcome::SignedOut | SignInOutcome::Answered);
        let outcome = if succeeded { Outcome::Done } else { Outcome::Failed };
        // an echo changes nothing (access table), so it leaves no row
        let audit = (act != "echo").then(|| audit_entry(caller, act, Some(terminal.clone()), outcome));
        let at = answer.at;
        let kept = house.writer.commit(move |batch| {
            batch.keep_sign_in(&terminal, &row)?;
            batch.note_sign_in(&terminal, entry)?;
            audit.map_or(Ok(()), |audit| batch.audit(audit, at).map(drop))
        });
        house.sign_in.changed(&house);
        Ok(kept.map(|()| answer).map_err(|error| problem(DOING, &error)))
    }

    fn open_count(&self) -> Result<u32, Closed> {
        let house = self.house()?;
        Ok(house.sign_in.open(&house, &self.core.row).map_or(0, |open| open.count))
    }

    fn sign_in(&mut self, caller: &Caller, automatic: Option<Reason>) -> Result<Result<SignInAnswer, Problem>, Closed> {
        let operator = caller.operator.clone();
        let automatic = automatic.is_some();
        let what = Ask::SignIn { operator: operator.clone() };
        let mut before = Vec::new();
        // a batch that was settled and that the host still has takes a sign-out in between
        for last in [false, true] {
            let found = match self.ask(&what)? {
                Ok(mut found) => {
                    let steps = std::mem::take(&mut found.steps);
                    found.steps = std::mem::take(&mut before).into_iter().chain(steps).collect();
                    found
                }
                Err(problem) => return Ok(Err(problem)),
            };
            let (open, now) = (self.open_count()?, self.now()?);
            if last {
                // whatever the host made of the sign-out
                self.core.row.settled = None;
            }
            match self.core.signed_in(&found, open, operator.as_deref(), automatic, now) {
                Next::Done(answer) => return self.conclude("sign_in", caller, automatic, answer),
                Next::SignOutFirst => {
                    before = found.steps;
                    match self.ask(&Ask::SignOut)? {
                        Ok(out) => before.extend(out.steps),
                        Err(problem) => return Ok(Err(problem)),
                    }
                }
            }
        }
        // the second round always concludes: nothing is settled any more
        Ok(Err(stopping()))
    }

    fn sign_out(&mut self, caller: &Caller) -> Result<Result<SignInAnswer, Problem>, Closed> {
        let found = match self.ask(&Ask::SignOut)? {
            Ok(found) => found,
            Err(problem) => return Ok(Err(problem)),
        };
        let now = self.now()?;
        let answer = self.core.signed_out_now(&found, now);
        self.conclude("sign_out", caller, false, answer)
    }

    fn echo(&mut self, caller: &Caller) -> Result<Result<SignInAnswer, Problem>, Closed> {
        let found = match self.ask(&Ask::Echo)? {
            Ok(found) => found,
            Err(problem) => return Ok(Err(problem)),
        };
        let now = self.now()?;
        let answer = self.core.echoed(&found, now);
        self.conclude("echo", caller, false, answer)
    }

    fn settle(&mut self, caller: &Caller) -> Result<Result<protocol::Settled, Problem>, Closed> {
        let (now, ours) = (self.now()?, self.ours()?);
        let (ours, up_to) = match ours {
            Ok(ours) => ours,
            Err(error) => return Ok(Err(problem(DOING, &error))),
        };
        let unfinished = self.core.row.settling.as_ref().is_some_and(|settling| settling.balanced);
        let settling = self.core.settle_begins(ours, up_to, now);
        let (mut answer, left) = if unfinished {
            // the host said that it balances before the spooler was stopped: only its end is missing
            let answer = SettleAnswer {
                outcome: SettleOutcome::Balanced,
                code: None,
                batch: Some(format!("{:06}", settling.batch)),
                ours: settling.ours,
                host: None,
                cause: None,
                candidates: Vec::new(),
                steps: Vec::new(),
                message: "the settlement balances".to_owned(),
                action: String::new(),
                at: now.at,
            };
            (answer, true)
        } else {
            let what = Ask::Settle { totals: Box::new(settling.ours), operator: caller.operator.clone() };
            let found = match self.ask(&what)? {
                Ok(found) => found,
                Err(problem) => return Ok(Err(problem)),
            };
            let now = self.now()?;
            (self.core.settled(&found, now), found.left)
        };
        if answer.outcome == SettleOutcome::Balanced {
            // kept before the end message: a crash now must not ask for the totals again
            if let Err(problem) = self.keep()? {
                return Ok(Err(problem));
            }
            let end = match self.setup.via {
                model::Via::Terminal => None,
                model::Via::Host => self.ask(&Ask::SettleEnd)?.ok(),
            };
            answer.steps.extend(self.core.settle_ended(end.as_ref()));
        }
        self.settlement_kept(caller, answer, left)
    }

    /// Our totals, and the last transaction that is in them.
    fn ours(&self) -> Result<Result<(model::BatchTotals, u64), StoreError>, Closed> {
        let house = self.house()?;
        Ok(house.sign_in.totals(&house, &self.core.row))
    }

    /// Keeps a settlement's outcome with its report's job in one commit.
    fn settlement_kept(
        &mut self,
        caller: &Caller,
        mut answer: SettleAnswer,
        left: bool,
    ) -> Result<Result<protocol::Settled, Problem>, Closed> {
        let house = self.house()?;
        let balanced = answer.outcome == SettleOutcome::Balanced;
        let report = balanced.then(|| report::settlement(&house, &self.setup, &answer, caller));
        let printer = house.config.receipt_printer().map(|printer| printer.name.clone());
        let left_out = if balanced && printer.is_none() { vec!["report".to_owned()] } else { Vec::new() };
        if !left_out.is_empty() {
            answer.message.push_str("; no printer is configured, so the report is left out");
        }
        let (row, terminal) = (self.core.row.clone(), self.setup.terminal_id.clone());
        let outcome = if balanced { Outcome::Done } else { Outcome::Failed };
        let audit = audit_entry(caller, "settle", Some(terminal.clone()), outcome);
        let (at, caller) = (answer.at, caller.clone());
        let entry = SignInEntry { act: "settle".to_owned(), automatic: false, answer: as_entry(&answer) };
        let kept = house.writer.commit(move |batch| {
            batch.keep_sign_in(&terminal, &row)?;
            batch.note_sign_in(&terminal, entry)?;
            let mut job = None;
            if let Some(report) = report {
                batch.keep_report(&terminal, &report)?;
                if let Some(printer) = printer {
                    job = Some(batch.queue(report::job(printer, report, &caller), at)?.id);
                }
            }
            batch.audit(audit, at)?;
            Ok(job)
        });
        house.sign_in.changed(&house);
        Ok(kept
            .map(|report| {
                let unknown = left && answer.outcome == SettleOutcome::Failed && answer.host.is_none();
                protocol::Settled { answer, report, left_out, unknown }
            })
            .map_err(|error| problem(DOING, &error)))
    }
}

/// A settlement as a line of the history.
fn as_entry(answer: &SettleAnswer) -> SignInAnswer {
    SignInAnswer {
        outcome: match answer.outcome {
            SettleOutcome::Balanced => SignInOutcome::Answered,
            SettleOutcome::Unbalanced | SettleOutcome::Refused => SignInOutcome::Refused,
            SettleOutcome::Failed => SignInOutcome::Failed,
        },
        code: answer.code.clone(),
        cause: answer.cause,
        candidates: answer.candidates.clone(),
        batch: answer.batch.clone(),
        host_time: None,
        steps: answer.steps.clone(),
        message: answer.message.clone(),
        action: answer.action.clone(),
        at: answer.at,
    }
}

fn now(house: &House) -> Now {
    let calendar = house.calendar();
    Now { at: calendar.moment(calendar.now), since_start: house.clock.elapsed(), day: calendar.today() }
}

/// Nobody asked for it: the daemon itself did.
pub(super) fn nobody() -> Caller {
    Caller {
        origin: model::Origin { uid: rustix::process::getuid().as_raw(), tty: None, ssh: None },
        access: Access::Owner,
        operator: None,
        role: None,
        approver: None,
    }
}

/// The spooler ends.
pub(super) fn stopping() -> Problem {
    let next = "try again when the spooler has started again";
    Problem::new(ProblemKind::Unavailable, Why::Stopping, DOING, "the spooler ends", next)
}
