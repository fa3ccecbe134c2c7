//! What happens in the queues by time alone: jobs grow too old, and desks want to be woken. One sleeper for all of it,
//! woken by changes; when nothing waits it sleeps for good.

use std::{sync::Arc, time::Duration};

use model::{Job, JobId};
use protocol::Event;
use store::StoreError;

use crate::{
    house::House,
    queue::expiry::{self, Deadlines},
};

/// A clock that is set forward is noticed after this long.
const LONGEST: Duration = Duration::from_secs(60);
/// What the store did not take is tried again after this long.
const AGAIN: Duration = Duration::from_secs(3);

/// Keeps the times; never returns.
pub(crate) async fn run(house: &Arc<House>) {
    // from before the first look, so that nothing is missed
    let mut following = house.changes.follow();
    let mut deadlines = Deadlines::default();
    let mut known = false;
    loop {
        if !known {
            known = read_all(house, &mut deadlines);
        }
        let laid_aside = lay_aside(house, &mut deadlines).await;
        let mut sleep = house.printers.wake_due();
        if let Some(next) = deadlines.next() {
            let until = u64::try_from(next.saturating_sub(house.now().unix_ms())).unwrap_or(0);
            sleep = [sleep, Some(Duration::from_millis(until).min(LONGEST))].into_iter().flatten().min();
        }
        if !known || !laid_aside {
            sleep = Some(sleep.unwrap_or(AGAIN).max(AGAIN));
        }
        tokio::select! {
            event = following.next() => match event {
                Event::Changed { jobs, .. } => known &= note(house, &mut deadlines, &jobs),
                Event::SignIn(_) => {}
                Event::Reset { .. } => known = false,
            },
            () = house.printers.stirred() => {}
            () = pause(sleep) => {}
        }
    }
}

async fn pause(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

fn read_all(house: &House, deadlines: &mut Deadlines) -> bool {
    let jobs = house.store.reader().and_then(|reader| reader.in_line());
    match jobs {
        Ok(jobs) => {
            *deadlines = Deadlines::default();
            jobs.iter().for_each(|job| deadlines.note(job, &house.config.queue.expire));
            true
        }
        Err(error) => {
            tracing::error!("looking for jobs that grow too old: {error}");
            false
        }
    }
}

/// Takes what a commit changed; false if the store could not be read.
fn note(house: &House, deadlines: &mut Deadlines, jobs: &[JobId]) -> bool {
    if jobs.is_empty() {
        return true;
    }
    let Ok(reader) = house.store.reader() else { return false };
    for id in jobs {
        match reader.job(*id) {
            Ok(Some(job)) => deadlines.note(&job, &house.config.queue.expire),
            Ok(None) | Err(StoreError::Damaged { .. }) => deadlines.forget(*id),
            Err(_) => return false,
        }
    }
    true
}

/// Lays aside what is too old now; false if the store did not take that.
async fn lay_aside(house: &Arc<House>, deadlines: &mut Deadlines) -> bool {
    let now = house.now();
    let due = deadlines.due(now);
    if due.is_empty() {
        return true;
    }
    let limits = house.config.queue.expire;
    let ids = due.clone();
    let done = house.submit(move |batch| {
        let mut aside = Vec::new();
        for id in ids {
            // a person may have released it meanwhile, or a printer taken it
            match batch.job(id) {
                Ok(Some(job)) if job.state.in_line() && expiry::is_too_old(&job, now, &limits) => {
                    aside.push(batch.expire(id)?);
                }
                Ok(_) | Err(StoreError::Damaged { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(aside)
    });
    match done.await {
        Ok(aside) => {
            aside.iter().for_each(tell);
            // one that was released has told, and is noted again
            due.iter().for_each(|id| deadlines.forget(*id));
            true
        }
        Err(error) => {
            tracing::error!("laying jobs aside that are too old: {error}");
            false
        }
    }
}

fn tell(job: &Job) {
    tracing::warn!("printer {}: {} {} is too old to be sent unasked", job.printer, job.kind, job.id);
}
