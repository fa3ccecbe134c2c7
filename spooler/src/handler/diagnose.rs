//! `diagnose`: the ladder, on a thread of its own, at most five seconds.

use std::sync::Arc;

use protocol::{Diagnosed, Page, Problem, ProblemKind, Reason, request::Diagnose};
use tokio::sync::oneshot;

use super::printers;
use crate::{
    house::{House, problem},
    sign_in::ladder::{self, Known},
};

const DOING: &str = "looking for what is wrong";

pub(super) async fn answer(house: &Arc<House>, body: Diagnose) -> Result<Page<Diagnosed>, Problem> {
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
    let climb = move || {
        let probes = ladder::Machine::default();
        let found = ladder::climb(which, setup.as_deref(), &known, &rows, &probes);
        // who asked may be gone
        drop(told.send(found));
    };
    let broke = |why: String| Problem::new(ProblemKind::Unavailable, Reason::Other, DOING, why, "try again");
    let thread = std::thread::Builder::new().name("diagnose".to_owned());
    thread.spawn(climb).map_err(|error| broke(error.to_string()))?;
    let rows = result.await.map_err(|_| broke("its thread broke off".to_owned()))?;
    Ok(Page { rows, next: None, searched_to: None })
}
