//! The operations of a shift, each with what it promises when it is answered.

use model::{
    Caller, Copy, Document, Event, Job, JobId, JobKind, MaskedCard, Method, Origin, Outcome, Role, SafeText,
    SignInAnswer, SignInOutcome, TransactionId,
};
use store::{
    AuditEntry, Batch, NewJob, NewOperator, OperatorRow, PrintRequest, Recording, Reprint, SignInEntry, SignInHistory,
    SignInRow, StoreError,
};

use crate::{
    ledger::Fact,
    shop::{self, at, caller, fen, rendering, sale},
};

/// Run within a commit; its facts become an answer.
pub type Op = Box<dyn FnOnce(&mut Batch<'_>) -> Result<Vec<Fact>, StoreError> + Send>;

/// Every other one by card; all with texts to look up.
pub fn event(n: u64) -> Event {
    let card = n.is_multiple_of(2);
    Event {
        amount: fen(100 + n * 37),
        // not in the order of time, and over two days
        time: at(i64::try_from(n * 7919 % 97).unwrap() * 900_000),
        method: if card { Method::Card } else { Method::Wechat },
        card: if card { MaskedCard::new(&format!("622202******{:04}", 1000 + n)) } else { None },
        voucher: Some(format!("{n:06}")),
        reference: card.then(|| format!("R{n:011}")),
        authorization: card.then(|| format!("A{n:05}")),
        order: Some(format!("W20261120{n:05}")),
        trade: (!card).then(|| format!("4200{n:024}")),
        operator: Some(format!("0{}", n % 3)),
        ..sale(&format!("S{n:04}"))
    }
}

/// Records a sale and tells what it wrote; of a known one, nothing.
pub fn record(event: Event, prints: Vec<PrintRequest>, uid: u32) -> Op {
    Box::new(move |batch| {
        let caller = Caller { origin: Origin { uid, tty: None, ssh: None }, ..caller() };
        let recorded = batch.record(&Recording {
            event: &event,
            caller: &caller,
            now: event.time,
            day: event.time.wall().date(),
            print: &prints,
            compose: &shop::slip,
            copies: &[Copy::Merchant, Copy::Customer],
        })?;
        if recorded.duplicate {
            return Ok(Vec::new());
        }
        let row = batch.transaction(recorded.id)?.unwrap();
        let mut facts = vec![Fact::Recorded(uid, recorded.id), Fact::Transaction(row)];
        for id in recorded.jobs {
            facts.push(Fact::Job(batch.job(id)?.unwrap()));
        }
        Ok(facts)
    })
}

/// An operation on a job that answers with the job.
pub fn job(run: impl FnOnce(&mut Batch<'_>) -> Result<Job, StoreError> + Send + 'static) -> Op {
    Box::new(move |batch| run(batch).map(|job| vec![Fact::Job(job)]))
}

pub fn claim(id: JobId, printer: &'static str) -> Op {
    job(move |batch| batch.start(id, rendering(), 300, printer))
}

pub fn reprint(id: TransactionId, printer: &'static str) -> Op {
    Box::new(move |batch| {
        let reprint = Reprint {
            id,
            copy: Copy::Customer,
            printer: printer.into(),
            operator: Some("02".into()),
            approver: None,
            reason: Some(SafeText::new("顾客遗失")),
        };
        let job = batch.reprint(&reprint, &caller(), at(2000))?;
        Ok(vec![Fact::Job(job), Fact::Audit("reprint".into(), Some(id.to_string()), Outcome::Done)])
    })
}

pub fn queue(kind: JobKind, document: Option<Document>) -> Op {
    Box::new(move |batch| {
        let paper = document.clone();
        let new = NewJob { kind, printer: "front".into(), document, operator: None, approver: None, reason: None };
        let job = batch.queue(new, at(3000))?;
        let mut facts: Vec<Fact> = paper.map(|paper| Fact::Paper(job.id, paper)).into_iter().collect();
        facts.push(Fact::Job(job));
        Ok(facts)
    })
}

/// An operation on an operator that answers with the operator.
pub fn operator(run: impl FnOnce(&mut Batch<'_>) -> Result<OperatorRow, StoreError> + Send + 'static) -> Op {
    Box::new(move |batch| run(batch).map(|row| vec![Fact::Operator(row)]))
}

pub fn hire(id: &str, role: Role) -> Op {
    let new = NewOperator { id: id.to_owned(), name: "小王".into(), role, pin: format!("$argon2id$ of {id}") };
    operator(move |batch| batch.add_operator(new, at(1000)))
}

/// The number of the only terminal.
pub const TERMINAL: &str = "12345678";

/// The `nth` sign-in, with a report.
pub fn sign_in(nth: u32, report: Document) -> Op {
    Box::new(move |batch| {
        let row = SignInRow { batch: Some(nth + 1), trace: nth, ..SignInRow::default() };
        let answer = SignInAnswer {
            outcome: SignInOutcome::SignedIn,
            code: Some("00".to_owned()),
            cause: None,
            candidates: Vec::new(),
            batch: None,
            host_time: None,
            steps: Vec::new(),
            message: String::new(),
            action: String::new(),
            at: at(5000),
        };
        let entry = SignInEntry { act: "sign_in".to_owned(), automatic: true, answer };
        batch.keep_sign_in(TERMINAL, &row)?;
        batch.note_sign_in(TERMINAL, entry.clone())?;
        batch.keep_report(TERMINAL, &report)?;
        // every eighth round notes the same
        let entries = vec![entry.clone(); (nth / 8 + 1).min(20) as usize];
        let history = SignInHistory { entries, last_sign_in: Some(entry) };
        Ok(vec![Fact::SignIn(Box::new((row, history, report)))])
    })
}

/// The trace of an act, or of one that was refused.
pub fn audit(act: &'static str, outcome: Outcome) -> Op {
    Box::new(move |batch| {
        let entry = AuditEntry {
            actor: Some("02".into()),
            approver: None,
            origin: caller().origin,
            act: act.to_owned(),
            object: Some("J1".to_owned()),
            outcome,
            before: None,
            after: None,
        };
        batch.audit(entry, at(4000)).map(|row| vec![Fact::Audit(row.act, row.object, row.outcome)])
    })
}
