//! Sign-in (签到): the way to the acquirer, when it is gone, and what is known of it. Operators logging on to the console are
//! another matter (`log_on`).
//!
//! - `core`: the state machine without I/O; `draft`: its answers in the making; `pace`: when the daemon signs in by itself.
//! - `desk`: the thread that runs it; `way`: one request by the host or by the payment terminal; `found`: what came of it.
//! - `said`: what was measured, in English and as code and values.
//! - `setup`: the config in the driver's words; `words`: English for the socket; `report`: the papers of a settlement.
//! - `ladder`, `probe`: the diagnosis, rung by rung.

mod core;
mod desk;
mod draft;
mod found;
pub(crate) mod ladder;
mod now;
mod pace;
mod probe;
pub(crate) mod report;
mod said;
mod setup;
pub(crate) mod takings;
mod way;
pub(crate) mod words;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
    mpsc::{Receiver, Sender, channel},
};

use model::{
    AcquirerAnswer, BatchTotals, Caller, Event, SettleAnswer, SettleOutcome, SignInAnswer, SignInCause, SignInOutcome,
    SignInState, Status, Total,
};
use protocol::{Problem, SignInLine};
use store::{OpenBatch, Reader, SignInRow, StoreError};
use tokio::sync::oneshot;

use crate::{config::Config, house::House};

pub(crate) use setup::Setup;

/// What a person asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    SignIn,
    SignOut,
    Echo,
    Settle,
}

impl Verb {
    /// As the socket names it.
    fn word(self) -> &'static str {
        match self {
            Verb::SignIn => "sign_in",
            Verb::SignOut => "sign_out",
            Verb::Echo => "echo",
            Verb::Settle => "settle",
        }
    }

    /// The answer to one whose turn came, and who may no more by then.
    fn refused(self, problem: Problem) -> Replied {
        match self {
            Verb::Settle => Replied::Settle(Box::new(Err(problem))),
            _ => Replied::SignIn(Box::new(Err(problem))),
        }
    }
}

/// What the desk answers.
#[derive(Debug)]
pub(crate) enum Replied {
    SignIn(Box<Result<SignInAnswer, Problem>>),
    Settle(Box<Result<protocol::Settled, Problem>>),
}

/// A request on its way to the desk.
#[derive(Debug)]
struct Asked {
    verb: Verb,
    caller: Caller,
    answer: oneshot::Sender<Replied>,
}

/// What the desk is told.
#[derive(Debug)]
enum Input {
    Asked(Box<Asked>),
    /// A sale on our terminal number was recorded.
    Seen(core::Sale),
    Stop,
}

/// The sign-in as everybody else sees it. One per daemon.
#[derive(Debug)]
pub(crate) struct SignIn {
    /// `None`: no acquirer is configured.
    setup: Option<Arc<Setup>>,
    inbox: Sender<Input>,
    /// Until the desk's thread takes it.
    outbox: Mutex<Option<Receiver<Input>>>,
    open: Mutex<Option<OpenBatch>>,
    speaking: AtomicBool,
}

impl SignIn {
    pub(crate) fn of(config: &Config) -> SignIn {
        let (inbox, outbox) = channel();
        SignIn {
            setup: config.acquirer.as_ref().map(|acquirer| Arc::new(Setup::of(acquirer))),
            inbox,
            outbox: Mutex::new(Some(outbox)),
            open: Mutex::default(),
            speaking: AtomicBool::new(false),
        }
    }

    /// `None`: no acquirer is configured.
    pub(crate) fn setup(&self) -> Option<&Arc<Setup>> {
        self.setup.as_ref()
    }

    /// Starts the desk's thread, if there is an acquirer.
    ///
    /// # Errors
    /// When the store can't be read, or there can be no thread.
    pub(crate) fn staff(&self, house: &Arc<House>) -> Result<(), std::io::Error> {
        let Some(setup) = &self.setup else { return Ok(()) };
        let outbox = self.outbox.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (Some(outbox), setup) = (outbox, Arc::clone(setup)) else { return Ok(()) };
        let desk = desk::Desk::open(house, &setup).map_err(std::io::Error::other)?;
        std::thread::Builder::new().name("sign-in".to_owned()).spawn(move || desk.run(&outbox)).map(drop)
    }

    /// The house closes: the desk ends after what it has in hand.
    pub(crate) fn stop(&self) {
        // without a desk nobody listens, which is no trouble
        let _ = self.inbox.send(Input::Stop);
    }

    /// Asks the acquirer; the answer comes when it is kept. `None`: the desk is gone, or there is none.
    pub(crate) async fn ask(&self, verb: Verb, caller: &Caller) -> Option<Replied> {
        let (answer, replied) = oneshot::channel();
        let asked = Asked { verb, caller: caller.clone(), answer };
        self.inbox.send(Input::Asked(Box::new(asked))).ok()?;
        replied.await.ok()
    }

    /// What an event says of the sign-in once it is recorded: nothing, unless it is of our terminal number (INTERFACES §4).
    pub(crate) fn sale(&self, event: &Event) -> Option<core::Sale> {
        let setup = self.setup.as_ref()?;
        (event.terminal_id.as_deref() == Some(&setup.terminal_id)).then(|| core::Sale {
            code: event.response_code.clone(),
            approved: event.status == Status::Approved,
            at: event.time,
            batch: event.batch.as_deref().and_then(|batch| batch.parse().ok()),
        })
    }

    /// It was recorded.
    pub(crate) fn recorded(&self, sale: core::Sale) {
        // the desk may be gone while the house closes
        let _ = self.inbox.send(Input::Seen(sale));
    }

