//! `record`: events in, one answer per line out, in order, each as soon as it is there (INTERFACES §4).
//!
//! Many requests are under way over one connection; the daemon commits them together.

mod input;

use std::{collections::VecDeque, io::Read, path::Path};

use model::Language;
use protocol::{Client, ClientError, Incoming, Problem, ProblemKind, REQUEST_LIMIT, Reason};
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use self::input::{Body, Line};

use crate::{
    context::Context,
    failure::{Failure, worded},
    output::Output,
    wording::verbs::{self, Text},
};

/// Requests under way at once.
const WINDOW: usize = 256;

/// What became of the lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) good: usize,
    pub(crate) bad: usize,
}

/// A line on its way to its answer.
enum Pending {
    /// The id of its request, and where it stood.
    Asked {
        id: u64,
        line: u64,
    },
    Answered(String),
}

pub(super) async fn run(context: &Context, file: Option<&Path>, out: &mut Output) -> Result<u8, Failure> {
    let input: Box<dyn Read + Send> = match file {
        Some(path) if path != Path::new("-") => {
            let opened = std::fs::File::open(path);
            Box::new(opened.map_err(|source| Failure::Input { file: path.to_owned(), source })?)
        }
        _ => Box::new(std::io::stdin()),
    };
    let client = context.connect().await?;
    let tally = pump(client, input, out, context.language).await.map_err(|failure| match failure {
        // events may have been recorded whose answer nobody read
        Failure::OutputClosed(_) => Failure::OutputClosed(5),
        other => other,
    })?;
    Ok(u8::from(tally.bad > 0))
}

/// Sends every line of `input` and writes every answer, until the input ends and all is answered.
///
/// # Errors
/// The input, the output or the connection; lines not answered by then may or may not be recorded.
pub(crate) async fn pump(
    client: Client,
    input: impl Read + Send + 'static,
    out: &mut Output,
    language: Language,
) -> Result<Tally, Failure> {
    let (mut reader, mut writer) = client.split();
    let mut lines = input::lines(input).map_err(|source| Failure::io("starting to read the events", source))?;
    // a task of its own reads, so that neither side ever waits for the other's full buffer; the window bounds it
    let (answered, mut answers) = mpsc::unbounded_channel();
    let reading = tokio::spawn(async move {
        loop {
            let answer = reader.next().await;
            let last = answer.is_err();
            if answered.send(answer).is_err() || last {
                return;
            }
        }
    });
    let mut pending: VecDeque<Pending> = VecDeque::new();
    let mut tally = Tally::default();
    let mut sent = 0;
    let mut open = true;
    while open || !pending.is_empty() {
        tokio::select! {
            line = lines.recv(), if open && pending.len() < WINDOW => match line {
                None => open = false,
                Some(Err(source)) => return Err(Failure::io("reading the events", source)),
                Some(Ok(Line { number, body })) => match within_limit(body, sent + 1) {
                    Body::Json(raw) => match writer.send("record", &raw).await {
                        Ok(id) => {
                            sent = id;
                            pending.push_back(Pending::Asked { id, line: number });
                        }
                        // what was answered before it broke is still to be read; the reader says why it broke
                        Err(_) => open = false,
                    },
                    body => pending.push_back(Pending::Answered(refused(&local(&body, language), number))),
                },
            },
            answer = answers.recv() => match answer {
                Some(Ok(Incoming::Answer { id, result })) => land(&mut pending, id, result, language),
                Some(Ok(Incoming::Event(_) | Incoming::Progress { .. })) => {}
                Some(Err(error)) => return Err(error.into()),
                None => return Err(Failure::Away(ClientError::Closed)),
            },
        }
        while let Some(Pending::Answered(_)) = pending.front() {
            if let Some(Pending::Answered(text)) = pending.pop_front() {
                let good = text.starts_with("{\"ok\":true");
                tally.good += usize::from(good);
                tally.bad += usize::from(!good);
                out.line(&text)?;
            }
        }
    }
    reading.abort();
    Ok(tally)
}

/// A line that would be too long inside its request is answered here instead of by the daemon.
fn within_limit(body: Body, id: u64) -> Body {
    match body {
        Body::Json(raw) if format!("{{\"id\":{id},\"record\":}}").len() + raw.get().len() > REQUEST_LIMIT => {
            Body::TooLong
        }
        body => body,
    }
}

/// Puts an answer where its request waits.
fn land(
    pending: &mut VecDeque<Pending>,
    answered: u64,
    result: Result<Box<RawValue>, Box<Problem>>,
    language: Language,
) {
    let waiting = pending.iter_mut().find(|entry| matches!(entry, Pending::Asked { id, .. } if *id == answered));
    let Some(entry) = waiting else { return };
    let Pending::Asked { line, .. } = *entry else { return };
    *entry = Pending::Answered(match result {
        Ok(raw) => accepted(&raw),
        Err(problem) => refused(&worded(&problem, language), line),
    });
}

/// The daemon's answer with `"ok":true` before its keys, which stay as they came.
fn accepted(raw: &RawValue) -> String {
    let keys = raw.get().trim().strip_prefix('{').unwrap_or("}").trim_start();
    let comma = if keys.starts_with('}') { "" } else { "," };
    format!("{{\"ok\":true{comma}{keys}")
}

fn refused(problem: &Problem, line: u64) -> String {
    // in the order of INTERFACES §4, for readers who look at the first key only
    #[derive(serde::Serialize)]
    struct Refused<'a> {
        ok: bool,
        line: u64,
        error: &'a Problem,
    }
    serde_json::to_string(&Refused { ok: false, line, error: problem })
        .unwrap_or_else(|_| format!("{{\"ok\":false,\"line\":{line}}}"))
}

/// Why a line never reached the daemon.
fn local(body: &Body, language: Language) -> Problem {
    let (kind, reason, message, next) = match body {
        Body::TooLong => (ProblemKind::TooLarge, Reason::LineTooLong, Text::LineTooLong, Text::ShortenIt),
        Body::NotUtf8 => (ProblemKind::Invalid, Reason::NotJson, Text::LineNotUtf8, Text::MakeItUtf8),
        Body::NotJson | Body::Json(_) => {
            (ProblemKind::Invalid, Reason::NotJson, Text::LineNotJson, Text::SendOneObject)
        }
    };
    Problem::new(kind, reason, "reading an event", verbs::text(message, language), verbs::text(next, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn an_answer_keeps_the_keys_of_a_newer_daemon() {
        assert_eq!(accepted(&raw(r#"{"id":"X","new":[1]}"#)), r#"{"ok":true,"id":"X","new":[1]}"#);
        assert_eq!(accepted(&raw("{ }")), r#"{"ok":true}"#);
    }

    #[test]
    fn the_envelope_counts_towards_the_limit() {
        let fits = "1".repeat(REQUEST_LIMIT - r#"{"id":7,"record":}"#.len());
        assert!(matches!(within_limit(Body::Json(raw(&fits)), 7), Body::Json(_)));
        assert!(matches!(within_limit(Body::Json(raw(&fits)), 10), Body::TooLong));
    }

    #[test]
    fn answers_land_where_their_requests_wait_in_whatever_order_they_come() {
        let mut pending: VecDeque<Pending> = (1..=2).map(|id| Pending::Asked { id, line: id }).collect();
        land(&mut pending, 2, Ok(raw("{}")), Language::En);
        land(&mut pending, 9, Ok(raw("{}")), Language::En);
        assert!(matches!(pending.front(), Some(Pending::Asked { id: 1, .. })));
        assert!(matches!(pending.back(), Some(Pending::Answered(text)) if text == "{\"ok\":true}"));
    }
}
