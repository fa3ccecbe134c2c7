//! What every handler's answer is made of: its JSON, how many rows a page has, and the refusals that several share. No
//! verb's own business.

use std::{pin::Pin, sync::Arc};

use model::{Outcome, SafeText, TransactionId, caller::Caller};
use protocol::{ANSWER_LIMIT, Problem, ProblemKind, Reason};
use serde::Serialize;

use crate::house::{self, House};

/// The JSON of an answer, on its way.
pub(crate) type Answering = Pin<Box<dyn Future<Output = Result<String, Problem>> + Send>>;

pub(super) fn json(value: &impl Serialize) -> Result<String, Problem> {
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
pub(super) fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    match asked {
        None => Ok(50),
        Some(limit) if (1..=store::MOST_ROWS).contains(&limit) => Ok(limit),
        Some(_) => Err(bad_key("limit", "limit must be 1 to 500")),
    }
}

/// A page of at most so many rows that fits into one answer line: rows may be large.
pub(super) fn fitting(
    mut limit: usize,
    mut page: impl FnMut(usize) -> Result<String, Problem>,
) -> Result<String, Problem> {
    loop {
        let text = page(limit)?;
        if text.len() + 64 <= ANSWER_LIMIT || limit == 1 {
            return Ok(text);
        }
        limit = (limit / 2).max(1);
    }
}

pub(super) fn bad_key(key: &str, message: &str) -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        Reason::BadKey,
        "reading a request",
        message,
        "correct the key and send the request again",
    )
    .about(key)
}

pub(super) fn no_transaction(id: TransactionId) -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        Reason::NoSuchTransaction,
        "looking up a transaction",
        format!("there is no transaction {id}"),
        "look it up with transactions",
    )
    .about(id.to_string())
}

/// A name as it was asked for, fit for the audit trail: it may be any text.
pub(super) fn named(name: &str) -> Option<String> {
    let mut name = SafeText::new(name);
    name.shorten(120);
    (!name.is_empty()).then(|| name.as_str().to_owned())
}

pub(super) fn at_once(result: Result<String, Problem>) -> Answering {
    Box::pin(std::future::ready(result))
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
        && !matches!(problem.reason, Reason::NoPrinter | Reason::DiskReserved | Reason::PepperMissing)
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
