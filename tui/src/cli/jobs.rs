//! `jobs`: the queue, newest first; with `--watch` each job as it changes.

use std::collections::HashMap;

use model::{Change, Job, JobId, JobState};
use protocol::{Client, Event, Incoming, Status, Subscribed, request};
use serde_json::value::RawValue;

use super::{
    answers::{self, RawPage},
    rows,
};
use crate::{context::Context, failure::Failure, output::Output};

/// How many changes back a watched job is remembered, to print each change once.
const REMEMBERED: u64 = 10_000;

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Arguments {
    /// Only jobs in this state
    #[arg(long, value_name = "S", value_parser = super::job_state())]
    state: Option<String>,
    /// Only jobs of this printer
    #[arg(long, value_name = "P")]
    printer: Option<String>,
    /// How many; 50 if absent, at most 500
    #[arg(long)]
    limit: Option<usize>,
    /// Where the list before ended
    #[arg(long, value_name = "CURSOR", conflicts_with = "watch")]
    after: Option<String>,
    /// Oldest first, then each job as it changes, until interrupted
    #[arg(long)]
    watch: bool,
}

pub(super) async fn run(context: &Context, arguments: Arguments, out: &mut Output) -> Result<u8, Failure> {
    let Arguments { state, printer, limit, after, watch } = arguments;
    let state = state.as_deref().and_then(JobState::from_word);
    let body = request::Jobs { state, printer, limit, after };
    if !watch {
        let year = rows::this_year();
        return answers::list(context, "jobs", &body, out, |raw| rows::job(raw, year, context.language)).await;
    }
    let mut client = context.connect().await?;
    let mut watched = Watched { context, filter: body, seen: HashMap::new(), last: 0 };
    // from a number read before the list, so that nothing falls between the two
    let status: Status = client.call("status", &request::Nothing {}).await?;
    let _: Subscribed = client.call("subscribe", &request::Subscribe { after: status.change.0 }).await?;
    watched.list(&mut client, out).await?;
    loop {
        match client.next().await? {
            Incoming::Event(Event::Reset { .. }) => watched.list(&mut client, out).await?,
            Incoming::Event(Event::Changed { jobs, .. }) => {
                for id in jobs {
                    watched.changed(&mut client, id, out).await?;
                }
            }
            Incoming::Event(Event::SignIn(_)) | Incoming::Answer { .. } | Incoming::Progress { .. } => {}
        }
    }
}

struct Watched<'a> {
    context: &'a Context,
    filter: request::Jobs,
    /// The change with which each job was printed last.
    seen: HashMap<JobId, u64>,
    last: u64,
}

/// The keys of a job that decide whether it is printed; a newer daemon may have more of everything else.
#[derive(serde::Deserialize)]
struct Head {
    id: JobId,
    state: String,
    printer: String,
    change: Change,
}

impl Watched<'_> {
    async fn list(&mut self, client: &mut Client, out: &mut Output) -> Result<(), Failure> {
        let page: RawPage = client.call("jobs", &self.filter).await?;
        for raw in page.rows.iter().rev() {
            self.print(raw, out)?;
        }
        out.flush()
    }

    async fn changed(&mut self, client: &mut Client, id: JobId, out: &mut Output) -> Result<(), Failure> {
        match client.call::<Box<RawValue>>("job_show", &request::JobShow { id }).await {
            Ok(raw) => self.print(&raw, out)?,
            // a job may be gone again by the time one asks
            Err(protocol::ClientError::Refused(problem)) if problem.kind == protocol::ProblemKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        out.flush()
    }

    fn print(&mut self, raw: &RawValue, out: &mut Output) -> Result<(), Failure> {
        let Ok(head) = serde_json::from_str::<Head>(raw.get()) else { return out.raw_json(raw.get()) };
        let wanted = self.filter.state.is_none_or(|state| state.word() == head.state)
            && self.filter.printer.as_ref().is_none_or(|printer| *printer == head.printer);
        let change = head.change.0;
        if !wanted || self.seen.get(&head.id).is_some_and(|printed| *printed >= change) {
            return Ok(());
        }
        self.seen.insert(head.id, change);
        self.last = self.last.max(change);
        if self.seen.len() > 2_000 {
            let floor = self.last.saturating_sub(REMEMBERED);
            self.seen.retain(|_, printed| *printed >= floor);
        }
        match serde_json::from_str::<Job>(raw.get()) {
            Ok(job) if !self.context.json => {
                out.words(&format!("{}  {}", rows::clock(moment(&job)), rows::job_line(&job, self.context.language)))
            }
            _ => out.raw_json(raw.get()),
        }
    }
}

/// When a job came to where it is.
fn moment(job: &Job) -> model::Moment {
    job.finished_at.or(job.evidence.last().map(|piece| piece.at)).unwrap_or(job.queued_at)
}
