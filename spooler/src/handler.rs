//! The handlers: one file per verb, each with a caller. What a caller may ask was decided before one is reached
//! (`access`); here is how an answer comes about, and how a refusal gets its audit row.

mod acquirer;
mod audit;
mod decision;
mod diagnose;
mod drawer_open;
mod echo;
mod job;
mod job_cancel;
mod job_hold;
mod job_move;
mod job_release;
mod job_resolve;
mod job_show;
mod jobs;
mod log_on;
mod operators;
mod overview;
mod printer_move;
mod printer_pause;
mod printer_probe;
mod printer_resume;
mod printer_test;
mod printers;
mod receipt;
mod record;
mod report;
mod reprint;
mod sessions;
mod settle;
mod show;
mod sign_in;
mod sign_out;
mod status;
mod subscribe;
mod transactions;

use std::{pin::Pin, sync::Arc};

use model::{Outcome, SafeText, TransactionId, caller::Caller};
use protocol::{ANSWER_LIMIT, Problem, ProblemKind, Reason, Request};
use serde::Serialize;

pub(crate) use log_on::{left, log_off, log_on};
pub(crate) use record::record_event;
pub(crate) use subscribe::subscribe;

use crate::{
    house::{self, House},
    session,
    sign_in::Verb,
};

/// The JSON of an answer, on its way.
pub(crate) type Answering = Pin<Box<dyn Future<Output = Result<String, Problem>> + Send>>;

/// Starts answering a request. What changes something is with the writer when this returns.
pub(crate) fn start(house: &Arc<House>, caller: &Caller, request: Request) -> Answering {
    let (house, caller) = (Arc::clone(house), caller.clone());
    let act = request.verb();
    let object = object(&request);
    /// Runs what changes something; a refusal leaves its audit row before it is answered.
    macro_rules! change {
        ($handler:path, $body:expr) => {
            Box::pin(async move {
                let answer = $handler(&house, &caller, $body).await;
                changed(&house, &caller, act, object, answer).await
            })
        };
    }
    match request {
        Request::Record(event) => record::start(&house, &caller, *event),
        Request::Reprint(body) => Box::pin(async move {
            let last = body.last;
            let answer = reprint::answer(&house, &caller, body).await;
            // the trail names the receipt that was meant
            let object = if last && answer.is_err() { reprint::last(&house) } else { object };
            changed(&house, &caller, act, object, answer).await
        }),
        Request::PrinterTest(body) => change!(printer_test::answer, body),
        Request::PrinterPause(body) => change!(printer_pause::answer, body),
        Request::PrinterResume(body) => change!(printer_resume::answer, body),
        Request::PrinterProbe(body) => change!(printer_probe::answer, body),
        Request::JobHold(body) => change!(job_hold::answer, body),
        Request::JobRelease(body) => change!(job_release::answer, body),
        Request::JobCancel(body) => change!(job_cancel::answer, body),
        Request::JobMove(body) => change!(job_move::answer, body),
        Request::JobResolve(body) => change!(job_resolve::answer, body),
        Request::PrinterMove(body) => change!(printer_move::answer, body),
        Request::DrawerOpen(body) => change!(drawer_open::answer, body),
        Request::Setup(body) => change!(operators::set_up, body),
        Request::OperatorsAdd(body) => change!(operators::add, body),
        Request::OperatorsSetPin(body) => change!(operators::set_pin, body),
        Request::OperatorsDisable(body) => change!(operators::disable, body),
        Request::OperatorsUnlock(body) => change!(operators::unlock, body),
        Request::SessionEnd(body) => change!(sessions::end, body),
        Request::AuditExport(body) => Box::pin(async move {
            match audit::export(&house, &caller, body).await {
                Ok(page) => Ok(page),
                Err(problem) => refused(&house, &caller, act, object, problem).await,
            }
        }),
        Request::SignIn(_) => change!(sign_in::answer, Verb::SignIn),
        Request::SignOut(_) => Box::pin(async move {
            let answer = sign_out::answer(&house, &caller).await;
            changed(&house, &caller, act, object, answer).await
        }),
        Request::Settle(_) => Box::pin(async move {
            let answer = settle::answer(&house, &caller).await;
            changed(&house, &caller, act, object, answer).await
        }),
        Request::Report(body) => change!(report::answer, body),
        Request::Echo(_) => Box::pin(async move { json(&echo::answer(&house, &caller).await?) }),
        Request::Diagnose(body) => Box::pin(async move { json(&diagnose::answer(&house, body).await?) }),
        Request::Acquirer(_) => blocking(house, |house| json(&acquirer::answer(house)?)),
        Request::Transactions(body) => blocking(house, move |house| transactions::answer(house, &body)),
        Request::Jobs(body) => blocking(house, move |house| jobs::answer(house, &body)),
        Request::Audit(body) => blocking(house, move |house| audit::list(house, &body)),
        Request::AuditVerify(_) => blocking(house, |house| json(&audit::verify(house)?)),
        Request::Overview(_) => blocking(house, |house| json(&overview::answer(house)?)),
        Request::Show(body) => at_once(show::answer(&house, &body).and_then(|row| json(&row))),
        Request::Receipt(body) => at_once(receipt::answer(&house, &body).and_then(|receipt| json(&receipt))),
        Request::JobShow(body) => at_once(job_show::answer(&house, &body).and_then(|job| json(&job))),
        Request::Printers(_) => at_once(printers::answer(&house).and_then(|page| json(&page))),
        Request::Operators(_) => at_once(operators::list(&house).and_then(|page| json(&page))),
        Request::Sessions(_) => at_once(sessions::list(&house).and_then(|page| json(&page))),
        Request::Status(_) => at_once(status::answer(&house).and_then(|status| json(&status))),
        // the connection itself answers these: their effect belongs to the connection
        Request::Subscribe(body) => at_once(subscribe(&house, &body).0),
        Request::LogOn(_) | Request::LogOff(_) => at_once(json(&session::told(&house, &caller, None))),
    }
}

