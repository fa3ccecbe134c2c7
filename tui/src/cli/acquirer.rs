//! `sign-in`, `sign-out`, `echo`, `settle`, `acquirer`, `diagnose`, `report`: the acquirer from a shell.

use clap::{Args, ValueEnum};
use model::{
    BatchTotals, Language, SettleAnswer, SettleOutcome, SignInAnswer, SignInCause, SignInOutcome, StepName, Total,
};
use protocol::{
    AcquirerState, Conclusion, Diagnosed, Finding, Settled,
    request::{Diagnose, Ladder, Nothing, Paper, Report},
};
use serde_json::{Value, value::RawValue};

use super::{
    answers::RawPage,
    job,
    table::{self, Cell, Tone},
};
use crate::{
    context::Context,
    failure::Failure,
    output::Output,
    wording::{
        acquirer::{self as say, Label},
        codes,
    },
};

/// What `diagnose` looks at.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum What {
    Printing,
    SignIn,
    Network,
    All,
}

#[derive(Debug, Args)]
pub(crate) struct DiagnoseArguments {
    /// Which probes
    #[arg(value_enum, default_value = "all")]
    what: What,
}

/// Which paper.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum WhichPaper {
    /// The last settlement's report again
    Settlement,
    /// The open batch, one by one
    Details,
    /// The open batch, in sums
    Summary,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    #[arg(value_enum)]
    what: WhichPaper,
    /// Where to print it; the printer of receipts if absent
    #[arg(long, value_name = "P")]
    printer: Option<String>,
}

/// Which of the three verbs that answer alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    SignIn,
    SignOut,
    Echo,
}

pub(super) async fn act(context: &Context, act: Act, out: &mut Output) -> Result<u8, Failure> {
    let (verb, done) = match act {
        Act::SignIn => ("sign_in", SignInOutcome::SignedIn),
        Act::SignOut => ("sign_out", SignInOutcome::SignedOut),
        Act::Echo => ("echo", SignInOutcome::Answered),
    };
    let mut client = context.connect().await?;
    let raw: Box<RawValue> = client.call(verb, &Nothing {}).await.map_err(Failure::sent)?;
    let answer = serde_json::from_str::<SignInAnswer>(raw.get()).ok();
    match &answer {
        Some(answer) if !context.json => lines(context, &outcome(answer, context.language), out)?,
        _ => worded(context, &raw, out)?,
    }
    Ok(u8::from(answer.is_none_or(|answer| answer.outcome != done)))
}

pub(super) async fn settle(context: &Context, out: &mut Output) -> Result<u8, Failure> {
    let mut client = context.connect().await?;
    let raw: Box<RawValue> = client.call("settle", &Nothing {}).await.map_err(Failure::sent)?;
    let settled = serde_json::from_str::<Settled>(raw.get()).ok();
    match &settled {
        Some(settled) if !context.json => lines(context, &settlement(settled, context.language), out)?,
        _ => worded(context, &raw, out)?,
    }
    Ok(match settled {
        Some(settled) if settled.answer.outcome == SettleOutcome::Balanced => 0,
        Some(settled) if settled.unknown => 5,
        _ => 1,
    })
}

pub(super) async fn acquirer(context: &Context, out: &mut Output) -> Result<u8, Failure> {
    let mut client = context.connect().await?;
    let raw: Box<RawValue> = client.call("acquirer", &Nothing {}).await?;
    match serde_json::from_str::<AcquirerState>(raw.get()) {
        Ok(state) if !context.json => lines(context, &standing(&state, context.language), out)?,
        _ => worded(context, &raw, out)?,
    }
    Ok(0)
}

/// Exit 0 when it ran, whatever it found: that is what its answer is for.
pub(super) async fn diagnose(
    context: &Context,
    arguments: &DiagnoseArguments,
    out: &mut Output,
) -> Result<u8, Failure> {
    let id = match arguments.what {
        What::Printing => Ladder::Printing,
        What::SignIn => Ladder::SignIn,
        What::Network => Ladder::Network,
        What::All => Ladder::All,
    };
    let mut client = context.connect().await?;
    let page: RawPage = client.call("diagnose", &Diagnose { id: Some(id) }).await?;
    let mut found = Vec::new();
    for raw in &page.rows {
        match serde_json::from_str::<Diagnosed>(raw.get()) {
            Ok(row) if !context.json => match row {
                Diagnosed::Finding(finding) => found.push(rung(&finding, context.language)),
                Diagnosed::Conclusion(conclusion) => found.extend(concluded(&conclusion, context.language)),
            },
            _ => worded(context, raw, out)?,
        }
    }
    lines(context, &found, out)?;
    Ok(0)
}

