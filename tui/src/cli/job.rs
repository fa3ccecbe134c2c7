//! One job: `job show`, and what other verbs say of a job that they made.

use model::{Job, JobId, JobState, Language};
use protocol::{Problem, ProblemKind, Reason, request};
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
        codes,
        verbs::{self, Text},
    },
};

pub(super) async fn show(context: &Context, id: &str, out: &mut Output) -> Result<u8, Failure> {
    let body = request::JobShow { id: job_id(id)? };
    let mut client = context.connect().await?;
    answers::object(context, &mut client, "job_show", &body, out, |job| fields(job, context.language)).await?;
    Ok(0)
}

/// Prints the job that a request made. The exit status: 0 once it is accepted; where it was waited for, 0 on paper, 1
/// surely not, 5 not known (INTERFACES §5). A state that only a newer daemon knows is not known.
pub(super) fn made(context: &Context, raw: &RawValue, waited: bool, out: &mut Output) -> Result<u8, Failure> {
    #[derive(serde::Deserialize)]
    struct State {
        state: JobState,
    }
    answers::show(context, raw, out, |job| fields(job, context.language))?;
    Ok(match serde_json::from_str::<State>(raw.get()).map(|row| row.state) {
        _ if !waited => 0,
        Ok(JobState::Confirmed) => 0,
        Ok(JobState::NotPrinted | JobState::Cancelled) => 1,
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
