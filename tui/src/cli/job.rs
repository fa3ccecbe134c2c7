//! One job: show it, hold, release, cancel, resolve or move it; and what other verbs say of a job that they made.

use clap::{Subcommand, ValueEnum};
use model::{Job, JobId, JobState, Language};
use protocol::{
    Problem, ProblemKind, Reason,
    request::{self, JobMove, JobNamed, JobResolve},
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    answers,
    rows::{self, field},
    table::{Cell, Tone},
};
use crate::{
    context::Context,
    failure::Failure,
    output::Output,
    wording::{
        codes, queue,
        verbs::{self, Text},
    },
};

/// What is asked about one job.
#[derive(Debug, Subcommand)]
pub(crate) enum JobVerb {
    /// Shows a job with its evidence
    Show { id: String },
    /// Stops a job that waits; others pass it
    Hold { id: String },
    /// Lets a held or expired job print; its age starts anew
    Release { id: String },
    /// Ends a job; one that is being sent stops at the end of a segment, then part of it may be on paper (exit 5)
    Cancel { id: String },
    /// Says what became of a job that ended unconfirmed or partial
    Resolve { id: String, answer: Answer },
    /// Sends a job that waits to another printer
    Move { id: String, printer: String },
}

/// What a person says who looked for the slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Answer {
    /// It is there, whole
    Printed,
    /// It is not there, or not whole
    NotPrinted,
}

impl Answer {
    fn on_the_wire(self) -> request::Answer {
        match self {
            Answer::Printed => request::Answer::Printed,
            Answer::NotPrinted => request::Answer::NotPrinted,
        }
    }
}

/// Runs a verb of one job.
pub(super) async fn run(context: &Context, verb: JobVerb, out: &mut Output) -> Result<u8, Failure> {
    match verb {
        JobVerb::Show { id } => show(context, &id, out).await,
        JobVerb::Hold { id } => change(context, "job_hold", &JobNamed { id: job_id(&id)? }, done, out).await,
        JobVerb::Release { id } => change(context, "job_release", &JobNamed { id: job_id(&id)? }, done, out).await,
        JobVerb::Cancel { id } => change(context, "job_cancel", &JobNamed { id: job_id(&id)? }, cancelled, out).await,
        JobVerb::Resolve { id, answer } => {
            let body = JobResolve { id: job_id(&id)?, answer: answer.on_the_wire() };
            change(context, "job_resolve", &body, done, out).await
        }
        JobVerb::Move { id, printer } => {
            let body = JobMove { id: job_id(&id)?, printer };
            change(context, "job_move", &body, done, out).await
        }
    }
}

/// Asks for a change of a job and prints the job. Silence after the request is an unknown outcome.
async fn change(
    context: &Context,
    verb: &str,
    body: &impl Serialize,
    status: fn(JobState) -> u8,
    out: &mut Output,
) -> Result<u8, Failure> {
    let mut client = context.connect().await?;
    let raw: Box<RawValue> = client.call(verb, body).await.map_err(Failure::sent)?;
    answers::show(context, &raw, out, |job| fields(job, context.language))?;
    // a state that only a newer daemon knows is not known
    Ok(state(&raw).map_or(5, status))
}

/// It was asked for and done.
fn done(_state: JobState) -> u8 {
    0
}

/// 0 when no paper can have come out, 1 when it came out all the same, 5 where nobody knows (INTERFACES §1, §5).
fn cancelled(state: JobState) -> u8 {
    match state {
        JobState::Cancelled | JobState::NotPrinted => 0,
        JobState::Confirmed => 1,
        _ => 5,
    }
}

fn state(raw: &RawValue) -> Option<JobState> {
    #[derive(serde::Deserialize)]
    struct State {
        state: JobState,
    }
    serde_json::from_str::<State>(raw.get()).ok().map(|row| row.state)
}

async fn show(context: &Context, id: &str, out: &mut Output) -> Result<u8, Failure> {
    let body = request::JobShow { id: job_id(id)? };
    let mut client = context.connect().await?;
    answers::object(context, &mut client, "job_show", &body, out, |job| fields(job, context.language)).await?;
    Ok(0)
}

/// Prints the job that a request made. The exit status: 0 once it is accepted; where it was waited for, 0 on paper, 1
/// surely not, 5 not known (INTERFACES §5). A state that only a newer daemon knows is not known.
pub(super) fn made(context: &Context, raw: &RawValue, waited: bool, out: &mut Output) -> Result<u8, Failure> {
    answers::show(context, raw, out, |job| fields(job, context.language))?;
    Ok(match state(raw) {
        _ if !waited => 0,
        Some(JobState::Confirmed) => 0,
        Some(JobState::NotPrinted | JobState::Cancelled) => 1,
        _ => 5,
    })
}

fn job_id(text: &str) -> Result<JobId, Failure> {
    JobId::parse(text).ok_or_else(|| {
        let next = "find it with counterfoil jobs";
        let reason = Reason::NoSuchJob;
        let problem = Problem::new(ProblemKind::NotFound, reason, "looking up the job", "no job has this id", next);
        Failure::Refused(Box::new(problem.about(model::SafeText::new(text).as_str())))
    })
}

/// A job's keys with labels.
fn fields(job: &Job, language: Language) -> Vec<Vec<Cell>> {
    let label = |text: Text| Cell::new(verbs::text(text, language)).toned(Tone::Faint);
    let mut out = vec![
        field(Text::Id, job.id.to_string(), language),
        field(Text::Kind, codes::job_kind(job.kind, language), language),
        vec![
            label(Text::State),
            Cell::new(codes::job_state_of(job.kind, job.state, language)).toned(rows::job_tone(job.state)),
        ],
        field(Text::Printer, &job.printer, language),
        field(Text::QueuedAt, rows::clock(job.queued_at), language),
    ];
    let reprint = Some(verbs::reprint(job.reprint_number, language)).filter(|text| !text.is_empty());
    let optional = [
        (Text::Cause, job.cause.map(|cause| codes::cause(cause, language).to_owned())),
        (Text::Transaction, job.transaction.map(|id| id.to_string())),
        (Text::Copy, job.copy.map(|copy| codes::copy(copy, language).to_owned())),
        (Text::ReprintNumber, reprint),
        (Text::PrintedOn, job.printed_on.clone()),
        (Text::SoFar, queue::on_paper(job, language)),
        (Text::FinishedAt, job.finished_at.map(rows::clock)),
        (Text::Attempts, Some(job.attempts.to_string())),
        (Text::Bytes, job.bytes.map(|bytes| bytes.to_string())),
        (Text::Operator, job.operator.clone()),
        (Text::Approver, job.approver.clone()),
        (Text::Reason, job.reason.as_ref().map(ToString::to_string)),
    ];
    out.extend(optional.into_iter().filter_map(|(label, value)| Some(field(label, value?, language))));
    for (nth, piece) in job.evidence.iter().enumerate() {
        let first = if nth == 0 { label(Text::Evidence) } else { Cell::new("") };
        out.push(vec![first, Cell::new(rows::evidence(piece, language))]);
    }
    out
}