/// The id that a request is about, as its audit row names it.
pub(crate) fn object(request: &Request) -> Option<String> {
    match request {
        Request::Reprint(body) => body.id.map(|id| id.to_string()),
        Request::PrinterTest(body) => named(&body.id),
        Request::PrinterPause(body) | Request::PrinterResume(body) => named(&body.id),
        Request::PrinterProbe(body) => named(&body.id),
        Request::JobHold(body) | Request::JobRelease(body) | Request::JobCancel(body) => Some(body.id.to_string()),
        Request::JobMove(body) => Some(body.id.to_string()),
        Request::JobResolve(body) => Some(body.id.to_string()),
        Request::PrinterMove(body) => named(&body.id),
        Request::DrawerOpen(body) => body.printer.as_deref().and_then(named),
        Request::SessionEnd(body) => Some(body.id.to_string()),
        Request::LogOn(body) => named(&body.operator),
        Request::Setup(body) => named(&body.id),
        Request::OperatorsAdd(body) => named(&body.id),
        Request::OperatorsSetPin(body) => named(&body.id),
        Request::OperatorsDisable(body) | Request::OperatorsUnlock(body) => named(&body.id),
        _ => None,
    }
}

/// The answer of a verb that changes something: a refusal leaves its audit row first.
async fn changed<T: Serialize>(
    house: &Arc<House>,
    caller: &Caller,
    act: &str,
    object: Option<String>,
    answer: Result<T, Problem>,
) -> Result<String, Problem> {
    match answer {
        Ok(answer) => json(&answer),
        Err(problem) => refused(house, caller, act, object, problem).await,
    }
}

/// A name as it was asked for, fit for the audit trail: it may be any text.
fn named(name: &str) -> Option<String> {
    let mut name = SafeText::new(name);
    name.shorten(120);
    (!name.is_empty()).then(|| name.as_str().to_owned())
}

/// A refusal: its audit row first, then the answer. Only what failed for want of the store leaves none.
pub(crate) fn refused(
    house: &Arc<House>,
    caller: &Caller,
    act: &str,
    object: Option<String>,
    problem: Problem,
) -> Answering {
    if matches!(problem.kind, ProblemKind::DiskFull | ProblemKind::Unavailable)
        && !matches!(problem.reason, Reason::NoPrinter | Reason::DiskReserved)
    {
        return at_once(Err(problem));
    }
    let entry = house::audit_entry(caller, act, object, Outcome::Refused);
    let now = house.now();
    let audited = house.submit(move |batch| batch.audit(entry, now));
    Box::pin(async move {
        if let Err(error) = audited.await {
            tracing::error!("a refusal could not be written to the audit trail: {error}");
        }
        Err(problem)
    })
}

fn at_once(result: Result<String, Problem>) -> Answering {
    Box::pin(std::future::ready(result))
}

/// Runs a read that may take milliseconds beside the connections.
fn blocking(house: Arc<House>, read: impl FnOnce(&House) -> Result<String, Problem> + Send + 'static) -> Answering {
    Box::pin(async move {
        let run = tokio::task::spawn_blocking(move || read(&house));
        run.await.unwrap_or_else(|_| {
            Err(Problem::new(
                ProblemKind::Unavailable,
                Reason::StoreFailed,
                "reading the store",
                "the read broke off",
                "try again; if it stays, look at the spooler's log",
            ))
        })
    })
}

fn json(value: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| {
        Problem::new(
            ProblemKind::Unavailable,
            Reason::StoreFailed,
            "writing an answer",
            error.to_string(),
            "report this to support",
        )
    })
}

/// How many rows a list is asked for: 50 unless told, 1 to 500.
fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    match asked {
        None => Ok(50),
        Some(limit) if (1..=store::MOST_ROWS).contains(&limit) => Ok(limit),
        Some(_) => Err(bad_key("limit", "limit must be 1 to 500")),
    }
}

/// A page of at most so many rows that fits into one answer line: rows may be large.
fn fitting(mut limit: usize, mut page: impl FnMut(usize) -> Result<String, Problem>) -> Result<String, Problem> {
    loop {
        let text = page(limit)?;
        if text.len() + 64 <= ANSWER_LIMIT || limit == 1 {
            return Ok(text);
        }
        limit = (limit / 2).max(1);
    }
}

fn bad_key(key: &str, message: &str) -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        Reason::BadKey,
        "reading a request",
        message,
        "correct the key and send the request again",
    )
    .about(key)
}

fn no_transaction(id: TransactionId) -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        Reason::NoSuchTransaction,
        "looking up a transaction",
        format!("there is no transaction {id}"),
        "look it up with transactions",
    )
    .about(id.to_string())
}
