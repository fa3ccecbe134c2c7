//! The thread that speaks with the acquirer, one request at a time: runs what the core wants, keeps what became of it before
//! anybody is told, and sleeps until somebody asks or something is due. Holds the house only while it reads or writes, so
//! that a host that is silent for a minute keeps nobody from closing it.

mod settlement;

use std::{
    sync::{
        Arc, Weak,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use jiff::Timestamp;
use model::{Caller, Document, Outcome, SignInAnswer, SignInOutcome, Total, caller::Access};
use protocol::{Problem, ProblemKind, Reason as Why, request::Paper};
use store::{AuditEntry, Intent, SignInEntry, SignInRow, StoreError};

use super::{
    Asked, Input, Replied, Verb,
    core::{Core, Next, Sale},
    found::Found,
    now::Now,
    pace::Reason,
    report,
    setup::Setup,
    takings,
    way::{self, Ask},
    words,
};
use crate::house::{House, audit_entry, problem};

/// Another business day, or a clock that was set, is noticed after this long.
const LONGEST: Duration = Duration::from_secs(60);
const DOING: &str = "speaking with the acquirer";
const INTERRUPTED: &str = "the spooler was stopped while it asked: the outcome is not known";

pub(super) struct Desk {
    house: Weak<House>,
    setup: Arc<Setup>,
    core: Core,
}

/// The house is closing.
struct Closed;

/// What is noted of a request beside its answer.
struct Entry {
    act: &'static str,
    /// Nobody asked for it.
    automatic: bool,
    /// How it stood.
    before: String,
    /// Nobody knows what became of it.
    unknown: bool,
    /// The list of a batch that was left with it.
    list: Option<List>,
}

impl Entry {
    fn of(act: &'static str, before: String) -> Entry {
        Entry { act, automatic: false, before, unknown: false, list: None }
    }
}

/// A list that is to be printed; without a printer it is named.
struct List {
    document: Document,
    printer: Option<String>,
}

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
        if self.recover().is_err() {
            return;
        }
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
            Input::Seen(sale) => self.seen(&sale),
            Input::Asked(asked) => {
                let Asked { verb, caller, answer } = *asked;
                // whoever stood before it may have taken a minute
                let replied = match self.house()?.check_standing(&caller, verb.word()) {
                    Ok(()) => self.answer(verb, &caller)?,
                    Err(problem) => verb.refused(problem),
                };
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

    fn seen(&mut self, sale: &Sale) -> Result<(), Closed> {
        let house = self.house()?;
        let before = self.core.row.clone();
        if !self.core.seen(sale, now(&house)) {
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
        // only a store that could not be written leaves one here
        self.recover()?;
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

    /// Says who is about to ask for what, with the next commit of the row, which comes before the first byte leaves: so a crash
    /// leaves the names for the trail.
    fn intend(&mut self, act: &str, caller: &Caller, automatic: bool, before: &str) -> Result<(), Closed> {
        let at = self.now()?.at;
        self.core.row.intent = Some(Intent {
            act: act.to_owned(),
            automatic,
            actor: caller.operator.clone(),
            approver: caller.approver.clone(),
            origin: caller.origin.clone(),
            before: before.to_owned(),
            at,
        });
        Ok(())
    }

    /// A request whose outcome was not kept: the spooler was stopped in between. It is told, audited with the names of those
    /// who asked, and counts as one that left and was not answered; a settlement that is known to balance is ended as such.
    fn recover(&mut self) -> Result<(), Closed> {
        let Some(intent) = self.core.row.intent.clone() else { return Ok(()) };
        let Intent { act, automatic, actor, approver, origin, before, .. } = intent;
        let caller = Caller { origin, access: Access::Owner, operator: actor, role: None, approver, ..nobody() };
        let (now, nothing) = (self.now()?, Found::interrupted());
        let told = if act == "settle" {
            let (mut answer, unknown) = match self.core.balanced_before(now) {
                Some(answer) => (answer, false),
                None => (self.core.settled(&nothing, now), true),
            };
            if unknown {
                INTERRUPTED.clone_into(&mut answer.message);
            }
            self.settlement_kept(&caller, before, answer, unknown, Total::default())?.map(drop)
        } else {
            let (act, mut answer) = if act == "sign_out" {
                ("sign_out", self.core.signed_out_now(&nothing, Total::default(), now))
            } else {
                match self.core.signed_in(&nothing, Total::default(), None, automatic, now) {
                    Next::Done(answer) => ("sign_in", answer),
                    // no answer asks for that
                    Next::SignOutFirst => return Ok(()),
                }
            };
            INTERRUPTED.clone_into(&mut answer.message);
            let entry = Entry { act, automatic, before, unknown: true, list: None };
            self.conclude(entry, &caller, answer)?.map(drop)
        };
        if let Err(problem) = told {
            tracing::error!("keeping what became of a request that was interrupted: {problem}");
        }
        Ok(())
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
        about: Entry,
        caller: &Caller,
        mut answer: SignInAnswer,
    ) -> Result<Result<SignInAnswer, Problem>, Closed> {
        let house = self.house()?;
        self.core.row.intent = None;
        let Entry { act, automatic, before, unknown, list } = about;
        if list.as_ref().is_some_and(|list| list.printer.is_none()) {
            answer.message.push_str("; no printer is configured, so its list is left out");
        }
        let (row, terminal) = (self.core.row.clone(), self.setup.terminal_id.clone());
        let entry = SignInEntry { act: act.to_owned(), automatic, answer: answer.clone() };
        let succeeded =
            matches!(answer.outcome, SignInOutcome::SignedIn | SignInOutcome::SignedOut | SignInOutcome::Answered);
        let outcome = if succeeded { Outcome::Done } else { Outcome::Failed };
        let mut after = standing(&row, unknown);
        if let Some(left) = list.as_ref().and_then(|_| row.unsettled.first()) {
            after = format!("{after}, {}", words::left(left));
        }
        // an echo changes nothing (access table), so it leaves no row
        let audit = (act != "echo").then(|| AuditEntry {
            before: Some(before),
            after: Some(after),
            ..audit_entry(caller, act, Some(terminal.clone()), outcome)
        });
        let at = answer.at;
        let job = list.and_then(|list| Some(report::job(list.printer?, list.document, caller)));
        let kept = house.writer.commit(move |batch| {
            batch.keep_sign_in(&terminal, &row)?;
            batch.note_sign_in(&terminal, entry)?;
            if let Some(job) = job {
                batch.queue(job, at)?;
            }
            audit.map_or(Ok(()), |audit| batch.audit(audit, at).map(drop))
        });
        house.sign_in.changed(&house);
        Ok(kept.map(|()| answer).map_err(|error| problem(DOING, &error)))
    }

    /// What stands unsettled in the current batch. A store that can't be read is never an empty batch.
    fn open_total(&self) -> Result<Result<Total, Problem>, Closed> {
        let house = self.house()?;
        Ok(house.sign_in.open(&house, &self.core.row).map_err(|error| problem(DOING, &error)))
    }

    /// The list of the current batch, before it is left; `None`: nothing stands in it.
    fn list(&self, open: Total, caller: &Caller) -> Result<Result<Option<List>, Problem>, Closed> {
        if open.count == 0 {
            return Ok(Ok(None));
        }
        let house = self.house()?;
        let printer = house.config.receipt_printer().map(|printer| printer.name.clone());
        let document = report::listed(&house, &self.setup, &self.core.row, Paper::Details, caller);
        Ok(document.map(|document| Some(List { document, printer })).map_err(|error| problem(DOING, &error)))
    }

    /// Sends the end message that is owed for a settlement that balanced, if one is; it goes before anything else.
    fn owed_end(&mut self) -> Result<Result<Option<Found>, Problem>, Closed> {
        if !self.core.owes_end() {
            return Ok(Ok(None));
        }
        let mut found = match self.ask(&Ask::SettleEnd)? {
            Ok(found) => found,
            Err(problem) => return Ok(Err(problem)),
        };
        found.steps.extend(self.core.settle_ended(Some(&found)));
        Ok(self.keep()?.map(|()| Some(found)))
    }

    fn sign_in(&mut self, caller: &Caller, automatic: Option<Reason>) -> Result<Result<SignInAnswer, Problem>, Closed> {
        let stood = standing(&self.core.row, false);
        let operator = caller.operator.clone();
        let automatic = automatic.is_some();
        let what = Ask::SignIn { operator: operator.clone() };
        let mut before = match self.owed_end()? {
            Ok(found) => found.map(|found| found.steps).unwrap_or_default(),
            Err(problem) => return Ok(Err(problem)),
        };
        self.intend("sign_in", caller, automatic, &stood)?;
        // a batch that was settled and that the host still has takes a sign-out in between
        loop {
            let found = match self.ask(&what)? {
                Ok(mut found) => {
                    let steps = std::mem::take(&mut found.steps);
                    found.steps = std::mem::take(&mut before).into_iter().chain(steps).collect();
                    found
                }
                Err(problem) => return Ok(Err(problem)),
            };
            let open = match self.open_total()? {
                Ok(open) => open,
                Err(problem) => return Ok(Err(problem)),
            };
            let (now, list) = match self.list(open, caller)? {
                Ok(list) => (self.now()?, list),
                Err(problem) => return Ok(Err(problem)),
            };
            let left = self.core.row.unsettled.clone();
            match self.core.signed_in(&found, open, operator.as_deref(), automatic, now) {
                Next::Done(answer) => {
                    let list = list.filter(|_| self.core.row.unsettled != left);
                    let entry = Entry { act: "sign_in", automatic, before: stood, unknown: false, list };
                    return self.conclude(entry, caller, answer);
                }
                Next::SignOutFirst => {
                    before = found.steps;
                    match self.ask(&Ask::SignOut)? {
                        Ok(out) => before.extend(out.steps),
                        Err(problem) => return Ok(Err(problem)),
                    }
                }
            }
        }
    }

    fn sign_out(&mut self, caller: &Caller) -> Result<Result<SignInAnswer, Problem>, Closed> {
        let stood = standing(&self.core.row, false);
        let open = match self.open_total()? {
            Ok(open) => open,
            Err(problem) => return Ok(Err(problem)),
        };
        self.intend("sign_out", caller, false, &stood)?;
        let found = match self.ask(&Ask::SignOut)? {
            Ok(found) => found,
            Err(problem) => return Ok(Err(problem)),
        };
        let now = self.now()?;
        let answer = self.core.signed_out_now(&found, open, now);
        self.conclude(Entry::of("sign_out", stood), caller, answer)
    }

    fn echo(&mut self, caller: &Caller) -> Result<Result<SignInAnswer, Problem>, Closed> {
        let found = match self.ask(&Ask::Echo)? {
            Ok(found) => found,
            Err(problem) => return Ok(Err(problem)),
        };
        let now = self.now()?;
        let answer = self.core.echoed(&found, now);
        let stood = standing(&self.core.row, false);
        self.conclude(Entry::of("echo", stood), caller, answer)
    }
}

/// How the terminal stands, as the trail names it before and after: its state and its batch. `unknown`: what became of the
/// request is not known.
fn standing(row: &SignInRow, unknown: bool) -> String {
    let state = super::state(row);
    let stands = match row.batch {
        Some(batch) => format!("{state} {batch:06}"),
        None => state.to_string(),
    };
    if unknown { format!("unknown, {stands}") } else { stands }
}

fn now(house: &House) -> Now {
    let calendar = house.calendar();
    Now { at: calendar.moment(calendar.now), since_start: house.clock.elapsed(), day: calendar.today() }
}

/// Nobody asked for it: the daemon itself did.
pub(super) fn nobody() -> Caller {
    let origin = model::Origin { uid: rustix::process::getuid().as_raw(), tty: None, ssh: None };
    Caller::peer(origin, Access::Owner)
}

/// The spooler ends.
pub(super) fn stopping() -> Problem {
    let next = "try again when the spooler has started again";
    Problem::new(ProblemKind::Unavailable, Why::Stopping, DOING, "the spooler ends", next)
}