    /// True while the desk speaks with the acquirer: the payment terminal's line is taken then.
    pub(crate) fn is_speaking(&self) -> bool {
        self.speaking.load(Ordering::Relaxed)
    }

    /// Tells the consoles.
    pub(crate) fn changed(&self, house: &House) {
        let line = house.store.reader().and_then(|reader| self.line(&reader));
        match line {
            Ok(line) => house.changes.sign_in_changed(line),
            Err(error) => tracing::error!("reading the sign-in: {error}"),
        }
    }

    /// The state in one line, for the console's bar.
    pub(crate) fn line(&self, reader: &Reader) -> Result<SignInLine, StoreError> {
        let Some(setup) = &self.setup else {
            return Ok(SignInLine { state: SignInState::NotConfigured, cause: None, at: None, batch: None });
        };
        let row = reader.sign_in(&setup.terminal_id)?;
        Ok(SignInLine {
            state: state(&row),
            cause: row.cause.filter(|_| row.state != SignInState::SignedIn),
            at: row.since,
            batch: row.batch.map(|batch| format!("{batch:06}")),
        })
    }

    /// The open batch: how many transactions, and what they come to.
    fn open(&self, house: &House, row: &SignInRow) -> Result<Total, StoreError> {
        self.with_batch(house, row, |open| open.open())
    }

    /// Runs with the current batch as it is now; without a batch it is the first one's.
    pub(crate) fn with_batch<T>(
        &self,
        house: &House,
        row: &SignInRow,
        run: impl FnOnce(&OpenBatch) -> T,
    ) -> Result<T, StoreError> {
        let terminal = self.setup.as_ref().map_or("", |setup| setup.terminal_id.as_str());
        let batch = row.batch.unwrap_or(1);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let open = match &mut *open {
            Some(open) if open.is_of(terminal, batch, &row.settled) => open,
            slot => slot.insert(OpenBatch::new(terminal, batch, &row.settled)),
        };
        open.refresh(&house.store.reader()?)?;
        Ok(run(open))
    }

    /// `acquirer`: the state.
    pub(crate) fn state(&self, house: &House) -> Result<protocol::AcquirerState, StoreError> {
        let Some(setup) = &self.setup else {
            let answer = AcquirerAnswer {
                state: SignInState::NotConfigured,
                via: None,
                terminal_id: None,
                merchant_id: None,
                batch: None,
                last_sign_in: None,
                open: Total::default(),
            };
            return Ok(protocol::AcquirerState::of(answer));
        };
        let reader = house.store.reader()?;
        let row = reader.sign_in(&setup.terminal_id)?;
        let history = reader.sign_in_history(&setup.terminal_id)?;
        let (open, late, unknown) = if row.batch.is_some() {
            self.with_batch(house, &row, |open| (open.open(), open.late(), open.unknown()))?
        } else {
            Default::default()
        };
        let unsettled = row.unsettled.iter().map(|left| protocol::UnsettledBatch {
            batch: format!("{:06}", left.batch),
            count: left.open.count,
            amount: left.open.amount,
            at: left.at,
        });
        let unsettled = unsettled.collect();
        let answer = AcquirerAnswer {
            state: state(&row),
            via: Some(setup.via),
            terminal_id: Some(setup.terminal_id.clone()),
            merchant_id: Some(setup.merchant_id.clone()),
            batch: row.batch.map(|batch| format!("{batch:06}")),
            last_sign_in: history.last_sign_in.map(|entry| entry.answer),
            open,
        };
        let history = history.entries.into_iter().map(|entry| protocol::SignInLog {
            act: entry.act,
            automatic: entry.automatic,
            answer: entry.answer,
        });
        Ok(protocol::AcquirerState {
            answer,
            name: setup.name.clone(),
            cause: row.cause.filter(|_| row.state != SignInState::SignedIn),
            signed_in_at: row.signed_in_at.filter(|_| row.state == SignInState::SignedIn),
            operator: row.operator,
            check_values: row.check_values,
            host_time: row.host_time,
            skew_ms: row.skew_ms,
            unknown: u32::try_from(unknown).unwrap_or(u32::MAX),
            late,
            unsettled,
            history: history.collect(),
        })
    }
}

/// What a person is told of a row: a settlement that is not ended hides the rest.
fn state(row: &SignInRow) -> SignInState {
    match &row.settling {
        Some(settling) if !settling.refused => SignInState::Settling,
        _ => row.state,
    }
}

/// The answer where no acquirer is configured.
pub(crate) fn not_configured(at: model::Moment) -> SignInAnswer {
    let cause = SignInCause::NotConfigured;
    SignInAnswer {
        outcome: SignInOutcome::Failed,
        code: None,
        cause: Some(cause),
        candidates: Vec::new(),
        batch: None,
        host_time: None,
        steps: Vec::new(),
        message: words::cause(cause).to_owned(),
        action: words::action(words::Asked::SignIn, cause, &[]),
        at,
    }
}

/// The same of a settlement.
pub(crate) fn nothing_to_settle(at: model::Moment) -> protocol::Settled {
    let SignInAnswer { cause, message, action, .. } = not_configured(at);
    let answer = SettleAnswer {
        outcome: SettleOutcome::Failed,
        code: None,
        batch: None,
        ours: BatchTotals::default(),
        host: None,
        cause,
        candidates: Vec::new(),
        steps: Vec::new(),
        message,
        action,
        at,
    };
    protocol::Settled { answer, report: None, left_out: Vec::new(), unknown: false, unknown_sales: 0 }
}

/// The daemon ends before the acquirer has answered.
pub(crate) fn stopping() -> Problem {
    desk::stopping()
}
