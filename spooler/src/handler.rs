//! The handlers: one file per verb, each with a caller. What a caller may ask was decided before one is reached
//! (`access`); here is how an answer comes about, and how a refusal gets its audit row.

mod decision;
mod drawer_open;
mod job;
mod job_cancel;
mod job_hold;
mod job_move;
mod job_release;
mod job_resolve;
mod job_show;
mod jobs;
mod overview;
mod printer_move;
mod printer_pause;
mod printer_probe;
mod printer_resume;
mod printer_test;
mod printers;
mod receipt;
mod record;
mod reprint;
mod show;
mod status;
mod subscribe;
mod transactions;

use std::{pin::Pin, sync::Arc};

use model::{Outcome, SafeText, TransactionId, caller::Caller};
use protocol::{ANSWER_LIMIT, Problem, ProblemKind, Reason, Request};
use serde::Serialize;

pub(crate) use subscribe::subscribe;

use crate::house::{self, House};

/// The JSON of an answer, on its way.
pub(crate) type Answering = Pin<Box<dyn Future<Output = Result<String, Problem>> + Send>>;

/// Starts answering a request. What changes something is with the writer when this returns.
pub(crate) fn start(house: &Arc<House>, caller: &Caller, request: Request) -> Answering {
    let (house, caller) = (Arc::clone(house), caller.clone());
    match request {
        Request::Record(event) => record::start(&house, &caller, *event),
        Request::Reprint(body) => Box::pin(async move {
            let object = body.id.map(|id| id.to_string());
            let answer = reprint::answer(&house, &caller, body).await;
            changed(&house, &caller, "reprint", object, answer).await
        }),
        Request::PrinterTest(body) => Box::pin(async move {
            let object = named(&body.id);
            let answer = printer_test::answer(&house, &caller, body).await;
            changed(&house, &caller, "printer_test", object, answer).await
        }),
        Request::PrinterPause(body) => Box::pin(async move {
            let object = named(&body.id);
            let answer = printer_pause::answer(&house, &caller, body).await;
            changed(&house, &caller, "printer_pause", object, answer).await
        }),
        Request::PrinterResume(body) => Box::pin(async move {
            let object = named(&body.id);
            let answer = printer_resume::answer(&house, &caller, body).await;
            changed(&house, &caller, "printer_resume", object, answer).await
        }),
        Request::PrinterProbe(body) => Box::pin(async move {
            let object = named(&body.id);
            let answer = printer_probe::answer(&house, &caller, body).await;
            changed(&house, &caller, "printer_probe", object, answer).await
        }),
        Request::JobHold(body) => Box::pin(async move {
            let object = Some(body.id.to_string());
            let answer = job_hold::answer(&house, &caller, body).await;
            changed(&house, &caller, "job_hold", object, answer).await
        }),
        Request::JobRelease(body) => Box::pin(async move {
            let object = Some(body.id.to_string());
            let answer = job_release::answer(&house, &caller, body).await;
            changed(&house, &caller, "job_release", object, answer).await
        }),
        Request::JobCancel(body) => Box::pin(async move {
            let object = Some(body.id.to_string());
            let answer = job_cancel::answer(&house, &caller, body).await;
            changed(&house, &caller, "job_cancel", object, answer).await
        }),
        Request::JobMove(body) => Box::pin(async move {
            let object = Some(body.id.to_string());
            let answer = job_move::answer(&house, &caller, body).await;
            changed(&house, &caller, "job_move", object, answer).await
        }),
        Request::JobResolve(body) => Box::pin(async move {
            let object = Some(body.id.to_string());
            let answer = job_resolve::answer(&house, &caller, body).await;
            changed(&house, &caller, "job_resolve", object, answer).await
        }),
        Request::PrinterMove(body) => Box::pin(async move {
            let object = named(&body.id);
            let answer = printer_move::answer(&house, &caller, body).await;
            changed(&house, &caller, "printer_move", object, answer).await
        }),
        Request::DrawerOpen(body) => Box::pin(async move {
            let object = body.printer.as_deref().and_then(named);
            let answer = drawer_open::answer(&house, &caller, body).await;
            changed(&house, &caller, "drawer_open", object, answer).await
        }),
        Request::Transactions(body) => blocking(house, move |house| transactions::answer(house, &body)),
        Request::Jobs(body) => blocking(house, move |house| jobs::answer(house, &body)),
        Request::Overview(_) => blocking(house, |house| json(&overview::answer(house)?)),
        Request::Show(body) => at_once(show::answer(&house, &body).and_then(|row| json(&row))),
        Request::Receipt(body) => at_once(receipt::answer(&house, &body).and_then(|receipt| json(&receipt))),
        Request::JobShow(body) => at_once(job_show::answer(&house, &body).and_then(|job| json(&job))),
        Request::Printers(_) => at_once(printers::answer(&house).and_then(|page| json(&page))),
        Request::Status(_) => at_once(status::answer(&house).and_then(|status| json(&status))),
        // the connection itself answers it: its events belong to the connection
        Request::Subscribe(body) => at_once(subscribe(&house, &body).0),
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