pub(super) async fn report(context: &Context, arguments: ReportArguments, out: &mut Output) -> Result<u8, Failure> {
    let id = match arguments.what {
        WhichPaper::Settlement => Paper::Settlement,
        WhichPaper::Details => Paper::Details,
        WhichPaper::Summary => Paper::Summary,
    };
    let mut client = context.connect().await?;
    let body = Report { id, printer: arguments.printer };
    let raw: Box<RawValue> = client.call("report", &body).await.map_err(Failure::sent)?;
    job::made(context, &raw, false, out)
}

fn lines(context: &Context, rows: &[Vec<Cell>], out: &mut Output) -> Result<(), Failure> {
    for line in table::lines(rows, context.color) {
        out.raw(&line)?;
    }
    out.flush()
}

/// The object as it came, its sentences in the user's language.
fn worded(context: &Context, raw: &RawValue, out: &mut Output) -> Result<(), Failure> {
    let translated = match context.language {
        Language::En => None,
        Language::Zh => serde_json::from_str::<Value>(raw.get()).ok().map(|mut value| {
            translate(&mut value, context.language);
            value.to_string()
        }),
    };
    out.line(translated.as_deref().unwrap_or_else(|| raw.get()))
}

fn translate(value: &mut Value, language: Language) {
    let Value::Object(object) = value else { return };
    for key in ["last_sign_in", "history"] {
        match object.get_mut(key) {
            Some(Value::Array(rows)) => rows.iter_mut().for_each(|row| translate(row, language)),
            Some(inner) => translate(inner, language),
            None => {}
        }
    }
    if !object.contains_key("message") {
        return;
    }
    let cause = object.get("cause").and_then(Value::as_str).and_then(SignInCause::from_word);
    let outcome = object.get("outcome").and_then(Value::as_str);
    let words = match cause {
        Some(cause) => {
            let detail = object
                .get("steps")
                .and_then(Value::as_array)
                .and_then(|steps| steps.iter().rev().find(|step| step["ok"] == Value::Bool(false))?["detail"].as_str());
            let message = match detail.filter(|detail| !detail.is_empty()) {
                Some(detail) => format!("{}（{detail}）", say::cause(cause, language)),
                None => say::cause(cause, language).to_owned(),
            };
            Some((message, say::action(cause, language)))
        }
        None => match (outcome, object.get("conclusion")) {
            (Some("unbalanced"), _) => {
                Some((say::settled(SettleOutcome::Unbalanced, language).to_owned(), say::compare(language)))
            }
            (Some("balanced"), _) => Some((say::settled(SettleOutcome::Balanced, language).to_owned(), "")),
            (Some(word), _) => {
                SignInOutcome::from_word(word).map(|outcome| (say::outcome(outcome, language).to_owned(), ""))
            }
            (None, Some(_)) if object.get("cause") == Some(&Value::Null) => {
                Some((say::nothing_wrong(language).to_owned(), ""))
            }
            _ => None,
        },
    };
    if let Some((message, action)) = words {
        object.insert("message".to_owned(), Value::String(message));
        object.insert("action".to_owned(), Value::String(action.to_owned()));
    }
}

fn row(label: Label, value: impl AsRef<str>, language: Language) -> Vec<Cell> {
    vec![Cell::new(say::label(label, language)).toned(Tone::Faint), Cell::new(value)]
}

fn toned(label: Label, value: impl AsRef<str>, tone: Tone, language: Language) -> Vec<Cell> {
    vec![Cell::new(say::label(label, language)).toned(Tone::Faint), Cell::new(value).toned(tone)]
}

/// Cause, other causes, what to do.
fn why(cause: Option<SignInCause>, candidates: &[SignInCause], language: Language) -> Vec<Vec<Cell>> {
    let Some(cause) = cause else { return Vec::new() };
    let mut rows = vec![toned(Label::Cause, say::cause(cause, language), Tone::Bad, language)];
    rows.extend(candidates.iter().map(|also| row(Label::Also, say::cause(*also, language), language)));
    rows.push(row(Label::Do, say::action(cause, language), language));
    rows
}

fn outcome(answer: &SignInAnswer, language: Language) -> Vec<Vec<Cell>> {
    let good = answer.cause.is_none();
    let tone = if good { Tone::Good } else { Tone::Bad };
    let mut rows = vec![toned(Label::State, say::outcome(answer.outcome, language), tone, language)];
    rows.extend(answer.code.as_ref().map(|code| row(Label::Code, code, language)));
    rows.extend(answer.batch.as_ref().map(|batch| row(Label::Batch, batch, language)));
    rows.extend(answer.host_time.map(|time| row(Label::HostTime, time.to_string(), language)));
    if !good {
        let steps = answer.steps.iter();
        rows.extend(
            steps.map(|step| measured(say::step(step.name, language), step.ok, step.ms, &step.detail, language)),
        );
    }
    rows.extend(why(answer.cause, &answer.candidates, language));
    rows
}

