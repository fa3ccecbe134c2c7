//! `sign-in`, `sign-out`, `echo`, `settle`, `acquirer`, `diagnose`, `report`: the acquirer from a shell.

use clap::{Args, ValueEnum};
use model::{
    BatchTotals, Language, Measured, SettleAnswer, SettleOutcome, SignInAnswer, SignInCause, SignInOutcome, Step,
    StepName, Total,
};
use protocol::{
    AcquirerState, Conclusion, Diagnosed, Finding, Page, Settled,
    request::{Diagnose, Ladder, Nothing, Paper, Report},
};
use serde_json::{Value, value::RawValue};
use unicode_width::UnicodeWidthStr as _;

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
        acquirer::{self as say, Asked, Label, told_by},
        codes, measured as words,
        sign_in::{if_so, left_batch, left_open, other_host, sign_in_now, unknown_sales},
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
    let asked = if act == Act::SignIn { Asked::SignIn } else { Asked::Other };
    let mut client = context.connect().await?;
    let raw: Box<RawValue> = client.call(verb, &Nothing {}).await.map_err(Failure::sent)?;
    let answer = serde_json::from_str::<SignInAnswer>(raw.get()).ok();
    match &answer {
        Some(answer) if !context.json => lines(context, &outcome(asked, answer, context.language), out)?,
        _ => worded(context, &raw, asked, out)?,
    }
    Ok(u8::from(answer.is_none_or(|answer| answer.outcome != done)))
}

