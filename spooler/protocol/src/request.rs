//! Requests: `{"id":N,"<verb>":{…}}`. Verbs are strict: an unknown verb or key is answered with its name.

use model::{Copy, JobId, JobState, RawEvent, TransactionId};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    hello::Hello,
    problem::{Kind, Problem, Reason},
};

/// `transactions`: newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Transactions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// `show`: a transaction with its print history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Show {
    pub id: TransactionId,
}

/// The form in which `receipt` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    #[default]
    Text,
    Json,
}

/// `receipt`: what would be printed, without printing. `width` in columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptOf {
    pub id: TransactionId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<Copy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<usize>,
    #[serde(default)]
    pub format: Format,
}

/// `reprint`: the next paper of a receipt; `id` or `last`. With `wait` (seconds) the answer comes when the job ended
/// or the time is over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reprint {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<TransactionId>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub last: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<Copy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<u64>,
}

/// `jobs`: the queue, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Jobs {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<JobState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// `job_show`: one job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobShow {
    pub id: JobId,
}

/// `subscribe`: everything after that change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Subscribe {
    pub after: u64,
}

/// A request without options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A request, after its verb and keys were understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    Record(Box<RawEvent>),
    Transactions(Transactions),
    Show(Show),
    Receipt(ReceiptOf),
    Reprint(Reprint),
    Jobs(Jobs),
    JobShow(JobShow),
    Printers(Nothing),
    Status(Nothing),
    Overview(Nothing),
    Subscribe(Subscribe),
}

impl Request {
    /// The verb as it stands on the wire and in the audit trail.
    pub fn verb(&self) -> &'static str {
        match self {
            Request::Record(_) => "record",
            Request::Transactions(_) => "transactions",
            Request::Show(_) => "show",
            Request::Receipt(_) => "receipt",
            Request::Reprint(_) => "reprint",
            Request::Jobs(_) => "jobs",
            Request::JobShow(_) => "job_show",
            Request::Printers(_) => "printers",
            Request::Status(_) => "status",
            Request::Overview(_) => "overview",
            Request::Subscribe(_) => "subscribe",
        }
    }
}

/// One line from a client.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    Hello(Hello),
    /// `verb` is known even when the request could not be understood, so that a refusal can be audited.
    Request {
        id: u64,
        verb: String,
        request: Result<Box<Request>, Problem>,
    },
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// A problem that belongs to no request: the line is not JSON, or has no verb.
    pub fn parse(line: &[u8]) -> Result<Line, (Option<u64>, Problem)> {
        const DOING: &str = "reading a request";
        const FORM: &str = "send one JSON object a line: {\"id\":1,\"<verb>\":{…}}";
        let raw: RawLine = serde_json::from_slice(line).map_err(|e| {
            let message = if e.is_data() { "the line is no object" } else { "the line is not JSON in UTF-8" };
            (None, Problem::new(Kind::Invalid, Reason::NotJson, DOING, message, FORM))
        })?;
        if let Some(hello) = raw.hello {
            return match serde_json::from_str(hello.get()) {
                Ok(hello) => Ok(Line::Hello(hello)),
                Err(e) => Err((None, bad_key("hello", &e))),
            };
        }
        let Some((verb, body)) = raw.verb else {
            let problem = Problem::new(Kind::Invalid, Reason::UnknownVerb, DOING, "the line names no verb", FORM);
            return Err((raw.id, problem));
        };
        let Some(id) = raw.id else {
            let message = "the request has no id: a whole number that comes back with the answer";
            return Err((None, Problem::new(Kind::Invalid, Reason::BadKey, DOING, message, FORM).about("id")));
        };
        if let Some(extra) = raw.extra {
            let message = format!("{extra} stands beside {verb}: one verb a line");
            let problem = Problem::new(Kind::Invalid, Reason::BadKey, DOING, message, FORM).about(extra);
            return Err((Some(id), problem));
        }
        let request = understood(&verb, body.get()).map(Box::new);
        Ok(Line::Request { id, verb, request })
    }
}

/// The line for a request.
///
/// # Errors
/// When the body cannot be written as JSON, which the types of this module exclude.
pub fn line(id: u64, verb: &str, body: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(format!("{{\"id\":{id},{}:{}}}\n", serde_json::to_string(verb)?, serde_json::to_string(body)?))
}

