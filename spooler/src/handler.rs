//! The handlers: one file per verb, each with a caller. What a caller may ask was decided before one is reached
//! (`access`); here is how an answer comes about, and how a refusal gets its audit row.

mod acquirer;
mod answer;
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

use std::sync::Arc;

use model::caller::Caller;
use protocol::{Problem, ProblemKind, Reason, Request};
use serde::Serialize;

pub(crate) use answer::{Answering, refused};
use answer::{at_once, json, named};
pub(crate) use diagnose::live as diagnose_live;
pub(crate) use log_on::{left, log_off, log_on};
pub(crate) use operators::is_own_pin;
pub(crate) use record::record_event;
pub(crate) use sessions::see_out;
pub(crate) use subscribe::subscribe;

use crate::{house::House, session, sign_in::Verb};

/// Starts answering a request. What changes something is with the writer when this returns.
pub(crate) fn start(house: &Arc<House>, caller: &Caller, request: Request) -> Answering {
    let (house, caller) = (Arc::clone(house), caller.clone());
    let act = request.verb();
    let object = object(&house, &request);
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
        Request::Reprint(body) => change!(reprint::answer, body),
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
        Request::OperatorsSet(body) => change!(operators::set, body),
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
        Request::AuditVerify(body) => blocking(house, move |house| json(&audit::verify(house, &body)?)),
        Request::Overview(_) => blocking(house, |house| json(&overview::answer(house)?)),
        Request::Show(body) => at_once(show::answer(&house, &caller, &body).and_then(|row| json(&row))),
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
pub(crate) fn object(house: &House, request: &Request) -> Option<String> {
    match request {
        // the trail names the receipt that was meant
        Request::Reprint(body) if body.last && body.id.is_none() => reprint::last(house),
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
        Request::OperatorsSet(body) => named(&body.id),
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