pub(super) async fn settle(context: &Context, out: &mut Output) -> Result<u8, Failure> {
    let mut client = context.connect().await?;
    let raw: Box<RawValue> = client.call("settle", &Nothing {}).await.map_err(Failure::sent)?;
    let settled = serde_json::from_str::<Settled>(raw.get()).ok();
    match &settled {
        Some(settled) if !context.json => lines(context, &settlement(settled, context.language), out)?,
        _ => worded(context, &raw, Asked::Settle, out)?,
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
        _ => worded(context, &raw, Asked::SignIn, out)?,
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
    if context.json {
        let page: RawPage = client.call("diagnose", &Diagnose { id: Some(id), ..Diagnose::default() }).await?;
        for raw in &page.rows {
            worded(context, raw, Asked::SignIn, out)?;
        }
        return out.flush().map(|()| 0);
    }
    // each line as it comes: who waits five seconds sees what it is waiting for
    let mut printed = Ok(());
    let body = Diagnose { id: Some(id), progress: true, ..Diagnose::default() };
    let page: Page<Diagnosed> = client
        .call_live("diagnose", &body, |part| {
            if let (Ok(finding), Ok(())) = (serde_json::from_str::<Finding>(part.get()), &printed) {
                printed = lines(context, &[rung(&finding, context.language)], out);
            }
        })
        .await?;
    printed?;
    for row in &page.rows {
        if let Diagnosed::Conclusion(conclusion) = row {
            lines(context, &concluded(conclusion, context.language), out)?;
        }
    }
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
fn worded(context: &Context, raw: &RawValue, asked: Asked, out: &mut Output) -> Result<(), Failure> {
    let translated = match context.language {
        Language::En => None,
        Language::Zh => serde_json::from_str::<Value>(raw.get()).ok().map(|mut value| {
            translate(&mut value, asked, context.language);
            value.to_string()
        }),
    };
    out.line(translated.as_deref().unwrap_or_else(|| raw.get()))
}

fn translate(value: &mut Value, asked: Asked, language: Language) {
    let Value::Object(object) = value else { return };
    // a line of the history says itself what was asked
    let asked = match object.get("act").and_then(Value::as_str) {
        None => asked,
        Some("sign_in") => Asked::SignIn,
        Some("settle") => Asked::Settle,
        Some(_) => Asked::Other,
    };
    for key in ["last_sign_in", "history"] {
        match object.get_mut(key) {
            Some(Value::Array(rows)) => rows.iter_mut().for_each(|row| translate(row, asked, language)),
            Some(inner) => translate(inner, Asked::SignIn, language),
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
            let steps = object.get("steps").and_then(Value::as_array);
            let steps: Vec<Step> =
                steps.and_then(|steps| serde_json::from_value(Value::Array(steps.clone())).ok()).unwrap_or_default();
            let wrong = Step::decisive(&steps);
            let concluded = || serde_json::from_value::<Measured>(object.get("measured")?.clone()).ok();
            let said = wrong.map_or_else(concluded, |step| step.measured.clone());
            let english = wrong.map_or("", |step| step.detail.as_str());
            let detail = words::detail(said.as_ref(), english, language);
            let candidates = object.get("candidates").and_then(Value::as_array).into_iter().flatten();
            let candidates: Vec<SignInCause> =
                candidates.filter_map(|word| SignInCause::from_word(word.as_str()?)).collect();
            let sentence = say::cause_beside(cause, &candidates, language);
            let message = match Some(detail).filter(|detail| !detail.is_empty()) {
                Some(detail) => format!("{sentence}（{detail}）"),
                None => sentence.to_owned(),
            };
            Some((message, say::action(asked, cause, &candidates, language)))
        }
        None => match (outcome, object.get("conclusion")) {
            (Some("unbalanced"), _) => {
                Some((say::settled(SettleOutcome::Unbalanced, language).to_owned(), say::compare(language).to_owned()))
            }
            (Some("balanced"), _) => Some((say::settled(SettleOutcome::Balanced, language).to_owned(), String::new())),
            (Some(word), _) => SignInOutcome::from_word(word).map(|outcome| {
                let steps =
                    object.get("steps").and_then(|steps| serde_json::from_value::<Vec<Step>>(steps.clone()).ok());
                match steps.and_then(|steps| left_open(&steps, language)) {
                    Some((left, action)) => (format!("{}；{left}", say::outcome(outcome, language)), action.to_owned()),
                    None => (say::outcome(outcome, language).to_owned(), String::new()),
                }
            }),
            (None, Some(_)) if object.get("cause") == Some(&Value::Null) => {
                let action = if object.get("action").and_then(Value::as_str) == Some("sign in") {
                    sign_in_now(language)
                } else {
                    ""
                };
                let gone =
                    object.get("measured").and_then(|gone| serde_json::from_value::<Measured>(gone.clone()).ok());
                let message = say::nothing_wrong(language);
                let message = match gone {
                    Some(gone) => {
                        format!("{message}；{}", other_host(&words::detail(Some(&gone), "", language), language))
                    }
                    None => message.to_owned(),
                };
                Some((message, action.to_owned()))
            }
            _ => None,
        },
    };
    let unknown = object.get("unknown_sales").and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok());
    if let Some((mut message, action)) = words {
        if let Some(unknown) = unknown.filter(|unknown| *unknown > 0) {
            message = format!("{message}；{}", unknown_sales(unknown, language));
        }
        object.insert("message".to_owned(), Value::String(message));
        object.insert("action".to_owned(), Value::String(action));
    }
}

fn row(label: Label, value: impl AsRef<str>, language: Language) -> Vec<Cell> {
    vec![Cell::new(say::label(label, language)).toned(Tone::Faint), Cell::new(value)]
}

fn toned(label: Label, value: impl AsRef<str>, tone: Tone, language: Language) -> Vec<Cell> {
    vec![Cell::new(say::label(label, language)).toned(Tone::Faint), Cell::new(value).toned(tone)]
}

/// Cause, other causes, what to do.
fn why(asked: Asked, cause: Option<SignInCause>, candidates: &[SignInCause], language: Language) -> Vec<Vec<Cell>> {
    let Some(cause) = cause else { return Vec::new() };
    let mut rows = vec![toned(Label::Cause, say::cause_beside(cause, candidates, language), Tone::Bad, language)];
    rows.extend(candidates.iter().map(|also| {
        row(Label::Also, if_so(say::cause(*also, language), told_by(*also, language), language), language)
    }));
    rows.push(row(Label::Do, say::action(asked, cause, candidates, language), language));
    rows
}

fn outcome(asked: Asked, answer: &SignInAnswer, language: Language) -> Vec<Vec<Cell>> {
    let good = answer.cause.is_none();
    let tone = if good { Tone::Good } else { Tone::Bad };
    let mut rows = vec![toned(Label::State, say::outcome(answer.outcome, language), tone, language)];
    rows.extend(answer.code.as_ref().map(|code| row(Label::Code, code, language)));
    rows.extend(answer.batch.as_ref().map(|batch| row(Label::Batch, batch, language)));
    rows.extend(answer.host_time.map(|time| row(Label::HostTime, time.to_string(), language)));
    if !good {
        let steps = answer.steps.iter();
        rows.extend(steps.map(|step| {
            let detail = words::detail(step.measured.as_ref(), &step.detail, language);
            measured(say::step(step.name, language), step.ok, step.ms, &detail, language)
        }));
    }
    if let Some((left, action)) = left_open(&answer.steps, language).filter(|_| good) {
        rows.push(toned(Label::Note, left, Tone::Doubtful, language));
        rows.push(row(Label::Do, action, language));
    }
    rows.extend(why(asked, answer.cause, &answer.candidates, language));
    rows
}

/// With blanks behind it up to so many columns.
fn wide(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

fn measured(name: &str, ok: Option<bool>, ms: u64, detail: &str, language: Language) -> Vec<Cell> {
    let tone = match ok {
        Some(true) => Tone::Good,
        Some(false) => Tone::Bad,
        None => Tone::Faint,
    };
    let time = if ok.is_some() { format!("{ms} ms") } else { String::new() };
    let word = if language == Language::Zh { 6 } else { 12 };
    // told one by one, they still stand in columns
    vec![
        Cell::new(wide(name, 18)).toned(Tone::Faint),
        Cell::new(wide(say::measured(ok, language), word)).toned(tone),
        Cell::right(format!("{time:>8}")).toned(Tone::Faint),
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
    rows.extend(why(Asked::Settle, *cause, candidates, language));
    if *outcome == SettleOutcome::Unbalanced {
        rows.push(row(Label::Do, say::compare(language), language));
    }
    if settled.unknown_sales > 0 {
        rows.push(toned(Label::Open, unknown_sales(settled.unknown_sales, language), Tone::Doubtful, language));
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
    if state.unknown > 0 {
        rows.push(toned(Label::Open, unknown_sales(state.unknown, language), Tone::Doubtful, language));
    }
    let total = |total: &Total| say::total(total.count, &total.amount.to_string(), language);
    if state.late.count > 0 {
        rows.push(toned(Label::Open, left_batch(None, &total(&state.late), language), Tone::Doubtful, language));
    }
    rows.extend(state.unsettled.iter().map(|left| {
        let sum = total(&Total { count: left.count, amount: left.amount });
        toned(Label::Open, left_batch(Some(&left.batch), &sum, language), Tone::Doubtful, language)
    }));
    if let Some(last) = &answer.last_sign_in {
        let text = format!("{} {}", last.at, say::outcome(last.outcome, language));
        rows.push(row(Label::LastSignIn, text, language));
    }
    if state.cause.is_some() {
        rows.extend(why(Asked::SignIn, state.cause, &[], language));
        rows.push(row(Label::Do, say::never_again(language), language));
    }
    rows
}

fn rung(finding: &Finding, language: Language) -> Vec<Cell> {
    let name = StepName::from_word(&finding.finding).map(|name| say::step(name, language));
    let detail = words::detail(finding.measured.as_ref(), &finding.detail, language);
    measured(name.unwrap_or(&finding.finding), finding.ok, finding.ms, &detail, language)
}

fn concluded(conclusion: &Conclusion, language: Language) -> Vec<Vec<Cell>> {
    let Some(cause) = &conclusion.cause else {
        let mut rows = vec![toned(Label::State, say::nothing_wrong(language), Tone::Good, language)];
        if let Some(gone) = &conclusion.measured {
            let gone = other_host(&words::detail(Some(gone), &conclusion.message, language), language);
            rows.push(toned(Label::Also, gone, Tone::Doubtful, language));
        }
        if conclusion.action == "sign in" {
            rows.push(row(Label::Do, sign_in_now(language), language));
        }
        return rows;
    };
    let candidates: Vec<SignInCause> =
        conclusion.candidates.iter().filter_map(|word| SignInCause::from_word(word)).collect();
    match (SignInCause::from_word(cause), model::Cause::from_word(cause)) {
        (Some(cause), _) => why(Asked::SignIn, Some(cause), &candidates, language),
        (None, Some(cause)) => vec![
            toned(Label::Cause, codes::cause(cause, language), Tone::Bad, language),
            row(Label::Do, codes::remedy(cause, language), language),
        ],
        // a newer daemon's word
        (None, None) => vec![toned(Label::Cause, &conclusion.message, Tone::Bad, language)],
    }
}