fn understood(verb: &str, body: &str) -> Result<Request, Problem> {
    Ok(match verb {
        "record" => Request::Record(Box::new(keys(verb, body)?)),
        "transactions" => Request::Transactions(keys(verb, body)?),
        "show" => Request::Show(keys(verb, body)?),
        "receipt" => Request::Receipt(keys(verb, body)?),
        "reprint" => Request::Reprint(keys(verb, body)?),
        "jobs" => Request::Jobs(keys(verb, body)?),
        "job_show" => Request::JobShow(keys(verb, body)?),
        "printers" => Request::Printers(keys(verb, body)?),
        "status" => Request::Status(keys(verb, body)?),
        "overview" => Request::Overview(keys(verb, body)?),
        "subscribe" => Request::Subscribe(keys(verb, body)?),
        _ => {
            let shown: String = model::SafeText::new(verb).chars().take(40).collect();
            return Err(Problem::new(
                Kind::Invalid,
                Reason::UnknownVerb,
                "reading a request",
                format!("{shown:?} is no verb of this version"),
                "see counterfoil --help for the verbs",
            )
            .about(shown));
        }
    })
}

fn keys<T: DeserializeOwned>(verb: &str, body: &str) -> Result<T, Problem> {
    serde_json::from_str(body).map_err(|e| bad_key(verb, &e))
}

/// serde names the key; its words may carry a piece of the value, which is filtered and masked like all foreign text.
fn bad_key(verb: &str, error: &serde_json::Error) -> Problem {
    let message = model::SafeText::new(&error.to_string());
    let key = message.split('`').nth(1).unwrap_or(verb).to_owned();
    Problem::new(
        Kind::Invalid,
        Reason::BadKey,
        &format!("reading {verb}"),
        message.chars().take(200).collect::<String>(),
        "correct the key and send the request again",
    )
    .about(key)
}

/// A line before its verb is understood; the body stays as it came, so that doubled keys in it are seen.
struct RawLine {
    id: Option<u64>,
    hello: Option<Box<RawValue>>,
    verb: Option<(String, Box<RawValue>)>,
    extra: Option<String>,
}

impl<'de> Deserialize<'de> for RawLine {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = RawLine;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a request object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawLine, A::Error> {
                let mut line = RawLine { id: None, hello: None, verb: None, extra: None };
                while let Some(key) = map.next_key::<String>()? {
                    let body: Box<RawValue> = map.next_value()?;
                    match key.as_str() {
                        "id" => line.id = serde_json::from_str(body.get()).ok(),
                        "hello" => line.hello = Some(body),
                        _ if line.verb.is_none() => line.verb = Some((key, body)),
                        _ => line.extra = Some(model::SafeText::new(&key).chars().take(40).collect()),
                    }
                }
                Ok(line)
            }
        }
        d.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(line: &str) -> Line {
        Line::parse(line.as_bytes()).unwrap()
    }

    #[test]
    fn a_request_names_its_verb_and_keys() {
        let Line::Request { id: 7, request: Ok(request), .. } = parsed(r#"{"id":7,"transactions":{"limit":5}}"#) else {
            panic!("not understood")
        };
        assert_eq!(*request, Request::Transactions(Transactions { limit: Some(5), ..Transactions::default() }));
        assert_eq!(request.verb(), "transactions");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, subject) in [
            (r#"{"id":1,"transactions":{"limits":5}}"#, "limits"),
            (r#"{"id":1,"tranactions":{}}"#, "tranactions"),
            (r#"{"id":1,"show":{}}"#, "id"),
        ] {
            let Line::Request { request: Err(problem), .. } = parsed(line) else { panic!("{line}") };
            assert_eq!(problem.subject.as_deref(), Some(subject), "{line}");
        }
        assert!(Line::parse(b"{\"id\":1}").is_err());
        assert!(Line::parse(b"\xff\xfe").is_err());
        assert!(Line::parse(b"[1]").is_err());
        assert_eq!(Line::parse(br#"{"id":1,"status":{},"printers":{}}"#).unwrap_err().0, Some(1));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let body = Reprint { last: true, wait: Some(30), ..Reprint::default() };
        let text = line(3, "reprint", &body).unwrap();
        let Line::Request { request: Ok(request), .. } = parsed(text.trim_end()) else { panic!("{text}") };
        assert_eq!(*request, Request::Reprint(body));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_line_or_a_problem(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Line::parse(&bytes);
        }
    }
}