fn measured(name: &str, ok: Option<bool>, ms: u64, detail: &str, language: Language) -> Vec<Cell> {
    let tone = match ok {
        Some(true) => Tone::Good,
        Some(false) => Tone::Bad,
        None => Tone::Faint,
    };
    let time = if ok.is_some() { format!("{ms} ms") } else { String::new() };
    vec![
        Cell::new(name).toned(Tone::Faint),
        Cell::new(say::measured(ok, language)).toned(tone),
        Cell::right(time).toned(Tone::Faint),
        Cell::new(detail),
    ]
}

fn totals(label: Label, totals: &BatchTotals, language: Language) -> Vec<Cell> {
    let one =
        |sign: &str, total: &Total| format!("{sign} {}", say::total(total.count, &total.amount.to_string(), language));
    let mut text = format!("{}  {}", one("+", &totals.debit), one("-", &totals.credit));
    if totals.foreign_debit.count > 0 || totals.foreign_credit.count > 0 {
        text = format!("{text}  * {}  {}", one("+", &totals.foreign_debit), one("-", &totals.foreign_credit));
    }
    row(label, text, language)
}

fn settlement(settled: &Settled, language: Language) -> Vec<Vec<Cell>> {
    let SettleAnswer { outcome, batch, ours, host, cause, candidates, .. } = &settled.answer;
    let tone = match outcome {
        SettleOutcome::Balanced => Tone::Good,
        SettleOutcome::Unbalanced => Tone::Doubtful,
        _ => Tone::Bad,
    };
    let mut rows = vec![toned(Label::State, say::settled(*outcome, language), tone, language)];
    rows.extend(batch.as_ref().map(|batch| row(Label::Batch, batch, language)));
    rows.push(totals(Label::Ours, ours, language));
    rows.extend(host.as_ref().map(|host| totals(Label::Host, host, language)));
    rows.extend(why(*cause, candidates, language));
    if *outcome == SettleOutcome::Unbalanced {
        rows.push(row(Label::Do, say::compare(language), language));
    }
    if !settled.left_out.is_empty() {
        rows.push(row(Label::Report, say::no_report(language), language));
    }
    rows.extend(settled.report.map(|job| row(Label::Report, job.to_string(), language)));
    rows
}

fn standing(state: &AcquirerState, language: Language) -> Vec<Vec<Cell>> {
    let answer = &state.answer;
    let mut rows = vec![row(Label::State, say::state(answer.state, language), language)];
    let known =
        [(Label::Terminal, &answer.terminal_id), (Label::Merchant, &answer.merchant_id), (Label::Batch, &answer.batch)];
    rows.extend(known.into_iter().filter_map(|(label, value)| Some(row(label, value.as_ref()?, language))));
    let open = say::total(answer.open.count, &answer.open.amount.to_string(), language);
    rows.push(row(Label::Open, open, language));
    if let Some(last) = &answer.last_sign_in {
        let text = format!("{} {}", last.at, say::outcome(last.outcome, language));
        rows.push(row(Label::LastSignIn, text, language));
    }
    if state.cause.is_some() {
        rows.extend(why(state.cause, &[], language));
        rows.push(row(Label::Do, say::never_again(language), language));
    }
    rows
}

fn rung(finding: &Finding, language: Language) -> Vec<Cell> {
    let name = StepName::from_word(&finding.finding).map(|name| say::step(name, language));
    measured(name.unwrap_or(&finding.finding), finding.ok, finding.ms, &finding.detail, language)
}

fn concluded(conclusion: &Conclusion, language: Language) -> Vec<Vec<Cell>> {
    let Some(cause) = &conclusion.cause else {
        return vec![toned(Label::State, say::nothing_wrong(language), Tone::Good, language)];
    };
    let candidates: Vec<SignInCause> =
        conclusion.candidates.iter().filter_map(|word| SignInCause::from_word(word)).collect();
    match (SignInCause::from_word(cause), model::Cause::from_word(cause)) {
        (Some(cause), _) => why(Some(cause), &candidates, language),
        (None, Some(cause)) => vec![
            toned(Label::Cause, codes::cause(cause, language), Tone::Bad, language),
            row(Label::Do, codes::remedy(cause, language), language),
        ],
        // a newer daemon's word
        (None, None) => vec![toned(Label::Cause, &conclusion.message, Tone::Bad, language)],
    }
}
