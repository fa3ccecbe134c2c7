//! `diagnose`: the ladder, on a thread of its own, at most five seconds. Whoever asked for progress is told each rung as it
//! ends; the ladder stops when that can be told to nobody any more.

use std::sync::Arc;

use protocol::{Diagnosed, Finding, Page, Problem, ProblemKind, Reason, request::Diagnose};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    oneshot,
};

use super::{
    answer::{Answering, json},
    printers,
};
use crate::{
    house::{House, problem},
    sign_in::{
        ladder::{self, Known, Unwatched, Watch},
        takings,
    },
};

const DOING: &str = "looking for what is wrong";

/// Hands each finding on as JSON.
struct Teller(UnboundedSender<String>);

impl Watch for Teller {
    fn rung(&mut self, finding: &Finding) -> bool {
        serde_json::to_string(finding).is_ok_and(|finding| self.0.send(finding).is_ok())
    }
}

/// The answer on its way, and the findings as they come. Dropping the findings stops the ladder at its next rung.
pub(crate) fn live(house: &Arc<House>, body: Diagnose) -> (Answering, UnboundedReceiver<String>) {
    let (told, findings) = unbounded_channel();
    let house = Arc::clone(house);
    let answering = async move { json(&climbed(&house, body, Some(Teller(told))).await?) };
    (Box::pin(answering), findings)
}

pub(super) async fn answer(house: &Arc<House>, body: Diagnose) -> Result<Page<Diagnosed>, Problem> {
    if body.stop {
        // the connection has ended the other one when it read this
        return Ok(Page { rows: Vec::new(), next: None, searched_to: None });
    }
    climbed(house, body, None).await
}

async fn climbed(house: &Arc<House>, body: Diagnose, teller: Option<Teller>) -> Result<Page<Diagnosed>, Problem> {
    let reader = house.reader()?;
    let rows = printers::rows(house, &reader)?;
    let setup = house.sign_in.setup().cloned();
    let terminal = setup.as_ref().map_or("", |setup| setup.terminal_id.as_str());
    let failed = |error| problem(DOING, &error);
    let known = Known {
        row: reader.sign_in(terminal).map_err(failed)?,
        last_sign_in: reader.sign_in_history(terminal).map_err(failed)?.last_sign_in.map(|entry| entry.answer),
        now: house.now(),
        line_busy: house.sign_in.is_speaking(),
    };
    drop(reader);
    let (told, result) = oneshot::channel();
    let which = body.id.unwrap_or_default();
    let keeper = Arc::clone(house);
    let climb = move || {
        let probes = ladder::Machine::begin();
        let mut watch: Box<dyn Watch> = match teller {
            Some(teller) => Box::new(teller),
            None => Box::new(Unwatched),
        };
        let found = ladder::climb(which, setup.as_deref(), &known, &rows, &probes, watch.as_mut());
        takings::record(&keeper, &probes.overheard());
        // who asked may be gone
        drop(told.send(found));
    };
    let broke = |why: String| Problem::new(ProblemKind::Unavailable, Reason::Other, DOING, why, "try again");
    let thread = std::thread::Builder::new().name("diagnose".to_owned());
    thread.spawn(climb).map_err(|error| broke(error.to_string()))?;
    let rows = result.await.map_err(|_| broke("its thread broke off".to_owned()))?;
    Ok(Page { rows, next: None, searched_to: None })
}
